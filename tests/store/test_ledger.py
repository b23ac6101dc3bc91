"""The ledger's state machine, on both engines."""

import threading
from datetime import timedelta

import pytest

from readbot.digests.model import Delivery, DeliveryState, Subscription, SubscriptionState
from readbot.store import Change, Drawn, Store
from readbot.testing import FakeClock
from tests.digest_data import READING_LIST, channel, draw_two, make_due

LEASE_S = 90.0


def claim(store: Store, group: str = "slack:T1", limit: int = 10) -> list[Delivery]:
    return store.ledger.claim(group, now=store.now(), lease_s=LEASE_S, limit=limit)


def claim_one(store: Store) -> Delivery:
    make_due(store, channel())
    [delivery] = claim(store)
    return delivery


def only(store: Store) -> Delivery:
    [delivery] = store.journal.list_deliveries()
    return delivery


def doubt(store: Store, delivery: Delivery) -> Delivery:
    """Make a delivery unknown, and take it for a look-up."""
    store.ledger.doubt(delivery, look_at=store.now(), reason="no answer")
    [taken] = store.ledger.take_look_ups(store.now(), platforms=["slack"], hold_s=10, limit=5)
    return taken


def test_a_claim_is_written_down_before_anything_is_posted(store: Store, clock: FakeClock) -> None:
    delivery = claim_one(store)
    assert only(store) == delivery
    assert (delivery.state, delivery.attempts) == (DeliveryState.SENDING, 1)
    assert delivery.lease_until == clock.now() + timedelta(seconds=LEASE_S)


def test_what_one_worker_has_no_other_gets(store: Store) -> None:
    for number in range(40):
        make_due(store, channel(number))
    got: list[str] = []

    def work() -> None:
        while mine := claim(store, limit=3):
            got.extend(delivery.id for delivery in mine)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(set(got)) == 40


def test_a_claim_takes_the_longest_waiting_first_and_only_its_own_group(
    store: Store, clock: FakeClock
) -> None:
    first = make_due(store, channel(1))
    make_due(store, channel(1, workspace="T2"))
    clock.advance(seconds=1)
    make_due(store, channel(2))
    assert [delivery.id for delivery in claim(store, limit=1)] == [first.id]
    assert len(claim(store)) == 1
    assert store.ledger.due_groups(clock.now(), ["slack"]) == ["slack:T2"]


def test_a_confirmed_delivery_is_sent_for_good(store: Store, clock: FakeClock) -> None:
    delivery = claim_one(store)
    assert store.ledger.confirm(delivery, "m1")
    after = only(store)
    assert (after.state, after.message_id, after.finished_at) == (DeliveryState.SENT, "m1", clock.now())
    assert not store.ledger.confirm(delivery, "m2")
    assert not store.ledger.doubt(delivery, look_at=clock.now(), reason="late")
    assert claim(store) == []


def test_a_postponed_delivery_waits_for_its_time(store: Store, clock: FakeClock) -> None:
    delivery = claim_one(store)
    store.ledger.postpone(delivery, try_at=clock.now() + timedelta(seconds=30), reason="rate limited")
    assert claim(store) == []
    assert store.ledger.due_groups(clock.now(), ["slack"]) == []
    clock.advance(seconds=30)
    assert [again.attempts for again in claim(store)] == [2]


@pytest.mark.parametrize("outcome", ["confirm", "postpone", "doubt", "give_up", "skip", "unreachable"])
def test_a_worker_that_was_given_up_on_changes_nothing(store: Store, clock: FakeClock, outcome: str) -> None:
    """Its delivery was looked up, not found, and is now another worker's."""
    zombie = claim_one(store)
    clock.advance(seconds=LEASE_S)
    assert store.ledger.expire_leases(clock.now(), settle_s=0) == 1
    [taken] = store.ledger.take_look_ups(clock.now(), platforms=["slack"], hold_s=10, limit=5)
    store.ledger.repost(taken, reason="not found")
    [current] = claim(store)
    late = {
        "confirm": lambda: store.ledger.confirm(zombie, "m1"),
        "postpone": lambda: store.ledger.postpone(zombie, try_at=clock.now(), reason=""),
        "doubt": lambda: store.ledger.doubt(zombie, look_at=clock.now(), reason=""),
        "give_up": lambda: store.ledger.give_up(zombie, reason=""),
        "skip": lambda: store.ledger.skip(zombie, reason=""),
        "unreachable": lambda: store.ledger.mark_unreachable(
            zombie, reason="", probe_at=clock.now(), notice="x"
        ),
    }
    assert not late[outcome]()
    assert only(store) == current


