"""From the words of a query to what speaks for each of them on the list."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from readbot.reading_list import Entry
from readbot.search.aliases import AliasTable
from readbot.search.common_words import EVERYDAY_WORDS, GENERIC_WORDS, STOP_WORDS, WEAK_WORDS
from readbot.search.index import Hits, InvertedIndex
from readbot.search.names import Initials, SectionNames, Sites
from readbot.search.query import Query
from readbot.search.spelling import Speller


class How(StrEnum):
    """In what way a link holds what was asked for."""

    SAID = "said"
    TERM = "term"
    SECTION = "section"
    JOINED = "joined"
    SAME = "same"
    RELATED = "related"
    CORRECTED = "corrected"
    BEGUN = "begun"
    SITE = "site"
    INITIALS = "initials"


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Links that hold a word of the query in one way or another."""

    how: How
    #: What is found in the links, to name in a reason.
    found: str
    #: The words of the query that it stands for, to name in a reason.
    asked: str
    hits: Hits
    #: What a hit is worth beside the very word, 0 to 1.
    weight: float
    #: How far a hit shows that the list answers the word, 0 to 1.
    trust: float


@dataclass(kw_only=True)
class Group:
    """A word of the query with all that speaks for it."""

    word: str
    #: Which word of the query it is, from 0, those that do not count included.
    position: int
    #: Whether it is a part of a term of the field, such as "learning" in "reinforcement learning": then the
    #: word alone says less about whether the list has what is asked for.
    is_part: bool = False
    evidence: list[Evidence] = field(default_factory=list)


_CLOSEST = 3
_LONGEST_JOIN = 3
SECTION_WEIGHT = 0.8
SAME_WEIGHT = 0.95
RELATED_WEIGHT = 0.5
RELATED_TRUST = 0.7
#: What a part of a term is worth beside the whole.
_PART_SHARE = 0.6


