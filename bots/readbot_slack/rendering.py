"""The look of a reply in Slack: Block Kit, within every limit. Pure functions.

Limits: https://docs.slack.dev/reference/block-kit/blocks and, for the sum over a message, which is
not documented, https://github.com/slackapi/bolt-js/issues/2509 (refused from about 13,200).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeAlias

from readbot.conversation.commands import Search, ShowSection, format_command
from readbot.conversation.reply import (
    Action,
    ActionStyle,
    Choice,
    Choices,
    FurtherAddress,
    Heading,
    LinkCard,
    Paragraph,
    Part,
    Picture,
    Reply,
    Rows,
    SearchBox,
    Text,
)
from readbot.language import tn, tr
from readbot.search.results import Completion, CompletionKind
from readbot_slack.mrkdwn import cut, cut_literal, escape, link, to_mrkdwn, user_mention

Block: TypeAlias = dict[str, Any]

_BRACKETS = str.maketrans("<>", "‹›")

#: In one message.
MAX_BLOCKS = 50
#: Characters over all blocks together, addresses included.
MAX_CHARACTERS = 11_000
#: In one modal or Home tab.
MAX_VIEW_BLOCKS = 100
#: A view may have 250 KB as JSON, in which a letter takes six bytes at most.
MAX_VIEW_CHARACTERS = 30_000
MAX_SECTION = 3_000
MAX_HEADER = 150
MAX_BUTTON = 75
MAX_OPTION = 75
MAX_OPTION_VALUE = 150
MAX_OPTIONS = 100
MAX_PLACEHOLDER = 150
MAX_ALT = 2_000
#: What somebody can type into a search box; a query that is longer is cut to its telling words anyway.
MAX_TYPED = 500
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

#: The same in a message that only one person will ever read, though it is none of Slack's ephemeral ones.
OWN_PREFIX = "readbot-own:"

#: Ends the action_id of a menu that completes what is typed into it.
QUERY_SUFFIX = ":query"


@dataclass(frozen=True, kw_only=True)
class Surface:
    """What shows blocks, and how much of them."""

    max_blocks: int = MAX_BLOCKS
    max_characters: int = MAX_CHARACTERS
    prefix: str = ACTION_PREFIX
    #: Slack refuses what has a picture that it cannot fetch, and a modal is opened only once.
    has_pictures: bool = True
    #: Whether a query is typed and sent with Enter; elsewhere it is picked from a menu that completes it.
    has_input: bool = False


MESSAGE = Surface()
OWN_MESSAGE = Surface(prefix=OWN_PREFIX)
MODAL = Surface(max_blocks=MAX_VIEW_BLOCKS, max_characters=MAX_VIEW_CHARACTERS, has_pictures=False)
HOME = Surface(
    max_blocks=MAX_VIEW_BLOCKS, max_characters=MAX_VIEW_CHARACTERS, has_pictures=False, has_input=True
)


def to_message(reply: Reply, surface: Surface = MESSAGE) -> dict[str, Any]:
    """Return a reply as the arguments that an ack, a ``response_url`` and ``chat.postMessage`` share.

    Whatever has no room is cut with "…" or left out from the end, and then the message says so; the
    actions always stay.
    """
    return {
        "text": to_fallback(reply),
        "blocks": to_blocks(reply, surface),
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


def to_blocks(reply: Reply, surface: Surface = MESSAGE) -> list[Block]:
    """Return a reply as blocks, at least one."""
    ids = (f"{surface.prefix}{number}" for number in count())
    blocks: list[Block] = []
    room = surface.max_characters - _RESERVED_CHARACTERS
    for position, part in enumerate(reply.parts):
        rendered = list(_part(part, surface, ids))
        room -= sum(map(_characters, rendered))
        if room < 0 or len(blocks) + len(rendered) > surface.max_blocks - _RESERVED_BLOCKS:
            blocks.append(small_print(_left_out(len(reply.parts) - position)))
            break
        blocks += rendered
    if reply.shared_by:
        blocks.append(small_print(tr("Shared by {sharer}", sharer=user_mention(reply.shared_by))))
    if reply.actions:
        blocks.append({"type": "actions", "elements": [_button(action, ids) for action in reply.actions]})
    return blocks or [section("…")]


def _left_out(count: int) -> str:
    return tn("{number} more had no room here.", "{number} more had no room here.", count)


def without_pictures(blocks: Sequence[Block]) -> list[Block]:
    """Return what is left where Slack cannot fetch a picture, and refuses the whole for it."""
    return [block for block in blocks if block["type"] != "image"]


def _part(part: Part, surface: Surface, ids: Iterator[str]) -> Iterator[Block]:
    match part:
        case Heading(words=words):
            yield {"type": "header", "text": plain_text(cut(words, MAX_HEADER))}
        case Paragraph(text=words, subdued=subdued):
            written = to_mrkdwn(words, limit=MAX_SECTION)
            yield small_print(written) if subdued else section(written)
        case Rows(rows=rows):
            yield from _rows(rows)
        case LinkCard():
            yield from _card(part)
        case Picture(url=url, alt=alt):
            if surface.has_pictures and len(url) <= MAX_IMAGE_URL:
                yield {"type": "image", "image_url": url, "alt_text": cut(alt, MAX_ALT) or tr("Picture")}
        case Choices():
            yield from _choices(part, ids)
        case SearchBox(label=label):
            yield _search_input(label, ids) if surface.has_input else _search_menu(label, ids)


def _rows(rows: Sequence[Text]) -> Iterator[Block]:
    """Return lines that stand close: as few sections as hold them."""
    written: list[str] = []
    used = 0
    for row in rows:
        line = to_mrkdwn(row, limit=MAX_SECTION)
        if written and used + len(line) + 1 > MAX_SECTION:
            yield section("\n".join(written))
            written, used = [], 0
        written.append(line)
        used += len(line) + 1
    if written:
        yield section("\n".join(written))


def _card(card: LinkCard) -> Iterator[Block]:
    """Return a link: its title, the curator's words and its other addresses, facts in small print."""
    lines = [f"*{link(card.url, cut(card.title, _MAX_TITLE), limit=MAX_SECTION - 1_000)}*"]
    if card.note:
        lines.append(cut_literal(card.note, _MAX_NOTE))
    room = MAX_SECTION - sum(len(line) + 1 for line in lines) - len(tr("Also: {links}"))
    also: list[str] = []
    for other in card.also:
        written = link(other.url, cut(other.title, _MAX_TITLE), limit=MAX_SECTION)
        if other.trouble:
            written += f" ({_trouble(other)})"
        room -= len(written) + len(" · ")
        if room < 0:
            break
        also.append(written)
    if also:
        lines.append(tr("Also: {links}", links=" · ".join(also)))
    yield section("\n".join(lines))
    if card.trouble:
        yield small_print(_trouble(card))
    facts = cut_literal(card.facts, _MAX_FACTS)
    yield small_print(f"{facts}  ·  _{cut_literal(card.why, _MAX_FACTS)}_" if card.why else facts)