def test_a_lease_that_ran_out_makes_the_delivery_unknown_and_waits_to_settle(
    store: Store, clock: FakeClock
) -> None:
    claim_one(store)
    clock.advance(seconds=LEASE_S - 1)
    assert store.ledger.expire_leases(clock.now(), settle_s=60) == 0
    clock.advance(seconds=1)
    assert store.ledger.expire_leases(clock.now(), settle_s=60) == 1
    assert only(store).state is DeliveryState.UNKNOWN
    clock.advance(seconds=59)
    assert store.ledger.take_look_ups(clock.now(), platforms=["slack"], hold_s=10, limit=5) == []
    clock.advance(seconds=1)
    assert len(store.ledger.take_look_ups(clock.now(), platforms=["slack"], hold_s=10, limit=5)) == 1


def test_a_look_up_is_one_workers_until_it_is_overdue(store: Store, clock: FakeClock) -> None:
    doubt(store, claim_one(store))
    assert store.ledger.take_look_ups(clock.now(), platforms=["slack"], hold_s=10, limit=5) == []
    clock.advance(seconds=10)
    assert store.ledger.take_look_ups(clock.now(), platforms=["discord"], hold_s=10, limit=5) == []
    assert len(store.ledger.take_look_ups(clock.now(), platforms=["slack"], hold_s=10, limit=5)) == 1


def test_a_delivery_that_was_found_is_sent(store: Store) -> None:
    taken = doubt(store, claim_one(store))
    assert store.ledger.confirm_found(taken, "m1")
    assert (only(store).state, only(store).message_id) == (DeliveryState.SENT, "m1")
    assert not store.ledger.repost(taken, reason="late")


def test_a_delivery_that_was_not_found_is_posted_again(store: Store) -> None:
    taken = doubt(store, claim_one(store))
    assert store.ledger.repost(taken, reason="not found")
    assert [again.attempts for again in claim(store)] == [2]


def test_an_unconfirmed_delivery_is_posted_again_only_when_asked_for_and_once(
    store: Store, clock: FakeClock
) -> None:
    taken = doubt(store, claim_one(store))
    assert store.ledger.leave_unconfirmed(taken, reason="cannot look")
    assert only(store).is_unconfirmed
    clock.advance(days=9)
    assert store.ledger.take_look_ups(clock.now(), platforms=["slack"], hold_s=10, limit=5) == []
    assert store.ledger.post_again(taken.id)
    assert not store.ledger.post_again(taken.id)
    assert len(claim(store)) == 1


def test_what_was_drawn_for_a_delivery_stays_when_it_is_tried_again(store: Store, clock: FakeClock) -> None:
    delivery = claim_one(store)
    subscription, drawn = store.bags.draw(delivery, draw_two())
    store.ledger.postpone(delivery, try_at=clock.now(), reason="rate limited")
    [again] = claim(store)
    assert store.bags.draw(again, draw_two()) == (subscription, drawn)
    assert store.bags.list_drawn([delivery.id]) == {delivery.id: [one.link_id for one in drawn]}


def test_two_digests_at_once_draw_different_links(store: Store, clock: FakeClock) -> None:
    first = make_due(store, channel())
    subscription = store.subscriptions.find(channel())
    assert subscription is not None
    drawn: list[Drawn] = []

    def work(delivery: Delivery) -> None:
        drawn.extend(store.bags.draw(delivery, draw_two())[1])

    deliveries = [first]
    for _ in range(3):
        store.database._clock.advance(seconds=1)  # type: ignore[union-attr]
        deliveries.append(store.slots.add_now(subscription, shared=False))
    threads = [threading.Thread(target=work, args=(delivery,)) for delivery in deliveries]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({one.link_id for one in drawn}) == 8


def test_links_of_a_delivery_that_certainly_failed_go_back_into_the_bag(store: Store) -> None:
    delivery = claim_one(store)
    subscription, _ = store.bags.draw(delivery, draw_two())
    assert len(store.bags.history(subscription)[0]) == 2
    store.ledger.give_up(delivery, reason="too late")
    assert store.bags.history(subscription)[0] == []


def test_links_of_an_unconfirmed_delivery_count_as_posted(store: Store) -> None:
    delivery = claim_one(store)
    subscription, _ = store.bags.draw(delivery, draw_two())
    store.ledger.leave_unconfirmed(doubt(store, delivery), reason="cannot look")
    assert len(store.bags.history(subscription)[0]) == 2


def test_links_that_join_the_list_after_a_subscription_are_news_to_it(store: Store, clock: FakeClock) -> None:
    paths = {entry.link.id: entry.path for entry in READING_LIST.entries}
    ids = list(paths)
    assert store.bags.learn_links({each: paths[each] for each in ids[:8]}) == 8
    clock.advance(days=1)
    make_due(store, channel())
    subscription = store.subscriptions.find(channel())
    assert subscription is not None
    clock.advance(days=1)
    assert store.bags.learn_links(paths) == 2
    assert store.bags.learn_links(paths) == 0
    assert store.bags.history(subscription)[1] == frozenset(ids[8:])


