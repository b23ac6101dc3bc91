"""Discord as a platform of readbot's."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus

import aiohttp
import discord
from aiohttp import web

from readbot.exceptions import PlatformError, SettingsError
from readbot.findings import Finding, settings_findings
from readbot.ports import Connection, Conversation, Messenger
from readbot.settings import Secret, Settings
from readbot.store import Store
from readbot_discord.answering import Responder
from readbot_discord.client import ReadbotClient, Shards, describe_commands, silence_discord_py, use_api
from readbot_discord.doctor import examine
from readbot_discord.install import describe_settings
from readbot_discord.messenger import PACE, open_discord_messenger
from readbot_discord.rest import open_rest
from readbot_discord.sessions import FATAL_CLOSES, SHARDING_REQUIRED
from readbot_discord.sync import Registrar, make_key
from readbot_discord.webhook import DiscordWebhooks

logger = logging.getLogger(__name__)

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0


class DiscordPlatform:
    """Implements ``readbot.ports.Platform``, and all that a platform can do beside."""

    name = "discord"
    needs = "DISCORD_TOKEN"
    pace = PACE
    webhooks = DiscordWebhooks()

    def is_configured(self, settings: Settings) -> bool:
        return settings.discord_token is not None

    def check(self, settings: Settings, *, listens: bool) -> None:
        _get_token(settings)

    def connect(self, conversation: Conversation, settings: Settings, store: Store) -> Connection | None:
        token = _get_token(settings)
        if token is None:
            return None
        shards = Shards(count=settings.discord_shard_count, ids=settings.discord_shard_ids)
        return DiscordConnection(
            conversation, token, api_url=settings.discord_api_url, store=store, shards=shards
        )

    def open_messenger(
        self, settings: Settings, store: Store
    ) -> AbstractAsyncContextManager[Messenger] | None:
        token = _get_token(settings)
        return None if token is None else open_discord_messenger(token, api_url=settings.discord_api_url)

    def make_manifest(self, url: str | None) -> str:
        return describe_settings()

    async def examine(
        self, settings: Settings, store: Store | None, *, url: str | None = None
    ) -> AsyncIterator[Finding]:
        try:
            token = _get_token(settings)
        except SettingsError as error:
            for finding in settings_findings(error):
                yield finding
            return
        commands = await describe_commands()
        async for finding in examine(settings, token=token, commands=commands):
            yield finding

    async def sync_commands(
        self,
        settings: Settings,
        store: Store | None,
        *,
        workspace_id: str | None = None,
        takes_away: bool = False,
        changes_nothing: bool = False,
    ) -> list[str]:
        token = _get_token(settings)
        assert token is not None  # noqa: S101 - it is configured
        commands = [] if takes_away else await describe_commands()
        async with open_rest(token, api_url=settings.discord_api_url) as rest:
            registrar = Registrar(
                rest,
                commands,
                key=make_key(token, settings.discord_api_url, workspace_id),
                store=store,
                guild_id=workspace_id,
            )
            return await (registrar.compare() if changes_nothing else registrar.register())


def _get_token(settings: Settings) -> Secret | None:
    """Return the token, None where it is not set.

    Raises:
        SettingsError: It cannot be one.
    """
    token = settings.discord_token
    if token is not None and any(character.isspace() for character in token.reveal()):
        raise SettingsError("DISCORD_TOKEN: a token has no spaces or line breaks; copy it once more")
    return token


class DiscordConnection:
    """Implements ``readbot.ports.Connection``."""

    def __init__(
        self,
        conversation: Conversation,
        token: Secret,
        *,
        api_url: str,
        store: Store | None = None,
        shards: Shards | None = None,
    ) -> None:
        """Answer by *conversation* as the bot of *token*.

        Args:
            conversation: Knows the answers.
            token: The bot's.
            api_url: Ends in ``/api/v10``.
            store: Knows which commands Discord has, over restarts and processes; None where there is none.
            shards: Those of this process; None for all that Discord recommends.
        """
        self._responder = Responder(conversation)
        self._token = token
        self._api_url = api_url
        self._store = store
        self._shards = shards or Shards()
        #: The client while one runs.
        self.client: ReadbotClient | None = None

    def routes(self) -> Sequence[web.RouteDef]:
        return ()

    def is_ready(self) -> bool:
        return self.client is not None and self.client.is_connected()

    async def run(self) -> None:
        silence_discord_py()
        use_api(self._api_url)
        keeping = asyncio.create_task(self._keep_commands(), name="discord: commands")
        try:
            await self._keep_connected()
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)

    async def _keep_connected(self) -> None:
        """Run one client after the other, which is one for good unless Discord is away at the start.

        Raises:
            PlatformError: Discord refuses for good.
        """
        wait_s = _FIRST_WAIT_S
        while True:
            try:
                await self._run_once()
            except (aiohttp.ClientError, OSError, discord.HTTPException, discord.GatewayNotFound) as error:
                # Once connected, discord.py reconnects by itself: this is a start without Discord.
                logger.warning("Discord cannot be reached, next try in %.0f s: %s", wait_s, error)
            except discord.ConnectionClosed as error:
                logger.warning("Discord wants more shards for so many servers, beginning anew: %s", error)
            await asyncio.sleep(wait_s)
            wait_s = min(wait_s * 2, _LONGEST_WAIT_S)

    async def _run_once(self) -> None:
        """Run one client until cancelled.

        Raises:
            PlatformError: Discord refuses for good.
            aiohttp.ClientError: Discord cannot be reached; so do OSError, GatewayNotFound and the
                HTTPException of a 5xx or 429.
            discord.ConnectionClosed: More shards are needed, and Discord says how many.
        """
        take = None if self._shards.ids is None or self._store is None else self._take
        async with ReadbotClient(self._responder, shards=self._shards, take=take) as client:
            self.client = client
            try:
                await _see_through(client, self._token)
            except discord.LoginFailure as error:
                raise PlatformError(FATAL_CLOSES[4004]) from error
            except discord.PrivilegedIntentsRequired as error:
                raise PlatformError(FATAL_CLOSES[4014]) from error
            except discord.ConnectionClosed as error:
                if error.code == SHARDING_REQUIRED and self._shards.count is None:
                    raise
                reason = FATAL_CLOSES.get(
                    error.code, f"Discord closed the connection for good (code {error.code}): update readbot"
                )
                raise PlatformError(reason) from error
            except discord.HTTPException as error:
                if (
                    error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
                    or error.status == HTTPStatus.TOO_MANY_REQUESTS
                ):
                    raise
                raise PlatformError(f"Discord refuses this application: {error.text}") from error
            finally:
                self.client = None

    async def _take(self, bucket: str, for_s: float) -> bool:
        """Take a bucket of sessions from the other processes; without the database, go on alone."""
        assert self._store is not None  # noqa: S101 - else nobody calls this
        try:
            return await asyncio.to_thread(
                self._store.taken.take, f"{make_key(self._token, self._api_url)}:{bucket}", for_s
            )
        except Exception:
            logger.warning("sessions begin without regard to other processes", exc_info=True)
            return True

    async def _keep_commands(self) -> None:
        async with open_rest(self._token, api_url=self._api_url) as rest:
            commands = await describe_commands()
            await Registrar(
                rest, commands, key=make_key(self._token, self._api_url), store=self._store
            ).keep()


async def _see_through(client: ReadbotClient, token: Secret) -> None:
    """Run *client* until it ends or this is cancelled.

    discord.py takes a cancellation for nothing while it begins a session anew, and would run on: a
    closed client goes no further.
    """
    running = asyncio.create_task(client.start(token.reveal()), name="discord: client")
    try:
        await asyncio.shield(running)
    finally:
        if not running.done():
            await client.close()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            await client.close_begun()
