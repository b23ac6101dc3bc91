"""The reading list as values: sections hold links and further sections.

Nothing here reads files; ``yaml_file`` and ``markdown`` make these values.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property

from readbot.reading_list.urls import normalize_url


class Kind(StrEnum):
    """What sort of thing a link leads to."""

    PAPER = "paper"
    POST = "post"
    VIDEO = "video"
    REPO = "repo"
    COURSE = "course"
    SLIDES = "slides"
    BOOK = "book"
    DISCUSSION = "discussion"
    DATASET = "dataset"
    DOCS = "docs"
    TOOL = "tool"
    PODCAST = "podcast"


@dataclass(frozen=True, kw_only=True)
class AlsoLink:
    """A second address of an entry: its slides, its code, its talk."""

    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Acknowledgement:
    """A thank-you that the list keeps, and that is no reading."""

    title: str
    url: str


@dataclass(frozen=True, kw_only=True)
class Link:
    """One thing to read."""

    title: str
    #: An http(s) address, as the curator wrote it.
    url: str
    #: The curator's own word on it; plain text.
    note: str | None = None
    kind: Kind | None = None
    #: Year of publication, where the address or the curator tells it.
    year: int | None = None
    authors: tuple[str, ...] = ()
    #: What it is about, in other words than the title.
    topics: tuple[str, ...] = ()
    #: What people call this very thing ("GPT-3").
    aliases: tuple[str, ...] = ()
    also: tuple[AlsoLink, ...] = ()
    #: The day it came onto the list.
    added: date | None = None

    @cached_property
    def id(self) -> str:
        """Six letters and digits that stay the same while the address does (buttons carry it)."""
        return short_id(normalize_url(self.url))


@dataclass(frozen=True, kw_only=True)
class Section:
    """A named part of the list. Has links, further sections, or both."""

    title: str
    #: Address of the section's picture.
    image: str | None = None
    links: tuple[Link, ...] = ()
    sections: tuple["Section", ...] = ()


@dataclass(frozen=True, kw_only=True)
class Place:
    """A section where it stands in the list."""

    section: Section
    #: Titles from the outermost section to this one, at least one.
    path: tuple[str, ...]
    #: Links in this section and all below it.
    link_count: int

    @property
    def title(self) -> str:
        return self.section.title

    @cached_property
    def id(self) -> str:
        """Six letters and digits that stay the same while the titles on the path do."""
        return place_id(self.path)

    def holds(self, path: tuple[str, ...]) -> bool:
        """Tell whether *path* is this section's own or lies below it."""
        return path[: len(self.path)] == self.path


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A link where it stands in the list."""

    link: Link
    #: Titles from the outermost section to the one that holds the link, at least one.
    path: tuple[str, ...]
    #: 1-based position among all links, in list order.
    number: int
    #: The picture of the nearest section that has one.
    image: str | None = None


@dataclass(frozen=True, kw_only=True)
class ReadingList:
    """A whole list, checked: every URL once, every section with something in it or below it."""

    title: str
    description: str = ""
    sections: tuple[Section, ...] = field(default=())
    acknowledgements: tuple[Acknowledgement, ...] = ()

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every section in list order, parents before their children."""
        return tuple(_walk_places(self.sections, ()))

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """Every link in list order, numbered from 1."""
        unnumbered = _walk_links(self.sections, (), None)
        return tuple(
            Entry(link=link, path=path, image=image, number=number)
            for number, (link, path, image) in enumerate(unnumbered, 1)
        )

    @cached_property
    def _entries_by_id(self) -> dict[str, Entry]:
        return {entry.link.id: entry for entry in self.entries}

    @cached_property
    def _entries_by_address(self) -> dict[str, Entry]:
        found: dict[str, Entry] = {}
        for entry in self.entries:
            for url in (entry.link.url, *(also.url for also in entry.link.also)):
                found.setdefault(normalize_url(url), entry)
        return found

    @cached_property
    def _places_by_id(self) -> dict[str, Place]:
        return {place.id: place for place in self.places}

    @property
    def link_count(self) -> int:
        """How many links there are: an entry may have further ones."""
        return sum(1 + len(entry.link.also) for entry in self.entries)

    @property
    def summary(self) -> str:
        """``"73 entries with 74 links in 17 sections"``: an entry may have further links."""
        return (
            f"{_count(len(self.entries), 'entry', 'entries')} with {_count(self.link_count, 'link', 'links')} "
            f"in {_count(len(self.places), 'section', 'sections')}"
        )

    def find_entry(self, link_id: str) -> Entry | None:
        return self._entries_by_id.get(link_id)

    def find_address(self, url: str) -> Entry | None:
        """Return the entry that *url* leads to, also by another address of the same thing; None if none does."""
        return self._entries_by_address.get(normalize_url(url))

    def find_place(self, place_id: str) -> Place | None:
        return self._places_by_id.get(place_id)

    def entries_in(self, place: Place) -> tuple[Entry, ...]:
        """Return the links of a section and of all below it, in list order."""
        return tuple(entry for entry in self.entries if place.holds(entry.path))


def place_id(path: tuple[str, ...]) -> str:
    """Return the id of the section that stands at *path*."""
    return short_id("\x1f".join(path))


def short_id(text: str) -> str:
    """Return six characters of ``[a-z2-7]`` made from *text*.

    30 bits: among 100,000 links a given one shares its id with a chance of 1 in 10,000, so a
    loader need not care, and a button has room for it.
    """
    digest = hashlib.blake2s(text.encode(), digest_size=4).digest()
    number = int.from_bytes(digest, "big")
    return "".join("abcdefghijklmnopqrstuvwxyz234567"[number >> shift & 31] for shift in range(0, 30, 5))


def _walk_places(sections: tuple[Section, ...], above: tuple[str, ...]) -> Iterator[Place]:
    for section in sections:
        path = (*above, section.title)
        yield Place(section=section, path=path, link_count=_count_links(section))
        yield from _walk_places(section.sections, path)


def _count_links(section: Section) -> int:
    return len(section.links) + sum(_count_links(child) for child in section.sections)


def _walk_links(
    sections: tuple[Section, ...], above: tuple[str, ...], image: str | None
) -> Iterator[tuple[Link, tuple[str, ...], str | None]]:
    for section in sections:
        path = (*above, section.title)
        nearest = section.image or image
        for link in section.links:
            yield link, path, nearest
        yield from _walk_links(section.sections, path, nearest)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
