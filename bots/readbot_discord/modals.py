"""How forms look on Discord: modals, and what is said where one cannot be shown or is not right yet.

Limits: five components a modal, 45 characters a label, 25 options a select, 4,000 characters a text,
see https://docs.discord.com/developers/components/reference.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import discord
from discord import ui

from readbot.conversation.form import Field, FieldKind, Form
from readbot.conversation.language import say
from readbot.conversation.reply import (
    Action,
    ActionStyle,
    Outcome,
    Paragraph,
    Reply,
    Rows,
    bold,
    text,
)
from readbot.language import tr
from readbot.search.results import Completion
from readbot_discord.custom_ids import HERE, Aim, make_modal_id
from readbot_discord.markdown import to_markdown

MAX_ROWS = 5
MAX_TITLE = 45
MAX_LABEL = 45
MAX_DESCRIPTION = 100
MAX_INPUT = 4000
MAX_OPTIONS = 25
MAX_OPTION_TEXT = 100

_Control = ui.TextInput[ui.Modal] | ui.Select[ui.Modal]


def to_modal(
    form: Form, aim: Aim = HERE, *, offers: Mapping[str, Sequence[Completion]] | None = None
) -> dict[str, Any]:
    """Return *form* as the data of a modal; what is wrong with a field stands below its label.

    Args:
        form: What to ask.
        aim: What it is about; travels along.
        offers: By field: all that can be picked for it, where that is little enough for a select.
    """
    modal = ui.Modal(title=_cut(form.title, MAX_TITLE), custom_id=make_modal_id(form.command, aim))
    intro = "\n".join(filter(None, (to_markdown(words).strip() for words in form.intro)))
    # Discord has room for five things in all; a form of five fields says in them what it is about.
    if intro and len(form.fields) < MAX_ROWS:
        modal.add_item(ui.TextDisplay(_cut(intro, MAX_INPUT)))
    for field in form.fields:
        modal.add_item(_label(field, form.errors.get(field.name, ""), (offers or {}).get(field.name, ())))
    return modal.to_dict()


def _label(field: Field, error: str, offered: Sequence[Completion]) -> ui.Label[ui.Modal]:
    hint = f"⚠ {error}" if error else field.hint
    return ui.Label(
        text=_cut(field.label, MAX_LABEL),
        description=_cut(hint, MAX_DESCRIPTION) or None,
        component=_control(field, offered),
    )


def _control(field: Field, offered: Sequence[Completion]) -> _Control:
    if field.kind is FieldKind.CHOICE:
        return _select(field, [(each.value, each.label, "") for each in field.choices])
    if offered:
        return _select(field, [(to_value(each), each.text, each.detail) for each in offered])
    longest = min(field.max_length, MAX_INPUT)
    # What was picked is an id, which says nothing to a reader; its name means the same.
    words = field.value_label or field.value
    return ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.paragraph if field.kind is FieldKind.TEXT else discord.TextStyle.short,
        default=words[:longest] or None,
        required=field.is_required,
        max_length=longest,
    )


def _select(field: Field, options: Sequence[tuple[str, str, str]]) -> ui.Select[ui.Modal]:
    return ui.Select(
        custom_id=field.name,
        required=field.is_required,
        min_values=1 if field.is_required else 0,
        options=[
            discord.SelectOption(
                value=value,
                label=_cut(label, MAX_OPTION_TEXT) or "?",
                description=_cut(detail, MAX_OPTION_TEXT) or None,
                default=value == field.value,
            )
            for value, label, detail in options[:MAX_OPTIONS]
        ],
    )


def to_value(completion: Completion) -> str:
    """Return what is submitted for something that was picked: a section's id, which no other one shares."""
    return f"~{completion.section_id}" if completion.section_id else completion.text[:MAX_OPTION_TEXT]


def offer(form: Form) -> Reply:
    """Return what is said where a form cannot be shown at once: a button that opens it, with its mistakes."""
    labels = {field.name: field.label for field in form.fields}
    mistakes = tuple(
        text(bold(labels[name]), " ", words) if name in labels else text(words)
        for name, words in form.errors.items()
    )
    if not mistakes:
        return Reply(
            parts=(Paragraph(text=say("This takes a form.")),),
            actions=(Action(label=tr("Open it"), command=form.command, style=ActionStyle.PRIMARY),),
        )
    return Reply(
        parts=(
            Paragraph(text=say("Not quite yet. What you wrote is kept for 15 minutes.")),
            Rows(rows=mistakes),
        ),
        actions=(Action(label=tr("Edit again"), command=form.command, style=ActionStyle.PRIMARY),),
        outcome=Outcome.REFUSED,
    )


def _cut(words: str, length: int) -> str:
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"
