"""Messages that name readbot, and direct messages with it."""

import pytest

from readbot.playground.loopback_slack import LoopbackSlack, Message, Seen
from tests.waiting import until


async def mention(
    app: LoopbackSlack, words: str, *, channel: str = "C2", thread_ts: str | None = None
) -> Seen:
    return await app.tell(f"@readbot {words}", user="U2", channel=channel, thread_ts=thread_ts)


async def write(app: LoopbackSlack, words: str, *, thread_ts: str | None = None) -> Message:
    return (await app.tell(words, user="U1", channel="D1", thread_ts=thread_ts)).message


class TestInAChannel:
    async def test_a_question_is_answered_in_its_thread_for_all_to_see(self, any_app: LoopbackSlack) -> None:
        answer = (await mention(any_app, "fine-tuning")).message
        question = any_app.visible("U2", "C2")[0]
        assert answer.thread_ts == question.ts
        assert answer.only_for is None
        assert "Fine-tuning in practice, part 1" in answer.words

    async def test_a_question_in_a_thread_is_answered_there(self, app: LoopbackSlack) -> None:
        parent = await app.say("what do you read?", user="U1", channel="C2")
        answer = (await mention(app, "fine-tuning", thread_ts=parent.ts)).message
        assert answer.thread_ts == parent.ts

    async def test_readbot_may_be_named_anywhere_in_the_message(self, app: LoopbackSlack) -> None:
        seen = await app.tell("fine-tuning please, @readbot", user="U2", channel="C2")
        assert "Fine-tuning in practice, part 1" in seen.message.words

    @pytest.mark.parametrize("words", ["", "hi", "Hello", "menu"])
    async def test_a_greeting_gets_the_menu_for_its_person_alone(
        self, app: LoopbackSlack, words: str
    ) -> None:
        menu = (await mention(app, words)).message
        assert "Surprise me" in menu.labels
        assert menu.only_for == "U2"
        # Slack shows no private message in a thread that nobody else has begun.
        assert menu.thread_ts is None

    async def test_what_finds_nothing_is_told_to_its_person_alone(self, app: LoopbackSlack) -> None:
        parent = await app.say("animals?", user="U1", channel="C2")
        answer = (await mention(app, "zebra crossing", thread_ts=parent.ts)).message
        assert "Nothing on the list answers" in answer.words
        assert (answer.only_for, answer.thread_ts) == ("U2", parent.ts)

    async def test_nothing_is_left_to_share_and_the_asker_can_take_it_back(self, app: LoopbackSlack) -> None:
        answer = (await mention(app, "fine-tuning")).message
        assert answer.labels == ["More", "Delete"]
        await app.click(answer, "Delete", user="U2")
        await until(lambda: answer not in app.visible("U2", "C2"))

    async def test_nobody_else_can_take_it_back(self, app: LoopbackSlack) -> None:
        answer = (await mention(app, "fine-tuning")).message
        refusal = (await app.click(answer, "Delete", user="U1")).message
        assert refusal.words == "Only whoever shared this can delete it."
        assert refusal.only_for == "U1"
        assert answer in app.visible("U2", "C2")

    async def test_a_click_on_it_is_answered_to_who_clicked_in_the_thread(self, app: LoopbackSlack) -> None:
        answer = (await mention(app, "fine-tuning")).message
        page = (await app.click(answer, "More", user="U1")).message
        assert (page.only_for, page.thread_ts) == ("U1", answer.thread_ts)
        await app.click(page, "Share", user="U1")
        assert [label for label in page.labels if label.startswith("This")] == ["This thread", "This channel"]
        await app.click(page, "This channel", user="U1")
        shared = app.visible("U2", "C2")[-1]
        assert shared.thread_ts is None
        assert "Shared by <@U1>" in shared.words

    async def test_a_form_is_offered_where_a_message_cannot_open_it(self, app: LoopbackSlack) -> None:
        assert "works in Slack and Discord" in (await mention(app, "digest setup")).message.words


class TestWhatIsNotAsked:
    async def test_a_message_without_its_name_is_never_heard(self, app: LoopbackSlack) -> None:
        await app.tell("fine-tuning", user="U2", channel="C2")
        assert len(app.visible("U2", "C2")) == 1

    @pytest.mark.parametrize(
        "change",
        [{"edited": {"user": "U2", "ts": "1.1"}}, {"bot_id": "B9"}, {"subtype": "message_changed"}],
    )
    async def test_edits_and_what_apps_say_are_passed_over(
        self, app: LoopbackSlack, change: dict[str, object]
    ) -> None:
        event = {"type": "app_mention", "text": "<@UBOT> fine-tuning", "ts": "1.2", "channel": "C2"}
        await app.event({**event, **change}, user="U2")
        message = {
            "type": "message",
            "channel_type": "im",
            "text": "fine-tuning",
            "ts": "1.3",
            "channel": "D1",
        }
        await app.event({**message, **change}, user="U1")
        assert app.calls_of("chat.postMessage") == []

    async def test_an_event_that_comes_again_is_answered_once(self, app: LoopbackSlack) -> None:
        await mention(app, "fine-tuning")
        app.patience_s = 0.3
        await app.repeat()
        assert len(app.calls_of("chat.postMessage")) == 1


class TestInDirectMessages:
    async def test_a_question_is_answered_directly(self, any_app: LoopbackSlack) -> None:
        answer = await write(any_app, "fine-tuning")
        assert "Fine-tuning in practice, part 1" in answer.words
        assert (answer.thread_ts, answer.only_for) == (None, None)

    async def test_a_question_in_a_thread_is_answered_there(self, app: LoopbackSlack) -> None:
        first = await write(app, "fine-tuning")
        assert (await write(app, "transformers", thread_ts=first.ts)).thread_ts == first.ts

    async def test_hi_gets_the_menu(self, app: LoopbackSlack) -> None:
        assert "Surprise me" in (await write(app, "hi")).labels

    async def test_paging_turns_the_page_of_the_very_message(self, app: LoopbackSlack) -> None:
        answer = await write(app, "fine-tuning")
        before = len(app.visible("U1", "D1"))
        await app.click(answer, "More", user="U1")
        assert "part 6" in answer.words
        await app.click(answer, "Back", user="U1")
        assert "part 1\n" in answer.words or "part 1>" in answer.words
        assert len(app.visible("U1", "D1")) == before

    async def test_nothing_is_offered_to_share_where_nobody_else_is(self, app: LoopbackSlack) -> None:
        answer = await write(app, "fine-tuning")
        assert "Share" not in answer.labels
        await app.click(answer, "More", user="U1")
        assert "Share" not in answer.labels

    async def test_readbot_does_not_answer_itself(self, app: LoopbackSlack) -> None:
        await write(app, "hi")
        await app.settle()
        assert len(app.calls_of("chat.postMessage")) == 1


HOSTILE = "<!channel> <@U1> <#C1|general> *zebra* `crossing` ~x~ @here \u202ezebra\u202c &lt;!here&gt;"


async def test_nothing_that_is_asked_becomes_markup_or_a_mention(app: LoopbackSlack) -> None:
    """The answer quotes it, as nothing on the list answers."""
    event = {"type": "app_mention", "text": f"<@UBOT> {HOSTILE}", "ts": "1.2", "channel": "C2"}
    await app.event(event, user="U2")
    await until(lambda: bool(app.calls_of("chat.postEphemeral")))
    (sent,) = app.calls_of("chat.postEphemeral")
    for forbidden in ("<!", "<@", "<#", "*zebra*", "`crossing`", "@here", "\u202e"):
        assert forbidden not in str(sent["blocks"])
        assert forbidden not in sent["text"]
