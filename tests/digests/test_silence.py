"""Digests that come without a notification."""

import pytest

from readbot.conversation.reply import Choices, Reply
from readbot.digests.wish import parse_wish
from readbot.exceptions import DigestError
from readbot.store import Store
from readbot.testing import FakeClock
from tests.digest_data import channel

from .rig import Rig
from .test_desk import Chat


@pytest.mark.parametrize(
    ("words", "is_silent"),
    [
        ("monday 09:00 silent", True),
        ("quiet every 2 weeks friday 4pm", True),
        ("Silently", True),
        ("loud", False),
        ("monday 09:00", None),
    ],
)
def test_a_wish_says_whether_posts_are_silent(words: str, is_silent: bool | None) -> None:
    wish = parse_wish(words)

    assert wish.is_silent is is_silent
    assert wish.timezone is None


def test_silent_and_loud_is_a_question() -> None:
    with pytest.raises(DigestError, match="Silent or loud"):
        parse_wish("silent monday loud")


def picks(reply: Reply) -> list[str]:
    """Return the commands of what can be picked in a reply."""
    return [choice.command for part in reply.parts if isinstance(part, Choices) for choice in part.choices]


class TestThroughTheDesk:
    @pytest.fixture
    def chat(self, store: Store, clock: FakeClock) -> Chat:
        return Chat(Rig(store, clock))

    async def test_a_silent_digest_is_posted_silently_and_a_loud_one_is_not(self, chat: Chat) -> None:
        await chat.say("on silent")
        await chat.say("now")
        await chat.rig.round()
        await chat.say("on loud")
        await chat.say("now")
        await chat.rig.round()

        digests = [m.reply for m in chat.rig.messenger.messages if "of the week" in m.reply.fallback]
        assert [reply.silent for reply in digests] == [True, False]

    async def test_what_changes_a_silent_digest_is_announced_silently(self, chat: Chat) -> None:
        for words in ("on silent", "pause", "on loud", "off"):
            await chat.say(words)

        announced = chat.rig.messenger.in_channel(channel())
        assert [posted.reply.silent for posted in announced] == [True, True, False, False]

    async def test_what_a_wish_does_not_name_stays_silent(self, chat: Chat) -> None:
        await chat.say("on silent")

        assert "posted silently" in (await chat.say("on friday")).fallback

    async def test_what_the_form_has_no_room_for_is_picked_beside_how_it_stands(self, chat: Chat) -> None:
        turned_on = await chat.say("on")

        assert picks(turned_on) == [
            "digest on silent",
            "digest on changes:on",
            "digest on links:2",
            "digest on links:3",
        ]
        await chat.say("on silent links:3 changes:on")
        assert picks(await chat.say("status")) == [
            "digest on loud",
            "digest on changes:off",
            "digest on links:1",
            "digest on links:2",
        ]

    async def test_a_digest_that_is_not_on_offers_no_settings_that_would_turn_it_on(self, chat: Chat) -> None:
        await chat.say("on")

        assert picks(await chat.say("pause")) == []
        assert picks(await chat.say("off")) == []

    async def test_silence_is_not_offered_where_there_is_none(self, chat: Chat) -> None:
        chat.rig.messenger.can_be_silent = False

        assert "digest on silent" not in picks(await chat.say("on"))

    async def test_a_platform_that_cannot_be_silent_says_so(self, chat: Chat) -> None:
        chat.rig.messenger.can_be_silent = False

        turned_on = (await chat.say("on silent")).fallback

        assert "which this platform cannot do" in turned_on
        assert "which this platform cannot do" in (await chat.say("status")).fallback
        assert "silent" not in (await chat.say("on loud")).fallback
