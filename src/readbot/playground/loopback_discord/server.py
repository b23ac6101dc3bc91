"""The loopback Discord as one server: REST and gateway on one port of this machine."""

import asyncio
import time
from collections.abc import Callable
from typing import Self

from aiohttp import web

from readbot.playground.capture import Capture
from readbot.playground.faults import Faults
from readbot.playground.loopback_discord.answers import Answers
from readbot.playground.loopback_discord.channels import Channels
from readbot.playground.loopback_discord.gateway import Gateway
from readbot.playground.loopback_discord.model import Change
from readbot.playground.loopback_discord.people import People
from readbot.playground.loopback_discord.rate_limits import RateLimits
from readbot.playground.loopback_discord.rest import API, Rest
from readbot.playground.loopback_discord.world import ANSWER_WITHIN_S, World

#: Shaped like a bot token; it opens nothing but a loopback.
LOOPBACK_TOKEN = "bG9vcGJhY2stYm90LWlk.GloopB.loopback-token-that-opens-nothing-00"  # noqa: S105 - no secret

#: A wait that takes so long is for something that will not come; a busy machine may need most of it.
LAST_RESORT_S = 60.0


class LoopbackDiscord:
    """A Discord of our own, good enough for a real client to live in.

    Use it as ``async with LoopbackDiscord() as discord``, point a client at ``discord.api_url``
    with ``discord.token``, and let people act: ``await discord.people.command(user, channel, ...)``.
    """

    def __init__(
        self,
        *,
        token: str = LOOPBACK_TOKEN,
        host: str = "127.0.0.1",
        port: int = 0,
        clock: Callable[[], float] = time.time,
        capture: Capture | None = None,
        faults: Faults | None = None,
        limits: dict[str, tuple[int, float]] | None = None,
        shards: int = 1,
        heartbeat_interval_s: float = 41.25,
        allowed_intents: int = 0,
        max_concurrency: int = 16,
        limits_identify: bool = False,
        answer_within_s: float = ANSWER_WITHIN_S,
    ) -> None:
        """Prepare a Discord that is not listening yet.

        Args:
            token: The bot's.
            host: Address to listen on.
            port: 0 leaves it to the system.
            clock: Seconds since 1970: ages of interactions, tokens and nonces go by it.
            capture: Where calls are kept; by default as ``READBOT_CAPTURE_DIR`` says.
            faults: What goes wrong with REST calls; None for nothing. Operations are named by
                method and route, such as ``POST /channels/{channel}/messages``.
            limits: Rate limits, see :class:`RateLimits`; none are enforced by default.
            shards: How many shards ``/gateway/bot`` recommends.
            heartbeat_interval_s: What HELLO asks for; Discord's own by default.
            allowed_intents: Privileged intents that are switched on in the developer portal.
            max_concurrency: How many shards ``/gateway/bot`` lets identify at once.
            limits_identify: Whether a shard that identifies within five seconds of another in its
                bucket is told to begin anew, as on Discord.
            answer_within_s: How long an interaction can be answered for the first time, and how long
                people wait for that.
        """
        self.token = token
        #: How many shards are recommended; it grows with the servers.
        self.shards = shards
        self._host = host
        self._port = port
        self.world = World(clock=clock, answer_within_s=answer_within_s)
        self.world.application.allowed_intents = allowed_intents
        self.people = People(self.world, patience_s=answer_within_s)
        self.gateway = Gateway(
            self.world,
            token=token,
            url=lambda: self.gateway_url,
            heartbeat_interval_s=heartbeat_interval_s,
            max_concurrency=max_concurrency,
            limits_identify=limits_identify,
        )
        self.rest = Rest(
            self.world,
            token=token,
            capture=capture or Capture.from_environ("discord"),
            faults=faults,
            rate_limits=RateLimits(clock=clock, limits=limits),
            describe_gateway=lambda: {"shards": self.shards, **self.gateway.describe()},
        )
        self._runner: web.AppRunner | None = None

    @property
    def api_url(self) -> str:
        """What ``DISCORD_API_URL`` has to be."""
        return f"http://{self._host}:{self._port}{API}"

    @property
    def gateway_url(self) -> str:
        return f"ws://{self._host}:{self._port}/gateway"

    async def start(self) -> None:
        app = web.Application(client_max_size=10 * 1024 * 1024)
        app.router.add_routes(self.rest.routes())
        app.router.add_routes(Channels(self.world).routes(self.rest))
        app.router.add_routes(Answers(self.world).routes(self.rest))
        app.router.add_routes(self.gateway.routes())
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._host, self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def close(self) -> None:
        if self.rest.faults is not None:
            # A call that hangs would keep the server open.
            self.rest.faults.clear()
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    async def until(self, is_true: Callable[[], bool], *, timeout_s: float = LAST_RESORT_S) -> None:
        """Wait until *is_true*, which is asked again after every change in the world.

        Raises:
            TimeoutError: It did not become true in time.
        """
        changed = asyncio.Event()

        def note(_change: Change) -> None:
            changed.set()

        forget = self.world.observe(note)
        try:
            async with asyncio.timeout(timeout_s):
                while not is_true():
                    await changed.wait()
                    changed.clear()
        finally:
            forget()

    async def until_ready(self, *, timeout_s: float = LAST_RESORT_S, with_commands: bool = True) -> None:
        """Wait until a bot is connected and, unless told otherwise, has registered its commands."""

        def is_ready() -> bool:
            return bool(self.gateway.connected and (self.world.commands[None] or not with_commands))

        await self.until(is_ready, timeout_s=timeout_s)
