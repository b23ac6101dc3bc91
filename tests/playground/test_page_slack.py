"""What only Slack has, in the page: threads, mentions, shortcuts, Home and modals with fields.

An app that answers as told stands in for the bot, so that each part is seen by itself.
"""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from playwright.async_api import Locator, Page, expect

from readbot.playground.loopback_slack import Ack, LoopbackSlack, Retry
from readbot.playground.loopback_slack.methods import chat_delete, chat_post_ephemeral, chat_post_message
from readbot.playground.loopback_slack.views import views_open, views_publish, views_update
from readbot.playground.session import Session

from .steps import messages, type_in_slack

pytestmark = pytest.mark.asyncio(loop_scope="session")

Json = dict[str, Any]
Answer = Callable[[Json], Json | None]


class App:
    """Does with each payload what a test says, in the bot's place."""

    def __init__(self, session: Session, answer: Answer) -> None:
        self._answer = answer
        self.heard: list[Json] = []
        session.slack.delivery = self

    async def deliver(self, kind: str, payload: Json, *, retry: Retry | None = None) -> Ack:
        self.heard.append(payload)
        return Ack(status=200, body=self._answer(payload) or {})


def allow_all(slack: LoopbackSlack) -> None:
    """Let the app be told of everything, as a manifest might ask for."""
    slack.app.events = None
    slack.team().scopes = (*slack.team().scopes, "app_mentions:read", "im:history")


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def option(label: str) -> Json:
    return {"text": plain(label), "value": label.lower()}


def offer(payload: Json, *labels: str) -> Json:
    """Answer a menu that completes: with nothing until something is typed that fits."""
    typed = payload["value"].lower()
    return {"options": [option(label) for label in labels if typed and typed in label.lower()]}


def field(label: str, element: Json, **more: Any) -> Json:
    return {"type": "input", "block_id": label.lower(), "label": plain(label), "element": element, **more}


def button(label: str) -> Json:
    return {"type": "button", "action_id": label.lower(), "text": plain(label)}


def modal(title: str, *blocks: Json) -> Json:
    return {
        "type": "modal",
        "callback_id": "form",
        "title": plain(title),
        "submit": plain("Save"),
        "blocks": list(blocks),
    }


NOTE = field("Note", {"type": "plain_text_input", "action_id": "note"})
MENU = {"type": "external_select", "action_id": "topic", "placeholder": plain("Pick a topic")}


async def pick(place: Locator, menu: str, typed: str, label: str) -> None:
    await place.get_by_role("button", name=menu).click()
    await place.get_by_role("combobox", name=menu).fill(typed)
    await place.get_by_role("option", name=label).click()


class TestThreads:
    async def test_a_mention_is_completed_and_answered_in_a_thread(
        self, page: Page, session: Session
    ) -> None:
        team = session.slack.team()
        allow_all(session.slack)

        def answer(payload: Json) -> None:
            event = payload["event"]
            thread = event.get("thread_ts") or event["ts"]
            reply = {"channel": event["channel"], "text": "Here.", "thread_ts": thread}
            chat_post_message(team, reply, 0)

        app = App(session, answer)
        composer = page.locator(".pane.slack .pane-main .composer input")
        await composer.fill("@re")
        await composer.press("Enter")
        await expect(composer).to_have_value("@readbot ")
        await composer.press_sequentially("fine-tuning")
        await composer.press("Enter")

        await expect(messages(page, "slack")).to_contain_text("@readbot fine-tuning")
        await page.get_by_role("button", name="1 reply").click()
        thread = page.locator(".thread")
        await expect(thread).to_contain_text("Here.")
        await thread.locator(".composer input").fill("@readbot and more")
        await thread.locator(".composer input").press("Enter")
        await expect(page.get_by_role("button", name="3 replies")).to_be_visible()
        assert app.heard[1]["event"]["thread_ts"] == app.heard[0]["event"]["ts"]

    async def test_a_shortcut_in_a_thread_is_answered_there_for_one(
        self, page: Page, session: Session
    ) -> None:
        team = session.slack.team()
        world = session.sides["slack"].describe_world()
        world["shortcuts"] = [{"id": "find", "name": "Find reading for this"}]
        session.push({"event": "world", "world": world})

        def answer(payload: Json) -> None:
            thread = payload["message"]["thread_ts"]
            reply = {"channel": "CREADING", "user": "UADA", "text": "Three links", "thread_ts": thread}
            chat_post_ephemeral(team, reply, 0)

        App(session, answer)
        root = await session.slack.say("What is LoRA?", user="UBEN", channel="CREADING")
        await session.slack.say("No idea", user="UADA", channel="CREADING", thread_ts=root.ts)
        await page.get_by_role("button", name="1 reply").click()
        reply = page.locator(".thread .message", has_text="No idea")
        await reply.hover()
        await reply.get_by_role("button", name="More actions").click()
        await page.get_by_role("menuitem", name="Find reading for this").click()

        private = page.locator(".thread .message.is-private")
        await expect(private).to_contain_text("Three links")
        await expect(private).to_contain_text("Only visible to you")

    async def test_what_the_app_deletes_is_gone(self, page: Page, session: Session) -> None:
        team = session.slack.team()
        blocks = [{"type": "actions", "elements": [button("Delete")]}]
        ts = chat_post_message(team, {"channel": "CREADING", "text": "Shared", "blocks": blocks}, 0)["ts"]
        App(session, lambda _payload: chat_delete(team, {"channel": "CREADING", "ts": ts}, 0) and None)

        await messages(page, "slack").get_by_role("button", name="Delete").click()

        await expect(messages(page, "slack")).to_have_count(0)


