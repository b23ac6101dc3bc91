"""The bot: a command in, a reply out. Everything it knows is in memory."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from readbot.conversation import wording
from readbot.conversation.commands import (
    Command,
    Digest,
    ListSections,
    Search,
    Share,
    ShowHelp,
    ShowLink,
    ShowMenu,
    ShowNew,
    ShowRandom,
    ShowSection,
    find_command,
    parse_command,
    parse_id,
)
from readbot.conversation.paging import make_page
from readbot.conversation.reply import Reply
from readbot.conversation.request import Request
from readbot.exceptions import QueryError
from readbot.reading_list import Entry, ReadingList
from readbot.reading_list.model import Place
from readbot.search import SearchIndex
from readbot.search.results import Completion
from readbot.search.sections import IS_MEANT
from readbot.search.text import MAX_QUERY_LENGTH, clean_query

#: Results that are fetched and can be paged through; beyond, a narrower query serves better.
_MAX_MATCHES = 100

#: Answers to searches that are kept: people ask the same things, and a search is most of the work.
#: An adapter sees the very same reply again, and need not render it anew.
_KEPT_ANSWERS = 1024

#: A longer query nobody asks twice, and it would fill the memory.
_KEPT_QUERY_LENGTH = 200


@dataclass(frozen=True, kw_only=True)
class Library:
    """A reading list with the index over it: what the bot answers from."""

    reading_list: ReadingList
    index: SearchIndex

    @property
    def summary(self) -> str:
        return f"“{self.reading_list.title}”, {self.reading_list.summary}"


class Bot:
    """Answers requests from one library.

    Implements ``readbot.ports.Conversation``. Safe to call from any thread: a request touches
    nothing that changes.
    """

    def __init__(self, library: Library, *, chance: random.Random | None = None) -> None:
        """Serve *library*; *chance* decides what ``random`` shows (tests pass a seeded one)."""
        self.library = library
        self._chance = chance or random.Random()
        # The list does not change while the bot lives, so an answer stays right.
        self._search_or_recall = lru_cache(maxsize=_KEPT_ANSWERS)(self._search)

    def handle(self, request: Request) -> Reply:
        """Answer one command, see :mod:`readbot.conversation.commands` for the language."""
        return self.answer(parse_command(request.text), request)

    def complete(self, text: str, *, limit: int) -> Sequence[Completion]:
        return self.library.index.complete(text, limit=limit)

    def complete_section(self, text: str, *, limit: int) -> Sequence[Completion]:
        return self.library.index.complete_section(text, limit=limit)

    def answer(self, command: Command, request: Request) -> Reply:
        """Answer a command that has been read already."""
        match command:
            case ShowMenu():
                return wording.menu(self.library.reading_list, self._pick(self.library.reading_list.entries))
            case ShowHelp():
                return wording.help_page(self.library.reading_list)
            case ListSections():
                return wording.section_list(self.library.reading_list)
            case ShowSection(name, page):
                return self._show_section(name, page)
            case ShowRandom(section):
                return self._show_random(section, request)
            case ShowNew(page):
                return self._show_new(page)
            case ShowLink(link_id):
                return self._show_link(link_id)
            case Digest():
                return wording.no_digests()
            case Search(query, page):
                search = self._search_or_recall if len(query) <= _KEPT_QUERY_LENGTH else self._search
                return search(query, page)
            case Share(inner):
                return self._share(inner, request)

    def _search(self, typed: str, asked: int) -> Reply:
        query = self.library.index.condense(typed, max_length=wording.MAX_QUERY_LENGTH)
        try:
            result = self.library.index.search(query, limit=_MAX_MATCHES)
        except QueryError as error:
            return wording.problem(str(error), self.library.reading_list)
        if not result.matched:
            return wording.no_match(result, self.library.reading_list, meant=find_command(query))
        return wording.matches(
            query,
            make_page(result.matches, asked),
            shortened=query != clean_query(typed) or len(typed) > MAX_QUERY_LENGTH,
            more_exist=len(result.matches) == _MAX_MATCHES,
            corrections=result.corrections,
            meant=None if isinstance(parse_command(query), Search) else parse_command(query),
        )

    def _show_section(self, name: str, asked: int) -> Reply:
        place, near = self._find_place(name)
        if place is None:
            return wording.unknown_section(name, near, self.library.reading_list)
        entries = self.library.reading_list.entries_in(place)
        children = [
            child
            for child in self.library.reading_list.places
            if child.path[:-1] == place.path and child.link_count
        ]
        return wording.section(place, make_page(entries, asked), children)

    def _show_random(self, section: str, request: Request) -> Reply:
        if not section:
            return wording.random_link(self._pick(self.library.reading_list.entries), place=None)
        place, near = self._find_place(section)
        if place is not None:
            return wording.random_link(self._pick(self.library.reading_list.entries_in(place)), place=place)
        # "random forests" is no wish for a section called "forests".
        searched = f"random {section}"
        if parse_id(section) is None and self.library.index.search(searched, limit=1).matched:
            return self.answer(Search(searched), request)
        return wording.unknown_section(section, near, self.library.reading_list)

    def _show_new(self, asked: int) -> Reply:
        entries = self.library.reading_list.entries
        is_dated = any(entry.link.added for entry in entries)
        # Sorting is stable: within a day or a year the list's own order holds.
        latest = sorted(
            (entry for entry in entries if (entry.link.added if is_dated else entry.link.year)),
            key=lambda entry: str(entry.link.added) if is_dated else str(entry.link.year),
            reverse=True,
        )
        if not latest:
            return wording.undated()
        return wording.newest(make_page(latest, asked), is_dated=is_dated)

    def _show_link(self, link_id: str) -> Reply:
        entry = self.library.reading_list.find_entry(link_id)
        if entry is None:
            return wording.gone("That link is no longer on the list.", self.library.reading_list)
        return wording.one_link(entry)

    def _share(self, inner: Command, request: Request) -> Reply:
        reply = self.answer(inner, request)
        if not reply.can_be_shared:
            return reply
        return replace(reply, public=True, shared_by=request.reader.id, actions=wording.shared_actions(reply))

    def _find_place(self, name: str) -> tuple[Place | None, tuple[Place, ...]]:
        """Return the section that *name* means, else None and the nearest ones."""
        place_id = parse_id(name)
        if place_id is not None:
            return self.library.reading_list.find_place(place_id), ()
        found = self.library.index.find_sections(name)
        if found and found[0][1] >= IS_MEANT:
            return found[0][0], ()
        return None, tuple(place for place, _ in found[:3])

    def _pick(self, entries: Sequence[Entry]) -> Entry:
        return self._chance.choice(entries)
