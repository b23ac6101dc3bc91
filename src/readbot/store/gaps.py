"""What people asked for in vain: words and a count, and never whose."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from readbot.conversation.request import Workspace
from readbot.curation.model import Gap
from readbot.store.curation_schema import gaps
from readbot.store.database import Database
from readbot.store.rows import in_workspace, insert

#: Longest words that are kept.
MAX_GAP_LENGTH = 100

#: What is kept of one workspace: nobody looks further, and somebody may type nonsense for days.
MAX_GAPS = 1000


class Gaps:
    """The gaps of all workspaces. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count_up(self, counts: Mapping[tuple[Workspace, str], int]) -> None:
        """Add to how often words were asked for, by workspace and words (at most ``MAX_GAP_LENGTH``)."""
        if not counts:
            return
        now = self._database.now()
        # In one order, so that two processes that write the same rows never wait for each other.
        items = sorted(counts.items(), key=lambda item: (item[0][0].platform, item[0][0].id, item[0][1]))
        rows = [
            {
                "platform": workspace.platform,
                "workspace_id": workspace.id,
                "words": words,
                "count": count,
                "first_at": now,
                "last_at": now,
            }
            for (workspace, words), count in items
        ]
        with self._database.write() as connection:
            statement = insert(connection, gaps)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[gaps.c.platform, gaps.c.workspace_id, gaps.c.words],
                    set_={
                        "count": gaps.c.count + statement.excluded.count,
                        "last_at": statement.excluded.last_at,
                    },
                ),
                rows,
            )

    def list_top(self, workspace: Workspace, *, limit: int) -> list[Gap]:
        """Return what was asked for most often, without what curators ignore."""
        query = (
            sa.select(gaps)
            .where(*in_workspace(gaps, workspace), gaps.c.is_ignored.is_(False))
            .order_by(gaps.c.count.desc(), gaps.c.last_at.desc(), gaps.c.id)
            .limit(limit)
        )
        with self._database.read() as connection:
            return [_to_gap(row) for row in connection.execute(query)]

    def find(self, workspace: Workspace, gap_id: int) -> Gap | None:
        query = sa.select(gaps).where(*in_workspace(gaps, workspace), gaps.c.id == gap_id)
        with self._database.read() as connection:
            row = connection.execute(query).first()
        return None if row is None else _to_gap(row)

    def ignore(self, workspace: Workspace, gap_id: int) -> Gap | None:
        """Show a gap no more; return it, or None where there is none of that number."""
        with self._database.write() as connection:
            row = connection.execute(
                gaps.update()
                .where(*in_workspace(gaps, workspace), gaps.c.id == gap_id)
                .values(is_ignored=True)
                .returning(gaps)
            ).first()
        return None if row is None else _to_gap(row)

    def close(self, workspace: Workspace, gap_ids: Collection[int]) -> None:
        """Forget gaps that are none any more: the words have an answer now."""
        if gap_ids:
            with self._database.write() as connection:
                connection.execute(
                    gaps.delete().where(*in_workspace(gaps, workspace), gaps.c.id.in_(gap_ids))
                )

    def sweep(self, before: datetime) -> int:
        """Forget what nobody asked for since *before*, and what is more than is kept; return how much."""
        place = sa.func.row_number().over(
            partition_by=(gaps.c.platform, gaps.c.workspace_id),
            order_by=(gaps.c.count.desc(), gaps.c.last_at.desc(), gaps.c.id),
        )
        ranked = sa.select(gaps.c.id, place.label("place")).subquery()
        beyond = sa.select(ranked.c.id).where(ranked.c.place > MAX_GAPS)
        with self._database.write() as connection:
            old = connection.execute(gaps.delete().where(gaps.c.last_at < before))
            many = connection.execute(gaps.delete().where(gaps.c.id.in_(beyond)))
        return old.rowcount + many.rowcount


def _to_gap(row: sa.Row[Any]) -> Gap:
    # By its mapping: a row is a tuple, which has a ``count`` of its own.
    return Gap(**{name: row._mapping[name] for name in ("id", "words", "count", "first_at", "last_at")})
