"""What people can do in Slack beyond the slash command, in the page and with the real bot behind it."""

import pytest
from playwright.async_api import Locator, Page, expect

from readbot.playground.session import Session

from .steps import be, messages, type_in_slack

pytestmark = pytest.mark.asyncio(loop_scope="session")

QUESTION = "hi all, has anybody here compared fine-tuning with prompting? cost is my worry"


async def use_shortcut(page: Page, session: Session, name: str, words: str = QUESTION) -> Locator:
    """Let Ben write something and Ada use a shortcut on it; return the modal that opens."""
    await session.slack.say(words, user="UBEN", channel="CREADING")
    message = messages(page, "slack").last
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name=name).click()
    return page.get_by_role("dialog")


async def test_a_mention_is_answered_in_its_thread(page: Page) -> None:
    await type_in_slack(page, "@readbot fine-tuning")

    await page.get_by_role("button", name="1 reply").click()

    await expect(page.locator(".thread")).to_contain_text("for “fine-tuning”")


async def test_reading_for_a_message_is_posted_into_its_thread_at_a_click(
    page: Page, session: Session
) -> None:
    dialog = await use_shortcut(page, session, "Find reading for this")
    await expect(dialog).to_contain_text("Reading for this message")

    await dialog.get_by_role("button", name="Post as reply").click()

    await expect(dialog).to_contain_text("Posted in the thread.")
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="1 reply").click()
    await expect(page.locator(".thread")).to_contain_text("Shared by")


async def test_a_link_that_is_not_on_the_list_opens_the_suggestion(page: Page, session: Session) -> None:
    dialog = await use_shortcut(page, session, "Is this on the list?", "see https://example.com/new-thing")
    await expect(dialog.get_by_label("Address")).to_have_value("https://example.com/new-thing")


async def test_the_digest_is_set_up_in_a_modal_whose_zone_completes(page: Page) -> None:
    await type_in_slack(page, "/llmread digest setup")
    dialog = page.get_by_role("dialog", name="Digest of this channel")
    await dialog.get_by_label("At what time?").fill("half past never")
    await dialog.get_by_role("button", name="Turn on").click()
    await expect(dialog.get_by_label("At what time?")).to_have_attribute("aria-invalid", "true")

    await dialog.get_by_label("At what time?").fill("16:30")
    await dialog.get_by_role("button", name="In which time zone?").click()
    await dialog.get_by_role("combobox", name="In which time zone?").fill("lisb")
    await dialog.get_by_role("option", name="Europe/Lisbon").click()
    await dialog.get_by_role("button", name="Turn on").click()

    await expect(page.get_by_role("dialog")).to_contain_text("every Monday at 16:30 Europe/Lisbon")


async def test_home_shows_the_list_and_searches_it(page: Page) -> None:
    await page.get_by_role("button", name="Home", exact=False).click()
    home = page.get_by_role("region", name="App Home")
    await expect(home).to_contain_text("Set-up, for those who manage this workspace")

    await home.get_by_label("Search the list").fill("fine-tuning")
    await home.get_by_label("Search the list").press("Enter")

    await expect(page.get_by_role("dialog")).to_contain_text("for “fine-tuning”")


async def test_the_menu_completes_what_is_typed(page: Page) -> None:
    await type_in_slack(page, "/llmread")
    menu = messages(page, "slack").last
    await menu.get_by_role("button", name="Search the list").click()
    await menu.get_by_role("combobox", name="Search the list").fill("prompt eng")
    await menu.get_by_role("option", name="Prompt Engineering").first.click()

    await expect(messages(page, "slack").last).to_contain_text("Prompt Engineering")
    await expect(messages(page, "slack").last).to_contain_text("Only visible to you")


async def test_home_is_shown_to_each_as_theirs(page: Page) -> None:
    await page.get_by_role("button", name="Home", exact=False).click()
    home = page.get_by_role("region", name="App Home")
    await expect(home).to_contain_text("Set-up, for those who manage this workspace")

    await be(page, "Ben")

    await expect(home).to_contain_text("Sections")
    await expect(home).not_to_contain_text("Set-up, for those who manage this workspace")


async def test_what_was_shared_is_taken_back_without_a_complaint(page: Page) -> None:
    await type_in_slack(page, "/llmread agents")
    await messages(page, "slack").last.get_by_role("button", name="Share").click()
    shared = messages(page, "slack").filter(has_text="Shared by")

    await shared.get_by_role("button", name="Delete").click()

    await expect(shared).to_have_count(0)
    await expect(page.locator(".notices")).to_have_text("")


async def test_markup_that_somebody_typed_is_drawn_as_it_was_typed(page: Page) -> None:
    await type_in_slack(page, "/llmread <!channel> <@UBEN>")

    answer = messages(page, "slack").last
    await expect(answer).to_contain_text("!channel>")
    await expect(answer).not_to_contain_text("@channel")
    await expect(answer).not_to_contain_text("@Ben")
