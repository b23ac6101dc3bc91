"""Subscriptions in the database, on both engines."""

import threading
from dataclasses import replace

import pytest

from readbot.digests.bag import Filter
from readbot.digests.model import DeliveryState, Subscription, SubscriptionState
from readbot.digests.wish import parse_wish
from readbot.reading_list.model import Kind
from readbot.store import Change, Store
from readbot.testing import FakeClock
from tests.digest_data import channel, make_due, subscribe


@pytest.mark.parametrize(
    "typed",
    [
        "daily 9",
        "weekdays noon",
        "friday 16:30 new york",
        "every 2 weeks mon",
        "monthly last friday",
        "monthly 31st",
    ],
)
def test_every_schedule_comes_back_as_it_was_written(store: Store, typed: str) -> None:
    written = subscribe(
        store, channel(), typed, wanted=Filter(section=("A", "B › C"), kind=Kind.PAPER), links=3
    )
    assert store.subscriptions.find(channel()) == written
    assert store.subscriptions.get(written.id) == written


def test_a_channel_without_a_digest_has_none(store: Store) -> None:
    assert store.subscriptions.find(channel()) is None
    assert store.subscriptions.change(channel(), lambda _before: None) is None


def test_channels_of_the_same_name_in_other_workspaces_are_others(store: Store) -> None:
    subscribe(store, channel(1, workspace="T1"))
    assert store.subscriptions.find(channel(1, workspace="T2")) is None
    assert store.subscriptions.find(channel(1, platform="discord")) is None


def test_two_people_who_turn_it_on_at_once_get_one_digest(store: Store) -> None:
    template = subscribe(store, channel(99))
    barrier = threading.Barrier(4)

    def turn_on() -> None:
        def decide(before: Subscription | None) -> Change:
            if before is None and not barrier.broken:
                with_id = replace(template, id=f"{threading.get_ident()}"[-20:], channel=channel(1))
                return Change(subscription=with_id)
            return Change(subscription=before or template)

        barrier.wait(5)
        store.subscriptions.change(channel(1), decide)

    threads = [threading.Thread(target=turn_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([found for found in store.subscriptions.list_() if found.channel == channel(1)]) == 1


@pytest.mark.parametrize("state", [SubscriptionState.PAUSED, SubscriptionState.OFF])
def test_what_waits_is_skipped_when_the_digest_stops(store: Store, state: SubscriptionState) -> None:
    make_due(store, channel())

    def stop(before: Subscription | None) -> Change:
        assert before is not None
        return Change(subscription=replace(before, state=state, next_slot=None, next_due_at=None))

    store.subscriptions.change(channel(), stop)
    [delivery] = store.journal.list_deliveries()
    assert (delivery.state, delivery.reason) == (DeliveryState.SKIPPED, f"the digest is {state}")


def test_what_is_being_posted_goes_on_when_the_digest_stops(store: Store, clock: FakeClock) -> None:
    make_due(store, channel())
    [claimed] = store.ledger.claim("slack:T1", now=clock.now(), lease_s=90, limit=1)
    store.subscriptions.change(
        channel(),
        lambda before: (
            None if before is None else Change(subscription=replace(before, state=SubscriptionState.PAUSED))
        ),
    )
    assert store.ledger.confirm(claimed, "m1")


def test_removing_takes_the_history_along(store: Store) -> None:
    make_due(store, channel())
    store.subscriptions.change(
        channel(), lambda before: None if before is None else Change(subscription=before, remove=True)
    )
    assert store.subscriptions.find(channel()) is None
    assert store.journal.list_deliveries() == []


def test_lists_are_by_channel_and_can_be_narrowed(store: Store) -> None:
    for number in (3, 1, 2):
        subscribe(store, channel(number))
    subscribe(store, channel(1, workspace="T2"), state=SubscriptionState.PAUSED)
    subscribe(store, channel(1, platform="discord"))
    slack = store.subscriptions.list_(platform="slack", workspace_id="T1")
    assert [found.channel.channel_id for found in slack] == ["C1", "C2", "C3"]
    assert len(store.subscriptions.list_()) == 5
    paused = store.subscriptions.list_(states=[SubscriptionState.PAUSED])
    assert [found.channel.workspace_id for found in paused] == ["T2"]


def test_a_changed_schedule_replaces_the_old_one(store: Store) -> None:
    before = subscribe(store, channel(), "monthly last friday")
    schedule = parse_wish("weekly monday 9").schedule(now=store.now(), timezone="UTC")
    store.subscriptions.change(
        channel(), lambda _before: Change(subscription=replace(before, schedule=schedule))
    )
    after = store.subscriptions.find(channel())
    assert after is not None
    assert after.schedule == schedule
