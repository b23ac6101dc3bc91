"""From the words of a query to what speaks for each of them on the list."""

from collections.abc import Iterable, Sequence, Set
from functools import lru_cache

from readbot.reading_list import Entry
from readbot.search.aliases import AliasTable, Phrase
from readbot.search.common_words import STOP_WORDS, WEAK_WORDS
from readbot.search.evidence import Evidence, Group, How, find_evidence
from readbot.search.index import InvertedIndex
from readbot.search.names import TitleBeginnings
from readbot.search.phrases import telling_stems
from readbot.search.query import Query
from readbot.search.terms import TermFinder
from readbot.search.text import split_words, stem
from readbot.search.words import WordFinder

#: Evidence that a word gives by itself, and that a term around it casts doubt on.
_ALONE = frozenset({How.SAID, How.BEGUN, How.CORRECTED, How.SITE})


class Matcher:
    """Finds evidence. Made once for a list and an alias table; safe in several threads."""

    def __init__(
        self, index: InvertedIndex, aliases: AliasTable, entries: Sequence[Entry], titles: TitleBeginnings
    ) -> None:
        self._index = index
        self._aliases = aliases
        self.terms = TermFinder(index, aliases, entries)
        self._words = WordFinder(index, aliases, entries, self.terms)
        self._titles = titles

    def match(self, query: Query) -> list[Group]:
        """Return a group for each word that counts, in order; without any, for each word there is."""
        words = query.words
        groups = [
            Group(word=word, position=at) if counts else None
            for at, (word, counts) in enumerate(zip(words, self._count(query), strict=True))
        ]
        self._add_words(query, groups)
        self._add_spans(words, groups)
        self._add_mended_terms(words, groups)
        found = [group for group in groups if group is not None]
        if query.is_open:
            titles = find_evidence(How.TITLE, self._titles.hits("".join(words)), asked=" ".join(words))
            for group in found:
                group.evidence += titles
        return found

    def alternatives(self, query: Query) -> list[str]:
        """Return queries near one that nothing answers, best first; not all of them need have an answer."""
        telling = [word for word in query.words if word not in STOP_WORDS]
        mended = [near[0].word if (near := self._words.correct(word)) else word for word in telling]
        kept = [word for word in mended if self._index.knows(word) and word not in WEAK_WORDS]
        others = [
            other.term
            for word in telling
            for other in self._aliases.find((word,))
            if all(self._index.knows(part) for part in other.words)
        ]
        rare_first = sorted(kept, key=self._index.count)
        candidates = [" ".join(mended), " ".join(kept), *rare_first, *others]
        return [candidate for candidate in dict.fromkeys(candidates) if candidate]

    def _count(self, query: Query) -> list[bool]:
        """Return which words count: no grammar, and no letter that has only just begun the next word."""
        words = query.words
        counts = [word not in STOP_WORDS for word in words]
        if query.is_open and len(words) > 1 and len(words[-1]) == 1 and words[-1] not in self._index:
            counts[-1] = False
        return counts if any(counts) else [True] * len(words)

    def _add_words(self, query: Query, groups: Sequence[Group | None]) -> None:
        """Add what each word says by itself."""
        is_alone = len(query.words) == 1
        for at, group in enumerate(groups):
            if group is not None:
                is_last = query.is_open and at == len(groups) - 1
                group.evidence += self._words.find(group.word, is_last=is_last, is_alone=is_alone)

    def _add_spans(self, words: tuple[str, ...], groups: Sequence[Group | None]) -> None:
        """Add what words of the query say together, and what one or more of them say in other words."""
        known = self.terms.find_spans(words)
        phrases = self._find_phrases(words)
        terms = [_places(span) for span in known if self.terms.is_term(words[slice(*span)])]
        for span in known:
            found = self._find_term(words[slice(*span)], words)
            _add(groups, _places(span), found, terms)
        for phrase in phrases:
            asked = " ".join(words[at] for at in phrase.positions)
            leads = self._leave_out(self.terms.find_leads(phrase.group, asked), words)
            _add(groups, frozenset(phrase.positions), leads, terms)
            if leads:
                for group in _members(groups, _places((phrase.positions[0], phrase.positions[-1]))):
                    group.is_inside |= group.position not in phrase.positions
        for span in _joinable_spans(words):
            if members := _members(groups, _places(span)):
                joined = list(self._words.find_joined(words[slice(*span)]))
                for group in members:
                    group.evidence += joined
        for at, member in enumerate(groups):
            if member is not None and _is_part({at}, terms):
                # "learning" alone says little about "reinforcement learning".
                member.is_part = True
                member.evidence = [one.doubted() if one.how in _ALONE else one for one in member.evidence]

    def _find_phrases(self, words: tuple[str, ...]) -> list[Phrase]:
        """Return the phrases people ask with that stand in the query."""
        return self._aliases.find_phrases(telling_stems(words))

    def _find_term(self, span: tuple[str, ...], words: tuple[str, ...]) -> list[Evidence]:
        return self._leave_out(self.terms.find(span), words)

    @staticmethod
    def _leave_out(evidence: Iterable[Evidence], words: tuple[str, ...]) -> list[Evidence]:
        """Return *evidence* without related words that the query says itself.

        "k-means clustering": that "k-means" goes with "clustering" proves nothing here.
        """
        asked = {stem(word) for word in words}
        return [one for one in evidence if one.how is not How.RELATED or not _stems(one.found) <= asked]

    def _add_mended_terms(self, words: tuple[str, ...], groups: Sequence[Group | None]) -> None:
        """Add what terms say that have a misspelt word in them."""
        mended = tuple(
            word if group is None or not (near := self._words.correct(word)) else near[0].word
            for word, group in zip(words, groups, strict=True)
        )
        if mended == words:
            return
        for first, last in self.terms.find_spans(mended):
            if last - first > 1 and mended[first:last] != words[first:last]:
                found = [one.weakened(weight=0.8, trust=0.9) for one in self.terms.find(mended[first:last])]
                for group in _members(groups, _places((first, last))):
                    group.evidence += found


@lru_cache(maxsize=8192)
def _stems(term: str) -> frozenset[str]:
    return frozenset(stem(word) for word in split_words(term))


def _joinable_spans(words: Sequence[str]) -> list[tuple[int, int]]:
    """Return where two or three neighbours may be one word: "fine tuning", "bits and bytes"."""
    pairs = [(first, first + 2) for first in range(len(words) - 1)]
    triples = [
        (first, first + 3)
        for first in range(len(words) - 2)
        if words[first] not in STOP_WORDS and words[first + 2] not in STOP_WORDS
    ]
    return pairs + triples


def _places(span: tuple[int, int]) -> frozenset[int]:
    return frozenset(range(*span))


def _members(groups: Sequence[Group | None], places: Set[int]) -> list[Group]:
    return [group for at in sorted(places) if (group := groups[at]) is not None]


def _add(
    groups: Sequence[Group | None], places: Set[int], found: list[Evidence], terms: Sequence[Set[int]]
) -> None:
    """Add what the words at *places* say, in doubt where they are a part of a longer one of *terms*."""
    if _is_part(places, terms):
        found = [one.doubted() for one in found]
    for group in _members(groups, places):
        group.evidence += found


def _is_part(places: Set[int], terms: Sequence[Set[int]]) -> bool:
    """Tell whether *places* are some of those of a longer one of *terms*."""
    return any(places < term for term in terms)
