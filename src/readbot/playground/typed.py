"""A command as somebody types it in one line, read as the platform's client would."""

import re
from typing import Any

from readbot.playground.deeds import DeedError, Json


class UnknownCommandError(DeedError):
    """What is typed is no command of this platform's."""

    def __init__(self, name: str, platform: str, known: list[str]) -> None:
        super().__init__(f"{platform} has no {name}; it has {', '.join(known) or 'no command at all'}.")


def read_typed(typed: str, world: Json) -> Json:
    """Return the fields of a command's deed: the longest command that fits, and what stands behind it.

    Args:
        typed: A slash command with its words or options, not blank.
        world: The platform, as :meth:`readbot.playground.deeds.Side.describe_world` tells of it.

    Raises:
        UnknownCommandError: It is no command there.
        DeedError: An option has a value that no client would send.
    """
    typed, commands = typed.strip(), world["commands"]
    fitting = [each for each in commands if f"{typed} ".startswith(f"{each['name']} ")]
    if not fitting:
        raise UnknownCommandError(
            typed.split(maxsplit=1)[0], world["label"], [each["name"] for each in commands]
        )
    command = max(fitting, key=lambda each: len(each["name"]))
    rest = typed.removeprefix(command["name"]).strip()
    if command["options"] is None:
        return {"name": command["name"], "text": rest}
    return {"name": command["name"].removeprefix("/"), "options": read_options(rest, command["options"])}


def read_options(rest: str, options: list[Json]) -> Json:
    """Return options by name, in their types; words without a name are the first option's.

    Raises:
        DeedError: There are no options, or a number is none.
    """
    if not rest:
        return {}
    if not options:
        raise DeedError("That command takes no options.")
    names = "|".join(re.escape(option["name"]) for option in options)
    first, *named = re.split(rf"(?:^|\s)({names}):\s*", rest)
    words = dict(zip(named[::2], named[1::2], strict=True))
    if first.strip():
        words[options[0]["name"]] = first
    return {
        option["name"]: _to_value(words[option["name"]].strip(), option)
        for option in options
        if option["name"] in words
    }


def _to_value(words: str, option: Json) -> Any:
    for choice in option["choices"]:
        if words.casefold() == choice["name"].casefold():
            return choice["value"]
    match option["type"]:
        case "switch":
            return words.casefold() in {"true", "yes"}
        case "number":
            return _to_number(words, option["name"])
    return words


def _to_number(words: str, name: str) -> int | float:
    for kind in (int, float):
        try:
            return kind(words)
        except ValueError:
            continue
    raise DeedError(f"{name} takes a number, not {words!r}.")
