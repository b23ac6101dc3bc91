"""Seeded storms: workers die anywhere, the platform loses, delays and refuses; then the sky clears.

A small brother of the crash harness, which kills real processes: this one runs in a second or two.
The seed decides on the weather; where a worker is when it dies, the machine decides as well.
"""

import asyncio
import random
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from readbot.conversation.reply import Reply
from readbot.digests.model import Channel, DeliveryState
from readbot.digests.outcomes import CannotLook, LookUp, NoAnswer, PostOutcome, Refusal, Refused
from readbot.settings import OnUnknown
from readbot.store import Database, Store
from readbot.testing import FakeClock, LoopbackMessenger
from tests.digest_data import START, channel, make_due
from tests.digests.rig import Rig

DELIVERIES = 12


class StormyMessenger(LoopbackMessenger):
    """A platform that fails in every way it may, within the settle time."""

    def __init__(self, clock: FakeClock, chance: random.Random) -> None:
        super().__init__(clock=clock)
        self.chance = chance
        self.is_stormy = True
        self._late: list[tuple[datetime, Channel, Reply, str]] = []

    async def post(self, channel: Channel, reply: Reply, delivery_id: str) -> PostOutcome:
        self._let_late_ones_in()
        self.calls.append(delivery_id)
        await self._dawdle()
        fate = self.chance.random() if self.is_stormy else 1.0
        if fate < 0.12:
            return NoAnswer(reason="reset before")
        if fate < 0.24:
            self._accept(channel, reply, delivery_id)
            return NoAnswer(reason="500 after accepting")
        if fate < 0.36:
            at = self.clock.now() + timedelta(seconds=self.chance.uniform(0, 50))
            self._late.append((at, channel, reply, delivery_id))
            return NoAnswer(reason="timeout, accepted later")
        if fate < 0.46:
            return Refused(refusal=Refusal.LATER, reason="ratelimited", retry_after_s=3, for_all=fate < 0.4)
        if fate < 0.50:
            raise ConnectionResetError
        accepted = self._accept(channel, reply, delivery_id)
        await self._dawdle()  # here a killed worker's post has arrived, and its answer has not
        return accepted

    async def find(self, channel: Channel, delivery_id: str, since: datetime, until: datetime) -> LookUp:
        self._let_late_ones_in()
        await self._dawdle()
        if self.is_stormy and self.chance.random() < 0.2:
            return NoAnswer(reason="timeout")
        if not self.can_look:
            return CannotLook(reason="missing_scope")
        return await super().find(channel, delivery_id, since, until)

    async def _dawdle(self) -> None:
        for _ in range(self.chance.randrange(4)):
            await asyncio.sleep(0)

    def _let_late_ones_in(self) -> None:
        now = self.clock.now()
        for late in [late for late in self._late if late[0] <= now]:
            self._late.remove(late)
            self._accept(*late[1:], at=late[0])


async def weather_the_storm(store: Store, clock: FakeClock, seed: int, **options: Any) -> StormyMessenger:
    """Deliver through a storm in which workers are killed, then let the sky clear."""
    chance = random.Random(seed)
    messenger = StormyMessenger(clock, chance)
    messenger.can_look = options.pop("can_look", True) is True
    messenger.drops_repeats = options.pop("drops_repeats", False) is True
    for number in range(DELIVERIES):
        make_due(store, channel(number, workspace=f"T{number % 3}"))
    for _ in range(10):
        clock.advance(seconds=chance.choice([1, 5, 30, 90]))
        workers = [Rig(store, clock, messenger=messenger, **options) for _ in range(chance.choice([1, 2]))]
        rounds = [asyncio.create_task(worker.round()) for worker in workers]
        await asyncio.sleep(chance.choice([0.001, 0.005, 0.01, 0.03, 0.06]) if chance.random() < 0.7 else 0)
        for worker, task in zip(workers, rounds, strict=True):
            await _kill(worker, task)
    messenger.is_stormy = False
    survivor = Rig(store, clock, messenger=messenger, **options)
    for _ in range(8):
        await survivor.round(after_s=91)
    return messenger


async def _kill(worker: Rig, task: asyncio.Task[None]) -> None:
    """End a worker wherever it is: what it has written stays, what it was about to do it does not."""
    doomed = [task, *worker.scheduler._serving.values(), worker.scheduler._chores]
    for each in doomed:
        if each is not None:
            each.cancel()
    await asyncio.gather(*(each for each in doomed if each is not None), return_exceptions=True)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.mark.parametrize("seed", range(8))
async def test_with_a_look_up_nothing_is_lost_and_nothing_doubled(
    store: Store, clock: FakeClock, seed: int
) -> None:
    messenger = await weather_the_storm(store, clock, seed)
    posts = Counter(message.delivery_id for message in messenger.messages)
    assert sorted(posts.values()) == [1] * DELIVERIES
    states = {row.state for row in store.journal.list_deliveries(limit=100)}
    assert states == {DeliveryState.SENT}


@pytest.mark.parametrize("seed", range(4))
async def test_without_one_nothing_is_doubled_and_every_loss_is_listed(
    store: Store, clock: FakeClock, seed: int
) -> None:
    messenger = await weather_the_storm(store, clock, seed, can_look=False)
    posts = Counter(message.delivery_id for message in messenger.messages)
    rows = store.journal.list_deliveries(limit=100)
    # On a slow machine every worker may die between its claim and its post: then nothing is there.
    assert set(posts.values()) <= {1}
    lost = {row.id for row in rows} - set(posts)
    unconfirmed = {row.id for row in rows if row.is_unconfirmed}
    assert lost <= unconfirmed
    assert {row.state for row in rows if row.id not in unconfirmed} <= {DeliveryState.SENT}


@pytest.mark.parametrize("seed", range(4))
async def test_with_a_nonce_posting_again_blindly_doubles_nothing(
    store: Store, clock: FakeClock, seed: int
) -> None:
    messenger = await weather_the_storm(
        store, clock, seed, can_look=False, drops_repeats=True, on_unknown=OnUnknown.REPOST
    )
    posts = Counter(message.delivery_id for message in messenger.messages)
    assert sorted(posts.values()) == [1] * DELIVERIES


async def test_on_postgresql_it_is_the_same(clean_postgres_url: str, clock: FakeClock) -> None:
    with Database.open(clean_postgres_url, clock=clock) as database:
        messenger = await weather_the_storm(Store(database), clock, seed=99)
    posts = Counter(message.delivery_id for message in messenger.messages)
    assert sorted(posts.values()) == [1] * DELIVERIES
