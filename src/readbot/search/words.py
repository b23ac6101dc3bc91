"""What speaks for a single word of a query."""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from readbot.reading_list import Entry
from readbot.search.aliases import AliasTable
from readbot.search.common_words import EVERYDAY_WORDS, GENERIC_WORDS, STOP_WORDS, WEAK_WORDS
from readbot.search.evidence import Evidence, How, find_evidence
from readbot.search.index import NO_HITS, InvertedIndex
from readbot.search.names import Initials, Sites
from readbot.search.spelling import Correction, Speller
from readbot.search.terms import TermFinder

#: Of the known words nearest to a misspelt one, at most so many are looked for.
_CLOSEST = 3
#: A shorter word is not taken for the beginning of another: where it is the last of a query, and elsewhere.
_LEAST_BEGUN_LAST = 2
_LEAST_BEGUN = 5
_ENGLISH = STOP_WORDS | WEAK_WORDS | GENERIC_WORDS | EVERYDAY_WORDS


class WordFinder:
    """Finds single words: said, joined, begun, misspelt, in a site's name, or as initials."""

    def __init__(
        self, index: InvertedIndex, aliases: AliasTable, entries: Sequence[Entry], terms: TermFinder
    ) -> None:
        self._index = index
        self._aliases = aliases
        self._terms = terms
        self._sites = Sites(entries)
        self._initials = Initials(entries)
        self._field_words = aliases.words()
        self._speller = Speller([*index.words[1:], *self._field_words])
        self.find = lru_cache(maxsize=index.remembered)(self._find)
        self.correct = lru_cache(maxsize=4096)(self._correct)

    def _find(self, word: str, *, is_last: bool, is_alone: bool) -> tuple[Evidence, ...]:
        """Return the evidence for *word*.

        Args:
            word: Folded.
            is_last: Whether it may be the beginning of a longer one, as the last of a query may.
            is_alone: Whether the query has no other word.
        """
        found = find_evidence(How.SAID, self._index.word_hits(word), asked=word)
        found += self._find_split(word)
        is_known = bool(found)
        found += self._find_begun(word, is_known=is_known, is_last=is_last, is_alone=is_alone)
        if word not in _ENGLISH or is_alone:
            sites = self._sites.hits(word)
            found += find_evidence(How.SITE, sites, asked=word, weight=0.33 if found else 1.0)
        if not is_known:
            trust = 0.8 if len(word) == 3 else 1.0
            found += find_evidence(How.INITIALS, self._initials.hits(word), asked=word, trust=trust)
        return tuple(found or self._find_corrected(word))

    def find_joined(self, span: Sequence[str]) -> Iterator[Evidence]:
        """Yield the evidence for several words written as one: "fine tuning", "lilian weng"."""
        joined, asked = "".join(span), " ".join(span)
        hits = self._index.word_hits(joined) if self._index.begins_like_a_word(joined) else NO_HITS
        yield from find_evidence(How.JOINED, hits, asked=asked, found=joined)
        sites = self._sites.hits(joined)
        yield from find_evidence(How.SITE, sites, asked=asked, found=joined)
        if not hits and not sites and not all(self.is_known(word) for word in span):
            for correction in self.correct(joined):
                if len(joined) >= 8 * correction.edits:
                    mended = self._index.word_hits(correction.word)
                    yield from find_evidence(How.CORRECTED, mended, asked=asked, found=correction.word)

    def is_known(self, word: str) -> bool:
        """Tell whether *word* is a word of the list, of the field or of the language, so not misspelt."""
        return (
            word in _ENGLISH
            or self._index.knows(word)
            or word in self._field_words
            or (word,) in self._aliases
        )

    def _correct(self, word: str) -> tuple[Correction, ...]:
        """Return what an unknown word may have been meant to be, best first; none if it is known."""
        if self.is_known(word):
            return ()
        near = self._speller.correct(word)
        return tuple(sorted(near, key=lambda correction: not self._index.knows(correction.word))[:_CLOSEST])

    def _find_split(self, word: str) -> list[Evidence]:
        """Find "fine tuning" for "finetuning", "gpt 4" for "gpt4"."""
        found: list[Evidence] = []
        for at in range(1, len(word)):
            left, right = word[:at], word[at:]
            is_number = left.isdigit() != right.isdigit()
            if not is_number and min(at, len(word) - at) < 3:
                continue
            if left in self._index and right in self._index:
                hits = self._index.phrase_hits((left, right))
                found += find_evidence(How.JOINED, hits, asked=word, found=f"{left} {right}")
        return found

    def _find_begun(self, word: str, *, is_known: bool, is_last: bool, is_alone: bool) -> list[Evidence]:
        if len(word) < (_LEAST_BEGUN_LAST if is_last else _LEAST_BEGUN) or (is_known and not is_last):
            return []
        if word in _ENGLISH and not is_known and not is_alone:
            # "apple pie" is finished: its "pie" begins no "pieces".
            return []
        hits = self._index.prefix_hits(word)
        if is_known:
            return find_evidence(How.BEGUN, hits, asked=word, weight=0.4)
        if is_last:
            return find_evidence(How.BEGUN, hits, asked=word)
        return find_evidence(How.BEGUN, hits, asked=word, weight=0.7, trust=0.6)

    def _find_corrected(self, word: str) -> list[Evidence]:
        found: list[Evidence] = []
        for rank, correction in enumerate(self.correct(word)):
            weight = 1.0 if rank == 0 else 0.75
            trust = _trust(word, correction)
            meant = correction.word
            hits = self._index.word_hits(meant)
            found += find_evidence(How.CORRECTED, hits, asked=word, found=meant, weight=weight, trust=trust)
            found += [
                other.weakened(weight=0.8 * weight, trust=trust, how=How.CORRECTED)
                for other in self._terms.find_others((meant,))
            ]
        return found


def _trust(word: str, correction: Correction) -> float:
    """Return how far a correction is to be believed.

    A short word has many neighbours: one letter for another makes "mars" of "maps", and both are right.
    """
    if len(word) >= 6:
        return 1.0 if correction.edits == 1 else 0.9
    if sorted(word) == sorted(correction.word):
        return 1.0
    return 0.5 if len(word) == len(correction.word) else 0.7
