"""Texts in the language of whoever reads them, see :mod:`readbot.language`."""

from collections.abc import Iterable
from functools import lru_cache

from readbot.conversation.reply import Span, Text, text
from readbot.language import FIELD, tr


def say(message: str, **spans: str | Span | Iterable[Span]) -> Text:
    """Return *message* in the current language as text, with ``{name}`` replaced by spans.

    >>> say("Nothing answers {query}.", query=Span("“x”"))
    (Span(text='Nothing answers '), Span(text='“x”'), Span(text='.'))
    """
    pieces: list[str | Span] = []
    for literal, name in _parse(tr(message)):
        pieces.append(literal)
        value = spans.get(name, "")
        if isinstance(value, str | Span):
            pieces.append(value)
        else:
            pieces.extend(value)
    return text(*pieces)


def listed(spans: Iterable[Span], *, all_of_them: bool = False) -> list[Span]:
    """Return the spans as a phrase: "a, b or c", or "a, b and c" where all are meant."""
    items = list(spans)
    last = tr(" and ") if all_of_them else tr(" or ")
    phrase: list[Span] = []
    for position, span in enumerate(items):
        if position:
            phrase.append(Span(last if position == len(items) - 1 else tr(", ")))
        phrase.append(span)
    return phrase


@lru_cache(maxsize=2048)
def _parse(message: str) -> tuple[tuple[str, str], ...]:
    """Return each literal with the name of the field behind it, empty at the end."""
    parts = FIELD.split(message)
    return tuple(zip(parts[::2], [*parts[1::2], ""], strict=True))
