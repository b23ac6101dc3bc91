import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from readbot.curation.addresses import AddressRule
from readbot.curation.fetcher import SafeFetcher
from readbot.testing import FakeClock
from tests.digest_data import START

from .rig import PATIENT, Rig
from .town import Town, open_town
from .zoo import Zoo, answers


@pytest.fixture
async def zoo() -> AsyncIterator[Zoo]:
    async with Zoo() as opened:
        yield opened


@pytest.fixture
async def fetcher(zoo: Zoo) -> AsyncIterator[SafeFetcher]:
    rule = AddressRule(allowed={zoo.allowed})
    async with SafeFetcher(user_agent="readbot/test", rule=rule, limits=PATIENT) as opened:
        yield opened


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def rig(zoo: Zoo, clock: FakeClock) -> Rig:
    zoo.keep("/ok", answers(200))
    return Rig(zoo=zoo, clock=clock)


@pytest.fixture
def town(migrated_file: Path, tmp_path: Path) -> Iterator[Town]:
    path = tmp_path / "town.db"
    shutil.copy(migrated_file, path)
    with open_town(path) as opened:
        yield opened
