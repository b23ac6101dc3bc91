"""Who may do what where.

Source: https://docs.discord.com/developers/topics/permissions
"""

from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readbot.playground.loopback_discord.model import Channel, Guild, Member, User


class Permission(IntEnum):
    """The permissions that the loopback enforces: bits, joined to plain ints (IntFlag is slow)."""

    ADMINISTRATOR = 1 << 3
    MANAGE_CHANNELS = 1 << 4
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    ATTACH_FILES = 1 << 15
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_EXTERNAL_EMOJIS = 1 << 18
    USE_APPLICATION_COMMANDS = 1 << 31
    MANAGE_THREADS = 1 << 34
    CREATE_PUBLIC_THREADS = 1 << 35
    CREATE_PRIVATE_THREADS = 1 << 36
    SEND_MESSAGES_IN_THREADS = 1 << 38
    USE_EXTERNAL_APPS = 1 << 50


#: What @everyone may do in a fresh server.
EVERYONE_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.ATTACH_FILES
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.CREATE_PUBLIC_THREADS
    | Permission.CREATE_PRIVATE_THREADS
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.USE_EXTERNAL_APPS
)
ALL_PERMISSIONS = (1 << 53) - 1

#: What an app has where it is no member: a direct or group message, or a server that did not install it.
_OUTSIDE = Permission.ATTACH_FILES | Permission.EMBED_LINKS | Permission.MENTION_EVERYONE
_WITH_THE_BOT = _OUTSIDE | Permission.USE_EXTERNAL_EMOJIS


def resolve(user: "User", channel: "Channel") -> int:
    """Return what *user* may do in *channel*; a thread has the permissions of its channel.

    A private thread can be seen by those in it, and by who may manage threads.
    """
    guild = channel.guild
    if guild is None:
        is_in = channel.is_with_bot if user.bot else user in channel.recipients
        return EVERYONE_PERMISSIONS if is_in else 0
    member = guild.members.get(user.id)
    if member is None:
        return 0
    granted = _resolve_member(guild, member, channel.holder)
    thread = channel.thread
    if thread is not None and thread.is_private and user.id not in thread.member_ids:
        return granted if granted & Permission.MANAGE_THREADS else granted & ~Permission.VIEW_CHANNEL
    return granted


def resolve_app(bot: "User", channel: "Channel") -> int:
    """Return ``app_permissions`` of an interaction in *channel*.

    Source: https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-object
    """
    if channel.guild is None:
        return _WITH_THE_BOT if channel.is_with_bot else _OUTSIDE
    if bot.id not in channel.guild.members:
        return _OUTSIDE
    return resolve(bot, channel)


def resolve_in_guild(guild: "Guild", member: "Member") -> int:
    """Return what *member* may do in all of the server, whatever single channels say otherwise."""
    if guild.owner is member.user:
        return ALL_PERMISSIONS
    base = guild.everyone.permissions
    for role in member.roles:
        base |= role.permissions
    return ALL_PERMISSIONS if base & Permission.ADMINISTRATOR else base


def _resolve_member(guild: "Guild", member: "Member", channel: "Channel") -> int:
    base = resolve_in_guild(guild, member)
    if base == ALL_PERMISSIONS:
        return base
    role_ids = {role.id for role in member.roles}
    ranks = (
        [o for o in channel.overwrites if o.target_id == guild.id],
        [o for o in channel.overwrites if not o.is_member and o.target_id in role_ids],
        [o for o in channel.overwrites if o.is_member and o.target_id == member.user.id],
    )
    for overwrites in ranks:
        for overwrite in overwrites:
            base &= ~overwrite.deny
        for overwrite in overwrites:
            base |= overwrite.allow
    return base
