"""From slots to deliveries, on both engines."""

import threading
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from readbot.digests.calendar import Slot
from readbot.digests.model import DeliveryState, Origin, Subscription, SubscriptionState
from readbot.store import Change, Store, Ticked, TickRules
from readbot.testing import FakeClock
from tests.digest_data import MONDAY, RULES, channel, subscribe


def tick(store: Store, rules: TickRules = RULES) -> Ticked:
    return store.slots.tick(store.now(), rules)


def states(store: Store) -> list[tuple[str, str]]:
    rows = store.journal.list_deliveries(limit=100)
    return [(f"{row.slot_at:%d %b %H:%M}", row.state.value) for row in reversed(rows)]


def test_nothing_is_due_before_its_time(store: Store) -> None:
    subscribe(store, channel())
    assert tick(store) == Ticked()


def test_a_slot_becomes_one_delivery_and_the_next_slot_is_set(store: Store, clock: FakeClock) -> None:
    subscription = subscribe(store, channel())
    clock.advance(days=5, hours=20)
    assert tick(store) == Ticked(due=1)
    [delivery] = store.journal.list_deliveries()
    assert delivery.subscription_id == subscription.id
    assert delivery.channel == channel()
    assert (delivery.state, delivery.origin, delivery.slot_at) == (DeliveryState.PENDING, Origin.SLOT, MONDAY)
    assert delivery.due_at == delivery.try_at == MONDAY
    assert len(delivery.id) == 20
    after = store.subscriptions.find(channel())
    assert after is not None
    assert after.next_slot == Slot(
        local=datetime.combine(date(2026, 12, 7), time(9)), instant=MONDAY + timedelta(days=7)
    )
    assert after.next_due_at == MONDAY + timedelta(days=7)


def test_a_second_tick_finds_nothing(store: Store, clock: FakeClock) -> None:
    subscribe(store, channel())
    clock.advance(days=6)
    tick(store)
    assert tick(store) == Ticked()


