"""The field's other words: which terms mean the same, and which are worth looking for as well."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from readbot.search.phrases import PhraseFinder, Slots, parse_phrase, telling_stems
from readbot.search.text import key_of, split_words

_split = lru_cache(maxsize=65_536)(lambda text: tuple(split_words(text)))


@dataclass(frozen=True, kw_only=True)
class AliasGroup:
    """What one thing is called, what people say who do not know its name, and what goes with it."""

    #: Names that mean the same: each finds the others.
    terms: tuple[str, ...] = ()
    #: Words people ask with. They find the terms and what is related, never one another.
    asked: tuple[str, ...] = ()
    #: Products, methods and parts of the thing: looked for with the terms, and each leads back to them.
    examples: tuple[str, ...] = ()
    #: Words to look for as well; they find nothing by themselves.
    related: tuple[str, ...] = ()


class _Part(Enum):
    """What of a group a query asks for."""

    TERM = auto()
    ASKED = auto()
    EXAMPLE = auto()


@dataclass(frozen=True, kw_only=True)
class OtherWords:
    """Another way to say what a query says."""

    #: As the table spells it.
    term: str
    #: The same, folded and split.
    words: tuple[str, ...]
    #: Whether it means the same; else it is only worth looking for.
    is_same: bool


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A phrase of the table that stands in a query."""

    #: Where its words stand, rising.
    positions: tuple[int, ...]
    #: Number of its group in the table, from 0.
    group: int


class AliasTable:
    """Every group, found by each of its terms and phrases however they are joined or inflected.

    Names are found where their words stand side by side. Of what people ask with, only the telling words
    count, in any order: "copies in sync" is asked by "how are all copies synced".
    """

    def __init__(self, groups: Iterable[AliasGroup] = ()) -> None:
        self.groups = tuple(groups)
        #: Length in words of the longest term.
        self.longest = 0
        self._by_key: dict[str, list[tuple[AliasGroup, _Part]]] = {}
        self._phrase_groups: list[int] = []
        phrases: list[Slots] = []
        for number, group in enumerate(self.groups):
            self._file_names(group)
            found = [*self._file_asked(group)]
            phrases += found
            self._phrase_groups += [number] * len(found)
        self._phrases = PhraseFinder(phrases)
        self._words = {
            word
            for group in self.groups
            for text in (*group.terms, *group.asked, *group.examples, *group.related)
            for word in _split(text)
        }
        self.find_by_key = lru_cache(maxsize=4096)(self._find_by_key)
        self.find_leads = lru_cache(maxsize=4096)(self._find_leads)

    def _file_names(self, group: AliasGroup) -> None:
        for term in group.terms:
            self._file_words(_split(term), group, _Part.TERM)
        for example in group.examples:
            self._file_words(_split(example), group, _Part.EXAMPLE)

    def _file_asked(self, group: AliasGroup) -> Iterator[Slots]:
        """File what people ask with; yield the phrases, which are found by their telling words.

        A name of several words is asked with as well: "monitor my network" is "network monitoring".
        """
        for text in (*(term.replace("/", " ") for term in group.terms), *group.asked):
            phrase = parse_phrase(text)
            if len(phrase) > 1:
                yield phrase
        for text in group.asked:
            if len(parse_phrase(text)) < 2:
                # One telling word would be found in half of all questions: "to-do list" stays as it is.
                for words in map(_split, text.split("/")):
                    self._file_words(words, group, _Part.ASKED)

    def _file_words(self, words: tuple[str, ...], group: AliasGroup, part: _Part) -> None:
        if words:
            self._by_key.setdefault(key_of(words), []).append((group, part))
            self.longest = max(self.longest, len(words))

    @property
    def keys(self) -> Set[str]:
        """The terms, as ``key_of`` makes them."""
        return self._by_key.keys()

    def find(self, words: tuple[str, ...]) -> tuple[OtherWords, ...]:
        """Return the other ways to say *words*; empty where the table has none."""
        if found := self.find_by_key(key_of(words)):
            return found
        stems = telling_stems(words)
        telling = tuple(at for at, one in enumerate(stems) if one)
        return tuple(
            other
            for phrase in self.find_phrases(stems)
            if phrase.positions == telling
            for other in self.find_leads(phrase.group)
        )

    def find_phrases(self, stems: Sequence[str]) -> list[Phrase]:
        """Return the phrases people ask with that stand in a query.

        Args:
            stems: What ``telling_stems`` makes of the query.
        """
        found = ((positions, self._phrase_groups[number]) for number, positions in self._phrases.find(stems))
        return [Phrase(positions=positions, group=group) for positions, group in dict.fromkeys(found)]

    def __contains__(self, words: tuple[str, ...]) -> bool:
        return key_of(words) in self._by_key

    def words(self) -> set[str]:
        """Return every single word that the table knows, folded."""
        return self._words

    def _find_by_key(self, key: str) -> tuple[OtherWords, ...]:
        found = _lead(self._by_key.get(key, ()))
        found.pop(key, None)
        return self._with_their_names(key, found)

    def _find_leads(self, group: int) -> tuple[OtherWords, ...]:
        """Return what the phrases of a group lead to, given its number."""
        return self._with_their_names("", _lead([(self.groups[group], _Part.ASKED)]))

    def _with_their_names(self, key: str, others: Mapping[str, OtherWords]) -> tuple[OtherWords, ...]:
        """Add to the related ones what else they are called: "LLM" to "large language model"."""
        named = {key: None, **others}
        for other_key, other in others.items():
            if not other.is_same:
                for group, part in self._by_key.get(other_key, ()):
                    if part is _Part.TERM:
                        for name in _others(group.terms, is_same=False):
                            named.setdefault(key_of(name.words), name)
        return tuple(other for other in named.values() if other is not None)


def _lead(groups: Iterable[tuple[AliasGroup, _Part]]) -> dict[str, OtherWords]:
    """Return the other words of *groups* by their keys; each group with the part that is asked for."""
    found: dict[str, OtherWords] = {}
    for group, part in groups:
        others = [*_others(group.terms, is_same=part is _Part.TERM)]
        if part is not _Part.EXAMPLE:
            others += _others((*group.examples, *group.related), is_same=False)
        for other in others:
            key = key_of(other.words)
            known = found.get(key)
            if known is None or (other.is_same and not known.is_same):
                found[key] = other
    return found


def _others(terms: Iterable[str], *, is_same: bool) -> Iterator[OtherWords]:
    for term in terms:
        if words := _split(term):
            yield OtherWords(term=term, words=words, is_same=is_same)
