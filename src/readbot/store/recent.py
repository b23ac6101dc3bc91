"""What people asked last, for their own eyes."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from readbot.conversation.request import Workspace
from readbot.curation.model import RecentAnswer
from readbot.store.database import Database
from readbot.store.rows import in_workspace, insert
from readbot.store.tenant_schema import recent_answers

#: Longest command that is kept.
MAX_RECENT_LENGTH = 100


@dataclass(frozen=True, kw_only=True, order=True)
class Asked:
    """What one person asked."""

    platform: str
    workspace_id: str
    person_id: str
    #: In the command language, at most ``MAX_RECENT_LENGTH`` characters.
    command: str

    @property
    def workspace(self) -> Workspace:
        return Workspace(platform=self.platform, id=self.workspace_id)


class Recent:
    """The last commands of all people. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, asked: dict[Asked, datetime], *, limit: int) -> None:
        """Keep when people asked what, and of each of them the last *limit* commands alone."""
        if not asked:
            return
        # In one order, so that two processes that write the same rows never wait for each other.
        rows = [
            {
                "platform": each.platform,
                "workspace_id": each.workspace_id,
                "person_id": each.person_id,
                "command": each.command,
                "asked_at": asked[each],
            }
            for each in sorted(asked)
        ]
        with self._database.write() as connection:
            statement = insert(connection, recent_answers)
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=[
                        recent_answers.c.platform,
                        recent_answers.c.workspace_id,
                        recent_answers.c.person_id,
                        recent_answers.c.command,
                    ],
                    set_={"asked_at": statement.excluded.asked_at},
                ),
                rows,
            )
            for workspace, person_id in _people(asked):
                _cut(connection, workspace, person_id, limit)

    def list_for(self, workspace: Workspace, person_id: str, *, limit: int) -> list[RecentAnswer]:
        """Return what a person asked last, the latest first."""
        query = (
            sa.select(recent_answers.c.command, recent_answers.c.asked_at)
            .where(*_is_of(workspace, person_id))
            .order_by(recent_answers.c.asked_at.desc(), recent_answers.c.id.desc())
            .limit(limit)
        )
        with self._database.read() as connection:
            return [
                RecentAnswer(command=row.command, asked_at=row.asked_at) for row in connection.execute(query)
            ]

    def sweep(self, before: datetime) -> int:
        """Forget what was asked before *before*, and return how much."""
        with self._database.write() as connection:
            done = connection.execute(recent_answers.delete().where(recent_answers.c.asked_at < before))
        return done.rowcount


def _people(asked: Collection[Asked]) -> list[tuple[Workspace, str]]:
    return list(dict.fromkeys((each.workspace, each.person_id) for each in sorted(asked)))


def _cut(connection: sa.Connection, workspace: Workspace, person_id: str, limit: int) -> None:
    latest = (
        sa.select(recent_answers.c.id)
        .where(*_is_of(workspace, person_id))
        .order_by(recent_answers.c.asked_at.desc(), recent_answers.c.id.desc())
        .limit(limit)
    )
    connection.execute(
        recent_answers.delete().where(*_is_of(workspace, person_id), recent_answers.c.id.not_in(latest))
    )


def _is_of(workspace: Workspace, person_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (*in_workspace(recent_answers, workspace), recent_answers.c.person_id == person_id)
