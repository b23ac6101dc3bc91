"""Time travel: only ahead, and whoever waits arrives with it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from readbot.playground.clock import TravelClock
from readbot.testing import FakeClock

pytestmark = pytest.mark.asyncio(loop_scope="session")

WEEK = timedelta(days=7)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


async def test_it_begins_at_the_present() -> None:
    assert TravelClock().ahead == timedelta()


async def test_a_jump_moves_the_time_of_day_and_what_has_elapsed_alike() -> None:
    clock = TravelClock(clock=FakeClock(NOON))
    before_s = clock.elapsed_s()

    clock.travel(NOON + WEEK)

    assert clock.now() == NOON + WEEK
    assert clock.elapsed_s() - before_s == WEEK.total_seconds()


async def test_it_goes_on_after_a_jump() -> None:
    real = FakeClock(NOON)
    clock = TravelClock(clock=real)
    clock.travel(NOON + WEEK)

    real.advance(seconds=1)

    assert clock.now() == NOON + WEEK + timedelta(seconds=1)


async def test_who_sleeps_without_a_jump_wakes_by_themselves() -> None:
    clock = TravelClock()
    before_s = clock.elapsed_s()

    await clock.sleep(0.01)

    assert clock.elapsed_s() - before_s >= 0.01


async def test_there_is_no_way_back() -> None:
    clock = TravelClock()

    clock.travel(clock.now() - WEEK)

    assert clock.ahead == timedelta()


async def test_who_sleeps_arrives_with_a_jump_past_their_waking() -> None:
    clock = TravelClock()
    sleeper = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)

    clock.travel(clock.now() + timedelta(minutes=30))
    await asyncio.sleep(0)
    assert not sleeper.done()

    clock.travel(clock.now() + WEEK)
    async with asyncio.timeout(60):
        await sleeper


async def test_a_jump_is_told() -> None:
    told: list[str] = []
    clock = TravelClock(listener=lambda: told.append("jump"))

    clock.travel(clock.now() + WEEK)

    assert told == ["jump"]
