"""The people, roles, channels and messages that an interaction names, as Discord sends them along."""

from collections.abc import Iterable
from typing import Any

from readbot.playground.loopback_discord import payloads
from readbot.playground.loopback_discord.errors import CannotDoThatError
from readbot.playground.loopback_discord.model import Channel, Role, User
from readbot.playground.loopback_discord.permissions import resolve_app
from readbot.playground.loopback_discord.world import World

Json = dict[str, Any]

#: Types of what is named, in options and in selects.
OPTION_KINDS = {6: "user", 7: "channel", 8: "role", 9: "mentionable"}
SELECT_KINDS = {5: "user", 6: "role", 7: "mentionable", 8: "channel"}

_CHANNEL_FIELDS = frozenset(
    {
        "id",
        "name",
        "type",
        "last_message_id",
        "nsfw",
        "parent_id",
        "guild_id",
        "flags",
        "rate_limit_per_user",
        # Of a thread; discord.py cannot do without them.
        "owner_id",
        "member_count",
        "message_count",
        "total_message_sent",
        "applied_tags",
        "topic",
        "position",
        "thread_metadata",
    }
)


def to_id(value: Any) -> str:
    """Return the id of what somebody picked: a thing of the world, or its id already."""
    return str(value.id) if isinstance(value, User | Channel | Role) else str(value)


def resolve_named(world: World, where: Channel, picker: User, named: Iterable[tuple[str, str]]) -> Json:
    """Return ``resolved`` for (kind, id) pairs, kinds as in ``OPTION_KINDS``.

    Raises:
        CannotDoThatError: The client offers nothing of that id here.
    """
    resolved: Json = {}
    for kind, item_id in named:
        found = _find(world, where, picker, kind, item_id)
        if not found:
            raise CannotDoThatError(f"there is no {kind} {item_id} to pick here")
        for name, item in found.items():
            resolved.setdefault(name, {})[item_id] = item
    return resolved


def _find(world: World, where: Channel, picker: User, kind: str, item_id: str) -> Json:
    guild = where.guild
    found: Json = {}
    person = world.users.get(int(item_id)) if item_id.isdigit() else None
    if kind in {"user", "mentionable"} and person is not None:
        found["users"] = payloads.user(person)
        member = guild.members.get(person.id) if guild else None
        if member is not None:
            described = payloads.member(member, with_user=False)
            found["members"] = {
                **{key: value for key, value in described.items() if key not in {"deaf", "mute"}},
                "permissions": str(int(world.permissions(person, where))),
            }
    if kind in {"role", "mentionable"} and guild is not None:
        role = next((each for each in guild.roles if str(each.id) == item_id), None)
        if role is not None:
            found["roles"] = payloads.role(role)
    if kind == "channel" and guild is not None:
        channel = next((c for c in (*guild.channels, *guild.threads) if str(c.id) == item_id), None)
        if channel is not None:
            described = payloads.channel(channel)
            found["channels"] = {
                **{key: value for key, value in described.items() if key in _CHANNEL_FIELDS},
                "permissions": str(int(world.permissions(picker, channel))),
                "app_permissions": str(int(resolve_app(world.bot, channel))),
            }
    return found
