"""The bot: a command in, a reply out. Everything it knows is in memory."""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from readbot.conversation import guide_wording, sharing_wording, wording
from readbot.conversation.commands import (
    AtDesk,
    Command,
    ListSections,
    ReadingFor,
    Search,
    Share,
    ShareTo,
    ShowHelp,
    ShowLink,
    ShowLinks,
    ShowMenu,
    ShowNew,
    ShowRandom,
    ShowSection,
    Unshare,
    find_command,
    parse_command,
    parse_id,
)
from readbot.conversation.library import ALL_WELL, Libraries, Library, LinkDoctor
from readbot.conversation.paging import make_page
from readbot.conversation.reply import Outcome, Reply
from readbot.conversation.request import Request
from readbot.conversation.troubles import mark_troubles
from readbot.exceptions import QueryError
from readbot.language import current_language, tr
from readbot.reading_list import Entry
from readbot.reading_list.model import Place
from readbot.search.sections import IS_MEANT
from readbot.search.text import MAX_QUERY_LENGTH, clean_query

#: Results that are fetched and can be paged through; beyond, a narrower query serves better.
_MAX_MATCHES = 100

#: Answers to searches that are kept: people ask the same things, and a search is most of the work.
#: An adapter sees the very same reply again, and need not render it anew.
_KEPT_ANSWERS = 1024

#: A longer query nobody asks twice, and it would fill the memory.
_KEPT_QUERY_LENGTH = 200

#: Links that are shown for a message: what somebody reads in passing.
_READING_FOR = 3


class Bot:
    """Answers requests from the library of whoever asks.

    Safe to call from any thread: a request touches nothing that changes.
    """

    def __init__(
        self,
        libraries: Libraries,
        *,
        doctor: LinkDoctor | None = None,
        chance: random.Random | None = None,
        takes_suggestions: bool = False,
    ) -> None:
        """Serve *libraries*.

        Args:
            libraries: Which library is whose; a ``Library`` itself serves all.
            doctor: Knows which links are gone; without one, none is.
            chance: Decides what ``random`` shows (tests pass a seeded one).
            takes_suggestions: Whether somebody is there to take a link for what the list lacks.
        """
        self.libraries = libraries
        self._doctor = doctor or ALL_WELL
        self._chance = chance or random.Random()
        self._takes_suggestions = takes_suggestions
        # A library never changes, another one takes its place, so an answer stays right.
        self._search_or_recall = lru_cache(maxsize=_KEPT_ANSWERS)(self._search)

    def forget(self) -> None:
        """Let go of kept answers, and of the libraries that they came from."""
        self._search_or_recall.cache_clear()

    def handle(self, request: Request) -> Reply:
        """Answer one command, see :mod:`readbot.conversation.commands` for the language."""
        return self.answer(parse_command(request.text), request)

    def answer(self, command: Command, request: Request) -> Reply:
        """Answer a command that has been read already."""
        reply = self._answer(command, request)
        if not request.is_open or reply.public or not reply.can_be_shared:
            return reply
        return replace(
            reply,
            public=True,
            to_thread=True,
            actions=sharing_wording.shared_actions(reply, request.reader.id),
        )

    def _answer(self, command: Command, request: Request) -> Reply:
        library = self.libraries.find(request.workspace)
        if isinstance(command, Search):
            search = self._search_or_recall if len(command.query) <= _KEPT_QUERY_LENGTH else self._search
            return search(library, command, self._doctor.version, current_language())
        if isinstance(command, Share):
            return self._share(command, request)
        if isinstance(command, Unshare):
            return sharing_wording.unshared(is_allowed=request.reader.id == command.person_id)
        return self.examine(_Answering(library, self._pick).answer(command))

    def _search(self, library: Library, command: Search, _version: int, _language: str) -> Reply:
        """Answer a search; all that the answer depends on is an argument, as it is kept by them."""
        reply = self.examine(_Answering(library, self._pick).answer(command))
        if reply.outcome is Outcome.NO_MATCH and self._takes_suggestions:
            return replace(reply, actions=(*reply.actions, wording.suggest_action()))
        return reply

    def _share(self, command: Share, request: Request) -> Reply:
        reply = self._answer(command.command, request)
        if not reply.can_be_shared:
            return reply
        if command.to is None and request.has_thread:
            return sharing_wording.ask_where(reply, command.command)
        return replace(
            reply,
            public=True,
            to_thread=command.to is ShareTo.THREAD,
            shared_by=request.reader.id,
            actions=sharing_wording.shared_actions(reply, request.reader.id),
        )

    def examine(self, reply: Reply) -> Reply:
        """Return *reply* with what is known to be wrong with its links."""
        return mark_troubles(reply, self._doctor)

    def _pick(self, entries: Sequence[Entry]) -> Entry:
        """Return one of *entries* by chance, a dead one only where all of them are."""
        entry = self._chance.choice(entries)
        if self._doctor.find_trouble(entry.link.url) is None:
            return entry
        # Looked through only now: most links of most lists are well, and a list may be long.
        well = [each for each in entries if self._doctor.find_trouble(each.link.url) is None]
        return self._chance.choice(well or entries)


