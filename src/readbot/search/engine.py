"""The search: a list, indexed, and answers to queries about it."""

import re
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from readbot.exceptions import QueryError
from readbot.reading_list import ReadingList
from readbot.reading_list.model import Place
from readbot.search.aliases import AliasTable
from readbot.search.common_words import STOP_WORDS
from readbot.search.completion import Completer
from readbot.search.evidence import Group
from readbot.search.filters import Filters
from readbot.search.gist import ADDRESS, GistFinder
from readbot.search.index import InvertedIndex
from readbot.search.matching import Matcher
from readbot.search.names import TitleBeginnings
from readbot.search.query import Query, parse_query, split_pieces
from readbot.search.ranking import Scores, score, select
from readbot.search.reasons import Held, explain, find_corrections, put_in_context
from readbot.search.results import Completion, Match, SearchResult
from readbot.search.sections import SectionFinder
from readbot.search.spelling import is_near, is_telling
from readbot.search.stream import Floats
from readbot.search.text import clean_query, split_words, stem

#: Ends no address that stands in a sentence, in Slack's angle brackets or in Markdown.
_BEHIND_ADDRESS = ".,;:!?)]>\"'*_"
#: So many of the best are looked at more closely: whether the query is their title, or a part of it.
_LOOKED_AT = 50
_MAX_NEAREST = 3
#: A section one of whose links holds this share of a query is like it.
_LEAST_HELD = 0.15
#: Of the queries near one without an answer, so many are tried.
_MAX_TRIED = 5
#: Factors on the worth of a link: the query is its name; all its title's words are asked for; the query stands
#: in its title.
_SAME_NAME = 1.6
_TITLE_SHARE = 0.2
_IN_TITLE = 0.18


