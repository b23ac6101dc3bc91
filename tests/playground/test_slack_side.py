"""What the page can do on Slack once the app's manifest offers it: shortcuts, Home, events, modals."""

from typing import Any

import pytest

from readbot.playground.deeds import Deed, DeedError
from readbot.playground.loopback_slack import Ack, LoopbackSlack, Retry
from readbot.playground.loopback_slack.views import views_open
from readbot.playground.scene import make_slack_workspaces
from readbot.playground.slack_side import SlackSide

pytestmark = pytest.mark.asyncio(loop_scope="session")

Json = dict[str, Any]

MANIFEST = """
features:
  app_home: {home_tab_enabled: true}
  slash_commands:
    - {command: /llmread, description: Find something good to read, usage_hint: "[topic]"}
  shortcuts:
    - {name: Find reading for this, type: message, callback_id: find, description: Finds links}
    - {name: Anywhere, type: global, callback_id: global, description: Not about a message}
oauth_config:
  scopes: {bot: [commands, "app_mentions:read", "im:history"]}
settings:
  event_subscriptions: {bot_events: [app_mention, message.im, app_home_opened]}
"""


class App:
    """Answers whatever is delivered, in order; with nothing when it has run out."""

    def __init__(self, *answers: Json) -> None:
        self._answers = list(answers)
        self.delivered: list[tuple[str, Json]] = []

    async def deliver(self, kind: str, payload: Json, *, retry: Retry | None = None) -> Ack:
        self.delivered.append((kind, payload))
        return Ack(status=200, body=self._answers.pop(0) if self._answers else {})

    @property
    def events(self) -> list[Json]:
        return [payload["event"] for kind, payload in self.delivered if kind == "events_api"]


class Rig:
    def __init__(self, *answers: Json, manifest: str = MANIFEST) -> None:
        self.app = App(*answers)
        self.slack = LoopbackSlack(workspaces=make_slack_workspaces())
        self.slack.delivery = self.app
        self.slack.patience_s = 0.05
        self.team = self.slack.team()
        self.pushed: list[Json] = []
        self.side = SlackSide(self.slack, manifest, self.pushed.append)
        self.slack.oauth.install("TROOM")

    async def do(self, what: str, **fields: Any) -> Any:
        return await self.side.do(Deed({"do": what, "person": "ada", "channel": "CREADING", **fields}))

    def open_modal(self, title: str = "First") -> str:
        view = make_view(title)
        trigger = self.team.make_trigger("UADA")
        opened = views_open(self.team, {"trigger_id": trigger, "view": view}, 0)
        return str(opened["view"]["id"])

    @property
    def titles(self) -> list[str]:
        return [view.body["title"]["text"] for view in self.team.views.values()]


def make_view(title: str) -> Json:
    field = {
        "type": "input",
        "optional": True,
        "label": {"type": "plain_text", "text": "Note"},
        "element": {"type": "plain_text_input", "action_id": "note"},
    }
    more = {"type": "button", "text": {"type": "plain_text", "text": "More"}, "action_id": "more"}
    zone = {"type": "external_select", "action_id": "zone"}
    submit = {"type": "plain_text", "text": "Send"}
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": title},
        "submit": submit,
        "blocks": [field, {"type": "actions", "elements": [more, zone]}],
    }


async def test_the_manifest_tells_what_there_is() -> None:
    world = Rig().side.describe_world()

    assert world["commands"][0]["usage"] == "[topic]"
    assert world["shortcuts"] == [{"id": "find", "name": "Find reading for this"}]
    assert world["has_home"]


async def test_without_a_manifest_there_is_nothing_to_press() -> None:
    world = Rig(manifest="").side.describe_world()

    assert (world["commands"], world["shortcuts"], world["has_home"]) == ([], [], False)


async def test_a_message_shortcut_hands_over_the_message() -> None:
    rig = Rig({"text": "Three links for this"})
    await rig.do("say", text="What is LoRA?", person="ben")
    (message,) = rig.side.list_messages()

    await rig.do("shortcut", message=message["id"], shortcut="find")

    _, payload = rig.app.delivered[-1]
    assert (payload["type"], payload["callback_id"]) == ("message_action", "find")
    assert payload["message"]["text"] == "What is LoRA?"


async def test_a_mention_reaches_the_app_as_an_event() -> None:
    rig = Rig()

    await rig.do("say", text="@readbot fine-tuning")

    (event,) = rig.app.events
    assert (event["type"], event["text"]) == ("app_mention", "<@UBOT> fine-tuning")


async def test_a_direct_message_reaches_the_app_as_an_event() -> None:
    rig = Rig()

    await rig.do("say", text="fine-tuning", channel="DADAROOM")

    (event,) = rig.app.events
    assert (event["type"], event["channel_type"]) == ("message", "im")


async def test_what_people_write_to_each_other_does_not_reach_the_app() -> None:
    rig = Rig()

    await rig.do("say", text="fine-tuning")

    assert rig.app.delivered == []


