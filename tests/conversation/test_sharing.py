"""Where a shared answer goes, and what is answered in the open."""

from dataclasses import replace

import pytest

from readbot.conversation.bot import Bot
from readbot.conversation.library import Library
from readbot.conversation.reply import Reply
from readbot.conversation.request import Reader, Request
from readbot.search import SearchIndex

from .conftest import READING_LIST


@pytest.fixture(scope="module")
def bot() -> Bot:
    return Bot(Library(reading_list=READING_LIST, index=SearchIndex(READING_LIST)))


def ask(bot: Bot, words: str, **changes: bool) -> Reply:
    request = Request(
        text=words, platform="slack", workspace_id="T1", channel_id="C1", reader=Reader(id="U1")
    )
    return bot.handle(replace(request, **changes))  # type: ignore[arg-type]


def labels(reply: Reply) -> list[str]:
    return [action.label for action in reply.actions]


def test_beside_a_thread_one_is_asked_once_where_to(bot: Bot) -> None:
    asked = ask(bot, "share sourdough", has_thread=True)
    assert not asked.public
    assert labels(asked) == ["This thread", "This channel", "Back"]
    assert asked.parts[:-1] == ask(bot, "sourdough").parts


@pytest.mark.parametrize(("label", "to_thread"), [("This thread", True), ("This channel", False)])
def test_the_answer_goes_where_one_says(bot: Bot, label: str, to_thread: bool) -> None:
    asked = ask(bot, "share sourdough", has_thread=True)
    (command,) = [action.command for action in asked.actions if action.label == label]
    shared = ask(bot, command, has_thread=True)
    assert (shared.public, shared.to_thread, shared.shared_by) == (True, to_thread, "U1")


def test_a_question_in_a_message_is_answered_in_the_open_and_can_be_taken_back(bot: Bot) -> None:
    answer = ask(bot, "sourdough", is_open=True)
    assert (answer.public, answer.to_thread, answer.shared_by) == (True, True, None)
    assert "Share" not in labels(answer)
    assert labels(answer)[-1] == "Delete"


@pytest.mark.parametrize("words", ["", "help", "zebra crossing", "section nowhere"])
def test_what_is_not_worth_sharing_stays_private(bot: Bot, words: str) -> None:
    assert not ask(bot, words, is_open=True).public
