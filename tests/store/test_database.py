"""Opening, migrating and locking the database."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.util.exc import CommandError

from readbot.exceptions import StoreError
from readbot.store import schema
from readbot.store.database import IDLE_IN_TRANSACTION_S, Database, database_url
from readbot.store.migrate import check, downgrade, upgrade

HOUR_AHEAD = timezone(timedelta(hours=1))


def test_the_scripts_lead_to_the_tables_of_the_schema(database: Database) -> None:
    check(database.engine)


def test_a_database_goes_down_to_nothing_and_up_again(database: Database) -> None:
    downgrade(database.engine, "base")
    left = set(sa.inspect(database.engine).get_table_names())
    upgrade(database.engine)

    assert left == {"alembic_version"}
    assert set(schema.metadata.tables) <= set(sa.inspect(database.engine).get_table_names())
    check(database.engine)


def test_opening_an_open_database_changes_nothing(database: Database, database_url: str) -> None:
    with database.write() as connection:
        connection.execute(
            schema.known_links.insert(), {"link_id": "abcdef", "first_seen_at": database.now()}
        )
    with Database.open(database_url) as again, again.read() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(schema.known_links)).scalar() == 1


def test_processes_that_start_together_migrate_once(database: Database) -> None:
    downgrade(database.engine, "base")
    errors: list[BaseException] = []

    def start() -> None:
        try:
            upgrade(database.engine)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    check(database.engine)


def test_databases_are_opened_side_by_side_in_threads(tmp_path: Path) -> None:
    urls = [f"sqlite:///{tmp_path / str(number)}.db" for number in range(4)]
    together = threading.Barrier(len(urls))

    def open_one(url: str) -> bool:
        together.wait()
        with Database.open(url) as database:
            return database.is_reachable()

    with ThreadPoolExecutor(len(urls)) as threads:
        assert all(threads.map(open_one, urls))


def test_an_unknown_revision_is_refused_and_leaves_the_tables(database: Database) -> None:
    """As after going back to an older readbot."""
    with pytest.raises(CommandError):
        upgrade(database.engine, "9999")
    check(database.engine)


def test_times_come_back_aware_and_in_utc(database: Database) -> None:
    moment = datetime(2026, 11, 30, 9, 0, 0, 123456, tzinfo=HOUR_AHEAD)
    with database.write() as connection:
        connection.execute(schema.known_links.insert(), {"link_id": "abcdef", "first_seen_at": moment})
    with database.read() as connection:
        found = connection.execute(sa.select(schema.known_links.c.first_seen_at)).scalar_one()
    assert found == moment
    assert found.tzinfo is UTC


def test_a_naive_time_is_refused(database: Database) -> None:
    naive = datetime(2026, 11, 30)  # noqa: DTZ001
    with pytest.raises(sa.exc.StatementError, match="no time zone"), database.write() as connection:
        connection.execute(schema.known_links.insert(), {"link_id": "abcdef", "first_seen_at": naive})


def test_an_exception_rolls_the_transaction_back(database: Database) -> None:
    def fail_halfway() -> None:
        row = {"link_id": "abcdef", "first_seen_at": database.now()}
        with database.write() as connection:
            connection.execute(schema.known_links.insert(), row)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    with database.read() as connection:
        assert connection.execute(sa.select(schema.known_links)).all() == []


def test_errors_do_not_show_the_values(database: Database) -> None:
    row = {"link_id": "abcdef", "first_seen_at": database.now()}
    with pytest.raises(sa.exc.IntegrityError) as caught, database.write() as connection:
        connection.execute(schema.known_links.insert(), [row, row])
    assert "hidden" in str(caught.value)


def test_read_modify_write_from_many_threads_loses_nothing(database: Database) -> None:
    """Deferred transactions on SQLite fail here with "database is locked", whatever the timeout."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    table = schema.known_links
    with database.write() as connection:
        connection.execute(table.insert(), {"link_id": "abcdef", "first_seen_at": start})

    def work() -> None:
        for _ in range(25):
            with database.write() as connection:
                query = sa.select(table.c.first_seen_at).with_for_update()
                moment = connection.execute(query).scalar_one()
                connection.execute(table.update().values(first_seen_at=moment + timedelta(seconds=1)))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as connection:
        assert connection.execute(sa.select(table.c.first_seen_at)).scalar_one() == start + timedelta(
            seconds=100
        )