async def test_opening_home_is_told_to_the_app() -> None:
    rig = Rig()

    await rig.do("open_home")

    (event,) = rig.app.events
    assert (event["type"], event["channel"]) == ("app_home_opened", "DADAROOM")


async def test_blocks_without_an_id_get_one_for_the_page() -> None:
    rig = Rig()

    rig.open_modal()

    view = rig.pushed[-1]["view"]
    assert view["person"] == "ada"
    assert view["payload"]["blocks"][0]["block_id"] == "block-0"


async def test_a_modal_that_is_taken_closes() -> None:
    rig = Rig({})
    view_id = rig.open_modal()

    assert await rig.do("submit", view=view_id, values={}) == {}

    assert rig.titles == []
    assert rig.pushed[-1] == {"event": "view_closed", "platform": "slack", "id": view_id}


async def test_errors_go_back_to_the_fields_and_the_modal_stays() -> None:
    rig = Rig({"response_action": "errors", "errors": {"block-0": "Say more."}})
    view_id = rig.open_modal()

    assert await rig.do("submit", view=view_id, values={}) == {"errors": {"block-0": "Say more."}}
    assert rig.titles == ["First"]


async def test_an_update_takes_the_modals_place() -> None:
    rig = Rig({"response_action": "update", "view": make_view("Second")})
    view_id = rig.open_modal()

    await rig.do("submit", view=view_id, values={})

    assert rig.titles == ["Second"]
    assert rig.pushed[-1]["view"]["id"] == view_id


async def test_a_push_stands_upon_the_modal_and_clear_closes_both() -> None:
    rig = Rig({"response_action": "push", "view": make_view("Second")}, {"response_action": "clear"})
    await rig.do("submit", view=rig.open_modal(), values={})
    assert rig.titles == ["First", "Second"]

    await rig.do("submit", view=list(rig.team.views)[-1], values={})

    assert rig.titles == []


async def test_a_button_in_a_modal_tells_its_view() -> None:
    rig = Rig()
    view_id = rig.open_modal()

    # The stand-in shows nothing, and the person is told so.
    with pytest.raises(DeedError, match="no answer arrived"):
        await rig.do("press", view=view_id, action={"type": "button", "action_id": "more", "value": "x"})

    _, payload = rig.app.delivered[-1]
    assert payload["view"]["id"] == view_id
    assert payload["actions"][0]["action_id"] == "more"


async def test_an_external_menu_in_a_modal_offers_what_the_app_says() -> None:
    option = {"text": {"type": "plain_text", "text": "Europe/Berlin"}, "value": "berlin"}
    rig = Rig({"options": [option]})

    offered = await rig.do("options", view=rig.open_modal(), action_id="zone", typed="ber")

    assert offered == [option]
    assert rig.app.delivered[-1][1]["value"] == "ber"


async def test_another_workspace_has_nothing_of_the_app_until_it_is_installed_there() -> None:
    rig = Rig()

    await rig.do("workspace", to="TCLUB")

    world = rig.pushed[-1]["world"]
    assert (world["workspace"], world["commands"], world["has_home"]) == ("Book Club", [], False)
    assert [channel["name"] for channel in world["channels"]] == ["books", "lounge"]
    assert [team["has_app"] for team in world["workspaces"]] == [True, False]
    rig.slack.oauth.install("TCLUB")
    world = rig.pushed[-1]["world"]
    assert world["commands"][0]["name"] == "/llmread"
    assert {channel["name"] for channel in world["channels"]} == {"books", "lounge", "readbot"}


async def test_what_is_typed_goes_to_the_workspace_that_is_shown() -> None:
    rig = Rig()
    rig.slack.oauth.install("TCLUB")
    await rig.do("workspace", to="TCLUB")

    await rig.do("command", name="/llmread", text="x", channel="CBOOKS")
    await rig.do("command", name="/invite", text="@readbot", channel="CBOOKS")
    await rig.do("say", text="@readbot x", channel="CBOOKS")

    assert [payload["team_id"] for _, payload in rig.app.delivered] == ["TCLUB", "TCLUB"]


async def test_whoever_removes_the_app_is_shown_a_workspace_without_it() -> None:
    rig = Rig()

    await rig.do("uninstall")

    assert rig.pushed[-1]["world"]["commands"] == []
    with pytest.raises(DeedError, match="no command here"):
        await rig.do("command", name="/llmread", text="x")


async def test_only_the_bot_can_be_invited() -> None:
    with pytest.raises(DeedError, match="in already"):
        await Rig().do("command", name="/invite", text="@ben")


async def test_what_is_in_other_fields_goes_along_with_a_press() -> None:
    rig = Rig()
    note = {"type": "plain_text_input", "value": "so far"}

    with pytest.raises(DeedError, match="no answer arrived"):
        await rig.do(
            "press",
            view=rig.open_modal(),
            action={"type": "button", "action_id": "more"},
            values={"block-0": {"note": note}},
        )

    assert rig.app.delivered[-1][1]["view"]["state"]["values"]["block-0"]["note"] == note
