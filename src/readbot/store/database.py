"""Opening the database: SQLite beside the program by default, PostgreSQL where DATABASE_URL says so."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import ArgumentError, DatabaseError, NoSuchModuleError, OperationalError, SQLAlchemyError

from readbot.clock import SystemClock
from readbot.exceptions import StoreError
from readbot.file_lock import FileLock
from readbot.ports import Clock
from readbot.store.migrate import upgrade

#: PostgreSQL ends a transaction whose client says nothing for so long. Ours take milliseconds.
IDLE_IN_TRANSACTION_S = 15

#: The SQLite file that is used where DATABASE_URL is not set.
DATABASE_FILE = "readbot.db"

_FORMS = "Use postgresql://user:password@host/database or sqlite:///path/to/readbot.db"


class Database:
    """An open database, migrated to this version. Safe to use from several threads."""

    def __init__(self, engine: sa.Engine, *, clock: Clock | None, lock: FileLock | None) -> None:
        self.engine = engine
        self._clock = clock
        self._lock = lock

    @classmethod
    def open(cls, url: str, *, exclusive: bool = False, clock: Clock | None = None) -> "Database":
        """Connect and migrate.

        Args:
            url: As DATABASE_URL has it; ``sqlite:///`` and a path, or ``postgresql://`` and the rest.
            exclusive: Hold a SQLite file for this process alone, as everything that serves or
                delivers has to. Commands that look or change something in passing do not.
            clock: What ``now`` tells. Without it the machine's clock on SQLite, and the server's on
                PostgreSQL, where the clocks of several machines would otherwise decide on leases.

        Raises:
            StoreError: It cannot be reached, or another process holds the SQLite file.
        """
        try:
            parsed = sa.make_url(_with_driver(url))
            engine = make_engine(parsed)
        except (ArgumentError, NoSuchModuleError) as error:
            raise StoreError(f"DATABASE_URL is no address of a database. {_FORMS}") from error
        lock = _lock_file(parsed) if exclusive else None
        try:
            upgrade(engine)
        except DatabaseError as error:
            engine.dispose()
            if lock:
                lock.release()
            if not _is_about_the_database(error):
                raise
            raise StoreError(_explain(parsed, str(error.orig))) from error
        return cls(engine, clock=clock, lock=lock)

    @property
    def is_postgresql(self) -> bool:
        return self.engine.dialect.name == "postgresql"

    @contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Open a transaction that may write: committed at the end, rolled back on an exception."""
        with self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Open a transaction that only reads, so that on SQLite it waits for no writer."""
        with self.engine.connect().execution_options(readbot_reads=True) as connection:
            yield connection

    def now(self) -> datetime:
        """Return the time by which leases and slots are judged."""
        if self._clock is not None:
            return self._clock.now()
        if not self.is_postgresql:
            return SystemClock().now()
        with self.read() as connection:
            moment: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
        return moment

    def is_reachable(self) -> bool:
        """Tell whether the database answers."""
        try:
            with self.read() as connection:
                connection.execute(sa.select(1))
        except SQLAlchemyError:
            return False
        return True

    def close(self) -> None:
        self.engine.dispose()
        if self._lock:
            self._lock.release()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def database_url(data_dir: Path | None) -> str:
    """Return the address of the SQLite file to use where DATABASE_URL is not set.

    Raises:
        StoreError: The folder cannot be made.
    """
    folder = data_dir or Path.cwd()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"READBOT_DATA_DIR: {folder} cannot be made: {error.strerror}") from error
    return f"sqlite:///{folder / DATABASE_FILE}"


def make_engine(url: sa.URL) -> sa.Engine:
    """Return an engine with the settings that the ledger's promises rest on."""
    if url.get_backend_name() == "sqlite":
        # Transactions are begun below; the driver would begin them late, and always deferred.
        engine = sa.create_engine(url, hide_parameters=True, connect_args={"isolation_level": None})
        event.listen(engine, "connect", _set_pragmas)
        event.listen(engine, "begin", _begin_immediately)
        return engine
    engine = sa.create_engine(url, hide_parameters=True, pool_pre_ping=True)
    event.listen(engine, "connect", _limit_idling)
    return engine


def _with_driver(url: str) -> str:
    """Return *url* with psycopg 3 as its driver; hosting services write plain postgres://."""
    scheme, separator, rest = url.partition("://")
    if scheme in {"postgres", "postgresql"}:
        scheme = "postgresql+psycopg"
    if scheme not in {"postgresql+psycopg", "sqlite"} or not separator:
        raise ArgumentError(scheme)
    return f"{scheme}://{rest}"


def _is_about_the_database(error: DatabaseError) -> bool:
    """Tell whether *error* is not about a statement of ours; "file is not a database" has no class."""
    return isinstance(error, OperationalError) or type(error) is DatabaseError


def _explain(url: sa.URL, reason: str) -> str:
    """Return why a database cannot be opened, for who runs readbot. The driver's *reason* has no password."""
    if url.get_backend_name() == "sqlite":
        path = Path(url.database or "").resolve()
        return (
            f"The database file {path} cannot be opened: {reason}. Does the folder {path.parent} exist, and may "
            "readbot write there? READBOT_DATA_DIR (or DATABASE_URL) names another place."
        )
    # As it is written in DATABASE_URL: without our driver, and without options, which may hold a password.
    shown = url.set(drivername=url.get_backend_name(), query={}).render_as_string(hide_password=True)
    return f"The database {shown} cannot be opened: {reason}. Is it running, and may readbot use it?"


def _lock_file(url: sa.URL) -> FileLock | None:
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    path = Path(url.database).resolve()
    lock = FileLock(path.with_name(path.name + ".lock"))
    try:
        is_ours = lock.acquire()
    except OSError as error:
        raise StoreError(_explain(url, f"{error.strerror} ({error.filename})")) from error
    if not is_ours:
        raise StoreError(
            f"Another readbot (process {lock.holder()}) already works with {path}. A SQLite file serves one "
            "process: stop the other one, or give both a PostgreSQL database with DATABASE_URL."
        )
    return lock


def _set_pragmas(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    for pragma in (
        "journal_mode=WAL",
        # NORMAL may lose the last commits when the power fails: a digest would be posted twice.
        "synchronous=FULL",
        "busy_timeout=10000",
        "foreign_keys=ON",
        # 32 MB at most, against 2: a tick over 100,000 subscriptions otherwise reads its pages again and again.
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _limit_idling(connection: object, _record: object) -> None:
    # A machine that freezes or loses its network within a transaction keeps its row locks, and the others
    # wait for them: for hours, unless the server ends it. Said by SET: poolers refuse it as a start option.
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute(f"SET idle_in_transaction_session_timeout = '{IDLE_IN_TRANSACTION_S}s'")
    cursor.close()
    connection.commit()  # type: ignore[attr-defined]


def _begin_immediately(connection: sa.Connection) -> None:
    # A deferred transaction that reads first and then writes fails at once with "database is locked"
    # when another wrote in between, whatever the busy timeout: 667 of 1,200 in a test, 0 this way.
    reads = connection.get_execution_options().get("readbot_reads", False)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
