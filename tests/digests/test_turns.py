"""One token, one budget: digests go out from one process at a time, whatever their number."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from readbot.clock import SystemClock
from readbot.conversation.reply import Reply
from readbot.digests.model import Channel, DeliveryState
from readbot.digests.outcomes import Pace, PostOutcome, Refusal, Refused
from readbot.store import Database, Store
from readbot.testing import FakeClock, LoopbackMessenger, answer
from tests.digest_data import START, channel, make_due
from tests.digests.rig import Rig
from tests.waiting import LAST_RESORT_S

#: As Discord's: one budget for all that a token posts.
SHARED = Pace(per_second=1000, channel_gap_s=0, at_once=4, shared=True)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def stores(clean_postgres_url: str, clock: FakeClock) -> Iterator[list[Store]]:
    """What two processes see of one database."""
    opened = [Database.open(clean_postgres_url, clock=clock) for _ in range(2)]
    yield [Store(database) for database in opened]
    for database in opened:
        database.close()


@pytest.fixture
def rigs(stores: list[Store], clock: FakeClock) -> list[Rig]:
    return [
        Rig(store, clock, messenger=LoopbackMessenger(clock=clock, platform="discord", pace=SHARED))
        for store in stores
    ]


def make_many_due(store: Store, count: int) -> None:
    for number in range(count):
        make_due(store, channel(number, platform="discord"))


@dataclass
class Watched(LoopbackMessenger):
    """Notes when posts are made, and by whom."""

    log: list[tuple[float, str]] = field(default_factory=list)
    name: str = ""

    async def post(self, channel: Channel, reply: Reply, delivery_id: str) -> PostOutcome:
        self.log.append((asyncio.get_running_loop().time(), self.name))
        return await super().post(channel, reply, delivery_id)


async def test_two_processes_together_post_no_faster_than_one(clean_postgres_url: str) -> None:
    """In real time: 40 posts at 40 a second take a second, by whichever of the two they are made."""
    clock, log = SystemClock(), list[tuple[float, str]]()
    pace = Pace(per_second=40, channel_gap_s=0.0, at_once=8, shared=True)
    # Turns are four time-outs long: longer than even a busy machine takes for all of it.
    turns = {"post_timeout_s": LAST_RESORT_S, "lease_s": 4 * LAST_RESORT_S}
    databases = [Database.open(clean_postgres_url) for _ in range(2)]
    rigs = []
    for name, database in zip("ab", databases, strict=True):
        messenger = Watched(clock=clock, platform="discord", pace=pace, log=log, name=name)  # type: ignore[arg-type]
        rigs.append(Rig(Store(database), clock, messenger=messenger, **turns))  # type: ignore[arg-type]
    try:
        make_many_due(rigs[0].store, 40)
        began_s = asyncio.get_running_loop().time()
        async with asyncio.timeout(2 * LAST_RESORT_S):
            while len(log) < 40:
                await asyncio.gather(*(rig.deliverer.serve("discord") for rig in rigs))
    finally:
        for database in databases:
            database.close()

    # Not from the first post on, which may be held up after its turn has come.
    assert log[-1][0] - began_s >= 39 / 40 * 0.95
    # Nobody is overtaken in the middle of a turn.
    assert sum(before[1] != after[1] for before, after in pairwise(log)) <= 1


async def test_while_one_process_has_its_turn_the_other_posts_nothing(rigs: list[Rig]) -> None:
    first, second = rigs
    make_many_due(first.store, 10)
    gate = asyncio.Event()
    original = first.messenger.post

    async def slow(where: Channel, reply: Reply, delivery_id: str) -> PostOutcome:
        await gate.wait()
        return await original(where, reply, delivery_id)

    first.messenger.post = slow  # type: ignore[method-assign, assignment]
    serving = asyncio.create_task(first.deliverer.serve("discord"))
    while not first.store.journal.list_deliveries(states=[DeliveryState.SENDING], limit=1):  # noqa: ASYNC110
        await asyncio.sleep(0.01)

    assert await second.deliverer.serve("discord") == 0
    gate.set()
    assert await serving == 10


async def test_a_turn_ends_when_nothing_is_left(rigs: list[Rig]) -> None:
    first, second = rigs
    make_many_due(first.store, 1)
    assert await first.deliverer.serve("discord") == 1

    make_due(first.store, channel(9, platform="discord"))
    assert await second.deliverer.serve("discord") == 1


async def test_a_process_that_died_in_its_turn_is_waited_for_and_then_followed(
    rigs: list[Rig], clock: FakeClock
) -> None:
    first, second = rigs
    make_many_due(first.store, 1)
    # Taken, and never given back.
    assert first.store.turns.take("digests:discord", 40.0) is not None

    assert await second.deliverer.serve("discord") == 0
    clock.advance(seconds=41)
    assert await second.deliverer.serve("discord") == 1


async def test_a_rest_that_discord_asks_of_the_bot_is_kept_by_all_processes(
    rigs: list[Rig], clock: FakeClock
) -> None:
    first, second = rigs
    make_many_due(first.store, 2)
    limited = Refused(refusal=Refusal.LATER, reason="rate limited", retry_after_s=60, for_all=True)
    first.messenger.faults = [answer(limited), answer(limited)]
    await first.deliverer.serve("discord")

    make_due(first.store, channel(9, platform="discord"))
    assert await second.deliverer.serve("discord") == 0
    clock.advance(seconds=61)
    assert await second.deliverer.serve("discord") == 3


async def test_workspaces_with_budgets_of_their_own_need_no_turn(
    stores: list[Store], clock: FakeClock
) -> None:
    make_due(stores[0], channel())
    stores[0].turns.take("digests:slack:T1", 600)

    assert await Rig(stores[1], clock).deliverer.serve("slack:T1") == 1


def test_a_turn_that_ran_out_cannot_be_kept(stores: list[Store], clock: FakeClock) -> None:
    mine, theirs = (store.turns for store in stores)
    held = mine.take("x", 10)
    assert held is not None
    assert mine.take("x", 10, held_until=held) is not None
    clock.advance(seconds=11)
    assert theirs.take("x", 10) is not None

    assert mine.take("x", 10, held_until=held) is None


def test_beside_a_sqlite_file_it_is_always_one_s_turn(store: Store) -> None:
    assert store.turns.take("x", 10) is not None
    assert store.turns.take("x", 10) is not None
