"""From evidence to an order: what each link is worth, and whether any answers at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from readbot.search.common_words import GENERIC_WORDS, WEAK_WORDS
from readbot.search.evidence import Evidence, Group, How
from readbot.search.index import Floats, InvertedIndex

#: What the absence of a word like "introduction" counts, beside that of a word of the subject.
_WEAK_SHARE = 0.15
#: And that of a word of any subject, such as "faster".
_GENERIC_SHARE = 0.4
#: The best link has to hold this share of what was asked for, weighed by rarity; else nothing answers.
LEAST_COVERAGE = 0.45
#: Links that hold less than this share of what the best one holds are left out.
_LEAST_SHARE_OF_BEST = 0.25
#: How much rarer a word is that no link has than one that one link has.
_ABSENT = 1.3
#: How much of a link's worth hangs on how much of the query it holds.
_COVERAGE_SHARE = 0.6
#: What two words of the query side by side in a link are worth, beside the words themselves.
_PAIR_WEIGHT = 0.25
#: What the whole query side by side is worth.
_WHOLE_WEIGHT = 0.8


@dataclass(frozen=True, kw_only=True)
class Scores:
    """What every link of the list is worth for one query. Arrays by document number."""

    #: Summed worth of all words, 0 where nothing matches.
    worth: Floats
    #: Share of the query that the link holds, 0 to 1, weighed by rarity.
    coverage: Floats
    #: For each group: 1-based number of the evidence that counted, 0 where none did.
    winners: tuple[NDArray[np.int16], ...]


def score(index: InvertedIndex, words: Sequence[str], groups: Sequence[Group]) -> Scores:
    """Add up the evidence for every link.

    Args:
        index: The list.
        words: The query's words, those included that have no group.
        groups: What speaks for them.
    """
    worth = np.zeros(index.size, np.float32)
    held = np.zeros(index.size, np.float32)
    asked = 0.0
    winners = []
    for group in groups:
        best = np.zeros(index.size, np.float32)
        trust = np.zeros(index.size, np.float32)
        winner = np.zeros(index.size, np.int16)
        strong = _union(
            index.size,
            [one for one in group.evidence if one.how is not How.RELATED and one.how is not How.BEGUN],
        )
        ceiling = _rarity(index.size, strong) if strong else np.inf
        for number, evidence in enumerate(group.evidence, 1):
            hits = evidence.hits
            factor = evidence.weight * min(ceiling, _rarity(index.size, len(hits)))
            values = hits.scores * np.float32(factor)
            is_better = values > best[hits.docs]
            docs = hits.docs[is_better]
            best[docs] = values[is_better]
            winner[docs] = number
            trust[hits.docs] = np.maximum(trust[hits.docs], np.float32(evidence.trust))
        importance = _importance(index.size, group, strong)
        asked += importance
        held += trust * np.float32(importance)
        worth += best
        winners.append(winner)
    for before, after in pairwise(groups):
        if after.position == before.position + 1:
            pair = index.pair_hits(before.word, after.word)
            worth[pair.docs] += pair.scores * np.float32(_PAIR_WEIGHT * _rarity(index.size, len(pair)))
    if len(words) > 2:
        whole = index.phrase_hits(words)
        worth[whole.docs] += whole.scores * np.float32(_WHOLE_WEIGHT * _rarity(index.size, len(whole)))
    coverage = held / np.float32(asked or 1.0)
    return Scores(worth=worth, coverage=coverage, winners=tuple(winners))


def _importance(size: int, group: Group, strong: int) -> float:
    """Return how much it matters that a link holds the word of *group*."""
    count = strong or _union(size, group.evidence)
    if group.word in WEAK_WORDS:
        share = _WEAK_SHARE
    elif group.word in GENERIC_WORDS:
        share = _GENERIC_SHARE
    else:
        share = 1.0
    return share * _rarity(size, count)


def _rarity(size: int, count: int) -> float:
    """Return BM25's inverse document frequency, above 0.

    What no link has is a third rarer than what one has, however long the list is.
    """
    if count == 0:
        return _ABSENT * _rarity(size, 1)
    return float(np.log(1 + (size - count + 0.5) / (count + 0.5)))


def _union(size: int, evidence: Sequence[Evidence]) -> int:
    """Return how many links have any of *evidence*."""
    if not evidence:
        return 0
    if len(evidence) == 1:
        return len(evidence[0].hits)
    seen = np.zeros(size, bool)
    for one in evidence:
        seen[one.hits.docs] = True
    return int(np.count_nonzero(seen))


def select(scores: Scores, allowed: NDArray[np.bool_] | None) -> tuple[NDArray[np.intp], Floats]:
    """Return the links that answer, in list order, and their scores by document number; none if none does."""
    coverage = scores.coverage if allowed is None else np.where(allowed, scores.coverage, 0)
    best = float(coverage.max(initial=0.0))
    total = scores.worth * (np.float32(1 - _COVERAGE_SHARE) + np.float32(_COVERAGE_SHARE) * coverage)
    if best < LEAST_COVERAGE:
        return np.empty(0, np.intp), total
    chosen = np.flatnonzero((coverage >= best * _LEAST_SHARE_OF_BEST) & (scores.worth > 0))
    return chosen, total
