"""Take the pictures of the playground that the README and docs/ show: ``make pictures``.

Each picture is a scene: a fresh playground, a few things that somebody does, and a screenshot. Names of
scenes on the command line take only those.
"""

import asyncio
import contextlib
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

from readbot.playground.server import serve_page
from readbot.playground.session import open_session

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The same letters on every machine.
    "--font-render-hinting=none",
]
WIDE = (1360, 860)
PHONE = (390, 844)

Scene = Callable[[Page], Awaitable[None]]
SCENES: dict[str, tuple[Scene, str, tuple[int, int]]] = {}


def scene(name: str, *, theme: str = "light", size: tuple[int, int] = WIDE) -> Callable[[Scene], Scene]:
    """Register what happens before the picture *name* is taken."""

    def register(do: Scene) -> Scene:
        SCENES[name] = (do, theme, size)
        return do

    return register


async def show(page: Page, layout: str) -> None:
    """Show Slack, Discord or Both; on a phone the choice is behind a button."""
    if await page.get_by_role("button", name="Places").is_visible():
        await page.get_by_role("button", name="Places").click()
    await page.get_by_role("radio", name=layout).check(force=True)
    await page.keyboard.press("Escape")


async def type_in_slack(page: Page, words: str) -> None:
    field = page.locator(".pane.slack .pane-main .composer input")
    await field.fill(words)
    await field.press("Enter")


async def ask_discord(page: Page, query: str, **options: str) -> None:
    """Fill in and send ``/llmread``; an option's value is picked from what Discord offers."""
    field = page.locator(".pane.discord .composer input")
    await field.fill("/llmread")
    await field.press("Enter")
    await page.locator("[data-option=query]").fill(query)
    for name, value in options.items():
        await page.get_by_role("button", name=f"+ {name}").click()
        await page.locator(f"[data-option={name}]").fill(value)
        await page.get_by_role("option").filter(has_text=value).first.click()
    await page.locator(".command-form .send").click()


async def say_on_discord(page: Page, words: str) -> None:
    field = page.locator(".pane.discord .composer input")
    await field.fill(words)
    await field.press("Enter")


async def answered(page: Page, pane: str, count: int = 1) -> None:
    await page.locator(f".pane.{pane} .message").nth(count - 1).wait_for()


@scene("playground")
async def both_platforms(page: Page) -> None:
    await show(page, "Both")
    await type_in_slack(page, "/llmread fine-tunning")
    await ask_discord(page, "quantiztion")
    await answered(page, "slack")
    await answered(page, "discord")


@scene("playground-dark", theme="dark")
async def both_platforms_in_the_dark(page: Page) -> None:
    await both_platforms(page)


@scene("slack-menu")
async def menu_on_slack(page: Page) -> None:
    await show(page, "Slack")
    await type_in_slack(page, "/llmread")
    await answered(page, "slack")


@scene("slack-commands")
async def commands_on_slack(page: Page) -> None:
    await show(page, "Slack")
    await page.locator(".pane.slack .composer input").fill("/")


@scene("slack-share")
async def shared_on_slack(page: Page) -> None:
    await show(page, "Slack")
    await type_in_slack(page, "/llmread lora")
    await answered(page, "slack")
    await page.get_by_role("button", name="Share").click()
    await answered(page, "slack", 2)
    await page.get_by_role("radio", name="Ben").check(force=True)


@scene("slack-shortcut")
async def reading_for_a_message(page: Page) -> None:
    await show(page, "Slack")
    await page.get_by_role("radio", name="Ben").check(force=True)
    words = "hi all, has anybody here compared fine-tuning a small model with prompting a big one? cost is my worry"
    await type_in_slack(page, words)
    await answered(page, "slack")
    await page.get_by_role("radio", name="Ada").check(force=True)
    message = page.locator(".pane.slack .message").first
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await page.get_by_role("menuitem", name="Find reading for this").click()
    await page.get_by_role("dialog").get_by_role("button", name="Post as reply").wait_for()


