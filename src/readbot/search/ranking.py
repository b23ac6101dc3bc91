"""From evidence to an order: what each link is worth, and whether any answers at all."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from readbot.search.common_words import WEAK_WORDS, is_generic
from readbot.search.evidence import Evidence, Group, How
from readbot.search.index import Hits, InvertedIndex
from readbot.search.stream import Floats

#: What the absence of a word like "introduction" counts, beside that of a word of the subject.
_WEAK_SHARE = 0.15
#: And that of a word of any subject, such as "faster".
_GENERIC_SHARE = 0.4
#: The best link has to hold this share of what was asked for, weighed by rarity; else nothing answers.
LEAST_COVERAGE = 0.45
#: Links that hold less than this share of what the best one holds are left out.
_LEAST_SHARE_OF_BEST = 0.25
#: From this share of the rarity of a word that one link has, a related word proves something.
_PROVING_RARITY = 0.8
#: Evidence trusted less does not show that the list knows a term.
_SURE = 0.85
#: Evidence that does not make what was asked for less rare.
_WEAK = frozenset({How.RELATED, How.BEGUN})
_OTHER_WORDS = frozenset({How.SAME, How.RELATED})
#: How much rarer a word is that no link has than one that one link has.
_ABSENT = 1.3
#: In a query of so many words some only tell a story: what no link has counts this share, if most words are there.
_MANY_WORDS = 4
_ABSENT_SHARE = 0.5
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
    size = index.size
    worth = np.zeros(size, np.float32)
    held = np.zeros(size, np.float32)
    asked = 0.0
    winners = []
    absent = sum(not group.evidence for group in groups)
    absent_share = _ABSENT_SHARE if len(groups) >= _MANY_WORDS and 2 * absent < len(groups) else 1.0
    for group in groups:
        weighed = _weigh(size, group)
        worth += weighed.worth
        held += weighed.trust * np.float32(weighed.importance)
        asked += weighed.importance * (1.0 if group.evidence else absent_share)
        winners.append(weighed.winner)
    for hits, weight in _neighbours(index, words, groups):
        worth[hits.docs] += hits.scores * np.float32(weight * _rarity(size, len(hits)))
    coverage = held / np.float32(asked or 1.0)
    return Scores(worth=worth, coverage=coverage, winners=tuple(winners))


@dataclass(frozen=True, kw_only=True)
class _Weighed:
    """What the evidence of one group amounts to, by document number."""

    #: Of the best evidence.
    worth: Floats
    #: Of the most trusted evidence.
    trust: Floats
    #: 1-based number of the best evidence, 0 where there is none.
    winner: NDArray[np.int16]
    importance: float


def _weigh(size: int, group: Group) -> _Weighed:
    found = [_about(one) for one in group.evidence]
    worth = np.zeros(size, np.float32)
    trust = np.zeros(size, np.float32)
    winner = np.zeros(size, np.int16)
    strong = _union(size, [one for one in found if one.how not in _WEAK])
    # Another word for it may be rarer than the word itself, and is not worth more for that.
    ceiling = _rarity(size, strong) if strong else math.inf
    for number, evidence in enumerate(found, 1):
        docs = evidence.hits.docs
        rarity = _rarity(size, len(docs))
        factor = evidence.weight * min(ceiling, rarity)
        values = evidence.hits.scores * np.float32(factor)
        proof = evidence.trust
        if evidence.how is How.RELATED:
            # That many links have a word which goes with the one asked for is no wonder, and proves little.
            proof *= min(1.0, rarity / (_PROVING_RARITY * _rarity(size, 1)))
        proofs = evidence.hits.proof * np.float32(proof)
        if number > 1:
            proofs = np.maximum(trust[docs], proofs)
        trust[docs] = proofs
        if number > 1:
            is_better = values > worth[docs]
            docs, values = docs[is_better], values[is_better]
        worth[docs] = values
        winner[docs] = number
    importance = _importance(group) * _rarity(size, strong or _union(size, found))
    return _Weighed(worth=worth, trust=trust, winner=winner, importance=importance)


def _about(evidence: Evidence) -> Evidence:
    """Return the same; of other words for what is asked, without links that are merely of a kind called so.

    Who types "docs" may mean documents to search in, and no documentation.
    """
    if evidence.how not in _OTHER_WORDS or evidence.hits.about is evidence.hits:
        return evidence
    return replace(evidence, hits=evidence.hits.about)


def _neighbours(
    index: InvertedIndex, words: Sequence[str], groups: Sequence[Group]
) -> Iterator[tuple[Hits, float]]:
    """Yield the links with words side by side that stand so in the query, and what that is worth."""
    is_whole = len(words) > 2
    for before, after in pairwise(groups):
        if after.position == before.position + 1:
            hits = index.pair_hits(before.word, after.word)
            is_whole &= bool(hits)
            yield hits, _PAIR_WEIGHT
    if is_whole:
        yield index.phrase_hits(words), _WHOLE_WEIGHT


def _importance(group: Group) -> float:
    """Return how much it matters that a link holds a word, beside a subject's own word of the same rarity."""
    if group.is_part and all(one.trust < _SURE for one in group.evidence):
        # "Computer" and "vision" are words of any subject, but "computer vision" that is not there is a subject.
        return 1.0
    if group.word in WEAK_WORDS:
        return _WEAK_SHARE
    return _GENERIC_SHARE if group.is_inside or is_generic(group.word) else 1.0


def _rarity(size: int, count: int) -> float:
    """Return BM25's inverse document frequency, above 0.

    What no link has is a third rarer than what one has, however long the list is.
    """
    if count == 0:
        return _ABSENT * _rarity(size, 1)
    return math.log1p((size - count + 0.5) / (count + 0.5))


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
    coverage = scores.coverage if allowed is None else np.where(allowed, scores.coverage, np.float32(0))
    best = float(coverage.max(initial=0.0))
    total = scores.worth * (np.float32(1 - _COVERAGE_SHARE) + np.float32(_COVERAGE_SHARE) * coverage)
    if best < LEAST_COVERAGE:
        return np.empty(0, np.intp), total
    return np.flatnonzero((coverage >= best * _LEAST_SHARE_OF_BEST) & (scores.worth > 0)), total
