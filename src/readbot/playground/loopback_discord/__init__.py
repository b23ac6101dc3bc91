"""A Discord on this machine: for tests, for the crash harness, and to try readbot with no account."""

from readbot.playground.loopback_discord.errors import CannotDoThatError
from readbot.playground.loopback_discord.model import Channel, ChannelType, Guild, Message, User
from readbot.playground.loopback_discord.people import NO_ANSWER, Sight, read
from readbot.playground.loopback_discord.permissions import Permission
from readbot.playground.loopback_discord.server import LOOPBACK_TOKEN, LoopbackDiscord
from readbot.playground.loopback_discord.world import World

__all__ = [
    "LOOPBACK_TOKEN",
    "NO_ANSWER",
    "CannotDoThatError",
    "Channel",
    "ChannelType",
    "Guild",
    "LoopbackDiscord",
    "Message",
    "Permission",
    "Sight",
    "User",
    "World",
    "read",
]
