"""Suggested links, from the first word on them to what became of them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from readbot.conversation.request import Workspace
from readbot.curation.model import Suggestion, SuggestionState
from readbot.store.curation_schema import suggestions
from readbot.store.database import Database
from readbot.store.rows import in_workspace, insert

#: Nobody has decided on these.
OPEN = (SuggestionState.WAITING, SuggestionState.LATER)


@dataclass(frozen=True, kw_only=True)
class Decided:
    """A suggestion as it stands after somebody decided."""

    suggestion: Suggestion
    #: Whether it was this decision that counted: else another came first, and the suggestion says whose.
    is_ours: bool


class Suggestions:
    """The suggestions of all workspaces. Each method is one transaction, and sees one workspace alone."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, suggestion: Suggestion, *, url_key: str, max_open: int) -> Suggestion | None:
        """Add *suggestion*, unless its workspace has one for that address already.

        Args:
            suggestion: A new one.
            url_key: Its address as ``normalize_url`` has it, at most 2,000 bytes.
            max_open: How many that nobody has decided on one person may have.

        Returns:
            The workspace's suggestion for the address: *suggestion*, or the one there was; None where the
            person has as many as they may.
        """
        workspace = Workspace(platform=suggestion.platform, id=suggestion.workspace_id)
        with self._database.write() as connection:
            if (known := _find_by_key(connection, workspace, url_key)) is not None:
                return known
            by_them = suggestions.c.suggested_by == suggestion.suggested_by
            if _count(connection, workspace, by_them, suggestions.c.state.in_(OPEN)) >= max_open:
                return None
            made = connection.execute(
                insert(connection, suggestions)
                .values(**_to_row(suggestion), url_key=url_key)
                .on_conflict_do_nothing()
                .returning(suggestions.c.id)
            )
            if made.first() is not None:
                return suggestion
        # On PostgreSQL somebody else may have suggested it a moment ago.
        return self.find_by_key(workspace, url_key)

    def find(self, workspace: Workspace, suggestion_id: str) -> Suggestion | None:
        with self._database.read() as connection:
            return _find(connection, workspace, suggestions.c.id == suggestion_id)

    def find_by_key(self, workspace: Workspace, url_key: str) -> Suggestion | None:
        with self._database.read() as connection:
            return _find_by_key(connection, workspace, url_key)

    def list_open(self, workspace: Workspace, *, limit: int, offset: int = 0) -> list[Suggestion]:
        """Return what waits for a decision: the longest waiting first, then what was put off."""
        query = (
            sa.select(suggestions)
            .where(*in_workspace(suggestions, workspace), suggestions.c.state.in_(OPEN))
            .order_by(
                suggestions.c.state == SuggestionState.LATER,
                # What is put off once more goes behind the others that are.
                sa.func.coalesce(suggestions.c.decided_at, suggestions.c.suggested_at),
                suggestions.c.id,
            )
            .limit(limit)
            .offset(offset)
        )
        return self._list(query)

    def count_open(self, workspace: Workspace) -> int:
        with self._database.read() as connection:
            return _count(connection, workspace, suggestions.c.state.in_(OPEN))

    def list_approved(self, workspace: Workspace) -> list[Suggestion]:
        """Return what was approved, in the order in which it was."""
        query = (
            sa.select(suggestions)
            .where(*in_workspace(suggestions, workspace), suggestions.c.state == SuggestionState.APPROVED)
            .order_by(suggestions.c.decided_at, suggestions.c.id)
        )
        return self._list(query)

    def list_of(self, workspace: Workspace, person_id: str) -> list[Suggestion]:
        """Return what a person suggested, the latest first."""
        query = (
            sa.select(suggestions)
            .where(*in_workspace(suggestions, workspace), suggestions.c.suggested_by == person_id)
            .order_by(suggestions.c.suggested_at.desc(), suggestions.c.id)
        )
        return self._list(query)

    def list_deciders(self, workspace: Workspace) -> list[str]:
        """Return the ids of who decided on suggestions, who did so last first."""
        decided_by = suggestions.c.decided_by
        query = (
            sa.select(decided_by)
            .where(*in_workspace(suggestions, workspace), decided_by != "")
            .group_by(decided_by)
            .order_by(sa.func.max(suggestions.c.decided_at).desc(), decided_by)
        )
        with self._database.read() as connection:
            return list(connection.execute(query).scalars())

    def list_everywhere(self, *, states: Collection[SuggestionState] = ()) -> list[Suggestion]:
        """Return the suggestions of all workspaces for who runs readbot, by workspace, oldest first."""
        query = sa.select(suggestions).order_by(
            suggestions.c.platform,
            suggestions.c.workspace_id,
            suggestions.c.suggested_at,
            suggestions.c.id,
        )
        if states:
            query = query.where(suggestions.c.state.in_(states))
        return self._list(query)

    def decide(
        self,
        workspace: Workspace,
        suggestion_id: str,
        state: SuggestionState,
        *,
        by: str,
        among: Collection[SuggestionState] = OPEN,
        **changes: Any,
    ) -> Decided | None:
        """Give a suggestion another state, if it is in one of *among*: of two curators one is first.

        Args:
            workspace: Whose suggestion.
            suggestion_id: Which.
            state: The new state.
            by: Who decides.
            among: States from which it may be given.
            **changes: Further fields: ``title``, ``note``, ``section``, ``reason``.

        Returns:
            How it stands now; None where there is none.
        """
        if "section" in changes:
            changes["section"] = list(changes["section"])
        is_it = (*in_workspace(suggestions, workspace), suggestions.c.id == suggestion_id)
        with self._database.write() as connection:
            row = connection.execute(
                suggestions.update()
                .where(*is_it, suggestions.c.state.in_(among))
                .values(state=state, decided_by=by, decided_at=self._database.now(), **changes)
                .returning(suggestions)
            ).first()
            if row is not None:
                return Decided(suggestion=_to_suggestion(row), is_ours=True)
            now = _find(connection, workspace, suggestions.c.id == suggestion_id)
        return None if now is None else Decided(suggestion=now, is_ours=False)

    def _list(self, query: sa.Select[Any]) -> list[Suggestion]:
        with self._database.read() as connection:
            return [_to_suggestion(row) for row in connection.execute(query)]


