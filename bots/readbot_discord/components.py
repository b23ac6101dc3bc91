"""What a pressed button or a picked option says.

Clicks are read from the interaction itself, not through ``discord.ui``'s dynamic items: those look
the component up in the message, and drop the click without a word where the message has changed
meanwhile, as after a double click. This way every button works on messages of any age, after any
number of restarts, in any process.
"""

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from readbot_discord.rendering import BUTTON_PREFIX, SELECT_PREFIX

Json = dict[str, Any]

MAX_CUSTOM_ID = 100

#: A digest's button also carries the delivery that it came with, ``rb=0123456789abcdefghij:digest status``,
#: and one that is about another channel that channel's id, ``rb@123:digest status``.
_BUTTON = re.compile(
    rf"(?P<prefix>{BUTTON_PREFIX}\d?(?:@(?P<about>\d+))?)(?:=(?P<mark>[A-Za-z0-9]+))?:(?P<command>.*)",
    re.DOTALL,
)
_SELECT = re.compile(rf"{SELECT_PREFIX}(?:@(?P<about>\d+))?:\d+")


def read_command(data: Mapping[str, Any]) -> str | None:
    """Return the command behind a component, or None for one that readbot does not make.

    Args:
        data: The interaction's data: ``custom_id``, and ``values`` for a select.
    """
    custom_id = data.get("custom_id", "")
    button = _BUTTON.fullmatch(custom_id)
    if button is not None:
        return button["command"]
    values = data.get("values")
    if _SELECT.fullmatch(custom_id) and values:
        return str(values[0])
    return None


def read_channel(data: Mapping[str, Any]) -> str:
    """Return the id of the channel that a component is about; empty for the one that it is in."""
    custom_id = data.get("custom_id", "")
    found = _BUTTON.fullmatch(custom_id) or _SELECT.fullmatch(custom_id)
    return found["about"] or "" if found else ""


def mark(components: Sequence[Json], delivery_id: str) -> list[Json]:
    """Return *components* with *delivery_id* in the first button that has room for it.

    A message without buttons stays as it is. What the button does is the same with and without.

    Args:
        components: A message's, as they are sent.
        delivery_id: Letters and digits.
    """
    marked = copy.deepcopy(list(components))
    for each in _walk(marked):
        button = _BUTTON.fullmatch(each.get("custom_id", ""))
        if button is not None:
            custom_id = f"{button['prefix']}={delivery_id}:{button['command']}"
            if len(custom_id) <= MAX_CUSTOM_ID:
                each["custom_id"] = custom_id
                break
    return marked


def read_marks(components: Sequence[Json]) -> set[str]:
    """Return the delivery ids in a message's components, as Discord gives them back."""
    buttons = (_BUTTON.fullmatch(each.get("custom_id") or "") for each in _walk(components))
    return {button["mark"] for button in buttons if button is not None and button["mark"]}


def _walk(components: Sequence[Json]) -> Iterator[Json]:
    for each in components:
        yield each
        yield from _walk(each.get("components") or [])
