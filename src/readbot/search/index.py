"""The inverted index: which link holds which word, where, and what it weighs there.

Everything is flat numpy arrays, so 100,000 links fit in some tens of megabytes and a word's links are a slice.
Nothing changes after ``build``, so any number of threads may read.
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from readbot.reading_list import Entry
from readbot.search.fields import FIELD_LENGTH_NORMS, FIELD_WEIGHTS, Field, path_text, site_text, texts_of
from readbot.search.text import split_compounds, split_inner_words, stem, stem_word

Ints: TypeAlias = NDArray[np.int32]
Floats: TypeAlias = NDArray[np.float32]
Bits: TypeAlias = NDArray[np.uint16]

#: BM25's k1 for summed field weights: one word in a title (3.0) gets 0.7 of what is possible at most.
SATURATION = 1.2
#: What a phrase in each field weighs, long text or short.
_PLAIN_WEIGHTS = np.array(FIELD_WEIGHTS, np.float32)
_FIELD_BITS = np.left_shift(1, np.arange(len(Field))).astype(np.uint16)
#: What another form of a word is worth.
SIBLING_WEIGHT = 0.8
#: Stands between two texts, so that no phrase reaches from one into the next.
_GAP = 0


@dataclass(frozen=True, kw_only=True)
class Hits:
    """The links that hold something. Arrays of one length, by rising document number."""

    #: Document numbers, from 0, in list order.
    docs: Ints
    #: How well each holds it, 0 to 1 (saturated BM25F weight, without rarity).
    scores: Floats
    #: The fields where it stands, bit ``1 << Field``.
    fields: Bits

    def __len__(self) -> int:
        return len(self.docs)

    def scaled(self, factor: float) -> "Hits":
        return Hits(docs=self.docs, scores=self.scores * np.float32(factor), fields=self.fields)


NO_HITS = Hits(docs=np.empty(0, np.int32), scores=np.empty(0, np.float32), fields=np.empty(0, np.uint16))


class InvertedIndex:
    """Words, their postings and their positions.

    A word's *number* is its place in the sorted vocabulary, from 1, so a prefix is a range of numbers.
    The *stream* is all texts of all links as word numbers, one after the other, with a gap between texts.
    """

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.size = len(entries)
        stream, fields, ends, words = _read(entries)
        self.words, stream = _sort_vocabulary(words, stream)
        self._numbers = {word: number for number, word in enumerate(self.words)}
        self._fields = fields
        self._doc_of: Ints = np.repeat(np.arange(self.size, dtype=np.int32), np.diff(ends, prepend=0))
        self._file(stream, _weigh(stream, self._doc_of, fields, self.size))
        self._by_stem = _group_by_stem(self.words)
        # What is remembered stays small: on a long list a word's hits are many, and finding them is quick.
        self.remembered = remembered = max(16, min(4096, 1_000_000 // max(1, self.size)))
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
        sorted_words = stream[order]
        bounds = np.arange(len(self.words) + 1)
        self._positions = order
        self._position_starts = np.searchsorted(sorted_words, bounds).astype(np.int32)
        docs = self._doc_of[order]
        is_first = np.ones(len(order), bool)
        is_first[1:] = (sorted_words[1:] != sorted_words[:-1]) | (docs[1:] != docs[:-1])
        firsts = np.flatnonzero(is_first).astype(np.int32)
        self._docs = docs[firsts]
        self._starts = np.searchsorted(sorted_words[firsts], bounds).astype(np.int32)
        del sorted_words, docs, is_first
        if len(firsts):
            self._weights = np.add.reduceat(weights[order], firsts)
            self._bits = np.bitwise_or.reduceat(_FIELD_BITS[self._fields[order]], firsts)
        else:
            self._weights, self._bits = np.empty(0, np.float32), np.empty(0, np.uint16)

    def __contains__(self, word: str) -> bool:
        return word in self._numbers

    def knows(self, word: str) -> bool:
        """Tell whether the list has *word* itself or another form of it."""
        return word in self._numbers or bool(self._siblings(word))

    def count(self, word: str) -> int:
        """Return how many links hold exactly *word*."""
        number = self._numbers.get(word)
        return 0 if number is None else int(self._starts[number + 1] - self._starts[number])

    def _siblings(self, word: str) -> list[int]:
        """Return the numbers of the other words with the stem of *word*."""
        stemmed = stem(word)
        numbers = self._by_stem.get(stemmed)
        if numbers is None:
            # A lone word that is its own stem is not filed.
            number = self._numbers.get(stemmed)
            numbers = () if number is None else (number,)
        own = self._numbers.get(word)
        return [number for number in numbers if number != own]

    def _word_hits(self, word: str) -> Hits:
        """Return the links with *word*; with another form of it for four fifths of the weight."""
        numbers = [(number, SIBLING_WEIGHT) for number in self._siblings(word)]
        if word in self._numbers:
            numbers.append((self._numbers[word], 1.0))
        if not numbers:
            return NO_HITS
        slices = [slice(self._starts[number], self._starts[number + 1]) for number, _ in numbers]
        docs = np.concatenate([self._docs[part] for part in slices])
        weights = np.concatenate(
            [
                self._weights[part] * np.float32(factor)
                for part, (_, factor) in zip(slices, numbers, strict=True)
            ]
        )
        bits = np.concatenate([self._bits[part] for part in slices])
        return self._merge(docs, weights, bits, is_sorted=len(numbers) == 1)

    def _prefix_hits(self, prefix: str) -> Hits:
        """Return the links with a word that begins with *prefix*."""
        low, high = self._prefix_range(prefix)
        part = slice(self._starts[low], self._starts[high])
        return self._merge(self._docs[part], self._weights[part], self._bits[part], is_sorted=high - low == 1)

    def _prefix_range(self, prefix: str) -> tuple[int, int]:
        return bisect_left(self.words, prefix, 1), bisect_left(self.words, prefix + "\U0010ffff", 1)

    def words_with_prefix(self, prefix: str) -> Sequence[str]:
        low, high = self._prefix_range(prefix)
        return self.words[low:high]

    def phrase_hits(self, words: Sequence[str], *, exact: bool = False) -> Hits:
        """Return the links where *words* stand side by side within one text.

        Args:
            words: Folded, at least one.
            exact: Whether other forms of a word do not do.
        """
        if len(words) == 1 and not exact:
            return self.word_hits(words[0])
        found = self._places(words[0], exact=exact)
        for offset, word in enumerate(words[1:], 1):
            if not len(found):
                return NO_HITS
            places = self._places(word, exact=exact) - offset
            found = np.intersect1d(found, places, assume_unique=True)
        bits = _FIELD_BITS[self._fields[found]]
        weights = _PLAIN_WEIGHTS[self._fields[found]]
        return self._merge(self._doc_of[found], weights, bits)

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
        numbers = [] if exact else self._siblings(word)
        if word in self._numbers:
            numbers = [*numbers, self._numbers[word]]
        if not numbers:
            return np.empty(0, np.int32)
        return np.concatenate(
            [self._positions[self._position_starts[n] : self._position_starts[n + 1]] for n in numbers]
        )

    def _merge(self, docs: Ints, weights: Floats, bits: Bits, *, is_sorted: bool = False) -> Hits:
        """Sum the weights and join the fields of each link; *docs* in any order, with repeats."""
        if not len(docs):
            return NO_HITS
        if not is_sorted:
            order = np.argsort(docs, kind="stable")
            docs, weights, bits = docs[order], weights[order], bits[order]
            firsts = np.flatnonzero(np.concatenate(([True], docs[1:] != docs[:-1])))
            if len(firsts) < len(docs):
                docs = docs[firsts]
                weights = np.add.reduceat(weights, firsts)
                bits = np.bitwise_or.reduceat(bits, firsts)
        return Hits(docs=docs, scores=weights / (weights + np.float32(SATURATION)), fields=bits)


def _read(entries: Sequence[Entry]) -> tuple[Ints, NDArray[np.uint8], Ints, dict[str, int]]:
    """Return the stream, the field of each of its places, each link's end in it, and word numbers as met."""
    numbers: dict[str, int] = {"": _GAP}
    stream, fields, ends = array("i"), array("B"), array("i")
    shared: dict[tuple[str, ...], tuple[array[int], array[int]]] = {}

    def write(field: Field, text: str, into: "array[int]", into_fields: "array[int]") -> None:
        words, compounds = split_compounds(text)
        found = [numbers.setdefault(word, len(numbers)) for word in words]
        for compound in compounds:
            found += (_GAP, numbers.setdefault(compound, len(numbers)))
        found.append(_GAP)
        into.extend(found)
        into_fields.extend([field] * len(found))
        for inner in split_inner_words(text):
            into.extend((numbers.setdefault(inner, len(numbers)), _GAP))
            into_fields.extend((Field.INNER, Field.INNER))

    for entry in entries:
        for field, text in texts_of(entry):
            write(field, text, stream, fields)
        for url in (entry.link.url, *(also.url for also in entry.link.also)):
            write(Field.SITE, site_text(url), stream, fields)
            write(Field.PATH, path_text(url), stream, fields)
        if entry.path not in shared:
            part = shared[entry.path] = (array("i"), array("B"))
            for depth, title in enumerate(reversed(entry.path)):
                write(Field.PARENT if depth else Field.SECTION, title, *part)
        stream.extend(shared[entry.path][0])
        fields.extend(shared[entry.path][1])
        ends.append(len(stream))
    return (
        np.frombuffer(stream, np.int32) if stream else np.empty(0, np.int32),
        np.frombuffer(fields, np.uint8) if fields else np.empty(0, np.uint8),
        np.frombuffer(ends, np.int32) if ends else np.empty(0, np.int32),
        numbers,
    )


def _weigh(stream: Ints, doc_of: Ints, fields: NDArray[np.uint8], size: int) -> Floats:
    """Return what the word at each position weighs: less in a text that is long for its field."""
    count = len(Field)
    cell = doc_of * np.int32(count) + fields
    lengths = np.bincount(cell[stream != _GAP], minlength=size * count).reshape(size, count)
    weights = np.empty(lengths.shape, np.float32)
    for field in Field:
        column = lengths[:, field]
        mean = column[column > 0].mean() if column.any() else 1.0
        norm = FIELD_LENGTH_NORMS[field]
        weights[:, field] = FIELD_WEIGHTS[field] / (1 - norm + norm * column / mean)
    at_position: Floats = weights.reshape(-1)[cell]
    return at_position


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


def _sort_vocabulary(numbers: dict[str, int], stream: Ints) -> tuple[list[str], Ints]:
    """Return the words in order, and the stream with their new numbers; the gap stays 0."""
    words = sorted(numbers)
    renumber = np.empty(len(words), np.int32)
    renumber[np.fromiter((numbers[word] for word in words), np.int64, len(words))] = np.arange(len(words))
    return words, renumber[stream]
