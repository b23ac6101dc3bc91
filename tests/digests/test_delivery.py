"""Delivering: a platform that loses posts and answers, workers that die or freeze, and a clock."""

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from readbot.conversation.reply import Reply
from readbot.digests.model import Channel, DeliveryState, SubscriptionState
from readbot.digests.outcomes import NoAnswer, Pace, PostOutcome, Refusal, Refused, Sent
from readbot.digests.wish import parse_wish
from readbot.settings import OnUnknown
from readbot.store import Store
from readbot.testing import FakeClock, Fault, LoopbackMessenger, answer, lose_answer, lose_post
from tests.digest_data import READING_LIST, START, channel, make_due, subscribe
from tests.digests.rig import Rig
from tests.waiting import until


@pytest.fixture
def rig(store: Store, clock: FakeClock) -> Rig:
    return Rig(store, clock)


async def test_a_due_digest_is_posted_once(rig: Rig) -> None:
    subscribe(rig.store, channel(), links=2)
    await rig.run(timedelta(days=6, hours=1), step=timedelta(hours=1))
    [message] = rig.messenger.messages
    assert message.channel == channel()
    assert message.reply.public
    assert message.reply.fallback.splitlines()[0] == "Links of the week"
    assert message.reply.fallback.splitlines()[-1] == "1–2 of 10 in this channel"
    assert rig.delivery().message_id == message.message_id
    assert rig.delivery().id == message.delivery_id


async def test_a_week_and_more_pass_across_a_clock_change(store: Store) -> None:
    """Berlin's clocks go back on 25 October 2026, New York's on 1 November, Apia's not at all."""
    clock = FakeClock(START.replace(month=10, day=23, hour=12))
    with_clock = Rig(store, clock)
    store.database._clock = clock
    wishes = {
        1: "weekly monday 09:00 Europe/Berlin",
        2: "weekly monday 09:00 America/New_York",
        3: "weekdays 08:30 Pacific/Apia",
    }
    for number, typed in wishes.items():
        with_clock.service.turn_on(channel(number), parse_wish(typed), person_id="U1")
    await with_clock.run(timedelta(days=11), step=timedelta(minutes=30))

    def walls(number: int, zone: str) -> list[str]:
        posts = with_clock.messenger.in_channel(channel(number))
        return [f"{post.at.astimezone(ZoneInfo(zone)):%a %d %b %H:%M}" for post in posts]

    assert walls(1, "Europe/Berlin") == ["Mon 26 Oct 09:00", "Mon 02 Nov 09:00"]
    assert walls(2, "America/New_York") == ["Mon 26 Oct 09:00", "Mon 02 Nov 09:00"]
    assert walls(3, "Pacific/Apia") == [
        "Mon 26 Oct 08:30",
        "Tue 27 Oct 08:30",
        "Wed 28 Oct 08:30",
        "Thu 29 Oct 08:30",
        "Fri 30 Oct 08:30",
        "Mon 02 Nov 08:30",
        "Tue 03 Nov 08:30",
    ]
    titles = [post.reply.fallback.splitlines()[1] for post in with_clock.messenger.in_channel(channel(3))]
    assert len(set(titles)) == 7


async def test_an_answer_that_got_lost_is_looked_up_and_nothing_is_posted_again(rig: Rig) -> None:
    make_due(rig.store, channel())
    rig.messenger.faults = [lose_answer]
    await rig.round()
    assert rig.delivery().state is DeliveryState.UNKNOWN
    await rig.round(after_s=59)
    assert rig.delivery().state is DeliveryState.UNKNOWN
    await rig.round(after_s=1)
    assert rig.delivery().state is DeliveryState.SENT
    assert len(rig.messenger.messages) == len(rig.messenger.calls) == 1


async def test_a_post_that_got_lost_is_posted_again_after_the_look_up(rig: Rig) -> None:
    make_due(rig.store, channel())
    rig.messenger.faults = [lose_post]
    await rig.round()
    await rig.round(after_s=60)
    await rig.round()
    assert rig.delivery().state is DeliveryState.SENT
    assert (len(rig.messenger.messages), len(rig.messenger.calls)) == (1, 2)
    assert len(set(rig.messenger.calls)) == 1


