"""What a pressed button or a picked option says.

Clicks are read from the interaction itself, not through ``discord.ui``'s dynamic items: those look
the component up in the message, and drop the click without a word where the message has changed
meanwhile, as after a double click. See ``custom_ids`` for what a component carries.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from readbot_discord.custom_ids import Carried, add_mark, read_button_id, read_modal_id, read_select_aim

Json = dict[str, Any]


def read_component(data: Mapping[str, Any]) -> Carried | None:
    """Return what a component says that was used, or None for one that readbot does not make.

    Args:
        data: The interaction's data: ``custom_id``, and ``values`` for a select.
    """
    custom_id = data.get("custom_id", "")
    aim, values = read_select_aim(custom_id), data.get("values")
    if aim is not None and values:
        return Carried(command=str(values[0]), aim=aim)
    return read_button_id(custom_id)


def read_modal(data: Mapping[str, Any]) -> tuple[Carried, dict[str, str]] | None:
    """Return what a submitted modal says and what was filled in, or None for one that readbot does not make.

    Args:
        data: The interaction's data: ``custom_id`` and ``components``.
    """
    carried = read_modal_id(data.get("custom_id", ""))
    return None if carried is None else (carried, _read_values(data.get("components") or []))


def _read_values(rows: Sequence[Json]) -> dict[str, str]:
    """Return what was filled in, by field; what is empty is an empty string.

    Source: https://docs.discord.com/developers/components/reference#label-label-interaction-response-structure
    """
    values: dict[str, str] = {}
    for row in rows:
        for field in (row.get("component"), *(row.get("components") or [])):
            if field and "custom_id" in field:
                picked = field.get("values") or []
                values[field["custom_id"]] = str(field.get("value") or (picked[0] if picked else ""))
    return values


def mark(components: Sequence[Json], delivery_id: str) -> list[Json]:
    """Return *components* with *delivery_id* in the first button that has room for it.

    A message without buttons stays as it is. What the button does is the same with and without.

    Args:
        components: A message's, as they are sent.
        delivery_id: Letters and digits.
    """
    marked = copy.deepcopy(list(components))
    for each in _walk(marked):
        custom_id = add_mark(each.get("custom_id", ""), delivery_id)
        if custom_id is not None:
            each["custom_id"] = custom_id
            break
    return marked


def read_marks(components: Sequence[Json]) -> set[str]:
    """Return the delivery ids in a message's components, as Discord gives them back."""
    buttons = (read_button_id(each.get("custom_id") or "") for each in _walk(components))
    return {button.mark for button in buttons if button is not None and button.mark}


def _walk(components: Sequence[Json]) -> Iterator[Json]:
    for each in components:
        yield each
        yield from _walk(each.get("components") or [])
