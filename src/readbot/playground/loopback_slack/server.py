"""The server of a loopback Slack: its Web API, its response addresses and its websockets."""

import base64
import json
import time
from collections.abc import Callable, Sequence
from typing import Any, Self, TypeAlias

from aiohttp import web

from readbot.playground.capture import Capture
from readbot.playground.faults import Faults
from readbot.playground.loopback_slack import oauth_page
from readbot.playground.loopback_slack.arguments import is_true
from readbot.playground.loopback_slack.checks import check_message
from readbot.playground.loopback_slack.delivery import SocketDelivery
from readbot.playground.loopback_slack.methods import METHODS, change_message
from readbot.playground.loopback_slack.oauth import OAuth
from readbot.playground.loopback_slack.people import People
from readbot.playground.loopback_slack.registration import APP_ID, CONFIG_TOKEN, Registration
from readbot.playground.loopback_slack.scopes import MissingScopeError, check_scope
from readbot.playground.loopback_slack.state import (
    ChangeKind,
    ResponseUrl,
    SlackError,
    Workspace,
    make_workspace,
)
from readbot.playground.loopback_slack.surfaces import Json, Message
from readbot.playground.loopback_slack.tokens import Clock, Grant, TokenError

APP_TOKEN = "xapp-loopback"  # noqa: S105 - opens nothing but this loopback

#: Takes a method and its arguments, without the token.
CallObserver: TypeAlias = Callable[[str, Json], None]

#: Methods that the app calls with its own credentials.
_OF_CLIENTS = ("oauth.v2.access", "apps.uninstall")

#: Methods that a token of an organisation has to name a workspace for.
_OF_TEAMS = ("conversations.list", "users.conversations")

#: Arguments that arrive as JSON within a form.
_JSON_ARGUMENTS = ("attachments", "blocks", "metadata", "view")


