"""The first answer to an interaction, when Discord is in trouble."""

import json
import logging

import pytest

from readbot.conversation.reply import Action, Heading, Reply
from readbot.conversation.request import Request
from readbot.front_desk import FrontDesk
from readbot.playground.faults import Fault, FaultKind, Faults

from .scenes import FakeConversation, Scene, running, until

CALLBACK = "POST /interactions/{interaction}/{token}/callback"


def say(_request: Request) -> Reply:
    return Reply(parts=(Heading(words="fine"),), actions=(Action(label="Again", command="help"),))


@pytest.fixture
def faults(quiet_scene: Scene) -> Faults:
    quiet_scene.discord.rest.faults = Faults()
    return quiet_scene.discord.rest.faults


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.RESET])
async def test_an_answer_that_got_no_receipt_is_sent_again_and_seen_once(
    quiet_scene: Scene, faults: Faults, kind: FaultKind, accepted: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(quiet_scene.discord, FakeConversation(say=say)):
        faults.script(CALLBACK, Fault(kind=kind, status=502, accepted=accepted))
        sight = await quiet_scene.command("llmread", query="x")

    assert sight.text.startswith("### fine")
    assert len(quiet_scene.channel.messages) == 1
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_an_answer_that_is_put_off_by_a_rate_limit_comes_a_moment_later(
    quiet_scene: Scene, faults: Faults, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(quiet_scene.discord, FakeConversation(say=say)):
        faults.script(CALLBACK, Fault(kind=FaultKind.RATE_LIMIT, seconds=1.0))
        sight = await quiet_scene.command("llmread", query="x")

    assert sight.text.startswith("### fine")
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]


async def test_a_lost_answer_to_a_click_is_sent_again(quiet_scene: Scene, faults: Faults) -> None:
    async with running(quiet_scene.discord, FakeConversation(say=say)):
        first = await quiet_scene.command("llmread", query="x")
        faults.script(CALLBACK, Fault(kind=FaultKind.RESET))
        second = await quiet_scene.click(first.message, "Again")

    assert second.is_update
    assert second.message is first.message


async def test_discord_in_lasting_trouble_is_given_up_with_a_line_in_the_log(
    quiet_scene: Scene, faults: Faults, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readbot_discord.callbacks._REPEAT_AFTER_S", (0.02, 0.06))
    quiet_scene.discord.people.patience_s = 0.1
    async with running(quiet_scene.discord, FakeConversation(say=say)):
        faults.script(CALLBACK, *[Fault(kind=FaultKind.RESET)] * 6)
        sight = await quiet_scene.command("llmread", query="x")
        await until(lambda: "could not tell the person" in caplog.text)

    assert sight.message is None
    assert [operation for operation, _ in faults.happened] == [CALLBACK] * 6


async def test_what_is_answered_again_is_the_same_to_the_byte(quiet_scene: Scene, bot: FrontDesk) -> None:
    """Rendered once: the second answer is the first one's JSON."""
    async with running(quiet_scene.discord, bot):
        for _ in range(2):
            await quiet_scene.command("llmread", query="rennet")
        await quiet_scene.command("llmread", query="sourdough")

    first, second, other = [
        json.dumps(call.body) for call in quiet_scene.discord.rest.calls if call.path.endswith("/callback")
    ]
    assert first == second
    assert first != other
    assert '"parse": []' in first
