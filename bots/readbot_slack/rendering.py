"""The look of a reply in Slack: Block Kit, within every limit. Pure functions.

Limits: https://docs.slack.dev/reference/block-kit/blocks and, for the sum over a message, which is
not documented, https://github.com/slackapi/bolt-js/issues/2509 (refused from about 13,200).
"""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any, TypeAlias

from readbot.conversation.reply import (
    Action,
    ActionStyle,
    Choice,
    Choices,
    Heading,
    LinkCard,
    Paragraph,
    Part,
    Picture,
    Reply,
    Rows,
    Text,
)
from readbot_slack.mrkdwn import cut, cut_literal, escape, link, to_mrkdwn, user_mention

Block: TypeAlias = dict[str, Any]

_BRACKETS = str.maketrans("<>", "‹›")

MAX_BLOCKS = 50
#: Characters over all blocks together, addresses included.
MAX_CHARACTERS = 11_000
MAX_SECTION = 3_000
MAX_HEADER = 150
MAX_BUTTON = 75
MAX_OPTION = 75
MAX_OPTIONS = 100
MAX_PLACEHOLDER = 150
MAX_ALT = 2_000
MAX_IMAGE_URL = 3_000
#: A quarter of what is accepted: a notification or a screen reader reads it from end to end.
MAX_FALLBACK = 1_000

#: Kept free for the row of actions and for the line that says that something was left out.
_RESERVED_BLOCKS = 3
_RESERVED_CHARACTERS = 600

#: More things to pick from than this make a menu, not a row of buttons.
_MAX_BUTTONS = 5

_MAX_TITLE = 400
_MAX_NOTE = 600
_MAX_FACTS = 400

#: Every button's action_id is this and a number that is unique within the message.
ACTION_PREFIX = "readbot:"


def to_message(reply: Reply) -> dict[str, Any]:
    """Return a reply as the arguments that an ack, a ``response_url`` and ``chat.postMessage`` share.

    Whatever has no room is cut with "…" or left out from the end, and then the message says so; the
    actions always stay.
    """
    return {
        "text": to_fallback(reply),
        "blocks": to_blocks(reply),
        "unfurl_links": False,
        "unfurl_media": False,
    }


def to_fallback(reply: Reply) -> str:
    """Return what notifications and screen readers read: plain text, escaped."""
    lines: list[str] = []
    room = MAX_FALLBACK
    for line in reply.fallback.splitlines():
        shown = escape(line)
        if len(shown) > room:
            if not lines:
                lines.append(cut_literal(line, room))
            break
        lines.append(shown)
        room -= len(shown) + 1
    written = "\n".join(lines)
    return written if written.strip() else "readbot"


def to_blocks(reply: Reply) -> list[Block]:
    """Return a reply as blocks, at least one."""
    numbers = count()
    blocks: list[Block] = []
    room = MAX_CHARACTERS - _RESERVED_CHARACTERS
    for position, part in enumerate(reply.parts):
        rendered = list(_part(part, numbers))
        room -= sum(map(_characters, rendered))
        if room < 0 or len(blocks) + len(rendered) > MAX_BLOCKS - _RESERVED_BLOCKS:
            blocks.append(_small_print(f"{len(reply.parts) - position} more had no room here."))
            break
        blocks += rendered
    if reply.shared_by:
        blocks.append(_small_print(f"Shared by {user_mention(reply.shared_by)}"))
    if reply.actions:
        blocks.append({"type": "actions", "elements": [_button(action, numbers) for action in reply.actions]})
    return blocks or [_section("…")]


def _part(part: Part, numbers: Iterator[int]) -> Iterator[Block]:
    match part:
        case Heading(words=words):
            yield {"type": "header", "text": _plain(cut(words, MAX_HEADER))}
        case Paragraph(text=words, subdued=subdued):
            written = to_mrkdwn(words, limit=MAX_SECTION)
            yield _small_print(written) if subdued else _section(written)
        case Rows(rows=rows):
            yield from _rows(rows)
        case LinkCard():
            yield from _card(part)
        case Picture(url=url, alt=alt):
            if len(url) <= MAX_IMAGE_URL:
                yield {"type": "image", "image_url": url, "alt_text": cut(alt, MAX_ALT) or "Picture"}
        case Choices():
            yield from _choices(part, numbers)


