"""Discord as a platform of readbot's."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus

import aiohttp
import discord
from aiohttp import web

from readbot.exceptions import PlatformError, SettingsError
from readbot.ports import Connection, Conversation, Messenger
from readbot.settings import Secret, Settings
from readbot.store import Store
from readbot_discord.answering import Responder
from readbot_discord.client import ReadbotClient, silence_discord_py, use_api
from readbot_discord.messenger import PACE, open_discord_messenger

logger = logging.getLogger(__name__)

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
#: The gateway's close code for a token that it does not know.
_AUTHENTICATION_FAILED = 4004


class DiscordPlatform:
    """Implements ``readbot.ports.Platform`` and ``PostsDigests``."""

    name = "discord"
    needs = "DISCORD_TOKEN"
    pace = PACE

    def is_configured(self, settings: Settings) -> bool:
        return settings.discord_token is not None

    def connect(self, conversation: Conversation, settings: Settings, store: Store) -> Connection | None:
        token = _get_token(settings)
        if token is None:
            return None
        return DiscordConnection(conversation, token, api_url=settings.discord_api_url)

    def open_messenger(
        self, settings: Settings, store: Store
    ) -> AbstractAsyncContextManager[Messenger] | None:
        token = _get_token(settings)
        return None if token is None else open_discord_messenger(token, api_url=settings.discord_api_url)


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

    def __init__(self, conversation: Conversation, token: Secret, *, api_url: str) -> None:
        self._responder = Responder(conversation)
        self._token = token
        self._api_url = api_url
        #: The client while one runs.
        self.client: ReadbotClient | None = None

    def routes(self) -> Sequence[web.RouteDef]:
        return ()

    def is_ready(self) -> bool:
        return self.client is not None and self.client.is_connected()

    async def run(self) -> None:
        silence_discord_py()
        use_api(self._api_url)
        wait_s = _FIRST_WAIT_S
        while True:
            try:
                await self._run_once()
            except (aiohttp.ClientError, OSError, discord.HTTPException, discord.GatewayNotFound) as error:
                # Once connected, discord.py reconnects by itself: this is a start without Discord.
                logger.warning("Discord cannot be reached, next try in %.0f s: %s", wait_s, error)
                await asyncio.sleep(wait_s)
                wait_s = min(wait_s * 2, _LONGEST_WAIT_S)

    async def _run_once(self) -> None:
        """Run one client until cancelled.

        Raises:
            PlatformError: Discord refuses for good.
            aiohttp.ClientError: Discord cannot be reached; so do OSError, GatewayNotFound and the
                HTTPException of a 5xx or 429.
        """
        async with ReadbotClient(self._responder) as client:
            self.client = client
            try:
                await client.start(self._token.reveal())
            except discord.LoginFailure as error:
                raise _wrong_token() from error
            except discord.PrivilegedIntentsRequired as error:
                raise PlatformError("Discord asks for an intent that readbot does not use") from error
            except discord.ConnectionClosed as error:
                if error.code == _AUTHENTICATION_FAILED:
                    raise _wrong_token() from error
                raise PlatformError(f"Discord closed the connection for good (code {error.code})") from error
            except discord.HTTPException as error:
                if (
                    error.status >= HTTPStatus.INTERNAL_SERVER_ERROR
                    or error.status == HTTPStatus.TOO_MANY_REQUESTS
                ):
                    raise
                raise PlatformError(f"Discord refuses this application: {error.text}") from error
            finally:
                self.client = None


def _wrong_token() -> PlatformError:
    return PlatformError(
        "DISCORD_TOKEN: Discord does not know this token. Open https://discord.com/developers/applications, "
        "pick your application, then Bot, then Reset Token, and set the new one"
    )
