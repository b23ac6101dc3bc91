"""What a search gives back."""

from dataclasses import dataclass
from enum import StrEnum

from readbot.reading_list import Entry
from readbot.reading_list.model import Place


@dataclass(frozen=True, kw_only=True)
class Match:
    """A link that answers a query."""

    entry: Entry
    #: 0 to 1, comparable within one answer only.
    score: float
    #: Why it matched, as a short phrase without a full stop: "title", "also called RLHF",
    #: "“finetuning” for “fintuning”", "site lilianweng.github.io".
    why: str
    #: Whether the reader sees the why at a glance (all words stand in title, note or section, or a correction
    #: is said of the whole answer), so that showing it would be noise.
    why_is_plain: bool


@dataclass(frozen=True, kw_only=True)
class SearchResult:
    """The answer to one query."""

    query: str
    #: Best first; empty exactly when nothing on the list answers the query.
    matches: tuple[Match, ...] = ()
    #: What was taken for misspelt to find the first match: as typed, and what was looked for instead.
    corrections: tuple[tuple[str, str], ...] = ()
    #: Without matches: the sections like the query, best first, at most three; empty if none is.
    nearest: tuple[Place, ...] = ()
    #: Without matches: queries near this one that do have matches, at most three.
    did_you_mean: tuple[str, ...] = ()

    @property
    def matched(self) -> bool:
        return bool(self.matches)


class CompletionKind(StrEnum):
    TITLE = "title"
    SECTION = "section"
    ALIAS = "alias"
    AUTHOR = "author"
    ZONE = "zone"


@dataclass(frozen=True, kw_only=True)
class Completion:
    """A way to finish what a person has begun to type."""

    kind: CompletionKind
    #: What to search when it is picked: a title, a section's title, an alias or an author.
    text: str
    #: What it leads to, to show behind the text: "paper · Attention", "5 links", "InstructGPT ...".
    detail: str
    #: ``Place.id`` of a section, which names it even where another has the same title; else empty.
    section_id: str = ""
