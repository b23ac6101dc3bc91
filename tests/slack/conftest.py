"""A loopback Slack with the real app behind it: Bolt, the HTTP guard, the real bot on a small list."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from readbot import web
from readbot.bootstrap import load_library
from readbot.conversation.bot import Bot
from readbot.front_desk import FrontDesk
from readbot.playground.loopback_slack import APP_TOKEN, SIGNING_SECRET, LoopbackSlack
from readbot.ports import Conversation
from readbot.settings import Secret, Settings
from readbot.store import DATABASE_FILE, Store
from readbot_slack import SlackPlatform
from tests.slack.digesting import Room, run_room
from tests.slack.paths import ALIASES_PATH, LIST_PATH
from tests.slack.patient import make_slack
from tests.waiting import LAST_RESORT_S

ServeHttp = Callable[[Conversation], contextlib.AbstractAsyncContextManager[str]]


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is put off, however busy the machine is: only tests of a wait have it short."""
    for wait in (
        "listeners.answering.MODAL_PATIENCE_S",
        "listeners.submissions.PATIENCE_S",
        "languages.PATIENCE_S",
        "installations.PATIENCE_S",
        "installations._LOOKS",
        "doctor._TIMEOUT_S",
        "response_url.TIMEOUT_S",
        "web_api.CALL_TIMEOUT_S",
    ):
        monkeypatch.setattr(f"readbot_slack.{wait}", int(LAST_RESORT_S))
    for module in ("people", "home", "digests.desk", "curation.staff"):
        monkeypatch.setattr(f"readbot.{module}.ASK_TIMEOUT_S", LAST_RESORT_S)


@pytest.fixture
def home(tmp_path: Path, migrated_file: Path) -> Path:
    """A data directory whose database has its tables already."""
    shutil.copy(migrated_file, tmp_path / DATABASE_FILE)
    return tmp_path


@pytest.fixture(scope="session")
def bot() -> FrontDesk:
    return FrontDesk(Bot(load_library(list_path=LIST_PATH, aliases_path=ALIASES_PATH)))


@pytest.fixture
async def slack() -> AsyncIterator[LoopbackSlack]:
    """A loopback Slack, serving; nobody has connected to it."""
    async with make_slack() as slack:
        yield slack


@pytest.fixture
def serve_http(slack: LoopbackSlack, store: Store) -> ServeHttp:
    """Serve the app for a conversation over HTTP within a block; gives its request URL."""

    @contextlib.asynccontextmanager
    async def serve(conversation: Conversation) -> AsyncIterator[str]:
        settings = Settings(
            slack_bot_token=Secret(slack.team().bot_token),
            slack_signing_secret=Secret(SIGNING_SECRET),
            slack_api_url=slack.api_url,
        )
        connection = SlackPlatform().connect(conversation, settings, store)
        assert connection is not None
        running = asyncio.create_task(connection.run())
        async with web.serve(web.make_app({"slack": connection}), host="127.0.0.1", port=0) as port:
            url = f"http://127.0.0.1:{port}/slack/events"
            slack.deliver_to(url)
            yield url
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    return serve


@pytest.fixture
async def app(serve_http: ServeHttp, bot: FrontDesk, slack: LoopbackSlack) -> AsyncIterator[LoopbackSlack]:
    """The loopback Slack with the app behind it over HTTP."""
    async with serve_http(bot):
        yield slack


@pytest.fixture
async def socket_app(bot: FrontDesk, slack: LoopbackSlack, store: Store) -> AsyncIterator[LoopbackSlack]:
    """The loopback Slack with the app behind it over Socket Mode."""
    settings = Settings(
        slack_bot_token=Secret(slack.team().bot_token),
        slack_app_token=Secret(APP_TOKEN),
        slack_api_url=slack.api_url,
    )
    connection = SlackPlatform().connect(bot, settings, store)
    assert connection is not None
    running = asyncio.create_task(connection.run())
    await slack.sockets.wait_for_connections(1)
    yield slack
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


@pytest.fixture(params=["http", "socket"])
def any_app(request: pytest.FixtureRequest) -> LoopbackSlack:
    """The loopback Slack with the app behind it, once over HTTP and once over Socket Mode."""
    app: LoopbackSlack = request.getfixturevalue("app" if request.param == "http" else "socket_app")
    return app


@pytest.fixture
async def room(slack: LoopbackSlack, home: Path) -> AsyncIterator[Room]:
    """A channel with readbot behind it over HTTP, digests and all desks included."""
    async with run_room(slack, home) as room:
        yield room


@pytest.fixture(params=["http", "socket"])
async def any_room(request: pytest.FixtureRequest, slack: LoopbackSlack, home: Path) -> AsyncIterator[Room]:
    """The same, once over HTTP and once over Socket Mode."""
    settings = {} if request.param == "http" else {"slack_app_token": Secret(APP_TOKEN)}
    async with run_room(slack, home, **settings) as room:
        if request.param == "socket":
            await slack.sockets.wait_for_connections(1)
            slack.delivery = slack.sockets
        yield room
