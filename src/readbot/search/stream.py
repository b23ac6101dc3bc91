"""A list as one stream of words, ready to be filed."""

from array import array
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from readbot.reading_list import Entry
from readbot.search.fields import (
    FIELD_LENGTH_NORMS,
    FIELD_WEIGHTS,
    Field,
    path_text,
    site_text,
    texts_of,
)
from readbot.search.text import split_compounds, split_inner_words

Ints: TypeAlias = NDArray[np.int32]
#: What numpy picks by: any other kind it turns into this one at every use, which takes longer than the picking.
Picks: TypeAlias = NDArray[np.intp]
Floats: TypeAlias = NDArray[np.float32]
Bits: TypeAlias = NDArray[np.uint16]

#: Stands between two texts, so that no phrase reaches from one into the next.
GAP = 0


@dataclass(frozen=True, kw_only=True)
class Stream:
    """All words of all texts of all links, one after the other. Arrays by position."""

    #: The vocabulary in order; a word's number is its place in it, and 0 is the gap between texts.
    words: list[str]
    #: Number of the word at each position.
    numbers: Ints
    #: ``Field`` of each position.
    fields: NDArray[np.uint8]
    #: Number of the link at each position, from 0, in list order.
    docs: Ints
    #: How many links there are.
    size: int


class _Writer:
    """Grows the stream; words are numbered as they are met, and put in order in the end."""

    def __init__(self) -> None:
        #: Numbers by word: the next free one for a word that is new.
        self._met: defaultdict[str, int] = defaultdict(count(GAP + 1).__next__, {"": GAP})
        self._numbers = array("i")
        self._fields = array("B")
        self._ends = array("i")
        self._paths: dict[tuple[str, ...], tuple[list[int], list[int]]] = {}

    def write(self, entry: Entry) -> None:
        for field, text in _texts(entry):
            self._extend(*self._number(field, text))
        if entry.path not in self._paths:
            self._paths[entry.path] = self._number_path(entry.path)
        self._extend(*self._paths[entry.path])
        self._ends.append(len(self._numbers))

    def finish(self) -> Stream:
        words = sorted(self._met)
        renumber = np.empty(len(words), np.int32)
        renumber[[self._met[word] for word in words]] = np.arange(len(words))
        size = len(self._ends)
        ends = np.array([0, *self._ends], np.int32)
        return Stream(
            words=words,
            numbers=renumber[np.array(self._numbers, np.int32)],
            fields=np.array(self._fields, np.uint8),
            docs=np.repeat(np.arange(size, dtype=np.int32), ends[1:] - ends[:-1]),
            size=size,
        )

    def _extend(self, numbers: list[int], fields: list[int]) -> None:
        self._numbers.extend(numbers)
        self._fields.extend(fields)

    def _number(self, field: Field, text: str) -> tuple[list[int], list[int]]:
        """Return the words of a text as numbers, its compounds and inner words behind them, and their fields."""
        met = self._met
        words, compounds = split_compounds(text)
        numbers = [met[word] for word in words]
        for compound in compounds:
            numbers += (GAP, met[compound])
        numbers.append(GAP)
        fields: list[int] = [field] * len(numbers)
        for inner in split_inner_words(text):
            numbers += (met[inner], GAP)
            fields += (Field.INNER, Field.INNER)
        return numbers, fields

    def _number_path(self, path: tuple[str, ...]) -> tuple[list[int], list[int]]:
        numbers: list[int] = []
        fields: list[int] = []
        for depth, title in enumerate(reversed(path)):
            some_numbers, some_fields = self._number(Field.PARENT if depth else Field.SECTION, title)
            numbers += some_numbers
            fields += some_fields
        return numbers, fields


def read_stream(entries: Sequence[Entry]) -> Stream:
    """Return every searched text of *entries* as one stream."""
    writer = _Writer()
    for entry in entries:
        writer.write(entry)
    return writer.finish()


def weigh(stream: Stream) -> Floats:
    """Return what the word at each position weighs: less in a text that is long for its field."""
    weights = np.empty(len(stream.numbers), np.float32)
    for field in Field:
        at = np.flatnonzero(stream.fields == field).astype(np.int32)
        docs = stream.docs[at]
        lengths = np.bincount(docs[stream.numbers[at] != GAP], minlength=stream.size)
        mean = lengths[lengths > 0].mean() if lengths.any() else 1.0
        norm = FIELD_LENGTH_NORMS[field]
        by_doc = FIELD_WEIGHTS[field] / (1 - norm + norm * lengths / mean)
        weights[at] = by_doc.astype(np.float32)[docs]
    return weights


def _texts(entry: Entry) -> Iterator[tuple[Field, str]]:
    yield from texts_of(entry)
    for url in (entry.link.url, *(also.url for also in entry.link.also)):
        yield Field.SITE, site_text(url)
        yield Field.PATH, path_text(url)
