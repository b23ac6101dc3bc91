"""A worker that stands still and goes on later: a suspended machine, a paused container."""

import asyncio
import itertools
from collections.abc import Callable

import pytest

from readbot.digests.model import DeliveryState
from readbot.digests.outcomes import Pace
from readbot.store import Database, Store
from readbot_slack import SlackPlatform
from tests.crash.harness import LAST_POST_LANDS_WITHIN_S, make_due
from tests.crash.platforms import Stage, WatchedFaults, open_slack
from tests.crash.program import Program, run_program
from tests.waiting import LAST_RESORT_S

DIGESTS = 3
#: Longer than a channel's pace makes the last of them wait, and the time limit of its post on top.
LEASE_S = 3


@pytest.mark.parametrize("queue", ["", "procrastinate"])
async def test_a_worker_frozen_between_claim_and_post_does_not_post_when_it_thaws(
    postgres_url: str, queue: str
) -> None:
    """Three digests for one channel: the last is claimed soon, and waits two seconds for the channel's pace.

    That is when its worker is frozen. Another one takes over what it has claimed; then the first one thaws.
    On a busy machine the last may be posted before its worker is frozen: then three more are due.
    """
    pace: Pace = SlackPlatform.pace
    assert pace.channel_gap_s >= 1
    faults = WatchedFaults(lambda _moment: None, is_stormy=False)
    settings = {"DATABASE_URL": postgres_url, "READBOT_QUEUE": queue, "READBOT_LEASE_S": str(LEASE_S)}
    with Database.open(postgres_url) as database:
        store = Store(database)
        async with open_slack(faults, 1) as stage:
            settings |= stage.environ
            await asyncio.to_thread(make_due, store, stage.channels, in_s=1e6)
            async with run_program("worker", settings) as frozen:
                due = await _freeze_before_the_last_post(frozen, stage, store)
                async with run_program("worker", settings):
                    await _until(store, lambda states: set(states) == {DeliveryState.SENT})
                    assert frozen.thaw()
                    await frozen.wait_for("held up")
                    assert frozen.terminate()
                    assert await frozen.wait() == 0
            assert stage.count().total() == due


async def _freeze_before_the_last_post(worker: Program, stage: Stage, store: Store) -> int:
    """Freeze *worker* when all that is due is claimed, and not all of it posted; return how much was due."""
    subscription = store.subscriptions.find(stage.channels[0])
    assert subscription is not None
    for due in itertools.count(DIGESTS, DIGESTS):
        for _ in range(DIGESTS):
            store.slots.add_now(subscription, shared=False)
        await _until(store, lambda states: DeliveryState.PENDING not in states)
        await _until_all_are_drawn(store)
        assert worker.freeze()
        await asyncio.sleep(LAST_POST_LANDS_WITHIN_S)
        if stage.count().total() < due:
            return due
        assert worker.thaw()
    raise AssertionError


async def _until(store: Store, is_so: Callable[[list[DeliveryState]], bool]) -> None:
    """Wait until the states of all deliveries are as wanted."""
    async with asyncio.timeout(LAST_RESORT_S):
        while not is_so([row.state for row in store.journal.list_deliveries(limit=1000)]):  # noqa: ASYNC110 - what is waited for stands in a database
            await asyncio.sleep(0.002)


async def _until_all_are_drawn(store: Store) -> None:
    """Wait until no transaction is open any more between the claim and the post."""
    ids = [row.id for row in store.journal.list_deliveries(limit=1000)]
    async with asyncio.timeout(LAST_RESORT_S):
        while len(store.bags.list_drawn(ids)) < len(ids):  # noqa: ASYNC110 - what is waited for stands in a database
            await asyncio.sleep(0.002)
