"""The field's other words: which terms mean the same, and which are worth looking for as well."""

from collections.abc import ItemsView, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace

from readbot.search.text import key_of, split_words


@dataclass(frozen=True, kw_only=True)
class AliasGroup:
    """Terms that mean the same, and words to look for as well when one of them is asked for."""

    terms: tuple[str, ...]
    related: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class OtherWords:
    """Another way to say what a query says."""

    #: As the table spells it.
    term: str
    #: The same, folded and split.
    words: tuple[str, ...]
    #: Whether it means the same; else it is only worth looking for.
    is_same: bool


class AliasTable:
    """Every group, found by each of its terms however it is joined or inflected."""

    def __init__(self, groups: Iterable[AliasGroup] = ()) -> None:
        self.groups = tuple(groups)
        self._others: dict[str, tuple[OtherWords, ...]] = {}
        #: Length in words of the longest term.
        self.longest = 0
        found: dict[str, dict[str, OtherWords]] = {}
        for group in self.groups:
            self._add_group(group, found)
        self._words = {word for others in found.values() for other in others.values() for word in other.words}
        self._others = {key: _with_their_names(key, others, found) for key, others in found.items()}

    def _add_group(self, group: AliasGroup, found: dict[str, dict[str, OtherWords]]) -> None:
        others = [*_others(group.terms, is_same=True), *_others(group.related, is_same=False)]
        for term in group.terms:
            words = split_words(term)
            if not words:
                continue
            self.longest = max(self.longest, len(words))
            key = key_of(words)
            into = found.setdefault(key, {})
            for other in others:
                other_key = key_of(other.words)
                known = into.get(other_key)
                if other_key != key and (known is None or (other.is_same and not known.is_same)):
                    into[other_key] = other

    @property
    def keys(self) -> Set[str]:
        """The terms, as ``key_of`` makes them."""
        return self._others.keys()

    def items(self) -> ItemsView[str, tuple[OtherWords, ...]]:
        """Return every term, as ``key_of`` makes it, with its other words."""
        return self._others.items()

    def find(self, words: tuple[str, ...]) -> tuple[OtherWords, ...]:
        """Return the other ways to say *words*; empty where the table has none."""
        return self._others.get(key_of(words), ())

    def __contains__(self, words: tuple[str, ...]) -> bool:
        return key_of(words) in self._others

    def words(self) -> set[str]:
        """Return every single word that the table knows, folded."""
        return self._words


def _with_their_names(
    key: str, others: Mapping[str, OtherWords], found: Mapping[str, Mapping[str, OtherWords]]
) -> tuple[OtherWords, ...]:
    """Return *others*, and of the related ones what else they are called: "LLM" for "large language model"."""
    named = dict(others)
    for other_key, other in others.items():
        if not other.is_same:
            for name_key, name in found.get(other_key, {}).items():
                if name.is_same and name_key != key:
                    named.setdefault(name_key, replace(name, is_same=False))
    return tuple(named.values())


def _others(terms: Iterable[str], *, is_same: bool) -> Iterator[OtherWords]:
    for term in terms:
        words = tuple(split_words(term))
        if words:
            yield OtherWords(term=term, words=words, is_same=is_same)