async def test_where_nobody_can_look_the_post_is_left_unconfirmed_and_shown(rig: Rig) -> None:
    make_due(rig.store, channel())
    rig.messenger.faults, rig.messenger.can_look = [lose_answer], False
    await rig.round()
    await rig.round(after_s=60)
    await rig.run(timedelta(hours=2), step=timedelta(minutes=10))
    assert len(rig.messenger.messages) == 1
    [unconfirmed] = rig.service.status(channel()).unconfirmed
    rig.service.post_again(channel(), unconfirmed.id)
    await rig.round()
    assert rig.delivery().state is DeliveryState.SENT


async def test_where_nobody_can_look_it_is_posted_again_if_the_setting_says_so(
    store: Store, clock: FakeClock
) -> None:
    rig = Rig(store, clock, on_unknown=OnUnknown.REPOST)
    make_due(store, channel())
    rig.messenger.faults, rig.messenger.can_look = [lose_answer], False
    await rig.round()
    await rig.round(after_s=60)
    await rig.round()
    assert rig.states() == [DeliveryState.SENT]
    assert len(rig.messenger.messages) == 2


async def test_a_platform_that_drops_repeats_shows_it_once_all_the_same(
    store: Store, clock: FakeClock
) -> None:
    rig = Rig(store, clock, on_unknown=OnUnknown.REPOST)
    make_due(store, channel())
    rig.messenger.drops_repeats = True
    rig.messenger.faults, rig.messenger.can_look = [lose_answer], False
    await rig.round()
    await rig.round(after_s=60)
    await rig.round()
    assert rig.states() == [DeliveryState.SENT]
    assert len(rig.messenger.messages) == 1


async def test_a_look_up_without_an_answer_is_tried_again(rig: Rig) -> None:
    make_due(rig.store, channel())
    rig.messenger.faults, rig.messenger.look_faults = [lose_answer], [NoAnswer(reason="timeout")]
    await rig.round()
    await rig.round(after_s=60)
    assert rig.delivery().state is DeliveryState.UNKNOWN
    await rig.round(after_s=60)
    assert rig.delivery().state is DeliveryState.SENT


async def test_a_platform_that_hangs_is_not_waited_for(store: Store, clock: FakeClock) -> None:
    class Hanging(LoopbackMessenger):
        async def post(self, channel: Channel, reply: Reply, delivery_id: str) -> PostOutcome:
            await asyncio.Event().wait()
            raise AssertionError

    rig = Rig(store, clock, messenger=Hanging(clock=clock), post_timeout_s=0.02)
    make_due(store, channel())
    await rig.round()
    assert (rig.delivery().state, rig.delivery().reason) == (DeliveryState.UNKNOWN, "no answer within 0.02 s")


async def test_a_messenger_that_raises_counts_as_no_answer(store: Store, clock: FakeClock) -> None:
    class Broken(LoopbackMessenger):
        async def post(self, channel: Channel, reply: Reply, delivery_id: str) -> PostOutcome:
            raise KeyError("ts")

    rig = Rig(store, clock, messenger=Broken(clock=clock))
    make_due(store, channel())
    await rig.round()
    assert (rig.delivery().state, rig.delivery().reason) == (DeliveryState.UNKNOWN, "KeyError")


async def test_a_worker_frozen_between_claim_and_post_does_not_post_when_it_thaws(
    store: Store, clock: FakeClock
) -> None:
    """It sleeps through its lease; meanwhile another worker looked, found nothing, and posted."""
    frozen, other = Rig(store, clock), Rig(store, clock)
    make_due(store, channel())
    thaw = asyncio.Event()

    class Freezing:
        """The frozen worker's pace: it stops right before its post."""

        async def wait_for_group(self, group: str, pace: Pace) -> None: ...

        async def wait_for_channel(self, where: Channel, pace: Pace, *, at_most_s: float) -> float:
            await thaw.wait()
            return 0.0

        def delay_s(self, group: str) -> float:
            return 0.0

    frozen.deliverer._pacer = Freezing()  # type: ignore[assignment]
    task = asyncio.create_task(frozen.deliverer.serve("slack:T1"))
    await until(lambda: frozen.delivery().state is DeliveryState.SENDING)
    await other.round(after_s=90)  # the lease ends
    await other.round(after_s=60)  # the look-up finds nothing
    await other.round()
    assert len(other.messenger.messages) == 1
    thaw.set()
    await task
    assert frozen.messenger.calls == []
    assert store.journal.list_deliveries()[0].message_id == "m1"


