"""What a message is about: its telling words, by the vocabulary of the list and of the alias table.

A query is all question; a message is mostly talk. "Morning all, at the offsite we wondered whether
fine-tuning pays" asks for "fine-tuning", and every word around it would only pull in links by chance.
"""

import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from readbot.search.aliases import AliasTable
from readbot.search.common_words import EVERYDAY_WORDS, STOP_WORDS, WEAK_WORDS, is_generic
from readbot.search.evidence import Evidence, How, find_evidence
from readbot.search.fields import Field
from readbot.search.index import Hits, InvertedIndex
from readbot.search.phrases import telling_stems
from readbot.search.terms import TermFinder
from readbot.search.text import split_words, stem

#: In characters. What a message is about, it says by then.
MAX_LENGTH = 12_000

#: So many words or terms make the gist: with more, links match by the words that matter less.
_MOST = 4

#: What a term of several words tells beside a single one.
_TERM = 1.5
#: A word of any subject that happens to be on the list tells little: "memory".
_GENERIC = 0.4
#: One that is said again is meant.
_AGAIN = 0.3
#: What goes with a subject is not the subject.
_RELATED = 0.4
#: What a mere word has to tell to be gone by, and what one has to for the message to be about anything.
_LEAST = 1.2
_SUBJECT = 2.0

#: Evidence that something is called so.
_NAMES = frozenset({How.SECTION, How.TERM, How.SAME})

_BY_NAME = np.uint16(1 << Field.AUTHOR)

#: A web address as it stands in a message, with what follows it directly.
ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>|]+", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class _Found:
    """Words of a message that the list has links for."""

    #: Where they stand in it, rising.
    places: tuple[int, ...]
    #: How much they tell, to compare.
    worth: float
    #: Whether one of them belongs to a subject, rather than to talk of any kind.
    is_own: bool
    #: Whether they are a name for something that the list has, rather than words that happen to stand in it.
    is_named: bool


class GistFinder:
    """Finds what messages are about. Safe in several threads."""

    def __init__(
        self, index: InvertedIndex, aliases: AliasTable, terms: TermFinder, *, link_count: int
    ) -> None:
        self._index = index
        self._aliases = aliases
        self._terms = terms
        self._links = link_count

    def find(self, message: str, *, max_length: int) -> list[str]:
        """Return queries for what a message is about, the fullest first, each with one word or term less.

        Each is in the message's own order; there is none where the list has nothing on it.

        Args:
            message: Of any length; addresses in it are passed over.
            max_length: Of a query, in characters.
        """
        words = tuple(split_words(ADDRESS.sub(" ", message[:MAX_LENGTH])))
        chosen = self._choose(words, max_length)
        queries = []
        for count in range(len(chosen), 0, -1):
            places = sorted({at for found in chosen[:count] for at in found.places})
            queries.append(" ".join(words[at] for at in places))
        return queries

    def _choose(self, words: tuple[str, ...], max_length: int) -> list[_Found]:
        """Return what tells most, best first, nothing twice."""
        said = Counter(stem(word) for word in words)
        chosen: list[_Found] = []
        taken: set[str] = set()
        room = max_length + 1
        for found in sorted(self._find_all(words, said), key=_tells_most):
            stems = {stem(words[at]) for at in found.places}
            needed = sum(len(words[at]) + 1 for at in found.places)
            if len(chosen) == _MOST:
                break
            tells = found.is_own and (found.is_named or found.worth >= _LEAST)
            if tells and not stems & taken and needed <= room:
                chosen.append(found)
                taken |= stems
                room -= needed
        is_about = any(found.is_named or found.worth >= _SUBJECT for found in chosen)
        return chosen if is_about else []

    def _find_all(self, words: tuple[str, ...], said: Mapping[str, int]) -> Iterator[_Found]:
        """Yield all that the list has links for; what is part of something longer comes as well."""
        for first, last in self._terms.find_spans(words):
            places = tuple(range(first, last))
            yield self._weigh(words, places, self._terms.find(words[first:last]), said)
        for phrase in self._aliases.find_phrases(telling_stems(words)):
            asked = " ".join(words[at] for at in phrase.positions)
            yield self._weigh(words, phrase.positions, self._terms.find_leads(phrase.group, asked), said)
        for at, word in enumerate(words):
            if self._index.knows(word):
                hits = _without_authors(self._index.word_hits(word).about)
                evidence = find_evidence(How.SAID, hits, asked=word)
                yield self._weigh(words, (at,), evidence, said)

    def _weigh(
        self,
        words: tuple[str, ...],
        places: tuple[int, ...],
        evidence: Collection[Evidence],
        said: Mapping[str, int],
    ) -> _Found:
        """Return how much words tell: more where few links say them, and where those are about them."""
        tells = max((self._tell(each) for each in evidence), default=0.0)
        span = [words[at] for at in places]
        shares = [_share(word) for word in span]
        again = 1 + _AGAIN * (min(said[stem(word)] for word in span) - 1)
        worth = tells * sum(shares) / len(shares) * again * (_TERM if len(span) > 1 else 1)
        is_own = worth > 0 and max(shares) == 1
        is_named = is_own and any(each.how in _NAMES for each in evidence)
        return _Found(places=places, worth=worth, is_own=is_own, is_named=is_named)

    def _tell(self, evidence: Evidence) -> float:
        rarity = math.log(1 + self._links / len(evidence.hits))
        related = _RELATED if evidence.how is How.RELATED else 1.0
        return rarity * related * evidence.weight * evidence.trust * float(evidence.hits.scores.max())


def _tells_most(found: _Found) -> tuple[bool, float, tuple[int, ...]]:
    """Return by what to sort: names first, then what tells more, then what is said first."""
    return (not found.is_named, -found.worth, found.places)


def _without_authors(hits: Hits) -> Hits:
    """Return *hits* without links that are merely by somebody called so: messages are full of first names."""
    is_said = hits.fields & _BY_NAME != hits.fields
    return Hits(docs=hits.docs[is_said], scores=hits.scores[is_said], fields=hits.fields[is_said])


def _share(word: str) -> float:
    """Return how far a word belongs to a subject rather than to talk of any kind."""
    if word in STOP_WORDS or word in EVERYDAY_WORDS or word.isdigit() or len(word) == 1:
        return 0.0
    is_weak = word in WEAK_WORDS or word.removesuffix("s") in WEAK_WORDS
    return _GENERIC if is_weak or is_generic(word) else 1.0
