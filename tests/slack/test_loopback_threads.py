"""Threads, channels and people of the loopback Slack, towards Slack's own SDK."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from readbot.playground.capture import Capture
from readbot.playground.loopback_slack import ALL_SCOPES, LoopbackSlack, Message, make_workspace
from tests.slack.bolt_app import make_bolt, serve_bolt
from tests.slack.patient import make_slack

Json = dict[str, Any]

MORE_SCOPES = (*ALL_SCOPES, "im:read", "im:write", "im:history")


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    teams = [make_workspace(1), make_workspace(2)]
    async with make_slack(workspaces=teams, capture=Capture("slack", None)) as slack:
        slack.patience_s = 0.05
        for team in teams:
            team.scopes = MORE_SCOPES
        yield slack


@pytest.fixture
def client(slack: LoopbackSlack) -> AsyncWebClient:
    return make_client(slack, "T1")


def make_client(slack: LoopbackSlack, team: str) -> AsyncWebClient:
    token = slack.team(team).bot_token
    return AsyncWebClient(token=token, base_url=slack.api_url, retry_handlers=[], timeout=60)


@pytest.fixture
async def root(slack: LoopbackSlack) -> Message:
    """A message of Grace's in #reading."""
    return await slack.say("What is LoRA?", user="U2", channel="C2")


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


class TestThreads:
    async def test_a_reply_is_in_the_thread_and_not_in_the_channels_history(
        self, client: AsyncWebClient, root: Message
    ) -> None:
        await client.chat_postMessage(channel="C2", thread_ts=root.ts, text="A method.")
        history = (await client.conversations_history(channel="C2"))["messages"]
        assert [(message["text"], message["reply_count"]) for message in history] == [("What is LoRA?", 1)]
        replies = (await client.conversations_replies(channel="C2", ts=root.ts))["messages"]
        assert [message["text"] for message in replies] == ["What is LoRA?", "A method."]
        assert (replies[1]["thread_ts"], replies[1]["parent_user_id"]) == (root.ts, "U2")

    async def test_a_broadcast_reply_is_in_both(self, client: AsyncWebClient, root: Message) -> None:
        await client.chat_postMessage(channel="C2", thread_ts=root.ts, text="All!", reply_broadcast=True)
        history = (await client.conversations_history(channel="C2"))["messages"]
        assert [(message["text"], message.get("subtype")) for message in history] == [
            ("All!", "thread_broadcast"),
            ("What is LoRA?", None),
        ]

    async def test_a_private_reply_is_in_the_thread_for_one(
        self, slack: LoopbackSlack, client: AsyncWebClient, root: Message
    ) -> None:
        await client.chat_postEphemeral(channel="C2", user="U1", thread_ts=root.ts, text="psst")
        assert slack.visible("U1", "C2")[-1].thread_ts == root.ts
        assert slack.visible("U2", "C2") == [root]
        replies = (await client.conversations_replies(channel="C2", ts=root.ts))["messages"]
        assert len(replies) == 1

    async def test_there_is_no_thread_at_a_message_that_is_not_there(self, client: AsyncWebClient) -> None:
        assert await refusal(client.conversations_replies(channel="C2", ts="1.2")) == "thread_not_found"

    async def test_the_app_deletes_its_own_messages_only(self, client: AsyncWebClient, root: Message) -> None:
        assert await refusal(client.chat_delete(channel="C2", ts=root.ts)) == "cant_delete_message"
        ts = (await client.chat_postMessage(channel="C2", thread_ts=root.ts, text="Mine."))["ts"]
        await client.chat_delete(channel="C2", ts=ts)
        assert await refusal(client.chat_delete(channel="C2", ts=ts)) == "message_not_found"