async def test_a_worker_that_dies_after_the_claim_loses_nothing(store: Store, clock: FakeClock) -> None:
    make_due(store, channel())
    store.ledger.claim("slack:T1", now=clock.now(), lease_s=90, limit=1)  # and then kill -9
    rig = Rig(store, clock)
    await rig.round(after_s=89)
    assert rig.messenger.calls == []
    await rig.round(after_s=1)
    await rig.round(after_s=60)
    await rig.round()
    assert len(rig.messenger.messages) == 1


async def test_a_worker_that_dies_after_the_post_doubles_nothing(store: Store, clock: FakeClock) -> None:
    make_due(store, channel())
    rig = Rig(store, clock)
    [claimed] = store.ledger.claim("slack:T1", now=clock.now(), lease_s=90, limit=1)
    await rig.messenger.post(channel(), Reply(parts=()), claimed.id)  # and then kill -9
    await rig.round(after_s=90)
    await rig.round(after_s=60)
    await rig.round()
    assert rig.delivery().state is DeliveryState.SENT
    assert len(rig.messenger.messages) == 1


async def test_a_post_that_shows_up_late_is_waited_for(store: Store, clock: FakeClock) -> None:
    """The worker is dead and its lease over, but its post is still on the way."""
    make_due(store, channel())
    rig = Rig(store, clock)
    [claimed] = store.ledger.claim("slack:T1", now=clock.now(), lease_s=90, limit=1)
    await rig.round(after_s=90)
    await rig.round(after_s=30)
    await rig.messenger.post(channel(), Reply(parts=()), claimed.id)
    await rig.round(after_s=30)
    await rig.round()
    assert rig.delivery().state is DeliveryState.SENT
    assert len(rig.messenger.messages) == 1


async def test_retry_after_goes_into_the_ledger(rig: Rig) -> None:
    make_due(rig.store, channel())
    limited = Refused(refusal=Refusal.LATER, reason="ratelimited", retry_after_s=30)
    rig.messenger.faults = [answer(limited)]
    await rig.round()
    assert (rig.delivery().state, rig.delivery().reason) == (DeliveryState.PENDING, "ratelimited")
    await rig.round(after_s=29)
    assert len(rig.messenger.calls) == 1
    await rig.round(after_s=1)
    assert rig.delivery().state is DeliveryState.SENT


async def test_a_limit_for_the_workspace_holds_its_other_channels_and_no_others(rig: Rig) -> None:
    rig.messenger.pace = Pace(per_second=1000, channel_gap_s=0, at_once=1)
    for number in range(3):
        make_due(rig.store, channel(number))
    limited = Refused(refusal=Refusal.LATER, reason="ratelimited", retry_after_s=30, for_all=True)
    rig.messenger.faults = [answer(limited)]
    await rig.round()
    make_due(rig.store, channel(1, workspace="T2"))
    await rig.round()
    assert [message.channel.workspace_id for message in rig.messenger.messages] == ["T2"]
    await rig.round(after_s=30)
    assert len(rig.messenger.messages) == 4


async def test_what_cannot_be_posted_for_a_day_is_given_up_and_its_person_told(rig: Rig) -> None:
    make_due(rig.store, channel())
    down: list[Fault] = [answer(Refused(refusal=Refusal.LATER, reason="connection refused"))]
    rig.messenger.faults = down * 2000
    await rig.run(timedelta(hours=24, minutes=30), step=timedelta(minutes=5))
    rig.messenger.faults = []
    await rig.round(after_s=600)
    assert rig.states() == [DeliveryState.FAILED]
    assert 100 < len(rig.messenger.calls) < 400
    [(person, reply)] = rig.messenger.told
    assert (person, "connection refused" in reply.fallback) == ("U1", True)


