"""What people are told, and what the log holds, when an answer fails."""

import logging
import re

import pytest

from readbot.conversation.reply import Heading, Reply
from readbot.conversation.request import Request
from readbot.playground.faults import Fault, FaultKind, Faults
from readbot.playground.loopback_discord import NO_ANSWER, LoopbackDiscord
from readbot.playground.loopback_discord.server import LAST_RESORT_S
from readbot.search.results import Completion

from .scenes import FakeConversation, Scene, make_scene, running, too_late, until


def break_down(_request: Request) -> Reply:
    raise LookupError("the shelf is empty")


async def test_a_bug_is_told_with_an_id_that_the_log_has_beside_the_traceback(
    quiet_scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(quiet_scene.discord, FakeConversation(say=break_down)):
        sight = await quiet_scene.command("llmread", query="rennet", share=True)

    told = re.search(r"the id ([0-9a-f]{6})", sight.text)
    assert told is not None
    assert sight.is_private
    assert "shelf" not in sight.text
    (record,) = [r for r in caplog.records if told[1] in r.getMessage()]
    assert record.exc_info is not None
    assert "the shelf is empty" in str(record.exc_info[1])


async def test_a_click_that_fails_keeps_the_message_and_is_told_apart(quiet_scene: Scene) -> None:
    conversation = FakeConversation(say=lambda _: Reply(parts=(Heading(words="fine"),)))
    async with running(quiet_scene.discord, conversation):
        answer = await quiet_scene.command("llmread", query="x")
        conversation.say = break_down
        failed = await quiet_scene.press(answer.message, "rb:help")

    assert failed.message is not answer.message
    assert "Something went wrong" in failed.text
    assert failed.is_private


async def test_an_answer_that_comes_too_late_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    now = 1_800_000_000.0

    def dawdle(_request: Request) -> Reply:
        nonlocal now
        now += 4.0
        return Reply(parts=(Heading(words="late"),))

    async with LoopbackDiscord(clock=lambda: now) as discord:
        scene = make_scene(discord)
        discord.people.patience_s = 0.1
        async with running(discord, FakeConversation(say=dawdle)):
            sight = await scene.command("llmread", query="x")
            await until(lambda: bool(too_late(caplog)))

    assert sight.text == NO_ANSWER
    (late,) = too_late(caplog)
    assert late.levelno == logging.WARNING
    assert late.exc_info is None


async def test_a_completion_that_fails_breaks_nothing_else(quiet_scene: Scene) -> None:
    class Forgetful(FakeConversation):
        def complete(self, text: str, **_: object) -> list[Completion]:
            raise LookupError(text)

    conversation = Forgetful(say=lambda _: Reply(parts=(Heading(words="fine"),)))
    async with running(quiet_scene.discord, conversation):
        quiet_scene.discord.people.patience_s = 0.1
        assert await quiet_scene.complete("llmread", "query", "a") == []
        quiet_scene.discord.people.patience_s = LAST_RESORT_S
        assert "fine" in (await quiet_scene.command("llmread", query="x")).text


async def test_a_command_that_has_gone_says_to_reload_discord(scene: Scene) -> None:
    commands = scene.discord.world.commands[None]
    commands.append({**commands[0], "name": "older", "id": "1", "options": []})

    assert "Reload Discord" in (await scene.command("older")).text


async def test_a_refusal_by_discord_is_told(quiet_scene: Scene) -> None:
    faults = Faults()
    discord = quiet_scene.discord
    discord.rest.faults = faults
    faults.script(
        "POST /interactions/{interaction}/{token}/callback", Fault(kind=FaultKind.SERVER_ERROR, status=400)
    )
    async with running(discord, FakeConversation(say=lambda _: Reply(parts=(Heading(words="x"),)))):
        sight = await quiet_scene.command("llmread", query="x")

    assert "Something went wrong" in sight.text


async def test_a_request_says_who_asks_where(quiet_scene: Scene) -> None:
    quiet_scene.grace.locale = "de"
    conversation = FakeConversation(say=lambda _: Reply(parts=(Heading(words="x"),)))
    async with running(quiet_scene.discord, conversation):
        await quiet_scene.command("llmread", query="x", by=quiet_scene.grace)
        await quiet_scene.command("readbot help", by=quiet_scene.ada)
        dm = quiet_scene.discord.world.open_dm(quiet_scene.grace)
        await quiet_scene.discord.people.command(quiet_scene.grace, dm, "llmread")

    in_server, by_owner, in_dm = conversation.asked
    assert in_server.workspace_id == str(quiet_scene.guild.id)
    assert in_server.channel_id == str(quiet_scene.channel.id)
    assert (in_server.reader.id, in_server.reader.locale) == (str(quiet_scene.grace.id), "de")
    assert not in_server.reader.is_manager
    assert by_owner.reader.is_manager
    assert in_dm.workspace_id == str(quiet_scene.grace.id)
    assert not in_dm.reader.is_manager
