"""Whose turn it is: what only one process may do at a time, such as spending a budget all share."""

from datetime import datetime, timedelta

from readbot.store.database import Database
from readbot.store.rows import insert
from readbot.store.tenant_schema import taken_requests


class Turns:
    """Turns by name. Each method is one transaction.

    Beside a SQLite file there is no other process, so it is always one's own turn there.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def take(self, name: str, for_s: float, *, held_until: datetime | None = None) -> datetime | None:
        """Take a turn, or keep the one that is held, and return until when; None where it is another's.

        Args:
            name: At most 190 characters.
            for_s: Seconds from now on.
            held_until: What the last call returned; None for a turn that is not held.
        """
        now = self._database.now()
        until = now + timedelta(seconds=for_s)
        if not self._database.is_postgresql:
            return until
        with self._database.write() as connection:
            is_free = taken_requests.c.until <= now
            if held_until is not None:
                is_free |= taken_requests.c.until == held_until
            # One statement, so that of two processes one is told that the row is there.
            taken = connection.execute(
                insert(connection, taken_requests)
                .values(key=_key(name), until=until)
                .on_conflict_do_update(
                    index_elements=[taken_requests.c.key], set_={"until": until}, where=is_free
                )
                .returning(taken_requests.c.key)
            )
            return until if taken.first() is not None else None

    def end(self, name: str, held_until: datetime) -> None:
        """Let others have their turn at once."""
        if not self._database.is_postgresql:
            return
        with self._database.write() as connection:
            connection.execute(
                taken_requests.delete().where(
                    taken_requests.c.key == _key(name), taken_requests.c.until == held_until
                )
            )


def _key(name: str) -> str:
    return f"turn:{name}"