def to_query_options(completions: Sequence[Completion], *, typed: str) -> list[Block]:
    """Return what a search menu offers to whoever has typed so far: that very query first."""
    options: dict[str, Block] = {}
    words = " ".join(typed.split())
    if words:
        query = words[: MAX_OPTION_VALUE - len(format_command(Search("")))].rstrip()
        options[format_command(Search(query))] = option(
            tr("Search “{words}”", words=cut(words, MAX_OPTION - 20)), format_command(Search(query))
        )
    for each in completions:
        is_section = each.kind is CompletionKind.SECTION
        value = format_command(ShowSection(f"~{each.section_id}") if is_section else Search(each.text))
        if len(value) <= MAX_OPTION_VALUE:
            options.setdefault(value, option(each.text, value, each.detail))
    return list(options.values())[:MAX_OPTIONS]


def _trouble(shown: LinkCard | FurtherAddress) -> str:
    """Return what is wrong with an address, and where a copy of it is kept."""
    said = f"⚠ {cut_literal(shown.trouble, _MAX_FACTS)}"
    if not shown.archived_url:
        return said
    copy = link(shown.archived_url, tr("archived copy"), limit=MAX_SECTION - len(said))
    return f"{said} · {copy}"


def _search_menu(label: str, ids: Iterator[str]) -> Block:
    """Return a menu whose options come as somebody types, see ``listeners.options``."""
    menu = {
        "type": "external_select",
        "action_id": f"{next(ids)}{QUERY_SUFFIX}",
        "placeholder": plain_text(cut(label, MAX_PLACEHOLDER)),
        "min_query_length": 0,
    }
    return {"type": "actions", "elements": [menu]}


