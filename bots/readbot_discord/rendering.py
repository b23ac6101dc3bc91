"""How replies look on Discord: Components V2, one container a message.

Every message of readbot's is in Components V2, because an update cannot change the mode, and
because links in it have no previews. Limits: 40 components and 4,000 characters of text a message,
see https://docs.discord.com/developers/components/reference.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import discord
from discord import ui

from readbot.conversation.commands import Share, ShareTo, parse_command
from readbot.conversation.reply import (
    Action,
    ActionStyle,
    Choices,
    FurtherAddress,
    Heading,
    LinkCard,
    Paragraph,
    Part,
    Picture,
    Reply,
    Rows,
)
from readbot.language import current_language, tr
from readbot_discord.custom_ids import HERE, MAX_CUSTOM_ID, Aim, make_button_id, make_select_id
from readbot_discord.markdown import code, escape, link, name_person, shorten, to_markdown
from readbot_discord.typed import name_command

MAX_COMPONENTS = 40
MAX_TEXT = 4000
MAX_LABEL = 80
MAX_OPTIONS = 25
MAX_OPTION_TEXT = 100
MAX_PLACEHOLDER = 150
MAX_ALT_TEXT = 256
BUTTONS_A_ROW = 5

_ACCENT = discord.Colour(0x2F6F8F)
_STYLES = {
    ActionStyle.DEFAULT: discord.ButtonStyle.secondary,
    ActionStyle.PRIMARY: discord.ButtonStyle.primary,
    ActionStyle.DANGER: discord.ButtonStyle.danger,
}


@dataclass(frozen=True, kw_only=True)
class _Detail:
    """How much of a link is shown; lengths in characters, before escaping."""

    title: int
    note: int
    why: int
    also: int
    url: int


#: Tried in this order, until everything fits into one message; see ``_to_fitting_blocks``.
_DETAILS = (
    _Detail(title=250, note=600, why=200, also=6, url=1500),
    _Detail(title=160, note=240, why=100, also=3, url=700),
    _Detail(title=100, note=80, why=0, also=0, url=400),
    # Rather no note than no link.
    _Detail(title=80, note=0, why=0, also=0, url=650),
    _Detail(title=60, note=0, why=0, also=0, url=150),
)

_Item = ui.Item[ui.LayoutView]


@dataclass(frozen=True)
class _Words:
    """A stretch of text; the others are items as they are."""

    markdown: str


_Block = _Words | _Item


def render(reply: Reply, aim: Aim = HERE, *, addressee: str = "") -> ui.LayoutView:
    """Return *reply* as a message in the current language, within every limit of Discord's.

    Args:
        reply: What to say.
        aim: What its buttons act on, where it is not the channel that they are in.
        addressee: Id of the person whom a public answer is for; empty for everybody.

    The view is finished from the start: clicks are known by their custom_id alone, so discord.py
    need not remember the message. That also lets one view be sent any number of times, and what is
    asked often is rendered once.
    """
    return _render(reply, aim, addressee, current_language())


@lru_cache(maxsize=256)
def _render(reply: Reply, aim: Aim, addressee: str, _language: str) -> ui.LayoutView:
    """Render; all that the looks depend on is an argument, as they are kept by them."""
    blocks = _to_fitting_blocks(reply, aim, addressee)
    rows = _action_rows(reply.actions, aim)
    room = MAX_COMPONENTS - 1 - sum(1 + len(row.children) for row in rows)
    blocks = _fit_count(_fit_text(blocks), room)
    view = ui.LayoutView(timeout=None)
    items = [ui.TextDisplay(b.markdown) if isinstance(b, _Words) else b for b in blocks]
    view.add_item(ui.Container(*items, *rows, accent_colour=_ACCENT))
    view.stop()
    return view


def _to_fitting_blocks(reply: Reply, aim: Aim, addressee: str) -> list[_Block]:
    """Return *reply* in as much detail as fits with the address of every link, else in as much as fits."""
    longest = max((len(part.url) for part in reply.parts if isinstance(part, LinkCard)), default=0)
    fitting: list[_Block] | None = None
    for detail in _DETAILS:
        blocks = [*_lead(reply, aim, addressee), *_to_blocks(reply, aim, detail)]
        if _count_text(blocks) > MAX_TEXT:
            continue
        if longest <= detail.url:
            return blocks
        fitting = fitting or blocks
    return fitting or blocks


def _lead(reply: Reply, aim: Aim, addressee: str) -> list[_Block]:
    """Return the small print above an answer: what it is about, who shared it, whom it is for."""
    lines = []
    # What stands in public is what a channel asked for: its readers need not be told which.
    if aim.channel_id and not reply.public:
        lines.append(tr("About {channel}", channel=f"<#{aim.channel_id}>"))
    sharer = name_person(reply.shared_by, reply.shared_by) if reply.shared_by else ""
    if sharer and addressee:
        lines.append(tr("Shared by {sharer} for {person}", sharer=sharer, person=f"<@{addressee}>"))
    elif sharer:
        lines.append(tr("Shared by {sharer}", sharer=sharer))
    return [_Words(f"-# {line}") for line in lines]


def _to_blocks(reply: Reply, aim: Aim, detail: _Detail) -> list[_Block]:
    blocks: list[_Block] = []
    selects = 0
    for part in reply.parts:
        match part:
            case Picture():
                blocks.append(_picture(part))
            case Choices():
                blocks += _choices(part, aim, number=selects)
                selects += 1
            case _:
                blocks += [_Words(markdown) for markdown in (_words(part, detail),) if markdown]
    return blocks


def _words(part: Part, detail: _Detail) -> str:
    match part:
        case Heading(words=words):
            return f"### {escape(shorten(words, detail.title)).strip()}"
        case Paragraph(text=text, subdued=subdued):
            markdown = to_markdown(text).strip()
            return f"-# {markdown}" if subdued and markdown else markdown
        case Rows(rows=rows):
            return "\n".join(to_markdown(row) for row in rows)
        case LinkCard():
            return _card(part, detail, current_language())
        case _:
            return ""


@lru_cache(maxsize=4096)
def _card(card: LinkCard, detail: _Detail, _language: str) -> str:
    """Format one link. Cached: the same links are shown over and over, and escaping is most of the work."""
    title = shorten(card.title, detail.title)
    shown = link(title, card.url) if len(card.url) <= detail.url else escape(title)
    lines = [f"**{shown}**", f"-# {escape(shorten(card.facts, 200))}"]
    if card.trouble:
        lines.append(f"-# ⚠ {_trouble(card, detail)}")
    if card.note and detail.note:
        lines.append(escape(shorten(card.note, detail.note)))
    if card.why and detail.why:
        lines.append("-# " + tr("Found by: {reason}", reason=escape(shorten(card.why, detail.why))))
    fitting = [each for each in card.also if len(each.url) <= detail.url][: detail.also]
    if fitting:
        links = " · ".join(_further_address(each, detail) for each in fitting)
        lines.append(tr("Also: {links}", links=links))
    return "\n".join(lines)


def _further_address(also: FurtherAddress, detail: _Detail) -> str:
    shown = link(shorten(also.title, 80), also.url)
    return f"{shown} (⚠ {_trouble(also, detail)})" if also.trouble else shown


def _trouble(shown: LinkCard | FurtherAddress, detail: _Detail) -> str:
    """Return what is wrong with an address, and where a copy of it is kept."""
    said = escape(shorten(shown.trouble, 200))
    if not 0 < len(shown.archived_url) <= detail.url:
        return said
    copy = link(tr("archived copy"), shown.archived_url)
    return f"{said} · {copy}"


def _picture(picture: Picture) -> _Item:
    item = discord.MediaGalleryItem(picture.url, description=shorten(picture.alt, MAX_ALT_TEXT) or None)
    return ui.MediaGallery(item)


def _choices(part: Choices, aim: Aim, *, number: int) -> list[_Block]:
    """Return a select, and where not everything fits, a line that says how to reach the rest.

    A command that is too long for an option would be another one when cut, so it is left out.
    """
    by_command = {
        choice.command: choice for choice in part.choices if 1 <= len(choice.command) <= MAX_OPTION_TEXT
    }
    shown = list(by_command.values())[:MAX_OPTIONS]
    if not shown:
        return []
    options = [
        discord.SelectOption(
            label=shorten(choice.label, MAX_OPTION_TEXT) or "?",
            value=choice.command,
            description=shorten(choice.detail, MAX_OPTION_TEXT) or None,
        )
        for choice in shown
    ]
    select: ui.Select[ui.LayoutView] = ui.Select(
        custom_id=make_select_id(number, aim),
        placeholder=shorten(part.label, MAX_PLACEHOLDER),
        options=options,
    )
    blocks: list[_Block] = [ui.ActionRow(select)]
    if len(by_command) > len(shown):
        rest = tr(
            "The first {number} of {total} are here; {command} finds the others as you type.",
            number=len(shown),
            total=len(by_command),
            command=code(name_command(shown[0].command)),
        )
        blocks.append(_Words(f"-# {rest}"))
    return blocks


def _action_rows(actions: Sequence[Action], aim: Aim) -> list[ui.ActionRow[ui.LayoutView]]:
    buttons = []
    taken: set[str] = set()
    for action in actions[: BUTTONS_A_ROW * 2]:
        custom_id = _make_custom_id(action.command, aim, taken)
        if custom_id is None:
            continue
        taken.add(custom_id)
        button: ui.Button[ui.LayoutView] = ui.Button(
            label=shorten(action.label, MAX_LABEL) or "?", style=_STYLES[action.style], custom_id=custom_id
        )
        buttons.append(button)
    return [
        ui.ActionRow(*buttons[start : start + BUTTONS_A_ROW])
        for start in range(0, len(buttons), BUTTONS_A_ROW)
    ]


def _make_custom_id(command: str, aim: Aim, taken: Iterable[str]) -> str | None:
    """Return an id that carries *command*, or None where it does not fit; a message has each only once.

    Where a message to reply to does not fit, a button goes on without it, unless it is the reply.
    """
    number = 1
    while (custom_id := make_button_id(command, aim, number=number)) in taken:
        number += 1
    if len(custom_id) <= MAX_CUSTOM_ID:
        return custom_id
    if aim.message_id and not _is_reply(command):
        return _make_custom_id(command, replace(aim, message_id=""), taken)
    return None


def _is_reply(command: str) -> bool:
    wanted = parse_command(command)
    return isinstance(wanted, Share) and wanted.to is ShareTo.THREAD


def _fit_text(blocks: list[_Block]) -> list[_Block]:
    """Leave out what goes beyond the text of one message, and say so."""
    notice = "-# " + tr("… there is more than fits into one message.")
    if _count_text(blocks) <= MAX_TEXT:
        return blocks
    left = MAX_TEXT - len(notice)
    kept: list[_Block] = []
    is_cut = False
    for block in blocks:
        if isinstance(block, _Words):
            if is_cut:
                continue
            if len(block.markdown) > left:
                is_cut = True
                lines = _whole_lines(block.markdown, left)
                kept += [_Words(lines)] if lines else []
                kept.append(_Words(notice))
                continue
            left -= len(block.markdown)
        kept.append(block)
    return kept


def _whole_lines(markdown: str, length: int) -> str:
    """Cut between lines: inside one, markup could be torn."""
    kept: list[str] = []
    for line in markdown.split("\n"):
        if len("\n".join([*kept, line])) > length:
            break
        kept.append(line)
    return "\n".join(kept)


def _fit_count(blocks: list[_Block], room: int) -> list[_Block]:
    """Join neighbouring stretches of text, and drop from the end, until there are few enough."""
    if _count_components(blocks) <= room:
        return blocks
    joined: list[_Block] = []
    for block in blocks:
        last = joined[-1] if joined else None
        if isinstance(block, _Words) and isinstance(last, _Words):
            joined[-1] = _Words(f"{last.markdown}\n{block.markdown}")
        else:
            joined.append(block)
    while _count_components(joined) > room:
        joined.pop()
    return joined


def _count_components(blocks: Iterable[_Block]) -> int:
    count: Callable[[_Block], int] = lambda block: 2 if isinstance(block, ui.ActionRow) else 1  # noqa: E731
    return sum(map(count, blocks))


def _count_text(blocks: Iterable[_Block]) -> int:
    """Return the text's length; a line break between joined stretches is counted, too."""
    return sum(len(block.markdown) + 1 for block in blocks if isinstance(block, _Words))
