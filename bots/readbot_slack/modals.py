"""The look of forms and answers in Slack's modals, and of the Home tab. Pure functions.

Limits: https://docs.slack.dev/reference/views
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from readbot.conversation.commands import Share, Unshare, parse_command
from readbot.conversation.form import MAX_TITLE_LENGTH, Field, FieldKind, Form, Lookup
from readbot.conversation.reply import Heading, Reply
from readbot.language import tr
from readbot.search.results import Completion, CompletionKind
from readbot_slack.mrkdwn import cut, cut_literal, to_mrkdwn, unescape
from readbot_slack.origin import Origin
from readbot_slack.rendering import (
    HOME,
    MAX_OPTION_VALUE,
    MAX_OPTIONS,
    MAX_SECTION,
    MODAL,
    Block,
    option,
    plain_text,
    section,
    small_print,
    to_blocks,
)

#: The ``callback_id`` of a modal with a form, and of one with an answer.
FORM = "readbot:form"
ANSWER = "readbot:answer"

#: Begins the action_id of a field that completes what is typed; what it looks up follows.
LOOKUP_PREFIX = "readbot-lookup:"

#: The action_id of every other field.
_FIELD = "readbot-field"

#: Ends the action_id of a lookup that may stay empty.
_OPTIONAL = ":optional"

#: Stands for nothing where something was picked before: not every Slack can empty a menu.
_NOTHING = "readbot:nothing"

_TITLE = "readbot"
_MAX_HINT = 300
_MAX_ERROR = 300
_MAX_INPUT = 3_000


def to_form_view(form: Form, origin: Origin, *, labels: Mapping[str, str] | None = None) -> Block:
    """Return a form as a modal, with its mistakes beneath their fields and those of no field on top.

    Args:
        form: What to ask.
        origin: Where the person is; the form's command is added.
        labels: What people read of that which they picked in a form, see ``read_labels``.
    """
    names = {field.name for field in form.fields}
    blocks = [_complaint(words) for name, words in form.errors.items() if name not in names]
    blocks += [section(to_mrkdwn(words, limit=MAX_SECTION)) for words in form.intro]
    for field in form.fields:
        blocks.append(_field(field, (labels or {}).get(field.name, "")))
        if field.name in form.errors:
            blocks.append(_complaint(form.errors[field.name]))
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": replace(origin, command=form.command).metadata,
        "title": plain_text(cut(form.title, MAX_TITLE_LENGTH)),
        "submit": plain_text(cut(form.submit, MAX_TITLE_LENGTH)),
        "close": plain_text(tr("Cancel")),
        "blocks": blocks,
    }


def to_answer_view(reply: Reply, origin: Origin) -> Block:
    """Return a reply as a modal. Without a channel to share to, it offers no sharing."""
    parts = reply.parts
    title = _TITLE
    if parts and isinstance(parts[0], Heading) and len(parts[0].words) <= MAX_TITLE_LENGTH:
        title, parts = parts[0].words, parts[1:]
    actions = tuple(
        action for action in reply.actions if origin.channel or not _needs_channel(action.command)
    )
    return {
        "type": "modal",
        "callback_id": ANSWER,
        "private_metadata": replace(origin, command="").metadata,
        "title": plain_text(title),
        "close": plain_text(tr("Close")),
        "blocks": to_blocks(replace(reply, parts=parts, actions=actions, shared_by=None), MODAL),
    }


def to_waiting_view(origin: Origin) -> Block:
    """Return what stands in a modal until the answer is there."""
    return {
        "type": "modal",
        "callback_id": ANSWER,
        "private_metadata": origin.metadata,
        "title": plain_text(_TITLE),
        "close": plain_text(tr("Close")),
        "blocks": [section(tr("One moment …"))],
    }


def to_home_view(reply: Reply) -> Block:
    """Return a reply as somebody's Home tab."""
    return {"type": "home", "blocks": to_blocks(reply, HOME)}