class Matcher:
    """Finds evidence. Made once for a list and an alias table; safe in several threads."""

    def __init__(self, index: InvertedIndex, aliases: AliasTable, entries: Sequence[Entry]) -> None:
        self.index = index
        self._aliases = aliases
        self._sites = Sites(entries)
        self._initials = Initials(entries)
        self._sections = SectionNames(entries)
        self._field_words = aliases.words()
        self._speller = Speller([*index.words[1:], *self._field_words])
        self.correct = lru_cache(maxsize=4096)(self._correct)
        self._alone = lru_cache(maxsize=4096)(self._find_alone)

    def match(self, query: Query) -> list[Group]:
        """Return a group for each word that counts, in order; without any, for each word there is."""
        words = query.words
        counts = [word not in STOP_WORDS for word in words]
        if not any(counts):
            counts = [True] * len(words)
        groups: list[Group | None] = [
            Group(word=word, position=at) if count else None
            for at, (word, count) in enumerate(zip(words, counts, strict=True))
        ]
        for at, group in enumerate(groups):
            if group is not None:
                is_open = query.is_open and at == len(groups) - 1
                group.evidence += self._alone(group.word, is_open)
        self._add_spans(words, groups)
        return [group for group in groups if group is not None]

    def _add_spans(self, words: tuple[str, ...], groups: list[Group | None]) -> None:
        """Add what several neighbouring words say together."""
        longest = max(self._aliases.longest, _LONGEST_JOIN)
        for first in range(len(words)):
            for last in range(first + 1, min(first + longest, len(words)) + 1):
                span = words[first:last]
                members = [group for group in groups[first:last] if group is not None]
                if not members:
                    continue
                found = self._find_together(span, words)
                if last - first > 1 and span in self._aliases:
                    found += self._find_phrase(span)
                    for group in members:
                        group.is_part = True
                for group in members:
                    group.evidence += found
        self._add_corrected_spans(words, groups)

    def _add_corrected_spans(self, words: tuple[str, ...], groups: list[Group | None]) -> None:
        """Look the alias table up once more for terms with one misspelt word in them."""
        mended = tuple(
            word if group is None or (near := self.correct(word)) == () else near[0]
            for word, group in zip(words, groups, strict=True)
        )
        if mended == words:
            return
        for first in range(len(words)):
            for last in range(first + 2, min(first + self._aliases.longest, len(words)) + 1):
                span = mended[first:last]
                if span != words[first:last]:
                    found = self._find_aliases(span, weight=0.8, trust=0.9)
                    for group in groups[first:last]:
                        if group is not None:
                            group.evidence += found

    def alternatives(self, query: Query) -> list[str]:
        """Return queries near one that nothing answers, best first; not all of them need have an answer."""
        telling = [word for word in query.words if word not in STOP_WORDS]
        mended = [next(iter(self.correct(word)), word) for word in telling]
        kept = [word for word in mended if self.index.knows(word) and word not in WEAK_WORDS]
        rare_first = sorted(kept, key=self.index.count)
        others = [
            other.term
            for word in telling
            for other in self._aliases.find((word,))
            if all(self.index.knows(part) for part in other.words)
        ]
        candidates = [" ".join(mended), " ".join(kept), *rare_first, *others]
        return [candidate for candidate in dict.fromkeys(candidates) if candidate]

    def is_known(self, word: str) -> bool:
        """Tell whether *word* is a word of the list or of the field, so not misspelt."""
        return (
            word in STOP_WORDS
            or word in WEAK_WORDS
            or word in GENERIC_WORDS
            or word in EVERYDAY_WORDS
            or self.index.knows(word)
            or word in self._field_words
            or (word,) in self._aliases
        )

    def _correct(self, word: str) -> tuple[str, ...]:
        """Return what an unknown word may have been meant to be, best first; empty if it is known."""
        if self.is_known(word):
            return ()
        near = [correction.word for correction in self._speller.correct(word)]
        return tuple(sorted(near, key=lambda meant: not self.index.knows(meant))[:_CLOSEST])

    def _find_alone(self, word: str, is_open: bool) -> tuple[Evidence, ...]:
        """Return the evidence for one word by itself; *is_open* if it may be the beginning of one."""
        found: list[Evidence] = []
        hits = self.index.word_hits(word)
        if hits:
            found.append(Evidence(how=How.SAID, found=word, asked=word, hits=hits, weight=1.0, trust=1.0))
        found += self._find_split(word)
        found += self._find_begun(word, is_open=is_open, is_known=bool(found))
        is_known = bool(found)
        site_hits = self._sites.hits(word)
        if site_hits:
            weight = 0.3 if is_known else 0.9
            found.append(
                Evidence(how=How.SITE, found=word, asked=word, hits=site_hits, weight=weight, trust=0.9)
            )
        if not is_known and (initials := self._initials.hits(word)):
            trust = 0.7 if len(word) == 3 else 0.9
            found.append(
                Evidence(how=How.INITIALS, found=word, asked=word, hits=initials, weight=0.8, trust=trust)
            )
        if not found:
            found += self._find_corrected(word)
        return tuple(found)

    def _find_split(self, word: str) -> list[Evidence]:
        """Find "fine tuning" for "finetuning", "gpt 4" for "gpt4"."""
        found = []
        for at in range(1, len(word)):
            left, right = word[:at], word[at:]
            is_number = left.isdigit() != right.isdigit()
            if not is_number and min(len(left), len(right)) < 3:
                continue
            if left in self.index and right in self.index:
                hits = self.index.phrase_hits((left, right))
                if hits:
                    found.append(
                        Evidence(
                            how=How.JOINED,
                            found=f"{left} {right}",
                            asked=word,
                            hits=hits,
                            weight=0.97,
                            trust=1.0,
                        )
                    )
        return found

    def _find_begun(self, word: str, *, is_open: bool, is_known: bool) -> list[Evidence]:
        least = 2 if is_open else 4
        if len(word) < least or (is_known and not is_open):
            return []
        hits = self.index.prefix_hits(word)
        if not hits:
            return []
        weight, trust = (0.35, 1.0) if is_known else (0.85, 0.9) if is_open else (0.6, 0.7)
        return [Evidence(how=How.BEGUN, found=word, asked=word, hits=hits, weight=weight, trust=trust)]

    def _find_corrected(self, word: str) -> list[Evidence]:
        found: list[Evidence] = []
        for rank, meant in enumerate(self.correct(word)):
            weight = 0.8 if rank == 0 else 0.6
            hits = self.index.word_hits(meant)
            if hits:
                found.append(
                    Evidence(
                        how=How.CORRECTED,
                        found=meant,
                        asked=word,
                        hits=hits,
                        weight=weight,
                        trust=_trust_mended(word),
                    )
                )
            found += [
                Evidence(
                    how=How.CORRECTED,
                    found=other.found,
                    asked=word,
                    hits=other.hits,
                    weight=other.weight * weight,
                    trust=other.trust * _trust_mended(word),
                )
                for other in self._find_aliases((meant,), weight=1.0, trust=1.0)
            ]
        return found

    def _find_phrase(self, span: tuple[str, ...]) -> list[Evidence]:
        hits = self.index.phrase_hits(span)
        said = " ".join(span)
        return (
            [Evidence(how=How.TERM, found=said, asked=said, hits=hits, weight=1.0, trust=1.0)] if hits else []
        )

    def _find_together(self, span: tuple[str, ...], words: tuple[str, ...]) -> list[Evidence]:
        found = self._find_aliases(span, weight=1.0, trust=1.0, beside=words)
        section = self._sections.hits(span)
        if section:
            said = " ".join(span)
            found.append(
                Evidence(
                    how=How.SECTION, found=said, asked=said, hits=section, weight=SECTION_WEIGHT, trust=1.0
                )
            )
        if 1 < len(span) <= _LONGEST_JOIN:
            joined = "".join(span)
            asked = " ".join(span)
            hits = self.index.word_hits(joined)
            if hits:
                found.append(
                    Evidence(how=How.JOINED, found=joined, asked=asked, hits=hits, weight=0.97, trust=1.0)
                )
            site_hits = self._sites.hits(joined)
            if site_hits:
                found.append(
                    Evidence(how=How.SITE, found=joined, asked=asked, hits=site_hits, weight=0.95, trust=1.0)
                )
            if not hits and not site_hits and not all(self.is_known(word) for word in span):
                for meant in self.correct(joined):
                    hits = self.index.word_hits(meant)
                    if hits:
                        found.append(
                            Evidence(
                                how=How.CORRECTED, found=meant, asked=asked, hits=hits, weight=0.75, trust=0.9
                            )
                        )
        return found

    def _find_aliases(
        self, span: tuple[str, ...], *, weight: float, trust: float, beside: tuple[str, ...] = ()
    ) -> list[Evidence]:
        if len(span) == 1 and (span[0] in STOP_WORDS or span[0] in WEAK_WORDS):
            return []
        found = []
        asked = " ".join(span)
        for other in self._aliases.find(span):
            if not other.is_same and set(other.words) <= set(beside):
                # "k-means clustering": that "k-means" goes with "clustering" proves nothing here.
                continue
            for hits, share in self._find_term(other.words, is_same=other.is_same):
                how = How.SAME if other.is_same else How.RELATED
                worth, proof = (SAME_WEIGHT, 1.0) if other.is_same else (RELATED_WEIGHT, RELATED_TRUST)
                found.append(
                    Evidence(
                        how=how,
                        found=other.term,
                        asked=asked,
                        hits=hits,
                        weight=worth * share * weight,
                        trust=proof * share**0.5 * trust,
                    )
                )
        return found

    def _find_term(self, words: tuple[str, ...], *, is_same: bool) -> list[tuple[Hits, float]]:
        """Return the links with a term of the alias table, and what share of its worth they have."""
        if len(words) == 1:
            hits = self.index.word_hits(words[0])
            return [(hits, 1.0)] if hits else []
        found = []
        joined = self.index.word_hits("".join(words))
        if joined:
            found.append((joined, 1.0))
        if all(self.index.knows(word) for word in words):
            side_by_side = self.index.phrase_hits(words)
            if side_by_side:
                found.append((side_by_side, 1.0))
            apart = self.index.all_hits([word for word in words if word not in STOP_WORDS] or words)
            if apart and is_same:
                found.append((apart, 0.5))
        if is_same and len(words) > 2:
            found += self._find_part_of_term(words)
        return found

    def _find_part_of_term(self, words: tuple[str, ...]) -> list[tuple[Hits, float]]:
        """Return the links with the first or the last half or more of a term: "speech recognition"."""
        for length in range(len(words) - 1, max(2, -(-len(words) // 2)) - 1, -1):
            found = [
                (hits, _PART_SHARE * length / len(words))
                for part in (words[:length], words[-length:])
                if part[0] not in STOP_WORDS and part[-1] not in STOP_WORDS
                if (hits := self.index.phrase_hits(part))
            ]
            if found:
                return found
        return []


def _trust_mended(word: str) -> float:
    """Return how far a correction is to be believed: a short word has too many neighbours."""
    return 0.6 if len(word) < 6 else 0.85
