"""Digest commands as people type them: words in, words out."""

from dataclasses import replace

import pytest

from readbot.conversation.reply import MAX_COMMAND_LENGTH, Choices, LinkCard, Reply, Style
from readbot.conversation.request import Reader, Request
from readbot.digests.desk import DigestDesk
from readbot.digests.model import Channel
from readbot.digests.outcomes import Access, PostOutcome, Refusal, Refused
from readbot.settings import Managers
from readbot.store import Store
from readbot.testing import FakeClock, LoopbackMessenger, answer
from tests.digest_data import READING_LIST, channel
from tests.digests.rig import Rig

ADA = Reader(id="U1", name="Ada", timezone="Europe/Berlin")


class Chat:
    """One channel with the desk in it."""

    def __init__(self, rig: Rig, managers: Managers | None = None) -> None:
        self.rig = rig
        self.desk = DigestDesk(rig.service, {"slack": rig.messenger}, managers=managers)

    async def say(
        self, words: str, *, reader: Reader = ADA, platform: str = "slack", is_private: bool = False
    ) -> Reply:
        where = channel(platform=platform)
        request = Request(
            text=f"digest {words}",
            platform=platform,
            workspace_id=where.workspace_id,
            channel_id=where.channel_id,
            reader=reader,
            is_private=is_private,
        )
        answered = await self.desk.answer(words, request)
        assert isinstance(answered, Reply)
        return answered

    def announced(self) -> list[str]:
        return [posted.reply.fallback for posted in self.rig.messenger.in_channel(channel())]


@pytest.fixture
def rig(store: Store, clock: FakeClock) -> Rig:
    return Rig(store, clock)


@pytest.fixture
def chat(rig: Rig) -> Chat:
    return Chat(rig)


def labels(reply: Reply) -> list[str]:
    return [action.label for action in reply.actions]


async def test_on_alone_means_monday_at_nine_where_the_asker_lives(chat: Chat) -> None:
    reply = await chat.say("on")

    assert "every Monday at 09:00 Europe/Berlin" in reply.fallback
    assert "Next: Mon 30 Nov, 09:00 Europe/Berlin, in 6 days" in reply.fallback
    assert not reply.public


async def test_a_change_is_announced_in_the_channel_with_name_and_next_run(chat: Chat) -> None:
    await chat.say("on")
    await chat.say("pause")

    assert chat.announced() == [
        "Ada turned the digest on. Next: Mon 30 Nov, 09:00 Europe/Berlin, in 6 days.",
        "Ada paused the digest.",
    ]


async def test_only_what_changed_is_announced(chat: Chat) -> None:
    answers = [await chat.say(words) for words in ("on", "on", "resume", "pause", "pause", "off", "off")]

    assert chat.announced() == [
        "Ada turned the digest on. Next: Mon 30 Nov, 09:00 Europe/Berlin, in 6 days.",
        "Ada paused the digest.",
        "Ada turned the digest off.",
    ]
    assert "The digest is as it was" in answers[1].fallback
    assert "every Monday" in answers[2].fallback
    assert "It is paused" in answers[4].fallback
    assert "The digest is off" in answers[6].fallback


async def test_in_a_direct_message_the_answer_alone_tells_of_a_change(chat: Chat) -> None:
    chat.rig.messenger.is_certain = True
    for words in ("on", "on friday", "skip", "pause", "resume", "off"):
        await chat.say(words, is_private=True)

    assert chat.announced() == []


async def test_a_direct_message_of_which_the_platform_tells_nothing_is_tried(chat: Chat) -> None:
    """As between two people: a first message shows whether readbot can post there."""
    gone = answer(Refused(refusal=Refusal.UNREACHABLE, reason="channel_not_found"))
    chat.rig.messenger.faults.append(gone)

    assert "I cannot post here" in (await chat.say("on", is_private=True)).fallback
    assert "The digest is on" in (await chat.say("on", is_private=True)).fallback
    await chat.say("on friday", is_private=True)
    assert chat.announced() == ["Links will come here."]


