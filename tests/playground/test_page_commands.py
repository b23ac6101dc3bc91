"""Typing a command in the page: what is offered, completed and asked for before it is sent."""

import re
from typing import Any

import pytest
from playwright.async_api import Page, expect

from readbot.playground.session import Session

from .steps import messages, open_discord_command

pytestmark = pytest.mark.asyncio(loop_scope="session")

Json = dict[str, Any]


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


@pytest.fixture
def query_is_required(session: Session) -> None:
    """Let the first option of /llmread be required; the page has to open behind that."""
    for commands in session.discord.world.commands.values():
        for command in commands:
            for option in command.get("options", []):
                option["required"] = option["name"] == "query"


@pytest.mark.usefixtures("query_is_required")
async def test_a_missing_required_option_is_asked_for_before_anything_is_sent(
    page: Page, session: Session
) -> None:
    await open_discord_command(page, "/llmread")

    await page.locator(".command-form .send").click()

    await expect(page.locator(".command-form")).to_contain_text("This option is required.")
    assert not [entry for entry in session.wire.entries if entry.what == "/llmread"]


async def test_typing_narrows_the_choices_and_the_first_is_taken(page: Page, session: Session) -> None:
    await open_discord_command(page, "/readbot digest on")
    await page.get_by_role("button", name="+ weekday").click()
    await page.keyboard.type("fri")
    await expect(page.get_by_role("option", name="Friday")).to_have_attribute("aria-selected", "true")

    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")

    await expect(messages(page, "discord")).to_contain_text("In which time zone?")
    assert sent_options(session, "/readbot digest on") == {"weekday": "fri"}


async def test_the_zone_is_picked_and_the_chosen_day_stays(page: Page) -> None:
    await open_discord_command(page, "/readbot digest on")
    await page.get_by_role("button", name="+ weekday").click()
    await page.keyboard.type("fri")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")

    await messages(page, "discord").get_by_role("button", name="Time zone").click()
    await page.keyboard.type("berlin")
    await page.keyboard.press("Enter")

    await expect(messages(page, "discord").first).to_contain_text("every Friday at 09:00 Europe/Berlin")


@pytest.mark.parametrize(
    ("option", "typed", "complaint"),
    [
        ("weekday", "someday", "Pick one of the choices."),
        ("links", "many", "Type a number from 1 to"),
        ("day_of_month", "40", "Type a number from 1 to 31."),
    ],
)
async def test_a_value_that_discord_would_not_send_is_complained_of_at_its_option(
    page: Page, session: Session, option: str, typed: str, complaint: str
) -> None:
    await open_discord_command(page, "/readbot digest on")
    await page.get_by_role("button", name=f"+ {option}").click()
    await page.locator(f"[data-option={option}]").fill(typed)

    await page.locator(".command-form .send").click()

    await expect(page.get_by_role("alert")).to_have_text(re.compile(complaint))
    await expect(page.locator(f"[data-option={option}]")).to_have_attribute("aria-invalid", "true")
    assert not [entry for entry in session.wire.entries if entry.what == "/readbot digest on"]


def sent_options(session: Session, command: str) -> Json:
    """Return the options of the sub-command that was sent, by name."""
    (sent,) = [entry.body for entry in session.wire.entries if entry.what == command]
    options = sent["data"]["options"]
    while options and "options" in options[0]:
        options = options[0]["options"]
    return {option["name"]: option["value"] for option in options}
