"""Everything that delivers digests, on a SQLite file and a clock that stands still."""

from collections.abc import Iterator

import pytest

from readbot.store import Database, Store
from readbot.testing import FakeClock
from tests.digest_data import START


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(START)


@pytest.fixture
def store(migrated_url: str, clock: FakeClock) -> Iterator[Store]:
    with Database.open(migrated_url, clock=clock) as database:
        yield Store(database)