async def test_on_refuses_a_filter_that_nothing_fits_with_the_way_to_widen_it(chat: Chat) -> None:
    reply = await chat.say("on kind:podcast")

    [command] = [span for part in reply.parts for span in part.text if span.style is Style.COMMAND]  # type: ignore[union-attr]
    assert command.text == "digest on kind:any"
    assert "Nothing on the list fits kind podcast." in reply.fallback
    assert chat.announced() == []
    assert "no digest" in (await chat.say("status")).fallback


async def test_where_nothing_fits_any_more_now_and_status_say_so(chat: Chat) -> None:
    await chat.say("on section:basics")
    shrunk = replace(READING_LIST, sections=READING_LIST.sections[1:])
    later = Chat(Rig(chat.rig.store, chat.rig.clock, messenger=chat.rig.messenger, reading_list=shrunk))
    for words in ("now", "status"):
        reply = await later.say(words)
        assert (
            "Nothing on the list fits section “Basics”. To widen it: digest on section:any" in reply.fallback
        )
        assert not reply.public
    await later.rig.round()
    assert len(chat.announced()) == 1


@pytest.mark.parametrize(
    ("typed", "label", "meant"),
    [
        ("on friday 4pm berln", "Europe/Berlin", "digest on friday 4pm Europe/Berlin"),
        ("on zone:“new yrok” 9am", "America/New_York", "digest on zone:America/New_York 9am"),
        ("on mondey 9:00 links:2", "Monday", "digest on Monday 9:00 links:2"),
        ('on 9:00 section:"bazics"', "Basics", "digest on 9:00 section:Basics"),
        ("on 9:00 ist", "Asia/Kolkata", "digest on 9:00 Asia/Kolkata"),
    ],
)
async def test_a_near_miss_is_asked_back_with_choices_that_say_the_rest_again(
    chat: Chat, typed: str, label: str, meant: str
) -> None:
    reply = await chat.say(typed)
    [choices] = [part for part in reply.parts if isinstance(part, Choices)]

    assert {choice.label: choice.command for choice in choices.choices}[label] == meant
    assert "The digest is on" in (await chat.say(meant.removeprefix("digest "))).fallback


@pytest.mark.parametrize("typed", ["on new 9:00 yrok", "on berln " + "at the " * 14])
async def test_a_near_miss_without_a_clear_place_or_too_long_gets_a_sentence_alone(
    chat: Chat, typed: str
) -> None:
    reply = await chat.say(typed)

    assert "Did you mean" in reply.fallback
    assert not any(isinstance(part, Choices) for part in reply.parts)


@pytest.mark.parametrize("words", ["help", "?", "HELP"])
async def test_help_lists_the_verbs_without_a_complaint(chat: Chat, words: str) -> None:
    reply = await chat.say(words)

    assert "digest preview · what comes next" in reply.fallback
    assert "There is no" not in reply.fallback


async def test_other_words_for_on_and_off_do_the_same(chat: Chat) -> None:
    for start, stop in (("start friday", "stop"), ("subscribe", "unsubscribe")):
        assert "every Friday" in (await chat.say(start)).fallback
        assert "The digest is off" in (await chat.say(stop)).fallback


async def test_the_zone_that_the_platform_tells_counts(chat: Chat) -> None:
    chat.rig.messenger.people["U2"] = Reader(id="U2", timezone="Asia/Tokyo")

    assert "Asia/Tokyo" in (await chat.say("on", reader=Reader(id="U2"))).fallback


