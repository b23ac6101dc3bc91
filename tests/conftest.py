"""Databases for tests: a SQLite file, and a real PostgreSQL that the tests start themselves."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
import sqlalchemy as sa

from readbot.store import Store
from readbot.store.database import Database, make_engine
from readbot.store.migrate import upgrade
from readbot.store.schema import metadata
from tests.memory import use_memory
from tests.postgres import make_database, on_server, public, serve_postgres
from tests.secret_scan import pytest_runtest_makereport  # noqa: F401 - a hook, which pytest finds here

use_memory()

# How long an example takes says how busy the machine is, never whether the code is right.
hypothesis.settings.register_profile(
    "readbot", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
# CI judges a change, so it tries the same examples for the same code; every other run looks for new ones.
hypothesis.settings.register_profile(
    "ci", hypothesis.settings.get_profile("readbot"), derandomize=True, database=None
)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "readbot")


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """Address of a PostgreSQL on which databases may be made: READBOT_TEST_PG, or one of our own."""
    with serve_postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: sa.URL) -> Iterator[str]:
    """DATABASE_URL of an empty PostgreSQL database of the test's own."""
    with make_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def shared_postgres(postgres_server: sa.URL) -> Iterator[sa.URL]:
    """A migrated PostgreSQL database that tests share one after the other: a new one takes a second."""
    name = f"readbot_shared_{uuid4().hex[:12]}"
    on_server(postgres_server, f"CREATE DATABASE {name}")
    url = postgres_server.set(database=name)
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    yield url
    on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def clean_postgres_url(shared_postgres: sa.URL) -> str:
    """DATABASE_URL of the shared PostgreSQL database, migrated and with empty tables."""
    # Of tables with a few rows, deleting those is three times as fast as TRUNCATE.
    deletions = [str(table.delete()) for table in reversed(metadata.sorted_tables)]
    on_server(shared_postgres, "; ".join(deletions))
    return public(shared_postgres)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """DATABASE_URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'readbot.db'}"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, to be copied: making its tables takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "readbot.db"
    Database.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def migrated_url(migrated_file: Path, tmp_path: Path) -> str:
    """DATABASE_URL of a migrated SQLite file of the test's own, with empty tables."""
    return f"sqlite:///{shutil.copy(migrated_file, tmp_path / 'kept.db')}"


@pytest.fixture
def store(migrated_url: str) -> Iterator[Store]:
    """A store of the test's own, in a SQLite file."""
    with Database.open(migrated_url) as opened:
        yield Store(opened)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Run the test on both engines."""
    name = "migrated_url" if request.param == "sqlite" else "clean_postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database.open(database_url) as opened:
        yield opened
