"""Other words that workspaces added in chat."""

from typing import Any

import sqlalchemy as sa

from readbot.conversation.request import Workspace
from readbot.curation.model import ExtraAlias
from readbot.store.curation_schema import extra_aliases
from readbot.store.database import Database
from readbot.store.rows import in_workspace, insert


class ExtraAliases:
    """The other words of all workspaces. Each method is one transaction, and sees one workspace alone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def list_for(self, workspace: Workspace) -> list[ExtraAlias]:
        """Return a workspace's other words, the oldest first."""
        query = (
            sa.select(extra_aliases)
            .where(*in_workspace(extra_aliases, workspace))
            .order_by(extra_aliases.c.added_at, extra_aliases.c.id)
        )
        with self._database.read() as connection:
            return [_to_alias(row) for row in connection.execute(query)]

    def list_workspaces(self) -> list[Workspace]:
        """Return the workspaces that have other words of their own."""
        query = (
            sa.select(extra_aliases.c.platform, extra_aliases.c.workspace_id)
            .distinct()
            .order_by(extra_aliases.c.platform, extra_aliases.c.workspace_id)
        )
        with self._database.read() as connection:
            return [
                Workspace(platform=row.platform, id=row.workspace_id) for row in connection.execute(query)
            ]

    def add(self, workspace: Workspace, *, words: str, means: str, by: str) -> ExtraAlias:
        """Let *words* stand for *means*, in place of what they stood for in that workspace."""
        kept = {"means": means, "added_by": by, "added_at": self._database.now()}
        with self._database.write() as connection:
            row = connection.execute(
                insert(connection, extra_aliases)
                .values(platform=workspace.platform, workspace_id=workspace.id, words=words, **kept)
                .on_conflict_do_update(
                    index_elements=[
                        extra_aliases.c.platform,
                        extra_aliases.c.workspace_id,
                        extra_aliases.c.words,
                    ],
                    set_=kept,
                )
                .returning(extra_aliases)
            ).one()
        return _to_alias(row)

    def remove(self, workspace: Workspace, alias_id: int) -> ExtraAlias | None:
        """Take other words back; return them, or None where there are none of that number."""
        with self._database.write() as connection:
            row = connection.execute(
                extra_aliases.delete()
                .where(*in_workspace(extra_aliases, workspace), extra_aliases.c.id == alias_id)
                .returning(extra_aliases)
            ).first()
        return None if row is None else _to_alias(row)


def _to_alias(row: sa.Row[Any]) -> ExtraAlias:
    return ExtraAlias(
        id=row.id, words=row.words, means=row.means, added_by=row.added_by, added_at=row.added_at
    )