def _search_input(label: str, ids: Iterator[str]) -> Block:
    """Return a field that is sent with Enter."""
    field = {
        "type": "plain_text_input",
        "action_id": next(ids),
        "placeholder": plain_text(tr("A topic, a title or an author")),
        "max_length": MAX_TYPED,
        "dispatch_action_config": {"trigger_actions_on": ["on_enter_pressed"]},
    }
    return {
        "type": "input",
        "dispatch_action": True,
        "label": plain_text(cut(label, MAX_PLACEHOLDER)),
        "element": field,
    }


def _choices(part: Choices, ids: Iterator[str]) -> Iterator[Block]:
    """Return buttons for a few choices, a menu for many, up to what a menu holds."""
    if len(part.choices) <= _MAX_BUTTONS:
        yield small_print(f"{cut_literal(part.label, MAX_SECTION - 1)}:")
        yield {"type": "actions", "elements": [_choice_button(choice, ids) for choice in part.choices]}
        return
    shown = {choice.command: choice for choice in reversed(part.choices[:MAX_OPTIONS])}
    yield {
        "type": "actions",
        "elements": [
            {
                "type": "static_select",
                "action_id": next(ids),
                "placeholder": plain_text(cut(part.label, MAX_PLACEHOLDER)),
                "options": [
                    option(choice.label, choice.command, choice.detail) for choice in reversed(shown.values())
                ],
            }
        ],
    }
    if len(part.choices) > MAX_OPTIONS:
        yield small_print(
            tr(
                "The first {number} of {total} are in the menu; the rest: by name.",
                number=MAX_OPTIONS,
                total=len(part.choices),
            )
        )


def option(label: str, value: str, detail: str = "") -> Block:
    """Return one thing to pick from a menu; *value* has at most ``MAX_OPTION_VALUE`` characters."""
    made: Block = {"text": plain_text(cut(label, MAX_OPTION)), "value": value}
    if detail:
        made["description"] = plain_text(cut(detail, MAX_OPTION))
    return made


def _choice_button(choice: Choice, ids: Iterator[str]) -> Block:
    detail = f" ({choice.detail})" if choice.detail else ""
    label = cut(choice.label, max(MAX_BUTTON - len(detail), 20)) + detail
    return _button(Action(label=label, command=choice.command), ids)


def _button(action: Action, ids: Iterator[str]) -> Block:
    button = {
        "type": "button",
        "action_id": next(ids),
        "text": plain_text(cut(action.label, MAX_BUTTON)),
        "value": action.command,
    }
    if action.style is not ActionStyle.DEFAULT:
        button["style"] = action.style.value
    return button


def section(written: str) -> Block:
    """Return mrkdwn as a block."""
    return {"type": "section", "text": _mrkdwn(written)}


def small_print(written: str) -> Block:
    """Return mrkdwn as a block that stands back."""
    return {"type": "context", "elements": [_mrkdwn(written)]}


def _mrkdwn(written: str) -> Block:
    """Return a text object with markup; verbatim, so that only ours makes links and mentions."""
    return {"type": "mrkdwn", "text": written if written.strip() else "…", "verbatim": True}


def plain_text(words: str) -> Block:
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
