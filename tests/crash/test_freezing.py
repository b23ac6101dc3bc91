"""A worker that stands still and goes on later: a suspended machine, a paused container."""

import asyncio

import pytest

from readbot.digests.model import DeliveryState
from readbot.digests.outcomes import Pace
from readbot.store import Database, Store
from readbot_slack import SlackPlatform
from tests.crash.harness import make_due
from tests.crash.platforms import Moment, WatchedFaults, open_slack
from tests.crash.program import run_program

#: Longer than a channel's pace makes a claimed post wait, and the guard's time-out on top.
LEASE_S = 1.8


@pytest.mark.parametrize("queue", ["", "procrastinate"])
async def test_a_worker_frozen_between_claim_and_post_does_not_post_when_it_thaws(
    postgres_url: str, queue: str
) -> None:
    """Two digests for one channel: the second is claimed, and waits for the channel's pace to post.

    That is when its worker is frozen. Another one takes the digest over; then the first one thaws.
    """
    pace: Pace = SlackPlatform.pace
    assert pace.channel_gap_s >= 1
    accepted = asyncio.Event()
    faults = WatchedFaults(
        lambda moment: accepted.set() if moment is Moment.ACCEPTED else None, is_stormy=False
    )
    settings = {"DATABASE_URL": postgres_url, "READBOT_QUEUE": queue, "READBOT_LEASE_S": str(LEASE_S)}
    with Database.open(postgres_url) as database:
        store = Store(database)
        async with open_slack(faults, 1) as stage:
            settings |= stage.environ
            await asyncio.to_thread(make_due, store, stage.channels)
            subscription = store.subscriptions.find(stage.channels[0])
            assert subscription is not None
            store.slots.add_now(subscription, shared=False)

            async with run_program("worker", settings) as frozen:
                await accepted.wait()
                await _until(store, DeliveryState.SENDING, DeliveryState.SENT)
                await _until_all_are_drawn(store)
                assert frozen.freeze()
                assert stage.count().total() == 1
                async with run_program("worker", settings):
                    await _until(store, DeliveryState.SENT, DeliveryState.SENT)
                    assert frozen.thaw()
                    await frozen.wait_for("held up", within_s=10)
                    assert frozen.terminate()
                    assert await frozen.wait() == 0
            assert stage.count().total() == 2


async def _until(store: Store, *states: DeliveryState) -> None:
    """Wait until the deliveries are in these states, whichever is in which."""
    async with asyncio.timeout(30):
        while (now := sorted(row.state for row in store.journal.list_deliveries())) != sorted(states):
            assert len(now) <= len(states), now
            await asyncio.sleep(0.002)


async def _until_all_are_drawn(store: Store) -> None:
    """Wait until no transaction is open any more between the claim and the post."""
    ids = [row.id for row in store.journal.list_deliveries()]
    async with asyncio.timeout(1):
        while len(store.bags.list_drawn(ids)) < len(ids):  # noqa: ASYNC110 - what is waited for stands in a database
            await asyncio.sleep(0.002)
