"""Cutting an answer into pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from readbot.language import tr

PAGE_SIZE = 5

Item = TypeVar("Item")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Item]):
    """One page of an answer, and where it stands."""

    items: tuple[Item, ...]
    #: 1-based; the nearest page there is to the one that was asked for.
    number: int
    #: How many pages there are, at least one.
    count: int
    #: Position of the first item among all, 1-based.
    first: int
    total: int
    #: Whether another page was asked for than there is.
    is_beyond: bool

    @property
    def progress(self) -> str:
        """``"6-10 of 12"``, or nothing when all stand on one page."""
        if self.count == 1:
            return ""
        last = self.first + len(self.items) - 1
        span = f"{self.first}-{last}" if last > self.first else f"{last}"
        return tr("{numbers} of {total}", numbers=span, total=self.total)


def make_page(items: Sequence[Item], asked: int) -> Page[Item]:
    """Return page *asked* (1-based) of *items*, or the nearest there is."""
    count = max(1, -(-len(items) // PAGE_SIZE))
    number = min(max(asked, 1), count)
    start = (number - 1) * PAGE_SIZE
    return Page(
        items=tuple(items[start : start + PAGE_SIZE]),
        number=number,
        count=count,
        first=start + 1,
        total=len(items),
        is_beyond=number != asked,
    )