def test_sqlite_is_opened_as_the_ledger_needs_it(sqlite_url: str) -> None:
    with Database.open(sqlite_url) as database, database.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "busy_timeout": 10000, "foreign_keys": 1}


def test_a_second_process_on_the_same_sqlite_file_refuses_with_a_sentence(sqlite_url: str) -> None:
    program = f"from readbot.store.database import Database; Database.open({sqlite_url!r}, exclusive=True)"
    with Database.open(sqlite_url, exclusive=True):
        second = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    third = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert "StoreError: Another readbot (process " in second.stderr
    assert "DATABASE_URL" in second.stderr
    assert third.returncode == 0, third.stderr


def test_a_command_in_passing_works_beside_the_process_that_serves(sqlite_url: str) -> None:
    with Database.open(sqlite_url, exclusive=True), Database.open(sqlite_url) as passing:
        check(passing.engine)


def test_a_client_that_freezes_within_a_transaction_does_not_keep_its_locks_for_ever(
    clean_postgres_url: str,
) -> None:
    with Database.open(clean_postgres_url) as database:
        for transaction in (database.read, database.write):
            with transaction() as connection:
                shown = connection.execute(sa.text("SHOW idle_in_transaction_session_timeout")).scalar()
                assert shown == f"{IDLE_IN_TRANSACTION_S}s"


def test_the_default_is_a_file_in_the_data_folder(tmp_path: Path) -> None:
    assert database_url(tmp_path / "new" / "data") == f"sqlite:///{tmp_path}/new/data/readbot.db"
    assert (tmp_path / "new" / "data").is_dir()


@pytest.mark.parametrize("url", ["mysql://host/db", "readbot.db", "", "postgresql"])
def test_an_address_of_another_kind_is_refused_with_the_ones_that_work(url: str) -> None:
    with pytest.raises(StoreError, match=r"postgresql://user:password@host/database or sqlite:///"):
        Database.open(url)


@pytest.mark.parametrize("tail", ["", "?password=hush&connect_timeout=2"])
def test_a_server_that_is_not_there_is_named_as_it_was_set_without_its_password(tail: str) -> None:
    with pytest.raises(StoreError) as caught:
        Database.open(f"postgres://readbot:hush@127.0.0.1:1/readbot{tail}")
    assert "postgresql://readbot:***@127.0.0.1:1/readbot cannot be opened" in str(caught.value)
    assert "Is it running" in str(caught.value)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("exclusive", [False, True])
def test_a_file_that_cannot_be_made_is_named_with_its_folder_and_the_way_out(
    tmp_path: Path, exclusive: bool
) -> None:
    with pytest.raises(StoreError) as caught:
        Database.open(f"sqlite:///{tmp_path}/absent/readbot.db", exclusive=exclusive)
    said = str(caught.value)
    assert f"file {tmp_path}/absent/readbot.db cannot be opened" in said
    assert f"the folder {tmp_path}/absent" in said
    assert "READBOT_DATA_DIR" in said
    assert "running" not in said


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "readbot.db").write_text("Dear diary, " * 200, encoding="utf-8")
    with pytest.raises(StoreError, match=r"readbot\.db cannot be opened: file is not a database"):
        Database.open(f"sqlite:///{tmp_path}/readbot.db")


def test_the_database_tells_the_time(database: Database) -> None:
    before = datetime.now(UTC)
    told = database.now()
    # A server elsewhere may have a clock of its own.
    assert before - timedelta(seconds=5) <= told <= datetime.now(UTC) + timedelta(seconds=5)
