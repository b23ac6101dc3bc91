"""What people see who type ``/llmread``, over signed HTTP and real Bolt."""

import pytest

from readbot.playground.loopback_slack import LoopbackSlack


async def ask(app: LoopbackSlack, text: str) -> str:
    seen = await app.command(text, user="U1", channel="C1")
    assert not seen.problem
    return seen.message.words


async def test_a_topic_is_answered_with_its_best_links(app: LoopbackSlack) -> None:
    words = await ask(app, "fine-tuning")
    assert "*<https://example.org/fine-tuning/1|Fine-tuning in practice, part 1>*" in words
    assert "Fine-Tuning · post, 2011" in words


async def test_an_answer_is_seen_by_the_asker_alone(app: LoopbackSlack) -> None:
    seen = await app.command("fine-tuning", user="U1", channel="C1")
    assert app.visible("U1", "C1") == [seen.message]
    assert app.visible("U2", "C1") == []


async def test_no_text_opens_the_menu(app: LoopbackSlack) -> None:
    seen = await app.command("", user="U1", channel="C1")
    assert "`/llmread fine-tuning`" in seen.message.words
    assert "Help" in seen.message.labels


async def test_a_typo_still_finds_and_says_how(app: LoopbackSlack) -> None:
    words = await ask(app, "transfomers")
    assert "Attention is all you need" in words
    assert "I read “transfomers” as “transformers”." in words


async def test_no_match_offers_the_nearest_sections(app: LoopbackSlack) -> None:
    seen = await app.command("zebra crossing", user="U1", channel="C1")
    assert "Nothing on the list answers" in seen.message.words
    assert seen.message.elements


@pytest.mark.parametrize("text", ["payload", "payload=1", "{", '{"payload": 1}'])
async def test_words_that_bolt_takes_for_another_format_are_searched_like_any(
    app: LoopbackSlack, text: str
) -> None:
    assert await ask(app, text)


async def test_a_direct_message_with_the_bot_is_answered_like_a_channel(app: LoopbackSlack) -> None:
    seen = await app.command("help", user="U1", channel="D1")
    assert "How to ask" in seen.message.words
