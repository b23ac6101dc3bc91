"""The loopback Slack behaves as Slack does, towards Slack's own SDK."""

import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient

from readbot.playground.capture import Capture
from readbot.playground.loopback_slack import (
    SIGNING_SECRET,
    Ack,
    Change,
    LoopbackSlack,
    Message,
    Retry,
    encode,
    make_workspace,
    sign,
)
from tests.slack.patient import make_slack

HELLO = [{"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}]
MODAL = {"type": "modal", "title": {"type": "plain_text", "text": "Hi"}, "blocks": HELLO}
HOME = {"type": "home", "blocks": HELLO}


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    """Two workspaces; nothing is captured, since much of what is sent here is wrong on purpose."""
    capture = Capture("slack", None)
    async with make_slack(workspaces=[make_workspace(1), make_workspace(2)], capture=capture) as slack:
        slack.patience_s = 0.05
        yield slack


@pytest.fixture
def client(slack: LoopbackSlack) -> AsyncWebClient:
    return make_client(slack, slack.team("T1").bot_token)


def make_client(slack: LoopbackSlack, token: str) -> AsyncWebClient:
    return AsyncWebClient(token=token, base_url=slack.api_url, retry_handlers=[], timeout=60)


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


class Listening:
    """A way to an app that hears everything and says nothing."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []

    async def deliver(self, kind: str, payload: dict[str, Any], *, retry: Retry | None = None) -> Ack:
        self.heard.append(payload)
        return Ack(status=200, body={})


class TestPosting:
    async def test_a_message_is_seen_by_everybody_in_the_channel(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        answer = await client.chat_postMessage(channel="C2", text="hello", blocks=HELLO)
        (message,) = slack.visible("U1", "C2")
        assert answer["ts"] == message.ts
        assert message.words == "hello"
        assert slack.visible("U2", "C2") == [message]

    async def test_an_ephemeral_message_is_seen_by_one(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        await client.chat_postEphemeral(channel="C2", user="U1", text="psst")
        assert [message.text for message in slack.visible("U1", "C2")] == ["psst"]
        assert slack.visible("U2", "C2") == []

    async def test_an_update_changes_it_and_a_deletion_takes_it_away(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        ts = (await client.chat_postMessage(channel="C2", text="one"))["ts"]
        await client.chat_update(channel="C2", ts=ts, text="two")
        assert [message.text for message in slack.visible("U1", "C2")] == ["two"]
        await client.chat_delete(channel="C2", ts=ts)
        assert slack.visible("U1", "C2") == []

    @pytest.mark.parametrize(
        ("channel", "error"),
        [
            ("C1", "not_in_channel"),
            ("C3", "is_archived"),
            ("C404", "channel_not_found"),
            ("G2", "channel_not_found"),  # private, and the bot is not in it: not even its name is told
        ],
    )
    async def test_where_the_bot_may_not_post_it_is_told_why(
        self, client: AsyncWebClient, channel: str, error: str
    ) -> None:
        assert await refusal(client.chat_postMessage(channel=channel, text="x")) == error

    @pytest.mark.parametrize(
        ("body", "error"),
        [
            ({}, "no_text"),
            ({"text": "x" * 40_001}, "msg_too_long"),
            ({"text": "x", "blocks": HELLO * 51}, "invalid_blocks"),
            ({"text": "x", "blocks": [section("x" * 3_001)]}, "invalid_blocks"),
            ({"text": "x", "blocks": [section("")]}, "invalid_blocks"),
            ({"text": "x", "blocks": [{"type": "sektion"}]}, "invalid_blocks"),
            ({"text": "x", "blocks": [{"type": "section"}]}, "invalid_blocks"),
            ({"text": "x", "blocks": [section("x" * 2_900)] * 5}, "msg_blocks_too_long"),
            ({"text": "x", "metadata": {"event_type": "x"}}, "invalid_metadata_format"),
        ],
    )
    async def test_what_slack_does_not_take_is_refused(
        self, client: AsyncWebClient, body: dict[str, Any], error: str
    ) -> None:
        assert await refusal(client.api_call("chat.postMessage", json={"channel": "C2", **body})) == error

    @pytest.mark.parametrize(
        "element",
        [
            {"type": "button", "text": {"type": "plain_text", "text": "x" * 76}},
            {"type": "button", "text": {"type": "plain_text", "text": "x"}, "value": "x" * 2_001},
            {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "x" * 256},
            {"type": "button"},
            {"type": "static_select", "options": []},
            {
                "type": "static_select",
                "options": [{"text": {"type": "plain_text", "text": "x" * 76}, "value": "v"}],
            },
        ],
    )
    async def test_an_element_beyond_its_limits_is_refused(
        self, client: AsyncWebClient, element: dict[str, Any]
    ) -> None:
        blocks = [{"type": "actions", "elements": [element]}]
        assert (
            await refusal(client.chat_postMessage(channel="C2", text="x", blocks=blocks)) == "invalid_blocks"
        )

    async def test_two_buttons_of_one_id_are_refused(self, client: AsyncWebClient) -> None:
        button = {"type": "button", "text": {"type": "plain_text", "text": "x"}, "action_id": "a"}
        blocks = [{"type": "actions", "elements": [button, button]}]
        assert (
            await refusal(client.chat_postMessage(channel="C2", text="x", blocks=blocks)) == "invalid_blocks"
        )

    async def test_a_message_to_a_person_arrives_in_their_direct_channel(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        assert (await client.chat_postMessage(channel="U1", text="x"))["channel"] == "D1"
        opened = (await client.chat_postMessage(channel="U2", text="y"))["channel"]
        assert [message.text for message in slack.visible("U2", opened)] == ["y"]


class TestAsking:
    async def test_the_token_tells_the_workspace(self, slack: LoopbackSlack) -> None:
        for team_id, team in slack.workspaces.items():
            assert (await make_client(slack, team.bot_token).auth_test())["team_id"] == team_id

    async def test_a_workspace_never_sees_anothers_messages(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        await client.chat_postMessage(channel="C2", text="ours")
        theirs = await make_client(slack, slack.team("T2").bot_token).conversations_history(channel="C2")
        assert theirs["messages"] == []

    @pytest.mark.parametrize(("token", "error"), [("xoxb-wrong", "invalid_auth"), ("", "not_authed")])
    async def test_a_wrong_token_is_refused(self, slack: LoopbackSlack, token: str, error: str) -> None:
        assert await refusal(make_client(slack, token).auth_test()) == error

    async def test_a_person_has_a_time_zone_and_a_rank(self, client: AsyncWebClient) -> None:
        ada, grace = [(await client.users_info(user=user))["user"] for user in ("U1", "U2")]
        assert (ada["tz"], ada["is_admin"]) == ("Europe/Berlin", True)
        assert (grace["tz"], grace["is_admin"]) == ("America/New_York", False)
        assert await refusal(client.users_info(user="U404")) == "user_not_found"

    async def test_channels_say_what_they_are(self, client: AsyncWebClient) -> None:
        assert (await client.conversations_info(channel="C3"))["channel"]["is_archived"]
        assert not (await client.conversations_info(channel="C1"))["channel"]["is_member"]
        listed = (await client.conversations_list(types="public_channel,private_channel"))["channels"]
        assert [channel["id"] for channel in listed] == ["C1", "C2", "C3", "G1"]

    async def test_the_bot_can_join_a_public_channel_and_post_then(
        self, client: AsyncWebClient, slack: LoopbackSlack
    ) -> None:
        slack.team().scopes = (*slack.team().scopes, "channels:join")
        await client.conversations_join(channel="C1")
        assert (await client.chat_postMessage(channel="C1", text="x"))["ok"]
        assert await refusal(client.conversations_join(channel="C3")) == "is_archived"

    @pytest.mark.parametrize(
        ("method", "arguments", "needed"),
        [
            ("chat.postMessage", {"channel": "C2", "text": "x"}, "chat:write"),
            ("users.info", {"user": "U1"}, "users:read"),
            ("conversations.history", {"channel": "C2"}, "channels:history"),
            ("conversations.history", {"channel": "G1"}, "groups:history"),
            ("conversations.info", {"channel": "G1"}, "groups:read"),
            ("conversations.info", {"channel": "G2"}, "channels:read,groups:read,im:read"),
        ],
    )
    async def test_a_call_without_its_scope_is_refused_and_told_which(
        self,
        client: AsyncWebClient,
        slack: LoopbackSlack,
        method: str,
        arguments: dict[str, str],
        needed: str,
    ) -> None:
        slack.team().scopes = ("commands",)
        with pytest.raises(SlackApiError) as refused:
            await client.api_call(method, json=arguments)
        assert refused.value.response["error"] == "missing_scope"
        assert refused.value.response["needed"] == needed

    async def test_the_history_finds_a_message_by_its_metadata(self, client: AsyncWebClient) -> None:
        metadata = {"event_type": "readbot_digest", "event_payload": {"id": "d1"}}
        before = time.time() - 1
        await client.chat_postMessage(channel="C2", text="x", metadata=metadata)
        found = await client.conversations_history(
            channel="C2", include_all_metadata=True, oldest=str(before)
        )
        assert found["messages"][0]["metadata"] == metadata
        plain = await client.conversations_history(channel="C2")
        assert "metadata" not in plain["messages"][0]
        later = await client.conversations_history(channel="C2", oldest=str(time.time() + 5))
        assert later["messages"] == []

    async def test_the_history_starts_with_the_latest_and_has_no_ephemeral_messages(
        self, client: AsyncWebClient
    ) -> None:
        for words in ("one", "two", "three"):
            await client.chat_postMessage(channel="C2", text=words)
        await client.chat_postEphemeral(channel="C2", user="U1", text="psst")
        history = await client.conversations_history(channel="C2", limit=2)
        assert [message["text"] for message in history["messages"]] == ["three", "two"]
        assert history["has_more"]

    async def test_an_unknown_method_is_refused(self, client: AsyncWebClient) -> None:
        assert await refusal(client.api_call("chat.invent")) == "unknown_method"

    async def test_arguments_may_come_as_a_form(self, slack: LoopbackSlack) -> None:
        form = {
            "token": slack.team().bot_token,
            "channel": "C2",
            "text": "x",
            "blocks": '[{"type": "divider"}]',
        }
        async with (
            aiohttp.ClientSession() as session,
            session.post(f"{slack.api_url}chat.postMessage", data=form) as response,
        ):
            assert (await response.json())["ok"]
        assert slack.visible("U1", "C2")[0].blocks == [{"type": "divider"}]


class TestViews:
    async def test_an_update_from_an_old_state_is_refused(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        view = (await client.views_open(trigger_id=slack.team().make_trigger("U1"), view=MODAL))["view"]
        await client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
        again = client.views_update(view_id=view["id"], hash=view["hash"], view=MODAL)
        assert await refusal(again) == "hash_conflict"

    async def test_two_views_can_be_pushed_and_no_third(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        def trigger() -> str:
            return slack.team().make_trigger("U1")

        await client.views_open(trigger_id=trigger(), view=MODAL)
        for _ in range(2):
            await client.views_push(trigger_id=trigger(), view=MODAL)
        assert await refusal(client.views_push(trigger_id=trigger(), view=MODAL)) == "push_limit_reached"

    async def test_everybody_has_a_home_of_their_own(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        await client.views_publish(user_id="U1", view=HOME)
        assert set(slack.team().homes) == {"U1"}

    @pytest.mark.parametrize(
        "changes",
        [{"title": None}, {"title": {"type": "plain_text", "text": "x" * 25}}, {"blocks": HELLO * 101}],
    )
    async def test_a_view_beyond_its_limits_is_refused(
        self, slack: LoopbackSlack, client: AsyncWebClient, changes: dict[str, Any]
    ) -> None:
        call = client.views_open(trigger_id=slack.team().make_trigger("U1"), view={**MODAL, **changes})
        assert await refusal(call) == "invalid_arguments"


class TestResponseUrls:
    async def respond(self, slack: LoopbackSlack, url: str, **body: Any) -> int:
        async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
            return response.status

    async def test_one_answers_five_times(self, slack: LoopbackSlack) -> None:
        url = slack.response_url(slack.team().make_response_url(channel="C1", user="U1"))
        statuses = [await self.respond(slack, url, text=str(number)) for number in range(6)]
        assert statuses == [200] * 5 + [404]
        assert len(slack.visible("U1", "C1")) == 5

    async def test_one_answers_for_half_an_hour(self, slack: LoopbackSlack) -> None:
        made = slack.team().make_response_url(channel="C1", user="U1")
        made.made -= 30 * 60 + 1
        assert await self.respond(slack, slack.response_url(made), text="late") == 404

    async def test_what_slack_does_not_take_is_refused_there_too(self, slack: LoopbackSlack) -> None:
        made = slack.team().make_response_url(channel="C1", user="U1")
        assert await self.respond(slack, slack.response_url(made), text="x", blocks=HELLO * 51) == 400
        assert made.problem.startswith("invalid_blocks")

    async def test_the_original_can_be_replaced_or_deleted(self, slack: LoopbackSlack) -> None:
        message = await slack.say("old", user="U1", channel="C1")
        made = slack.team().make_response_url(channel="C1", user="U1", ts=message.ts)
        await self.respond(slack, slack.response_url(made), text="new", replace_original=True)
        assert message.text == "new"
        await self.respond(slack, slack.response_url(made), delete_original=True)
        assert slack.visible("U1", "C1") == []


class TestPeople:
    def test_a_request_is_signed_as_slacks_sdk_wants_it(self) -> None:
        body, _ = encode("slash_commands", {"command": "/llmread", "text": "a b"})
        headers = sign(SIGNING_SECRET, body)
        assert SignatureVerifier(SIGNING_SECRET).is_valid_request(body, headers)

    async def test_nobody_clicks_what_they_do_not_see(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "a"}
        blocks = [{"type": "actions", "elements": [button]}]
        await client.chat_postEphemeral(channel="C2", user="U1", text="x", blocks=blocks)
        (message,) = slack.visible("U1", "C2")
        with pytest.raises(LookupError, match="does not see"):
            await slack.click(message, "Go", user="U2")

    async def test_a_click_in_a_view_tells_the_app_which(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "a"}
        blocks = [{"type": "actions", "elements": [button]}]
        await client.views_publish(user_id="U1", view={"type": "home", "blocks": blocks})
        home = slack.team().homes["U1"]
        slack.delivery = listening = Listening()
        await slack.click(home, "Go", user="U1")
        (payload,) = listening.heard
        assert payload["container"] == {"type": "view", "view_id": home.id}
        assert payload["actions"][0]["action_id"] == "a"
        with pytest.raises(LookupError, match="does not see"):
            await slack.click(home, "Go", user="U2")

    async def test_the_app_is_not_told_what_an_ephemeral_message_says(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        button = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "a"}
        blocks = [{"type": "actions", "elements": [button]}]
        await client.chat_postMessage(channel="C2", text="all", blocks=blocks)
        await client.chat_postEphemeral(channel="C2", user="U1", text="psst", blocks=blocks)
        slack.delivery = listening = Listening()
        for message in slack.visible("U1", "C2"):
            await slack.click(message, "Go", user="U1")
        public, private = listening.heard
        assert public["message"]["text"] == "all"
        assert private["container"]["is_ephemeral"]
        assert "message" not in private

    async def test_a_command_with_nobody_listening_fails_visibly(self, slack: LoopbackSlack) -> None:
        seen = await slack.command("x", user="U1", channel="C1")
        assert seen.problem == "no websocket is open"
        assert seen.shown == []

    async def test_observers_are_told_of_every_change(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        changes: list[Change] = []
        slack.observe(changes.append)
        ts = (await client.chat_postMessage(channel="C2", text="x"))["ts"]
        await client.chat_update(channel="C2", ts=ts, text="y")
        await client.chat_delete(channel="C2", ts=ts)
        await client.views_publish(user_id="U1", view=HOME)
        assert [change.kind.value for change in changes] == ["posted", "updated", "deleted", "home_published"]
        assert isinstance(changes[0].item, Message)
