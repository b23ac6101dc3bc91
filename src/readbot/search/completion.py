"""Ways to finish what a person has begun to type."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence

from readbot.reading_list import Entry, ReadingList
from readbot.reading_list.model import Place
from readbot.search.results import Completion, CompletionKind, Match
from readbot.search.sections import SectionFinder
from readbot.search.text import split_words

_SHORTENED = 60


class Completer:
    """Titles, sections and other words of a list, by their beginnings."""

    def __init__(self, reading_list: ReadingList, sections: SectionFinder) -> None:
        self._list = reading_list
        self._sections = sections
        self._aliases = sorted(_known_aliases(reading_list.entries))

    def complete(self, text: str, matches: Sequence[Match], *, limit: int) -> list[Completion]:
        """Return up to *limit* completions of *text*, a section that it names first.

        Args:
            text: What is typed so far.
            matches: What a search for it finds, best first.
            limit: At most this many, 1 or more.
        """
        if not split_words(text):
            return self._picks(limit)
        found = [complete_place(place) for place, score in self._sections.find(text)[:3] if score >= 0.8]
        found += self._complete_aliases(text)[:3]
        found += [complete_entry(match.entry) for match in matches]
        return _unique(found, limit)

    def complete_section(self, text: str, *, limit: int) -> list[Completion]:
        """Return up to *limit* sections for *text*, best first; all in list order when it is blank."""
        if not split_words(text):
            places: Iterable[Place] = self._list.places
        else:
            places = (place for place, _ in self._sections.find(text))
        return _unique((complete_place(place) for place in places), limit)

    def _complete_aliases(self, text: str) -> list[Completion]:
        typed = "".join(split_words(text))
        at = bisect_left(self._aliases, (typed,))
        found: list[Completion] = []
        while at < len(self._aliases) and self._aliases[at][0].startswith(typed) and len(found) < 10:
            _, alias, number = self._aliases[at]
            title = self._list.entries[number - 1].link.title
            found.append(Completion(kind=CompletionKind.ALIAS, text=alias, detail=_shorten(title)))
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
    count = f"{place.link_count} link{'' if place.link_count == 1 else 's'}"
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


def _known_aliases(entries: Iterable[Entry]) -> Iterator[tuple[str, str, int]]:
    """Yield aliases and authors with the number of their link, by each of their words: "Weng" is a beginning."""
    for entry in entries:
        for alias in (*entry.link.aliases, *entry.link.authors):
            words = split_words(alias)
            for first in range(len(words)):
                yield "".join(words[first:]), alias, entry.number


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
