"""What speaks for a term of one or more words: its other words, and the sections that are called so."""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from readbot.reading_list import Entry
from readbot.search.aliases import AliasTable, OtherWords
from readbot.search.common_words import STOP_WORDS, WEAK_WORDS
from readbot.search.evidence import Evidence, How, find_evidence
from readbot.search.index import Hits, InvertedIndex
from readbot.search.names import SectionNames
from readbot.search.text import key_of

#: What links with all words of a term are worth, where the words do not stand side by side.
_APART = 0.5
#: What a part of a term is worth beside the whole.
_PART = 0.6
#: So many letters of a term tell most of what is none.
_HEAD = 5


class TermFinder:
    """Finds terms by the alias table and by the sections' names."""

    def __init__(self, index: InvertedIndex, aliases: AliasTable, entries: Sequence[Entry]) -> None:
        self._index = index
        self._aliases = aliases
        self._sections = SectionNames(entries)
        self._keys = self._aliases.keys | self._sections.keys
        self._heads = {key[:_HEAD] for key in self._keys}
        self._longest = max(self._aliases.longest, self._sections.longest)
        self.find = lru_cache(maxsize=index.remembered)(self._find)
        self.find_leads = lru_cache(maxsize=index.remembered)(self._find_leads)
        self.find_others = lru_cache(maxsize=index.remembered)(self._find_others)

    def find_spans(self, words: tuple[str, ...]) -> list[tuple[int, int]]:
        """Return where in *words* there are terms or names of sections: first word, and the one behind the last."""
        return [
            (first, last)
            for first in range(len(words))
            for last in range(first + 1, min(first + self._longest, len(words)) + 1)
            if self._is_known(words[first:last])
        ]

    def _is_known(self, span: tuple[str, ...]) -> bool:
        return (len(span) == 1 or self._begins_like_a_term("".join(span))) and key_of(span) in self._keys

    def _begins_like_a_term(self, joined: str) -> bool:
        """Tell most of what is no term, unstemmed: a stem differs from its word at the end only."""
        if joined[:_HEAD] in self._heads:
            return True
        return len(joined) < 2 * _HEAD and any(joined[:length] in self._heads for length in range(2, _HEAD))

    def is_term(self, span: tuple[str, ...]) -> bool:
        """Tell whether several words are one term of the field, such as "reinforcement learning"."""
        return len(span) > 1 and span in self._aliases

    def _find(self, span: tuple[str, ...]) -> tuple[Evidence, ...]:
        """Return the evidence for the words *span* as a whole."""
        said = " ".join(span)
        found = list(self.find_others(span))
        found += find_evidence(How.SECTION, self._sections.hits(span), asked=said)
        if self.is_term(span):
            found += find_evidence(How.TERM, self._index.phrase_hits(span), asked=said)
        return tuple(found)

    def _find_others(self, span: tuple[str, ...]) -> tuple[Evidence, ...]:
        """Return the evidence for the other words of a term."""
        if len(span) == 1 and (span[0] in STOP_WORDS or span[0] in WEAK_WORDS):
            return ()
        return self._find_all(self._aliases.find_by_key(key_of(span)), " ".join(span))

    def _find_leads(self, group: int, asked: str) -> tuple[Evidence, ...]:
        """Return the evidence for what people look for who ask with the words *asked*, a phrase of *group*."""
        return self._find_all(self._aliases.find_leads(group), asked)

    def _find_all(self, others: Iterable[OtherWords], asked: str) -> tuple[Evidence, ...]:
        return tuple(
            evidence
            for other in others
            for hits, share in self._find_other(other)
            for evidence in find_evidence(
                How.SAME if other.is_same else How.RELATED,
                hits,
                asked=asked,
                found=other.term,
                weight=share,
                trust=share**0.5,
            )
        )

    def _find_other(self, other: OtherWords) -> Iterator[tuple[Hits, float]]:
        """Yield links with a term of the alias table, and what share of its worth they have."""
        words = other.words
        if len(words) == 1:
            yield self._index.word_hits(words[0]), 1.0
            return
        joined = "".join(words)
        if self._index.begins_like_a_word(joined):
            yield self._index.word_hits(joined), 1.0
        known = sum(map(self._index.knows, words))
        if known == len(words):
            yield self._index.phrase_hits(words), 1.0
            if other.is_same:
                yield (
                    self._index.all_hits([word for word in words if word not in STOP_WORDS] or words),
                    _APART,
                )
        if other.is_same and len(words) > 2 and 2 * known >= len(words):
            yield from self._find_part(words)

    def _find_part(self, words: tuple[str, ...]) -> Iterator[tuple[Hits, float]]:
        """Yield links with the first or the last half or more of a term: "speech recognition"."""
        for length in range(len(words) - 1, max(2, -(-len(words) // 2)) - 1, -1):
            is_found = False
            for part in (words[:length], words[-length:]):
                if part[0] not in STOP_WORDS and part[-1] not in STOP_WORDS:
                    hits = self._index.phrase_hits(part)
                    is_found |= bool(hits)
                    yield hits, _PART * length / len(words)
            if is_found:
                return
