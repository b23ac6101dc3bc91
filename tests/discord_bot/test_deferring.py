"""Answers that take their time: Discord first hears that one is on its way."""

from readbot.conversation.reply import Action, Heading, Reply
from readbot.conversation.request import Request
from readbot.playground.loopback_discord import read

from .scenes import FakeConversation, Scene, running


def say(words: str, *, public: bool = False) -> Reply:
    return Reply(
        parts=(Heading(words=words),), actions=(Action(label="Again", command="digest now"),), public=public
    )


async def test_thinking_becomes_the_private_answer(quiet_scene: Scene) -> None:
    async with running(quiet_scene.discord, FakeConversation(say=lambda _: say("done"))):
        seen = await quiet_scene.command("readbot digest status")

    assert seen.is_private
    assert seen.text.startswith("### done")
    assert quiet_scene.channel.messages == [seen.message]


async def test_a_public_answer_is_seen_by_everybody_and_thinking_goes(quiet_scene: Scene) -> None:
    async with running(quiet_scene.discord, FakeConversation(say=lambda _: say("done", public=True))):
        seen = await quiet_scene.command("readbot digest status")

    people = quiet_scene.discord.people
    assert not seen.is_private
    assert people.visible(quiet_scene.ada, quiet_scene.channel) == [seen.message]
    assert people.visible(quiet_scene.grace, quiet_scene.channel) == [seen.message]


async def test_a_public_answer_to_a_private_message_s_button_leaves_that_message(quiet_scene: Scene) -> None:
    conversation = FakeConversation(say=lambda _: say("private"))
    async with running(quiet_scene.discord, conversation):
        first = await quiet_scene.command("readbot digest status")
        conversation.say = lambda _: say("public", public=True)
        second = await quiet_scene.click(first.message, "Again")

    assert not second.is_private
    assert second.text.startswith("### public")
    assert first.message is not None
    assert read(first.message).startswith("### private")


async def test_a_slow_answer_that_fails_is_told_privately(quiet_scene: Scene) -> None:
    def break_down(_request: Request) -> Reply:
        raise LookupError("no database")

    async with running(quiet_scene.discord, FakeConversation(say=break_down)):
        seen = await quiet_scene.command("readbot digest status")

    assert seen.is_private
    assert "Something went wrong" in seen.text
    assert [m.is_loading for m in quiet_scene.channel.messages] == [False]
