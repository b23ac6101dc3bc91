"""The program itself, ``readbot run slack``, as its own process beside a loopback Slack."""

import re
from collections.abc import AsyncIterator

import pytest

from readbot.playground.loopback_slack import APP_TOKEN, SIGNING_SECRET, LoopbackSlack
from tests.slack.program import Program, run_program

HOSTILE = [
    "<!channel>",
    "<@U1> <#C1> <!here|here>",
    "*bold* _slanted_ ~gone~ `code` ```fence```",
    "```",
    "\u202eright to left\u202c \u200b\u2066hidden\u2069",
    "fine tuning " * 250,
    "🦙👩\u200d🔬" * 100,
    "שלום עולם",
    "a\x00b\x07",
    '"',
    "section <!channel>",
    "page:99999 fine-tuning page:0",
]


@pytest.fixture
async def over_http(slack: LoopbackSlack) -> AsyncIterator[Program]:
    async with run_program(slack, SLACK_SIGNING_SECRET=SIGNING_SECRET, PORT="0") as program:
        port = await program.wait_for_port()
        slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        yield program


@pytest.fixture
async def over_socket(slack: LoopbackSlack) -> AsyncIterator[Program]:
    async with run_program(slack, SLACK_APP_TOKEN=APP_TOKEN) as program:
        await slack.sockets.wait_for_connections(1)
        yield program


async def converse(slack: LoopbackSlack) -> None:
    """Go through a whole conversation and assert what is seen of it."""
    menu = (await slack.command("", user="U1", channel="C1")).message
    assert "Reading for the loopback" in menu.words
    await slack.click(menu, "Transformers (2 links)", user="U1")
    assert "Attention is all you need" in menu.words
    found = (await slack.command("fine-tuning", user="U1", channel="C1")).message
    await slack.click(found, "More", user="U1")
    await slack.click(found, "More", user="U1")
    assert "11-13 of 13" in found.words
    await slack.click(found, "Back", user="U1")
    assert "6-10 of 13" in found.words
    shared = (await slack.click(found, "Share", user="U1")).message
    assert slack.visible("U2", "C1") == [shared]
    typo = (await slack.command("low rank adaptaton", user="U2", channel="C1")).message
    assert "Low-rank adaptation" in typo.words
    nothing = (await slack.command("zebra crossing", user="U2", channel="C1")).message
    assert "Nothing on the list answers" in nothing.words


async def test_a_conversation_over_http(slack: LoopbackSlack, over_http: Program) -> None:
    await converse(slack)
    assert await over_http.stop() == 0
    assert "Traceback" not in over_http.log


async def test_a_conversation_over_socket_mode_with_a_new_connection_in_between(
    slack: LoopbackSlack, over_socket: Program
) -> None:
    await converse(slack)
    await slack.sockets.refresh()
    await slack.sockets.wait_for_connections(1, opened=2)
    assert (await slack.command("fine-tuning", user="U1", channel="C1")).message
    assert await over_socket.stop() == 0
    assert "Traceback" not in over_socket.log


async def test_hostile_text_is_answered_and_calls_nobody(slack: LoopbackSlack, over_http: Program) -> None:
    for typed in HOSTILE:
        for command in (typed, f"share {typed}"):
            seen = await slack.command(command, user="U1", channel="C1")
            assert not seen.problem, command
            written = seen.message.words + seen.message.text
            assert not re.search(r"<(?!https://|@U1>)", written), command
            assert "\u202e" not in written
    assert await over_http.stop() == 0
    assert "Traceback" not in over_http.log


async def test_nothing_that_was_typed_and_no_token_is_in_the_log(slack: LoopbackSlack) -> None:
    settings = {"SLACK_SIGNING_SECRET": SIGNING_SECRET, "PORT": "0", "READBOT_LOG_LEVEL": "DEBUG"}
    async with run_program(slack, **settings) as program:
        port = await program.wait_for_port()
        slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
        found = (await slack.command("fine-tuning zanzibar", user="U1", channel="C1")).message
        await slack.click(found, found.labels[0], user="U1")
        assert await program.stop() == 0
    for secret in ("zanzibar", slack.team().bot_token, SIGNING_SECRET):
        assert secret not in program.log


async def test_a_wrong_token_is_said_in_a_sentence(slack: LoopbackSlack) -> None:
    async with run_program(slack, SLACK_APP_TOKEN="xapp-wrong") as program:
        assert await program.wait() == 2
    assert "SLACK_APP_TOKEN: Slack says invalid_auth" in program.log
    assert "Traceback" not in program.log