def _rows(rows: Sequence[Text]) -> Iterator[Block]:
    """Return lines that stand close: as few sections as hold them."""
    written: list[str] = []
    used = 0
    for row in rows:
        line = to_mrkdwn(row, limit=MAX_SECTION)
        if written and used + len(line) + 1 > MAX_SECTION:
            yield _section("\n".join(written))
            written, used = [], 0
        written.append(line)
        used += len(line) + 1
    if written:
        yield _section("\n".join(written))


def _card(card: LinkCard) -> Iterator[Block]:
    """Return a link: its title, the curator's words and its other addresses, facts in small print."""
    lines = [f"*{link(card.url, cut(card.title, _MAX_TITLE), limit=MAX_SECTION - 1_000)}*"]
    if card.note:
        lines.append(cut_literal(card.note, _MAX_NOTE))
    room = MAX_SECTION - sum(len(line) + 1 for line in lines) - len("Also: ")
    also: list[str] = []
    for other in card.also:
        written = link(other.url, cut(other.title, _MAX_TITLE), limit=MAX_SECTION)
        room -= len(written) + len(" · ")
        if room < 0:
            break
        also.append(written)
    if also:
        lines.append("Also: " + " · ".join(also))
    yield _section("\n".join(lines))
    facts = cut_literal(card.facts, _MAX_FACTS)
    yield _small_print(f"{facts}  ·  _{cut_literal(card.why, _MAX_FACTS)}_" if card.why else facts)


def _choices(part: Choices, numbers: Iterator[int]) -> Iterator[Block]:
    """Return buttons for a few choices, a menu for many, up to what a menu holds."""
    if len(part.choices) <= _MAX_BUTTONS:
        yield _small_print(f"{cut_literal(part.label, MAX_SECTION - 1)}:")
        yield {"type": "actions", "elements": [_choice_button(choice, numbers) for choice in part.choices]}
        return
    shown = {choice.command: choice for choice in reversed(part.choices[:MAX_OPTIONS])}
    yield {
        "type": "actions",
        "elements": [
            {
                "type": "static_select",
                "action_id": f"{ACTION_PREFIX}{next(numbers)}",
                "placeholder": _plain(cut(part.label, MAX_PLACEHOLDER)),
                "options": [_option(choice) for choice in reversed(shown.values())],
            }
        ],
    }
    if len(part.choices) > MAX_OPTIONS:
        yield _small_print(
            f"The first {MAX_OPTIONS} of {len(part.choices)} are in the menu; the rest: by name."
        )


def _option(choice: Choice) -> Block:
    option = {"text": _plain(cut(choice.label, MAX_OPTION)), "value": choice.command}
    if choice.detail:
        option["description"] = _plain(cut(choice.detail, MAX_OPTION))
    return option


def _choice_button(choice: Choice, numbers: Iterator[int]) -> Block:
    detail = f" ({choice.detail})" if choice.detail else ""
    label = cut(choice.label, max(MAX_BUTTON - len(detail), 20)) + detail
    return _button(Action(label=label, command=choice.command), numbers)


def _button(action: Action, numbers: Iterator[int]) -> Block:
    button = {
        "type": "button",
        "action_id": f"{ACTION_PREFIX}{next(numbers)}",
        "text": _plain(cut(action.label, MAX_BUTTON)),
        "value": action.command,
    }
    if action.style is not ActionStyle.DEFAULT:
        button["style"] = action.style.value
    return button


def _section(written: str) -> Block:
    return {"type": "section", "text": _mrkdwn(written)}


def _small_print(written: str) -> Block:
    return {"type": "context", "elements": [_mrkdwn(written)]}


def _mrkdwn(written: str) -> Block:
    """Return a text object with markup; verbatim, so that only ours makes links and mentions."""
    return {"type": "mrkdwn", "text": written if written.strip() else "…", "verbatim": True}


def _plain(words: str) -> Block:
    """Return a plain text object: nothing in it is markup, and ``:names:`` stay what they are.

    Whether entities are read in it is not documented, so brackets become such as need none.
    """
    shown = words.translate(_BRACKETS) if words.strip() else "…"
    return {"type": "plain_text", "text": shown, "emoji": False}


def _characters(block: Block) -> int:
    """Return how many characters a block counts for: every text, value and address in it."""
    return sum(_text_length(value) for key, value in block.items() if key != "type")


def _text_length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(_text_length(inner) for key, inner in value.items() if key != "type")
    if isinstance(value, list):
        return sum(map(_text_length, value))
    return 0