async def test_a_channel_that_is_gone_keeps_its_settings_and_comes_back(rig: Rig) -> None:
    before = rig.service.turn_on(channel(), parse_wish("daily 9 berlin"), person_id="U7").status.subscription
    rig.messenger.faults = [answer(Refused(refusal=Refusal.UNREACHABLE, reason="is_archived"))]
    rig.messenger.obstacles = {"C1": "It is archived."}
    await rig.run(timedelta(days=3), step=timedelta(hours=1))
    status = rig.service.status(channel())
    assert before is not None
    assert status.subscription is not None
    assert status.subscription.state is SubscriptionState.UNREACHABLE
    assert (status.subscription.trouble, status.next_words) == ("is_archived", "")
    assert status.subscription.schedule == before.schedule
    assert len(rig.messenger.calls) == 1
    [(person, reply)] = rig.messenger.told
    assert (person, "is_archived" in reply.fallback) == ("U7", True)

    rig.messenger.obstacles = {}
    await rig.run(timedelta(days=2), step=timedelta(hours=1))
    status = rig.service.status(channel())
    assert status.subscription is not None
    assert status.subscription.state is SubscriptionState.ACTIVE
    assert 1 <= len(rig.messenger.messages) <= 2
    assert len(rig.messenger.told) == 1


async def test_a_rejected_message_fails_and_the_next_one_comes(rig: Rig) -> None:
    subscribe(rig.store, channel(), "daily 9 berlin")
    rig.messenger.faults = [answer(Refused(refusal=Refusal.REJECTED, reason="invalid_blocks"))]
    await rig.run(timedelta(days=2), step=timedelta(hours=1))
    assert rig.states() == [DeliveryState.FAILED, DeliveryState.SENT]
    first = rig.messenger.messages[0]
    assert first.reply.fallback.splitlines()[-1] == "1 of 10 in this channel"


async def test_two_workers_share_the_work_and_double_nothing(store: Store, clock: FakeClock) -> None:
    messenger = LoopbackMessenger(clock=clock)
    workers = [Rig(store, clock, messenger=messenger) for _ in range(2)]
    for number in range(30):
        make_due(store, channel(number, workspace=f"T{number % 3}"))
    await asyncio.gather(*(worker.round() for worker in workers))
    assert sorted(Counter(message.channel.channel_id for message in messenger.messages).values()) == [1] * 30


@pytest.mark.parametrize(("per_second", "seconds"), [(5, 3.8), (20, 0.95)])
async def test_posts_keep_to_the_pace_of_a_workspace(
    store: Store, clock: FakeClock, per_second: float, seconds: float
) -> None:
    messenger = LoopbackMessenger(clock=clock, pace=Pace(per_second=per_second, channel_gap_s=0, at_once=4))
    rig = Rig(store, clock, messenger=messenger)
    for number in range(20):
        make_due(store, channel(number))
    started = clock.now()
    await rig.round()
    assert len(messenger.messages) == 20
    assert (messenger.messages[-1].at - started).total_seconds() >= seconds


async def test_two_posts_into_one_channel_keep_their_distance(store: Store, clock: FakeClock) -> None:
    messenger = LoopbackMessenger(clock=clock, pace=Pace(per_second=1000, channel_gap_s=1, at_once=4))
    rig = Rig(store, clock, messenger=messenger)
    make_due(store, channel())
    subscription = store.subscriptions.find(channel())
    assert subscription is not None
    clock.advance(seconds=1)
    store.slots.add_now(subscription, shared=False)
    await rig.round()
    first, second = messenger.messages
    assert second.at - first.at >= timedelta(seconds=1)


async def test_a_lease_shorter_than_a_channels_pace_only_puts_a_post_off(
    store: Store, clock: FakeClock
) -> None:
    messenger = LoopbackMessenger(clock=clock, pace=Pace(per_second=1000, channel_gap_s=1, at_once=4))
    rig = Rig(store, clock, messenger=messenger, post_timeout_s=0.4, lease_s=1)
    make_due(store, channel())
    subscription = store.subscriptions.find(channel())
    assert subscription is not None
    clock.advance(seconds=0.1)
    store.slots.add_now(subscription, shared=False)
    for _ in range(30):
        await rig.round(after_s=0.05)
    first, second = messenger.messages
    assert second.at - first.at >= timedelta(seconds=1)


