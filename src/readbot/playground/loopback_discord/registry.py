"""Application commands: what a bot registers, checked and given back as Discord does."""

import unicodedata
from typing import Any

from readbot.playground.loopback_discord.errors import invalid_form
from readbot.playground.loopback_discord.locales import LOCALES
from readbot.playground.loopback_discord.world import World

Json = dict[str, Any]

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUB_COMMAND, SUB_COMMAND_GROUP = 1, 2
_MOST = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
_MAX_OPTIONS = 25
_MAX_COMMAND_CHARACTERS = 8000


def register_commands(world: World, scope: int | None, commands: Any) -> list[Json]:
    """Take *commands* for a server, or for everywhere (None), instead of all before.

    A command that stays keeps its id; one that changed gets a new version.

    Raises:
        ApiError: 50035, something about a command is not allowed; nothing is taken.
    """
    if not isinstance(commands, list):
        raise invalid_form("_", "Must be a list.", "BASE_TYPE_BAD_TYPE")
    _check_commands(commands)
    earlier = {(each["type"], each["name"]): each for each in world.commands.get(scope, [])}
    registered = []
    for command in commands:
        before = earlier.get((command.get("type", CHAT_INPUT), command["name"]))
        registered.append(_fill_in(world, scope, command, before))
    world.commands[scope] = registered
    world.tell("commands", registered)
    return registered


def _fill_in(world: World, scope: int | None, command: Json, before: Json | None) -> Json:
    filled: Json = {
        "type": CHAT_INPUT,
        "description": "",
        "name_localizations": None,
        "description_localizations": None,
        "default_member_permissions": None,
        "nsfw": False,
        "contexts": None,
        "integration_types": [0],
        **{key: value for key, value in command.items() if value is not None},
    }
    if filled["default_member_permissions"] is not None:
        filled["default_member_permissions"] = str(filled["default_member_permissions"])
    if "options" in filled:
        filled["options"] = [_fill_in_option(option) for option in filled["options"]]
    filled["id"] = before["id"] if before else str(world.new_id())
    filled["application_id"] = str(world.application_id)
    if scope is not None:
        filled["guild_id"] = str(scope)
    same = before is not None and all(
        before.get(key) == value for key, value in filled.items() if key != "version"
    )
    filled["version"] = before["version"] if before and same else str(world.new_id())
    return filled


def _fill_in_option(option: Json) -> Json:
    """Drop what Discord does not give back: nulls, and the defaults false and empty."""
    kept = {key: value for key, value in option.items() if value not in (None, False, [])}
    if "options" in kept:
        kept["options"] = [_fill_in_option(child) for child in kept["options"]]
    return kept


def _check_commands(commands: list[Json]) -> None:
    kinds = [command.get("type", CHAT_INPUT) for command in commands]
    for kind, most in _MOST.items():
        if kinds.count(kind) > most:
            raise invalid_form(
                "_", f"Maximum of {most} commands of type {kind}.", "APPLICATION_COMMAND_LIMIT"
            )
    keys = [(kind, command.get("name")) for kind, command in zip(kinds, commands, strict=True)]
    if len(set(keys)) != len(keys):
        raise invalid_form(
            "name", "Application command names must be unique", "APPLICATION_COMMANDS_DUPLICATE_NAME"
        )
    for command, kind in zip(commands, kinds, strict=True):
        _check_name(command, is_text=kind == CHAT_INPUT)
        if _count_characters(command) > _MAX_COMMAND_CHARACTERS:
            raise invalid_form("_", "Command exceeds maximum size", "APPLICATION_COMMAND_TOO_LARGE")
        _check_options(command.get("options") or [])


def _check_options(options: list[Json]) -> None:
    if len(options) > _MAX_OPTIONS:
        raise invalid_form("options", "Must be 25 or fewer in length.")
    names = [option.get("name") for option in options]
    if len(set(names)) != len(names):
        raise invalid_form(
            "options", "Option names must be unique", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"
        )
    optional_before = False
    for option in options:
        _check_name(option, is_text=True)
        if option["type"] not in {SUB_COMMAND, SUB_COMMAND_GROUP}:
            if option.get("required") and optional_before:
                raise invalid_form(
                    "options",
                    "Required options must be placed before non-required options",
                    "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                )
            optional_before = optional_before or not option.get("required")
        if option.get("choices") and option.get("autocomplete"):
            raise invalid_form("options", "Autocomplete cannot be set to true if choices are present")
        if len(option.get("choices") or []) > _MAX_OPTIONS:
            raise invalid_form("options.choices", "Must be 25 or fewer in length.")
        _check_options(option.get("options") or [])


def _check_name(item: Json, *, is_text: bool) -> None:
    name = item.get("name")
    if not isinstance(name, str) or not 1 <= len(name) <= 32:
        raise invalid_form("name", "Must be between 1 and 32 in length.")
    if is_text:
        if not _is_name(name):
            raise invalid_form("name", "Command name is invalid", "APPLICATION_COMMAND_INVALID_NAME")
        if not 1 <= len(item.get("description") or "") <= 100:
            raise invalid_form("description", "Must be between 1 and 100 in length.")
    for key in ("name", "description"):
        for locale, words in (item.get(f"{key}_localizations") or {}).items():
            _check_translation(key, locale, words, is_text=is_text)


def _check_translation(key: str, locale: str, words: Any, *, is_text: bool) -> None:
    """Refuse what breaks the rules of the name or description that it stands for."""
    path = f"{key}_localizations.{locale}"
    if locale not in LOCALES:
        raise invalid_form(path, "Value is no locale of Discord's.", "BASE_TYPE_CHOICES")
    most = 32 if key == "name" else 100
    if not isinstance(words, str) or not 1 <= len(words) <= most:
        raise invalid_form(path, f"Must be between 1 and {most} in length.")
    if key == "name" and is_text and not _is_name(words):
        raise invalid_form(path, "Command name is invalid", "APPLICATION_COMMAND_INVALID_NAME")


def _is_name(words: str) -> bool:
    """Tell whether it can name a slash command: letters and digits of any script, lower case.

    Source: https://docs.discord.com/developers/interactions/application-commands#naming
    """
    return words == words.lower() and all(
        c in "-_'" or unicodedata.category(c)[0] in "LN" or _is_combining(c) for c in words
    )


def _is_combining(character: str) -> bool:
    """Tell whether it is a sign of Devanagari or Thai, which stand beside letters."""
    return any(script in unicodedata.name(character, "") for script in ("DEVANAGARI", "THAI"))


def _count_characters(item: Json) -> int:
    own = len(item.get("name") or "") + len(item.get("description") or "")
    choices = sum(len(str(c["name"])) + len(str(c["value"])) for c in item.get("choices") or [])
    return own + choices + sum(_count_characters(option) for option in item.get("options") or [])