def find_field_errors(form: Form) -> dict[str, str] | None:
    """Return a form's mistakes as Slack shows them at their fields; None where one belongs to no field."""
    names = {field.name for field in form.fields}
    if not form.errors or not set(form.errors) <= names:
        return None
    return {name: cut(words, _MAX_ERROR) for name, words in form.errors.items()}


def read_values(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what was filled into a form, by field; what is empty is an empty string."""
    values: dict[str, str] = {}
    for name, elements in ((view.get("state") or {}).get("values") or {}).items():
        for held in elements.values():
            picked = held.get("selected_option")
            written = unescape(picked["value"]) if picked else held.get("value") or ""
            values[name] = "" if written == _NOTHING else written
    return values


def read_labels(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what people read of that which they picked in a form, by field."""
    return {
        name: picked["text"]["text"]
        for name, elements in ((view.get("state") or {}).get("values") or {}).items()
        for held in elements.values()
        if (picked := held.get("selected_option")) and picked["value"] != _NOTHING
    }


def find_lookup(action_id: str) -> tuple[Lookup, bool]:
    """Return what a field looks up, and whether it may stay empty."""
    what, _, rest = action_id.removeprefix(LOOKUP_PREFIX).partition(":")
    return Lookup(what), bool(rest)


def to_field_options(completions: Sequence[Completion], *, typed: str, is_optional: bool) -> list[Block]:
    """Return what a field offers to whoever has typed so far."""
    options = {} if typed.strip() or not is_optional else {_NOTHING: option(tr("(empty)"), _NOTHING)}
    for each in completions:
        value = f"~{each.section_id}" if each.kind is CompletionKind.SECTION else each.text
        if len(value) <= MAX_OPTION_VALUE:
            options.setdefault(value, option(each.text, value, each.detail))
    return list(options.values())[:MAX_OPTIONS]


def _field(field: Field, label: str) -> Block:
    block: Block = {
        "type": "input",
        "block_id": field.name,
        "label": plain_text(field.label),
        "element": _element(field, label),
        "optional": not field.is_required,
    }
    if field.hint:
        block["hint"] = plain_text(cut(field.hint, _MAX_HINT))
    return block


def _element(field: Field, label: str) -> Block:
    match field.kind:
        case FieldKind.LINE | FieldKind.TEXT:
            return _text_input(field)
        case FieldKind.CHOICE:
            return _menu(field)
        case FieldKind.LOOKUP:
            return _lookup(field, label)


def _text_input(field: Field) -> Block:
    longest = min(field.max_length, _MAX_INPUT)
    element: Block = {
        "type": "plain_text_input",
        "action_id": _FIELD,
        "multiline": field.kind is FieldKind.TEXT,
        "max_length": longest,
    }
    if field.value:
        element["initial_value"] = field.value[:longest]
    return element


def _menu(field: Field) -> Block:
    options = [option(choice.label, choice.value) for choice in field.choices]
    if not field.is_required:
        options.insert(0, option(tr("(empty)"), _NOTHING))
    element: Block = {"type": "static_select", "action_id": _FIELD, "options": options}
    chosen = [each for each in options if each["value"] == field.value]
    return element | ({"initial_option": chosen[0]} if chosen else {})


def _lookup(field: Field, label: str) -> Block:
    assert field.lookup is not None  # noqa: S101 - a field of this kind has one
    element: Block = {
        "type": "external_select",
        "action_id": f"{LOOKUP_PREFIX}{field.lookup}{'' if field.is_required else _OPTIONAL}",
        "min_query_length": 0,
    }
    if field.value and len(field.value) <= MAX_OPTION_VALUE:
        element["initial_option"] = option(label or field.value_label or field.value, field.value)
    return element


def _complaint(words: str) -> Block:
    return small_print(f"⚠ {cut_literal(words, _MAX_ERROR)}")


def _needs_channel(command: str) -> bool:
    return isinstance(parse_command(command), Share | Unshare)
