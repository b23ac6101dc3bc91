"""What the bot answers from: a library for each workspace, and what is known of its links."""

from dataclasses import dataclass
from typing import Protocol

from readbot.conversation.request import Workspace
from readbot.reading_list import ReadingList
from readbot.search import SearchIndex


# By identity: a library is as large as its list.
@dataclass(frozen=True, kw_only=True, eq=False)
class Library:
    """A reading list with the index over it: what the bot answers from."""

    reading_list: ReadingList
    index: SearchIndex

    @property
    def summary(self) -> str:
        return f"“{self.reading_list.title}”, {self.reading_list.summary}"

    @property
    def default(self) -> "Library":
        """Return itself: one library can be everybody's, and is then one of ``Libraries``."""
        return self

    def find(self, _workspace: Workspace) -> "Library":
        return self


class Libraries(Protocol):
    """Which library is whose."""

    @property
    def default(self) -> Library:
        """Return the one for whoever has chosen nothing."""

    def find(self, workspace: Workspace) -> Library:
        """Return the library of a workspace, from memory. It changes by another one taking its place."""


class LinkDoctor(Protocol):
    """What is known of how links are."""

    #: Another number means that something may be known otherwise.
    version: int

    def find_trouble(self, url: str) -> tuple[str, str] | None:
        """Return what is wrong with an address in words, and its archived copy or an empty string."""


class _AllWell:
    version = 0

    def find_trouble(self, _url: str) -> None:
        return None


#: Knows of no trouble with any link.
ALL_WELL: LinkDoctor = _AllWell()
