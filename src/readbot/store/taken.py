"""What was taken on already, over all replicas: a repeated event or click finds its key here."""

from datetime import timedelta
from time import monotonic

from readbot.store.database import Database
from readbot.store.rows import insert
from readbot.store.tenant_schema import taken_requests

#: How often a process throws out what is over.
_SWEEP_EVERY_S = 300.0

#: The longest key there is room for.
MAX_KEY_LENGTH = 200


class Taken:
    """Keys that are held for a while."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sweep_at = 0.0

    def take(self, key: str, for_s: float) -> bool:
        """Tell whether *key* is the caller's: True for one caller, False for all others for so long.

        Args:
            key: At most 200 characters.
            for_s: Seconds for which it is held.
        """
        now = self._database.now()
        until = now + timedelta(seconds=for_s)
        with self._database.write() as connection:
            # One statement, so that of two replicas one is told that the row is there.
            taken = connection.execute(
                insert(connection, taken_requests)
                .values(key=key, until=until)
                .on_conflict_do_update(
                    index_elements=[taken_requests.c.key],
                    set_={"until": until},
                    where=taken_requests.c.until <= now,
                )
                .returning(taken_requests.c.key)
            )
            is_first = taken.first() is not None
            if monotonic() >= self._sweep_at:
                connection.execute(taken_requests.delete().where(taken_requests.c.until <= now))
                self._sweep_at = monotonic() + _SWEEP_EVERY_S
        return is_first

    def give_back(self, key: str) -> None:
        """Let *key* be taken again at once."""
        with self._database.write() as connection:
            connection.execute(taken_requests.delete().where(taken_requests.c.key == key))
