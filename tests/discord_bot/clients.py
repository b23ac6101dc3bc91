"""discord.py itself in the loopback, without readbot: what the loopback does has to suit the real client."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any, TypeVar

import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket

from readbot.playground.loopback_discord import LoopbackDiscord
from readbot.playground.loopback_discord.server import LAST_RESORT_S
from readbot_discord.client import use_api


class PlainClient(discord.Client):
    """Keeps the messages and events that it hears of."""

    def __init__(self, **flags: bool) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True, **flags)
        super().__init__(intents=intents, guild_ready_timeout=0.05, max_messages=None)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[discord.Message] = []
        #: (event, thread) of everything about threads.
        self.threads: list[tuple[str, Any]] = []

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)

    async def on_thread_create(self, thread: discord.Thread) -> None:
        self.threads.append(("create", thread))

    async def on_thread_update(self, _before: discord.Thread, after: discord.Thread) -> None:
        self.threads.append(("update", after))

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        self.threads.append(("delete", payload))


ClientT = TypeVar("ClientT", bound=discord.Client)


@contextlib.asynccontextmanager
async def living_in(server: LoopbackDiscord, client: ClientT) -> AsyncIterator[ClientT]:
    """Connect *client* to *server* within the block, from when it is ready."""
    use_api(server.api_url)
    DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(server.gateway_url)
    async with client:
        running = asyncio.create_task(client.start(server.token))
        try:
            ready = asyncio.create_task(_wait_until_ready(client))
            await asyncio.wait([running, ready], return_when=asyncio.FIRST_COMPLETED)
            if running.done():
                ready.cancel()
                running.result()
            yield client
        finally:
            await client.close()
            await asyncio.gather(running, return_exceptions=True)


async def _wait_until_ready(client: discord.Client) -> None:
    async with asyncio.timeout(LAST_RESORT_S):
        while client._ready is discord.utils.MISSING:  # noqa: ASYNC110 - made by its login
            await asyncio.sleep(0.005)
        await client.wait_until_ready()
        # A client is ready when it has waited long enough for its servers, whether it has them or not.
        while any(guild.unavailable for guild in client.guilds):  # noqa: ASYNC110 - it tells nobody
            await asyncio.sleep(0.005)
