"""Message shortcuts: what people see, and where it goes that they post."""

import pytest

from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_slack import LoopbackSlack, Message, View
from tests.waiting import until

CHAT = (
    "morning all :wave: so at the offsite we talked about whether we should just do fine-tuning of a small "
    "open one instead of prompting the big one, has anybody here done that before? cost is my worry"
)


async def open_reading(
    app: LoopbackSlack, *, text: str = CHAT, channel: str = "C1", thread_ts: str | None = None
) -> tuple[Message, View]:
    message = await app.say(text, user="U2", channel=channel, thread_ts=thread_ts)
    return message, (await app.shortcut("find_reading", user="U1", message=message)).view


def others(app: LoopbackSlack, channel: str) -> list[Message]:
    """Return what everybody but the asker sees, without what people said themselves."""
    return [message for message in app.visible("U2", channel) if message.user == "UBOT"]


async def test_reading_for_a_chatty_message_is_shown_to_its_reader_alone(any_app: LoopbackSlack) -> None:
    _, view = await open_reading(any_app)
    assert view.user == "U1"
    assert view.body["title"]["text"] == "Reading for this message"
    assert "Fine-tuning in practice, part 1" in view.words
    assert others(any_app, "C1") == []


async def test_at_most_three_links_are_shown(app: LoopbackSlack) -> None:
    _, view = await open_reading(app)
    assert view.words.count("https://example.org/") == 3


@pytest.mark.parametrize("channel", ["C1", "C2", "G1", "G2"])
async def test_post_as_reply_goes_into_the_messages_thread_wherever_it_stands(
    any_app: LoopbackSlack, channel: str
) -> None:
    """C1 and G2 are channels where readbot is no member."""
    message, view = await open_reading(any_app, channel=channel)
    await any_app.click(view, "Post as reply", user="U1")
    (posted,) = [each for each in any_app.visible("U1", channel) if each.user == "UBOT"]
    assert posted.thread_ts == message.ts
    assert posted.only_for is None
    assert "Fine-tuning in practice, part 1" in posted.words
    assert "Shared by <@U1>" in posted.words
    await until(lambda: view.words == "Posted in the thread.")


async def test_post_as_reply_from_within_a_thread_stays_in_it(app: LoopbackSlack) -> None:
    question = await app.say("what do you read?", user="U2", channel="C2")
    _, view = await open_reading(app, channel="C2", thread_ts=question.ts)
    await app.click(view, "Post as reply", user="U1")
    (posted,) = others(app, "C2")
    assert posted.thread_ts == question.ts


async def test_post_in_channel_begins_no_thread(app: LoopbackSlack) -> None:
    _, view = await open_reading(app, channel="C2")
    await app.click(view, "Post in channel", user="U1")
    (posted,) = others(app, "C2")
    assert posted.thread_ts is None
    await until(lambda: view.words == "Posted in the channel.")


async def test_a_post_whose_answer_is_lost_is_not_repeated_and_the_modal_says_so(app: LoopbackSlack) -> None:
    _, view = await open_reading(app, channel="C2")
    app.faults.script("chat.postMessage", Fault(kind=FaultKind.RESET, accepted=True))
    await app.click(view, "Post as reply", user="U1")
    assert len(others(app, "C2")) == 1
    await until(lambda: "look whether it is there" in view.words)


async def test_a_double_click_posts_once(app: LoopbackSlack) -> None:
    _, view = await open_reading(app, channel="C2")
    await app.click(view, "Post as reply", user="U1")
    app.patience_s = 0.3
    await app.repeat()
    await until(lambda: view.words == "Posted in the thread.")
    assert len(others(app, "C2")) == 1


async def test_more_turns_the_modal_into_the_whole_answer_which_can_be_shared_to_either(
    app: LoopbackSlack,
) -> None:
    message, view = await open_reading(app, channel="C2")
    await app.click(view, "More", user="U1")
    await app.click(view, "Share", user="U1")
    assert "Where to?" in view.words
    await app.click(view, "This thread", user="U1")
    (posted,) = others(app, "C2")
    assert posted.thread_ts == message.ts


@pytest.mark.parametrize("text", ["zebra crossing, anyone?", ":tada:", ""])
async def test_a_message_about_nothing_on_the_list_is_told_so(app: LoopbackSlack, text: str) -> None:
    """The last has no words at all, as one with nothing but a picture."""
    _, view = await open_reading(app, text=text)
    assert "The list has nothing on what this message is about." in view.words


async def test_an_apps_message_is_read_from_its_blocks_and_attachments(app: LoopbackSlack) -> None:
    team = app.team()
    message = team.add_message(
        Message(
            ts=team.make_ts(),
            channel="C2",
            user="UBOT",
            text="New post",
            blocks=[
                {"type": "section", "text": {"type": "mrkdwn", "text": "All about *fine-tuning* &amp; more"}}
            ],
        )
    )
    view = (await app.shortcut("find_reading", user="U1", message=message)).view
    assert "Fine-tuning in practice, part 1" in view.words


HOSTILE = "<!channel> <@U2> *fine-tuning* `code` ~no~ _it_ \u202ereversed\u202c zero\u200bwidth @here :tada:"


async def test_nothing_in_a_message_becomes_markup_or_a_mention(app: LoopbackSlack) -> None:
    _, view = await open_reading(app, text=HOSTILE, channel="C2")
    await app.click(view, "Post in channel", user="U1")
    for shown in (str(view.body), *(str(message.sent) for message in others(app, "C2"))):
        assert "<!channel" not in shown
        assert "<@U2" not in shown
        assert "@here" not in shown
