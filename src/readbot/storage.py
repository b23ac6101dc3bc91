"""The store that settings name, opened."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from readbot.ports import Clock
from readbot.settings import Settings
from readbot.store import DATABASE_FILE, Database, Store, database_url


def open_store(settings: Settings, *, exclusive: bool, clock: Clock | None = None) -> Store:
    """Return the store that *settings* name, migrated; ``store.database.close()`` ends it.

    Args:
        settings: DATABASE_URL, or READBOT_DATA_DIR.
        exclusive: For a process that serves or delivers; see ``Database.open``.
        clock: For tests; without it the machine's, or PostgreSQL's.

    Raises:
        StoreError: The database cannot be used, or another process holds the SQLite file.
    """
    if settings.database_url is not None:
        url = settings.database_url.reveal()
    else:
        url = database_url(settings.data_dir)
    return Store(Database.open(url, exclusive=exclusive, clock=clock))


def has_database(settings: Settings) -> bool:
    """Tell whether ``open_store`` would find a database, and not make a new one beside the program."""
    return settings.database_url is not None or ((settings.data_dir or Path.cwd()) / DATABASE_FILE).exists()


@contextmanager
def visit_store(settings: Settings) -> Iterator[Store]:
    """Give the store that *settings* name, for a command: a readbot that runs on the same file goes on.

    Raises:
        StoreError: The database cannot be used.
    """
    store = open_store(settings, exclusive=False)
    try:
        yield store
    finally:
        store.database.close()