def _find(
    connection: sa.Connection, workspace: Workspace, *conditions: sa.ColumnElement[bool]
) -> Suggestion | None:
    query = sa.select(suggestions).where(*in_workspace(suggestions, workspace), *conditions)
    row = connection.execute(query).first()
    return None if row is None else _to_suggestion(row)


def _find_by_key(connection: sa.Connection, workspace: Workspace, url_key: str) -> Suggestion | None:
    return _find(connection, workspace, suggestions.c.url_key == url_key)


def _count(connection: sa.Connection, workspace: Workspace, *conditions: sa.ColumnElement[bool]) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(suggestions)
        .where(*in_workspace(suggestions, workspace), *conditions)
    )
    return int(connection.execute(query).scalar_one())


def _to_row(suggestion: Suggestion) -> dict[str, Any]:
    return {
        "id": suggestion.id,
        "platform": suggestion.platform,
        "workspace_id": suggestion.workspace_id,
        "channel_id": suggestion.channel_id,
        "url": suggestion.url,
        "title": suggestion.title,
        "note": suggestion.note,
        "section": list(suggestion.section),
        "suggested_by": suggestion.suggested_by,
        "suggested_at": suggestion.suggested_at,
        "state": suggestion.state,
        "reason": suggestion.reason,
        "decided_by": suggestion.decided_by,
        "decided_at": suggestion.decided_at,
    }


def _to_suggestion(row: sa.Row[Any]) -> Suggestion:
    return Suggestion(
        id=row.id,
        platform=row.platform,
        workspace_id=row.workspace_id,
        channel_id=row.channel_id,
        url=row.url,
        title=row.title,
        note=row.note,
        section=tuple(row.section),
        suggested_by=row.suggested_by,
        suggested_at=row.suggested_at,
        state=row.state,
        reason=row.reason,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
    )
