"""The inverted index: which link holds which word, where, and what it weighs there.

Everything is flat numpy arrays, so 100,000 links fit in some tens of megabytes and a word's links are a slice.
Nothing changes after ``build``, so any number of threads may read.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np

from readbot.reading_list import Entry
from readbot.search.fields import FIELD_WEIGHTS, Field
from readbot.search.stream import Bits, Floats, Ints, Picks, read_stream, weigh
from readbot.search.text import stem, stem_word

#: BM25's k1 for summed field weights: one word in a title (3.0) gets 0.7 of what is possible at most.
SATURATION = 1.2
_SATURATION = np.float32(SATURATION)
#: What a phrase in each field weighs, long text or short.
_PLAIN_WEIGHTS = np.array(FIELD_WEIGHTS, np.float32)
_FIELD_BITS = np.left_shift(1, np.arange(len(Field))).astype(np.uint16)
#: What another form of a word is worth.
SIBLING_WEIGHT = 0.8


_UNTOLD_PROOF = 0.7
_UNTELLING = (1 << Field.PATH) | (1 << Field.INNER)
#: How far a hit proves something, by the bits of its fields.
_PROOFS = np.array(
    [1.0 if bits & ~_UNTELLING else _UNTOLD_PROOF for bits in range(1 << len(Field))], np.float32
)
_ABOUT = np.uint16(sum(1 << field for field in Field if field is not Field.KIND))


@dataclass(frozen=True, kw_only=True)
class Hits:
    """The links that hold something. Arrays of one length, by rising document number."""

    #: Document numbers, from 0, in list order.
    docs: Picks
    #: How well each holds it, 0 to 1 (saturated BM25F weight, without rarity).
    scores: Floats
    #: The fields where it stands, bit ``1 << Field``.
    fields: Bits

    def __len__(self) -> int:
        return len(self.docs)

    def fields_of(self, doc: int) -> int:
        """Return the fields of one link where it stands, 0 if it is none of these."""
        # Not numpy's search, which makes a copy of all numbers to compare them with this one.
        at = bisect_left(self.docs, doc)
        return int(self.fields[at]) if at < len(self.docs) and self.docs[at] == doc else 0

    @property
    def proof(self) -> Floats:
        """How far each hit proves something: less where it is only in an address's path or inside a name."""
        return _PROOFS.take(self.fields)

    @cached_property
    def about(self) -> "Hits":
        """The same without the links that are merely of a kind called so."""
        is_about = self.fields & _ABOUT != 0
        if is_about.all():
            return self
        return Hits(docs=self.docs[is_about], scores=self.scores[is_about], fields=self.fields[is_about])


NO_HITS = Hits(docs=np.empty(0, np.intp), scores=np.empty(0, np.float32), fields=np.empty(0, np.uint16))


