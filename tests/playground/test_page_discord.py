"""Discord in the page: threads and forums, languages, answers, what a message's menu does."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, expect

from readbot.playground.deeds import Deed
from readbot.playground.scene import FORUM, FORUM_TAGS
from readbot.playground.session import Session

from .steps import be, go_to_on_discord, messages

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


async def test_the_bot_answers_when_it_is_mentioned_and_in_private(page: Page) -> None:
    await say(page, "@readbot attention")
    await expect(messages(page, "discord").nth(1)).to_contain_text("Attention is all you Need")

    await go_to_on_discord(page, "readbot")
    await say(page, "attention")

    await expect(messages(page, "discord").nth(1)).to_contain_text("Attention is all you Need")


async def test_a_message_gets_a_thread_in_which_one_writes_on(page: Page) -> None:
    await say(page, "what about bread?")
    await pick_from_menu(page, 0, "Create thread")
    await expect(page.locator(".pane.discord h1")).to_contain_text("what about bread?")

    await say(page, "rye")

    await expect(messages(page, "discord")).to_contain_text(["rye"])
    await expect(page.locator(".places .is-thread")).to_contain_text("what about bread?")


async def test_a_post_begins_in_a_forum(page: Page) -> None:
    await go_to_on_discord(page, FORUM)
    form = page.get_by_role("form", name="New post")
    await form.get_by_label("Title of the post").fill("Next month")
    await form.get_by_label("First message of the post").fill("What do we read?")
    await form.get_by_label("Tag").select_option(FORUM_TAGS[1])
    await form.get_by_role("button", name="Post").click()

    await expect(page.locator(".pane.discord h1")).to_contain_text("Next month")
    await expect(messages(page, "discord")).to_contain_text(["What do we read?"])
    await go_to_on_discord(page, FORUM)
    await expect(page.locator(".forum li")).to_contain_text(f"{FORUM_TAGS[1]}Next month")


async def test_an_answer_shows_what_it_answers_and_silence_shows(page: Page) -> None:
    await say(page, "what about bread?")
    await pick_from_menu(page, 0, "Reply")
    await expect(page.locator(".answering")).to_contain_text("Replying to Ada")

    await say(page, "@silent rye")

    answer = messages(page, "discord").nth(1)
    await expect(answer.locator("discord-reply")).to_contain_text("what about bread?")
    await expect(answer.locator(".silent")).to_be_visible()
    await expect(page.locator(".answering")).to_have_count(0)


async def test_commands_appear_in_the_persons_language(page: Page, session: Session) -> None:
    for command in session.discord.world.commands[None]:
        if command["name"] == "llmread":
            command["name_localizations"] = {"de": "lesen"}
    language = page.get_by_role("button", name="Your language on Discord")
    await language.click()
    await page.get_by_role("option", name="Deutsch").click()
    await expect(language).to_contain_text("Deutsch")
    field = page.locator(".pane.discord .composer input")
    await field.fill("/le")
    await page.get_by_role("option", name="/lesen").click()

    await page.locator("[data-option=query]").fill("attention")
    await page.locator("[data-option=query]").press("Enter")

    await expect(messages(page, "discord")).to_contain_text(["Attention is all you Need"])
    sent = next(entry.body for entry in session.wire.entries if entry.what == "/llmread")
    assert sent["locale"] == "de"


async def test_what_is_offered_stays_while_it_is_asked_for_again(
    page: Page, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    side, is_typed = session.sides["discord"], asyncio.Event()
    do = side.do

    async def do_slowly(deed: Deed) -> Any:
        if deed.what == "offers":
            await is_typed.wait()
        return await do(deed)

    await page.get_by_role("button", name="Your language on Discord").click()
    await page.get_by_role("option", name="Deutsch").click()
    field = page.locator(".pane.discord .composer input")
    await field.fill("/readbot hilfe")
    await expect(page.get_by_role("option", name="/readbot hilfe")).to_be_visible()
    monkeypatch.setattr(side, "do", do_slowly)
    world = side.describe_world()
    session.push({"event": "world", "world": world | {"workspace": "Somewhere else"}})
    await expect(page.locator(".sidebar")).to_contain_text("Somewhere else")

    await field.press("Enter")
    is_typed.set()

    await expect(page.locator(".command-form .command-name")).to_have_text("/readbot hilfe")


async def test_a_member_deletes_her_own_messages_and_an_admin_all(page: Page) -> None:
    await say(page, "hers")
    await be(page, "Ben")
    await say(page, "his")
    await messages(page, "discord").nth(0).hover()
    await messages(page, "discord").nth(0).get_by_role("button", name="More actions").click()
    await expect(page.get_by_role("menuitem", name="Delete message")).to_have_count(0)
    await page.keyboard.press("Escape")

    await be(page, "Ada")
    await pick_from_menu(page, 1, "Delete message")

    await expect(messages(page, "discord")).to_have_count(1)


async def test_a_modal_with_every_kind_of_field_is_filled_in(page: Page, session: Session) -> None:
    options = [{"label": "Weekly", "value": "w"}, {"label": "Daily", "value": "d"}]
    rows = [
        {"type": 21, "custom_id": "pace", "options": options},
        {"type": 22, "custom_id": "more", "options": options},
        {"type": 23, "custom_id": "sure"},
        {"type": 3, "custom_id": "one", "options": options},
        {"type": 5, "custom_id": "who"},
    ]
    components = [
        {"type": 18, "id": n, "label": f"Field {n}", "component": {**row, "id": n + 10}}
        for n, row in enumerate(rows)
    ]
    view = {"title": "A digest", "custom_id": "x", "components": components}
    session.push(
        {
            "event": "view",
            "view": {"platform": "discord", "id": "1", "person": "ada", "payload": view},
        }
    )
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog.locator(".field-error")).to_have_count(4)

    await dialog.get_by_role("radio", name="Daily").check()
    await dialog.get_by_role("checkbox", name="Weekly").check()
    await dialog.get_by_label("Field 2").check()
    for field, pick in (("Field 3", "Daily"), ("Field 4", "Ben")):
        await dialog.get_by_role("button", name=field).click()
        await page.get_by_role("option", name=pick).click()

    await expect(dialog.locator(".field-error")).to_have_count(0)
