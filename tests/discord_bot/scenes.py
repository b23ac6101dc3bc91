"""A loopback Discord with a server in it, and the real client living there."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from readbot.conversation.form import Lookup
from readbot.conversation.reply import Reply
from readbot.conversation.request import Request, Workspace
from readbot.playground.loopback_discord import Channel, Guild, LoopbackDiscord, Message, Sight, User
from readbot.playground.loopback_discord.components import BUTTON
from readbot.playground.loopback_discord.server import LAST_RESORT_S
from readbot.ports import Conversation, Manner
from readbot.search.results import Completion
from readbot.settings import Secret
from readbot.store import Store
from readbot_discord.client import Shards
from readbot_discord.platform import DiscordConnection

#: Sorted by name.
ALL_COMMANDS = ["Find reading for this", "Is this on the list?", "llmread", "readbot", "readbot-curate"]


@dataclass(kw_only=True)
class Scene:
    """A server with a channel, and two people in it: Ada owns it, Grace is a member."""

    discord: LoopbackDiscord
    guild: Guild
    channel: Channel
    ada: User
    grace: User

    async def command(self, name: str, /, *, by: User | None = None, **options: Any) -> Sight:
        return await self.discord.people.command(by or self.ada, self.channel, name, **options)

    async def menu(self, message: Message | None, name: str, *, by: User | None = None) -> Sight:
        """Pick a command from a message's own menu."""
        assert message is not None
        return await self.discord.people.menu_command(by or self.ada, message, name)

    async def click(self, message: Message | None, label: str, *, by: User | None = None) -> Sight:
        assert message is not None
        return await self.discord.people.click(by or self.ada, message, label)

    async def select(self, message: Message | None, label: str, *, by: User | None = None) -> Sight:
        assert message is not None
        return await self.discord.people.select(by or self.ada, message, label)

    async def press(self, message: Message | None, custom_id: str) -> Sight:
        """Let Ada press a button by its custom_id, there or not."""
        assert message is not None
        return await self.discord.people.use_component(self.ada, message, custom_id, BUTTON)

    async def complete(self, name: str, option: str, typed: str) -> list[str]:
        """Return the names that Discord offers for what is typed."""
        offered = await self.discord.people.autocomplete(self.ada, self.channel, name, option, typed)
        return [choice["name"] for choice in offered]


def make_discord(**options: Any) -> LoopbackDiscord:
    """Return a Discord in which nobody is impatient: on a busy machine an answer may take its time."""
    return LoopbackDiscord(**{"answer_within_s": LAST_RESORT_S} | options)


def make_scene(discord: LoopbackDiscord) -> Scene:
    ada = discord.world.add_user("ada", locale="en-GB")
    grace = discord.world.add_user("grace", locale="en-US")
    guild = discord.world.add_guild("readers", owner=ada)
    discord.world.add_member(guild, grace)
    channel = discord.world.add_channel(guild, "papers")
    return Scene(discord=discord, guild=guild, channel=channel, ada=ada, grace=grace)


@dataclass(kw_only=True)
class FakeConversation:
    """Implements ``readbot.ports.Conversation``: says what a test gives it, and keeps what it was asked."""

    say: Callable[[Request], Reply]
    completions: list[Completion] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)

    def manner(self, text: str) -> Manner:
        return Manner.WAITS if text.startswith("digest") else Manner.MEMORY

    async def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        return self.say(request)

    def complete(
        self, text: str, *, what: Lookup = Lookup.QUERY, limit: int, workspace: Workspace
    ) -> list[Completion]:
        self.typed.append(text)
        return self.completions[:limit]


@contextlib.asynccontextmanager
async def running(
    discord: LoopbackDiscord,
    conversation: Conversation,
    *,
    wait_for_commands: bool = True,
    store: Store | None = None,
    shards: Shards | None = None,
    api_url: str | None = None,
) -> AsyncIterator[DiscordConnection]:
    """Run the adapter against *discord* within the block, from when it is ready."""
    connection = DiscordConnection(
        conversation, Secret(discord.token), api_url=api_url or discord.api_url, store=store, shards=shards
    )
    task = asyncio.create_task(connection.run())
    try:
        async with asyncio.TaskGroup() as group:
            ready = group.create_task(discord.until_ready(with_commands=wait_for_commands))
            await asyncio.wait([task, ready], return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
        await until(connection.is_ready)
        yield connection
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def too_late(caplog: pytest.LogCaptureFixture) -> list[logging.LogRecord]:
    """Return the log's lines about answers that came too late."""
    return [record for record in caplog.records if "too late" in record.getMessage()]


async def until(is_true: Callable[[], bool], *, timeout_s: float = LAST_RESORT_S) -> None:
    """Wait until something that tells nobody has become true."""
    async with asyncio.timeout(timeout_s):
        while not is_true():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.005)
