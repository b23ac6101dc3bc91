"""What the gateway tells a session of the world's changes: event by event, blanked as its intents ask for.

Source: https://docs.discord.com/developers/events/gateway-events
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from readbot.playground.loopback_discord import message_payloads, payloads
from readbot.playground.loopback_discord.model import Change, Channel, Guild, Interaction, Message
from readbot.playground.loopback_discord.permissions import Permission
from readbot.playground.loopback_discord.world import World

Json = dict[str, Any]


class Intent(IntEnum):
    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    DIRECT_MESSAGES = 1 << 12
    MESSAGE_CONTENT = 1 << 15


#: What a bot gets only after it has been allowed in the developer portal.
PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
#: Every intent that Discord knows.
ALL_INTENTS = (1 << 17) - 1 | 1 << 20 | 1 << 21 | 1 << 24 | 1 << 25


@dataclass(frozen=True, kw_only=True)
class Event:
    """An event for the sessions of one shard that have asked for it."""

    name: str
    #: The server that it is of; None for what goes to the first shard.
    guild: Guild | None
    #: The intents without which a session does not hear of it.
    needed: int
    #: Makes the data for a session of these intents.
    describe: Callable[[int], Json]


def find_event(change: Change, world: World) -> Event | None:
    """Return what a change in the world is to the bot; None for what it does not hear of."""
    match change.what, change.subject:
        case "interaction", Interaction() as interaction:
            data = message_payloads.interaction(interaction, world)
            return _event("INTERACTION_CREATE", data, guild=interaction.channel.guild)
        case ("message" | "edit" | "delete") as what, Message() as message:
            return _find_message_event(what, message, world)
        case "guild_join", Guild() as guild:
            data = payloads.guild_create(guild, world.bot)
            return _event("GUILD_CREATE", data, guild=guild, needed=Intent.GUILDS)
        case "guild_leave", Guild() as guild:
            return _event("GUILD_DELETE", {"id": str(guild.id)}, guild=guild, needed=Intent.GUILDS)
        case what, Channel() as channel if what.startswith(("channel_", "thread_")):
            if world.may(world.bot, channel, Permission.VIEW_CHANNEL):
                data = _describe_channel(what, channel, world)
                return _event(what.upper(), data, guild=channel.guild, needed=Intent.GUILDS)
    return None


def _event(name: str, data: Json, *, guild: Guild | None, needed: int = 0) -> Event:
    return Event(name=name, guild=guild, needed=needed, describe=lambda _intents: data)


def _find_message_event(what: str, message: Message, world: World) -> Event | None:
    channel, guild = message.channel, message.channel.guild
    if message.is_ephemeral or not world.may(world.bot, channel, Permission.VIEW_CHANNEL):
        return None
    needed = Intent.GUILD_MESSAGES if guild else Intent.DIRECT_MESSAGES
    place = {"guild_id": str(guild.id)} if guild else {}
    if what == "delete":
        data = {"id": str(message.id), "channel_id": str(channel.id), **place}
        return _event("MESSAGE_DELETE", data, guild=guild, needed=needed)

    def describe(intents: int) -> Json:
        reads_all = bool(intents & Intent.MESSAGE_CONTENT)
        data = message_payloads.message_for(world.bot, message, reads_all=reads_all) | place
        member = guild.members.get(message.author.id) if guild else None
        if member is not None:
            data["member"] = payloads.member(member, with_user=False)
        return data | {"channel_type": int(channel.type)}

    name = "MESSAGE_CREATE" if what == "message" else "MESSAGE_UPDATE"
    return Event(name=name, guild=guild, needed=needed, describe=describe)


def _describe_channel(what: str, channel: Channel, world: World) -> Json:
    described = payloads.channel(channel, viewer=world.bot)
    if what == "thread_delete":
        return {key: described[key] for key in ("id", "guild_id", "parent_id", "type")}
    return described | {"newly_created": True} if what == "thread_create" else described
