"""A slash command as Discord's client fills it in; what the client would not send is refused here."""

from typing import Any

from readbot.playground.loopback_discord.errors import CannotDoThatError
from readbot.playground.loopback_discord.registry import SUB_COMMAND, SUB_COMMAND_GROUP
from readbot.playground.loopback_discord.resolved import OPTION_KINDS, to_id

Json = dict[str, Any]

STRING, _INTEGER, _BOOLEAN, _NUMBER = 3, 4, 5, 10

#: What an option's value may be; other types carry an id as text. A bool is an int to Python only.
_VALUES: dict[int, tuple[type[Any], ...]] = {_INTEGER: (int,), _BOOLEAN: (bool,), _NUMBER: (int, float)}
_NAMES = {_INTEGER: "a whole number", _BOOLEAN: "true or false", _NUMBER: "a number"}
_MAX_VALUE_LENGTH = 6000
_MAX_NUMBER = 2**53


def find_leaf(command: Json, words: list[str]) -> list[Json]:
    """Return the command and the sub-commands that *words* name, down to the one that is called.

    Raises:
        CannotDoThatError: There is no such sub-command, or one is missing.
    """
    path = [command]
    for word in words:
        inner = [o for o in path[-1].get("options", []) if o["name"] == word and _is_sub_command(o)]
        if not inner:
            raise CannotDoThatError(f"Discord knows no command /{command['name']} {' '.join(words)}")
        path += inner
    if any(map(_is_sub_command, path[-1].get("options", []))):
        raise CannotDoThatError(f"/{' '.join(each['name'] for each in path)} needs a sub-command")
    return path


def find_option(leaf: Json, name: str) -> Json:
    for option in _value_options(leaf):
        if option["name"] == name:
            return option
    raise CannotDoThatError(f"/{leaf['name']} has no option {name!r}")


def fill_options(leaf: Json, values: Json) -> list[Json]:
    """Return the options as the client sends them; those that are None are left out.

    Raises:
        CannotDoThatError: One is unknown, missing, or has a value that it cannot have.
    """
    filled = [fill_option(leaf, key, value) for key, value in values.items() if value is not None]
    missing = [o["name"] for o in _value_options(leaf) if o.get("required") and o["name"] not in values]
    if missing:
        raise CannotDoThatError(f"/{leaf['name']} needs {', '.join(missing)}")
    return filled


def fill_option(leaf: Json, name: str, value: Any) -> Json:
    option = find_option(leaf, name)
    kind = option["type"]
    choices = {choice["value"]: choice["name"] for choice in option.get("choices", [])}
    if choices and value not in choices:
        raise CannotDoThatError(
            f"{value!r} is no choice of option {name}; there are {', '.join(choices.values())}"
        )
    if kind in OPTION_KINDS:
        return {"name": name, "type": kind, "value": to_id(value)}
    kinds = _VALUES.get(kind, (str,))
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise CannotDoThatError(f"option {name} takes {_NAMES.get(kind, 'text')}, not {value!r}")
    if isinstance(value, str):
        _check_length(option, value)
    else:
        _check_range(option, value)
    return {"name": name, "type": kind, "value": value}


def list_named(filled: list[Json]) -> list[tuple[str, str]]:
    """Return (kind, id) of the people, roles and channels that options name."""
    return [(OPTION_KINDS[o["type"]], o["value"]) for o in filled if o["type"] in OPTION_KINDS]


def to_data(path: list[Json], filled: list[Json]) -> Json:
    """Return the data of the interaction: the command, its sub-commands around the options."""
    command, *steps = path
    options = filled
    for step in reversed(steps):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


def _is_sub_command(option: Json) -> bool:
    return option["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP)


def _value_options(leaf: Json) -> list[Json]:
    return [o for o in leaf.get("options", []) if not _is_sub_command(o)]


def _check_length(option: Json, value: str) -> None:
    if not option.get("min_length", 0) <= len(value) <= option.get("max_length", _MAX_VALUE_LENGTH):
        raise CannotDoThatError(f"{value!r} is too long or too short for option {option['name']}")


def _check_range(option: Json, value: float) -> None:
    least, most = option.get("min_value", -_MAX_NUMBER), option.get("max_value", _MAX_NUMBER)
    if not least <= value <= most:
        raise CannotDoThatError(f"option {option['name']} takes a number from {least} to {most}, not {value}")
