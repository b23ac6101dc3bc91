"""What the filters of a query let through."""

from collections.abc import Iterable, Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from readbot.exceptions import QueryError
from readbot.language import tr, translatable
from readbot.reading_list import Kind, ReadingList
from readbot.reading_list.model import Place
from readbot.search.fields import Field
from readbot.search.index import InvertedIndex
from readbot.search.query import Facets, Query
from readbot.search.sections import SectionFinder
from readbot.search.sites import SiteTable

#: A section this much like the name in a filter is meant by it.
_SURE_ENOUGH = 0.6
#: So many sections are named where none is like what was typed.
_MOST_NAMED = 5


class Filters:
    """Kind, section, year, site and author of every link, by document number."""

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
        self._entries = entries

    def allowed(self, query: Query) -> NDArray[np.bool_] | None:
        """Return which links the query's filters let through, None if it has no filter.

        Raises:
            QueryError: There is no such section; the message names the nearest, or some that there are.
        """
        if not query.has_filters:
            return None
        allowed = np.ones(self._index.size, bool)
        for facet in self._facets(query.only):
            allowed &= facet
        for facet in self._facets(query.without):
            allowed &= ~facet
        for words in query.phrases:
            allowed &= self._holding(words)
        for words in query.excluded:
            allowed &= ~self._holding(words, exact=len(words) > 1)
        return allowed

    def _facets(self, facets: Facets) -> Iterator[NDArray[np.bool_]]:
        """Yield which links have one of the kinds, stand in one of the sections, and so on, where any is named."""
        if facets.kinds:
            yield np.isin(self._kinds, [self._kind_numbers[kind] for kind in facets.kinds])
        if facets.sections:
            named = [place for name in facets.sections for place in self._find_places(name)]
            inside = [any(place.holds(inner.path) for place in named) for inner in self._places]
            yield np.array(inside, bool)[self._place_numbers]
        if facets.years:
            in_years = np.zeros(self._index.size, bool)
            for first, last in facets.years:
                in_years |= (self._years >= first) & (self._years <= last) & (self._years > 0)
            yield in_years
        if facets.sites:
            yield self._mark(doc for site in facets.sites for doc in self._site_table.on(site))
        if facets.authors:
            by_one = np.zeros(self._index.size, bool)
            for words in facets.authors:
                by_one |= self._by(words)
            yield by_one

    def _by(self, words: tuple[str, ...]) -> NDArray[np.bool_]:
        """Return which links are by whom *words* name: an author, or one who publishes under the name."""
        hits = self._index.phrase_hits(words)
        by = self._mark(self._site_table.named("".join(words)))
        by[hits.docs[hits.fields >> Field.AUTHOR & 1 == 1]] = True
        return by

    @cached_property
    def _site_table(self) -> SiteTable:
        # Few ask for a site, so it is made for the first who does; two at once make the same.
        return SiteTable(self._entries)

    def _mark(self, docs: Iterable[int]) -> NDArray[np.bool_]:
        marked = np.zeros(self._index.size, bool)
        marked[list(docs)] = True
        return marked

    def _holding(self, words: tuple[str, ...], *, exact: bool = True) -> NDArray[np.bool_]:
        held = np.zeros(self._index.size, bool)
        held[self._index.phrase_hits(words, exact=exact).docs] = True
        return held

    def _find_places(self, name: str) -> list[Place]:
        found = self._sections.find(name)
        best = found[0][1] if found else 0.0
        if best >= _SURE_ENOUGH:
            return [place for place, score in found if score == best]
        if found:
            near = tr(", ").join(place.title for place, _ in found[:3])
            raise QueryError(
                tr("There is no section “{name}”. The nearest: {sections}.", name=name, sections=near)
            )
        some = tr(", ").join(place.title for place in self._places[:_MOST_NAMED])
        if len(self._places) > _MOST_NAMED:
            message = translatable("There is no section “{name}”. There are {sections}, and others.")
        else:
            message = translatable("There is no section “{name}”. There are {sections}.")
        raise QueryError(tr(message, name=name, sections=some))