class InvertedIndex:
    """Words, their postings and their positions.

    A word's *number* is its place in the sorted vocabulary, from 1, so a prefix is a range of numbers.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.size = len(entries)
        stream = read_stream(entries)
        self.words = stream.words
        self._numbers = {word: number for number, word in enumerate(self.words)}
        self._fields = stream.fields
        self._doc_of = stream.docs
        self._file(stream.numbers, weigh(stream))
        self._by_stem = _group_by_stem(self.words)
        # What is remembered stays small: on a long list a word's hits are many, and finding them is quick.
        self.remembered = remembered = max(16, min(4096, 1_000_000 // max(1, self.size)))
        self._forms = lru_cache(maxsize=4096)(self._find_forms)
        self.word_hits = lru_cache(maxsize=remembered)(self._word_hits)
        self.prefix_hits = lru_cache(maxsize=remembered)(self._prefix_hits)
        self.pair_hits = lru_cache(maxsize=remembered)(self._pair_hits)

    def _file(self, stream: Ints, weights: Floats) -> None:
        """Sort positions by word, and sum what each word weighs in each link.

        Args:
            stream: A word number for each position.
            weights: What the word at each position weighs there.
        """
        order = np.argsort(stream, kind="stable").astype(np.int32)
        in_order = stream[order]
        bounds = np.arange(len(self.words) + 1)
        self._positions = order
        self._position_starts = np.searchsorted(in_order, bounds).astype(np.int32)
        docs = self._doc_of[order]
        is_first = np.ones(len(order), bool)
        is_first[1:] = (in_order[1:] != in_order[:-1]) | (docs[1:] != docs[:-1])
        firsts = np.flatnonzero(is_first).astype(np.int32)
        self._docs = docs[firsts]
        self._starts = np.searchsorted(in_order[firsts], bounds).astype(np.int32)
        # A long list's arrays are large: none is kept longer than it is needed.
        del in_order, docs, is_first
        self._weights = np.empty(0, np.float32)
        self._bits = np.empty(0, np.uint16)
        if len(firsts):
            self._weights = np.add.reduceat(weights[order], firsts)
            self._bits = np.bitwise_or.reduceat(_FIELD_BITS[self._fields[order]], firsts)

    def __contains__(self, word: str) -> bool:
        return word in self._numbers

    def knows(self, word: str) -> bool:
        """Tell whether the list has *word* itself or another form of it."""
        return bool(self._forms(word))

    def count(self, word: str) -> int:
        """Return how many links hold exactly *word*."""
        number = self._numbers.get(word)
        return 0 if number is None else int(self._starts[number + 1] - self._starts[number])

    def _find_forms(self, word: str) -> tuple[int, ...]:
        """Return the numbers of the words with the stem of *word*, its own last."""
        stemmed = stem(word)
        numbers = self._by_stem.get(stemmed)
        if numbers is None:
            # A lone word that is its own stem is not filed.
            number = self._numbers.get(stemmed)
            numbers = () if number is None else (number,)
        own = self._numbers.get(word)
        if own is None:
            return numbers
        return (*(number for number in numbers if number != own), own)

    def _word_hits(self, word: str) -> Hits:
        """Return the links with *word*; with another form of it for four fifths of the weight."""
        numbers = self._forms(word)
        if not numbers:
            return NO_HITS
        own = self._numbers.get(word)
        factors = [np.float32(1.0 if number == own else SIBLING_WEIGHT) for number in numbers]
        slices = [slice(self._starts[number], self._starts[number + 1]) for number in numbers]
        weights = [self._weights[part] * factor for part, factor in zip(slices, factors, strict=True)]
        if len(numbers) == 1:
            return self._merge(self._docs[slices[0]], weights[0], self._bits[slices[0]], is_sorted=True)
        docs = np.concatenate([self._docs[part] for part in slices])
        bits = np.concatenate([self._bits[part] for part in slices])
        return self._merge(docs, np.concatenate(weights), bits)

    def _prefix_hits(self, prefix: str) -> Hits:
        """Return the links with a word that begins with *prefix*."""
        low, high = self._prefix_range(prefix)
        part = slice(self._starts[low], self._starts[high])
        return self._merge(self._docs[part], self._weights[part], self._bits[part], is_sorted=high - low == 1)

    def _prefix_range(self, prefix: str) -> tuple[int, int]:
        return bisect_left(self.words, prefix, 1), bisect_left(self.words, prefix + "\U0010ffff", 1)

    def begins_like_a_word(self, word: str) -> bool:
        """Tell whether the list may have *word* or another form of it, by a look at how words begin.

        Forms of a word differ at the end, so what begins like nothing on the list need not be stemmed.
        """
        beginning = word[: max(3, len(word) - 4)]
        at = bisect_left(self.words, beginning, 1)
        return at < len(self.words) and self.words[at].startswith(beginning)

    def phrase_hits(self, words: Sequence[str], *, exact: bool = False) -> Hits:
        """Return the links where *words* stand side by side within one text.

        Args:
            words: Folded, at least one.
            exact: Whether other forms of a word do not do.
        """
        if len(words) == 1 and not exact:
            return self.word_hits(words[0])
        if not all(map(self.knows, words)):
            return NO_HITS
        found = self._places(words[0], exact=exact)
        for offset, word in enumerate(words[1:], 1):
            if not len(found):
                return NO_HITS
            places = self._places(word, exact=exact) - offset
            found = np.intersect1d(found, places, assume_unique=True)
        if not len(found):
            return NO_HITS
        found = found.astype(np.intp)
        fields = self._fields[found]
        return self._merge(self._doc_of[found], _PLAIN_WEIGHTS.take(fields), _FIELD_BITS.take(fields))

    def _pair_hits(self, before: str, after: str) -> Hits:
        """Return the links where *after* stands right behind *before*."""
        return self.phrase_hits((before, after))

    def all_hits(self, words: Sequence[str]) -> Hits:
        """Return the links that hold all of *words* anywhere, as good as the weakest of them."""
        hits = [self.word_hits(word) for word in words]
        docs = hits[0].docs
        for other in hits[1:]:
            docs = np.intersect1d(docs, other.docs, assume_unique=True)
        if not len(docs):
            return NO_HITS
        at = [np.searchsorted(hit.docs, docs) for hit in hits]
        scores = np.minimum.reduce([hit.scores[where] for hit, where in zip(hits, at, strict=True)])
        bits = np.bitwise_or.reduce([hit.fields[where] for hit, where in zip(hits, at, strict=True)])
        return Hits(docs=docs, scores=scores, fields=bits)

    def _places(self, word: str, *, exact: bool) -> Ints:
        numbers = self._forms(word)
        if exact:
            numbers = numbers[-1:] if word in self._numbers else ()
        if not numbers:
            return np.empty(0, np.int32)
        starts = self._position_starts
        found = [self._positions[starts[number] : starts[number + 1]] for number in numbers]
        return found[0] if len(found) == 1 else np.concatenate(found)

    def _merge(self, docs: Ints | Picks, weights: Floats, bits: Bits, *, is_sorted: bool = False) -> Hits:
        """Sum the weights and join the fields of each link; *docs* in any order, with repeats."""
        if not len(docs):
            return NO_HITS
        docs = docs.astype(np.intp)
        if not is_sorted and len(docs) > 1:
            order = docs.argsort(kind="stable")
            docs, weights, bits = docs[order], weights[order], bits[order]
            is_new = docs[1:] != docs[:-1]
            if not is_new.all():
                firsts = np.concatenate(([0], np.flatnonzero(is_new) + 1))
                docs = docs[firsts]
                weights = np.add.reduceat(weights, firsts)
                bits = np.bitwise_or.reduceat(bits, firsts)
        return Hits(docs=docs, scores=weights / (weights + _SATURATION), fields=bits)


def _group_by_stem(words: Sequence[str]) -> dict[str, tuple[int, ...]]:
    """Return the numbers of the words of each stem; of a word that is its own stem and the only one, none."""
    groups: dict[str, tuple[int, ...]] = {}
    for number, word in enumerate(words[1:], 1):
        stemmed = stem_word(word)
        groups[stemmed] = (*groups.get(stemmed, ()), number)
    return {
        stemmed: numbers
        for stemmed, numbers in groups.items()
        if len(numbers) > 1 or words[numbers[0]] != stemmed
    }
