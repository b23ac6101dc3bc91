"""Finding links by what is made of a name: a piece of a site's, or a title's initials."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache

import numpy as np

from readbot.reading_list import Entry
from readbot.search.common_words import STOP_WORDS
from readbot.search.fields import FIELD_WEIGHTS, Field, site_text
from readbot.search.index import NO_HITS, SATURATION, Hits
from readbot.search.text import key_of, split_words

#: A shorter piece stands in too many names by chance.
_LEAST_PIECE = 4
#: Two letters are the initials of too much, but the capitals of one name: "zk" for "ZooKeeper".
_LEAST_INITIALS = 3
_LEAST_CAPITALS = 2
#: What a section's name is worth for a link in a section below it.
_BELOW = 0.75
_NAME_WITH_CAPITALS = re.compile(r"\b[A-Z]+[a-z]+[A-Z][A-Za-z]*\b")
#: Fewer letters begin too many titles, and so many titles are no choice.
_LEAST_BEGINNING = 3
_MOST_BEGUN = 200


class _Names:
    """Names with the links that bear them, in one text that is searched for pieces."""

    def __init__(self, names: Iterable[tuple[int, str]]) -> None:
        docs: dict[str, list[int]] = {}
        for doc, name in names:
            of_name = docs.setdefault(name, [])
            if not of_name or of_name[-1] != doc:
                of_name.append(doc)
        self._text = "\n".join(["", *docs, ""])
        self._starts = np.cumsum([1, *(len(name) + 1 for name in docs)]).tolist()
        self._names = list(docs)
        self._docs = [np.array(of_name, np.int32) for of_name in docs.values()]

    def find(self, piece: str) -> list[tuple[str, np.ndarray[tuple[int], np.dtype[np.int32]]]]:
        """Return every name that holds *piece* with its links, each name as often as it holds it.

        A line feed before *piece* stands for the beginning of a name.
        """
        found = []
        at = self._text.find(piece)
        while at != -1:
            number = bisect_right(self._starts, at + piece.startswith("\n")) - 1
            found.append((self._names[number], self._docs[number]))
            at = self._text.find(piece, at + 1)
        return found


class Sites:
    """Sites and owners by a piece of their name: "raschka" in sebastianraschka.com."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._names = _Names(
            (doc, part)
            for doc, entry in enumerate(entries)
            for part in site_text(entry.link.url).split()
            if len(part) > _LEAST_PIECE
        )

    def hits(self, piece: str) -> Hits:
        """Return the links on sites whose name begins or ends with *piece*, or holds it if it is long."""
        if len(piece) < _LEAST_PIECE:
            return NO_HITS
        best: dict[int, float] = {}
        for name, docs in self._names.find(piece):
            at_edge = name.startswith(piece) or name.endswith(piece)
            if at_edge or len(piece) > _LEAST_PIECE + 1:
                share = len(piece) / len(name) * (1.0 if at_edge else 0.7)
                for doc in docs.tolist():
                    best[doc] = max(best.get(doc, 0.0), 0.6 + 0.4 * share)
        return _to_hits(best, Field.SITE)


class Initials:
    """Titles, topics and sections by their initials, names by their capitals: "wimbd" for "What's in my Big Data"."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        of_section = lru_cache(maxsize=None)(_initials)
        self._names = _Names(
            (doc, initials)
            for doc, entry in enumerate(entries)
            for found in (
                *map(_initials, (entry.link.title, *entry.link.topics)),
                of_section(entry.path[-1]),
            )
            for initials in found
        )

    def hits(self, word: str) -> Hits:
        """Return the links where *word* is the initials of a name, or of how it begins if they are many."""
        if len(word) < _LEAST_CAPITALS or not word.isalpha():
            return NO_HITS
        best: dict[int, float] = {}
        for name, docs in self._names.find("\n" + word):
            if len(word) >= _LEAST_INITIALS or name == word:
                for doc in docs.tolist():
                    best[doc] = max(best.get(doc, 0.0), len(word) / len(name))
        return _to_hits(best, Field.TITLE)


class SectionNames:
    """Sections by their whole name, however it is joined or inflected."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        docs: dict[str, list[int]] = {}
        scores: dict[str, list[float]] = {}
        keys = lru_cache(maxsize=None)(lambda title: key_of(split_words(title)))
        for doc, entry in enumerate(entries):
            own = keys(entry.path[-1])
            for key in {keys(title) for title in entry.path}:
                docs.setdefault(key, []).append(doc)
                scores.setdefault(key, []).append(1.0 if key == own else _BELOW)
        bit = 1 << Field.SECTION
        self._hits = {
            key: Hits(
                docs=np.array(of_name, np.intp),
                scores=np.array(scores[key], np.float32),
                fields=np.full(len(of_name), bit, np.uint16),
            )
            for key, of_name in docs.items()
            if key
        }
        #: The names, as ``key_of`` makes them.
        self.keys = self._hits.keys()
        #: Length in words of the longest name.
        self.longest = max(
            (len(split_words(title)) for path in {entry.path for entry in entries} for title in path),
            default=0,
        )

    def hits(self, words: Sequence[str]) -> Hits:
        """Return the links in or below the sections that are called *words*."""
        return self._hits.get(key_of(list(words)), NO_HITS)


