"""Modals: what a bot may send, and what comes back when somebody has filled one in.

Source: https://docs.discord.com/developers/components/reference
"""

import itertools
from collections.abc import Iterator, Mapping
from typing import Any

from readbot.playground.loopback_discord.components import (
    ACTION_ROW,
    LABEL,
    STRING_SELECT,
    TEXT_DISPLAY,
    TEXT_INPUT,
)
from readbot.playground.loopback_discord.errors import CannotDoThatError, invalid_form
from readbot.playground.loopback_discord.resolved import SELECT_KINDS, to_id

Json = dict[str, Any]

FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 19, 21, 22, 23
_IN_LABEL = frozenset(
    {TEXT_INPUT, STRING_SELECT, *SELECT_KINDS, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX}
)
#: Least and most options of what has some.
_OPTIONS = {STRING_SELECT: (1, 25), RADIO_GROUP: (2, 10), CHECKBOX_GROUP: (1, 10)}
MAX_ROWS = 5
MAX_TEXT = 4000


def list_fields(modal: Json) -> list[Json]:
    """Return what can be filled in, from top to bottom."""
    return list(_walk_fields(modal["components"]))


def _walk_fields(rows: list[Json]) -> Iterator[Json]:
    for row in rows:
        if row.get("type") == LABEL:
            yield row["component"]
        elif row.get("type") == ACTION_ROW:
            yield from row["components"]


def check_modal(data: Json) -> None:
    """Refuse a modal that Discord refuses.

    Raises:
        ApiError: 50035, with the path to the first thing that does not fit.
    """
    _check_length(data, "data.title", "title", 1, 45)
    _check_length(data, "data.custom_id", "custom_id", 1, 100)
    rows = data.get("components") or []
    if not 1 <= len(rows) <= MAX_ROWS:
        raise invalid_form("data.components", f"Must be between 1 and {MAX_ROWS} in length.")
    for number, row in enumerate(rows):
        _check_row(row, f"data.components.{number}")
    ids = [field["custom_id"] for field in list_fields(data)]
    if len(set(ids)) != len(ids):
        raise invalid_form(
            "data.components", "Component custom id cannot be duplicated", "COMPONENT_CUSTOM_ID_DUPLICATED"
        )


def _check_row(row: Json, path: str) -> None:
    match row.get("type"):
        case 10:
            _check_length(row, f"{path}.content", "content", 1, MAX_TEXT)
        case 18:
            _check_length(row, f"{path}.label", "label", 1, 45)
            if row.get("description") is not None:
                _check_length(row, f"{path}.description", "description", 1, 100)
            field = row.get("component") or {}
            if field.get("type") not in _IN_LABEL:
                raise invalid_form(f"{path}.component", "Value of field cannot stand in a label.")
            _check_field(field, f"{path}.component")
        case 1:
            fields = row.get("components") or []
            if [field.get("type") for field in fields] != [TEXT_INPUT]:
                raise invalid_form(f"{path}.components", "A row of a modal holds one text input.")
            _check_length(fields[0], f"{path}.components.0.label", "label", 1, 45)
            _check_field(fields[0], f"{path}.components.0")
        case _:
            raise invalid_form(f"{path}.type", "Value must be one of (1, 10, 18).", "UNION_TYPE_CHOICES")


def _check_field(field: Json, path: str) -> None:
    _check_length(field, f"{path}.custom_id", "custom_id", 1, 100)
    kind = field["type"]
    if kind == TEXT_INPUT:
        if field.get("style") not in (1, 2):
            raise invalid_form(f"{path}.style", "Value must be one of (1, 2).", "BASE_TYPE_CHOICES")
        if field.get("value") is not None:
            _check_length(field, f"{path}.value", "value", 0, field.get("max_length") or MAX_TEXT)
        if field.get("placeholder") is not None:
            _check_length(field, f"{path}.placeholder", "placeholder", 0, 100)
    if kind in _OPTIONS:
        least, most = _OPTIONS[kind]
        options = field.get("options") or []
        if not least <= len(options) <= most:
            raise invalid_form(f"{path}.options", f"Must be between {least} and {most} in length.")
        for number, option in enumerate(options):
            _check_length(option, f"{path}.options.{number}.label", "label", 1, 100)
            _check_length(option, f"{path}.options.{number}.value", "value", 1, 100)
            if option.get("description") is not None:
                _check_length(option, f"{path}.options.{number}.description", "description", 1, 100)
        if len({option["value"] for option in options}) != len(options):
            raise invalid_form(f"{path}.options", "The specified option value is already used")


