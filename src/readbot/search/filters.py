"""What the filters of a query let through."""

import numpy as np
from numpy.typing import NDArray

from readbot.exceptions import QueryError
from readbot.reading_list import Kind, ReadingList
from readbot.reading_list.model import Place
from readbot.search.index import InvertedIndex
from readbot.search.query import Query
from readbot.search.sections import SectionFinder

#: A section this much like the name in a filter is meant by it.
_SURE_ENOUGH = 0.6


class Filters:
    """Kind, section and year of every link, as arrays by document number."""

    def __init__(self, reading_list: ReadingList, index: InvertedIndex, sections: SectionFinder) -> None:
        entries = reading_list.entries
        self._index = index
        self._sections = sections
        self._places = reading_list.places
        numbers = {place.path: number for number, place in enumerate(self._places)}
        #: The section of each link, as its number among the places.
        self._place_numbers = np.array([numbers[entry.path] for entry in entries], np.int32)
        kinds = {kind: number for number, kind in enumerate(Kind, 1)}
        self._kinds = np.array(
            [kinds[entry.link.kind] if entry.link.kind else 0 for entry in entries], np.int8
        )
        self._kind_numbers = kinds
        self._years = np.array([entry.link.year or 0 for entry in entries], np.int16)

    def allowed(self, query: Query) -> NDArray[np.bool_] | None:
        """Return which links the query's filters let through, None if it has no filter.

        Raises:
            QueryError: There is no such section; the message names the nearest.
        """
        if not query.has_filters:
            return None
        allowed = np.ones(self._index.size, bool)
        if query.kinds:
            allowed &= np.isin(self._kinds, [self._kind_numbers[kind] for kind in query.kinds])
        if query.sections:
            named = [place for name in query.sections for place in self._find_places(name)]
            inside = [any(place.holds(inner.path) for place in named) for inner in self._places]
            allowed &= np.array(inside, bool)[self._place_numbers]
        if query.years:
            in_years = np.zeros(self._index.size, bool)
            for first, last in query.years:
                in_years |= (self._years >= first) & (self._years <= last) & (self._years > 0)
            allowed &= in_years
        for words in query.phrases:
            allowed &= self._holding(words)
        for words in query.excluded:
            allowed &= ~self._holding(words, exact=len(words) > 1)
        return allowed

    def _holding(self, words: tuple[str, ...], *, exact: bool = True) -> NDArray[np.bool_]:
        held = np.zeros(self._index.size, bool)
        held[self._index.phrase_hits(words, exact=exact).docs] = True
        return held

    def _find_places(self, name: str) -> list[Place]:
        found = self._sections.find(name)
        best = found[0][1] if found else 0.0
        if best >= _SURE_ENOUGH:
            return [place for place, score in found if score == best]
        near = [place.title for place, _ in found[:3]] or [
            place.title for place in self._sections.nearest(name)[:3]
        ]
        raise QueryError(f"There is no section “{name}”. The nearest: {', '.join(near)}.")
