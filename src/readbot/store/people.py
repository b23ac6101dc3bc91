"""What is kept about one person in one workspace, and how it is forgotten."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from readbot.conversation.request import Workspace
from readbot.store.curation_schema import extra_aliases, suggestions
from readbot.store.database import Database
from readbot.store.rows import in_workspace
from readbot.store.schema import notices, subscriptions
from readbot.store.tenant_schema import installations, list_choices, recent_answers


@dataclass(frozen=True, kw_only=True)
class Traces:
    """How many rows hold a person's id."""

    #: Searches, sections and links that they looked at last.
    recent: int = 0
    suggestions: int = 0
    #: Suggestions of anybody's that they decided on.
    decisions: int = 0
    #: Other words that they added.
    words: int = 0
    #: Digests that they set up last.
    digests: int = 0
    #: Choices for the whole workspace: its list, and that readbot is there.
    choices: int = 0


#: What keeps its row when a person is forgotten: the field of ``Traces``, and where their id stands.
_SIGNED = (
    ("suggestions", suggestions.c.suggested_by),
    ("decisions", suggestions.c.decided_by),
    ("words", extra_aliases.c.added_by),
    ("digests", subscriptions.c.set_up_by),
    ("choices", list_choices.c.chosen_by),
    ("choices", installations.c.installed_by),
)


class People:
    """People, each in one workspace. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, workspace: Workspace, person_id: str) -> Traces:
        """Return what is kept about a person."""
        with self._database.read() as connection:
            return _sum(
                (name, _count(connection, column, workspace, person_id))
                for name, column in (("recent", recent_answers.c.person_id), *_SIGNED)
            )

    def forget(self, workspace: Workspace, person_id: str) -> Traces:
        """Delete what a person asked, and take their id off what they did; return of how much.

        What they did stays, as nobody's: a suggestion, a decision, other words, a channel's digest.
        """
        with self._database.write() as connection:
            found = connection.execute(
                recent_answers.delete().where(*_is_by(recent_answers.c.person_id, workspace, person_id))
            )
            _forget_notices(connection, workspace, person_id)
            # Where somebody suggested something may be a direct message: it says who it was.
            connection.execute(
                suggestions.update()
                .where(*_is_by(suggestions.c.suggested_by, workspace, person_id))
                .values(channel_id="")
            )
            return _sum(
                [
                    ("recent", found.rowcount),
                    *(
                        (name, _sign_off(connection, column, workspace, person_id))
                        for name, column in _SIGNED
                    ),
                ]
            )


def _sum(counts: Iterable[tuple[str, int]]) -> Traces:
    sums: dict[str, int] = {}
    for name, count in counts:
        sums[name] = sums.get(name, 0) + count
    return Traces(**sums)


def _count(connection: sa.Connection, column: sa.Column[str], workspace: Workspace, person_id: str) -> int:
    query = sa.select(sa.func.count()).select_from(column.table).where(*_is_by(column, workspace, person_id))
    return int(connection.execute(query).scalar_one())


def _sign_off(connection: sa.Connection, column: sa.Column[str], workspace: Workspace, person_id: str) -> int:
    return connection.execute(
        sa.update(column.table).where(*_is_by(column, workspace, person_id)).values({column: ""})
    ).rowcount


def _forget_notices(connection: sa.Connection, workspace: Workspace, person_id: str) -> None:
    here = sa.select(subscriptions.c.id).where(*in_workspace(subscriptions, workspace))
    connection.execute(
        notices.delete().where(notices.c.person_id == person_id, notices.c.subscription_id.in_(here))
    )


def _is_by(
    column: sa.Column[str], workspace: Workspace, person_id: str
) -> tuple[sa.ColumnElement[bool], ...]:
    return (*in_workspace(column.table, workspace), column == person_id)
