"""Time travel to digests, with the real engine on a real database."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio

from readbot.digests.model import Channel
from readbot.digests.service import DigestService
from readbot.digests.wiring import make_service, make_writers, run_digests
from readbot.digests.wish import parse_wish
from readbot.playground.clock import TravelClock
from readbot.playground.deeds import DeedError
from readbot.playground.digest_watch import DigestWatch
from readbot.settings import Settings
from readbot.storage import open_store
from readbot.testing import FakeClock, LoopbackMessenger
from tests.digest_data import make_shelves

pytestmark = pytest.mark.asyncio(loop_scope="session")

READING = Channel(platform="slack", workspace_id="T1", channel_id="C1")
PAPERS = Channel(platform="slack", workspace_id="T1", channel_id="C2")
WEEK = timedelta(days=7)


class Rig:
    """A running engine, a platform in memory, and who watches them."""

    def __init__(self, watch: DigestWatch, messenger: LoopbackMessenger, service: DigestService) -> None:
        self.watch = watch
        self.messenger = messenger
        self._service = service

    def turn_on(self, channel: Channel, typed: str) -> None:
        self._service.turn_on(channel, parse_wish(typed), person_id="U1")

    def titles(self, channel: Channel) -> list[str]:
        return [message.reply.fallback for message in self.messenger.in_channel(channel)]


@pytest_asyncio.fixture(loop_scope="session")
async def rig(tmp_path: Path) -> AsyncIterator[Rig]:
    clock = TravelClock()
    settings = Settings(data_dir=tmp_path, tick_s=3600, jitter_s=0)
    shelves = make_shelves(tmp_path)
    writers = make_writers(shelves)
    # It asks its clock for the time of day only.
    messenger = LoopbackMessenger(clock=cast("FakeClock", clock))
    store = open_store(settings, exclusive=True, clock=clock)
    service = make_service(settings, store, shelves, writers=writers)
    try:
        async with run_digests(
            settings,
            store=store,
            writers=writers,
            messengers={"slack": messenger},
            service=service,
            clock=clock,
        ) as scheduler:
            watch = DigestWatch(store, service, shelves.find_list, clock, look=scheduler.run_round)
            yield Rig(watch, messenger, service)
    finally:
        store.database.close()


async def test_the_next_digest_arrives_by_travelling_to_it(rig: Rig) -> None:
    rig.turn_on(READING, "monday 9 berlin")

    await rig.watch.travel_to_next()

    (message,) = rig.messenger.in_channel(READING)
    local = message.at.astimezone(ZoneInfo("Europe/Berlin"))
    assert (local.strftime("%A"), local.hour, local.minute) == ("Monday", 9, 0)


async def test_travelling_twice_brings_two_different_links(rig: Rig) -> None:
    rig.turn_on(READING, "monday 9 berlin")

    await rig.watch.travel_to_next()
    await rig.watch.travel_to_next()

    first, second = rig.titles(READING)
    assert first != second


async def test_weeks_pass_with_every_digest_at_its_own_time(rig: Rig) -> None:
    rig.turn_on(READING, "monday 9 berlin")
    rig.turn_on(PAPERS, "friday 17:30 america/new_york")

    await rig.watch.travel(3 * WEEK)

    assert len(rig.titles(READING)) == len(set(rig.titles(READING))) == 3
    assert len(rig.titles(PAPERS)) == 3
    seen = await rig.watch.describe()
    assert {delivery["state"] for delivery in seen["deliveries"]} == {"sent"}


async def test_with_no_digest_there_is_nowhere_to_travel_to(rig: Rig) -> None:
    with pytest.raises(DeedError, match="digest on"):
        await rig.watch.travel_to_next()


async def test_the_bag_and_the_ledger_are_described(rig: Rig) -> None:
    rig.turn_on(READING, "monday 9 berlin")
    await rig.watch.travel_to_next()

    seen = await rig.watch.describe()

    (subscription,) = seen["subscriptions"]
    assert (subscription["channel"], subscription["state"]) == ("C1", "active")
    assert (subscription["done"], subscription["total"]) == (1, 10)
    (delivery,) = seen["deliveries"]
    assert delivery["state"] == "sent"
    assert delivery["links"][0] in rig.titles(READING)[0]
    assert seen["next_due"] - delivery["slot"] == pytest.approx(
        WEEK.total_seconds() * 1000,
        abs=3_600_000,  # a change of clocks may lie between
    )
