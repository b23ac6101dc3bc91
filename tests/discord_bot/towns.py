"""A place where readbot lives whole: the loopback Discord, the real client, the real core on a SQLite file."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from readbot.digests.model import Channel as Place
from readbot.digests.model import DeliveryState, SubscriptionState
from readbot.digests.wish import parse_wish
from readbot.playground.faults import Faults
from readbot.playground.loopback_discord import Message, Permission, Sight, User, read
from readbot.playground.loopback_discord.model import Overwrite
from readbot.playground.loopback_discord.rest import Call
from readbot.process import Process, open_process, serve
from readbot.reading_list.yaml_file import save_list
from readbot.settings import Settings
from readbot_discord import DiscordPlatform

from .reading import READING_LIST
from .scenes import Scene, until

POST = "POST /channels/{channel}/messages"
HISTORY = "GET /channels/{channel}/messages"

ALIASES_PATH = Path(__file__).parent / "aliases.yaml"


@dataclass(kw_only=True)
class Town(Scene):
    """A scene with a faulty Discord, and what readbot keeps of it."""

    faults: Faults
    process: Process

    @property
    def place(self) -> Place:
        return Place(platform="discord", workspace_id=str(self.guild.id), channel_id=str(self.channel.id))

    async def digest(self, verb: str, /, *, by: User | None = None, **options: Any) -> Sight:
        return await self.command(f"readbot digest {verb}", by=by, **options)

    async def turn_on(self) -> None:
        assert "The digest is on" in (await self.digest("on", zone="Europe/Berlin")).text

    async def make_due(self) -> None:
        """Let the next slot come at once."""
        await asyncio.to_thread(
            self.process.service.turn_on,
            self.place,
            parse_wish(""),
            person_id=str(self.ada.id),
            timezone="Europe/Berlin",
            next_at=datetime.now(UTC),
        )

    async def post_one(self) -> Message:
        """Let a slot pass and return what was posted for it."""
        before = len(self.posted())
        await self.make_due()
        await until(lambda: len(self.posted()) > before)
        await self.until_over()
        return self.posted()[-1]

    async def until_over(self, count: int = 0) -> None:
        """Wait until no delivery is under way, and there were *count* at least."""

        def is_over() -> bool:
            found = self.deliveries()
            return len(found) >= count and not set(found) & {
                DeliveryState.PENDING,
                DeliveryState.SENDING,
                DeliveryState.UNKNOWN,
            }

        await until(is_over)

    def deliveries(self) -> list[DeliveryState]:
        return [each.state for each in self.process.store.journal.list_deliveries(limit=100)]

    def state(self) -> SubscriptionState | None:
        found = self.process.store.subscriptions.find(self.place)
        return found.state if found else None

    def posted(self) -> list[Message]:
        """Return the digests in the channel, oldest first."""
        return [message for message in self.public() if "of the week" in read(message)]

    def public(self) -> list[Message]:
        return [m for m in self.channel.messages if not m.is_ephemeral and not m.deleted]

    def direct(self, user: User) -> list[str]:
        """Return what *user* was told in private."""
        return [read(message) for message in self.discord.world.open_dm(user).messages]

    def deny(self, permission: Permission) -> None:
        """Take a permission from everybody in the channel."""
        self.channel.overwrites.append(Overwrite(target_id=self.guild.id, deny=permission))


@contextlib.asynccontextmanager
async def living(
    scene: Scene,
    faults: Faults,
    folder: Path,
    *,
    listens: bool = True,
    post_timeout_s: float = 30.0,
    environ: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Town]:
    """Run readbot as ``readbot run`` does, with digests in fast motion, until the block ends.

    Args:
        scene: Where.
        faults: What goes wrong there.
        folder: Holds its list and its database; see the fixture ``home``.
        listens: Whether it answers, beside posting.
        post_timeout_s: Short for a Discord that hangs; whoever counts calls leaves a busy machine its time.
        environ: Settings beside these.
    """
    settings = Settings.from_environ(
        {
            "DISCORD_TOKEN": scene.discord.token,
            "DISCORD_API_URL": scene.discord.api_url,
            "READBOT_DATA_DIR": str(folder),
            "READBOT_LIST": str(folder / "list.yaml"),
            # The table that ships takes longer to read than most tests.
            "READBOT_ALIASES": str(ALIASES_PATH),
            "READBOT_TICK_S": "0.05",
            "READBOT_SETTLE_S": "0.1",
            "READBOT_POST_TIMEOUT_S": str(post_timeout_s),
            "READBOT_LEASE_S": str(3 * post_timeout_s),
            "READBOT_JITTER_S": "0",
        }
        | dict(environ)
    )
    save_list(READING_LIST, folder / "list.yaml")
    async with open_process(
        settings,
        platforms={"discord": DiscordPlatform()},
        listens=["discord"] if listens else [],
        posts=True,
    ) as process:
        stop = asyncio.Event()
        running = asyncio.create_task(serve(process, stop=stop))
        try:
            if listens:
                await scene.discord.until_ready()
                await until(process.connections["discord"].is_ready)
            yield Town(**vars(scene), faults=faults, process=process)
        finally:
            stop.set()
            await running


def posts(town: Town, *, in_channel: int | None = None) -> list[Call]:
    """Return the messages that readbot tried to post."""
    path = f"/channels/{in_channel or town.channel.id}/messages"
    return [call for call in town.discord.rest.calls if (call.method, call.path) == ("POST", path)]


def titles(message: Message) -> list[str]:
    return re.findall(r"\*\*\[([^]]+)\]", read(message))
