"""The page's inspector: payloads, faults and restarts, after which nothing is lost or doubled."""

import pytest
from playwright.async_api import Page, expect

from readbot.playground.session import Session

from .steps import PATIENCE_S, ask_discord, messages, restart, type_in_slack

pytestmark = pytest.mark.asyncio(loop_scope="session")


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


async def test_a_platform_that_is_down_says_so_and_comes_back(page: Page, session: Session) -> None:
    await page.get_by_role("button", name="Inspector", exact=True).click()
    down = page.get_by_role("group", name="Faults of Discord").get_by_role("button", name="Down")
    await down.click()
    await expect(down).to_have_attribute("aria-pressed", "true")
    session.discord.people.patience_s = 0.1
    await ask_discord(page, "lora")
    await expect(page.locator(".notices")).to_contain_text("The application did not respond")

    session.discord.people.patience_s = PATIENCE_S
    await down.click()
    await ask_discord(page, "attention")

    # The bot goes on trying to answer the first question for as long as Discord would take it.
    answer = messages(page, "discord").filter(has_text="Attention is all you Need")
    await expect(answer).to_have_count(1)
