"""Skipping means a date: it stays left out for as long as it lies ahead, on both engines."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from readbot.digests.model import DeliveryState, Subscription
from readbot.digests.service import DigestService
from readbot.digests.wish import parse_wish
from readbot.store import Database, Store
from readbot.testing import FakeClock
from tests.digest_data import START, channel
from tests.digests.rig import Rig


@pytest.fixture
def store(database_url: str, clock: FakeClock) -> Iterator[Store]:
    with Database.open(database_url, clock=clock) as database:
        yield Store(database)


@pytest.fixture
def rig(store: Store, clock: FakeClock) -> Rig:
    return Rig(store, clock)


@pytest.fixture
def service(rig: Rig) -> DigestService:
    return rig.service


def turn_on(service: DigestService, typed: str) -> str:
    """Turn the first channel's digest on, or change it, and return the date on which it comes next."""
    service.turn_on(channel(), parse_wish(typed), person_id="U1", timezone="Europe/Berlin")
    return coming(service)


def skip(service: DigestService, times: int = 1) -> str:
    for _ in range(times):
        service.skip(channel(), person_id="U2")
    return coming(service)


def coming(service: DigestService) -> str:
    slot = find(service).next_slot
    return f"{slot.date:%a %d %b}" if slot else "none"


def find(service: DigestService) -> Subscription:
    subscription = service.status(channel()).subscription
    assert subscription is not None
    return subscription


def test_resume_keeps_a_skipped_date_that_lies_ahead(service: DigestService) -> None:
    turn_on(service, "monday 9")
    skip(service)
    service.pause(channel())
    service.resume(channel())
    assert coming(service) == "Mon 07 Dec"


def test_resume_keeps_every_date_that_was_skipped(service: DigestService) -> None:
    turn_on(service, "monday 9")
    assert skip(service, times=3) == "Mon 21 Dec"
    service.pause(channel())
    service.resume(channel())
    assert coming(service) == "Mon 21 Dec"


def test_on_after_a_pause_keeps_a_skipped_date(service: DigestService) -> None:
    turn_on(service, "monday 9")
    skip(service)
    service.pause(channel())
    assert turn_on(service, "") == "Mon 07 Dec"


def test_a_channel_that_can_be_reached_again_keeps_a_skipped_date(
    service: DigestService, store: Store
) -> None:
    turn_on(service, "daily 9")
    skip(service, times=2)
    group = service.post_now(channel()).group
    [delivery] = store.ledger.claim(group, now=store.now(), lease_s=60, limit=1)
    store.ledger.mark_unreachable(
        delivery, reason="gone", probe_at=START + timedelta(days=1), notice="I cannot post there."
    )
    assert coming(service) == "none"
    service.revive(find(service))
    assert coming(service) == "Fri 27 Nov"


@pytest.mark.parametrize("change", ["10:00", "links:2", "section:basics", "zone:tokyo", "changes:on", ""])
def test_a_change_that_leaves_the_days_alone_keeps_a_skipped_date(
    service: DigestService, change: str
) -> None:
    turn_on(service, "monday 9")
    skip(service)
    assert turn_on(service, change) == "Mon 07 Dec"


def test_a_skipped_date_that_is_a_slot_no_more_is_forgotten(service: DigestService) -> None:
    turn_on(service, "monday 9")
    skip(service)
    assert turn_on(service, "friday") == "Fri 27 Nov"
    assert turn_on(service, "monday") == "Mon 30 Nov"


async def test_a_skipped_date_behind_the_next_slot_is_left_out_when_it_comes(
    rig: Rig, service: DigestService
) -> None:
    turn_on(service, "monday 9")
    skip(service)
    assert turn_on(service, "daily") == "Wed 25 Nov"
    await rig.run(timedelta(days=7), step=timedelta(hours=6))
    posted = [row.slot_at.day for row in rig.store.journal.list_deliveries() if row.message_id]
    assert posted == [1, 29, 28, 27, 26, 25]


async def test_a_skipped_date_that_was_missed_as_well_is_told_as_skipped(
    rig: Rig, service: DigestService
) -> None:
    turn_on(service, "monday 9")
    skip(service)
    turn_on(service, "daily")
    await rig.round(after_s=timedelta(days=10).total_seconds())
    reasons = {row.slot_at.day: row.reason for row in rig.store.journal.list_deliveries() if row.reason}
    assert reasons.pop(30) == "skipped by U2"
    assert set(reasons.values()) == {"readbot was not running"}


async def test_a_date_that_is_past_is_remembered_no_longer(rig: Rig, service: DigestService) -> None:
    turn_on(service, "daily 9")
    skip(service)
    assert find(service).skipped_dates == {date(2026, 11, 25)}
    await rig.run(timedelta(days=2), step=timedelta(hours=12))
    assert find(service).skipped_dates == frozenset()


def test_off_and_on_again_begins_without_skipped_dates(service: DigestService) -> None:
    turn_on(service, "monday 9")
    skip(service)
    service.turn_off(channel())
    assert turn_on(service, "") == "Mon 30 Nov"


async def test_a_first_post_named_for_a_skipped_date_comes(rig: Rig, service: DigestService) -> None:
    turn_on(service, "monday 9")
    skip(service)
    by_hand = START + timedelta(days=6)
    service.turn_on(channel(), parse_wish(""), person_id="U1", next_at=by_hand)
    assert coming(service) == "Mon 30 Nov"
    await rig.round(after_s=timedelta(days=6).total_seconds())
    assert rig.states() == [DeliveryState.SKIPPED, DeliveryState.SENT]


def test_skipping_again_passes_over_dates_that_were_skipped_before(service: DigestService) -> None:
    turn_on(service, "monday 9")
    skip(service)
    turn_on(service, "daily")
    assert skip(service, times=5) == "Tue 01 Dec"
