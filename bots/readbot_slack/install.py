"""``/slack/install`` and ``/slack/oauth_redirect``: how a workspace gets readbot.

    GET /slack/install          what the app may do and why, with a button
    GET /slack/install?begin    a state and a cookie, then on to Slack
    GET /slack/oauth_redirect   back from Slack: the code becomes a token, which is kept encrypted

The state works once, for ten minutes, and only in the browser that has the cookie: nobody can make
somebody else finish an install that they have begun.

Source: https://docs.slack.dev/authentication/installing-with-oauth
"""

import asyncio
import logging
import re
import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from urllib.parse import urlencode

from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from readbot.language import negotiate_language, speaking, tr
from readbot.store import Store, StoredInstallation
from readbot.store.install_states import STATE_LIVES_S
from readbot_slack.install_pages import HEADERS, Page, ask_page, done_page, trouble_page
from readbot_slack.installations import StoredInstallations
from readbot_slack.paths import INSTALL_PATH, REDIRECT_PATH
from readbot_slack.scopes import list_scopes
from readbot_slack.setup import OAuth
from readbot_slack.web_api import Doubt, Failure, Json, ask

logger = logging.getLogger(__name__)

COOKIE = "readbot_install"

#: Words of ours in a cookie, and of Slack's for an error; anything else is somebody else's.
_OUR_WORD = re.compile(r"[A-Za-z0-9_-]{43}")
_CODE_WORD = re.compile(r"[a-z0-9_]{1,60}")

_CREDENTIALS = {"invalid_client_id", "bad_client_secret", "bad_redirect_uri"}


