"""Telling Discord which commands there are, and only when it does not know yet.

Registering is limited (200 new commands a day and server), so what Discord has is compared first.
"""

from typing import Any

import discord
from discord import app_commands

Json = dict[str, Any]

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


async def to_payload(tree: app_commands.CommandTree[Any]) -> list[Json]:
    """Return what *tree* would register globally, translated where it has a translator."""
    commands = tree.get_commands()
    if tree.translator is None:
        return [command.to_dict(tree) for command in commands]
    return [await command.get_translated_payload(tree, tree.translator) for command in commands]


def find_drift(wanted: list[Json], registered: list[Json]) -> list[str]:
    """Return what differs between two sets of commands, one line each; empty if nothing does."""
    ours = {(c.get("type", 1), c["name"]): _normalise(c, _COMMAND_FIELDS) for c in wanted}
    theirs = {(c.get("type", 1), c["name"]): _normalise(c, _COMMAND_FIELDS) for c in registered}
    added = [f"{name} is not registered" for kind, name in ours.keys() - theirs.keys()]
    gone = [f"{name} is registered and no longer exists" for kind, name in theirs.keys() - ours.keys()]
    changed = [f"{key[1]} has changed" for key in ours.keys() & theirs.keys() if ours[key] != theirs[key]]
    return sorted([*added, *gone, *changed])


async def sync_commands(client: discord.Client, tree: app_commands.CommandTree[Any]) -> list[str]:
    """Register the commands of *tree* if Discord has others; return what differed.

    Raises:
        discord.HTTPException: Discord refused.
        discord.app_commands.CommandSyncFailure: A command breaks a rule of Discord's.
    """
    assert client.application_id is not None  # noqa: S101 - known since login
    registered: Any = await client.http.get_global_commands(client.application_id)
    drift = find_drift(await to_payload(tree), registered)
    if drift:
        await tree.sync()
    return drift


def _normalise(item: Json, fields: tuple[str, ...]) -> Json:
    """Keep what counts, in one form: null, false and empty are the same as not said."""
    normal: Json = {}
    for key in fields:
        value = item.get(key)
        if value in (None, False, [], {}, ""):
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
    if fields is _COMMAND_FIELDS:
        normal.setdefault("type", 1)
    return normal
