"""What tests of the page do again and again, and an app that stands in for the bot."""

import asyncio
from collections.abc import Callable
from typing import Any

from playwright.async_api import Locator, Page, expect

from readbot.playground.loopback_slack import Ack, Retry
from readbot.playground.session import Session

Json = dict[str, Any]

#: How long the bot and the browser may take for anything: it says how busy the machine is, and no more.
PATIENCE_S = 60.0


def messages(page: Page, platform: str) -> Locator:
    return page.locator(f".pane.{platform} .pane-main .message")


async def type_in_slack(page: Page, words: str) -> None:
    field = page.locator(".pane.slack .pane-main .composer input")
    await field.fill(words)
    await field.press("Enter")


async def open_discord_command(page: Page, name: str) -> None:
    field = page.locator(".pane.discord .composer input")
    await field.fill(name)
    # What they may use here, in their language, is told to the page when it asks for it.
    await page.locator(".pane.discord [role=option]").first.wait_for()
    await field.press("Enter")


async def ask_discord(page: Page, query: str) -> None:
    await open_discord_command(page, "/llmread")
    await page.locator("[data-option=query]").fill(query)
    await page.locator("[data-option=query]").press("Enter")


async def go_to_on_discord(page: Page, place: str) -> None:
    """Go to one of Discord's places, which come last."""
    await page.locator(".sidebar").get_by_role("button", name=place).last.click()


async def be(page: Page, name: str) -> None:
    await page.get_by_role("radio", name=name).check(force=True)


async def restart(page: Page) -> None:
    """Restart the bot in the open inspector, and wait until it is there again."""
    button = page.get_by_role("button", name="Restart the bot")
    await button.click()
    await expect(button).to_be_enabled()
    await expect(page.locator(".bot-status")).to_contain_text("Running")


async def until(session: Session, is_true: Callable[[], bool]) -> None:
    """Wait until *is_true*, which is asked again at everything that a page is told."""
    happened = asyncio.Event()
    forget = session.listen(lambda _event: happened.set())
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not is_true():
                happened.clear()
                await happened.wait()
    finally:
        forget()


async def tab_to(page: Page, label: str) -> None:
    """Press Tab until something whose name begins with *label* has the focus."""
    for _ in range(30):
        await page.keyboard.press("Tab")
        name = await page.evaluate("document.activeElement.ariaLabel ?? document.activeElement.innerText")
        if name.startswith(label):
            return
    raise AssertionError(f"Tab does not reach {label!r}")


class ScriptedApp:
    """Stands where the bot's delivery is, and answers as told, one answer a payload."""

    def __init__(self, *answers: Json) -> None:
        self._answers = list(answers)
        self.delivered: list[Json] = []

    async def deliver(self, kind: str, payload: Json, *, retry: Retry | None = None) -> Ack:
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
