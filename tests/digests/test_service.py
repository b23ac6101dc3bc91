"""The verbs that a channel has for its digest."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from readbot.digests.errors import NothingFitsError, ZoneNeededError
from readbot.digests.model import DeliveryState, SubscriptionState
from readbot.digests.service import DigestService, may_change
from readbot.digests.wish import DigestWish, parse_wish
from readbot.exceptions import AmbiguousError, DigestError
from readbot.reading_list.model import Kind
from readbot.settings import Managers
from readbot.store import Store
from readbot.testing import FakeClock
from tests.digest_data import READING_LIST, channel
from tests.digests.rig import Rig

NOTHING = DigestWish()


@pytest.fixture
def rig(store: Store, clock: FakeClock) -> Rig:
    return Rig(store, clock)


@pytest.fixture
def service(rig: Rig) -> DigestService:
    return rig.service


def turn_on(service: DigestService, typed: str = "", timezone: str = "Europe/Berlin") -> str:
    """Turn the first channel's digest on and return when it comes next, in words."""
    done = service.turn_on(channel(), parse_wish(typed), person_id="U1", timezone=timezone)
    return done.status.next_words


def test_on_works_with_nothing_else(service: DigestService) -> None:
    done = service.turn_on(channel(), NOTHING, person_id="U1", timezone="Asia/Tokyo")
    assert done.is_new
    assert done.status.is_on
    assert done.status.next_words == "Mon 30 Nov, 09:00 Asia/Tokyo, in 6 days"
    assert (done.status.filter_words, done.status.done, done.status.total) == ("the whole list", 0, 10)


def test_the_wish_goes_before_the_askers_own_zone(service: DigestService) -> None:
    assert turn_on(service, "friday 4pm new york", "Asia/Tokyo") == (
        "Fri 27 Nov, 16:00 America/New_York, in 3 days"
    )


def test_where_no_zone_is_known_it_is_asked_for(service: DigestService) -> None:
    with pytest.raises(ZoneNeededError, match="In which time zone"):
        service.turn_on(channel(), NOTHING, person_id="U1")
    assert not service.status(channel()).is_on


def test_a_change_keeps_what_it_does_not_name_and_whose_zone_it_was(service: DigestService) -> None:
    turn_on(service, "friday 4pm new york section:basics links:2")
    done = service.turn_on(channel(), parse_wish("10:00"), person_id="U2", timezone="Asia/Tokyo")
    assert not done.is_new
    subscription = done.status.subscription
    assert subscription is not None
    assert done.status.next_words == "Fri 27 Nov, 10:00 America/New_York, in 3 days"
    assert (subscription.wanted.section, subscription.links, subscription.set_up_by) == (("Basics",), 2, "U2")


def test_filters_are_set_and_lifted(service: DigestService) -> None:
    turn_on(service, "section:basics kind:paper")
    subscription = service.status(channel()).subscription
    assert subscription is not None
    assert (subscription.wanted.section, subscription.wanted.kind) == (("Basics",), Kind.PAPER)
    assert service.status(channel()).filter_words == "section “Basics” and kind paper"
    turn_on(service, "section:any kind:all")
    assert service.status(channel()).filter_words == "the whole list"


def test_a_section_can_be_named_by_its_id(service: DigestService) -> None:
    turn_on(service, f"section:~{READING_LIST.places[1].id}")
    assert service.status(channel()).filter_words == "section “More”"


def test_a_section_that_is_near_is_asked_back(service: DigestService) -> None:
    with pytest.raises(AmbiguousError, match="Did you mean “Basics”") as caught:
        turn_on(service, "section:bazics")
    assert caught.value.choices == ("Basics",)
    with pytest.raises(DigestError, match="No section is called"):
        turn_on(service, "section:zzz")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("kind:book", "Nothing on the list fits kind book. To widen it: digest on kind:any"),
        (
            "section:more kind:book",
            "Nothing on the list fits section “More” and kind book. To widen it: digest on section:any kind:any",
        ),
    ],
)
def test_a_filter_that_nothing_fits_is_refused_and_changes_nothing(
    service: DigestService, typed: str, sentence: str
) -> None:
    with pytest.raises(NothingFitsError, match=f"^{re.escape(sentence)}$"):
        turn_on(service, typed)
    assert service.status(channel()).subscription is None
    turn_on(service, "friday")
    before = service.status(channel())
    with pytest.raises(NothingFitsError):
        turn_on(service, f"monday {typed}")
    assert service.status(channel()) == before


