"""The end of a worker that is asked to end, and the start of one too many."""

import asyncio
import os
from collections import Counter

import pytest

from readbot.digests.model import DeliveryState
from readbot.playground.faults import Fault, FaultKind
from readbot.store import Database, Store
from tests.crash.harness import make_due
from tests.crash.platforms import SLACK_POST, Moment, WatchedFaults, open_slack
from tests.crash.program import run_program

CHANNELS = 12


@pytest.fixture(params=["sqlite", "procrastinate"])
def where(request: pytest.FixtureRequest) -> dict[str, str]:
    """Settings of an empty database, with a queue or without one."""
    if request.param == "sqlite":
        return {"DATABASE_URL": request.getfixturevalue("sqlite_url")}
    return {"DATABASE_URL": request.getfixturevalue("postgres_url"), "READBOT_QUEUE": "procrastinate"}


async def test_at_sigterm_it_lets_the_posts_under_way_end_and_begins_none(where: dict[str, str]) -> None:
    arrivals = 0
    three_arrived = asyncio.Event()

    def see(moment: Moment) -> None:
        nonlocal arrivals
        arrivals += moment is Moment.ARRIVED
        if arrivals == 3:
            three_arrived.set()

    faults = WatchedFaults(see, is_stormy=False)
    slow = Fault(kind=FaultKind.DELAY, seconds=2)
    faults.script(SLACK_POST, *[slow] * CHANNELS)
    patient = {"READBOT_POST_TIMEOUT_S": "8", "READBOT_LEASE_S": "20", **where}
    with Database.open(where["DATABASE_URL"]) as database:
        store = Store(database)
        async with open_slack(faults, CHANNELS) as stage:
            await asyncio.to_thread(make_due, store, stage.channels)
            async with run_program("worker", {**patient, **stage.environ}) as worker:
                async with asyncio.timeout(30):
                    await three_arrived.wait()
                assert worker.terminate()
                assert await worker.wait(within_s=10) == 0
            states = Counter(row.state for row in store.journal.list_deliveries(limit=100))
            assert states == {
                DeliveryState.SENT: stage.count().total(),
                DeliveryState.PENDING: CHANNELS - stage.count().total(),
            }
            # Slack takes five posts a second: in two seconds all would have gone.
            assert 3 <= states[DeliveryState.SENT] <= 5


async def test_a_second_process_on_the_same_sqlite_file_refuses_with_a_sentence(
    sqlite_url: str,
) -> None:
    async with open_slack(WatchedFaults(lambda _moment: None), 1) as stage:
        with Database.open(sqlite_url, exclusive=True):
            async with run_program("all", {"DATABASE_URL": sqlite_url, **stage.environ}) as second:
                assert await second.wait() == 2
    assert f"Another readbot (process {os.getpid()})" in second.log
    assert "DATABASE_URL" in second.log
    assert "Traceback" not in second.log
