"""The end of a worker that is asked to end, and the start of one too many."""

import asyncio
import os
from collections import Counter

import pytest

from readbot.digests.model import DeliveryState
from readbot.playground.faults import Fault, FaultKind
from readbot.store import Database, Store
from readbot_slack import SlackPlatform
from tests.crash.harness import make_due
from tests.crash.platforms import SLACK_POST, Moment, WatchedFaults, open_slack
from tests.crash.program import run_program
from tests.waiting import LAST_RESORT_S

CHANNELS = 20
#: All that a worker has under way at once.
AT_ONCE = SlackPlatform.pace.at_once


@pytest.fixture(params=["sqlite", "procrastinate"])
def where(request: pytest.FixtureRequest) -> dict[str, str]:
    """Settings of an empty database, with a queue or without one."""
    if request.param == "sqlite":
        return {"DATABASE_URL": request.getfixturevalue("sqlite_url")}
    return {"DATABASE_URL": request.getfixturevalue("postgres_url"), "READBOT_QUEUE": "procrastinate"}


async def test_at_sigterm_it_lets_the_posts_under_way_end_and_begins_none(where: dict[str, str]) -> None:
    arrivals = 0
    all_under_way = asyncio.Event()

    def see(moment: Moment) -> None:
        nonlocal arrivals
        arrivals += moment is Moment.ARRIVED
        if arrivals == AT_ONCE:
            all_under_way.set()

    faults = WatchedFaults(see, is_stormy=False)
    unanswered = Fault(kind=FaultKind.DELAY, seconds=LAST_RESORT_S)
    faults.script(SLACK_POST, *[unanswered] * CHANNELS)
    patient = {
        "READBOT_POST_TIMEOUT_S": str(LAST_RESORT_S),
        "READBOT_LEASE_S": str(4 * LAST_RESORT_S),
        **where,
    }
    with Database.open(where["DATABASE_URL"]) as database:
        store = Store(database)
        async with open_slack(faults, CHANNELS) as stage:
            await asyncio.to_thread(make_due, store, stage.channels)
            async with run_program("worker", {**patient, **stage.environ}) as worker:
                async with asyncio.timeout(LAST_RESORT_S):
                    await all_under_way.wait()
                assert worker.terminate()
                await worker.wait_for("action=stop")
                # Now they are answered.
                faults.clear()
                assert await worker.wait() == 0
            states = Counter(row.state for row in store.journal.list_deliveries(limit=100))
            assert states == {
                DeliveryState.SENT: stage.count().total(),
                DeliveryState.PENDING: CHANNELS - stage.count().total(),
            }
            # One or two may begin in the moment between its word and its deed; a worker has ten seconds to
            # end, in which all of them would have gone.
            assert AT_ONCE <= states[DeliveryState.SENT] < CHANNELS


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
