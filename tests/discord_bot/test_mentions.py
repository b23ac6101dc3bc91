"""Naming readbot in a message, and writing to it alone."""

import logging

import pytest

from readbot.playground.loopback_discord import Channel, Message, Permission, User, read
from readbot.playground.loopback_discord.model import ChannelType, Overwrite
from readbot_discord.message_words import to_words

from .scenes import Scene, until
from .towns import Town


async def say(
    scene: Scene, words: str, *, by: User | None = None, where: Channel | None = None, **more: object
) -> Message:
    """Let somebody write, and return readbot's answer."""
    channel = where or scene.channel
    written = scene.discord.people.write(by or scene.ada, channel, words, **more)  # type: ignore[arg-type]
    await until(
        lambda: any(m.author is scene.discord.world.bot and m.id > written.id for m in channel.messages)
    )
    return channel.messages[-1]


async def is_quiet(scene: Scene, words: str, **more: object) -> bool:
    """Tell whether readbot leaves a message alone: it answers the next one, and only that."""
    scene.discord.people.write(scene.grace, scene.channel, words, **more)  # type: ignore[arg-type]
    before = len(answers(scene))
    await say(scene, f"{name(scene)} sourdough")
    return len(answers(scene)) == before + 1


def answers(scene: Scene) -> list[Message]:
    return [m for m in scene.channel.messages if m.author is scene.discord.world.bot]


def name(scene: Scene) -> str:
    return f"<@{scene.discord.world.bot.id}>"


async def test_a_question_that_names_readbot_is_answered_by_a_reply(scene: Scene) -> None:
    answer = await say(scene, f"{name(scene)} sourdough")

    assert answer.replies_to is scene.channel.messages[-2]
    assert "7 links for “sourdough”" in read(answer)
    assert answer.pings == ()


async def test_who_asked_so_can_delete_the_answer_and_nobody_else(scene: Scene) -> None:
    answer = await say(scene, f"{name(scene)} sourdough")

    assert (await scene.click(answer, "Delete", by=scene.grace)).is_private
    assert not answer.deleted
    await scene.click(answer, "Delete")
    assert answer.deleted


@pytest.mark.parametrize("words", ["{}", "hi {}!", "{} hello"])
async def test_only_its_name_or_a_greeting_brings_the_menu(scene: Scene, words: str) -> None:
    answer = await say(scene, words.format(name(scene)).replace("!", ""))

    assert "Ask for anything on the list" in read(answer)


async def test_a_direct_message_needs_no_name(scene: Scene) -> None:
    dm = scene.discord.world.open_dm(scene.ada)

    answer = await say(scene, "sourdough", where=dm)

    assert "7 links for “sourdough”" in read(answer)


async def test_in_a_thread_the_answer_stays_there(scene: Scene) -> None:
    forum = scene.discord.world.add_channel(scene.guild, "questions", kind=ChannelType.FORUM)
    thread = scene.discord.people.start_post(scene.ada, forum, "Bread?", "Where do I begin?")

    answer = await say(scene, f"{name(scene)} sourdough", where=thread)

    assert answer.channel is thread


async def test_everybody_and_roles_are_not_its_name(scene: Scene) -> None:
    assert await is_quiet(scene, "@everyone sourdough")
    assert await is_quiet(scene, "sourdough, anybody?")


async def test_a_reply_to_its_answer_is_no_question_to_it(scene: Scene) -> None:
    answer = await say(scene, f"{name(scene)} sourdough")

    assert await is_quiet(scene, "thanks, great", replies_to=answer)


async def test_what_is_nobody_elses_business_comes_as_a_button(town: Town) -> None:
    pointer = await say(town, f"{name(town)} privacy")

    assert "That is for you alone." in read(pointer)
    shown = await town.click(pointer, "Open it", by=town.grace)
    assert shown.is_private
    assert "What I keep about you" in shown.text


async def test_what_is_too_long_for_a_button_names_the_command_that_was_meant(town: Town) -> None:
    pointer = await say(town, f"{name(town)} digest on monday 9 berlin section:{'x' * 100}")

    assert "Use `/readbot digest on` for that." in read(pointer)


async def test_a_form_is_opened_by_a_button(town: Town) -> None:
    dm = town.discord.world.open_dm(town.ada)
    pointer = await say(town, f"{name(town)} suggest")

    assert (await town.click(pointer, "Open it")).modal is not None
    assert await say(town, "privacy", where=dm)


async def test_where_it_may_not_write_it_stays_silent(scene: Scene, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    scene.channel.overwrites.append(
        Overwrite(target_id=scene.discord.world.bot.id, is_member=True, deny=Permission.SEND_MESSAGES)
    )
    scene.discord.people.write(scene.ada, scene.channel, f"{name(scene)} sourdough")
    await until(lambda: "could not be answered" in caplog.text)

    scene.channel.overwrites.clear()
    assert await is_quiet(scene, "sourdough")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_where_it_may_not_read_history_it_answers_without_a_reply(scene: Scene) -> None:
    scene.channel.overwrites.append(
        Overwrite(target_id=scene.discord.world.bot.id, is_member=True, deny=Permission.READ_MESSAGE_HISTORY)
    )

    answer = await say(scene, f"{name(scene)} sourdough")

    assert "7 links for “sourdough”" in read(answer)


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("<@1> <@!2> <@&3> <#4> hi", "hi"),
        ("see <https://example.org/a_b_c>", "see https://example.org/a_b_c"),
        ("[this](<https://example.org/x>)", "this https://example.org/x"),
        ("**bold** _and_ `code` ~~no~~ ||hidden||", "bold and code no hidden"),
        ("# Heading\n> quote\n-# small", "Heading quote small"),
        ("fine_tuning and 2*3*4", "fine_tuning and 2*3*4"),
        ("<:tada:1> <a:wave:2> <t:123:R> </readbot help:5>", ""),
        ("@everyone @here come", "come"),
        ("a < b and c > d", "a < b and c > d"),
    ],
)
def test_markdown_becomes_the_words_that_people_read(markdown: str, words: str) -> None:
    assert to_words(markdown) == words
