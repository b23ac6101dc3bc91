"""What a person does in the page, in a real browser, with the real bot behind it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.async_api import Locator, Page, expect

from readbot.digests.model import Channel
from readbot.digests.wish import parse_wish
from readbot.playground.loopback_slack import Ack, ChangeKind, View
from readbot.playground.loopback_slack.methods import views_open
from readbot.playground.session import Session

pytestmark = pytest.mark.asyncio(loop_scope="session")

Json = dict[str, Any]

#: Answers with each rule that is broken and where.
_RUN_AXE = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .map((each) => [each.id, each.nodes.map((node) => node.target.join(" "))])"""


def messages(page: Page, platform: str) -> Locator:
    return page.locator(f".pane.{platform} .pane-main .message")


async def type_in_slack(page: Page, words: str) -> None:
    field = page.locator(".pane.slack .pane-main .composer input")
    await field.fill(words)
    await field.press("Enter")


async def open_discord_command(page: Page, name: str) -> None:
    field = page.locator(".pane.discord .composer input")
    await field.fill(name)
    await field.press("Enter")


async def ask_discord(page: Page, query: str) -> None:
    await open_discord_command(page, "/llmread")
    await page.locator("[data-option=query]").fill(query)
    await page.locator("[data-option=query]").press("Enter")


async def be(page: Page, name: str) -> None:
    await page.get_by_role("radio", name=name).check(force=True)


async def restart(page: Page) -> None:
    """Restart the bot in the open inspector, and wait until it is there again."""
    button = page.get_by_role("button", name="Restart the bot")
    await button.click()
    await expect(button).to_be_enabled(timeout=15_000)
    await expect(page.locator(".bot-status")).to_contain_text("Running")


async def test_a_search_with_a_typo_is_answered_on_slack_for_the_asker_alone(page: Page) -> None:
    await type_in_slack(page, "/llmread fine-tunning")

    answer = messages(page, "slack")
    await expect(answer).to_contain_text("Only visible to you")
    await expect(answer.get_by_role("link", name="Fine-tuning with LoRA and QLoRA")).to_have_attribute(
        "href", re.compile("^https://lightning.ai/")
    )
    await be(page, "Ben")
    await expect(messages(page, "slack")).to_have_count(0)


async def test_a_search_with_a_typo_is_answered_on_discord_for_the_asker_alone(page: Page) -> None:
    await ask_discord(page, "fine-tunning")

    answer = messages(page, "discord")
    await expect(answer).to_contain_text("Only you can see this")
    await expect(answer.get_by_role("link", name="Fine-tuning with LoRA and QLoRA")).to_be_visible()
    await be(page, "Ben")
    await expect(messages(page, "discord")).to_have_count(0)


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_more_turns_the_page_in_the_same_message(page: Page, platform: str) -> None:
    await (
        type_in_slack(page, "/llmread fine-tuning")
        if platform == "slack"
        else ask_discord(page, "fine-tuning")
    )
    answer = messages(page, platform)
    await expect(answer).to_contain_text("1-5 of")

    await answer.get_by_role("button", name="More", exact=True).click()

    await expect(answer).to_contain_text("6-10 of")
    await expect(answer).to_have_count(1)
    await answer.get_by_role("button", name="Back").click()
    await expect(answer).to_contain_text("1-5 of")


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_what_is_shared_is_seen_by_everybody_with_the_name_of_who_shared_it(
    page: Page, platform: str
) -> None:
    await (type_in_slack(page, "/llmread lora") if platform == "slack" else ask_discord(page, "lora"))

    await messages(page, platform).get_by_role("button", name="Share").click()

    await expect(messages(page, platform)).to_have_count(2)
    await be(page, "Ben")
    await expect(messages(page, platform)).to_have_count(1)
    await expect(messages(page, platform)).to_contain_text(re.compile(r"Shared by\s+@?\s*Ada"))


async def test_a_section_is_picked_from_the_menu_with_the_keyboard_alone_on_slack(page: Page) -> None:
    await type_in_slack(page, "/llmread")
    picker = messages(page, "slack").get_by_role("button", name="Pick a section")
    await picker.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.type("evaluat")
    await page.keyboard.press("Enter")

    await expect(messages(page, "slack")).to_contain_text("LLM Evaluation Papers")


async def test_a_section_is_picked_from_the_menu_on_discord(page: Page) -> None:
    await open_discord_command(page, "/readbot sections")
    await page.locator(".command-form .send").click()
    await messages(page, "discord").get_by_role("button", name="Pick a section").click()
    await page.get_by_role("option", name=re.compile("^Evaluation")).first.click()

    await expect(messages(page, "discord")).to_contain_text("LLM Evaluation Papers")