class LoopbackSlack(People):
    """The server. What people do is in :class:`People`."""

    def __init__(
        self,
        *,
        workspaces: Sequence[Workspace] = (),
        app: Registration | None = None,
        request_url: str | None = None,
        faults: Faults | None = None,
        capture: Capture | None = None,
        clock: Clock = time.time,
        answer_within_s: float | None = None,
    ) -> None:
        """Make a Slack that does not serve yet.

        Args:
            workspaces: The teams; without any, one of ``make_workspace``.
            app: What Slack knows of the app; None for one that may all.
            request_url: Where the app listens; None for Socket Mode.
            faults: What goes wrong with calls of the app's; operations are method names, and
                "response_url".
            capture: Where every call and acknowledgement is kept; None asks the environment.
            clock: Seconds since 1970, by which codes and tokens end.
            answer_within_s: How long Slack waits for an acknowledgement, and people for what they are
                to see after it; None for as long as either really does.
        """
        app = app or Registration()
        if answer_within_s is not None:
            self.ack_timeout_s = self.patience_s = answer_within_s
        self.sockets = SocketDelivery(ack_timeout_s=self.ack_timeout_s)
        super().__init__(
            {workspace.id: workspace for workspace in workspaces or [make_workspace()]},
            app=app,
            delivery=self.sockets,
            capture=capture or Capture.from_environ("slack"),
            clock=clock,
        )
        if request_url:
            self.deliver_to(request_url)
        self.oauth = OAuth(app, self.workspaces, self.tokens, clock)
        self.faults = faults or Faults()
        #: Every call that was received, in order: its method and arguments, without the token.
        self.calls: list[tuple[str, Json]] = []
        #: Addresses of pictures that cannot be fetched: a message with one is refused.
        self.broken_images: set[str] = set()
        self._call_observers: list[CallObserver] = []
        self._runner: web.AppRunner | None = None
        self._origin = ""

    @property
    def api_url(self) -> str:
        """For ``SLACK_API_URL``."""
        return f"{self._origin}/api/"

    @property
    def authorize_url(self) -> str:
        """Where installations begin, as https://slack.com/oauth/v2/authorize; its query is the app's."""
        return f"{self._origin}{oauth_page.PATH}"

    def deliver_to(self, request_url: str) -> None:
        """Reach the app by signed HTTP at *request_url* from now on."""
        self.delivery = self.reach(request_url)

    def calls_of(self, method: str) -> list[Json]:
        """Return the arguments of every call of *method*, oldest first."""
        return [arguments for called, arguments in self.calls if called == method]

    def observe_calls(self, observer: CallObserver) -> None:
        """Tell *observer* every call as it arrives from now on."""
        self._call_observers.append(observer)

    async def start(self, *, host: str = "127.0.0.1", port: int = 0) -> None:
        app = web.Application()
        app.router.add_route("*", "/api/{method}", self._answer_call)
        app.router.add_post("/respond/{workspace}/{key}", self._answer_response_url)
        app.router.add_get("/socket", self.sockets.serve)
        page = oauth_page.OAuthPage(self.oauth, lambda: list(self.workspaces.values()))
        app.router.add_get(oauth_page.PATH, page.ask)
        app.router.add_post(oauth_page.PATH, page.take)
        app.router.add_get(oauth_page.OPEN_PATH, page.open_app)
        # A caller that hangs must not hold up the end.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self._origin = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        self.faults.clear()
        await self._end_work()
        await self.sockets.drop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.stop()

    def response_url(self, made: ResponseUrl) -> str:
        return f"{self._origin}/respond/{made.workspace}/{made.key}"

    async def _answer_call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        try:
            arguments = await _arguments(request)
        except ValueError:
            return _refusal(SlackError("invalid_json"))
        if method in _OF_CLIENTS:
            client = _client(request, arguments)
        token = _token(request, arguments)
        self._keep(method, arguments)

        async def accept() -> web.StreamResponse:
            try:
                if method == "oauth.v2.access":
                    return web.json_response({"ok": True, **self.oauth.access(*client, arguments)})
                if method == "apps.uninstall":
                    self.oauth.check_client(*client)
                return self._call(method, token, arguments)
            except TokenError as error:
                return _refusal(SlackError(error.code))
            except SlackError as error:
                return _refusal(error)

        return await self.faults.around(method, request, accept, rate_limited=_rate_limited)

    def _call(self, method: str, token: str, arguments: Json) -> web.Response:
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                raise SlackError("invalid_auth" if token else "not_authed")
            origin = self._origin.replace("http://", "ws://")
            return web.json_response(
                {"ok": True, "url": f"{origin}/socket?ticket={self.sockets.make_ticket()}"}
            )
        if method == "apps.manifest.export":
            return web.json_response({"ok": True, "manifest": self._export_manifest(token, arguments)})
        grant = self.tokens.find(token)
        workspace = self._find_workspace(grant, method, arguments)
        if method == "auth.revoke":
            is_tried_out = is_true(arguments, "test")
            if not is_tried_out:
                self.revoke(workspace, uninstalls=False)
            answer: Json = {"revoked": not is_tried_out}
        elif method == "apps.uninstall":
            self.revoke(workspace, uninstalls=True)
            answer = {}
        elif method in METHODS:
            check_scope(workspace, method, arguments)
            self._check_images(arguments)
            answer = METHODS[method](workspace, arguments, self.faults.history_lag_s)
        else:
            raise SlackError("unknown_method")
        return web.json_response({"ok": True, **answer}, headers={"X-OAuth-Scopes": ",".join(grant.scopes)})

    def _export_manifest(self, token: str, arguments: Json) -> Json:
        if token != CONFIG_TOKEN:
            raise SlackError("not_allowed_token_type" if token else "not_authed")
        if arguments.get("app_id") != APP_ID:
            raise SlackError("invalid_app_id")
        return dict(self.app.manifest)

    def _find_workspace(self, grant: Grant, method: str, arguments: Json) -> Workspace:
        """Return the workspace that a call is about.

        Raises:
            SlackError: ``missing_argument``: a token of a whole organisation leaves that open.
        """
        if grant.team_id is not None:
            return self.workspaces[grant.team_id]
        members = {team.id: team for team in self.workspaces.values() if team.grant is grant}
        if arguments.get("team_id"):
            if arguments["team_id"] not in members:
                raise SlackError("team_access_not_granted")
            return members[arguments["team_id"]]
        if method in _OF_TEAMS:
            raise SlackError("missing_argument", "team_id is needed with a token of an organisation")
        for team in members.values():
            if (
                arguments.get("channel") in team.channels
                or arguments.get("trigger_id") in team.triggers
                or arguments.get("view_id") in team.views
            ):
                return team
        return next(iter(members.values()))

    async def _answer_response_url(self, request: web.Request) -> web.StreamResponse:
        workspace = self.workspaces.get(request.match_info["workspace"])
        made = workspace.response_urls.get(request.match_info["key"]) if workspace else None
        try:
            body: Any = await request.json()
        except ValueError:
            return web.Response(status=400, text="invalid_payload")
        self._keep("response_url", body)

        async def accept() -> web.StreamResponse:
            if workspace is None or made is None:
                return web.Response(status=404, text="invalid_url")
            if made.is_spent:
                return web.json_response({"ok": False, "error": "used_url"}, status=404)
            try:
                self.respond(workspace, made, body)
            except SlackError as error:
                made.problem = str(error)
                workspace.tell(ChangeKind.REFUSED, made)
                return web.json_response({"ok": False, "error": error.code}, status=400)
            return web.Response(text="ok")

        return await self.faults.around("response_url", request, accept, rate_limited=_rate_limited)

    def respond(self, workspace: Workspace, made: ResponseUrl, body: Json) -> Message | None:
        """Do what the app says in answer to an interaction, by ack or by ``response_url``.

        Raises:
            SlackError: Slack would refuse it.
        """
        made.uses += 1
        if body.get("delete_original"):
            workspace.remove_message(workspace.find_message(made.channel, made.ts))
            return None
        check_message(body)
        self._check_images(body)
        is_replacing = made.ts is not None and bool(body.get("replace_original"))
        if is_replacing:
            original = workspace.find_message(made.channel, made.ts)
            change_message(workspace, original, body)
            return original
        is_public = body.get("response_type") == "in_channel"
        return workspace.add_message(
            Message(
                ts=workspace.make_ts(),
                channel=made.channel,
                user=workspace.bot_user_id,
                text=body.get("text") or "",
                blocks=body.get("blocks") or [],
                thread_ts=body.get("thread_ts"),
                only_for=None if is_public else made.user,
                sent=body,
            )
        )

    def _check_images(self, body: Json) -> None:
        for number, block in enumerate(body.get("blocks") or []):
            if block.get("image_url") in self.broken_images:
                detail = f"downloading image failed [json-pointer:/blocks/{number}/image_url]"
                raise SlackError("invalid_blocks", detail)

    def _keep(self, method: str, body: Json) -> None:
        self.calls.append((method, body))
        for observer in self._call_observers:
            observer(method, body)
        # Codes and refresh tokens are nobody's to look at.
        if method not in _OF_CLIENTS:
            self.capture.add({"method": method, "body": body})


