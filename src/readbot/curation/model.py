"""Curation as values. All times are aware and UTC."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class SuggestionState(StrEnum):
    """Where a suggestion stands."""

    WAITING = "waiting"
    #: A curator looked at it and put it off; it stands behind those that nobody looked at.
    LATER = "later"
    #: On the workspace's own part of the list.
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A link that somebody would like to see on the list of their workspace."""

    id: str
    platform: str
    workspace_id: str
    #: Where it was suggested.
    channel_id: str
    url: str
    title: str = ""
    note: str = ""
    #: Titles from the outermost section to the wanted one; empty while nobody has chosen.
    section: tuple[str, ...] = ()
    suggested_by: str
    suggested_at: datetime
    state: SuggestionState = SuggestionState.WAITING
    #: Why it was rejected, in the curator's words.
    reason: str = ""
    decided_by: str = ""
    decided_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class ExtraAlias:
    """Other words that a workspace added in chat: who asks for *words* is answered for *means*."""

    id: int
    words: str
    means: str
    added_by: str
    added_at: datetime


@dataclass(frozen=True, kw_only=True)
class Gap:
    """A query without an answer, counted over everybody in a workspace."""

    id: int
    words: str
    count: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class RecentAnswer:
    """What a person asked and was answered."""

    #: In the command language: "search fine-tuning".
    command: str
    asked_at: datetime


class LinkState(StrEnum):
    """How a link's address is."""

    OK = "ok"
    #: It answers from another address, for good.
    MOVED = "moved"
    #: It did not answer well, which may be its server's mood: a bot wall, a time-out, an error of its own,
    #: or gone for the first time.
    SUSPECT = "suspect"
    #: Gone, several times over days.
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True)
class LinkHealth:
    """What is known of a link's address."""

    url: str
    state: LinkState
    #: Checks since it was well last that found it gone, and when the first of them was.
    failures: int = 0
    failing_since: datetime | None = None
    checked_at: datetime
    #: The last HTTP status; None where there was no answer.
    status: int | None = None
    #: In words, where it is not well: "no such host", "timed out".
    reason: str = ""
    #: Where it has moved for good; empty where it has not.
    moved_to: str = ""
    #: A copy of it in an archive; empty where none is known.
    archived_url: str = ""
    #: For conditional requests.
    etag: str = ""
    last_modified: str = ""