class TestHome:
    async def test_its_search_answers_at_enter_and_its_menu_completes(
        self, page: Page, session: Session
    ) -> None:
        team = session.slack.team()
        search = field("Search", {"type": "plain_text_input", "action_id": "query"}, dispatch_action=True)
        menu = {"type": "actions", "block_id": "menus", "elements": [MENU]}

        def publish(text: str) -> None:
            said = {"type": "section", "block_id": "said", "text": plain(text)}
            views_publish(
                team, {"user_id": "UADA", "view": {"type": "home", "blocks": [search, menu, said]}}, 0
            )

        def answer(payload: Json) -> Json | None:
            match payload["type"]:
                case "block_suggestion":
                    return offer(payload, "Agents", "Evaluation")
                case "block_actions":
                    action = payload["actions"][0]
                    publish(f"You asked: {action.get('value') or action['selected_option']['value']}")
                case _:
                    publish("Welcome")
            return None

        world = session.sides["slack"].describe_world() | {"has_home": True}
        session.push({"event": "world", "world": world})
        allow_all(session.slack)
        app = App(session, answer)
        await page.get_by_role("button", name="Home", exact=False).click()
        home = page.get_by_role("region", name="App Home")
        await expect(home).to_contain_text("Welcome")

        await home.get_by_label("Search").fill("fine-tuning")
        await home.get_by_label("Search").press("Enter")
        await expect(home).to_contain_text("You asked: fine-tuning")
        await expect(home.get_by_label("Search")).to_have_value("fine-tuning")

        await pick(home, "Pick a topic", "eval", "Evaluation")
        await expect(home).to_contain_text("You asked: evaluation")
        values = app.heard[-1]["view"]["state"]["values"]
        assert values["search"]["query"]["value"] == "fine-tuning"
        assert any(payload.get("value") == "eval" for payload in app.heard)


class TestMenus:
    async def test_a_message_has_a_menu_that_completes(self, page: Page, session: Session) -> None:
        team = session.slack.team()
        blocks = [{"type": "actions", "elements": [MENU]}]
        chat_post_message(team, {"channel": "CREADING", "text": "Menu", "blocks": blocks}, 0)

        def answer(payload: Json) -> Json:
            if payload["type"] == "block_suggestion":
                return offer(payload, "Agents", "Evaluation")
            return {"text": f"Picked {payload['actions'][0]['selected_option']['value']}"}

        App(session, answer)
        await pick(messages(page, "slack").first, "Pick a topic", "ag", "Agents")

        await expect(messages(page, "slack").last).to_contain_text("Picked agents")

    async def test_enter_takes_what_fits_and_not_what_was_offered_before(
        self, page: Page, session: Session
    ) -> None:
        team = session.slack.team()
        blocks = [{"type": "actions", "elements": [MENU]}]
        chat_post_message(team, {"channel": "CREADING", "text": "Menu", "blocks": blocks}, 0)
        is_typed = asyncio.Event()

        class SlowApp(App):
            async def deliver(self, kind: str, payload: Json, *, retry: Retry | None = None) -> Ack:
                if payload.get("value"):
                    await is_typed.wait()
                return await super().deliver(kind, payload, retry=retry)

        def answer(payload: Json) -> Json:
            if payload["type"] == "block_suggestion":
                return offer(payload, "Evaluation") if payload["value"] else {"options": [option("Agents")]}
            return {"text": f"Picked {payload['actions'][0]['selected_option']['value']}"}

        SlowApp(session, answer)
        await messages(page, "slack").get_by_role("button", name="Pick a topic").click()
        await expect(page.get_by_role("option", name="Agents")).to_be_visible()

        await page.keyboard.type("eval")
        await page.keyboard.press("Enter")
        is_typed.set()

        await expect(messages(page, "slack").last).to_contain_text("Picked evaluation")


