"""What workspaces made of the list they read: which one it is, links of their own, other words."""

from collections.abc import Hashable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from readbot.conversation.request import Workspace
from readbot.curation.model import SuggestionState
from readbot.reading_list import Link
from readbot.reading_list.additions import Addition
from readbot.shelves import Overlay
from readbot.store.curation_schema import extra_aliases, suggestions
from readbot.store.database import Database
from readbot.store.rows import in_workspace, insert
from readbot.store.tenant_schema import list_choices


class Overlays:
    """Implements ``readbot.shelves.Overlays``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, workspace: Workspace) -> Overlay:
        """Return what a workspace made of its list; nothing, where it made nothing."""
        chosen = sa.select(list_choices.c.list_name).where(*in_workspace(list_choices, workspace))
        approved = (
            sa.select(suggestions)
            .where(*in_workspace(suggestions, workspace), suggestions.c.state == SuggestionState.APPROVED)
            .order_by(suggestions.c.decided_at, suggestions.c.id)
        )
        words = (
            sa.select(extra_aliases.c.words, extra_aliases.c.means)
            .where(*in_workspace(extra_aliases, workspace))
            .order_by(extra_aliases.c.id)
        )
        with self._database.read() as connection:
            return Overlay(
                list_name=connection.execute(chosen).scalar_one_or_none() or "",
                additions=tuple(
                    Addition(
                        link=Link(
                            title=row.title,
                            url=row.url,
                            note=row.note or None,
                            added=row.decided_at.date() if row.decided_at else None,
                        ),
                        path=tuple(row.section),
                    )
                    for row in connection.execute(approved)
                ),
                aliases=tuple((row.words, row.means) for row in connection.execute(words)),
            )

    def stamps(self) -> dict[Workspace, Hashable]:
        """Return every workspace that made something of its list, with what is another when that changes."""
        looks = (
            _look_at(list_choices, list_choices.c.changed_at),
            _look_at(suggestions, suggestions.c.decided_at).where(
                suggestions.c.state == SuggestionState.APPROVED
            ),
            _look_at(extra_aliases, extra_aliases.c.added_at),
        )
        found: dict[Workspace, tuple[Hashable, ...]] = {}
        with self._database.read() as connection:
            for row in connection.execute(sa.union_all(*looks)):
                workspace = Workspace(platform=row.platform, id=row.workspace_id)
                found[workspace] = (*found.get(workspace, ()), (row.table_name, row.count, row.latest))
        return dict(found)

    def choose_list(self, workspace: Workspace, list_name: str, *, person_id: str) -> None:
        """Let a workspace read another one of the operator's lists."""
        row = {
            "platform": workspace.platform,
            "workspace_id": workspace.id,
            "list_name": list_name,
            "chosen_by": person_id,
            "changed_at": self._database.now(),
        }
        key = ("platform", "workspace_id")
        with self._database.write() as connection:
            statement = insert(connection, list_choices).values(row)
            changes = {name: statement.excluded[name] for name in row if name not in key}
            connection.execute(statement.on_conflict_do_update(index_elements=key, set_=changes))


def _look_at(table: sa.Table, changed_at: sa.Column[datetime]) -> sa.Select[Any]:
    """Return how many rows each workspace has in *table*, and when the latest of them changed."""
    return sa.select(
        table.c.platform,
        table.c.workspace_id,
        sa.literal(table.name).label("table_name"),
        sa.func.count().label("count"),
        sa.func.max(changed_at).label("latest"),
    ).group_by(table.c.platform, table.c.workspace_id)