async def test_where_nothing_is_left_now_says_so_instead_of_posting(rig: Rig, store: Store) -> None:
    turn_on(rig.service, "section:basics")
    shrunk = replace(READING_LIST, sections=READING_LIST.sections[1:])
    later = Rig(store, rig.clock, reading_list=shrunk)
    with pytest.raises(NothingFitsError, match="section:any"):
        later.service.post_now(channel())
    assert later.states() == []


def test_each_verb_tells_whether_it_changed_anything(service: DigestService) -> None:
    def on(typed: str) -> bool:
        done = service.turn_on(channel(), parse_wish(typed), person_id="U1", timezone="Europe/Berlin")
        return done.status.has_changed

    assert [on("friday"), on("friday"), on(""), on("links:2"), on("links:2")] == [
        True, False, False, True, False,
    ]  # fmt: skip
    for verb in (service.pause, service.resume, service.turn_off):
        assert [verb(channel()).has_changed, verb(channel()).has_changed] == [True, False]


def test_off_and_on_again_goes_on_with_the_same_bag(rig: Rig, service: DigestService) -> None:
    turn_on(service)
    seed = service.status(channel()).subscription
    assert not service.turn_off(channel()).is_on
    done = service.turn_on(channel(), NOTHING, person_id="U1", timezone="Europe/Berlin")
    assert done.is_new
    assert done.status.subscription is not None
    assert seed is not None
    assert done.status.subscription.seed == seed.seed


async def test_resume_means_the_next_slot_and_no_backlog(rig: Rig, service: DigestService) -> None:
    turn_on(service, "daily 9")
    assert service.pause(channel()).next_words == ""
    await rig.run(timedelta(days=10), step=timedelta(hours=6))
    assert rig.messenger.messages == []
    assert service.resume(channel()).next_words == "Sat 5 Dec, 09:00 Europe/Berlin, tomorrow"
    await rig.round()
    assert rig.messenger.messages == []


def test_resuming_what_runs_changes_nothing(service: DigestService) -> None:
    turn_on(service, "daily 9")
    before = service.status(channel())
    assert service.resume(channel()) == before


async def test_skip_leaves_out_one_slot(rig: Rig, service: DigestService) -> None:
    turn_on(service, "daily 9")
    assert service.skip(channel(), person_id="U2").next_words == "Thu 26 Nov, 09:00 Europe/Berlin, in 2 days"
    await rig.run(timedelta(days=2), step=timedelta(hours=1))
    assert rig.states() == [DeliveryState.SKIPPED, DeliveryState.SENT]


async def test_now_posts_at_once_and_keeps_the_next_slot(rig: Rig, service: DigestService) -> None:
    words = turn_on(service)
    service.post_now(channel())
    with pytest.raises(DigestError, match="on its way"):
        service.post_now(channel())
    await rig.round()
    assert len(rig.messenger.messages) == 1
    assert service.status(channel()).next_words == words
    assert service.status(channel()).done == 1
    last = service.status(channel()).last
    assert last is not None
    assert last.state is DeliveryState.SENT


async def test_a_preview_is_private_and_is_what_comes_next(rig: Rig, service: DigestService) -> None:
    turn_on(service, "links:2")
    preview = service.preview(channel())
    assert preview == service.preview(channel())
    assert not preview.public
    service.post_now(channel())
    await rig.round()
    assert rig.messenger.messages[0].reply.parts == preview.parts


async def test_another_goes_through_the_links_to_come_and_uses_up_nothing(
    rig: Rig, service: DigestService
) -> None:
    turn_on(service)
    service.post_now(channel())
    await rig.round()
    [posted] = rig.messenger.messages
    seen = [posted.reply.fallback.splitlines()[1]]
    command = posted.reply.actions[0].command
    for _ in range(9):
        reply = service.another(channel(), command.removeprefix("digest another ~"))
        assert not reply.public
        seen.append(reply.fallback)
        command = reply.actions[0].command
    assert len(set(seen)) == 10
    assert service.status(channel()).done == 1