async def test_an_unknown_zone_is_asked_for_with_choices_that_turn_it_on(chat: Chat) -> None:
    reply = await chat.say("on friday 4pm", reader=Reader(id="U2"))
    (choices,) = [part for part in reply.parts if isinstance(part, Choices)]
    (berlin,) = [choice.command for choice in choices.choices if choice.label == "Europe/Berlin"]

    assert chat.announced() == []
    assert berlin == "digest on friday 4pm Europe/Berlin"
    assert "Fri 27 Nov, 16:00 Europe/Berlin" in (await chat.say(berlin.removeprefix("digest "))).fallback


async def test_on_says_at_once_when_readbot_cannot_post_and_how_to_mend_it(chat: Chat) -> None:
    chat.rig.messenger.obstacles["C1"] = "I am not in this channel: type /invite @readbot."

    reply = await chat.say("on")

    assert "/invite @readbot" in reply.fallback
    assert "no digest" in (await chat.say("status")).fallback


async def test_a_refused_announcement_turns_a_new_digest_off_again(chat: Chat) -> None:
    chat.rig.messenger.faults.append(answer(Refused(refusal=Refusal.UNREACHABLE, reason="not_in_channel")))

    reply = await chat.say("on")

    assert "not_in_channel" in reply.fallback
    assert "The digest is off" in (await chat.say("status")).fallback


async def test_a_lost_announcement_leaves_the_digest_on(chat: Chat) -> None:
    chat.rig.messenger.faults.append(answer(Refused(refusal=Refusal.LATER, reason="rate limited")))

    assert "The digest is on" in (await chat.say("on")).fallback


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("on mondey", "Did you mean Monday?"),
        ("on monday 25:00", "no time of day"),
        ("on 9:00 Atlantis", "Atlantis"),
        ("on links:9", "1 to 3 links"),
        ("on section:cheese", "cheese"),
        ("on kind:sandwich", "no kind"),
        ("pause", "no digest"),
        ("now", "no digest"),
        ("again nonsense", "nothing to post again"),
    ],
)
async def test_nonsense_gets_a_sentence_and_changes_nothing(chat: Chat, words: str, hint: str) -> None:
    reply = await chat.say(words)

    assert hint in reply.fallback
    assert chat.announced() == []


async def test_an_unknown_verb_gets_the_verbs_there_are(chat: Chat) -> None:
    reply = await chat.say("authentication")

    assert "digest preview" in reply.fallback
    assert "search digest authentication" in [action.command for action in reply.actions]


async def test_a_schedule_without_on_is_offered_with_it(chat: Chat) -> None:
    reply = await chat.say("friday 4pm")

    assert [action.command for action in reply.actions] == ["digest on friday 4pm"]


async def test_a_digest_is_not_resumed_where_nothing_can_be_posted(chat: Chat) -> None:
    await chat.say("on")
    await chat.say("pause")
    chat.rig.messenger.obstacles[channel().channel_id] = "I am not in this channel."

    assert "I cannot post here. I am not in this channel." in (await chat.say("resume")).fallback
    assert "It is paused" in (await chat.say("status")).fallback


async def test_pause_and_resume_keep_the_settings(chat: Chat) -> None:
    await chat.say("on friday 4pm links:2")

    assert labels(await chat.say("pause")) == ["Resume", "Preview", "Change", "Turn off"]
    assert "every Friday at 16:00 Europe/Berlin" in (await chat.say("resume")).fallback


async def test_skip_leaves_one_out_and_says_when_the_next_comes(chat: Chat) -> None:
    await chat.say("on")

    assert "Mon 7 Dec, 09:00" in (await chat.say("skip")).fallback


async def test_a_skipped_date_stays_in_sight_while_the_digest_rests(chat: Chat) -> None:
    await chat.say("on")
    await chat.say("skip")
    assert "\nSkipped: Mon 30 Nov\n" in (await chat.say("pause")).fallback
    resumed = (await chat.say("resume")).fallback
    assert "\nSkipped: Mon 30 Nov\n" in resumed
    assert "Next: Mon 7 Dec, 09:00" in resumed


