"""The loopback Slack tells an app of what happens, again where it has to; the app is a real Bolt app."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.say.async_say import AsyncSay
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from readbot.playground.capture import Capture
from readbot.playground.loopback_slack import APP_TOKEN, LoopbackSlack, make_workspace
from readbot.playground.loopback_slack.delivery import HttpDelivery
from tests.slack.bolt_app import make_bolt, serve_bolt
from tests.slack.patient import make_slack
from tests.waiting import LAST_RESORT_S

Json = dict[str, Any]

SCOPES = ("commands", "chat:write", "app_mentions:read", "im:history")


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    teams = [make_workspace(1), make_workspace(2)]
    async with make_slack(workspaces=teams, capture=Capture("slack", None)) as slack:
        slack.patience_s = 0.05
        slack.retry_delays_s = (0.01, 0.01, 0.01)
        for team in teams:
            team.scopes = SCOPES
        yield slack


@pytest.fixture
async def bolt(slack: LoopbackSlack) -> AsyncIterator[AsyncApp]:
    """A Bolt app behind the loopback Slack, without listeners."""
    app = make_bolt(slack)
    async with serve_bolt(app) as url:
        slack.deliver_to(url)
        yield app


@pytest.fixture
def heard(bolt: AsyncApp) -> list[Json]:
    """The payloads of mentions and direct messages that the app takes, in order."""
    payloads: list[Json] = []

    @bolt.event("app_mention")
    @bolt.event("message")
    async def hear(body: Json) -> None:
        payloads.append(body)

    return payloads


class TestMessages:
    async def test_a_mention_in_a_channel_is_told(self, slack: LoopbackSlack, heard: list[Json]) -> None:
        await slack.tell("@readbot fine-tuning & more", user="U1", channel="C2")
        (payload,) = heard
        event = payload["event"]
        assert (event["type"], event["channel"], event["user"]) == ("app_mention", "C2", "U1")
        assert event["text"] == "<@UBOT> fine-tuning &amp; more"
        assert event["event_ts"] == event["ts"]
        assert "thread_ts" not in event
        assert payload["authorizations"][0]["team_id"] == "T1"

    async def test_a_mention_in_a_thread_tells_the_thread(
        self, slack: LoopbackSlack, heard: list[Json]
    ) -> None:
        root = await slack.say("What is LoRA?", user="U2", channel="C2")
        await slack.tell("@readbot help", user="U1", channel="C2", thread_ts=root.ts)
        event = heard[0]["event"]
        assert (event["thread_ts"], event["parent_user_id"]) == (root.ts, "U2")

    async def test_a_direct_message_is_told_without_a_mention(
        self, slack: LoopbackSlack, heard: list[Json]
    ) -> None:
        await slack.tell("hi", user="U1", channel="D1")
        event = heard[0]["event"]
        assert (event["type"], event["channel_type"], event["text"]) == ("message", "im", "hi")

    @pytest.mark.parametrize(
        ("words", "channel", "reason"),
        [
            ("just talking", "C2", "nobody spoke to the app"),
            ("@readbot hi", "C1", "it is not in the channel"),
        ],
    )
    async def test_of_the_rest_the_app_hears_nothing(
        self, slack: LoopbackSlack, heard: list[Json], words: str, channel: str, reason: str
    ) -> None:
        await slack.tell(words, user="U1", channel=channel)
        assert heard == [], reason

    @pytest.mark.parametrize(("words", "channel"), [("@readbot hi", "C2"), ("hi", "D1")])
    async def test_without_the_scope_or_the_subscription_the_app_hears_nothing(
        self, slack: LoopbackSlack, heard: list[Json], words: str, channel: str
    ) -> None:
        slack.team("T1").scopes = ("chat:write",)
        await slack.tell(words, user="U1", channel=channel)
        slack.team("T1").scopes = SCOPES
        slack.app.events = frozenset({"app_home_opened"})
        await slack.tell(words, user="U1", channel=channel)
        assert heard == []

    async def test_an_answer_is_seen_by_who_wrote(self, slack: LoopbackSlack, bolt: AsyncApp) -> None:
        @bolt.event("app_mention")
        async def answer(event: Json, say: AsyncSay) -> None:
            await say("Here.", thread_ts=event["ts"])

        seen = await slack.tell("@readbot hi", user="U1", channel="C2")
        assert seen.message.text == "Here."
        assert seen.message.is_reply

    async def test_the_app_hears_its_own_direct_messages_where_it_asked_for_such(
        self, slack: LoopbackSlack, bolt: AsyncApp, heard: list[Json]
    ) -> None:
        """Bolt leaves them alone; whoever replaces its middleware answers itself for ever."""
        slack.app.events = frozenset({"message.im"})
        await bolt.client.chat_postMessage(token=slack.team().bot_token, channel="D1", text="psst")
        await slack.settle()
        assert slack.delivered[-1].payload["event"]["bot_id"] == "BBOT"
        assert heard == []

    async def test_links_and_mentions_stand_in_the_message_as_slack_writes_them(
        self, slack: LoopbackSlack, heard: list[Json]
    ) -> None:
        await slack.tell("@readbot see https://example.com/a?b&c.", user="U1", channel="C2")
        event = heard[0]["event"]
        assert event["text"] == "<@UBOT> see <https://example.com/a?b&amp;c>."
        (section,) = event["blocks"][0]["elements"]
        assert [part["type"] for part in section["elements"]] == ["user", "text", "link", "text"]
        assert section["elements"][2]["url"] == "https://example.com/a?b&c"

    async def test_opening_home_tells_the_tab_and_what_was_there(
        self, slack: LoopbackSlack, bolt: AsyncApp
    ) -> None:
        events: list[Json] = []
        blocks = [{"type": "divider"}]

        @bolt.event("app_home_opened")
        async def publish(event: Json, client: Any) -> None:
            events.append(event)
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": blocks})

        seen = await slack.open_home("U1")
        assert seen.view.shown_blocks[0]["type"] == "divider"
        await slack.open_home("U1")
        assert (events[0]["tab"], events[0]["channel"], "view" in events[0]) == ("home", "D1", False)
        assert events[1]["view"]["id"] == seen.view.id, "a person has one Home, whatever is published"


class TestRetries:
    async def test_an_event_that_fails_comes_again_with_the_same_id(
        self, slack: LoopbackSlack, bolt: AsyncApp
    ) -> None:
        tries: list[tuple[str, Json]] = []

        @bolt.event("app_mention")
        async def fail(body: Json, request: Any) -> None:
            tries.append((body["event_id"], request.headers))
            if len(tries) < 3:
                raise RuntimeError("not yet")

        logging.disable(logging.CRITICAL)
        seen = await slack.tell("@readbot hi", user="U1", channel="C2")
        await slack.settle()
        logging.disable(logging.NOTSET)
        assert seen.retry_reason == "http_error"
        assert len({event_id for event_id, _ in tries}) == 1
        numbers = [headers.get("x-slack-retry-num", [""])[0] for _, headers in tries]
        assert numbers == ["", "1", "2"], "and not a third time, once it was taken"
        assert tries[1][1]["x-slack-retry-reason"] == ["http_error"]

    async def test_an_event_that_takes_too_long_comes_again(
        self, slack: LoopbackSlack, bolt: AsyncApp
    ) -> None:
        reasons: list[str] = []
        may_end = asyncio.Event()

        @bolt.event("app_mention")
        async def dawdle(request: Any) -> None:
            reasons.extend(request.headers.get("x-slack-retry-reason", []))
            await may_end.wait()

        assert isinstance(slack.delivery, HttpDelivery)
        slack.delivery.ack_timeout_s = 0.1
        seen = await slack.tell("@readbot hi", user="U1", channel="C2")
        assert seen.retry_reason == "http_timeout"
        slack.delivery.ack_timeout_s = LAST_RESORT_S
        may_end.set()
        await slack.settle()
        assert reasons == ["http_timeout"]

    async def test_over_a_socket_the_envelope_says_that_it_comes_again(self, slack: LoopbackSlack) -> None:
        envelopes: list[Json] = []
        client = SocketModeClient(
            app_token=APP_TOKEN, web_client=AsyncWebClient(base_url=slack.api_url), ping_interval=60
        )

        async def take(client: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
            envelopes.append({"attempt": request.retry_attempt, "reason": request.retry_reason})
            if request.retry_attempt:
                await client.send_socket_mode_response(SocketModeResponse(request.envelope_id))

        client.socket_mode_request_listeners.append(take)
        await client.connect()  # type: ignore[no-untyped-call]
        await slack.sockets.wait_for_connections(1)
        slack.sockets.ack_timeout_s = 0.1
        await slack.tell("@readbot hi", user="U1", channel="C2")
        slack.sockets.ack_timeout_s = LAST_RESORT_S
        await slack.settle()
        await client.close()  # type: ignore[no-untyped-call]
        assert envelopes == [{"attempt": 0, "reason": ""}, {"attempt": 1, "reason": "http_timeout"}]

    async def test_an_app_that_is_down_is_tried_four_times_in_all(self, slack: LoopbackSlack) -> None:
        tries: list[str] = []

        async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            tries.append("tried")
            writer.close()

        async with asyncio.timeout(LAST_RESORT_S):
            server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            slack.deliver_to(f"http://127.0.0.1:{port}/slack/events")
            await slack.tell("@readbot hi", user="U1", channel="C2")
            await slack.settle()
            server.close()
        assert len(tries) == 4

    async def test_commands_and_clicks_never_come_again(self, slack: LoopbackSlack) -> None:
        seen = await slack.command(user="U1", channel="C2")
        await slack.settle()
        assert seen.problem
        assert len(slack.delivered) == 1


class TestRepeating:
    async def test_the_very_same_event_can_be_delivered_twice(
        self, slack: LoopbackSlack, heard: list[Json]
    ) -> None:
        await slack.tell("@readbot hi", user="U1", channel="C2")
        await slack.repeat()
        assert heard[0] == heard[1]

    async def test_a_command_can_reach_two_replicas_at_once(
        self, slack: LoopbackSlack, bolt: AsyncApp
    ) -> None:
        triggers: list[str] = []

        @bolt.command("/llmread")
        async def answer(ack: Any, body: Json) -> None:
            triggers.append(body["trigger_id"])
            await ack(f"answer {len(triggers)}")

        await slack.command("x", user="U1", channel="C2")
        async with serve_bolt(bolt) as other:
            again = await slack.repeat(to=[other, other])
        assert len(triggers) == 3
        assert len(set(triggers)) == 1
        assert {seen.problem for seen in again} == {""}

    async def test_what_was_delivered_earlier_can_be_repeated_later(
        self, slack: LoopbackSlack, heard: list[Json]
    ) -> None:
        await slack.tell("@readbot one", user="U1", channel="C2")
        await slack.tell("@readbot two", user="U1", channel="C2")
        await slack.repeat(slack.delivered[0])
        assert [payload["event"]["text"][-3:] for payload in heard] == ["one", "two", "one"]


async def test_a_workspace_hears_nothing_of_another(slack: LoopbackSlack, heard: list[Json]) -> None:
    await slack.tell("@readbot hi", user="U1", channel="C2", workspace="T2")
    assert [payload["team_id"] for payload in heard] == ["T2"]
    assert slack.visible("U1", "C2", workspace="T1") == []