async def test_a_slash_offers_the_commands_with_their_usage(page: Page) -> None:
    field = page.locator(".pane.slack .composer input")
    await field.press_sequentially("/ll")
    option = page.get_by_role("option", name="llmread")
    await expect(option).to_contain_text("random")

    await field.press("Tab")

    await expect(field).to_have_value("/llmread ")
    await expect(page.locator(".pane.slack .usage-hint")).to_contain_text("[topic, title or author]")


async def test_options_complete_as_a_person_types_on_discord(page: Page) -> None:
    await open_discord_command(page, "/llmread")
    query = page.locator("[data-option=query]")
    await query.press_sequentially("transf", delay=10)
    choice = page.get_by_role("option").filter(has_text="Transformer").first
    await expect(choice).to_be_visible()

    await choice.click()
    await query.press("Enter")

    await expect(messages(page, "discord")).to_contain_text("Transformer")


async def test_options_become_chips_and_reach_the_bot(page: Page, session: Session) -> None:
    await open_discord_command(page, "/llmread")
    await page.locator("[data-option=query]").fill("attention")
    await page.get_by_role("button", name="+ kind").click()
    await page.get_by_role("option", name="paper").first.click()
    await page.locator("[data-option=kind]").press("Enter")

    await expect(messages(page, "discord")).to_contain_text("Attention is all you Need")
    sent = next(entry.body for entry in session.wire.entries if entry.what == "/llmread")
    assert {option["name"]: option["value"] for option in sent["data"]["options"]} == {
        "query": "attention",
        "kind": "paper",
    }


async def test_a_missing_required_option_is_asked_for_before_anything_is_sent(
    page: Page, session: Session
) -> None:
    for world in session.discord.world.commands.values():
        for command in world:
            for option in command.get("options", []):
                option["required"] = option["name"] == "query"
    session.push({"event": "world", "world": session.sides["discord"].describe_world()})
    await open_discord_command(page, "/llmread")

    await page.locator(".command-form .send").click()

    await expect(page.locator(".command-form")).to_contain_text("This option is required.")
    assert not [entry for entry in session.wire.entries if entry.what == "/llmread"]


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_a_private_answer_can_be_dismissed(page: Page, platform: str) -> None:
    await (type_in_slack(page, "/llmread lora") if platform == "slack" else ask_discord(page, "lora"))
    await messages(page, platform).get_by_role("button", name="More actions").click()

    await page.get_by_role("menuitem", name="Dismiss message").click()

    await expect(messages(page, platform)).to_have_count(0)


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_people_write_and_delete_their_own_messages(page: Page, platform: str) -> None:
    field = page.locator(f".pane.{platform} .composer input")
    await field.fill("Has anybody read *this*?")
    await field.press("Enter")
    await expect(messages(page, platform)).to_contain_text("Has anybody read")

    await messages(page, platform).get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Delete message").click()

    await expect(messages(page, platform)).to_have_count(0)


async def test_a_thread_holds_its_replies(page: Page) -> None:
    await type_in_slack(page, "What should I read first?")
    await messages(page, "slack").get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Reply in thread").click()
    reply = page.get_by_role("complementary", name="Thread").get_by_role("combobox", name="Reply")
    await reply.fill("The one about attention")
    await reply.press("Enter")

    await expect(page.locator(".thread .message")).to_have_count(2)
    await expect(messages(page, "slack")).to_have_count(1)
    await expect(page.get_by_role("button", name="1 reply")).to_be_visible()


async def test_a_modal_shows_errors_at_its_fields_and_closes_when_they_are_right(
    page: Page, session: Session
) -> None:
    """readbot has no modal yet: an app that answers as told stands in for it."""
    app = ScriptedApp(
        {"response_action": "errors", "errors": {"time": "That hour does not exist there."}}, {}
    )
    session.slack.delivery = app
    team = session.slack.team()
    views_open(team, {"trigger_id": team.make_trigger("UADA"), "view": make_modal()}, 0)
    dialog = page.get_by_role("dialog", name="Weekly digest")
    await expect(dialog).to_be_visible()

    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_contain_text("Please complete this required field.")
    assert app.delivered == []

    await dialog.get_by_label("Time").fill("02:30")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_contain_text("That hour does not exist there.")
    await expect(dialog.get_by_label("Time")).to_have_attribute("aria-invalid", "true")

    await dialog.get_by_label("Time").fill("09:00")
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)
    assert app.delivered[-1]["view"]["state"]["values"]["time"]["at"]["value"] == "09:00"


