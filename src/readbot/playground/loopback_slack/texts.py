"""What people type, as Slack passes it on.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import html
import re
from typing import Any

_ADDRESS = re.compile(r"(https?://[^\s<>|]*[^\s<>|.,;:!?()\[\]'\"])")


def escape(text: str) -> str:
    """Return words with Slack's three signs written as themselves."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_typed(text: str) -> str:
    """Return a message as somebody typed it: nothing in it is markup but its web addresses.

    >>> as_typed("a < b, see https://example.com/a?b&c.")
    'a &lt; b, see <https://example.com/a?b&amp;c>.'
    >>> as_typed("<https://example.com>")
    '&lt;<https://example.com>&gt;'
    """
    # What is between two addresses stands at even places.
    return "".join(
        f"<{escape(part)}>" if place % 2 else escape(part) for place, part in enumerate(_ADDRESS.split(text))
    )


_MARKUP = re.compile(r"<(https?://[^>|]+|[@#]\w+)>")


def to_rich_text(text: str) -> dict[str, Any]:
    """Return a person's message as the block that Slack makes of it.

    >>> to_rich_text("see <https://example.com>")["elements"][0]["elements"]
    [{'type': 'text', 'text': 'see '}, {'type': 'link', 'url': 'https://example.com'}]
    """
    found: list[dict[str, Any]] = []
    # What is between two pieces of markup stands at even places.
    for place, part in enumerate(_MARKUP.split(text)):
        words = html.unescape(part)
        if place % 2 == 0:
            found += [{"type": "text", "text": words}] if words else []
        elif words[0] in "@#":
            kind = "user" if words[0] == "@" else "channel"
            found.append({"type": kind, f"{kind}_id": words[1:]})
        else:
            found.append({"type": "link", "url": words})
    section = {"type": "rich_text_section", "elements": found}
    return {"type": "rich_text", "block_id": "typed", "elements": [section]}
