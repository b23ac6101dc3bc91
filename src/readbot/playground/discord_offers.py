"""Discord's commands as the page's composer and menus show them, in a person's language."""

from collections.abc import Iterator
from typing import Any

from readbot.playground.deeds import Json
from readbot.playground.loopback_discord import Channel, User, World
from readbot.playground.loopback_discord.locales import localise
from readbot.playground.loopback_discord.offers import list_offered
from readbot.playground.loopback_discord.people import CHAT_COMMAND, MESSAGE_COMMAND
from readbot.playground.loopback_discord.registry import SUB_COMMAND, SUB_COMMAND_GROUP

_INTEGER, _BOOLEAN, _USER, _CHANNEL, _NUMBER = 4, 5, 6, 7, 10
_KINDS = {_BOOLEAN: "switch", _INTEGER: "number", _NUMBER: "number"}
_LIMITS = {"max_length": "max_length", "min_value": "min", "max_value": "max"}


def describe_registered(world: World) -> Json:
    """Return every command and message menu that is registered, in the bot's own language."""
    registered = [command for commands in world.commands.values() for command in commands]
    return _describe(registered, "", {})


def describe_offers(world: World, user: User, channel: Channel) -> Json:
    """Return what *user* can use in *channel*, in their language: ``Offers`` of web/src/protocol.ts."""
    kinds = (CHAT_COMMAND, MESSAGE_COMMAND)
    offered = [each for kind in kinds for each in list_offered(world, user, channel, kind=kind)]
    return _describe(offered, user.locale, {_USER: _list_people(channel), _CHANNEL: _list_channels(channel)})


def _describe(commands: list[Json], locale: str, picks: dict[int, list[Json]]) -> Json:
    """Describe *commands*; *picks* are what there is to choose from for an option of a type."""
    return {
        "commands": [
            described
            for command in commands
            if command["type"] == CHAT_COMMAND
            for described in _describe_command([command], locale, picks)
        ],
        "shortcuts": [
            {"id": command["name"], "name": localise(command, "name", locale)}
            for command in commands
            if command["type"] == MESSAGE_COMMAND
        ],
    }


def _describe_command(path: list[Json], locale: str, picks: dict[int, list[Json]]) -> Iterator[Json]:
    """Describe the last of *path*; where it has sub-commands, those, behind a space."""
    options = path[-1].get("options") or []
    inner = [option for option in options if option["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP)]
    for sub_command in inner:
        yield from _describe_command([*path, sub_command], locale, picks)
    if not inner:
        described = [_describe_option(option, locale, picks) for option in options]
        yield {
            "name": "/" + " ".join(each["name"] for each in path),
            "label": "/" + " ".join(localise(each, "name", locale) for each in path),
            "description": localise(path[-1], "description", locale),
            "usage": " ".join(
                each["label"] if each["required"] else f"[{each['label']}]" for each in described
            ),
            "options": described,
        }


def _describe_option(option: Json, locale: str, picks: dict[int, list[Json]]) -> Json:
    choices: list[Any] = [
        {"name": localise(choice, "name", locale), "value": choice["value"]}
        for choice in option.get("choices") or []
    ]
    described = {
        "name": option["name"],
        "label": localise(option, "name", locale),
        "type": _KINDS.get(option["type"], "text"),
        "description": localise(option, "description", locale),
        "required": bool(option.get("required")),
        "autocomplete": bool(option.get("autocomplete")),
        "choices": choices or picks.get(option["type"], []),
    }
    return described | {ours: option[theirs] for theirs, ours in _LIMITS.items() if theirs in option}


def _list_people(channel: Channel) -> list[Json]:
    people = (
        [member.user for member in channel.guild.members.values()] if channel.guild else channel.recipients
    )
    return [{"name": person.name, "value": str(person.id)} for person in people]


def _list_channels(channel: Channel) -> list[Json]:
    channels = [*channel.guild.channels, *channel.guild.threads] if channel.guild else []
    return [{"name": each.name, "value": str(each.id)} for each in channels]
