"""Time travel: only ahead, and whoever waits arrives with it."""

import asyncio
from datetime import timedelta

import pytest

from readbot.playground.clock import TravelClock

pytestmark = pytest.mark.asyncio(loop_scope="session")

WEEK = timedelta(days=7)


async def test_it_begins_at_the_present() -> None:
    assert TravelClock().ahead == timedelta()


async def test_a_jump_moves_the_time_of_day_and_what_has_elapsed_alike() -> None:
    clock = TravelClock()
    before, before_s = clock.now(), clock.elapsed_s()

    clock.travel(before + WEEK)

    assert timedelta() <= clock.now() - (before + WEEK) < timedelta(seconds=5)
    assert clock.elapsed_s() - before_s == pytest.approx(WEEK.total_seconds(), abs=5)


async def test_it_goes_on_after_a_jump() -> None:
    clock = TravelClock()
    clock.travel(clock.now() + WEEK)
    first = clock.now()

    await clock.sleep(0.01)

    assert clock.now() > first


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
    async with asyncio.timeout(1):
        await sleeper


async def test_a_jump_is_told() -> None:
    told: list[str] = []
    clock = TravelClock(listener=lambda: told.append("jump"))

    clock.travel(clock.now() + WEEK)

    assert told == ["jump"]
