"""How links were found when they were checked last."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime

import sqlalchemy as sa

from readbot.curation.model import LinkHealth
from readbot.store.curation_schema import link_checks
from readbot.store.database import Database
from readbot.store.rows import insert

_NAMES = [field.name for field in fields(LinkHealth)]


class LinkChecks:
    """One row an address. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(self) -> list[LinkHealth]:
        """Return what is known of every address, in no order."""
        with self._database.read() as connection:
            rows = connection.execute(sa.select(*(link_checks.c[name] for name in _NAMES)))
            return [LinkHealth(**row._mapping) for row in rows]

    def save(self, found: Sequence[LinkHealth]) -> None:
        """Keep *found*, each of another address, in place of what was known of it."""
        if not found:
            return
        with self._database.write() as connection:
            statement = insert(connection, link_checks)
            kept = {name: statement.excluded[name] for name in _NAMES if name != "url"}
            connection.execute(
                statement.on_conflict_do_update(index_elements=[link_checks.c.url], set_=kept),
                [asdict(health) for health in found],
            )

    def forget(self, before: datetime) -> int:
        """Forget addresses that were not checked since *before*, and return how many: no list has them now."""
        with self._database.write() as connection:
            gone = connection.execute(link_checks.delete().where(link_checks.c.checked_at < before))
        return gone.rowcount
