"""What people's messages say in plain words: without markup, mentions and emoji, with their links.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Iterator
from typing import Any

from readbot_slack.mrkdwn import unescape

Json = dict[str, Any]

_MARKUP = re.compile(r"<([^<>|]*)(?:\|([^<>]*))?>")

#: As people type them and as Slack writes them: ":tada:", ":+1::skin-tone-2:".
_EMOJI = re.compile(r"(?<!\w):[a-z0-9_+'-]*[a-z+][a-z0-9_+'-]*:(?!\w)", re.IGNORECASE)

#: Marks of bold, italic, struck and code text, where they stand around words.
_MARKS = re.compile(r"(?<!\w)[*_~`]+(?=\S)|(?<=\S)[*_~`]+(?!\w)")

#: What of an attachment people read, or where it leads.
_ATTACHMENT = ("pretext", "title", "text", "title_link", "from_url")


def message_words(message: Json) -> str:
    """Return all that a message says: its text or its blocks, its attachments, and where its links lead."""
    said = to_words(message.get("text") or "")
    blocks = message.get("blocks") or []
    # What a person types comes as one rich text, and as the same words in "text"; an app's text is but a summary.
    if not said or any(block.get("type") != "rich_text" for block in blocks):
        said = " ".join(_words_of(blocks)) or said
    attached = [
        to_words(attachment[name])
        for attachment in message.get("attachments") or []
        for name in _ATTACHMENT
        if isinstance(attachment.get(name), str)
    ]
    # A preview's title often says what its text begins with.
    return " ".join(dict.fromkeys(part for part in (said, *attached) if part))


def to_words(text: str) -> str:
    """Return mrkdwn as plain words on one line.

    >>> to_words("<@U1> see <https://example.org/a?b&amp;c|this one> &amp; *that* :tada:")
    'see this one https://example.org/a?b&c & that'
    """
    spelt = _MARKUP.sub(_spell_out, text)
    return " ".join(unescape(_MARKS.sub("", _EMOJI.sub(" ", spelt))).split())


def _spell_out(found: re.Match[str]) -> str:
    target, label = found[1], found[2] or ""
    if target.startswith(("@", "!subteam", "!here", "!channel", "!everyone")):
        return " "
    if target.startswith(("#", "!", "mailto:", "tel:")):
        return f" {label or target.removeprefix('mailto:').removeprefix('tel:')} "
    is_same = not label or label in target
    return f" {target} " if is_same else f" {label} {target} "


def _words_of(blocks: Any) -> Iterator[str]:
    """Yield the texts and addresses within blocks, in their order."""
    if isinstance(blocks, list):
        for each in blocks:
            yield from _words_of(each)
    elif isinstance(blocks, dict):
        kind = blocks.get("type")
        if kind in {"user", "usergroup", "broadcast", "emoji", "button"}:
            return
        is_markup = kind == "mrkdwn"
        for name, value in blocks.items():
            if name in {"text", "url"} and isinstance(value, str):
                # Only in mrkdwn are signs written as entities.
                yield to_words(value) if is_markup else " ".join(value.split())
            else:
                yield from _words_of(value)
