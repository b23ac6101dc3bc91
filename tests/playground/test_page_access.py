"""The page for everybody: keyboard, screen reader, phone, light and dark."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Page, expect

from readbot.playground.loopback_slack.views import views_open
from readbot.playground.session import Session

from .steps import ask_discord, make_modal, messages, open_discord_command, tab_to, type_in_slack

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: Answers with each rule that is broken and where.
_RUN_AXE = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
    .map((each) => [each.id, each.nodes.map((node) => node.target.join(" "))])"""


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
    await expect(messages(page, "slack")).to_have_count(1)
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
    await expect(messages(page, "slack")).to_have_count(1)
    await expect(messages(page, "discord")).to_have_count(1)
    await page.get_by_role("button", name="Inspector", exact=True).click()
    await page.get_by_role("button", name="Let a link die").click()
    await page.get_by_role("button", name="Mend").wait_for()
    await open_discord_command(page, "/llmread")
    await page.locator("[role=option]").first.wait_for()
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
