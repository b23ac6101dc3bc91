"""Ways to finish what a person has begun to type."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from itertools import chain

from readbot.language import tn
from readbot.reading_list import Entry, ReadingList
from readbot.reading_list.model import Place
from readbot.search.fields import Field
from readbot.search.index import InvertedIndex
from readbot.search.names import TitleBeginnings
from readbot.search.results import Completion, CompletionKind, Match
from readbot.search.sections import SectionFinder
from readbot.search.text import split_words

_SHORTENED = 60
#: A section this much like what is typed is named by it.
_SURE = 0.8


class Completer:
    """Titles, sections and other words of a list, by their beginnings."""

    def __init__(
        self,
        reading_list: ReadingList,
        sections: SectionFinder,
        index: InvertedIndex,
        titles: TitleBeginnings,
    ) -> None:
        self._list = reading_list
        self._sections = sections
        self._index = index
        self._aliases = sorted(_known_names(reading_list.entries))
        self._titles = titles

    def complete(self, text: str, matches: Sequence[Match], *, limit: int) -> list[Completion]:
        """Return up to *limit* completions of *text*, a section that it names first.

        Args:
            text: What is typed so far.
            matches: What a search for it finds, best first.
            limit: At most this many, 1 or more.
        """
        if not split_words(text):
            return self._picks(limit)
        named = [place for place, score in self._sections.find(text) if score >= _SURE]
        found = [complete_place(place) for place in dict.fromkeys(named + self._sections.begun(text))][:3]
        found += self._complete_aliases(text)[:3]
        found += [complete_entry(entry) for entry in self._titles_for(text, matches, limit)]
        return _unique(found, limit)

    def _titles_for(self, text: str, matches: Sequence[Match], limit: int) -> list[Entry]:
        """Return links to offer: titles that begin so, then those with a word that does, then what else is found.

        Among each sort those come first that a search finds, best first; the others are in list order.
        """
        words = split_words(text)
        joined = "".join(words)
        begun = self._titles.titled(joined)
        inside: set[int] = set()
        if len(words) == 1:
            hits = self._index.prefix_hits(joined)
            inside = set(hits.docs[hits.fields >> Field.TITLE & 1 == 1].tolist()) - begun
        found = [match.entry.number - 1 for match in matches]
        ordered = [
            *_found_first(begun, found, limit),
            *_found_first(inside, found, limit),
            *found,
        ]
        return [self._list.entries[doc] for doc in dict.fromkeys(ordered)]

    def complete_section(self, text: str, *, limit: int) -> list[Completion]:
        """Return up to *limit* sections for *text*, best first; all in list order when it is blank."""
        if not split_words(text):
            places: Iterable[Place] = self._list.places
        else:
            found = [place for place, _ in self._sections.find(text)]
            places = dict.fromkeys(found + self._sections.begun(text))
        return _unique((complete_place(place) for place in places), limit)

    def _complete_aliases(self, text: str) -> list[Completion]:
        typed = "".join(split_words(text))
        at = bisect_left(self._aliases, (typed,))
        found: list[Completion] = []
        while at < len(self._aliases) and self._aliases[at][0].startswith(typed) and len(found) < 10:
            _, name, kind, number = self._aliases[at]
            title = self._list.entries[number - 1].link.title
            found.append(Completion(kind=kind, text=name, detail=_shorten(title)))
            at += 1
        return found

    def _picks(self, limit: int) -> list[Completion]:
        """Return what to offer when nothing is typed: the sections that hold links, outermost first."""
        places = sorted(
            (place for place in self._list.places if place.link_count), key=lambda place: len(place.path)
        )
        picks = [complete_place(place) for place in places]
        picks += [complete_entry(entry) for entry in self._list.entries[:limit]]
        return _unique(picks, limit)


def complete_place(place: Place) -> Completion:
    count = tn("{number} link", "{number} links", place.link_count)
    above = " › ".join(place.path[:-1])
    return Completion(
        kind=CompletionKind.SECTION,
        text=place.title,
        detail=f"{count} · {above}" if above else count,
        section_id=place.id,
    )


def complete_entry(entry: Entry) -> Completion:
    detail = " · ".join(part for part in (entry.link.kind, entry.path[-1]) if part)
    return Completion(kind=CompletionKind.TITLE, text=entry.link.title, detail=detail)


def _known_names(entries: Iterable[Entry]) -> Iterator[tuple[str, str, CompletionKind, int]]:
    """Yield aliases and authors with the number of their link, by each of their words: "Weng" is a beginning."""
    for entry in entries:
        aliases = ((alias, CompletionKind.ALIAS) for alias in entry.link.aliases)
        authors = ((author, CompletionKind.AUTHOR) for author in entry.link.authors)
        for name, kind in chain(aliases, authors):
            words = split_words(name)
            for first in range(len(words)):
                yield "".join(words[first:]), name, kind, entry.number


def _found_first(docs: set[int], found: Sequence[int], limit: int) -> list[int]:
    """Return up to *limit* of *docs*, those first that are *found*, in that order; the others rising."""
    first = [doc for doc in found if doc in docs][:limit]
    return [*first, *nsmallest(limit - len(first), docs.difference(first))]


def _shorten(text: str) -> str:
    return text if len(text) <= _SHORTENED else text[: _SHORTENED - 1].rstrip() + "…"


def _unique(completions: Iterable[Completion], limit: int) -> list[Completion]:
    """Return the first *limit* that do not say what an earlier one says."""
    seen: dict[tuple[CompletionKind, str, str], Completion] = {}
    for completion in completions:
        if len(seen) == limit:
            break
        seen.setdefault((completion.kind, completion.text.casefold(), completion.section_id), completion)
    return list(seen.values())
