"""What a message or a form of either platform says, without the platform's markup."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from readbot.playground.deeds import Json


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Whoever looks at a message; their client shows times and names that the message only refers to."""

    #: What "in 3 days" is reckoned from.
    now: datetime
    #: IANA name.
    timezone: str
    #: Of people and channels, by id.
    names: Mapping[str, str]


def read_payload(payload: Json, viewer: Viewer) -> str:
    """Return everything there is to read in a message of either platform, a line a piece of text."""
    words = _find_words(payload.get("blocks") or payload.get("components") or payload)
    return "\n".join(to_plain(each, viewer) for each in words)


def read_form(payload: Json, viewer: Viewer) -> str:
    """Return a form of either platform as text: title, what stands above, a line a field, buttons."""
    rows = payload.get("blocks") or payload.get("components") or []
    lines = [_words_of(payload["title"]), *(line for row in rows for line in _read_row(row, viewer))]
    # Discord's buttons are its own.
    buttons = [_words_of(payload.get(name)) for name in ("submit", "close")]
    if "components" in payload:
        buttons = ["Submit", "Cancel"]
    lines.append("  ".join(f"[{button}]" for button in buttons if button))
    return "\n".join(lines)


def to_plain(markup: str, viewer: Viewer) -> str:
    """Return Slack's or Discord's markup without its signs; a link's address stands behind its words.

    >>> ada = Viewer(now=datetime(2026, 11, 24, tzinfo=UTC), timezone="Europe/Berlin", names={"U1": "Ada"})
    >>> to_plain("*<https://example.com|A &amp; B>*", ada), to_plain("-# **[C](https://c.dev)**", ada)
    ('A & B (https://example.com)', 'C (https://c.dev)')
    >>> to_plain("<@U1>, <t:1795791600:F>", ada)
    '@Ada, Fri 27 Nov 2026, 16:00 CET'
    """
    markup = _MOMENT.sub(lambda mark: _show_moment(mark, viewer), markup)
    markup = _MENTION.sub(lambda mark: mark["sign"] + viewer.names.get(mark["id"], mark["id"]), markup)
    for pattern, instead in _SIGNS:
        markup = pattern.sub(instead, markup)
    return html.unescape(markup)


def _read_row(row: Json, viewer: Viewer) -> Iterator[str]:
    field = row.get("element") or row.get("component")
    if "label" not in row or field is None:
        yield from (to_plain(each, viewer) for each in _find_words(row))
        return
    is_optional = row.get("optional") or field.get("required") is False
    label = f"{_words_of(row['label'])}{' (optional)' if is_optional else ''}"
    yield f"{label}{'' if label.endswith('?') else ':'} {_read_field(field)}"
    if hint := _words_of(row.get("hint") or row.get("description")):
        yield f"  {hint}"


def _read_field(field: Json) -> str:
    """Return what stands in a field: text in quotes, what is picked of what there is, or what to put there."""
    held = field.get("initial_value") or field.get("value") or field.get("initial_time")
    if held:
        return f'"{held}"'
    options = field.get("options") or []
    chosen = field.get("initial_option")
    picked = [chosen] if chosen else [each for each in options if each.get("default")]
    names = ", ".join(_label_of(each) for each in picked or options)
    if names:
        return f"[{names} ▾]" if picked else f"[one of: {names} ▾]"
    return f"[{_words_of(field.get('placeholder')) or _EMPTY}]"


def _label_of(option: Json) -> str:
    return _words_of(option.get("text") or option.get("label"))


def _words_of(value: Any) -> str:
    """Return a text, which Slack wraps into an object."""
    return str(value["text"]) if isinstance(value, dict) else str(value or "")


def _show_moment(mark: re.Match[str], viewer: Viewer) -> str:
    moment = datetime.fromtimestamp(int(mark["discord"] or mark["slack"]), UTC)
    if mark["style"] == "R":
        return _tell_distance((moment - viewer.now).total_seconds())
    return f"{moment.astimezone(ZoneInfo(viewer.timezone)):%a %-d %b %Y, %H:%M %Z}"


#: A moment that the platform's client shows in the reader's own time. Sources:
#: https://docs.discord.com/developers/reference#message-formatting and
#: https://docs.slack.dev/messaging/formatting-message-text#date-formatting
_MOMENT = re.compile(
    r"<t:(?P<discord>-?\d+)(?::(?P<style>\w))?>|<!date\^(?P<slack>-?\d+)\^[^|>]*(?:\|[^>]*)?>"
)

_MENTION = re.compile(r"<(?P<sign>[@#])!?(?P<id>\w+)(?:\|[^>]*)?>")

#: What stands for what, in this order.
_SIGNS = tuple(
    (re.compile(pattern, re.MULTILINE), instead)
    for pattern, instead in (
        (r"<(https?://[^|>]+)\|([^>]+)>", r"\2 (\1)"),
        (r"\[((?:\\.|[^\]\\])+)\]\(<?(https?://[^\s)>]+)>?\)", r"\1 (\2)"),
        (r"^(?:-#|#{1,3}) ", ""),
        (r"(?<![\w*])\*{1,2}(?=\S)(.+?)(?<=\S)\*{1,2}(?![\w*])", r"\1"),
        (r"(?<![\w_])_(?=\S)(.+?)(?<=\S)_(?![\w_])", r"\1"),
        (r"\\([^A-Za-z0-9\s])", r"\1"),
    )
)

_EMPTY = "_" * 20

_UNITS = (("day", 24 * 3600), ("hour", 3600), ("minute", 60), ("second", 1))


def _tell_distance(seconds: float) -> str:
    unit, size = next((each for each in _UNITS if abs(seconds) >= each[1]), _UNITS[-1])
    count = round(abs(seconds) / size)
    words = f"{count} {unit}" if count == 1 else f"{count} {unit}s"
    return f"in {words}" if seconds > 0 else f"{words} ago"


def _find_words(value: Any) -> list[str]:
    if isinstance(value, list):
        return [word for inner in value for word in _find_words(inner)]
    if not isinstance(value, dict):
        return []
    if value.get("type") in ("button", 2):
        label = value.get("label") or value["text"]["text"]
        return [f"[{label}]"]
    if value.get("type") in ("static_select", 3):
        placeholder = value.get("placeholder") or ""
        return [f"[{placeholder['text'] if isinstance(placeholder, dict) else placeholder} ▾]"]
    words = [str(value[key]) for key in ("text", "content", "alt_text") if isinstance(value.get(key), str)]
    return words + [word for inner in value.values() for word in _find_words(inner)]
