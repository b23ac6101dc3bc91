"""Stand-ins that implement the ports: for readbot's own tests and for those of a new platform."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from readbot.conversation.reply import Reply
from readbot.conversation.request import Reader
from readbot.digests.model import Channel
from readbot.digests.outcomes import (
    Access,
    CannotLook,
    LookUp,
    NoAnswer,
    NotFound,
    Pace,
    PostOutcome,
    Sent,
)
from readbot.settings import Managers


class FakeClock:
    """A clock that stands still until it is told to move, or until somebody sleeps."""

    def __init__(self, now: datetime) -> None:
        if now.tzinfo is None:
            raise ValueError("a clock needs an aware time")
        self._now = now.astimezone(UTC)
        self._elapsed_s = 0.0

    def now(self) -> datetime:
        return self._now

    def elapsed_s(self) -> float:
        return self._elapsed_s

    async def sleep(self, seconds: float) -> None:
        self.advance(seconds=seconds)
        await asyncio.sleep(0)

    def advance(self, **duration: float) -> None:
        """Let time pass; takes what ``timedelta`` takes."""
        step = timedelta(**duration)
        self._now += step
        self._elapsed_s += step.total_seconds()


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A message that the loopback platform has."""

    channel: Channel
    reply: Reply
    delivery_id: str
    message_id: str
    at: datetime


#: What a platform does with one call: gets a function that accepts the message, returns the answer.
Fault = Callable[[Callable[[], Sent]], PostOutcome]


@dataclass
class LoopbackMessenger:
    """A platform in memory that does as it is told: accepts, refuses, loses its answers.

    It keeps the Messenger contract, so a test may say what went wrong and then look at what a
    channel would show.
    """

    clock: FakeClock
    platform: str = "slack"
    pace: Pace = field(default_factory=lambda: Pace(per_second=1000, channel_gap_s=0, at_once=4))
    default_managers: Managers = Managers.EVERYONE
    can_be_silent: bool = True
    #: What the platform tells of people, by their id.
    people: dict[str, Reader] = field(default_factory=dict)
    #: What people see, oldest first.
    messages: list[Posted] = field(default_factory=list)
    told: list[tuple[str, Reply]] = field(default_factory=list)
    #: Delivery ids of all calls, whatever became of them.
    calls: list[str] = field(default_factory=list)
    #: What happens to the next posts, one each; afterwards all goes well.
    faults: list[Fault] = field(default_factory=list)
    #: By channel id: why nothing can be posted there.
    obstacles: dict[str, str] = field(default_factory=dict)
    #: Whether it is known for certain where readbot can post, without trying.
    is_certain: bool = False
    can_look: bool = True
    #: Answers to the next look-ups, one each, before the real ones.
    look_faults: list[LookUp] = field(default_factory=list)
    #: Drops a message whose delivery id it has, as Discord does with a nonce.
    drops_repeats: bool = False

    async def post(self, channel: Channel, reply: Reply, delivery_id: str) -> PostOutcome:
        self.calls.append(delivery_id)
        # Whoever sleeps meanwhile pushes the clock; the post was sent before.
        sent_at = self.clock.now()
        await asyncio.sleep(0)
        if self.faults:
            return self.faults.pop(0)(lambda: self._accept(channel, reply, delivery_id, at=sent_at))
        return self._accept(channel, reply, delivery_id, at=sent_at)

    async def find(self, channel: Channel, delivery_id: str, since: datetime, until: datetime) -> LookUp:
        await asyncio.sleep(0)
        if self.look_faults:
            return self.look_faults.pop(0)
        if not self.can_look:
            return CannotLook(reason="missing_scope")
        for message in self.messages:
            if message.delivery_id == delivery_id and since <= message.at <= until:
                return Sent(message_id=message.message_id)
        return NotFound()

    async def check(self, channel: Channel) -> Access:
        await asyncio.sleep(0)
        obstacle = self.obstacles.get(channel.channel_id, "")
        return Access(obstacle=obstacle, is_certain=self.is_certain and not obstacle)

    async def describe_reader(self, channel: Channel, reader: Reader) -> Reader:
        await asyncio.sleep(0)
        return self.people.get(reader.id, reader)

    async def tell(self, channel: Channel, person_id: str, reply: Reply) -> PostOutcome:
        await asyncio.sleep(0)
        self.told.append((person_id, reply))
        return Sent(message_id=f"told-{len(self.told)}")

    def in_channel(self, channel: Channel) -> list[Posted]:
        return [message for message in self.messages if message.channel == channel]

    def _accept(
        self, channel: Channel, reply: Reply, delivery_id: str, *, at: datetime | None = None
    ) -> Sent:
        if self.drops_repeats:
            for message in self.messages:
                if message.delivery_id == delivery_id:
                    return Sent(message_id=message.message_id)
        message_id = f"m{len(self.messages) + 1}"
        posted = Posted(
            channel=channel,
            reply=reply,
            delivery_id=delivery_id,
            message_id=message_id,
            at=at or self.clock.now(),
        )
        self.messages.append(posted)
        return Sent(message_id=message_id)


def lose_answer(accept: Callable[[], Sent]) -> PostOutcome:
    """Take the message, and fail to say so."""
    accept()
    return NoAnswer(reason="connection reset")


def lose_post(_accept: Callable[[], Sent]) -> PostOutcome:
    """Lose the message on its way, which looks just the same to the sender."""
    return NoAnswer(reason="connection reset")


def answer(outcome: PostOutcome) -> Fault:
    """Return a fault that answers *outcome* and takes nothing."""
    return lambda _accept: outcome