async def test_a_bag_that_has_become_empty_says_so_once(store: Store, rig: Rig) -> None:
    rig.service.turn_on(channel(), parse_wish("daily 9 berlin section:basics"), person_id="U1")
    await rig.run(timedelta(days=1), step=timedelta(hours=1))
    shrunk = replace(READING_LIST, sections=READING_LIST.sections[1:])
    later = Rig(store, rig.clock, messenger=rig.messenger, reading_list=shrunk)
    await later.run(timedelta(days=3), step=timedelta(hours=1))

    assert later.states() == [
        DeliveryState.SENT, DeliveryState.SENT, DeliveryState.SKIPPED, DeliveryState.SKIPPED,
    ]  # fmt: skip
    link, nothing = rig.messenger.messages
    assert "Nothing on the list fits section “Basics”. To widen it: digest on section:any" in (
        nothing.reply.fallback
    )
    last = later.service.status(channel()).last
    assert last is not None
    assert last.message_id == link.message_id


async def test_a_bag_that_is_full_again_goes_on_and_says_so_when_it_is_empty_again(
    store: Store, rig: Rig
) -> None:
    rig.service.turn_on(channel(), parse_wish("daily 9 berlin section:basics"), person_id="U1")
    shrunk = replace(READING_LIST, sections=READING_LIST.sections[1:])
    empty = Rig(store, rig.clock, messenger=rig.messenger, reading_list=shrunk)
    for each in (empty, rig, empty):
        await each.run(timedelta(days=1), step=timedelta(hours=1))

    assert ["Nothing" in message.reply.fallback for message in rig.messenger.messages] == [True, False, True]


async def test_a_stop_lets_posts_end_and_claims_no_more(store: Store, clock: FakeClock) -> None:
    release = asyncio.Event()

    class Slow(LoopbackMessenger):
        async def post(self, channel: Channel, reply: Reply, delivery_id: str) -> PostOutcome:
            await release.wait()
            return await super().post(channel, reply, delivery_id)

    messenger = Slow(clock=clock, pace=Pace(per_second=1000, channel_gap_s=0, at_once=1))
    rig = Rig(store, clock, messenger=messenger)
    for number in range(3):
        make_due(store, channel(number))
    await rig.scheduler.run_round()
    await until(lambda: DeliveryState.SENDING in rig.states())
    stopping = asyncio.create_task(rig.scheduler.stop())
    await asyncio.sleep(0)
    release.set()
    await stopping
    assert sorted(rig.states()) == [DeliveryState.PENDING, DeliveryState.PENDING, DeliveryState.SENT]


async def test_a_stop_does_not_wait_for_ever(store: Store, clock: FakeClock) -> None:
    class Hanging(LoopbackMessenger):
        async def post(self, channel: Channel, reply: Reply, delivery_id: str) -> PostOutcome:
            await asyncio.Event().wait()
            return Sent(message_id="never")

    rig = Rig(store, clock, messenger=Hanging(clock=clock))
    make_due(store, channel())
    await rig.scheduler.run_round()
    await until(lambda: DeliveryState.SENDING in rig.states())
    await rig.scheduler.stop(within_s=0.05)
    assert rig.states() == [DeliveryState.SENDING]


async def test_the_real_scheduler_ticks_by_itself(store: Store, clock: FakeClock) -> None:
    rig = Rig(store, clock)
    rig.scheduler._tick_s = 0.01
    make_due(store, channel())
    assert not rig.scheduler.is_ticking
    rig.scheduler.start()
    await until(lambda: bool(rig.messenger.messages))
    await until(lambda: rig.states() == [DeliveryState.SENT])
    assert rig.scheduler.is_ticking
    clock.advance(minutes=5)
    await until(lambda: rig.scheduler.is_ticking)
    await rig.scheduler.stop()