class TestInThreads:
    @pytest.fixture
    async def bolt(self, slack: LoopbackSlack) -> AsyncIterator[AsyncApp]:
        app = make_bolt(slack)
        async with serve_bolt(app) as url:
            slack.deliver_to(url)
            yield app

    async def test_a_message_shortcut_tells_the_thread(
        self, slack: LoopbackSlack, bolt: AsyncApp, root: Message
    ) -> None:
        heard: list[Json] = []

        @bolt.shortcut("find")
        async def hear(ack: Any, body: Json) -> None:
            heard.append(body)
            await ack()

        reply = await slack.say("See https://a.example", user="U1", channel="C2", thread_ts=root.ts)
        await slack.shortcut("find", user="U1", message=root)
        await slack.shortcut("find", user="U1", message=reply)
        on_root, on_reply = heard
        assert on_reply["message"]["thread_ts"] == root.ts
        assert on_reply["message"]["text"] == "See <https://a.example>"
        assert (on_reply["message_ts"], on_reply["channel"]["id"]) == (reply.ts, "C2")
        assert on_root["message"]["thread_ts"] == root.ts, "it has replies"
        assert "container" not in on_root

    async def test_an_answer_to_a_shortcut_leaves_the_message_alone(
        self, slack: LoopbackSlack, bolt: AsyncApp, root: Message
    ) -> None:
        @bolt.shortcut("find")
        async def answer(ack: Any, respond: Any) -> None:
            await ack()
            await respond("Three links", replace_original=True)

        seen = await slack.shortcut("find", user="U1", message=root)
        assert (root.text, seen.message.text) == ("What is LoRA?", "Three links")
        assert seen.message.only_for == "U1"

    async def test_nobody_has_a_shortcut_on_what_only_they_see(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        await client.chat_postEphemeral(channel="C2", user="U1", text="psst")
        with pytest.raises(LookupError, match="shortcut"):
            await slack.shortcut("find", user="U1", message=slack.visible("U1", "C2")[0])

    async def test_a_click_in_a_thread_tells_the_thread_and_is_answered_there(
        self, slack: LoopbackSlack, bolt: AsyncApp, client: AsyncWebClient, root: Message
    ) -> None:
        @bolt.action("go")
        async def answer(ack: Any, body: Json, respond: Any) -> None:
            await ack()
            await respond("Here.", thread_ts=body["container"]["thread_ts"])
            await respond(delete_original=True)

        element = {"type": "button", "text": {"type": "plain_text", "text": "Go"}, "action_id": "go"}
        blocks = [{"type": "actions", "elements": [element]}]
        await client.chat_postEphemeral(
            channel="C2", user="U1", thread_ts=root.ts, text="Pick", blocks=blocks
        )
        seen = await slack.click(slack.visible("U1", "C2")[-1], "Go", user="U1")
        assert (seen.message.text, seen.message.thread_ts) == ("Here.", root.ts)
        assert slack.visible("U1", "C2") == [root, seen.message], "the question went away"

    async def test_an_answer_can_replace_a_message_in_a_thread(
        self, slack: LoopbackSlack, client: AsyncWebClient, root: Message
    ) -> None:
        await client.chat_postMessage(channel="C2", thread_ts=root.ts, text="old")
        reply = slack.visible("U1", "C2")[-1]
        made = slack.team().make_response_url(channel="C2", user="U1", ts=reply.ts)
        async with (
            aiohttp.ClientSession() as session,
            session.post(slack.response_url(made), json={"text": "new", "replace_original": True}),
        ):
            assert (reply.text, reply.thread_ts) == ("new", root.ts)


class TestChannels:
    async def test_the_bots_channels_are_those_it_is_in(self, client: AsyncWebClient) -> None:
        listed = await client.users_conversations(types="public_channel,private_channel,im")
        assert [channel["id"] for channel in listed["channels"]] == ["C2", "C3", "G1", "D1"]
        listed = await client.users_conversations(exclude_archived=True)
        assert [channel["id"] for channel in listed["channels"]] == ["C2"]

    async def test_of_a_persons_channels_the_bot_sees_what_it_may(self, client: AsyncWebClient) -> None:
        listed = await client.users_conversations(user="U1", types="public_channel,private_channel")
        assert [channel["id"] for channel in listed["channels"]] == ["C1", "C2", "C3", "G1"]

    async def test_lists_come_a_page_at_a_time(self, client: AsyncWebClient) -> None:
        first = await client.conversations_list(limit=2)
        assert [channel["id"] for channel in first["channels"]] == ["C1", "C2"]
        second = await client.conversations_list(limit=2, cursor=first["response_metadata"]["next_cursor"])
        assert [channel["id"] for channel in second["channels"]] == ["C3"]
        assert second["response_metadata"]["next_cursor"] == ""
        assert await refusal(client.conversations_list(cursor="?")) == "invalid_cursor"
        assert await refusal(client.conversations_list(types="channel")) == "invalid_types"

    async def test_members_are_told_of_channels_that_the_bot_sees(self, client: AsyncWebClient) -> None:
        assert (await client.conversations_members(channel="C2"))["members"] == ["U1", "U2", "UBOT"]
        assert await refusal(client.conversations_members(channel="G2")) == "channel_not_found"

    async def test_a_conversation_with_a_person_can_be_opened(self, client: AsyncWebClient) -> None:
        assert (await client.conversations_open(users="U2"))["channel"]["id"] == "DU2"
        assert await refusal(client.conversations_open(users="U404")) == "user_not_found"

    async def test_a_person_has_a_language_where_it_is_asked_for(self, client: AsyncWebClient) -> None:
        assert (await client.users_info(user="U1", include_locale=True))["user"]["locale"] == "en-US"
        assert "locale" not in (await client.users_info(user="U1"))["user"]

    @pytest.mark.parametrize(
        ("method", "arguments", "needed"),
        [
            ("users.conversations", {"types": "public_channel,private_channel"}, "groups:read"),
            ("conversations.list", {"types": "im"}, "im:read"),
            ("conversations.members", {"channel": "G1"}, "groups:read"),
            ("conversations.replies", {"channel": "C2", "ts": "1.2"}, "channels:history"),
            ("conversations.open", {"users": "U1"}, "im:write"),
            ("chat.delete", {"channel": "C2", "ts": "1.2"}, "chat:write"),
        ],
    )
    async def test_what_is_missing_is_said_beside_what_there_is(
        self, slack: LoopbackSlack, client: AsyncWebClient, method: str, arguments: Json, needed: str
    ) -> None:
        slack.team().scopes = ("commands", "channels:read")
        with pytest.raises(SlackApiError) as refused:
            await client.api_call(method, json=arguments)
        answer = refused.value.response
        assert (answer["error"], answer["needed"]) == ("missing_scope", needed)
        assert answer["provided"] == "commands,channels:read"

    async def test_a_token_never_reaches_anothers_messages_views_or_triggers(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        theirs = make_client(slack, "T2")
        ts = (await client.chat_postMessage(channel="C2", text="ours"))["ts"]
        home = {"type": "home", "blocks": [{"type": "divider"}]}
        view = (await client.views_publish(user_id="U1", view=home))["view"]
        trigger = slack.team("T1").make_trigger("U1")
        assert await refusal(theirs.chat_delete(channel="C2", ts=ts)) == "message_not_found"
        assert await refusal(theirs.views_update(view_id=view["id"], view=home)) == "not_found"
        modal = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": home["blocks"]}
        assert await refusal(theirs.views_open(trigger_id=trigger, view=modal)) == "invalid_trigger_id"