async def test_escape_closes_a_modal(page: Page, session: Session) -> None:
    team = session.slack.team()
    views_open(team, {"trigger_id": team.make_trigger("UADA"), "view": make_modal()}, 0)
    await expect(page.get_by_role("dialog")).to_be_visible()

    await page.keyboard.press("Escape")

    await expect(page.get_by_role("dialog")).to_have_count(0)
    assert team.views == {}


async def test_somebody_elses_modal_is_not_shown(page: Page, session: Session) -> None:
    team = session.slack.team()
    views_open(team, {"trigger_id": team.make_trigger("UBEN"), "view": make_modal()}, 0)
    await type_in_slack(page, "hello")
    await expect(messages(page, "slack")).to_have_count(1)

    await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_a_published_home_is_shown(page: Page, session: Session) -> None:
    team = session.slack.team()
    home = View(id="VHOME", user="UADA", body=make_home(), hash="1", root_view_id="VHOME")
    team.homes["UADA"] = home
    session.slack.delivery = ScriptedApp({})
    world = {**session.sides["slack"].describe_world(), "has_home": True}
    session.push({"event": "world", "world": world})
    team.tell(ChangeKind.HOME_PUBLISHED, home)

    await page.get_by_role("button", name="Home").click()

    await expect(page.get_by_role("region", name="App Home")).to_contain_text("This week")


async def test_the_inspector_shows_what_went_over_the_wire(page: Page) -> None:
    await type_in_slack(page, "/llmread lora")
    await page.get_by_role("button", name="Inspector", exact=True).click()
    inspector = page.get_by_role("complementary", name="Inspector")

    await inspector.get_by_text("ack", exact=True).click()

    await expect(inspector.locator("pre")).to_contain_text('"response_type": "ephemeral"')


async def test_nothing_is_doubled_when_slack_loses_an_answer_and_the_bot_restarts(page: Page) -> None:
    await type_in_slack(page, "/llmread lora")
    await page.get_by_role("button", name="Inspector", exact=True).click()
    faults = page.get_by_role("group", name="Faults of Slack")
    await faults.get_by_role("button", name="Drop after accept").click()

    await messages(page, "slack").get_by_role("button", name="Share").click()
    await expect(messages(page, "slack")).to_have_count(2)
    await faults.get_by_role("button", name="Drop after accept").click()
    await restart(page)

    await type_in_slack(page, "/llmread attention")
    await expect(messages(page, "slack")).to_have_count(3)


async def test_a_button_from_before_a_restart_still_works_on_discord(page: Page) -> None:
    await ask_discord(page, "fine-tuning")
    await page.get_by_role("button", name="Inspector", exact=True).click()
    await restart(page)

    await messages(page, "discord").get_by_role("button", name="More", exact=True).click()

    await expect(messages(page, "discord")).to_contain_text("6-10 of")
    await expect(messages(page, "discord")).to_have_count(1)


async def test_a_platform_that_is_down_says_so_and_comes_back(page: Page) -> None:
    await page.get_by_role("button", name="Inspector", exact=True).click()
    down = page.get_by_role("group", name="Faults of Discord").get_by_role("button", name="Down")
    await down.click()
    await expect(down).to_have_attribute("aria-pressed", "true")
    await ask_discord(page, "lora")
    await expect(page.locator(".notices")).to_contain_text("The application did not respond")

    await down.click()
    await ask_discord(page, "lora")

    await expect(messages(page, "discord")).to_have_count(1)


async def test_time_travel_is_offered_once_a_channel_has_a_digest(page: Page, session: Session) -> None:
    travel = page.get_by_role("group", name="Time travel")
    await expect(travel).to_have_count(0)
    await session.push_digests()
    session.push({"event": "digests", "digests": make_digests()})

    await travel.get_by_role("button", name="A week ahead").click()

    in_a_week = datetime.now(UTC) + timedelta(days=7)
    await expect(page.locator(".clock")).to_have_attribute("datetime", re.compile(f"^{in_a_week:%Y-%m-%d}"))


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_travelling_twice_brings_two_digests_with_different_links(
    page: Page, session: Session, platform: str
) -> None:
    turn_on_digest(session, platform)
    travel = page.get_by_role("button", name="To the next digest")

    await travel.click()
    await expect(messages(page, platform)).to_have_count(1)
    await travel.click()
    await expect(messages(page, platform)).to_have_count(2)

    await session.push_digests()
    (second,), (first,) = (each["links"] for each in session.greet()["digests"]["deliveries"])
    assert first != second
    await expect(messages(page, platform).first).to_contain_text(first)
    await expect(messages(page, platform).last).to_contain_text(second)


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_a_digest_whose_answer_is_lost_comes_once(page: Page, session: Session, platform: str) -> None:
    turn_on_digest(session, platform)
    await page.get_by_role("button", name="Inspector", exact=True).click()
    faults = page.get_by_role("group", name=f"Faults of {platform.title()}")
    drop = faults.get_by_role("button", name="Drop after accept")
    await drop.click()
    await expect(drop).to_have_attribute("aria-pressed", "true")

    await page.get_by_role("button", name="To the next digest").click()
    await expect(messages(page, platform)).to_have_count(1)
    await drop.click()
    await restart(page)

    ledger = page.get_by_role("list", name="Ledger")
    await expect(ledger.get_by_role("listitem").first).to_contain_text("sent", timeout=15_000)
    await expect(messages(page, platform)).to_have_count(1)


