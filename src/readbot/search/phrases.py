"""Phrases found in a query by their telling words: "copies in sync" in "how to keep the copies in sync"."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import TypeAlias

from readbot.search.common_words import STOP_WORDS
from readbot.search.text import split_words, stem

#: A phrase: for each of its telling words the stems of which one will do.
Slots: TypeAlias = tuple[frozenset[str], ...]

#: So many telling words of a query may stand between those of a phrase.
_MOST_BETWEEN = 1


def telling_stems(words: Iterable[str]) -> list[str]:
    """Return a stem for each of *words*, folded; an empty one for a word that only holds others together.

    >>> telling_stems(["keeping", "the", "copies", "in", "sync"])
    ['keep', '', 'copi', '', 'sync']
    """
    return [stem(word) if word not in STOP_WORDS else "" for word in words]


def parse_phrase(text: str) -> Slots:
    """Return the telling words of a phrase; slashes stand between words of which one will do.

    >>> [sorted(slot) for slot in parse_phrase("keep the copies/replicas in sync")]
    [['keep'], ['copi', 'replica'], ['sync']]
    """
    slots: list[frozenset[str]] = []
    for piece in text.split():
        stems = [one for one in telling_stems(split_words(piece)) if one]
        if "/" in piece:
            slots += [frozenset(stems)] if stems else []
        else:
            slots += [frozenset((one,)) for one in stems]
    return tuple(dict.fromkeys(slots))


class PhraseFinder:
    """Phrases, found in a query where their words stand near one another in any order."""

    def __init__(self, phrases: Sequence[Slots]) -> None:
        self._phrases = phrases
        self._filed = _file_by_rarest(phrases)

    def find(self, stems: Sequence[str]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Yield the numbers of the phrases in a query, and where in it their words stand, rising.

        Args:
            stems: What ``telling_stems`` makes of the query.
        """
        telling = [at for at, one in enumerate(stems) if one]
        places: dict[str, int] = {}
        for place, at in enumerate(telling):
            places.setdefault(stems[at], place)
        numbers = dict.fromkeys(chain.from_iterable(self._filed.get(one, ()) for one in places))
        for number in numbers:
            taken = _match(self._phrases[number], places)
            if taken and taken[-1] - taken[0] < len(taken) + _MOST_BETWEEN:
                yield number, tuple(telling[place] for place in taken)


def _match(phrase: Slots, places: Mapping[str, int]) -> list[int]:
    """Return the places of the words of *phrase*, rising; none if one of them has none of its own."""
    taken: set[int] = set()
    for slot in phrase:
        free = [place for one in slot if (place := places.get(one)) is not None and place not in taken]
        if not free:
            return []
        taken.add(min(free))
    return sorted(taken)


def _file_by_rarest(phrases: Sequence[Slots]) -> dict[str, list[int]]:
    """Return the numbers of the phrases by the stems of the word that fewest phrases have."""
    counts = Counter(one for phrase in phrases for slot in phrase for one in slot)
    filed: dict[str, list[int]] = {}
    for number, phrase in enumerate(phrases):
        for one in min(phrase, key=lambda slot: sum(counts[one] for one in slot)):
            filed.setdefault(one, []).append(number)
    return filed
