"""What readbot does on Discord, in the page: message menus, forms, mentions, languages, shared answers."""

import pytest
from playwright.async_api import Page, expect

from readbot.playground.scene import FORUM
from readbot.playground.session import Session

from .steps import ask_discord, be, go_to_on_discord, messages, open_discord_command

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def say(page: Page, words: str) -> None:
    field = page.locator(".pane.discord .composer input")
    await field.fill(words)
    await field.press("Enter")


async def pick_from_menu(page: Page, index: int, item: str) -> None:
    message = messages(page, "discord").nth(index)
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await message.get_by_role("menuitem", name=item).click()


async def test_reading_for_a_message_is_posted_as_a_reply_to_it(page: Page, session: Session) -> None:
    await say(page, "does fine-tuning pay?")
    await pick_from_menu(page, 0, "Find reading for this")
    await expect(messages(page, "discord").nth(1)).to_contain_text("Reading for this message")

    await page.get_by_role("button", name="Post as reply").click()

    await expect(messages(page, "discord").last).to_contain_text("Shared by")
    await expect(messages(page, "discord").nth(1)).to_contain_text("Posted.")
    sent = next(e.body for e in session.wire.entries if "message_reference" in str(e.body))
    assert sent["allowed_mentions"]["parse"] == []


async def test_a_link_that_is_not_on_the_list_opens_the_form_for_it(page: Page) -> None:
    await say(page, "have you seen https://example.org/new ?")
    await pick_from_menu(page, 0, "Is this on the list?")
    form = page.get_by_role("dialog", name="Suggest a link")
    await expect(form.get_by_label("Address")).to_have_value("https://example.org/new")

    await form.get_by_label("Title").fill("Something new")
    await form.get_by_role("button", name="Submit").click()

    await expect(messages(page, "discord").last).to_contain_text("Thank you!")


async def test_a_form_with_a_mistake_is_edited_again(page: Page) -> None:
    await open_discord_command(page, "/readbot digest setup")
    await page.locator(".command-form .send").click()
    form = page.get_by_role("dialog", name="Digest of this channel")
    await form.get_by_label("At what time?").fill("half past")
    await form.get_by_label("In which time zone?").fill("Lisbon")
    await form.get_by_role("button", name="Submit").click()
    await expect(messages(page, "discord").last).to_contain_text("Not quite yet")

    await page.get_by_role("button", name="Edit again").click()
    await expect(form.get_by_label("At what time?")).to_have_value("half past")
    await form.get_by_label("At what time?").fill("16:30")
    await form.get_by_role("button", name="Submit").click()

    await expect(messages(page, "discord").first).to_contain_text("every Monday at 16:30 Europe/Lisbon")


async def test_what_the_form_has_no_room_for_is_picked_below_its_answer(page: Page) -> None:
    await open_discord_command(page, "/readbot digest setup")
    await page.locator(".command-form .send").click()
    form = page.get_by_role("dialog", name="Digest of this channel")
    await form.get_by_label("In which time zone?").fill("Lisbon")
    await form.get_by_role("button", name="Submit").click()
    answer = messages(page, "discord").filter(has_text="It is on")
    await expect(answer).to_contain_text("every Monday at 09:00 Europe/Lisbon")

    await answer.get_by_role("button", name="More settings").click()
    await page.get_by_role("option", name="Post without a notification").click()

    await expect(answer).to_contain_text("posted silently")


async def test_a_digest_in_a_forum_is_a_post_whose_buttons_speak_of_the_forum(page: Page) -> None:
    await open_discord_command(page, "/readbot digest on")
    for option, words in (("zone", "Lisbon"), ("channel", FORUM)):
        await page.get_by_role("button", name=f"+ {option}").click()
        await page.locator(f"[data-option={option}]").fill(words)
        await page.get_by_role("option").filter(has_text=words).first.click()
    await page.locator(".command-form .send").click()
    await expect(messages(page, "discord").last).to_contain_text("The digest is on")

    await page.get_by_role("button", name="To the next digest").click()
    await go_to_on_discord(page, FORUM)
    await page.locator(".forum li button").first.click()
    await expect(messages(page, "discord").first).to_contain_text("Link of the week")
    await page.get_by_role("button", name="Settings").click()

    await expect(messages(page, "discord").last).to_contain_text("It is on")


async def test_an_answer_is_in_the_language_of_whoever_asks(page: Page) -> None:
    await page.get_by_role("button", name="Your language on Discord").click()
    await page.get_by_role("option", name="Deutsch").click()

    await open_discord_command(page, "/readbot hilfe")
    await page.locator(".command-form .send").click()

    await expect(messages(page, "discord")).to_contain_text("So fragst du")


async def test_only_who_shared_an_answer_deletes_it(page: Page) -> None:
    await ask_discord(page, "attention")
    await page.get_by_role("button", name="Share").click()
    shared = messages(page, "discord").last
    await expect(shared).to_contain_text("Shared by")

    await be(page, "Ben")
    await page.get_by_role("button", name="Delete").click()
    await expect(messages(page, "discord").last).to_contain_text("Only whoever shared this can delete it.")

    await be(page, "Ada")
    await page.get_by_role("button", name="Delete").click()
    await expect(messages(page, "discord").filter(has_text="Shared by")).to_have_count(0)