class SearchIndex:
    """A reading list ready to be searched.

    Built once; nothing changes afterwards, so any number of threads may use it. The same query has the
    same answer every time.
    """

    def __init__(self, reading_list: ReadingList, aliases: AliasTable | None = None) -> None:
        #: What is searched, and the other words that it is searched with.
        self.reading_list = reading_list
        self.aliases = aliases or AliasTable()
        self._entries = reading_list.entries
        self._places = {place.path: place for place in reading_list.places}
        self._index = InvertedIndex(self._entries)
        titles = TitleBeginnings(self._entries)
        self._matcher = Matcher(self._index, self.aliases, self._entries, titles)
        self._sections = SectionFinder(reading_list.places, self.aliases)
        self._filters = Filters(reading_list, self._index, self._sections)
        self._gists = GistFinder(
            self._index, self.aliases, self._matcher.terms, link_count=len(self._entries)
        )
        self._completer = Completer(reading_list, self._sections, self._index, titles)
        self._name_of = lru_cache(maxsize=8192)(self._read_name)

    def search(self, query: str, *, limit: int = 50) -> SearchResult:
        """Return the links that answer *query*, best first, ties in list order.

        Args:
            query: As typed: words, "exact phrases", -words, kind:, section:, year:, site: and author:
                filters, each with a minus to turn it round. Filters
                alone give the links they let through, in list order.
            limit: At most this many matches, 1 or more.

        Raises:
            QueryError: There is neither letter nor digit nor filter in it, or a filter is none; the
                message says what to type.
        """
        parsed = parse_query(query)
        allowed = self._filters.allowed(parsed)
        if not parsed.words and allowed is not None:
            return self._list_allowed(parsed, allowed, limit)
        groups = self._matcher.match(parsed)
        scores = score(self._index, parsed.words, groups)
        ranked = self._find(parsed, groups, scores, allowed, limit)
        if ranked:
            return self._make_result(parsed, groups, scores, ranked)
        return SearchResult(
            query=parsed.text,
            nearest=self._nearest(parsed, groups, scores),
            did_you_mean=self._did_you_mean(parsed),
        )

    def complete(self, text: str, *, limit: int) -> Sequence[Completion]:
        """Return up to *limit* ways to finish *text*, best first; useful picks when it is blank."""
        try:
            matches = self.search(text, limit=limit).matches
        except QueryError:
            matches = ()
        return self._completer.complete(clean_query(text), matches, limit=limit)

    def complete_section(self, text: str, *, limit: int) -> Sequence[Completion]:
        """Return up to *limit* sections for what is typed so far, best first; all when it is blank."""
        return self._completer.complete_section(clean_query(text), limit=limit)

    def find_sections(self, text: str) -> list[tuple[Place, float]]:
        """Return the sections that *text* may name, best first, with a certainty from 0 to 1."""
        return self._sections.find(clean_query(text))

    def condense(self, query: str, *, max_length: int) -> str:
        """Return a query of at most *max_length* characters that asks for the same, as far as it can.

        Question words go first, then words that the list does not have, then the end.
        """
        cleaned = clean_query(query)
        if len(cleaned) <= max_length:
            return cleaned
        pieces = split_pieces(cleaned)
        telling = [piece for piece in pieces if not self._is_grammar(piece)] or pieces
        known = [piece for piece in telling if self._is_on_list(piece)] or telling
        shorter = " ".join(telling)
        if len(shorter) > max_length:
            shorter = " ".join(known)
        while len(shorter) > max_length and len(known) > 1:
            known.pop()
            shorter = " ".join(known)
        return shorter[:max_length].rstrip()

    def search_message(self, message: str, *, limit: int, max_length: int) -> SearchResult:
        """Return the links on what a message is about, best first.

        Args:
            message: Any text of people's, long or short; nothing in it is a filter or a phrase.
            limit: At most this many matches, 1 or more.
            max_length: Of the query that the result names, in characters.

        Returns:
            The matches, with the words that were gone by as the query; both empty where it is about
            nothing on the list.
        """
        query = ""
        matches: dict[int, Match] = {}
        for each in self._gists.find(ADDRESS.sub(self._name_link, message), max_length=max_length):
            found = self.search(each, limit=limit).matches
            query = query or (each if found else "")
            for match in found:
                matches.setdefault(match.entry.number, match)
            if len(matches) >= limit:
                break
        return SearchResult(query=query, matches=tuple(matches.values())[:limit])

    def _name_link(self, address: re.Match[str]) -> str:
        """Return the title of the link to which an address in a message leads: it says what it is about.

        Others stay as they are. Behind it may stand the punctuation of the sentence around it.
        """
        entry = self.reading_list.find_address(address[0].rstrip(_BEHIND_ADDRESS))
        return entry.link.title if entry is not None else address[0]

    def _is_grammar(self, piece: str) -> bool:
        return all(word in STOP_WORDS for word in split_words(piece))

    def _is_on_list(self, piece: str) -> bool:
        """Tell whether some word of *piece* is on the list; filters and phrases always count as such."""
        words = split_words(piece)
        is_plain = len(words) == 1 and not piece.startswith(("-", '"'))
        return not is_plain or self._index.knows(words[0])

    def _list_allowed(self, query: Query, allowed: NDArray[np.bool_], limit: int) -> SearchResult:
        docs = np.flatnonzero(allowed)[:limit].tolist()
        matches = tuple(
            Match(entry=self._entries[doc], score=1.0, why="filters", why_is_plain=True) for doc in docs
        )
        nearest = () if matches else self._nearest(query)
        return SearchResult(query=query.text, matches=matches, nearest=nearest)

    def _find(
        self,
        query: Query,
        groups: Sequence[Group],
        scores: Scores,
        allowed: NDArray[np.bool_] | None,
        limit: int,
    ) -> list[tuple[int, float]]:
        """Return the links that answer with their totals, best first."""
        docs, totals = select(scores, allowed)
        if not len(docs):
            return []
        return self._rank(query, groups, docs, totals, max(limit, _LOOKED_AT))[:limit]

    def _rank(
        self, query: Query, groups: Sequence[Group], docs: NDArray[np.intp], totals: Floats, count: int
    ) -> list[tuple[int, float]]:
        """Return the best *count* of *docs* with their totals, best first."""
        values = totals[docs]
        if len(docs) > count:
            # Stable: among equals the first of the list stay.
            best = np.argsort(-values, kind="stable")[:count]
            docs, values = docs[best], values[best]
        joined = "".join(query.words)
        stems = {stem(group.word) for group in groups}
        ranked = [
            (doc, total * self._likeness(doc, joined, stems))
            for doc, total in zip(docs.tolist(), values.tolist(), strict=True)
        ]
        ranked.sort(key=lambda pair: (-pair[1], pair[0]))
        return ranked

    def _likeness(self, doc: int, joined: str, stems: set[str]) -> float:
        """Return a factor of 1 or more for a link whose name the query is, or a part of it."""
        names, title, title_stems = self._name_of(doc)
        if joined in names:
            return _SAME_NAME
        shared = len(title_stems & stems) / len(title_stems) if title_stems else 0.0
        factor = 1 + _TITLE_SHARE * shared
        if len(joined) > 3 and joined in title:
            factor += _IN_TITLE
        return factor

    def _read_name(self, doc: int) -> tuple[frozenset[str], str, frozenset[str]]:
        """Return the names of a link as joined words, its title so, and the stems of the title."""
        link = self._entries[doc].link
        words = split_words(link.title)
        title = "".join(words)
        names = {title, *("".join(split_words(name)) for name in (*link.aliases, *link.authors))}
        return frozenset(names), title, frozenset(stem(word) for word in words if word not in STOP_WORDS)

    def _make_result(
        self, query: Query, groups: Sequence[Group], scores: Scores, ranked: Sequence[tuple[int, float]]
    ) -> SearchResult:
        first, best = ranked[0]
        corrections = find_corrections(self._entries[first], self._held_by(first, groups, scores))
        matches = []
        for doc, total in ranked:
            entry = self._entries[doc]
            why, is_plain = explain(entry, self._held_by(doc, groups, scores), corrections)
            matches.append(Match(entry=entry, score=round(total / best, 4), why=why, why_is_plain=is_plain))
        return SearchResult(
            query=query.text,
            matches=tuple(matches),
            corrections=put_in_context(corrections, query.text),
        )

    @staticmethod
    def _held_by(doc: int, groups: Sequence[Group], scores: Scores) -> list[Held]:
        return [
            Held(group=group, evidence=group.evidence[number - 1])
            for group, winners in zip(groups, scores.winners, strict=True)
            if (number := int(winners[doc]))
        ]

    def _nearest(
        self, query: Query, groups: Sequence[Group] = (), scores: Scores | None = None
    ) -> tuple[Place, ...]:
        """Return the sections like a query that nothing answers: those that hold some of it come first."""
        nearest: dict[Place, None] = {}
        if scores is not None:
            # That a link holds a number or a word of any subject makes its section no nearer.
            telling = [
                winners > 0
                for group, winners in zip(groups, scores.winners, strict=True)
                if is_telling(group.word)
            ]
            held = (
                np.where(np.any(telling, axis=0), scores.coverage, np.float32(0)) if telling else np.zeros(1)
            )
            best = np.argsort(-held, kind="stable")[:_MAX_NEAREST]
            holding = (doc for doc in best.tolist() if held[doc] >= _LEAST_HELD)
            nearest |= dict.fromkeys(self._places[self._entries[doc].path] for doc in holding)
        for name in (" ".join(query.words), *query.only.sections):
            nearest |= dict.fromkeys(place for place, _ in self._sections.find(name))
        return tuple(nearest)[:_MAX_NEAREST]

    def _did_you_mean(self, query: Query) -> tuple[str, ...]:
        """Return queries near one that nothing answers, each of which has an answer."""
        near = (
            candidate for candidate in self._matcher.alternatives(query) if is_near(candidate, query.words)
        )
        candidates = list(near)[:_MAX_TRIED]
        return tuple(candidate for candidate in candidates if self._has_answer(candidate))[:_MAX_NEAREST]

    def _has_answer(self, text: str) -> bool:
        query = parse_query(text)
        docs, _ = select(score(self._index, query.words, self._matcher.match(query)), None)
        return len(docs) > 0