class TestModals:
    def open(self, session: Session, *blocks: Json) -> str:
        team = session.slack.team()
        trigger = team.make_trigger("UADA", "CREADING")
        opened = views_open(team, {"trigger_id": trigger, "view": modal("First", *blocks)}, 0)
        return str(opened["view"]["id"])

    async def test_one_that_is_pushed_lies_upon_the_first_and_leaves_what_is_in_it(
        self, page: Page, session: Session
    ) -> None:
        optional = NOTE | {"optional": True}
        App(session, lambda _payload: {"response_action": "push", "view": modal("Second", optional)})
        self.open(session, NOTE)
        first, second = (page.get_by_role("dialog", name=name) for name in ("First", "Second"))
        await first.get_by_label("Note").fill("kept")
        await first.get_by_role("button", name="Save").click()

        await expect(second).to_be_visible()
        await expect(first).to_be_hidden()
        await expect(second.get_by_label("Note")).to_have_value("")
        await second.get_by_role("button", name="Cancel").click()

        await expect(second).to_have_count(0)
        await expect(first.get_by_label("Note")).to_have_value("kept")

    async def test_an_update_keeps_what_was_typed(self, page: Page, session: Session) -> None:
        team = session.slack.team()
        view_id = self.open(session, NOTE)
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("Note").fill("kept")

        more = field("Day", {"type": "static_select", "action_id": "day", "options": [option("Monday")]})
        views_update(team, {"view_id": view_id, "view": modal("Updated", NOTE, more)}, 0)

        await expect(page.get_by_role("dialog", name="Updated")).to_contain_text("Day")
        await expect(dialog.get_by_label("Note")).to_have_value("kept")

    async def test_every_kind_of_field_says_what_it_holds(self, page: Page, session: Session) -> None:
        app = App(session, lambda payload: offer(payload, "Europe/Berlin") if "value" in payload else {})
        monday = {
            "type": "static_select",
            "action_id": "day",
            "options": [option("Monday"), option("Friday")],
        }
        where = {
            "type": "conversations_select",
            "action_id": "where",
            "default_to_current_conversation": True,
        }
        kinds = {"type": "checkboxes", "action_id": "kinds", "options": [option("Paper"), option("Video")]}
        time = {"type": "timepicker", "action_id": "time", "initial_time": "09:00"}
        zone = {"type": "external_select", "action_id": "zone", "placeholder": plain("Zone")}
        self.open(
            session,
            field("Day", monday),
            field("Zone", zone),
            field("Where", where),
            field("Kinds", kinds),
            field("Time", time),
        )
        dialog = page.get_by_role("dialog")
        await pick(dialog, "Day", "fri", "Friday")
        await pick(dialog, "Zone", "ber", "Europe/Berlin")
        await dialog.get_by_label("Video").check()
        await expect(dialog.get_by_role("button", name="Where: #reading")).to_be_visible()
        await dialog.get_by_role("button", name="Save").click()

        await expect(dialog).to_have_count(0)
        values = app.heard[-1]["view"]["state"]["values"]
        assert values["day"]["day"]["selected_option"] == option("Friday")
        assert values["zone"]["zone"]["selected_option"]["value"] == "europe/berlin"
        assert values["where"]["where"]["selected_conversation"] == "CREADING"
        assert values["kinds"]["kinds"]["selected_options"] == [option("Video")]
        assert values["time"]["time"]["selected_time"] == "09:00"


class TestWorkspaces:
    async def test_readbot_is_added_to_another_workspace_by_its_own_pages(
        self, page: Page, session: Session
    ) -> None:
        await page.get_by_role("radio", name="Book Club").click(force=True)
        await expect(page.locator(".pane.slack h1")).to_contain_text("books")
        await type_in_slack(page, "/llmread agents")
        await expect(page.locator(".notices")).to_contain_text("is no command here")
        await expect(page.locator(".pane.slack .welcome")).to_contain_text("readbot is not in Book Club yet")

        async with page.expect_popup() as opened:
            await page.get_by_role("link", name="Add to another workspace").click()
        installing = await opened.value
        await installing.locator("a[href*='begin']").click()
        await expect(installing.get_by_label("Workspace")).to_have_value("TCLUB")
        await installing.get_by_role("button", name="Allow").click()
        await expect(installing.locator("body")).to_contain_text("Book Club")
        await installing.close()

        await type_in_slack(page, "/llmread agents")
        await expect(messages(page, "slack").last).to_contain_text("Only visible to you")
        await page.get_by_role("radio", name="Reading Room").click(force=True)
        await expect(messages(page, "slack")).to_have_count(0)

    async def test_whoever_removes_readbot_has_no_command_any_more(
        self, page: Page, session: Session
    ) -> None:
        await page.get_by_role("button", name="Remove from Reading Room").click()

        await expect(page.get_by_role("button", name="Remove from Reading Room")).to_have_count(0)
        await type_in_slack(page, "/llmread agents")
        await expect(page.locator(".notices")).to_contain_text("is no command here")
