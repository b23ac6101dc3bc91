"""A channel of the loopback Slack with readbot behind it, digests included, and what people see there."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from readbot import web
from readbot.digests.model import Channel
from readbot.digests.wish import DigestWish
from readbot.playground.loopback_slack import SIGNING_SECRET, LoopbackSlack, Message
from readbot.process import Process, open_process
from readbot.reading_list.yaml_file import load_list
from readbot.settings import Secret, Settings
from readbot_slack import SlackPlatform
from readbot_slack.messenger import EVENT_TYPE
from tests.slack.paths import ALIASES_PATH, LIST_PATH
from tests.waiting import until

#: Links on the list.
LINKS = len(load_list(LIST_PATH).entries)


class Room:
    """One channel, and the people in it."""

    def __init__(self, slack: LoopbackSlack, process: Process, channel: str = "C2") -> None:
        self.slack = slack
        self.process = process
        self.channel = channel

    async def type(self, words: str, *, user: str = "U2") -> Message:
        """Type ``/llmread digest <words>`` and return the private answer."""
        before = len(self._private(user))
        seen = await self.slack.command(f"digest {words}", user=user, channel=self.channel)
        assert not seen.problem
        await until(lambda: len(self._private(user)) > before)
        return self._private(user)[-1]

    async def click(self, message: Message, button: str, *, user: str = "U2") -> Message:
        """Click a button and return the private message that answers: a new one, or the same."""
        before = len(self._private(user))
        was = message.words
        seen = await self.slack.click(message, button, user=user)
        assert not seen.problem
        await until(lambda: len(self._private(user)) > before or message.words != was)
        return self._private(user)[-1]

    def public(self) -> list[Message]:
        """Return what everybody sees, without the digests."""
        return [
            message
            for message in self.slack.visible("U1", self.channel)
            if message.only_for is None and not _is_digest(message)
        ]

    def digests(self) -> list[Message]:
        return [message for message in self.slack.visible("U1", self.channel) if _is_digest(message)]

    async def wait_for_digests(self, count: int) -> list[Message]:
        await until(lambda: len(self.digests()) >= count)
        return self.digests()

    async def wait_for_state(self, state: str, count: int = 1) -> None:
        """Wait until the ledger has so many deliveries in *state*, such as "sent"."""
        await until(lambda: self.counts()[state] == count)

    def counts(self) -> dict[str, int]:
        store = self.process.store
        return dict(store.journal.count_by_state(store.now()))

    def be_due_now(self) -> None:
        """Let the next slot come at once."""
        where = Channel(platform="slack", workspace_id=self.slack.team().id, channel_id=self.channel)
        soon = datetime.now(UTC) + timedelta(seconds=0.05)
        self.process.service.turn_on(where, DigestWish(), person_id="U2", next_at=soon)

    def _private(self, user: str) -> list[Message]:
        return [message for message in self.slack.visible(user, self.channel) if message.only_for == user]


@contextlib.asynccontextmanager
async def run_room(slack: LoopbackSlack, directory: Path, **settings: Any) -> AsyncIterator[Room]:
    """Run readbot over HTTP with its state in *directory*, and give the channel C2."""
    fast = {"tick_s": 0.05, "settle_s": 0.2, "jitter_s": 0.0}
    chosen = Settings(
        slack_bot_token=Secret(slack.team().bot_token),
        slack_signing_secret=Secret(SIGNING_SECRET),
        slack_api_url=slack.api_url,
        data_dir=directory,
        aliases_path=ALIASES_PATH,
        **{"list_paths": (LIST_PATH,), **fast, **settings},
    )
    platforms = {"slack": SlackPlatform()}
    async with open_process(chosen, platforms=platforms, listens=["slack"], posts=True) as process:
        connection = process.connections["slack"]
        running = asyncio.create_task(connection.run())
        async with web.serve(web.make_app(process.connections), host="127.0.0.1", port=0) as port:
            slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
            yield Room(slack, process)
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


def _is_digest(message: Message) -> bool:
    """Tell a digest from an announcement: both carry an id."""
    is_ours = (message.metadata or {}).get("event_type") == EVENT_TYPE
    return is_ours and any(block["type"] == "header" for block in message.blocks)