async def test_the_digest_has_its_picture_its_progress_and_its_buttons(
    rig: Rig, service: DigestService
) -> None:
    turn_on(service, "section:basics")
    service.post_now(channel())
    await rig.round()
    reply = rig.messenger.messages[0].reply
    assert [type(part).__name__ for part in reply.parts] == ["Heading", "LinkCard", "Picture", "Paragraph"]
    assert reply.fallback.endswith("1 of 6 in this channel")
    assert [action.label for action in reply.actions] == ["Another", "Read next in this section", "Settings"]
    assert all(len(action.command) <= 90 for action in reply.actions)


def test_a_first_post_can_be_set_to_the_second(service: DigestService, clock: FakeClock) -> None:
    soon = clock.now() + timedelta(seconds=7)
    done = service.turn_on(channel(), parse_wish("monday 9 berlin"), person_id="operator", next_at=soon)
    assert done.status.subscription is not None
    assert done.status.subscription.next_due_at == soon


async def test_a_first_post_by_hand_is_followed_by_the_schedule(
    rig: Rig, service: DigestService, clock: FakeClock
) -> None:
    soon = clock.now() + timedelta(seconds=7)
    service.turn_on(channel(), parse_wish("monday 9 berlin"), person_id="operator", next_at=soon)
    await rig.round(after_s=7)
    assert len(rig.messenger.messages) == 1
    assert service.status(channel()).next_words == "Mon 30 Nov, 09:00 Europe/Berlin, in 6 days"


def test_start_leaves_slots_where_they_are(service: DigestService, store: Store) -> None:
    soon = datetime(2026, 11, 25, 3, 4, 5, tzinfo=UTC)
    service.turn_on(channel(), parse_wish("monday 9 berlin"), person_id="operator", next_at=soon)
    service.turn_on(channel(2), parse_wish("daily 9 berlin"), person_id="operator")
    before = store.subscriptions.list_()
    service.prepare()
    assert store.subscriptions.list_() == before


@pytest.mark.parametrize("verb", ["turn_off", "pause", "resume", "post_now", "preview", "remove"])
def test_a_channel_without_a_digest_is_told_how_to_have_one(service: DigestService, verb: str) -> None:
    with pytest.raises(DigestError, match="To have one: digest on"):
        getattr(service, verb)(channel())
    assert service.status(channel()).subscription is None


def test_a_digest_that_is_off_has_no_next_one_to_skip(service: DigestService) -> None:
    turn_on(service)
    service.turn_off(channel())
    with pytest.raises(DigestError, match="To have one: digest on"):
        service.skip(channel(), person_id="U1")


def test_a_digest_that_is_off_is_not_resumed_by_chance(service: DigestService) -> None:
    turn_on(service)
    service.turn_off(channel())
    with pytest.raises(DigestError, match="digest on"):
        service.resume(channel())
    with pytest.raises(DigestError, match=r"To have one: digest (on|resume)"):
        service.skip(channel(), person_id="U1")


def test_nothing_is_posted_again_that_is_not_unconfirmed(service: DigestService) -> None:
    turn_on(service)
    with pytest.raises(DigestError, match="nothing to post again"):
        service.post_again(channel(), "0" * 20)


def test_a_revival_does_not_undo_what_somebody_decided(service: DigestService) -> None:
    turn_on(service)
    subscription = service.status(channel()).subscription
    assert subscription is not None
    service.pause(channel())
    service.revive(subscription)
    after = service.status(channel()).subscription
    assert after is not None
    assert after.state is SubscriptionState.PAUSED


@pytest.mark.parametrize(
    ("managers", "platform_default", "is_manager", "may"),
    [
        (None, Managers.EVERYONE, False, True),  # Slack
        (None, Managers.ADMINS, False, False),  # Discord
        (None, Managers.ADMINS, True, True),
        (Managers.EVERYONE, Managers.ADMINS, False, True),  # the setting goes before the platform
        (Managers.ADMINS, Managers.EVERYONE, False, False),
        (Managers.ADMINS, Managers.EVERYONE, True, True),
    ],
)
def test_who_may_change_a_digest(
    managers: Managers | None, platform_default: Managers, is_manager: bool, may: bool
) -> None:
    assert may_change(managers, platform_default=platform_default, is_manager=is_manager) is may