def _check_length(item: Json, path: str, key: str, least: int, most: int) -> None:
    value = item.get(key)
    if not isinstance(value, str) or not least <= len(value) <= most:
        raise invalid_form(path, f"Must be between {least} and {most} in length.")


def number_components(data: Json) -> Json:
    """Return the modal as the client gets it: every component with an id."""
    numbers = itertools.count(1)

    def number(item: Json) -> Json:
        numbered = {**item, "id": item.get("id") or next(numbers)}
        if "component" in item:
            numbered["component"] = number(item["component"])
        if "components" in item:
            numbered["components"] = [number(each) for each in item["components"]]
        return numbered

    return {**data, "components": [number(row) for row in data["components"]]}


def fill_in(modal: Json, values: Mapping[str, Any]) -> list[Json]:
    """Return the components of a filled-in modal, as the client sends them.

    Args:
        modal: As the bot sent it.
        values: By custom id: text, the value or values of picked options, things or ids, True or False.

    Raises:
        CannotDoThatError: A field of that name is not there, or the client would not send this.
    """
    unknown = values.keys() - {field["custom_id"] for field in list_fields(modal)}
    if unknown:
        raise CannotDoThatError(f"the form has no field {', '.join(sorted(unknown))}")
    return [_fill_row(row, values) for row in modal["components"]]


def list_named(components: list[Json]) -> list[tuple[str, str]]:
    """Return (kind, id) of the people, roles and channels picked in a filled-in modal."""
    return [
        (SELECT_KINDS[field["type"]], picked)
        for field in _walk_fields(components)
        if field["type"] in SELECT_KINDS
        for picked in field["values"]
    ]


def _fill_row(row: Json, values: Mapping[str, Any]) -> Json:
    filled: Json = {"type": row["type"], "id": row["id"]}
    if row["type"] == LABEL:
        return filled | {"component": _fill_field(row["component"], values)}
    if row["type"] == TEXT_DISPLAY:
        return filled
    return filled | {"components": [_fill_field(each, values) for each in row["components"]]}


def _fill_field(field: Json, values: Mapping[str, Any]) -> Json:
    filled = {"type": field["type"], "id": field["id"], "custom_id": field["custom_id"]}
    value = values.get(field["custom_id"])
    if field["type"] == TEXT_INPUT:
        return filled | {"value": _fill_text(field, field.get("value") or "" if value is None else value)}
    if field["type"] == CHECKBOX:
        return filled | {"value": bool(field.get("default")) if value is None else bool(value)}
    picked = _fill_choice(field, value)
    if field["type"] == RADIO_GROUP:
        return filled | {"value": picked[0] if picked else None}
    return filled | {"values": picked}


def _fill_text(field: Json, text: str) -> str:
    least, most = field.get("min_length") or 0, field.get("max_length") or MAX_TEXT
    if not text and not _is_required(field):
        return ""
    if not max(least, 1) <= len(text) <= most:
        raise CannotDoThatError(f"{field['custom_id']} takes {max(least, 1)} to {most} characters")
    return text


def _fill_choice(field: Json, value: Any) -> list[str]:
    """Return the picked values; without *value* those that are picked at first."""
    options = field.get("options") or []
    if value is None:
        picked = [option["value"] for option in options if option.get("default")]
        picked += [each["id"] for each in field.get("default_values") or []]
    else:
        picked = [to_id(each) for each in value] if isinstance(value, list | tuple) else [to_id(value)]
        picked = [each for each in picked if each]
    known = {option["value"] for option in options}
    if options and not set(picked) <= known:
        raise CannotDoThatError(f"{field['custom_id']} has no option {', '.join(set(picked) - known)}")
    least = field.get("min_values", 1) if _is_required(field) else 0
    most = 1 if field["type"] == RADIO_GROUP else field.get("max_values") or _most(field)
    if not (least or 0) <= len(picked) <= most:
        raise CannotDoThatError(f"{field['custom_id']} takes {least} to {most} choices")
    return picked


def _most(field: Json) -> int:
    return len(field["options"]) if field["type"] == CHECKBOX_GROUP else 1


def _is_required(field: Json) -> bool:
    return field.get("required") is not False