class Installing:
    """Serves the pages."""

    def __init__(
        self,
        *,
        oauth: OAuth,
        store: Store,
        installations: StoredInstallations,
        client: AsyncWebClient,
        on_change: Callable[[str], None],
    ) -> None:
        """Install workspaces.

        Args:
            oauth: The app's own credentials.
            store: Where installs under way are.
            installations: Where a finished one goes.
            client: Calls Slack; carries no token and repeats nothing, as a code works once.
            on_change: Is told the id of a workspace whose token is another now.
        """
        self._oauth = oauth
        self._store = store
        self._installations = installations
        self._client = client
        self._on_change = on_change
        self._begin = f"{oauth.url}{INSTALL_PATH}?begin"
        self._redirect_uri = f"{oauth.url}{REDIRECT_PATH}"

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.get(INSTALL_PATH, self.show), web.get(REDIRECT_PATH, self.finish)]

    async def show(self, request: web.Request) -> web.Response:
        """Show what the app may do; with ``?begin``, go on to Slack."""
        with _speaking_to(request):
            if "begin" not in request.query:
                return ask_page(list_scopes(), self._begin).respond()
            return await self._send_to_slack(request)

    async def finish(self, request: web.Request) -> web.Response:
        """Take somebody in who comes back from Slack."""
        with _speaking_to(request):
            return (await self._finish(request)).respond()

    async def _send_to_slack(self, request: web.Request) -> web.Response:
        known = request.cookies.get(COOKIE, "")
        # The same word in all tabs of a browser, or the second would spoil the first.
        browser = known if _OUR_WORD.fullmatch(known) else secrets.token_urlsafe(32)
        state = await asyncio.to_thread(self._store.install_states.issue, browser)
        if state is None:
            return self._trouble(
                tr("Too many installs at once"), tr("Please try again in ten minutes."), status=503
            ).respond()
        response = web.Response(status=302, headers={**HEADERS, "Location": self._authorize_url(state)})
        response.set_cookie(
            COOKIE,
            browser,
            max_age=STATE_LIVES_S,
            path="/",
            httponly=True,
            samesite="Lax",
            secure=self._oauth.url.startswith("https://"),
        )
        return response

    async def _finish(self, request: web.Request) -> Page:
        query, browser = request.query, request.cookies.get(COOKIE, "")
        is_ours = await asyncio.to_thread(self._store.install_states.consume, query.get("state", ""), browser)
        if query.get("error") == "access_denied":
            return self._trouble(
                tr("readbot was not installed"), tr("You said no, and nothing was changed."), status=200
            )
        if not is_ours:
            return self._trouble(
                tr("This install cannot be finished"),
                tr(
                    "It was begun more than ten minutes ago, was finished already, or belongs to another "
                    "browser. Begin anew, and finish in the same browser; cookies have to be allowed."
                ),
            )
        if "code" not in query:
            return self._refused(query.get("error", ""))
        return await self._exchange(query["code"])

    async def _exchange(self, code: str) -> Page:
        answer = await ask(
            self._client.oauth_v2_access(
                client_id=self._oauth.client_id,
                client_secret=self._oauth.client_secret.reveal(),
                code=code,
                redirect_uri=self._redirect_uri,
            )
        )
        if isinstance(answer, Failure):
            return self._failed(answer)
        if answer.get("is_enterprise_install") or not (answer.get("team") or {}).get("id"):
            await self._give_up(answer)
            return self._trouble(
                tr("readbot is installed workspace by workspace"),
                tr(
                    "You chose the whole organisation, which readbot cannot serve as one. Nothing was kept. "
                    "Try again, and choose one workspace at the top right of Slack's page."
                ),
            )
        if answer.get("token_type") != "bot" or not answer.get("access_token"):
            return self._refused("no_bot_token")
        token = answer["access_token"]
        identity = await ask(self._client.auth_test(token=token))
        bot_id = "" if isinstance(identity, Failure) else str(identity.get("bot_id") or "")
        installation = await asyncio.to_thread(self._installations.save, answer, bot_id=bot_id)
        self._on_change(installation.workspace_id)
        logger.info("installed", extra={"action": "install", "workspace": installation.workspace_id})
        return self._done(installation)

    async def _give_up(self, answer: Json) -> None:
        """Let Slack end a token that nobody is to have."""
        token = answer.get("access_token")
        if token:
            done = await ask(self._client.auth_revoke(token=token))
            if isinstance(done, Failure):
                logger.warning("the token of an organisation was not revoked: %s", done.reason)

    def _done(self, installation: StoredInstallation) -> Page:
        target = urlencode({"app": installation.app_id, "team": installation.workspace_id})
        return done_page(
            workspace=installation.name or tr("your workspace"),
            open_url=f"{self._oauth.slack_url}/app_redirect?{target}",
            left_out=[
                scope
                for scope in list_scopes()
                if scope.is_optional and scope.name not in installation.scopes
            ],
            begin=self._begin,
        )

    def _failed(self, failure: Failure) -> Page:
        if failure.reason in _CREDENTIALS:
            logger.error(
                "Slack refuses to install the app: %s; compare SLACK_CLIENT_ID, SLACK_CLIENT_SECRET and "
                "READBOT_URL with the app's page",
                failure.reason,
            )
            return self._trouble(
                tr("readbot is not set up rightly"),
                tr(
                    "Slack says {reason}. Whoever runs readbot finds in its log what to compare.",
                    reason=failure.reason,
                ),
                status=502,
            )
        if failure.doubt is Doubt.REFUSED:
            return self._refused(failure.reason)
        logger.warning("an install was not finished: %s", failure.reason)
        return self._trouble(tr("Slack did not answer"), tr("Please try again in a minute."), status=502)

    def _refused(self, code: str) -> Page:
        said = code if _CODE_WORD.fullmatch(code) else tr("something unexpected")
        return self._trouble(
            tr("Slack did not let readbot in"),
            tr(
                "Slack says {reason}. If trying again does not help, ask an admin of your workspace whether "
                "apps have to be approved first.",
                reason=said,
            ),
            status=502,
        )

    def _trouble(self, title: str, sentence: str, *, status: int = 400) -> Page:
        return trouble_page(title, sentence, begin=self._begin, status=status)

    def _authorize_url(self, state: str) -> str:
        query = {
            "client_id": self._oauth.client_id,
            "scope": ",".join(scope.name for scope in list_scopes()),
            "user_scope": "",
            "redirect_uri": self._redirect_uri,
            "state": state,
        }
        return f"{self._oauth.slack_url}/oauth/v2/authorize?{urlencode(query)}"


def _speaking_to(request: web.Request) -> AbstractContextManager[None]:
    """Speak the language that somebody's browser asks for."""
    return speaking(negotiate_language(request.headers.get("Accept-Language", "")))
