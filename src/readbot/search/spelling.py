"""Which known words a misspelt one may stand for."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from string import ascii_lowercase

from rapidfuzz import process
from rapidfuzz.distance import OSA

from readbot.search.common_words import STOP_WORDS, WEAK_WORDS, is_generic
from readbot.search.text import split_words

#: In a shorter word the first letter is not doubted.
_LEAST_FOR_FIRST = 5
#: A shorter word is offered to nobody instead of what was typed.
_LEAST_OFFERED = 3


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A known word near an unknown one."""

    word: str
    #: Letters put in, left out, swapped or changed, at least one.
    edits: int


class Speller:
    """Known words, filed so that a misspelt one is compared with few of them.

    The first letter is seldom the wrong one. So words are filed by it and by their length, and of those that
    begin otherwise only two kinds are looked at: the first two letters swapped, the first one lost or added.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if word.isalnum() and not word.isdigit())
        self._filed: dict[tuple[str, int], list[str]] = {}
        for word in sorted(self._words):
            self._filed.setdefault((word[0], len(word)), []).append(word)

    def correct(self, word: str) -> tuple[Correction, ...]:
        """Return the known words nearest to *word*, the nearest first, at most eight.

        Digits are never wrong: "gpt5" is no misspelt "gpt4".
        """
        budget = edit_budget(word)
        if not budget or not word.isalnum():
            return ()
        near = {
            choice: edits
            for choice, edits in self._find_near(word, budget)
            if edits and _digits(choice) == _digits(word)
        }
        fewest = min(near.values(), default=0)
        nearest = sorted(
            (choice for choice, edits in near.items() if edits == fewest),
            key=lambda choice: _unlikeliness(word, choice),
        )
        return tuple(Correction(word=choice, edits=fewest) for choice in nearest[:8])

    def _find_near(self, word: str, budget: int) -> Iterator[tuple[str, int]]:
        for length in range(len(word) - budget, len(word) + budget + 1):
            choices = self._filed.get((word[0], length), [])
            for choice, edits, _ in process.extract(
                word, choices, scorer=OSA.distance, score_cutoff=budget, limit=None
            ):
                yield choice, int(edits)
        swapped = word[1] + word[0] + word[2:]
        for choice in (swapped, word[1:], *(letter + word for letter in ascii_lowercase)):
            if choice in self._words and len(word) >= _LEAST_FOR_FIRST:
                yield choice, 1


def edit_budget(word: str) -> int:
    """Return how many edits a word of this length may be away from what was meant."""
    if len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def is_near(alternative: str, typed: Sequence[str]) -> bool:
    """Tell whether a query is worth offering to one who typed other words.

    Each of its words is one that was typed or near one, one at least is of a subject, and none is grammar, a bare
    number or too short to tell.
    """
    words = split_words(alternative)
    return (
        words != list(typed)
        and any(map(is_telling, words))
        and all(_is_worth_offering(word) and any(is_like(word, other) for other in typed) for word in words)
    )


def is_telling(word: str) -> bool:
    """Tell whether *word* is of a subject: no grammar, no word of any subject, no bare number, no letter or two."""
    return _is_worth_offering(word) and word not in WEAK_WORDS and not is_generic(word)


def _is_worth_offering(word: str) -> bool:
    return len(word) >= _LEAST_OFFERED and not word.isdigit() and word not in STOP_WORDS


def is_like(word: str, typed: str) -> bool:
    """Tell whether *word* is *typed* or so near it that it may have been meant."""
    edits = OSA.distance(word, typed)
    return not edits or (edits <= edit_budget(typed) and 2 * edits < len(typed))


def _digits(word: str) -> str:
    return "".join(char for char in word if char.isdigit())


def _unlikeliness(typed: str, meant: str) -> tuple[bool, bool, int, str]:
    """Order words equally far away: the same letters in another order first, then the same ending."""
    return sorted(typed) != sorted(meant), typed[-1] != meant[-1], abs(len(typed) - len(meant)), meant
