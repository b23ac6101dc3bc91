"""Single values that outlive a process."""

import sqlalchemy as sa

from readbot.store.database import Database
from readbot.store.rows import insert
from readbot.store.tenant_schema import facts


class Facts:
    """Words by key. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, key: str) -> str | None:
        """Return the value of *key*; None where there is none."""
        with self._database.read() as connection:
            value: str | None = connection.execute(
                sa.select(facts.c.value).where(facts.c.key == key)
            ).scalar_one_or_none()
        return value

    def set(self, key: str, value: str) -> None:
        """Keep *value* under *key*, of at most 200 characters, in place of what there was."""
        kept = {"value": value, "changed_at": self._database.now()}
        with self._database.write() as connection:
            connection.execute(
                insert(connection, facts)
                .values(key=key, **kept)
                .on_conflict_do_update(index_elements=[facts.c.key], set_=kept)
            )
