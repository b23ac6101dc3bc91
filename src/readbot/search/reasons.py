"""Why a link matched, in a few words."""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from string import punctuation

from readbot.language import current_language, tr, translatable
from readbot.reading_list import Entry
from readbot.search.evidence import Evidence, How
from readbot.search.fields import Field
from readbot.search.spelling import is_like
from readbot.search.text import fold, split_words

#: Fields that a reader of an answer sees, so that a word in them needs no explanation.
_PLAIN_FIELDS = (Field.TITLE, Field.NOTE, Field.SECTION, Field.ALSO, Field.PARENT, Field.KIND, Field.YEAR)
_MAX_REASONS = 2
#: Fewer letters have only just begun the next word.
_LEAST_WORD = 3
_PUNCTUATION = punctuation + "“”„«»…"


@dataclass(frozen=True, kw_only=True)
class Held:
    """What a link holds of one word of a query."""

    #: The word, folded.
    word: str
    #: The best that speaks for the link.
    evidence: Evidence
    #: What of the link is near the word, where that is misspelt.
    mended: Evidence | None
    #: Whether the list has the word itself, or one that begins so.
    is_known: bool
    #: The fields where it stands, bit ``1 << Field``.
    fields: int


def explain(entry: Entry, held: Sequence[Held], corrections: Container[tuple[str, str]]) -> tuple[str, bool]:
    """Return why *entry* matched, and whether that is plain to see.

    Args:
        entry: The link.
        held: What of the query it holds.
        corrections: What is said of the whole answer, and so is plain.
    """
    reasons: dict[str, None] = {}
    plain: dict[str, None] = {}
    for one in held:
        reason, is_plain = _reason(entry, one.evidence, one.fields)
        if one.evidence.how is How.CORRECTED:
            is_plain = (one.evidence.asked, one.evidence.found) in corrections
        (plain if is_plain else reasons)[reason] = None
    if not reasons:
        return ", ".join(list(plain)[:_MAX_REASONS]) or "filters", True
    return ", ".join(list(reasons)[:_MAX_REASONS]), False


def find_corrections(held: Sequence[Held]) -> tuple[tuple[str, str], ...]:
    """Return which words of the query were taken for misspelt to find a link, with what each was taken for."""
    found: dict[str, str] = {}
    known = {one.word for one in held if one.is_known}
    for one in held:
        evidence, asked = one.evidence, one.evidence.asked.split()
        if one.word not in asked:
            # Other words for what was meant: they were asked for with the mended word.
            found.update((one.word, word) for word in asked if is_like(word, one.word))
        elif one.mended is not None:
            found[one.word] = one.mended.found
        elif evidence.how is How.CORRECTED and known.isdisjoint(asked) and len(asked[-1]) >= _LEAST_WORD:
            found[evidence.asked] = evidence.found
    single = found.keys() & {one.word for one in held}
    return tuple(
        (typed, used) for typed, used in found.items() if typed in single or single.isdisjoint(typed.split())
    )


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
    for field in _PLAIN_FIELDS:
        if fields >> field & 1:
            return "section" if field is Field.PARENT else field.name.lower(), True
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
