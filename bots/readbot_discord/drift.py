"""What differs between the commands that readbot has and those that Discord has."""

from collections.abc import Iterator
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

#: What makes a command what it is. Discord adds ids and versions, and repeats old fields.
_COMMAND_FIELDS = (
    "name",
    "type",
    "description",
    "name_localizations",
    "description_localizations",
    "default_member_permissions",
    "nsfw",
    "contexts",
    "integration_types",
    "options",
)
_OPTION_FIELDS = (
    "name",
    "type",
    "description",
    "name_localizations",
    "description_localizations",
    "required",
    "autocomplete",
    "choices",
    "min_length",
    "max_length",
    "min_value",
    "max_value",
    "channel_types",
    "options",
)
_CHOICE_FIELDS = ("name", "value", "name_localizations")
#: Lists in which the order says nothing.
_UNORDERED = frozenset({"contexts", "integration_types", "channel_types"})
#: Longer values are cut in a line.
_MAX_SHOWN = 60
_SUB_COMMANDS = frozenset({1, 2})


def find_drift(wanted: list[Json], registered: list[Json]) -> list[str]:
    """Return what differs between two sets of commands, one line each; empty if nothing does.

    Args:
        wanted: As they are sent to Discord.
        registered: As Discord gives them back.
    """
    ours = {_key(command): normalise(command) for command in wanted}
    theirs = {_key(command): normalise(command) for command in registered}
    lines: list[str] = []
    for key in sorted(ours.keys() | theirs.keys()):
        title = f"/{key[1]}" if key[0] == 1 else f"“{key[1]}”"
        if key not in theirs:
            lines.append(f"{title} is not registered")
        elif key not in ours:
            lines.append(f"{title} is registered and is to go")
        else:
            lines += _compare(title, ours[key], theirs[key])
    return lines


def _key(command: Json) -> tuple[int, str]:
    return command.get("type", 1), command["name"]


def _compare(title: str, ours: Json, theirs: Json) -> Iterator[str]:
    """Tell the differences between two commands, options or choices of the same name."""
    for field in sorted(ours.keys() | theirs.keys()):
        new, old = ours.get(field), theirs.get(field)
        if new == old:
            continue
        if field == "options":
            yield from _compare_options(title, new or [], old or [])
        else:
            yield f"{title}: {field} is {_show(old)}, and is to be {_show(new)}"


def _compare_options(title: str, ours: list[Json], theirs: list[Json]) -> Iterator[str]:
    new = {option["name"]: option for option in ours}
    old = {option["name"]: option for option in theirs}
    for name in [*new, *(name for name in old if name not in new)]:
        option = new.get(name) or old[name]
        named = f"{title} {name}" if option.get("type") in _SUB_COMMANDS else f"{title}, option {name}"
        if name not in old:
            yield f"{named} is not registered"
        elif name not in new:
            yield f"{named} is registered and is to go"
        else:
            yield from _compare(named, new[name], old[name])
    if new.keys() == old.keys() and list(new) != list(old):
        yield f"{title}: the order is {', '.join(old)}, and is to be {', '.join(new)}"


def _show(value: Any) -> str:
    if value is None:
        return "not set"
    words = f"“{value}”" if isinstance(value, str) else str(value)
    return words if len(words) <= _MAX_SHOWN else words[: _MAX_SHOWN - 1].rstrip() + "…"


def normalise(command: Json) -> Json:
    """Keep what counts, in one form: null, false and empty are the same as not said."""
    return {"type": 1, **_normalise(command, _COMMAND_FIELDS)}


def _normalise(item: Json, fields: tuple[str, ...]) -> Json:
    normal: Json = {}
    for key in fields:
        value = item.get(key)
        # Not by equality with false: 0 is a value, as in the least number or in "nobody may".
        if value is None or value is False or value in ([], {}, ""):
            continue
        if key == "options":
            value = [_normalise(option, _OPTION_FIELDS) for option in value]
        elif key == "choices":
            value = [_normalise(choice, _CHOICE_FIELDS) for choice in value]
        elif key in _UNORDERED:
            value = sorted(value)
        elif key == "default_member_permissions":
            value = str(value)
        normal[key] = value
    return normal
