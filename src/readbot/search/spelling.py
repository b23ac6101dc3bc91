"""Which known words a misspelt one may stand for."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA


@dataclass(frozen=True, kw_only=True)
class Correction:
    """A known word near an unknown one."""

    word: str
    #: Letters put in, left out, swapped or changed, at least one.
    edits: int


class Speller:
    """Known words, filed by their length, so that a misspelt one is compared with few of them."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_length: dict[int, list[str]] = {}
        for word in sorted(set(words)):
            if word.isalnum() and not word.isdigit():
                self._by_length.setdefault(len(word), []).append(word)

    def correct(self, word: str) -> tuple[Correction, ...]:
        """Return the known words nearest to *word*, the nearest first, at most eight.

        Digits are never wrong: "gpt5" is no misspelt "gpt4".
        """
        budget = edit_budget(word)
        if not budget or not word.isalnum():
            return ()
        near: list[Correction] = []
        for length in range(len(word) - budget, len(word) + budget + 1):
            choices = self._by_length.get(length)
            if choices:
                found = process.extract(word, choices, scorer=OSA.distance, score_cutoff=budget, limit=None)
                near += [
                    Correction(word=choice, edits=int(edits))
                    for choice, edits, _ in found
                    if edits and _is_plausible(word, choice)
                ]
        if not near:
            return ()
        fewest = min(correction.edits for correction in near)
        near = [correction for correction in near if correction.edits == fewest]
        return tuple(sorted(near, key=lambda near_one: _unlikeliness(word, near_one.word))[:8])


def edit_budget(word: str) -> int:
    """Return how many edits a word of this length may be away from what was meant."""
    if len(word) < 4:
        return 0
    return 1 if len(word) < 8 else 2


def _is_plausible(typed: str, meant: str) -> bool:
    """Tell whether a hand may have slipped like this: the first letter is seldom the wrong one."""
    if _digits(typed) != _digits(meant):
        return False
    if typed[0] == meant[0] or typed[:2] == meant[1::-1]:
        return True
    return len(typed) >= 6 and (typed == meant[1:] or typed[1:] == meant)


def _digits(word: str) -> str:
    return "".join(char for char in word if char.isdigit())


def _unlikeliness(typed: str, meant: str) -> tuple[bool, bool, int, str]:
    """Order words equally far away: the same letters in another order first, then the same ending."""
    return sorted(typed) != sorted(meant), typed[-1] != meant[-1], abs(len(typed) - len(meant)), meant
