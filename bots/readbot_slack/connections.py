"""readbot in Slack, connected: over HTTP or over Socket Mode."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from readbot.settings import Secret
from readbot_slack.endpoint import EventsEndpoint
from readbot_slack.paths import EVENTS_PATH
from readbot_slack.removal import Removal
from readbot_slack.service import Service
from readbot_slack.tokens import ask_until_answered

#: Seconds between the pings that show whether Slack is still there.
PING_INTERVAL_S = 5.0


class HttpConnection:
    """Slack calls readbot at ``POST /slack/events``. Implements ``readbot.ports.Connection``."""

    def __init__(
        self,
        *,
        app: AsyncApp,
        service: Service,
        removal: Removal,
        client: AsyncWebClient,
        bot_token: Secret | None,
        signing_secret: Secret,
        pages: Sequence[web.RouteDef] = (),
    ) -> None:
        """Answer by *app*.

        Args:
            app: The Bolt app.
            service: What to wait for at the end.
            removal: Looks from time to time who has removed the app.
            client: Calls Slack; carries no token.
            bot_token: Tried at the start; None where every workspace has its own.
            signing_secret: By which Slack's requests are known.
            pages: What else to serve.
        """
        self._service = service
        self._removal = removal
        self._client = client
        self._bot_token = bot_token
        self._endpoint = EventsEndpoint(app, signing_secret)
        self._pages = pages
        self._is_ready = False

    def routes(self) -> Sequence[web.RouteDef]:
        return [web.post(EVENTS_PATH, self._endpoint.handle), *self._pages]

    async def run(self) -> None:
        # What arrives is answered while the token is still on trial: the ack needs no token.
        self._is_ready = True
        try:
            await check_bot_token(self._client, self._bot_token)
            await self._removal.watch()
        finally:
            self._is_ready = False
            await self._service.drain()

    def is_ready(self) -> bool:
        return self._is_ready


class SocketConnection:
    """readbot calls Slack and listens on a websocket. Implements ``readbot.ports.Connection``."""

    def __init__(
        self,
        *,
        app: AsyncApp,
        service: Service,
        removal: Removal,
        client: AsyncWebClient,
        bot_token: Secret | None,
        app_token: Secret,
        pages: Sequence[web.RouteDef] = (),
        ping_interval_s: float = PING_INTERVAL_S,
    ) -> None:
        """Answer by *app*; see ``HttpConnection``.

        Args:
            app: The Bolt app.
            service: What to wait for at the end.
            removal: Looks from time to time who has removed the app.
            client: Calls Slack; carries no token.
            bot_token: Tried at the start; None where every workspace has its own.
            app_token: Opens the websocket.
            pages: What the HTTP server has to serve nevertheless: people install the app in a browser.
            ping_interval_s: Seconds between the pings that show whether Slack is still there.
        """
        self._app = app
        self._service = service
        self._removal = removal
        self._client = client
        self._bot_token = bot_token
        self._app_token = app_token
        self._pages = pages
        self._ping_interval_s = ping_interval_s
        self._socket: SocketModeClient | None = None

    def routes(self) -> Sequence[web.RouteDef]:
        return list(self._pages)

    async def run(self) -> None:
        await check_bot_token(self._client, self._bot_token)
        app_token = self._app_token.reveal()
        opened = await ask_until_answered(
            "SLACK_APP_TOKEN", lambda: self._client.apps_connections_open(app_token=app_token)
        )
        self._socket = AsyncSocketModeHandler(
            self._app,
            app_token,
            logger=self._app.logger,
            web_client=self._client,
            ping_interval=self._ping_interval_s,
        ).client
        self._socket.wss_uri = opened["url"]
        try:
            await self._socket.connect()  # type: ignore[no-untyped-call]
            async with _watching(self._removal):
                await self._keep_connected(self._socket)
        finally:
            await self._service.drain()
            await _close(self._socket)

    def is_ready(self) -> bool:
        session = self._socket.current_session if self._socket is not None else None
        return session is not None and not session.closed

    async def _keep_connected(self, socket: SocketModeClient) -> None:
        """Never return. The SDK reconnects by itself, but to an address that Slack lets expire."""
        while True:
            await asyncio.sleep(self._ping_interval_s * 2)
            if not await socket.is_connected():
                # Its next try asks for a new address.
                socket.wss_uri = None


@asynccontextmanager
async def _watching(removal: Removal) -> AsyncIterator[None]:
    watching = asyncio.create_task(removal.watch())
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def check_bot_token(client: AsyncWebClient, bot_token: Secret | None) -> None:
    """Return once Slack has accepted the token; at once where there is none to try.

    Raises:
        PlatformError: Slack refuses it for good.
    """
    if bot_token is None:
        return
    token = bot_token.reveal()
    await ask_until_answered("SLACK_BOT_TOKEN", lambda: client.auth_test(token=token))


async def _close(socket: SocketModeClient) -> None:
    await socket.close()  # type: ignore[no-untyped-call]
    tasks = (socket.message_processor, socket.current_session_monitor, socket.message_receiver)
    await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)
