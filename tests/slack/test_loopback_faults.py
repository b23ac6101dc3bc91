"""The loopback Slack fails its callers as told, and as Slack has been seen to."""

import asyncio
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from readbot.playground.capture import Capture
from readbot.playground.faults import Fault, FaultKind, Faults
from readbot.playground.loopback_slack import LoopbackSlack
from tests.slack.patient import make_slack
from tests.waiting import LAST_RESORT_S


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    async with make_slack(capture=Capture("slack", None)) as slack:
        yield slack


@pytest.fixture
def client(slack: LoopbackSlack) -> AsyncWebClient:
    return make_client(slack, slack.team("T1").bot_token)


def make_client(slack: LoopbackSlack, token: str, *, timeout_s: int = int(LAST_RESORT_S)) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=slack.api_url, retry_handlers=[], timeout=timeout_s)


async def post(client: AsyncWebClient) -> str:
    """Post once; return what came of it for the caller."""
    try:
        await client.chat_postMessage(channel="C2", text="x")
    except SlackApiError as error:
        return f"status {error.response.status_code}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return type(error).__name__
    return "ok"


@pytest.mark.parametrize("accepted", [False, True])
@pytest.mark.parametrize("kind", [FaultKind.SERVER_ERROR, FaultKind.RESET, FaultKind.HANG])
async def test_a_failing_call_has_taken_effect_or_not_as_said(
    slack: LoopbackSlack, client: AsyncWebClient, kind: FaultKind, accepted: bool
) -> None:
    slack.faults.script("chat.postMessage", Fault(kind=kind, accepted=accepted, seconds=0.05))
    assert await post(client) != "ok"
    assert len(slack.visible("U1", "C2")) == accepted
    assert await post(client) == "ok"


async def test_a_hang_outlasts_the_callers_patience(slack: LoopbackSlack) -> None:
    slack.faults.script("chat.postMessage", Fault(kind=FaultKind.HANG, seconds=LAST_RESORT_S))
    client = make_client(slack, slack.team().bot_token, timeout_s=1)
    assert await post(client) == "TimeoutError"


async def test_a_rate_limit_says_when_to_come_again(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    slack.faults.script("chat.postMessage", Fault(kind=FaultKind.RATE_LIMIT, seconds=7))
    with pytest.raises(SlackApiError) as caught:
        await client.chat_postMessage(channel="C2", text="x")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["Retry-After"] == "7"
    assert caught.value.response["error"] == "ratelimited"
    assert slack.visible("U1", "C2") == []


async def test_a_delay_is_late_and_right(slack: LoopbackSlack, client: AsyncWebClient) -> None:
    slack.faults.script("chat.postMessage", Fault(kind=FaultKind.DELAY, seconds=0.03))
    begun = time.monotonic()
    assert await post(client) == "ok"
    assert time.monotonic() - begun >= 0.03


async def test_a_young_message_is_not_in_the_history_yet(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    slack.faults.history_lag_s = 60
    await client.chat_postMessage(channel="C2", text="x")
    assert (await client.conversations_history(channel="C2"))["messages"] == []
    slack.faults.history_lag_s = 0
    assert len((await client.conversations_history(channel="C2"))["messages"]) == 1


async def test_chance_repeats_itself_from_one_seed() -> None:
    async def draw() -> list[str]:
        fault = Fault(kind=FaultKind.SERVER_ERROR)
        faults = Faults(chances={fault: 0.5}, operations=frozenset({"chat.postMessage"}), seed=7)
        async with make_slack(faults=faults, capture=Capture("slack", None)) as slack:
            client = make_client(slack, slack.team().bot_token)
            return [await post(client) for _ in range(12)]

    first = await draw()
    assert set(first) == {"ok", "status 500"}
    assert await draw() == first


async def test_a_call_takes_effect_although_its_caller_is_gone(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    slack.faults.accept_delay_s = (0.05, 0.05)
    called, arrived = asyncio.Event(), asyncio.Event()
    slack.observe_calls(lambda _method, _arguments: called.set())
    slack.observe(lambda _change: arrived.set())
    calling = asyncio.create_task(client.chat_postMessage(channel="C2", text="x"))
    await called.wait()
    calling.cancel()
    await asyncio.gather(calling, return_exceptions=True)
    async with asyncio.timeout(LAST_RESORT_S):
        await arrived.wait()
    assert len(slack.visible("U1", "C2")) == 1