async def test_the_inspector_shows_bag_and_ledger(page: Page, session: Session) -> None:
    await page.get_by_role("button", name="Inspector", exact=True).click()
    await session.push_digests()
    session.push({"event": "digests", "digests": make_digests()})

    digests = page.get_by_role("region", name="Digests")
    await expect(digests).to_contain_text("12 of 73 from the whole list")
    await expect(digests.get_by_role("list", name="Ledger")).to_contain_text("sent")
    await expect(digests.get_by_role("list", name="Ledger")).to_contain_text("Attention is all you Need")


async def test_discords_markdown_is_drawn(page: Page) -> None:
    field = page.locator(".pane.discord .composer input")
    await field.fill("**[Bold link](https://example.com)** \\*plain\\* `code_x` ||hidden|| <t:0:R> 2*3*4")
    await field.press("Enter")

    message = messages(page, "discord")
    await expect(message.locator("discord-bold discord-link")).to_have_text("Bold link")
    await expect(message.locator("discord-code")).to_have_text("code_x")
    await expect(message).to_contain_text("*plain*")
    await expect(message.locator("discord-spoiler")).to_have_count(1)
    await expect(message.locator("discord-time")).to_contain_text("years ago")


@pytest.mark.parametrize("platform", ["slack", "discord"])
async def test_what_people_write_is_never_html(page: Page, platform: str) -> None:
    field = page.locator(f".pane.{platform} .composer input")
    await field.fill("<img src=x onerror=alert(1)> <b>no</b> [x](javascript:alert(1))")
    await field.press("Enter")

    message = messages(page, platform)
    await expect(message).to_contain_text(re.compile(r"<b>\s*no\s*</b>"))
    await expect(message.locator("img:not([alt=''])[src=x]")).to_have_count(0)
    await expect(message.locator("[href^=javascript]")).to_have_count(0)


async def test_pictures_from_elsewhere_are_named_and_not_fetched(page: Page, session: Session) -> None:
    picture = {"type": "image", "image_url": "https://pictures.example/a.png", "alt_text": "A map"}
    team = session.slack.team()
    message = await session.slack.say("map", user="UADA", channel="CREADING")
    message.blocks = [picture]
    team.tell(ChangeKind.UPDATED, message)

    await expect(messages(page, "slack")).to_contain_text("A map")
    await expect(messages(page, "slack")).to_contain_text("pictures.example")


async def test_light_and_dark_follow_the_system_until_one_is_chosen(page: Page) -> None:
    root = page.locator("html")
    await page.emulate_media(color_scheme="dark")
    await expect(root).to_have_attribute("data-theme", "dark")

    await page.get_by_role("button", name="Switch to light").click()
    await page.reload()

    await expect(root).to_have_attribute("data-theme", "light")


@pytest.mark.parametrize("layout", ["Slack", "Discord"])
async def test_nothing_is_wider_than_a_phone(page: Page, layout: str) -> None:
    await page.set_viewport_size({"width": 375, "height": 720})
    await page.get_by_role("button", name="Places").click()
    await page.get_by_role("radio", name=layout).check(force=True)
    await page.keyboard.press("Escape")
    await (type_in_slack(page, "/llmread sections") if layout == "Slack" else ask_discord(page, "evaluation"))
    await expect(messages(page, layout.lower())).to_have_count(1)

    widths = await page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    inner = await page.locator(".messages").evaluate("box => [box.scrollWidth, box.clientWidth]")

    assert widths[0] <= widths[1]
    assert inner[0] <= inner[1]


