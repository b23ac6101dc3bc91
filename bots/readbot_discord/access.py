"""What the bot may do in a channel, worked out from what REST tells.

Without a gateway there is no cache, so discord.py's own resolution of permissions cannot be used.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any

from discord import Permissions

from readbot.language import tr
from readbot_discord.forums import describe_tag_obstacle

Json = Mapping[str, Any]


class ChannelType(IntEnum):
    """Those in which the rules differ; every other one takes messages like a text channel."""

    DM = 1
    GROUP_DM = 3
    CATEGORY = 4
    NEWS_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    DIRECTORY = 14
    FORUM = 15
    MEDIA = 16


THREADS = frozenset({ChannelType.NEWS_THREAD, ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD})
FORUMS = frozenset({ChannelType.FORUM, ChannelType.MEDIA})
#: They hold channels, not messages.
_NO_MESSAGES = frozenset({ChannelType.CATEGORY, ChannelType.DIRECTORY})


def resolve_permissions(guild: Json, member: Json, channel: Json) -> Permissions:
    """Return what *member* may do in *channel*.

    Args:
        guild: As ``GET /guilds/{id}`` gives it: ``owner_id``, ``roles``.
        member: As ``GET /guilds/{id}/members/{id}`` gives it.
        channel: As ``GET /channels/{id}`` gives it; of a thread its parent.

    Source: https://docs.discord.com/developers/topics/permissions#permission-overwrites
    """
    person = member["user"]["id"]
    if guild["owner_id"] == person:
        return Permissions.all()
    # The role of everyone has the guild's own id, and stands in no member's list.
    role_ids = {guild["id"], *member["roles"]}
    base = 0
    for role in guild["roles"]:
        if role["id"] in role_ids:
            base |= int(role["permissions"])
    if Permissions(base).administrator:
        return Permissions.all()
    overwrites = channel.get("permission_overwrites") or []
    everyone = [each for each in overwrites if each["id"] == guild["id"]]
    roles = [each for each in overwrites if each["id"] in role_ids and each["id"] != guild["id"]]
    own = [each for each in overwrites if each["id"] == person]
    for rank in (everyone, roles, own):
        base = _overwrite(base, rank)
    return Permissions(base)


def _overwrite(base: int, overwrites: Iterable[Json]) -> int:
    """Apply overwrites of one rank: among them, what one allows counts more than what another denies."""
    allowed = denied = 0
    for each in overwrites:
        allowed |= int(each["allow"])
        denied |= int(each["deny"])
    return base & ~denied | allowed


def describe_obstacle(channel: Json, permissions: Permissions, member: Json) -> str:
    """Return what keeps a message out of *channel* and how to mend it; empty if nothing does.

    Args:
        channel: The channel or thread itself.
        permissions: What the bot may do there, see ``resolve_permissions``.
        member: The bot in this server.
    """
    kind = channel["type"]
    if kind in _NO_MESSAGES:
        return tr("This is no channel for messages: name a text channel, a thread or a forum.")
    is_locked = kind in THREADS and (channel.get("thread_metadata") or {}).get("locked")
    if is_locked and not permissions.manage_threads:
        return tr("This thread is locked: unlock it, or use the command in its channel.")
    needed = {"View Channel": permissions.view_channel}
    if kind in THREADS:
        needed["Send Messages in Threads"] = permissions.send_messages_in_threads
    elif kind in FORUMS:
        # The same bit as Send Messages; Discord shows it under this name there.
        needed["Create Posts"] = permissions.send_messages
    else:
        needed["Send Messages"] = permissions.send_messages
    missing = [name for name, granted in needed.items() if not granted]
    if missing:
        # Permissions keep Discord's English names: its own documentation knows them by these.
        return tr(
            "I may not write in this channel: I lack {permissions}. Open Edit Channel, Permissions, "
            "and allow me {permissions}; then try again.",
            permissions=tr(" and ").join(missing),
        )
    if _is_timed_out(member):
        return tr(
            "I have a time-out in this server. Remove it (right-click on me, Remove Timeout), and try again."
        )
    if kind in FORUMS:
        return describe_tag_obstacle(channel, may_moderate=permissions.manage_threads)
    return ""


def _is_timed_out(member: Json) -> bool:
    until = member.get("communication_disabled_until")
    return until is not None and datetime.fromisoformat(until) > datetime.now(UTC)