async def _arguments(request: web.Request) -> Json:
    """Return a call's arguments, wherever they stand: query, form or JSON body."""
    arguments: Json = dict(request.query)
    if request.content_type == "application/json":
        body = await request.json() if request.can_read_body else {}
        if not isinstance(body, dict):
            raise ValueError("no object")
        arguments.update(body)
    elif request.can_read_body:
        arguments.update(await request.post())
    for name in _JSON_ARGUMENTS:
        if isinstance(arguments.get(name), str):
            arguments[name] = json.loads(arguments[name])
    return arguments


def _token(request: web.Request, arguments: Json) -> str:
    in_arguments = str(arguments.pop("token", ""))
    return request.headers.get("Authorization", "").removeprefix("Bearer ").strip() or in_arguments


def _client(request: web.Request, arguments: Json) -> tuple[str, str]:
    """Return the app's id and secret, from the Authorization header or the arguments."""
    in_arguments = str(arguments.pop("client_id", "")), str(arguments.pop("client_secret", ""))
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Basic":
        return in_arguments
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return "", ""
    return client_id, secret


def _refusal(error: SlackError) -> web.Response:
    body: Json = {"ok": False, "error": error.code}
    if isinstance(error, MissingScopeError):
        body |= {"needed": ",".join(error.needed), "provided": ",".join(error.provided)}
    elif error.details:
        body["response_metadata"] = {"messages": [f"[ERROR] {detail}" for detail in error.details]}
    return web.json_response(body)


def _rate_limited(seconds: float) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"},
        status=429,
        headers={"Retry-After": str(max(1, round(seconds)))},
    )