async def test_everything_that_can_be_pressed_has_a_name(page: Page) -> None:
    await type_in_slack(page, "/llmread")
    await ask_discord(page, "lora")
    await expect(messages(page, "discord")).to_have_count(1)
    await page.get_by_role("button", name="Inspector", exact=True).click()

    nameless = await page.evaluate(
        """() => [...document.querySelectorAll("button, input, textarea, [role=button]")]
            .filter((each) => !(each.ariaLabel || each.innerText?.trim() || each.labels?.length))
            .map((each) => each.outerHTML)"""
    )

    assert nameless == []


@pytest.mark.parametrize("theme", ["light", "dark"])
async def test_axe_finds_nothing_that_keeps_anybody_out(
    page: Page, session: Session, theme: Literal["light", "dark"]
) -> None:
    axe = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
    if not axe.is_file():
        pytest.skip("needs axe-core: npm ci --prefix web")
    await page.emulate_media(color_scheme=theme)
    await page.evaluate(axe.read_text(encoding="utf-8"))
    await type_in_slack(page, "/llmread")
    await ask_discord(page, "lora")
    await expect(messages(page, "discord")).to_have_count(1)
    await page.get_by_role("button", name="Inspector", exact=True).click()
    await open_discord_command(page, "/llmread")
    await page.get_by_role("option").first.wait_for()
    found = await page.evaluate(_RUN_AXE)

    team = session.slack.team()
    views_open(team, {"trigger_id": team.make_trigger("UADA"), "view": make_modal()}, 0)
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    found += await page.evaluate(_RUN_AXE)

    assert found == []


async def test_everything_from_asking_to_sharing_goes_by_keyboard(page: Page) -> None:
    await page.get_by_role("link", name="Skip to the messages").focus()
    await page.keyboard.press("Enter")
    await tab_to(page, "Message #reading")
    await page.keyboard.type("/llm")
    await page.keyboard.press("Tab")
    await page.keyboard.type("lora")
    await page.keyboard.press("Enter")
    await expect(messages(page, "slack")).to_have_count(1)

    for _ in range(30):
        await page.keyboard.press("Shift+Tab")
        if await page.evaluate("document.activeElement.innerText") == "Share":
            break
    await page.keyboard.press("Enter")

    await expect(messages(page, "slack")).to_have_count(2)


async def tab_to(page: Page, label: str) -> None:
    """Press Tab until something whose name begins with *label* has the focus."""
    for _ in range(30):
        await page.keyboard.press("Tab")
        name = await page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.innerText")
        if name.startswith(label):
            return
    raise AssertionError(f"Tab does not reach {label!r}")


def turn_on_digest(session: Session, platform: str) -> None:
    """Give the first channel a weekly digest, as its people would by command."""
    opened = session.program.process
    assert opened is not None
    if platform not in opened.messengers:
        pytest.skip(f"{platform} does not post digests yet")
    world = session.sides[platform].describe_world()
    guild = next(iter(session.discord.world.guilds))
    channel = Channel(
        platform=platform,
        workspace_id=session.slack.team().id if platform == "slack" else str(guild),
        channel_id=world["channels"][0]["id"],
    )
    opened.service.turn_on(channel, parse_wish("monday 9 berlin"), person_id=world["people"]["ada"])


class ScriptedApp:
    """Stands where the bot's delivery is, and answers as told, one answer a payload."""

    def __init__(self, *answers: Json) -> None:
        self._answers = list(answers)
        self.delivered: list[Json] = []

    async def deliver(self, kind: str, payload: Json) -> Ack:
        self.delivered.append(payload)
        return Ack(status=200, body=self._answers.pop(0) if self._answers else {})


def make_modal() -> Json:
    return {
        "type": "modal",
        "callback_id": "digest",
        "title": {"type": "plain_text", "text": "Weekly digest"},
        "submit": {"type": "plain_text", "text": "Save"},
        "blocks": [
            {
                "type": "input",
                "block_id": "time",
                "label": {"type": "plain_text", "text": "Time"},
                "element": {"type": "plain_text_input", "action_id": "at"},
            }
        ],
    }


def make_digests() -> Json:
    return {
        "next_due": None,
        "subscriptions": [
            {
                "id": "1",
                "platform": "slack",
                "channel": "CREADING",
                "state": "active",
                "next": "Mon 30 Nov, 09:00 Europe/Berlin, in 6 days",
                "wanted": "the whole list",
                "done": 12,
                "total": 73,
            }
        ],
        "deliveries": [
            {
                "id": "a",
                "platform": "slack",
                "channel": "CREADING",
                "slot": 1795510800000,
                "state": "sent",
                "attempts": 1,
                "reason": "",
                "links": ["Attention is all you Need"],
            }
        ],
    }


def make_home() -> Json:
    return {
        "type": "home",
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*This week*"}}],
    }