@scene("slack-home")
async def home_on_slack(page: Page) -> None:
    await show(page, "Slack")
    await type_in_slack(page, "/llmread digest on monday 9:00 Europe/Berlin")
    await answered(page, "slack")
    await page.get_by_role("button", name="To the next digest").click()
    await answered(page, "slack", 3)
    await page.get_by_role("button", name="Home").click()
    await page.get_by_role("region", name="App Home").get_by_text("Set-up").wait_for()


@scene("slack-digest-form")
async def digest_form_on_slack(page: Page) -> None:
    await show(page, "Slack")
    await type_in_slack(page, "/llmread digest setup")
    await page.get_by_role("dialog", name="Digest of this channel").wait_for()


async def open_install_page(page: Page, *, height: int) -> None:
    """Go to readbot's own page, where a workspace lets it in."""
    await show(page, "Slack")
    link = page.get_by_role("link", name="Add to another workspace")
    await page.goto(await link.evaluate("link => link.href"))
    await page.set_viewport_size({"width": 760, "height": height})


@scene("slack-install")
async def before_an_install(page: Page) -> None:
    await open_install_page(page, height=990)


@scene("slack-installed")
async def after_an_install(page: Page) -> None:
    await open_install_page(page, height=520)
    await page.get_by_role("link", name="Add to Slack").click()
    await page.get_by_label("channels:history").uncheck()
    await page.get_by_role("button", name="Allow").click()
    await page.get_by_role("link", name="Open Slack").wait_for()


@scene("discord-autocomplete", theme="dark")
async def autocomplete_on_discord(page: Page) -> None:
    await show(page, "Discord")
    field = page.locator(".pane.discord .composer input")
    await field.fill("/llmread")
    await field.press("Enter")
    await page.locator("[data-option=query]").press_sequentially("fine", delay=20)
    await page.locator("[role=option]").first.wait_for()


@scene("discord-share", theme="dark")
async def shared_on_discord(page: Page) -> None:
    await show(page, "Discord")
    await ask_discord(page, "prompt injection")
    await answered(page, "discord")
    await page.get_by_role("button", name="Share").click()
    await answered(page, "discord", 2)


@scene("discord-menu", theme="dark")
async def reading_for_a_message_on_discord(page: Page) -> None:
    await show(page, "Discord")
    await say_on_discord(page, "Does anybody know how fine-tuning differs from RAG?")
    message = page.locator(".pane.discord .message").first
    await message.hover()
    await message.get_by_role("button", name="More actions").click()
    await message.get_by_role("menuitem", name="Find reading for this").click()
    await answered(page, "discord", 2)


@scene("discord-digest-form", theme="dark")
async def digest_form_on_discord(page: Page) -> None:
    await show(page, "Discord")
    await say_on_discord(page, "/readbot digest setup")
    await page.locator(".command-form .send").click()
    form = page.get_by_role("dialog", name="Digest of this channel")
    await form.get_by_label("In which time zone?").fill("Lisbon")


@scene("discord-german", theme="dark")
async def an_answer_in_german(page: Page) -> None:
    await show(page, "Discord")
    await page.get_by_role("button", name="Your language on Discord").click()
    await page.get_by_role("option", name="Deutsch").click()
    await ask_discord(page, "fine-tuning")
    await answered(page, "discord")


@scene("inspector")
async def inspector(page: Page) -> None:
    await show(page, "Slack")
    await type_in_slack(page, "/llmread gpt-3")
    await answered(page, "slack")
    await page.get_by_role("button", name="Inspector", exact=True).click()
    await page.get_by_text("ack", exact=True).click()


