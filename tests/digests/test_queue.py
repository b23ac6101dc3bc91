"""Several workers on a real PostgreSQL with Procrastinate between them."""

import asyncio
from collections import Counter
from collections.abc import Iterator

import psycopg
import pytest

from readbot.clock import SystemClock
from readbot.digests.model import DeliveryState
from readbot.digests.outcomes import Pace
from readbot.digests.queue import open_wake_ups
from readbot.store import Database, Store
from readbot.testing import FakeClock, LoopbackMessenger
from tests.digest_data import START, channel, make_due
from tests.digests.rig import Rig
from tests.waiting import until


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def store(postgres_url: str, clock: FakeClock) -> Iterator[Store]:
    with Database.open(postgres_url, clock=clock) as database:
        yield Store(database)


def count_jobs(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()
    assert row is not None
    return int(row[0])


async def test_two_workers_post_everything_once(store: Store, clock: FakeClock, postgres_url: str) -> None:
    pace = Pace(per_second=1000, channel_gap_s=0, at_once=4)
    messenger = LoopbackMessenger(clock=clock, pace=pace)
    rigs = [Rig(store, clock, messenger=messenger) for _ in range(2)]
    for number in range(30):
        make_due(store, channel(number, workspace=f"T{number % 5}"))

    def open_worker(rig: Rig):  # type: ignore[no-untyped-def]
        return open_wake_ups(
            postgres_url,
            clock=SystemClock(),
            serve=lambda group, for_s: rig.deliverer.serve(group, for_s=for_s),
            platforms=["slack"],
        )

    async with open_worker(rigs[0]) as first, open_worker(rigs[1]) as second:
        groups = await rigs[0].deliverer.due_groups()
        assert len(groups) == 5
        await asyncio.gather(first.wake(groups), second.wake(groups))
        await until(lambda: set(rigs[0].states()) == {DeliveryState.SENT})
        await until(lambda: count_jobs(postgres_url) == 0)
    assert sorted(Counter(message.channel.channel_id for message in messenger.messages).values()) == [1] * 30


async def test_a_group_waits_in_the_queue_once(store: Store, postgres_url: str) -> None:
    """Both processes see the same due group in the same second."""
    async with (
        open_wake_ups(postgres_url, clock=SystemClock()) as first,
        open_wake_ups(postgres_url, clock=SystemClock()) as second,
    ):
        await first.wake(["slack:T1", "slack:T2"])
        await second.wake(["slack:T2", "slack:T3", "discord"])
        await first.wake(["slack:T1"])
        assert count_jobs(postgres_url) == 4


async def test_processes_that_start_together_make_the_tables_once(store: Store, postgres_url: str) -> None:
    async def start() -> None:
        async with open_wake_ups(postgres_url, clock=SystemClock()):
            pass

    await asyncio.gather(*(start() for _ in range(4)))
    assert count_jobs(postgres_url) == 0


async def test_a_job_of_a_worker_that_died_does_not_lock_its_group(
    store: Store, clock: FakeClock, postgres_url: str
) -> None:
    async with open_wake_ups(postgres_url, clock=SystemClock()) as wake_ups:
        await wake_ups.wake(["slack:T1"])
    with psycopg.connect(postgres_url) as connection:  # as kill -9 leaves it
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing'")

    rig = Rig(store, clock)
    make_due(store, channel())
    async with open_wake_ups(
        postgres_url,
        clock=SystemClock(),
        serve=lambda group, for_s: rig.deliverer.serve(group, for_s=for_s),
        platforms=["slack"],
    ) as wake_ups:
        await wake_ups.wake(["slack:T1"])
        await until(lambda: rig.states() == [DeliveryState.SENT])


async def test_the_tables_of_the_queue_do_not_disturb_ours(store: Store, postgres_url: str) -> None:
    from readbot.store.migrate import check

    async with open_wake_ups(postgres_url, clock=SystemClock()):
        await asyncio.to_thread(check, store.database.engine)
