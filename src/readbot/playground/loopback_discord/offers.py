"""Which commands Discord's client offers to somebody in a channel.

Source: https://docs.discord.com/developers/interactions/application-commands#permissions and #contexts
"""

from typing import Any

from readbot.playground.loopback_discord.model import Channel, User
from readbot.playground.loopback_discord.permissions import ALL_PERMISSIONS, Permission
from readbot.playground.loopback_discord.world import World

Json = dict[str, Any]


def list_offered(world: World, user: User, channel: Channel, *, kind: int) -> list[Json]:
    """Return the commands of *kind* that *user* can use in *channel*; the server's own come first."""
    scopes = [channel.guild.id, None] if channel.guild else [None]
    return [
        command
        for scope in scopes
        for command in world.commands.get(scope, [])
        if command["type"] == kind and find_owners(world, command, user, channel)
    ]


def find_owners(world: World, command: Json, user: User, channel: Channel) -> dict[str, str]:
    """Return for whom the app is installed when *user* uses *command* here; empty where it is not offered."""
    contexts = command.get("contexts")
    if contexts is not None and channel.context not in contexts:
        return {}
    owners = {
        kind: owner
        for kind, owner in world.find_owners(user, channel).items()
        if int(kind) in command.get("integration_types", [0])
    }
    if "0" in owners and channel.guild is not None and not _is_permitted(world, command, user, channel):
        del owners["0"]
    return owners


def _is_permitted(world: World, command: Json, user: User, channel: Channel) -> bool:
    """Tell whether a server's member may use the command; administrators may use each.

    No permission in particular, "0", leaves it to them.
    """
    granted = world.permissions(user, channel)
    if granted == ALL_PERMISSIONS:
        return True
    wanted = command.get("default_member_permissions")
    if not granted & Permission.USE_APPLICATION_COMMANDS or (wanted is not None and int(wanted) == 0):
        return False
    return wanted is None or granted & int(wanted) == int(wanted)
