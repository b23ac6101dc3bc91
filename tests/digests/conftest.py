"""Everything that delivers digests, on a SQLite file and a clock that stands still."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from readbot.store import Database, Store
from readbot.testing import FakeClock
from tests.digest_data import START


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> Iterator[Store]:
    with Database.open(f"sqlite:///{tmp_path / 'readbot.db'}", clock=clock) as database:
        yield Store(database)