def test_ticks_that_overlap_make_one_delivery_each(store: Store, clock: FakeClock) -> None:
    for number in range(30):
        subscribe(store, channel(number))
    clock.advance(days=6)
    threads = [threading.Thread(target=tick, args=(store,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tick(store)
    assert len(store.journal.list_deliveries(limit=100)) == 30


def test_after_a_day_at_most_the_missed_slot_is_caught_up(store: Store, clock: FakeClock) -> None:
    subscribe(store, channel())
    clock.advance(days=6, hours=20)  # Monday 08:00 UTC plus 24 hours, to the minute
    assert tick(store) == Ticked(due=1)


def test_later_than_a_day_it_is_recorded_as_skipped(store: Store, clock: FakeClock) -> None:
    subscribe(store, channel())
    clock.advance(days=6, hours=20, seconds=1)
    assert tick(store) == Ticked(skipped=1)
    [delivery] = store.journal.list_deliveries()
    assert (delivery.state, delivery.try_at, delivery.reason) == (
        DeliveryState.SKIPPED,
        None,
        "readbot was not running",
    )


def test_after_a_week_down_a_daily_digest_comes_once(store: Store, clock: FakeClock) -> None:
    subscribe(store, channel(), "daily 9 berlin")
    clock.advance(days=6)
    assert tick(store) == Ticked(due=1, skipped=5)
    assert states(store) == [
        *[(f"{day} Nov 08:00", "skipped") for day in range(25, 30)],
        ("30 Nov 08:00", "pending"),
    ]


def test_jitter_spreads_the_channels_of_a_slot_and_is_stable(store: Store, clock: FakeClock) -> None:
    rules = TickRules(catch_up=timedelta(hours=24), jitter_s=300, is_shared=RULES.is_shared)
    for number in range(20):
        subscribe(store, channel(number), "daily 9 berlin")
    clock.advance(days=6)
    tick(store, rules)
    waits = {
        row.channel.channel_id: row.due_at - row.slot_at
        for row in store.journal.list_deliveries(states=[DeliveryState.PENDING], limit=100)
    }
    assert len(set(waits.values())) == 20
    assert max(waits.values()) <= timedelta(seconds=300)
    clock.advance(days=1)
    tick(store, rules)
    again = [row for row in store.journal.list_deliveries(limit=20) if row.slot_at > MONDAY]
    assert {row.channel.channel_id: row.due_at - row.slot_at for row in again} == waits


def test_a_time_that_was_set_by_hand_has_no_jitter(store: Store, clock: FakeClock) -> None:
    rules = TickRules(catch_up=timedelta(hours=24), jitter_s=300, is_shared=RULES.is_shared)
    soon = clock.now() + timedelta(seconds=3)
    subscribe(
        store, channel(), next_slot=Slot(local=soon.replace(tzinfo=None), instant=soon), next_due_at=soon
    )
    clock.advance(seconds=3)
    tick(store, rules)
    assert [row.due_at for row in store.journal.list_deliveries()] == [soon]


@pytest.mark.parametrize(("platform", "group"), [("slack", "slack:T1"), ("discord", "discord")])
def test_what_shares_a_budget_is_one_group(store: Store, clock: FakeClock, platform: str, group: str) -> None:
    subscribe(store, channel(platform=platform))
    clock.advance(days=6)
    tick(store)
    assert store.ledger.due_groups(clock.now(), [platform]) == [group]
    assert store.ledger.due_groups(clock.now(), ["other"]) == []


def test_many_schedules_tick_at_once(store: Store, clock: FakeClock) -> None:
    wishes = [
        "daily 9 berlin",
        "weekdays 9 berlin",
        "every 2 weeks monday 9 berlin",
        "monthly 30th 9 berlin",
        "mon 9",
    ]
    for number, typed in enumerate(wishes):
        subscribe(store, channel(number), typed)
    clock.advance(days=6)
    assert tick(store).due == len(wishes)


def test_a_slot_that_was_skipped_and_then_asked_for_again_is_posted(store: Store, clock: FakeClock) -> None:
    subscription = subscribe(store, channel())
    assert subscription.next_slot is not None
    skip = Change(subscription=subscription, skipped=(subscription.next_slot, "skipped by U1"))
    store.subscriptions.change(channel(), lambda _before: skip)
    clock.advance(days=6)
    assert tick(store) == Ticked(due=1)
    assert states(store) == [("30 Nov 08:00", "pending")]


def test_a_slot_that_was_skipped_and_then_asked_for_again_keeps_to_its_platforms_budget(
    store: Store, clock: FakeClock
) -> None:
    there = channel(platform="discord")
    subscription = subscribe(store, there)
    assert subscription.next_slot is not None
    skip = Change(subscription=subscription, skipped=(subscription.next_slot, "skipped by U1"))
    store.subscriptions.change(there, lambda _before: skip)
    clock.advance(days=6)
    tick(store)
    [delivery] = store.journal.list_deliveries()
    assert delivery.group == "discord"


def test_a_paused_subscription_is_not_due(store: Store, clock: FakeClock) -> None:
    quiet: dict[str, Any] = {"state": SubscriptionState.PAUSED, "next_slot": None, "next_due_at": None}
    subscribe(store, channel(), **quiet)
    clock.advance(days=60)
    assert tick(store) == Ticked()


def test_slots_are_worked_out_anew_when_a_zone_moves(store: Store) -> None:
    subscribe(store, channel())

    def moved(subscription: Subscription) -> Subscription:
        from dataclasses import replace

        assert subscription.next_slot is not None
        instant = subscription.next_slot.instant + timedelta(hours=1)
        slot = replace(subscription.next_slot, instant=instant)
        return replace(subscription, next_slot=slot, next_due_at=instant)

    assert store.subscriptions.refresh_slots(moved) == 1
    assert store.subscriptions.refresh_slots(lambda subscription: subscription) == 0
    after = store.subscriptions.find(channel())
    assert after is not None
    assert after.next_due_at == MONDAY + timedelta(hours=1)
