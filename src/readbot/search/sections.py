"""Finding a section by a name that need not be its exact one."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from readbot.reading_list.model import Place
from readbot.search.aliases import AliasTable
from readbot.search.common_words import STOP_WORDS
from readbot.search.text import key_of, split_words, stem

#: A word inside a title begins so: worth offering to who is typing, not sure enough to be taken for it.
_BEGUN_INSIDE = 0.5
#: A section is meant when its name comes this close (0 to 1); below, it is only offered.
IS_MEANT = 0.75
#: Letters that are less alike, in percent, are not: of the whole title, and of the part of it that is likest.
_LEAST_WHOLE, _LEAST_PART = 75, 85
#: Sections less like a name than this are not offered for it.
_LEAST = 0.4


@dataclass(frozen=True, kw_only=True)
class _Name:
    """A section's title, prepared."""

    joined: str
    key: str
    #: The title from each telling word behind the first on, joined, with a line feed before each.
    tails: str
    stems: frozenset[str]
    #: In all stems together.
    letters: int


class SectionFinder:
    """Every section's title and path, ready to be compared with what a person calls it."""

    def __init__(self, places: Sequence[Place], aliases: AliasTable) -> None:
        self._places = tuple(places)
        self._aliases = aliases
        self._names = [_name(place.title) for place in places]
        self._paths = [_name(" ".join(place.path)) for place in places]
        self._joined = [name.joined for name in self._names]
        # A section on the outermost level is its own path.
        self._is_outer = [len(place.path) == 1 for place in places]

    def find(self, text: str) -> list[tuple[Place, float]]:
        """Return the sections that *text* may mean, best first, with 0.4 to 1 for how sure that is.

        1 means the very title, however it is written; ``~`` and an id names one section without doubt.
        """
        if text.startswith("~"):
            return [(place, 1.0) for place in self._places if place.id == text[1:].strip()]
        words = tuple(split_words(text))
        if not words:
            return []
        ways = [(words, 1.0), *((other.words, 0.9) for other in self._aliases.find(words) if other.is_same)]
        scores = [0.0] * len(self._places)
        for way, worth in ways:
            for at, score in enumerate(self._score(way)):
                scores[at] = max(scores[at], score * worth)
        order = sorted(range(len(scores)), key=lambda at: (-scores[at], len(self._places[at].path), at))
        return [(self._places[at], round(scores[at], 3)) for at in order if scores[at] >= _LEAST]

    def begun(self, text: str) -> list[Place]:
        """Return the sections with a word that begins like *text*, those whose first word does so first."""
        joined = "".join(split_words(text))
        if not joined:
            return []
        first = [at for at, name in enumerate(self._names) if name.joined.startswith(joined)]
        inside = [at for at, name in enumerate(self._names) if _begins_inside(joined, name)]
        return [self._places[at] for at in dict.fromkeys(first + inside)]

    def _score(self, words: tuple[str, ...]) -> list[float]:
        typed = _name(" ".join(words))
        whole = self._likeness(fuzz.ratio, typed, _LEAST_WHOLE)
        part = self._likeness(fuzz.partial_ratio, typed, _LEAST_PART)
        return [
            max(
                _compare(typed, name),
                0.0 if is_outer else 0.95 * _compare(typed, path),
                _spelling(typed, name, whole_like, part_like),
            )
            for name, path, is_outer, whole_like, part_like in zip(
                self._names, self._paths, self._is_outer, whole, part, strict=True
            )
        ]

    def _likeness(self, scorer: Callable[..., float], typed: _Name, least: float) -> list[float]:
        """Return in percent how like each title is by its letters, 0 below *least*."""
        found = process.cdist([typed.joined], self._joined, scorer=scorer, score_cutoff=least)
        likeness: list[float] = found[0].tolist()
        return likeness


def _compare(typed: _Name, name: _Name) -> float:
    if typed.joined == name.joined:
        return 1.0
    if typed.key == name.key:
        return 0.98
    if len(typed.joined) > 1 and name.joined.startswith(typed.joined):
        return 0.8 + 0.15 * len(typed.joined) / len(name.joined)
    begun = _BEGUN_INSIDE if len(typed.joined) > 1 and _begins_inside(typed.joined, name) else 0.0
    if typed.stems.isdisjoint(name.stems):
        return begun
    shared = sum(map(len, typed.stems & name.stems))
    # All that was typed, in a longer title, is surer than a title among more that was typed.
    return max(begun, 0.7 * shared / typed.letters + 0.2 * shared / name.letters)


def _begins_inside(joined: str, name: _Name) -> bool:
    """Tell whether a title goes on so from one of its telling words: "archi", "local ll"."""
    return "\n" + joined in name.tails


def _spelling(typed: _Name, name: _Name, whole: float, part: float) -> float:
    """Return how sure a likeness of letters is, given in percent for the whole name and its likest part, 0 if small."""
    sure = 0.0095 * whole
    if part and 5 <= len(typed.joined) <= len(name.joined):
        sure = max(sure, 0.008 * part)
    return sure


def _name(text: str) -> _Name:
    words = tuple(split_words(text))
    telling = [word for word in words if word not in STOP_WORDS] or list(words)
    stems = frozenset(stem(word) for word in telling)
    return _Name(
        joined="".join(words),
        key=key_of(words),
        tails="".join(
            "\n" + "".join(words[first:]) for first in range(1, len(words)) if words[first] not in STOP_WORDS
        ),
        stems=stems,
        letters=sum(map(len, stems)),
    )
