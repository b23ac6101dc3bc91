"""What a text on the list may be: how long, and of which characters."""

import re
import unicodedata

MAX_TITLE = 300
MAX_SECTION_TITLE = 200
MAX_NOTE = 1000
MAX_DESCRIPTION = 2000
#: A topic, an alias, an author's name.
MAX_WORD = 100
MAX_URL = 2000
#: Topics, aliases, authors or further addresses of one link.
MAX_ITEMS = 50

_JOINERS = "\u200c\u200d"
#: Control, format (bidi, zero-width), surrogate, private use, line and paragraph separators.
_REFUSED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}


def find_text_problem(text: str, *, limit: int, multiline: bool = False) -> str | None:
    """Say what is wrong with *text* and what to do; None when it is good.

    Args:
        text: A title, note, topic or the like.
        limit: Longest allowed, in characters.
        multiline: Whether line ends are allowed, as in a description.
    """
    if not text.strip():
        return "is empty; write something or take the field out"
    if len(text) > limit:
        return f"is {len(text)} characters long; shorten it to {limit} at most"
    if not multiline and "\n" in text:
        return "has a line end in it; write it as one line"
    if text.isascii() and text.isprintable():
        return None
    allowed = "\n" if multiline else ""
    for position, char in enumerate(text):
        if char not in allowed and _is_refused(text, position):
            name = unicodedata.name(char, "control or private-use character")
            return f"holds the invisible character U+{ord(char):04X} ({name.lower()}); delete it"
    return None


def clean_text(text: str) -> str:
    """Return *text* on one line, without characters that a list refuses and without double spaces."""
    kept = re.sub(r"\s", " ", text)
    # Most texts are: then there is no need to look at each character.
    if not (kept.isascii() and kept.isprintable()):
        kept = "".join(char for position, char in enumerate(kept) if not _is_refused(kept, position))
    return re.sub(r" {2,}", " ", kept).strip()


def has_refused(text: str) -> bool:
    """Tell whether *text* holds an invisible character that a list refuses; line ends are none."""
    return any(not char.isspace() and _is_refused(text, position) for position, char in enumerate(text))


def shorten(text: str, limit: int) -> str:
    """Cut *text* at a word's end so that it fits *limit* characters, an ellipsis included."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    head, space, _ = cut.rpartition(" ")
    return (head if space and len(head) > limit // 2 else cut).rstrip(" ,;:-–—") + "…"


def _is_refused(text: str, position: int) -> bool:
    char = text[position]
    if char.isascii():
        return not char.isprintable()
    if char in _JOINERS:
        return not _joins(text, position)
    is_noncharacter = ord(char) & 0xFFFE == 0xFFFE  # YAML and XML cannot hold them
    return is_noncharacter or unicodedata.category(char) in _REFUSED_CATEGORIES


def _joins(text: str, position: int) -> bool:
    """Tell a joiner that is part of the writing, as inside an emoji or a Persian word, from a hidden one."""
    around = text[position - 1 : position] + text[position + 1 : position + 2]
    return len(around) == 2 and not any(char.isascii() or char in _JOINERS for char in around)