class _Answering:
    """Answers commands from one library."""

    def __init__(self, library: Library, pick: Callable[[Sequence[Entry]], Entry]) -> None:
        self.library = library
        self._pick = pick

    def answer(self, command: Command) -> Reply:
        match command:
            case ShowMenu():
                return guide_wording.menu(
                    self.library.reading_list, self._pick(self.library.reading_list.entries)
                )
            case ShowHelp():
                return guide_wording.help_page(self.library.reading_list)
            case ListSections():
                return wording.section_list(self.library.reading_list)
            case ShowSection(name, page):
                return self._show_section(name, page)
            case ShowRandom(section):
                return self._show_random(section)
            case ShowNew(page):
                return self._show_new(page)
            case ShowLink(link_id):
                return self._show_link(link_id)
            case ShowLinks(link_ids):
                return self._show_links(link_ids)
            case ReadingFor(message):
                return self._find_reading(message)
            case Search(query, page):
                return self._search(query, page)
            case AtDesk() | Share() | Unshare():
                return wording.not_here()

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

    def _show_random(self, section: str) -> Reply:
        if not section:
            return wording.random_link(self._pick(self.library.reading_list.entries), place=None)
        place, near = self._find_place(section)
        if place is not None:
            return wording.random_link(self._pick(self.library.reading_list.entries_in(place)), place=place)
        # "random forests" is no wish for a section called "forests".
        searched = f"random {section}"
        if parse_id(section) is None and self.library.index.search(searched, limit=1).matched:
            return self._search(searched, 1)
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
            return wording.gone(tr("That link is no longer on the list."), self.library.reading_list)
        return wording.one_link(entry)

    def _show_links(self, link_ids: Sequence[str]) -> Reply:
        found = [self.library.reading_list.find_entry(link_id) for link_id in link_ids]
        entries = [entry for entry in found if entry is not None]
        if not entries:
            return wording.gone(tr("Those links are no longer on the list."), self.library.reading_list)
        return wording.some_links(entries)

    def _find_reading(self, message: str) -> Reply:
        result = self.library.index.search_message(
            message, limit=_READING_FOR, max_length=wording.MAX_QUERY_LENGTH
        )
        if not result.matched:
            return sharing_wording.nothing_to_read(self.library.reading_list)
        return sharing_wording.reading(result.query, result.matches)

    def _find_place(self, name: str) -> tuple[Place | None, tuple[Place, ...]]:
        """Return the section that *name* means, else None and the nearest ones."""
        place_id = parse_id(name)
        if place_id is not None:
            return self.library.reading_list.find_place(place_id), ()
        found = self.library.index.find_sections(name)
        if found and found[0][1] >= IS_MEANT:
            return found[0][0], ()
        return None, tuple(place for place, _ in found[:3])
