"""What people's messages say in plain words: without markup, mentions and emoji, with their links.

Source: https://docs.discord.com/developers/reference#message-formatting
"""

import re
from collections.abc import Iterator

import discord

#: ``[words](address)`` and ``[words](<address>)``.
_LINK = re.compile(r"\[([^\[\]]*)\]\(<?(https?://[^\s<>]+?)>?\)")
#: An address in angle brackets, which has no preview.
_BRACKETED = re.compile(r"<(https?://[^\s<>]+)>")
#: People, roles, channels, commands, emoji and moments: ``<@1>``, ``</name:1>``, ``<:tada:1>``, ``<t:1:R>``.
_TOKEN = re.compile(r"<(?:[@#][!&]?\d+|/[^<>:]+:\d+|a?:\w+:\d+|t:-?\d+(?::\w)?|id:\w+)>")
_EVERYBODY = re.compile(r"@(?:everyone|here)\b")
#: Marks of bold, italic, struck, hidden and code text, where they stand around words.
_MARKS = re.compile(r"(?<![\w/])(?:[*_~`]+|\|\|)(?=\S)|(?<=\S)(?:[*_~`]+|\|\|)(?![\w/])")
#: Headings, quotes and small print, at the beginning of a line.
_LINE_MARKS = re.compile(r"^\s*(?:#{1,3}|>{1,3}|-#)\s+", re.MULTILINE)


def to_words(markdown: str) -> str:
    """Return Discord's Markdown as plain words on one line.

    >>> to_words("<@1> see [this one](https://example.org/a_b) & **that** <:tada:2>")
    'see this one https://example.org/a_b & that'
    """
    words = _LINK.sub(r"\1 \2 ", markdown)
    words = _TOKEN.sub(" ", _BRACKETED.sub(r" \1 ", words))
    words = _MARKS.sub("", _LINE_MARKS.sub("", _EVERYBODY.sub(" ", words)))
    return " ".join(words.split())


def message_words(message: discord.Message) -> str:
    """Return all that a message says: its text, what it passes on, its previews, and where its links lead."""
    pieces = [to_words(piece) for piece in _texts(message)]
    # A preview's title often says what its text begins with.
    return " ".join(dict.fromkeys(piece for piece in pieces if piece))


def _texts(message: discord.Message) -> Iterator[str]:
    yield message.content
    yield from _component_texts(message.components)
    embeds = list(message.embeds)
    for forwarded in message.message_snapshots:
        yield forwarded.content
        embeds += forwarded.embeds
    for embed in embeds:
        yield from (embed.title or "", embed.description or "", embed.url or "")
        for field in embed.fields:
            yield from (field.name or "", field.value or "")


def _component_texts(components: object) -> Iterator[str]:
    """Yield the texts within components, in their order, as far as discord.py knows them."""
    for each in components if isinstance(components, list) else ():
        if isinstance(each, discord.components.TextDisplay):
            yield each.content
        yield from _component_texts(getattr(each, "children", None))
