"""The page for curators: suggestions and their forms, dead links, feeds, and several lists."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from readbot.playground.session import Session, open_session

from .conftest import ENVIRON
from .steps import PATIENCE_S, ask_discord, be, messages, open_discord_command, type_in_slack

pytestmark = pytest.mark.asyncio(loop_scope="session")

LIST = """\
title: On bread
sections:
  - title: Dough
    links:
      - {title: Sourdough basics, url: "https://example.org/sourdough"}
"""
CHEESE = "# On cheese\n\n## Rinds\n\n- [Washed rinds](https://example.org/rinds) - Smelly.\n"


@pytest_asyncio.fixture(loop_scope="session")
async def session(data_directory: Path) -> AsyncIterator[Session]:
    """A playground with two small lists of one's own."""
    (data_directory / "bread.yaml").write_text(LIST)
    (data_directory / "cheese.md").write_text(CHEESE)
    lists = f"{data_directory / 'bread.yaml'},{data_directory / 'cheese.md'}"
    async with open_session({**ENVIRON, "READBOT_LIST": lists}, data_directory=data_directory) as opened:
        await opened.discord.until_ready()
        yield opened


async def run_discord_command(page: Page, name: str) -> None:
    """Send a command without any of its options."""
    await open_discord_command(page, name)
    await page.locator(".command-form .send").click()


async def close_form(page: Page) -> None:
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)


async def open_inspector(page: Page) -> Locator:
    await page.get_by_role("button", name="Inspector", exact=True).click()
    return page.get_by_role("complementary", name="Inspector")


class TestSuggestions:
    async def test_one_travels_from_a_form_through_the_queue_onto_the_list_on_slack(self, page: Page) -> None:
        await be(page, "Ben")
        await type_in_slack(page, "/llmread suggest")
        form = page.get_by_role("dialog", name="Suggest a link")
        await form.get_by_label("Address").fill("https://example.com/yeast")
        await form.get_by_label("Title").fill("On yeast")
        await form.get_by_role("button", name="Suggest", exact=True).click()
        await expect(page.get_by_role("dialog")).to_contain_text("waits for a curator now")
        await close_form(page)

        await be(page, "Ada")
        await expect(page.get_by_role("button", name="readbot has news")).to_be_visible()
        await type_in_slack(page, "/llmread suggestions")
        await messages(page, "slack").get_by_role("button", name="Approve").click()
        form = page.get_by_role("dialog", name="Onto the list")
        await form.get_by_role("button", name="Into which section?").click()
        await form.get_by_role("combobox", name="Into which section?").fill("dou")
        await form.get_by_role("option", name="Dough").click()
        await form.get_by_role("button", name="Approve").click()
        await expect(page.get_by_role("dialog")).to_contain_text("is on the list now, under Dough")
        await close_form(page)

        await be(page, "Ben")
        await page.get_by_role("button", name="readbot has news").click()
        await expect(messages(page, "slack")).to_contain_text("“On yeast” is on the list now")
        await expect(page.get_by_role("button", name="has news")).to_have_count(0)
        await type_in_slack(page, "/llmread yeast")
        link = messages(page, "slack").last.get_by_role("link", name="On yeast")
        await expect(link).to_have_attribute("href", "https://example.com/yeast")

    async def test_one_travels_from_a_form_through_the_queue_onto_the_list_on_discord(
        self, page: Page
    ) -> None:
        await be(page, "Ben")
        await run_discord_command(page, "/readbot suggest")
        form = page.get_by_role("dialog", name="Suggest a link")
        await form.get_by_label("Address").fill("https://example.com/yeast")
        await form.get_by_label("Title").fill("On yeast")
        await form.get_by_role("button", name="Submit").click()
        await expect(messages(page, "discord")).to_contain_text("waits for a curator now")

        await be(page, "Ada")
        await run_discord_command(page, "/readbot-curate suggestions")
        await messages(page, "discord").get_by_role("button", name="Approve").click()
        form = page.get_by_role("dialog", name="Onto the list")
        await expect(form.get_by_role("link", name="“On yeast”")).to_be_visible()
        await form.get_by_role("button", name="Into which section?").click()
        await form.get_by_role("option", name="Dough").click()
        await form.get_by_role("button", name="Submit").click()
        await expect(messages(page, "discord")).to_contain_text("is on the list now, under Dough")

        await ask_discord(page, "yeast")
        link = messages(page, "discord").last.get_by_role("link", name="On yeast")
        await expect(link).to_have_attribute("href", "https://example.com/yeast")


