"""Why a link matched, in a few words."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import punctuation

from readbot.language import current_language, tr, translatable
from readbot.reading_list import Entry
from readbot.search.evidence import Evidence, Group, How
from readbot.search.fields import Field
from readbot.search.spelling import is_like
from readbot.search.text import fold, split_words

#: Fields that a reader of an answer sees, so that a word in them needs no explanation: their bits and names.
_PLAIN_FIELDS = tuple(
    (1 << field, "section" if field is Field.PARENT else field.name.lower())
    for field in (
        Field.TITLE,
        Field.NOTE,
        Field.SECTION,
        Field.ALSO,
        Field.PARENT,
        Field.KIND,
        Field.YEAR,
    )
)
#: Evidence that the list has a word, if only its beginning.
_SEEN = frozenset({How.SAID, How.BEGUN})
_MAX_REASONS = 2
#: Fewer letters have only just begun the next word.
_LEAST_WORD = 3
_PUNCTUATION = punctuation + "“”„«»…"


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a link holds of one word of a query."""

    #: The word, with all that speaks for it.
    group: Group
    #: The best of that for the link.
    evidence: Evidence


def explain(entry: Entry, held: Iterable[Held], corrections: Container[tuple[str, str]]) -> tuple[str, bool]:
    """Return why *entry* matched, and whether that is plain to see.

    Args:
        entry: The link.
        held: What of the query it holds.
        corrections: What is said of the whole answer, and so is plain.
    """
    reasons: dict[str, None] = {}
    plain: dict[str, None] = {}
    for one in held:
        fields = one.evidence.hits.fields_of(entry.number - 1)
        reason, is_plain = _reason(entry, one.evidence, fields)
        if one.evidence.how is How.CORRECTED:
            is_plain = (one.evidence.asked, one.evidence.found) in corrections
        (plain if is_plain else reasons)[reason] = None
    if not reasons:
        return ", ".join(list(plain)[:_MAX_REASONS]) or "filters", True
    return ", ".join(list(reasons)[:_MAX_REASONS]), False


def find_corrections(entry: Entry, held: Sequence[Held]) -> tuple[tuple[str, str], ...]:
    """Return which words of the query were taken for misspelt to find *entry*, with what each was taken for."""
    found: dict[str, str] = {}
    words = {one.group.word for one in held}
    known = {one.group.word for one in held if any(each.how in _SEEN for each in one.group.evidence)}
    for one in held:
        word, evidence, asked = one.group.word, one.evidence, one.evidence.asked.split()
        if word not in asked:
            # Other words for what was meant: they were asked for with the mended word.
            found.update((word, meant) for meant in asked if is_like(meant, word))
        elif (mended := _find_mended(one.group, entry)) is not None:
            found[word] = mended.found
        elif evidence.how is How.CORRECTED and known.isdisjoint(asked) and len(asked[-1]) >= _LEAST_WORD:
            found[evidence.asked] = evidence.found
    single = found.keys() & words
    return tuple(
        (typed, used) for typed, used in found.items() if typed in single or single.isdisjoint(typed.split())
    )


def _find_mended(group: Group, entry: Entry) -> Evidence | None:
    """Return what of a link is near a word, where that is misspelt."""
    near = (one for one in group.evidence if one.how is How.CORRECTED and one.asked == group.word)
    return next((one for one in near if one.hits.fields_of(entry.number - 1)), None)


def put_in_context(corrections: Iterable[tuple[str, str]], text: str) -> tuple[tuple[str, str], ...]:
    """Return corrections as they stand in a query: "fine-tunning", not "tunning".

    >>> put_in_context([("tunning", "tuning")], "Fine-Tunning?")
    (('Fine-Tunning', 'fine-tuning'),)
    """
    return tuple(_put_in_context(typed, used, text) for typed, used in corrections)


def _put_in_context(typed: str, used: str, text: str) -> tuple[str, str]:
    for piece in text.split():
        name = piece.strip(_PUNCTUATION)
        if typed in split_words(name) and ":" not in name:
            return name, fold(name).replace(typed, used)
    return typed, used


def _reason(entry: Entry, evidence: Evidence, fields: int) -> tuple[str, bool]:
    match evidence.how:
        case How.CORRECTED:
            return _say(
                translatable("“{found}” for “{asked}”"), found=evidence.found, asked=evidence.asked
            ), False
        case How.SAME:
            message = translatable("“{found}” is another word for “{asked}”")
            return _say(message, found=evidence.found, asked=evidence.asked), False
        case How.RELATED:
            return _say(
                translatable("“{found}” goes with “{asked}”"), found=evidence.found, asked=evidence.asked
            ), False
        case How.INITIALS:
            return tr("initials"), False
        case How.SITE:
            return _say(translatable("site {found}"), found=_site(entry)), False
        case _:
            return _where(entry, evidence.asked, fields)


def _where(entry: Entry, asked: str, fields: int) -> tuple[str, bool]:
    """Say in which part of the link the word itself stands."""
    for bit, name in _PLAIN_FIELDS:
        if fields & bit:
            return name, True
    if fields >> Field.ALIAS & 1:
        return _say(translatable("also called {found}"), found=_holding(entry.link.aliases, asked)), False
    if fields >> Field.AUTHOR & 1:
        return _say(translatable("by {found}"), found=_holding(entry.link.authors, asked)), False
    if fields >> Field.TOPIC & 1:
        return _say(translatable("about {found}"), found=_holding(entry.link.topics, asked)), False
    if fields >> Field.SITE & 1:
        return _say(translatable("site {found}"), found=_site(entry)), False
    return tr("its address"), False


def _say(message: str, *, found: str, asked: str = "") -> str:
    return _recall(current_language(), message, found, asked)


@lru_cache(maxsize=2048)
def _recall(_language: str, message: str, found: str, asked: str) -> str:
    """Return a reason in words. Kept: one query gives many links the same one."""
    return tr(message, found=found, asked=asked)


def _holding(texts: Sequence[str], asked: str) -> str:
    """Return the text that holds most of *asked*, else the first."""
    return max(texts, key=lambda text: sum(word in text.casefold() for word in asked.split()), default=asked)


def _site(entry: Entry) -> str:
    """Return the host of a link, with the owner where the host is shared."""
    parts = entry.link.url.split("/")
    host = parts[2].removeprefix("www.") if len(parts) > 2 else entry.link.url
    owner = parts[3] if len(parts) > 3 else ""
    return (
        f"{host}/{owner}" if host in {"github.com", "gist.github.com", "huggingface.co"} and owner else host
    )