@scene("digest")
async def digest_by_time_travel(page: Page) -> None:
    await show(page, "Slack")
    await type_in_slack(page, "/llmread digest on monday 9:00 Europe/Berlin")
    await answered(page, "slack")
    travel = page.get_by_role("button", name="To the next digest")
    await travel.click()
    await answered(page, "slack", 3)
    await page.locator(".topbar .button:not(:disabled)").first.wait_for()
    await page.get_by_role("button", name="Inspector", exact=True).click()


@scene("suggestions")
async def queue_of_suggestions(page: Page) -> None:
    await show(page, "Slack")
    await page.get_by_role("radio", name="Ben").check(force=True)
    for number, words in enumerate(
        (
            "https://www.pinecone.io/learn/chunking-strategies/ The ultimate guide to chunking",
            "https://simonwillison.net/2024/Dec/31/llms-in-2024/ What we learned about LLMs in 2024",
        )
    ):
        await type_in_slack(page, f"/llmread suggest {words}")
        await answered(page, "slack", number + 1)
    await page.get_by_role("radio", name="Ada").check(force=True)
    await type_in_slack(page, "/llmread suggestions")
    await answered(page, "slack")


@scene("discord-suggest", theme="dark")
async def suggestion_on_discord(page: Page) -> None:
    await show(page, "Discord")
    await page.get_by_role("radio", name="Ben").check(force=True)
    await page.locator(".pane.discord .composer input").fill("/readbot suggest")
    await page.locator(".pane.discord .composer input").press("Enter")
    await page.locator(".command-form .send").click()
    form = page.get_by_role("dialog", name="Suggest a link")
    await form.get_by_label("Address").fill("https://simonwillison.net/2024/Dec/31/llms-in-2024/")
    await form.get_by_label("Title").fill("What we learned about LLMs in 2024")
    await form.get_by_label("Why is it good?").fill("A calm look back, by somebody who uses them every day.")


@scene("dead-link")
async def a_dead_link(page: Page) -> None:
    await show(page, "Both")
    await page.get_by_role("button", name="Inspector", exact=True).click()
    await page.get_by_role("button", name="Let a link die").click()
    await page.locator(".dead-link").wait_for()
    await page.get_by_role("button", name="Close inspector").click()
    # The first link of the list, which is the one that dies.
    await type_in_slack(page, "/llmread word2vec")
    await ask_discord(page, "word2vec")
    await answered(page, "slack")
    await answered(page, "discord")


@scene("phone", size=PHONE)
async def on_a_phone(page: Page) -> None:
    await show(page, "Slack")
    await type_in_slack(page, "/llmread evaluation")
    await answered(page, "slack")


@scene("phone-dark", theme="dark", size=PHONE)
async def on_a_phone_in_the_dark(page: Page) -> None:
    await show(page, "Discord")
    await ask_discord(page, "rlhf")
    await answered(page, "discord")


@contextlib.asynccontextmanager
async def playground() -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory() as directory:
        async with (
            open_session({}, data_directory=Path(directory)) as session,
            serve_page(session, port=0) as address,
        ):
            await session.discord.until_ready()
            yield address


async def take(browser: Browser, name: str, folder: Path) -> None:
    do, theme, (width, height) = SCENES[name]
    async with playground() as address:
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            device_scale_factor=2 if width < 600 else 1,
            color_scheme="dark" if theme == "dark" else "light",
            locale="en-GB",
            timezone_id="Europe/Berlin",
            reduced_motion="reduce",
        )
        page = await context.new_page()
        page.on("console", lambda message: print(f"{name}: {message.text}", file=sys.stderr))
        await page.goto(address)
        await do(page)
        # Custom elements and fonts draw a moment later.
        await page.mouse.move(0, 0)
        await page.evaluate("document.fonts.ready")
        await page.wait_for_timeout(300)
        await page.screenshot(path=folder / f"{name}.png")
        await context.close()
    print(f"{folder / name}.png")


async def main(names: list[str], folder: Path = PICTURES) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for name in names or SCENES:
            await take(browser, name, folder)
        await browser.close()


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(sys.argv[1:]))
