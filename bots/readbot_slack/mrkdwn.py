"""Text on its way into Slack's markup: escaped, disarmed, and cut to fit.

Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from urllib.parse import quote

from readbot.conversation.commands import shorten_command
from readbot.conversation.reply import Span, Style, Text

#: What a person types for us to hear it; the core knows its commands without it.
COMMAND = "/llmread"

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})

#: mrkdwn has no escape for its own marks, so a mark becomes a letter that looks like it.
_LOOKALIKES = str.maketrans({"*": "∗", "~": "∼", "`": "ˋ"})

_MARK = re.compile(r"[*~`_:@&<>]")

#: An underscore marks up only at the edge of a word: snake_case stays as it is.
_EDGE_UNDERSCORE = re.compile(r"(?<![^\W_])_+|_+(?![^\W_])")

#: ":tada:" would become a picture. A colon in "kind:paper" or "12:30:00" stands.
_EMOJI = re.compile(r":(?=[a-z0-9_+'-]+:)(?![0-9]+:)", re.IGNORECASE)

#: Slack does not read these where ``verbatim`` is true; a fallback text has no such switch.
_BROADCAST = re.compile(r"@(?=(?:channel|everyone|group|here)\b)", re.IGNORECASE)

_BLANK = re.compile(r"\s")

_USER_ID = re.compile(r"[UW][A-Z0-9]+")

_CHANNEL_ID = re.compile(r"[CG][A-Z0-9]{0,20}")

_ELLIPSIS = "…"


def escape(words: str) -> str:
    """Return *words* with ``& < >`` as entities, and no word that could call a whole channel."""
    if "@" in words:
        words = _BROADCAST.sub("＠", words)
    return words.translate(_ESCAPES)


def unescape(words: str) -> str:
    """Return what a person typed: Slack sends ``& < >`` as entities."""
    return words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def literal(words: str) -> str:
    """Return *words* for a mrkdwn object, to be read as they stand: no markup, no emoji names.

    A ``>`` at the start would make a quotation, as an entity too.
    """
    # Most words hold no mark at all, and asking is five times as fast as changing nothing.
    if not _MARK.search(words):
        return words
    disarmed = words.translate(_LOOKALIKES)
    if "_" in disarmed:
        disarmed = _EDGE_UNDERSCORE.sub(lambda mark: "ˍ" * len(mark[0]), disarmed)
    if ":" in disarmed:
        disarmed = _EMOJI.sub("꞉", disarmed)
    if disarmed[0] == ">":
        disarmed = "›" + disarmed[1:]
    return escape(disarmed)


def cut(words: str, limit: int) -> str:
    """Return *words* in at most *limit* characters, at the end of a word where one is near.

    Args:
        words: Before any escaping, so that no entity is cut in two.
        limit: 1 or more.
    """
    if len(words) <= limit:
        return words
    kept = words[: limit - 1]
    space = kept.rfind(" ")
    if space >= limit * 2 // 3:
        kept = kept[:space]
    # A joiner or a variation selector left without its partner would show as a box.
    return kept.rstrip("\u200d\ufe0f ,;:–-") + _ELLIPSIS


def cut_literal(words: str, limit: int) -> str:
    """Return ``literal(words)`` in at most *limit* characters, whole entities and whole words."""
    for length in (limit, limit // 2, limit // 5):
        marked_up = literal(cut(words, length))
        if len(marked_up) <= limit:
            return marked_up
    raise ValueError(f"{limit} characters hold no text")  # an entity has five at most


def link(url: str, words: str, *, limit: int) -> str:
    """Return a link in at most *limit* characters; only its words where the address has no room."""
    # Blanks would end the address.
    target = _BLANK.sub(lambda blank: quote(blank[0]), url)
    target = target.replace("&", "&amp;").replace("<", "%3C").replace(">", "%3E").replace("|", "%7C")
    # A line break would end the link.
    words = " ".join(words.split()) or _ELLIPSIS
    room = limit - len(target) - len("<|>")
    if room < 10:
        return cut_literal(words, limit)
    return f"<{target}|{cut_literal(words, room)}>"


def user_mention(user_id: str) -> str:
    """Return markup that names a person; the id as text where it is none of Slack's."""
    return f"<@{user_id}>" if _USER_ID.fullmatch(user_id) else literal(user_id)


def to_mrkdwn(pieces: Text, *, limit: int) -> str:
    """Return a text as mrkdwn in at most *limit* characters, cut between spans or within one."""
    parts: list[str] = []
    room = limit
    for span in pieces:
        part = _span(span, room)
        parts.append(part)
        room -= len(part)
        if part.endswith(_ELLIPSIS) or room < 40:
            break
    return "".join(parts)


def _span(span: Span, room: int) -> str:
    if span.url:
        return link(span.url, span.text, limit=room)
    match span.style:
        case Style.BOLD:
            return _marked("*", span.text, room)
        case Style.CODE:
            return _code(span.text, room)
        case Style.COMMAND:
            return _code(f"{COMMAND} {shorten_command(span.text)}", room)
        case Style.MOMENT:
            return _moment(span, room)
        case Style.CHANNEL if _CHANNEL_ID.fullmatch(span.ref):
            return f"<#{span.ref}>"
        case Style.PERSON | Style.CHANNEL | Style.PLAIN:
            # Slack pings whom it names by id, so a person is named by their name.
            return cut_literal(span.text, room)


def _moment(span: Span, room: int) -> str:
    """Return a time that Slack shows in the reader's own time zone; its words where there is no room."""
    written = f"<!date^{span.ref}^{{date_short_pretty}}, {{time}}|{literal(span.text)}>"
    is_usable = span.ref.isascii() and span.ref.isdigit() and len(written) <= room
    return written if is_usable else cut_literal(span.text, room)


def _marked(mark: str, words: str, room: int) -> str:
    """Return *words* between marks; a space at an edge stays outside, where marks work."""
    inner = words.strip()
    if not inner:
        return " "
    before, after = " " * words[0].isspace(), " " * words[-1].isspace()
    return f"{before}{mark}{cut_literal(inner, room - 4)}{mark}{after}"


def _code(words: str, room: int) -> str:
    """Return *words* as code: only a backtick can end it, and only entities are read in it."""
    inner = words.replace("`", "ˋ")
    for length in (room - 2, (room - 2) // 2, (room - 2) // 5):
        marked_up = escape(cut(inner, length))
        if len(marked_up) <= room - 2:
            return f"`{marked_up}`"
    raise ValueError(f"{room} characters hold no text")
