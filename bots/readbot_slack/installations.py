"""The workspaces that installed the app, from the store: their tokens opened, and renewed in time.

An app with token rotation gets tokens that end after twelve hours. Whoever needs one that is about to end
renews it first, one process at a time: a refresh token works once. Where nobody asks anything, that is the
daily round of ``Removal``; a refresh token does not end by itself.

Source: https://docs.slack.dev/authentication/using-token-rotation
"""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeAlias

from slack_sdk.web.async_client import AsyncWebClient

from readbot.exceptions import VaultError
from readbot.settings import Secret
from readbot.store import Store, StoredInstallation
from readbot.store.installations import owner_of
from readbot_slack.authorize import Installation
from readbot_slack.requests import PLATFORM
from readbot_slack.setup import OAuth
from readbot_slack.web_api import Failure, Json, ask

logger = logging.getLogger(__name__)

#: How long before its end a token is renewed.
RENEW_BEFORE = timedelta(hours=2)

#: How long one process may take to renew a workspace's token; after a failure, when the next try is.
RENEWING_S = 20.0

#: How long somebody waits for a new token who can do with the old one: Slack waits three seconds for an answer.
PATIENCE_S = 1.0

#: How often and how long others look for what that one got, once the old token has ended.
_LOOKS, _LOOK_EVERY_S = 8, 0.25

#: Names of the sealed values.
_ACCESS, _REFRESH = "bot_token", "refresh_token"

Tokens: TypeAlias = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class _Opened:
    """A workspace's row, and what is sealed in it."""

    stored: StoredInstallation
    tokens: Tokens
    #: Until the token ends; None where it does not.
    left: timedelta | None


class StoredInstallations:
    """Implements ``readbot_slack.authorize.Installations``."""

    def __init__(self, store: Store, oauth: OAuth, client: AsyncWebClient) -> None:
        """Renew tokens through *client*, which carries none and repeats nothing."""
        self._store = store
        self._oauth = oauth
        self._client = client
        self._renewing: set[asyncio.Task[Tokens]] = set()

    async def find_installation(
        self, *, enterprise_id: str | None, team_id: str | None
    ) -> Installation | None:
        # Without a team it is about an organisation, and the app is installed in none as a whole.
        opened = await asyncio.to_thread(self._open, team_id) if team_id else None
        if opened is None:
            return None
        tokens = opened.tokens
        if opened.left is not None and opened.left <= RENEW_BEFORE and tokens.get(_REFRESH):
            tokens = await self._wait_for_renewal(opened)
        return Installation(
            bot_token=Secret(tokens[_ACCESS]),
            bot_id=opened.stored.bot_id,
            bot_user_id=opened.stored.bot_user_id,
        )

    def save(self, answer: Json, *, bot_id: str) -> StoredInstallation:
        """Keep what ``oauth.v2.access`` answered about one workspace, and return it. Blocks."""
        team, enterprise = answer["team"], answer.get("enterprise") or {}
        seconds = answer.get("expires_in")
        installation = StoredInstallation(
            platform=PLATFORM,
            workspace_id=team["id"],
            enterprise_id=enterprise.get("id") or "",
            name=team.get("name") or "",
            app_id=answer.get("app_id") or "",
            bot_id=bot_id,
            bot_user_id=answer.get("bot_user_id") or "",
            secret=self._oauth.vault.seal(_tokens_of(answer), owner=owner_of(PLATFORM, team["id"])),
            scopes=tuple(scope for scope in (answer.get("scope") or "").split(",") if scope),
            expires_at=self._store.now() + timedelta(seconds=float(seconds)) if seconds else None,
            installed_by=(answer.get("authed_user") or {}).get("id") or "",
        )
        self._store.installations.save(installation)
        return installation

    def _open(self, team_id: str) -> _Opened | None:
        """Return a workspace's tokens; None where the app is not installed or no key opens them."""
        stored = self._store.installations.find(PLATFORM, team_id)
        if stored is None:
            return None
        try:
            tokens = self._oauth.vault.open(stored.secret, owner=stored.owner)
        except VaultError as error:
            logger.error("%s", error)
            return None
        left = stored.expires_at - self._store.now() if stored.expires_at is not None else None
        return _Opened(stored=stored, tokens=tokens, left=left)

    async def _wait_for_renewal(self, before: _Opened) -> Tokens:
        """Return renewed tokens; those that there are where that takes long and they go on for a while.

        Whoever asks may give up: the renewal itself goes on, as what it gets is given out once.
        """
        renewal = asyncio.create_task(self._renew(before))
        self._renewing.add(renewal)
        renewal.add_done_callback(self._renewing.discard)
        goes_on = before.left is not None and before.left > timedelta(0)
        try:
            async with asyncio.timeout(PATIENCE_S if goes_on else None):
                return await asyncio.shield(renewal)
        except TimeoutError:
            return before.tokens

    async def _renew(self, before: _Opened) -> Tokens:
        """Return tokens that go on; those that there were where that fails or another is at it."""
        team_id = before.stored.workspace_id
        key = f"{PLATFORM} renews the token of {team_id}"
        if not await asyncio.to_thread(self._store.taken.take, key, RENEWING_S):
            return await self._wait_for_other(before)
        # Another may have been done a moment ago.
        latest = await asyncio.to_thread(self._open, team_id)
        if latest is None or latest.tokens != before.tokens:
            return latest.tokens if latest else before.tokens
        answer = await ask(
            self._client.oauth_v2_access(
                client_id=self._oauth.client_id,
                client_secret=self._oauth.client_secret.reveal(),
                grant_type="refresh_token",
                refresh_token=before.tokens[_REFRESH],
            )
        )
        if isinstance(answer, Failure):
            # The key stays taken for a while, so Slack is not asked again with every command.
            logger.error("Slack does not renew the token of %s: %s", team_id, answer.reason)
            return before.tokens
        await asyncio.to_thread(self._keep, before, answer)
        await asyncio.to_thread(self._store.taken.give_back, key)
        return _tokens_of(answer)

    def _keep(self, before: _Opened, answer: Json) -> None:
        """Write renewed tokens over those they were made from, even where those were sealed anew meanwhile."""
        sealed = self._oauth.vault.seal(_tokens_of(answer), owner=before.stored.owner)
        seconds = answer.get("expires_in")
        ends = self._store.now() + timedelta(seconds=float(seconds)) if seconds else None
        latest: _Opened | None = before
        while latest is not None and latest.tokens == before.tokens:
            if self._store.installations.replace_secret(latest.stored, secret=sealed, expires_at=ends):
                return
            latest = self._open(before.stored.workspace_id)

    async def _wait_for_other(self, before: _Opened) -> Tokens:
        """Return what another process got, where the token at hand has ended."""
        if before.left is not None and before.left > timedelta(0):
            return before.tokens
        for _ in range(_LOOKS):
            await asyncio.sleep(_LOOK_EVERY_S)
            latest = await asyncio.to_thread(self._open, before.stored.workspace_id)
            if latest is not None and latest.tokens != before.tokens:
                return latest.tokens
        return before.tokens


def _tokens_of(answer: Json) -> Tokens:
    tokens = {_ACCESS: answer["access_token"], _REFRESH: answer.get("refresh_token") or ""}
    return {name: value for name, value in tokens.items() if value}