async def test_a_skipped_date_that_is_past_is_not_shown(chat: Chat, clock: FakeClock) -> None:
    await chat.say("on")
    await chat.say("skip")
    await chat.say("pause")
    clock.advance(days=7)
    assert "Skipped" not in (await chat.say("status")).fallback


async def test_a_platform_that_breaks_when_it_is_asked_keeps_nobody_from_an_answer(
    store: Store, clock: FakeClock
) -> None:
    class Broken(LoopbackMessenger):
        async def check(self, _channel: Channel) -> Access:
            raise RuntimeError

        async def describe_reader(self, _channel: Channel, _reader: Reader) -> Reader:
            raise RuntimeError

        async def post(self, _channel: Channel, _reply: Reply, _delivery_id: str) -> PostOutcome:
            raise RuntimeError

    chat = Chat(Rig(store, clock, messenger=Broken(clock=clock)))

    assert "The digest is on" in (await chat.say("on")).fallback


async def test_now_posts_one_and_leaves_the_next_slot(chat: Chat) -> None:
    await chat.say("on")
    reply = await chat.say("now")
    await chat.rig.round()

    assert "Next: Mon 30 Nov, 09:00" in reply.fallback
    assert any(
        isinstance(part, LinkCard) for part in chat.rig.messenger.in_channel(channel())[-1].reply.parts
    )


async def test_a_preview_is_for_the_asker_alone_and_uses_up_nothing(chat: Chat) -> None:
    await chat.say("on")
    first, second = await chat.say("preview"), await chat.say("preview")

    assert not first.public
    assert [action.command for action in first.actions] == ["digest status"]
    assert first == second
    assert "0 of 10" in (await chat.say("status")).fallback


async def test_the_buttons_of_a_posted_digest_answer(chat: Chat) -> None:
    await chat.say("on")
    await chat.say("now")
    await chat.rig.round()
    posted = chat.rig.messenger.in_channel(channel())[-1].reply
    commands = {action.label: action.command for action in posted.actions}

    assert list(commands) == ["Another", "Read next in this section", "Settings"]
    another = await chat.say(commands["Another"].removeprefix("digest "))
    assert any(isinstance(part, LinkCard) for part in another.parts)
    assert "every Monday" in (await chat.say(commands["Settings"].removeprefix("digest "))).fallback


async def test_where_admins_decide_others_may_only_look(rig: Rig) -> None:
    chat = Chat(rig, managers=Managers.ADMINS)

    assert "Only people who manage" in (await chat.say("on")).fallback
    assert "no digest" in (await chat.say("status")).fallback
    chat.rig.messenger.people["U1"] = Reader(id="U1", timezone="Europe/Berlin", is_manager=True)
    assert "The digest is on" in (await chat.say("on")).fallback


async def test_the_platform_s_custom_counts_where_no_setting_says_who_may(rig: Rig) -> None:
    rig.messenger.default_managers = Managers.ADMINS

    assert "Only people who manage" in (await Chat(rig).say("on")).fallback


async def test_a_platform_that_posts_nothing_says_so(chat: Chat) -> None:
    assert "there are none" in (await chat.say("on", platform="terminal")).fallback


async def test_every_button_fits_a_platform(chat: Chat) -> None:
    long = "on every 2 weeks friday 16:30 section:basics kind:any links:1 America/Argentina/Buenos_Aires"
    replies = [await chat.say(words) for words in ("on", "status", "pause", "status", "off", "x" * 300, long)]
    replies.append(await chat.say(long[:70], reader=Reader(id="U9")))
    commands = [action.command for reply in replies for action in reply.actions]

    assert commands
    assert [command for command in commands if len(command) > MAX_COMMAND_LENGTH] == []


async def test_a_complaint_repeats_nothing_that_does_not_show(chat: Chat) -> None:
    said = (await chat.say("on monday 9 \u202enilreb\u200b")).fallback
    assert "nilreb" in said
    assert not {"\u202e", "\u200b"} & set(said)