class TitleBeginnings:
    """Titles and other names of links by how they begin."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        names = sorted(
            ("".join(split_words(name)), doc, field)
            for doc, entry in enumerate(entries)
            for field, of_field in ((Field.TITLE, (entry.link.title,)), (Field.ALIAS, entry.link.aliases))
            for name in of_field
        )
        self._names = [name for name, _, _ in names]
        self._docs = np.array([doc for _, doc, _ in names], np.int32)
        self._is_alias = np.array([field is Field.ALIAS for _, _, field in names], bool)

    def hits(self, joined: str) -> Hits:
        """Return the links one of whose names begins with *joined*, none if it begins too many."""
        if len(joined) < _LEAST_BEGINNING:
            return NO_HITS
        low, high = self._range(joined)
        if high - low > _MOST_BEGUN:
            return NO_HITS
        titles: dict[int, float] = {}
        aliases: dict[int, float] = {}
        for at in range(low, high):
            best = aliases if self._is_alias[at] else titles
            doc = int(self._docs[at])
            best[doc] = max(best.get(doc, 0.0), 0.6 + 0.4 * len(joined) / len(self._names[at]))
        by_title = _to_hits(titles, Field.TITLE)
        by_alias = _to_hits({doc: score for doc, score in aliases.items() if doc not in titles}, Field.ALIAS)
        return _join(by_title, by_alias) if by_title and by_alias else by_title or by_alias

    def titled(self, joined: str) -> set[int]:
        """Return the numbers of all links, from 0, whose very title begins with *joined*."""
        part = slice(*self._range(joined))
        docs: list[int] = self._docs[part][~self._is_alias[part]].tolist()
        return set(docs)

    def _range(self, joined: str) -> tuple[int, int]:
        return bisect_left(self._names, joined), bisect_left(self._names, joined + "\U0010ffff")


def _initials(text: str) -> set[str]:
    words = [word for word in split_words(text) if word[0].isalpha()]
    telling = [word for word in words if word not in STOP_WORDS]
    found = {"".join(word[0] for word in some[:8]) for some in (words, telling)}
    found = {initials for initials in found if len(initials) >= _LEAST_INITIALS}
    for name in _NAME_WITH_CAPITALS.findall(text):
        found.add("".join(char for char in name if char.isupper()).casefold())
    return found


def _to_hits(shares: dict[int, float], field: Field) -> Hits:
    if not shares:
        return NO_HITS
    docs = np.array(sorted(shares), np.intp)
    full = FIELD_WEIGHTS[field]
    scores = np.array([shares[doc] for doc in docs.tolist()], np.float32) * np.float32(
        full / (full + SATURATION)
    )
    return Hits(docs=docs, scores=scores, fields=np.full(len(docs), 1 << field, np.uint16))


def _join(some: Hits, others: Hits) -> Hits:
    """Return the hits of both, which have no link in common."""
    order = np.argsort(np.concatenate((some.docs, others.docs)), kind="stable")
    return Hits(
        docs=np.concatenate((some.docs, others.docs))[order],
        scores=np.concatenate((some.scores, others.scores))[order],
        fields=np.concatenate((some.fields, others.fields))[order],
    )
