"""The app over Socket Mode: a websocket that Slack closes now and then, and several of them."""

import asyncio
import contextlib

import pytest

from readbot.exceptions import PlatformError
from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_slack import APP_TOKEN, LoopbackSlack
from readbot.ports import Connection, Conversation
from readbot.settings import Secret, Settings
from readbot.store import Store
from readbot_slack import SlackPlatform


def connect(
    bot: Conversation, slack: LoopbackSlack, store: Store, *, bot_token: str = "", app_token: str = APP_TOKEN
) -> Connection:
    settings = Settings(
        slack_bot_token=Secret(bot_token or slack.team().bot_token),
        slack_app_token=Secret(app_token),
        slack_api_url=slack.api_url,
    )
    connection = SlackPlatform().connect(bot, settings, store)
    assert connection is not None
    return connection


async def test_a_command_is_answered_in_its_acknowledgement(socket_app: LoopbackSlack) -> None:
    seen = await socket_app.command("fine-tuning", user="U1", channel="C1")
    assert "Fine-tuning in practice, part 1" in seen.message.words
    assert socket_app.calls_of("response_url") == []


async def test_clicks_and_shares_work_as_over_http(socket_app: LoopbackSlack) -> None:
    message = (await socket_app.command("fine-tuning", user="U1", channel="C1")).message
    await socket_app.click(message, "More", user="U1")
    assert "part 6" in message.words
    shared = (await socket_app.click(message, "Share", user="U1")).message
    assert shared in socket_app.visible("U2", "C1")


async def test_it_comes_again_when_slack_wants_a_fresh_connection(socket_app: LoopbackSlack) -> None:
    await socket_app.sockets.refresh()
    await socket_app.sockets.wait_for_connections(1, opened=2)
    seen = await socket_app.command("fine-tuning", user="U1", channel="C1")
    assert seen.message


async def test_it_comes_again_when_the_connection_is_cut(socket_app: LoopbackSlack) -> None:
    await socket_app.sockets.drop()
    await socket_app.sockets.wait_for_connections(1, opened=2)
    seen = await socket_app.command("fine-tuning", user="U1", channel="C1")
    assert seen.message


async def test_every_request_goes_to_one_of_two_connections_and_both_answer(
    socket_app: LoopbackSlack, bot: Conversation, store: Store
) -> None:
    second = asyncio.create_task(connect(bot, socket_app, store).run())
    await socket_app.sockets.wait_for_connections(2)
    message = (await socket_app.command("fine-tuning", user="U1", channel="C1")).message
    for button in ("More", "More", "Back"):
        await socket_app.click(message, button, user="U1")
    assert set(socket_app.sockets.routed) == {0, 1}
    assert "part 6" in message.words
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)


async def test_it_is_ready_from_the_open_connection_to_the_end(
    bot: Conversation, slack: LoopbackSlack, store: Store
) -> None:
    connection = connect(bot, slack, store)
    assert not connection.is_ready()
    running = asyncio.create_task(connection.run())
    await slack.sockets.wait_for_connections(1)
    await slack.command("help", user="U1", channel="C1")
    assert connection.is_ready()
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running
    assert not connection.is_ready()
    await slack.sockets.wait_for_connections(0)


async def test_it_serves_nothing_over_http(bot: Conversation, slack: LoopbackSlack, store: Store) -> None:
    assert connect(bot, slack, store).routes() == []


@pytest.mark.parametrize(
    ("tokens", "sentence"),
    [
        ({"bot_token": "xoxb-wrong"}, "SLACK_BOT_TOKEN: Slack says invalid_auth"),
        ({"app_token": "xapp-wrong"}, "SLACK_APP_TOKEN: Slack says invalid_auth"),
    ],
)
async def test_a_wrong_token_ends_it_with_a_sentence(
    bot: Conversation, slack: LoopbackSlack, tokens: dict[str, str], sentence: str, store: Store
) -> None:
    with pytest.raises(PlatformError, match=sentence):
        await connect(bot, slack, store, **tokens).run()


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.SERVER_ERROR),
        Fault(kind=FaultKind.RESET),
        Fault(kind=FaultKind.RATE_LIMIT, seconds=1),
    ],
    ids=lambda fault: fault.kind.value,
)
async def test_an_unreachable_slack_is_waited_for(
    bot: Conversation,
    slack: LoopbackSlack,
    *,
    monkeypatch: pytest.MonkeyPatch,
    method: str,
    fault: Fault,
    store: Store,
) -> None:
    monkeypatch.setattr("readbot_slack.tokens._FIRST_RETRY_S", 0.01)
    slack.faults.script(method, fault)
    running = asyncio.create_task(connect(bot, slack, store).run())
    await slack.sockets.wait_for_connections(1)
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
