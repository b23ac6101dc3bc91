import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route

from readbot.bootstrap import make_bot
from readbot.conversation.bot import Bot
from readbot.conversation.library import Library
from readbot.front_desk import FrontDesk
from readbot.playground.faults import Faults
from readbot.playground.loopback_discord import LoopbackDiscord
from readbot.playground.loopback_discord.server import LAST_RESORT_S
from readbot.search import SearchIndex, load_aliases
from readbot.settings import Settings
from readbot.store import DATABASE_FILE

from .loopback import NOT_CAPTURED, Api, Clock
from .reading import READING_LIST
from .scenes import Scene, make_discord, make_scene, running
from .towns import ALIASES_PATH, Town, living


@pytest.fixture(autouse=True)
def _keep_addresses() -> Iterator[None]:
    """Addresses are global in discord.py: no test leaves its own behind."""
    base, gateway = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    yield
    Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = base, gateway


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for forms and for Discord, however busy the machine is: only tests of a wait have it short."""
    monkeypatch.setattr("readbot_discord.answering.FORM_PATIENCE_S", LAST_RESORT_S)
    for module in ("people", "home", "digests.desk", "curation.staff"):
        monkeypatch.setattr(f"readbot.{module}.ASK_TIMEOUT_S", LAST_RESORT_S)


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin anew sooner than Discord would have it; the loopback does not mind."""
    monkeypatch.setattr("readbot_discord.platform._FIRST_WAIT_S", 0.05)
    monkeypatch.setattr("readbot_discord.sessions.IDENTIFY_EVERY_S", 0.05)


@pytest.fixture(scope="session")
def bot() -> FrontDesk:
    """readbot over a small list that stays as it is."""
    index = SearchIndex(READING_LIST, load_aliases(ALIASES_PATH))
    return FrontDesk(Bot(Library(reading_list=READING_LIST, index=index)))


@pytest.fixture(scope="session")
def shipped_bot() -> Bot:
    """The bot over the list that ships."""
    return make_bot(Settings())


@pytest.fixture
async def quiet_scene() -> AsyncIterator[Scene]:
    """A scene in which nobody answers yet."""
    async with make_discord() as discord:
        yield make_scene(discord)


@pytest.fixture
async def scene(quiet_scene: Scene, bot: FrontDesk) -> AsyncIterator[Scene]:
    """A scene in which readbot is connected."""
    async with running(quiet_scene.discord, bot):
        yield quiet_scene


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def bare(clock: Clock) -> AsyncIterator[Scene]:
    """A scene of its own clock without readbot, whose calls are not captured."""
    async with LoopbackDiscord(capture=NOT_CAPTURED, clock=clock) as discord:
        discord.people.patience_s = LAST_RESORT_S
        yield make_scene(discord)


@pytest.fixture
async def api(bare: Scene) -> AsyncIterator[Api]:
    async with aiohttp.ClientSession() as session:
        yield Api(bare.discord, session)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
async def discord(faults: Faults) -> AsyncIterator[LoopbackDiscord]:
    async with make_discord(faults=faults) as discord:
        yield discord


@pytest.fixture
def home(tmp_path: Path, migrated_file: Path) -> Path:
    """A data directory whose database has its tables already."""
    shutil.copy(migrated_file, tmp_path / DATABASE_FILE)
    return tmp_path


@pytest.fixture
async def town(discord: LoopbackDiscord, faults: Faults, home: Path) -> AsyncIterator[Town]:
    async with living(make_scene(discord), faults, home) as town:
        yield town
