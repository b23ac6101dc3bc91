"""Fields, menus and modals of the loopback Slack behave as Slack's; the app is a real Bolt app."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from readbot.playground.capture import Capture
from readbot.playground.loopback_slack import LoopbackSlack, Seen, View, make_workspace
from readbot.playground.loopback_slack.state import TRIGGER_SECONDS
from tests.slack.bolt_app import make_bolt, serve_bolt
from tests.slack.patient import make_slack

Json = dict[str, Any]


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def slack(clock: Clock) -> AsyncIterator[LoopbackSlack]:
    team = make_workspace(clock=clock)
    async with make_slack(workspaces=[team], capture=Capture("slack", None), clock=clock) as slack:
        slack.patience_s = 0.05
        yield slack


@pytest.fixture
async def bolt(slack: LoopbackSlack) -> AsyncIterator[AsyncApp]:
    app = make_bolt(slack)
    async with serve_bolt(app) as url:
        slack.deliver_to(url)
        yield app


@pytest.fixture
def client(slack: LoopbackSlack) -> AsyncWebClient:
    return AsyncWebClient(token=slack.team().bot_token, base_url=slack.api_url, retry_handlers=[], timeout=60)


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(label: str) -> Json:
    return {"text": plain(label), "value": label.lower()}


def field(label: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": label.lower(), "label": plain(label), "element": element, **more}


NOTE = field("Note", {"type": "plain_text_input", "action_id": "note"}, optional=True)
DAY = field(
    "Day",
    {"type": "static_select", "action_id": "day", "options": [option("Monday"), option("Friday")]},
    optional=True,
)
ZONE = field("Zone", {"type": "external_select", "action_id": "zone"}, optional=True)


def modal(*blocks: Json, title: str = "Digest", **more: Any) -> Json:
    blocks = blocks or (NOTE,)
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Save"),
        "blocks": list(blocks),
        **more,
    }


Open = Callable[..., Awaitable[View]]


@pytest.fixture
def open_modal(slack: LoopbackSlack, client: AsyncWebClient) -> Open:
    """Open a modal for U1, who is in C2."""

    async def open_(*blocks: Json, **more: Any) -> View:
        trigger = slack.team().make_trigger("U1", "C2")
        answer = await client.views_open(trigger_id=trigger, view=modal(*blocks, **more))
        return slack.team().views[answer["view"]["id"]]

    return open_


async def refusal(call: Any) -> str:
    with pytest.raises(SlackApiError) as caught:
        await call
    return str(caught.value.response["error"])


def answer_submissions(bolt: AsyncApp, **answer: Any) -> list[Json]:
    """Let the app answer every submission of the form like this; return the views it gets."""
    views: list[Json] = []

    @bolt.view("form")
    async def take(ack: Any, view: Json) -> None:
        views.append(view)
        await ack(**answer)

    return views


class TestTriggers:
    async def test_one_ends_after_three_seconds(
        self, slack: LoopbackSlack, client: AsyncWebClient, clock: Clock
    ) -> None:
        slack.team().trigger_lives_s = TRIGGER_SECONDS
        trigger = slack.team().make_trigger("U1")
        clock.now += 3.1
        assert await refusal(client.views_open(trigger_id=trigger, view=modal())) == "expired_trigger_id"

    async def test_one_opens_one_view(self, slack: LoopbackSlack, client: AsyncWebClient) -> None:
        trigger = slack.team().make_trigger("U1")
        await client.views_open(trigger_id=trigger, view=modal())
        assert await refusal(client.views_push(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"

    async def test_a_view_that_is_refused_leaves_it_unspent(
        self, slack: LoopbackSlack, client: AsyncWebClient
    ) -> None:
        trigger = slack.team().make_trigger("U1")
        broken = modal() | {"title": None}
        assert await refusal(client.views_open(trigger_id=trigger, view=broken)) == "invalid_arguments"
        await client.views_open(trigger_id=trigger, view=modal())

    async def test_one_that_nobody_made_is_invalid(self, client: AsyncWebClient) -> None:
        assert await refusal(client.views_open(trigger_id="1.2.3", view=modal())) == "invalid_trigger_id"


async def test_a_modal_with_fields_needs_something_to_submit_it_by(
    slack: LoopbackSlack, client: AsyncWebClient
) -> None:
    view = modal() | {"submit": None}
    opening = client.views_open(trigger_id=slack.team().make_trigger("U1"), view=view)
    assert await refusal(opening) == "invalid_arguments"


class TestState:
    async def test_untouched_fields_say_what_they_begin_with(
        self, slack: LoopbackSlack, bolt: AsyncApp, open_modal: Open
    ) -> None:
        views = answer_submissions(bolt)
        start = {"type": "plain_text_input", "action_id": "time", "initial_value": "09:00"}
        where = {
            "type": "conversations_select",
            "action_id": "where",
            "default_to_current_conversation": True,
        }
        view = await open_modal(NOTE, DAY, field("Time", start), field("Where", where))
        await slack.submit(view, user="U1")
        assert views[0]["state"]["values"] == {
            "note": {"note": {"type": "plain_text_input", "value": None}},
            "day": {"day": {"type": "static_select", "selected_option": None}},
            "time": {"time": {"type": "plain_text_input", "value": "09:00"}},
            "where": {"where": {"type": "conversations_select", "selected_conversation": "C2"}},
        }

    async def test_what_was_put_in_goes_along_with_every_later_payload(
        self, slack: LoopbackSlack, bolt: AsyncApp, open_modal: Open
    ) -> None:
        heard: list[Json] = []

        @bolt.action("more")
        async def hear(ack: Any, body: Json) -> None:
            heard.append(body)
            await ack()

        button = {"type": "button", "action_id": "more", "text": plain("More")}
        view = await open_modal(
            NOTE, {"type": "actions", "block_id": "buttons", "elements": [button]}, private_metadata="p1"
        )
        await slack.enter(view, "Note", "a < b", user="U1")
        await slack.click(view, "More", user="U1")
        (payload,) = heard
        assert payload["view"]["state"]["values"]["note"]["note"]["value"] == "a < b"
        assert payload["view"]["private_metadata"] == "p1"
        assert payload["container"] == {"type": "view", "view_id": view.id}
        assert payload["actions"][0]["block_id"] == "buttons"
        assert not {"channel", "message", "response_url"} & set(payload)

    async def test_an_update_keeps_what_is_in_fields_that_stay(
        self, slack: LoopbackSlack, bolt: AsyncApp, client: AsyncWebClient, open_modal: Open
    ) -> None:
        view = await open_modal(NOTE)
        await slack.enter(view, "Note", "kept", user="U1")
        await client.views_update(view_id=view.id, hash=view.hash, view=modal(DAY, NOTE))
        assert view.state("U1")["note"]["note"]["value"] == "kept"
        assert set(view.state("U1")) == {"day", "note"}

    async def test_a_chosen_conversation_can_be_written_to(
        self, slack: LoopbackSlack, bolt: AsyncApp, open_modal: Open
    ) -> None:
        urls: list[Json] = []

        @bolt.view("form")
        async def take(ack: Any, body: Json) -> None:
            urls.extend(body["response_urls"])
            await ack()

        where = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
        view = await open_modal(field("Where", where))
        held = {"type": "conversations_select", "selected_conversation": "C1"}
        await slack.submit(view, {"where": {"where": held}}, user="U1")
        assert (urls[0]["channel_id"], urls[0]["block_id"]) == ("C1", "where")
        assert urls[0]["response_url"].startswith("http://127.0.0.1")


class TestFields:
    async def test_enter_in_a_field_of_home_is_told_where_its_block_says_so(
        self, slack: LoopbackSlack, bolt: AsyncApp, client: AsyncWebClient
    ) -> None:
        heard: list[Json] = []

        @bolt.action("query")
        async def hear(ack: Any, body: Json) -> None:
            heard.append(body)
            await ack()

        element = {"type": "plain_text_input", "action_id": "query"}
        home = {"type": "home", "blocks": [field("Search", element, dispatch_action=True), NOTE]}
        await client.views_publish(user_id="U1", view=home)
        shown = slack.team().homes["U1"]
        await slack.enter(shown, "Note", "not told", user="U1")
        await slack.enter(shown, "Search", "fine-tuning", user="U1")
        (payload,) = heard
        action = payload["actions"][0]
        assert (action["type"], action["value"], action["block_id"]) == (
            "plain_text_input",
            "fine-tuning",
            "search",
        )
        assert payload["view"]["type"] == "home"
        assert payload["view"]["state"]["values"]["note"]["note"]["value"] == "not told"
        assert not {"channel", "response_url"} & set(payload)

    @pytest.mark.parametrize("surface", ["modal", "home", "message"])
    async def test_an_external_menu_completes_wherever_it_is(
        self,
        slack: LoopbackSlack,
        bolt: AsyncApp,
        client: AsyncWebClient,
        open_modal: Open,
        surface: str,
    ) -> None:
        asked: list[Json] = []
        picked: list[Json] = []

        @bolt.options("zone")
        async def complete(ack: Any, body: Json) -> None:
            asked.append(body)
            await ack(options=[option("Europe/Berlin"), option("Europe/Bern")])

        @bolt.action("zone")
        async def hear(ack: Any, body: Json) -> None:
            picked.append(body)
            await ack()

        menu = {"type": "external_select", "action_id": "zone", "placeholder": plain("Zone")}
        blocks = [{"type": "actions", "block_id": "menus", "elements": [menu]}]
        shown: Any
        if surface == "modal":
            shown = await open_modal(*blocks)
        elif surface == "home":
            await client.views_publish(user_id="U1", view={"type": "home", "blocks": blocks})
            shown = slack.team().homes["U1"]
        else:
            await client.chat_postMessage(channel="C2", text="x", blocks=blocks)
            shown = slack.visible("U1", "C2")[0]
        await slack.select(shown, "Europe/Bern", menu="zone", typed="ber", user="U1")
        assert (asked[0]["value"], asked[0]["block_id"], asked[0]["type"]) == (
            "ber",
            "menus",
            "block_suggestion",
        )
        assert picked[0]["actions"][0]["selected_option"] == option("Europe/Bern")
        assert ("response_url" in picked[0]) == (surface == "message")


class TestSubmitting:
    async def submit(self, slack: LoopbackSlack, view: View) -> Seen:
        return await slack.submit(view, user="U1")

    async def test_an_empty_answer_closes_it(
        self, slack: LoopbackSlack, bolt: AsyncApp, open_modal: Open
    ) -> None:
        answer_submissions(bolt)
        await self.submit(slack, await open_modal())
        assert slack.team().views == {}

    async def test_errors_leave_it_open(self, slack: LoopbackSlack, bolt: AsyncApp, open_modal: Open) -> None:
        answer_submissions(bolt, response_action="errors", errors={"note": "Say more."})
        seen = await self.submit(slack, await open_modal())
        assert seen.ack is not None
        assert seen.ack.body["errors"] == {"note": "Say more."}
        assert (seen.problem, len(slack.team().views)) == ("", 1)

    async def test_errors_at_no_field_are_shown_by_nobody(
        self, slack: LoopbackSlack, bolt: AsyncApp, open_modal: Open
    ) -> None:
        answer_submissions(bolt, response_action="errors", errors={"typo": "Say more."})
        assert "input blocks" in (await self.submit(slack, await open_modal())).problem

    async def test_an_update_takes_its_place(
        self, slack: LoopbackSlack, bolt: AsyncApp, open_modal: Open
    ) -> None:
        answer_submissions(bolt, response_action="update", view=modal(title="Done"))
        view = await open_modal()
        before = view.hash
        seen = await self.submit(slack, view)
        assert seen.view is view
        assert (view.body["title"]["text"], view.hash != before) == ("Done", True)

    async def test_a_push_lies_upon_it_and_clear_takes_both(
        self, slack: LoopbackSlack, bolt: AsyncApp, open_modal: Open
    ) -> None:
        views = answer_submissions(bolt, response_action="push", view=modal(title="Second"))
        first = await open_modal()
        second = (await self.submit(slack, first)).view
        assert (second.previous_view_id, second.root_view_id) == (first.id, first.id)
        assert second.channel == "C2"
        await self.submit(slack, second)
        third = slack.team().stack("U1")[-1]
        assert "push_limit_reached" in (await self.submit(slack, third)).problem
        assert len(views) == 3

    async def test_clear_closes_all(self, slack: LoopbackSlack, bolt: AsyncApp, open_modal: Open) -> None:
        answer_submissions(bolt, response_action="clear")
        await open_modal()
        await self.submit(slack, await open_modal())
        assert slack.team().stack("U1") == []

    async def test_a_view_that_slack_does_not_take_is_a_problem(
        self, slack: LoopbackSlack, bolt: AsyncApp, open_modal: Open
    ) -> None:
        answer_submissions(bolt, response_action="update", view=modal(title="x" * 25))
        assert "1 to 24 characters" in (await self.submit(slack, await open_modal())).problem

    async def test_nobody_submits_with_a_needed_field_empty(
        self, slack: LoopbackSlack, open_modal: Open
    ) -> None:
        view = await open_modal(field("Time", {"type": "plain_text_input", "action_id": "time"}))
        with pytest.raises(LookupError, match="Time"):
            await self.submit(slack, view)

    async def test_nobody_submits_another_persons_view(self, slack: LoopbackSlack, open_modal: Open) -> None:
        view = await open_modal()
        with pytest.raises(LookupError, match="U2 has no such view"):
            await slack.submit(view, user="U2")

    async def test_closing_is_told_where_the_view_asks_for_it(
        self, slack: LoopbackSlack, bolt: AsyncApp, open_modal: Open
    ) -> None:
        heard: list[Json] = []

        @bolt.view_closed("form")
        async def hear(ack: Any, body: Json) -> None:
            heard.append(body)
            await ack()

        await slack.close(await open_modal(), user="U1")
        await slack.close(await open_modal(notify_on_close=True), user="U1")
        (payload,) = heard
        assert (payload["is_cleared"], slack.team().views) == (False, {})


class TestHome:
    async def test_an_old_hash_is_a_conflict(self, slack: LoopbackSlack, client: AsyncWebClient) -> None:
        home = {"type": "home", "blocks": [NOTE]}
        first = (await client.views_publish(user_id="U1", view=home))["view"]
        await client.views_publish(user_id="U1", view=home, hash=first["hash"])
        assert (
            await refusal(client.views_publish(user_id="U1", view=home, hash=first["hash"]))
            == "hash_conflict"
        )

    async def test_it_can_be_updated_by_its_id(self, slack: LoopbackSlack, client: AsyncWebClient) -> None:
        home = {"type": "home", "blocks": [NOTE]}
        view = (await client.views_publish(user_id="U1", view=home))["view"]
        await client.views_update(view_id=view["id"], view={"type": "home", "blocks": [DAY]})
        assert slack.team().homes["U1"].shown_blocks[0]["block_id"] == "day"
