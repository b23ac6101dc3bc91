"""A playground for each test, and one Chromium for all of them where there is one.

That browser lives in one event loop, and so does everything here.
"""

import os
import shutil
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, ConsoleMessage, Page, Request, async_playwright, expect

from readbot.playground.server import serve_page
from readbot.playground.session import Session, open_session
from readbot.store.database import DATABASE_FILE

from .steps import PATIENCE_S

#: What the bot runs with, besides the playground's own settings: a short table of other words, and a short
#: wait for posts to show up, which a loopback shows at once.
ENVIRON = {"READBOT_ALIASES": str(Path(__file__).parent / "aliases.yaml"), "READBOT_SETTLE_S": "1"}

expect.set_options(timeout=PATIENCE_S * 1000)

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # With a page that stays open: a process for every page takes most of a second to start.
    "--process-per-site",
]


def find_chromium() -> str | None:
    """Return an installed Chromium: ``READBOT_CHROMIUM``, or what is on the path."""
    named = os.environ.get("READBOT_CHROMIUM", "")
    return named or shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture
def data_directory(migrated_file: Path, tmp_path: Path) -> Path:
    """Where a playground keeps its state, with tables in it: making those takes longer than to open them."""
    shutil.copy(migrated_file, tmp_path / DATABASE_FILE)
    return tmp_path


@pytest_asyncio.fixture(loop_scope="session")
async def session(data_directory: Path) -> AsyncIterator[Session]:
    """A playground whose bot is connected to both platforms, with its commands registered."""
    async with open_session(ENVIRON, data_directory=data_directory, patience_s=PATIENCE_S) as opened:
        await opened.discord.until_ready()
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def still_session(
    migrated_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Session]:
    """A playground that tests share which leave it as it was; its bot has registered its commands and left.

    To open one takes longer than they do, and other tests would keep a bot from its connections.
    """
    directory = tmp_path_factory.mktemp("still")
    shutil.copy(migrated_file, directory / DATABASE_FILE)
    async with open_session(ENVIRON, data_directory=directory, patience_s=PATIENCE_S) as opened:
        await opened.discord.until_ready()
        await opened.program.stop()
        yield opened


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def still_address(still_session: Session) -> AsyncIterator[str]:
    async with serve_page(still_session, port=0) as served:
        yield served


@pytest.fixture(scope="session")
def page_port() -> int:
    """A port for every page, or another where somebody has taken it: code from one address is read once."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest_asyncio.fixture(loop_scope="session")
async def address(session: Session, page_port: int) -> AsyncIterator[str]:
    async with serve_page(session, port=page_port) as served:
        yield served


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[BrowserContext]:
    """A browser whose process for pages of this machine runs as long as the tests do."""
    executable = find_chromium()
    if executable is None:
        pytest.skip("no Chromium found; on Debian: apt-get install chromium, or set READBOT_CHROMIUM")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        context = await launched.new_context(
            viewport={"width": 1360, "height": 860}, locale="en-GB", reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_S * 1000)
        stays = await context.new_page()
        await stays.route("**", lambda route: route.fulfill(body=""))
        await stays.goto("http://127.0.0.1/")
        yield context
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: BrowserContext, address: str) -> AsyncIterator[Page]:
    """The page in both layouts' wide form; fails the test on console errors and requests elsewhere."""
    opened = await browser.new_page()
    complaints: list[str] = []

    def note_console(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(f"console {message.type}: {message.text}")

    def note_request(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            complaints.append(f"request to {request.url}")

    opened.on("console", note_console)
    opened.on("pageerror", lambda error: complaints.append(f"page error: {error}"))
    opened.on("request", note_request)
    await opened.goto(address)
    await opened.locator(".pane").first.wait_for()
    yield opened
    await opened.evaluate("localStorage.clear()")
    await opened.close()
    await browser.clear_cookies()
    assert complaints == []