class TestLinks:
    async def test_one_that_dies_is_labelled_on_both_platforms_until_it_is_mended(self, page: Page) -> None:
        inspector = await open_inspector(page)
        await inspector.get_by_role("button", name="Let a link die").click()
        await expect(inspector).to_contain_text("“Sourdough basics” is gone.")

        await type_in_slack(page, "/llmread sourdough")
        await ask_discord(page, "sourdough")
        for platform in ("slack", "discord"):
            answer = messages(page, platform).last
            await expect(answer).to_contain_text("gone since")
            copy = answer.get_by_role("link", name="archived copy")
            await expect(copy).to_have_attribute(
                "href", "https://web.archive.org/web/2/https://example.org/sourdough"
            )

        await inspector.get_by_role("button", name="Mend it: “Sourdough basics”").click()
        await expect(inspector.get_by_role("group", name="Links")).not_to_contain_text("is gone")
        await type_in_slack(page, "/llmread sourdough")
        await expect(messages(page, "slack")).to_have_count(2)
        await expect(messages(page, "slack").last).not_to_contain_text("gone since")

    async def test_nothing_is_left_to_die_says_so(self, page: Page) -> None:
        inspector = await open_inspector(page)
        button = inspector.get_by_role("button", name="Let a link die")
        await button.click()
        await expect(inspector).to_contain_text("is gone")

        await button.click()

        await expect(page.locator(".notices")).to_contain_text("All links are dead.")


class TestFeeds:
    async def test_the_sidebar_leads_to_the_list_as_the_program_serves_it(self, page: Page) -> None:
        places = page.get_by_role("navigation", name="Places")
        for path, words in (
            ("/feed.xml", "<title>On bread</title>"),
            ("/feed.json", '"title": "On bread"'),
            ("/llms.txt", "# On bread"),
        ):
            address = await places.get_by_role("link", name=path).get_attribute("href")
            assert address
            assert words in await (await page.request.get(address)).text()

    async def test_they_are_gone_while_the_bot_is_stopped(self, page: Page, session: Session) -> None:
        link = page.get_by_role("link", name="/feed.xml")
        await expect(link).to_be_visible()

        await session.program.stop()

        await expect(link).to_have_count(0)


class TestLists:
    async def test_a_list_that_is_chosen_is_read_in_that_workspace_from_then_on(self, page: Page) -> None:
        await type_in_slack(page, "/llmread lists")
        await expect(messages(page, "slack")).to_contain_text("On bread (bread), 1 link")

        await messages(page, "slack").get_by_role("button", name="cheese").click()

        await expect(messages(page, "slack")).to_contain_text("On cheese (cheese), 1 link · this one is read")
        await type_in_slack(page, "/llmread rinds")
        await expect(messages(page, "slack").last).to_contain_text("Washed rinds")

    async def test_a_file_that_is_edited_while_the_page_is_open_takes_effect(
        self, page: Page, session: Session, tmp_path: Path
    ) -> None:
        opened, reloaded = session.program.process, asyncio.Event()
        assert opened is not None
        loop = asyncio.get_running_loop()

        def tell() -> None:
            loop.call_soon_threadsafe(reloaded.set)

        opened.shelves.listen(tell)
        (tmp_path / "bread.yaml").write_text(LIST + '      - {title: Rye, url: "https://example.org/rye"}\n')
        async with asyncio.timeout(PATIENCE_S):
            await reloaded.wait()

        await type_in_slack(page, "/llmread rye")

        await expect(messages(page, "slack")).to_contain_text("Rye")