def test_an_unreachable_channel_keeps_its_settings_and_its_person_is_told_once(
    store: Store, clock: FakeClock
) -> None:
    delivery = claim_one(store)
    before = store.subscriptions.find(channel())
    tomorrow = clock.now() + timedelta(days=1)
    store.ledger.mark_unreachable(delivery, reason="is_archived", probe_at=tomorrow, notice="It is archived.")
    after = store.subscriptions.find(channel())
    assert before is not None
    assert after is not None
    assert (after.state, after.trouble) == (SubscriptionState.UNREACHABLE, "is_archived")
    assert (after.next_slot, after.next_due_at) == (None, None)
    assert (after.schedule, after.wanted, after.links) == (before.schedule, before.wanted, before.links)
    assert only(store).state is DeliveryState.FAILED
    [notice] = store.subscriptions.take_notices(clock.now(), platforms=["slack"])
    assert (notice.person_id, notice.words, notice.subscription) == ("U1", "It is archived.", after)
    assert store.subscriptions.take_notices(clock.now(), platforms=["slack"]) == []


def test_a_channel_that_flaps_sends_no_message_a_day(store: Store, clock: FakeClock) -> None:
    delivery = claim_one(store)
    subscription = store.subscriptions.find(channel())
    assert subscription is not None
    for _ in range(3):
        store.ledger.mark_unreachable(delivery, reason="gone", probe_at=clock.now(), notice="It is gone.")
        store.subscriptions.change(channel(), lambda _before: Change(subscription=subscription))
        clock.advance(days=1)
        store.slots.add_now(subscription, shared=False)
        [delivery] = claim(store)
    assert len(store.subscriptions.take_notices(clock.now(), platforms=["slack"])) == 1
    store.ledger.confirm(delivery, "m1")  # it works again, and then breaks anew
    clock.advance(days=1)
    store.slots.add_now(subscription, shared=False)
    [delivery] = claim(store)
    store.ledger.mark_unreachable(delivery, reason="gone", probe_at=clock.now(), notice="It is gone.")
    assert len(store.subscriptions.take_notices(clock.now(), platforms=["slack"])) == 1


def test_unreachable_channels_are_tried_once_a_day(store: Store, clock: FakeClock) -> None:
    delivery = claim_one(store)
    tomorrow = clock.now() + timedelta(days=1)
    store.ledger.mark_unreachable(delivery, reason="gone", probe_at=tomorrow, notice="")

    def probes() -> list[Subscription]:
        again = clock.now() + timedelta(days=1)
        return store.subscriptions.take_probes(clock.now(), platforms=["slack"], again_at=again, limit=10)

    assert probes() == []
    clock.advance(days=1)
    assert len(probes()) == 1
    assert probes() == []
    clock.advance(days=1)
    assert len(probes()) == 1


def test_a_post_without_a_link_is_remembered_as_such_and_is_no_last_post(
    store: Store, clock: FakeClock
) -> None:
    first = claim_one(store)
    store.bags.draw(first, draw_two())
    assert not store.journal.has_run_empty(first.subscription_id)
    assert store.journal.find_last_post(first.subscription_id) is None
    store.ledger.confirm(first, "m1")
    assert not store.journal.has_run_empty(first.subscription_id)

    subscription = store.subscriptions.get(first.subscription_id)
    assert subscription is not None
    for message_id in ("m2", ""):
        clock.advance(seconds=1)
        store.slots.add_now(subscription, shared=False)
        [empty] = claim(store)
        if message_id:
            store.ledger.confirm(empty, message_id)
        else:
            store.ledger.skip(empty, reason="nothing fits")
        assert store.journal.has_run_empty(subscription.id)
    last = store.journal.find_last_post(subscription.id)
    assert last is not None
    assert last.message_id == "m1"
    skipped = store.journal.list_deliveries(limit=1)[0]
    assert (skipped.state, skipped.reason) == (DeliveryState.SKIPPED, "nothing fits")


def test_states_are_counted(store: Store, clock: FakeClock) -> None:
    store.ledger.leave_unconfirmed(doubt(store, claim_one(store)), reason="cannot look")
    make_due(store, channel(2))
    make_due(store, channel(3))
    [first, _second] = claim(store)
    store.ledger.confirm(first, "m1")
    clock.advance(days=6)
    assert store.journal.count_by_state(clock.now()) == {
        "due": 3, "pending": 0, "sending": 1, "sent": 1, "unknown": 1, "failed": 0, "skipped": 0, "unconfirmed": 1,
    }  # fmt: skip
