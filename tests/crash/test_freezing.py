"""A worker that stands still and goes on later: a suspended machine, a paused container."""

import asyncio
from collections.abc import Callable

import pytest

from readbot.digests.model import DeliveryState
from readbot.digests.outcomes import Pace
from readbot.store import Database, Store
from readbot_slack import SlackPlatform
from tests.crash.harness import make_due
from tests.crash.platforms import WatchedFaults, open_slack
from tests.crash.program import run_program

DIGESTS = 3
#: Longer than a channel's pace makes the last of them wait, and the time limit of its post on top.
LEASE_S = 3


@pytest.mark.parametrize("queue", ["", "procrastinate"])
async def test_a_worker_frozen_between_claim_and_post_does_not_post_when_it_thaws(
    postgres_url: str, queue: str
) -> None:
    """Three digests for one channel: the last is claimed soon, and waits two seconds for the channel's pace.

    That is when its worker is frozen. Another one takes over what it has claimed; then the first one thaws.
    """
    pace: Pace = SlackPlatform.pace
    assert pace.channel_gap_s >= 1
    faults = WatchedFaults(lambda _moment: None, is_stormy=False)
    settings = {"DATABASE_URL": postgres_url, "READBOT_QUEUE": queue, "READBOT_LEASE_S": str(LEASE_S)}
    with Database.open(postgres_url) as database:
        store = Store(database)
        async with open_slack(faults, 1) as stage:
            settings |= stage.environ
            await asyncio.to_thread(make_due, store, stage.channels)
            subscription = store.subscriptions.find(stage.channels[0])
            assert subscription is not None
            for _ in range(DIGESTS - 1):
                store.slots.add_now(subscription, shared=False)

            async with run_program("worker", settings) as frozen:
                await _until(store, lambda states: DeliveryState.PENDING not in states)
                await _until_all_are_drawn(store)
                assert frozen.freeze()
                assert stage.count().total() < DIGESTS
                async with run_program("worker", settings):
                    await _until(store, lambda states: set(states) == {DeliveryState.SENT})
                    assert frozen.thaw()
                    await frozen.wait_for("held up", within_s=10)
                    assert frozen.terminate()
                    assert await frozen.wait() == 0
            assert stage.count().total() == DIGESTS


async def _until(store: Store, is_so: Callable[[list[DeliveryState]], bool]) -> None:
    """Wait until all deliveries are there, and in states that are as wanted."""
    states: list[DeliveryState] = []
    async with asyncio.timeout(30):
        while len(states) < DIGESTS or not is_so(states):
            await asyncio.sleep(0.002)
            states = [row.state for row in store.journal.list_deliveries()]


async def _until_all_are_drawn(store: Store) -> None:
    """Wait until no transaction is open any more between the claim and the post."""
    ids = [row.id for row in store.journal.list_deliveries()]
    async with asyncio.timeout(5):
        while len(store.bags.list_drawn(ids)) < len(ids):  # noqa: ASYNC110 - what is waited for stands in a database
            await asyncio.sleep(0.002)
