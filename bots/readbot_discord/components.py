"""What a pressed button or a picked option says.

Clicks are read from the interaction itself, not through ``discord.ui``'s dynamic items: those look
the component up in the message, and drop the click without a word where the message has changed
meanwhile, as after a double click. This way every button works on messages of any age, after any
number of restarts, in any process.
"""

import re
from collections.abc import Mapping
from typing import Any

from readbot_discord.rendering import BUTTON_PREFIX, SELECT_PREFIX

_BUTTON = re.compile(rf"{BUTTON_PREFIX}\d?:(?P<command>.*)", re.DOTALL)
_SELECT = re.compile(rf"{SELECT_PREFIX}:\d+")


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
