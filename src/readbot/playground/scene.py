"""Who and what there is in the playground: the same two people and channels on both platforms."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from readbot.playground.loopback_discord import Channel as DiscordChannel
from readbot.playground.loopback_discord import ChannelType, LoopbackDiscord
from readbot.playground.loopback_discord import User as DiscordUser
from readbot.playground.loopback_slack import Channel, ChannelKind, User, Workspace


@dataclass(frozen=True, kw_only=True)
class Person:
    #: What the page and its server call this person.
    key: str
    name: str
    role: str
    #: IANA name, as far as the platform has such a setting.
    timezone: str
    is_admin: bool


PEOPLE = (
    Person(key="ada", name="Ada", role="admin", timezone="Europe/Berlin", is_admin=True),
    Person(key="ben", name="Ben", role="member", timezone="America/New_York", is_admin=False),
)

WORKSPACE = "Reading Room"
#: The bot is in all of them.
CHANNELS = ("reading", "papers", "general")
#: On Discord there is a forum as well, and what its posts can be tagged with.
FORUM, FORUM_TAGS = "book-club", ("digest", "question")

#: Where people may install readbot themselves, in Slack.
OTHER_WORKSPACE = "Book Club"
OTHER_CHANNELS = ("books", "lounge")

_BOT = "UBOT"


def slack_id(person: Person) -> str:
    """Return a person's id in the loopback Slack."""
    return f"U{person.key.upper()}"


def make_slack_workspaces(clock: Callable[[], float] = time.time) -> list[Workspace]:
    """Return two workspaces of the same people, without the app.

    The bot is in every channel of the first and in none of the second, and everybody has direct messages
    with it. Messages are stamped with the seconds since 1970 that *clock* tells.
    """
    return [
        _make_workspace("TROOM", WORKSPACE, CHANNELS, clock, with_bot=True),
        _make_workspace("TCLUB", OTHER_WORKSPACE, OTHER_CHANNELS, clock, with_bot=False),
    ]


def _make_workspace(
    key: str, name: str, channels: Sequence[str], clock: Callable[[], float], *, with_bot: bool
) -> Workspace:
    everybody = {slack_id(person) for person in PEOPLE}
    members = everybody | ({_BOT} if with_bot else set())
    public = [Channel(id=f"C{each.upper()}", name=each, members=set(members)) for each in channels]
    direct = [
        Channel(
            id=f"D{person.key.upper()}{key[1:]}",
            name="",
            kind=ChannelKind.DIRECT,
            members={slack_id(person), _BOT},
        )
        for person in PEOPLE
    ]
    return Workspace(
        id=key,
        name=name,
        bot_token=None,
        bot_user_id=_BOT,
        clock=clock,
        users=[
            User(
                id=slack_id(person),
                name=person.key,
                real_name=person.name,
                display_name=person.name,
                tz=person.timezone,
                is_admin=person.is_admin,
            )
            for person in PEOPLE
        ],
        channels=[*public, *direct],
    )


@dataclass(frozen=True, kw_only=True)
class DiscordScene:
    """What :func:`furnish_discord` put into a loopback Discord."""

    users: dict[str, DiscordUser]
    #: Those to write in; threads and forums come and go in their server.
    channels: tuple[DiscordChannel, ...]
    #: By the person's key.
    direct: dict[str, DiscordChannel]


def furnish_discord(discord: LoopbackDiscord) -> DiscordScene:
    """Add the people, the server with its channels, and a direct message with everybody."""
    world = discord.world
    users = {person.key: world.add_user(person.name) for person in PEOPLE}
    owner = next(users[person.key] for person in PEOPLE if person.is_admin)
    guild = world.add_guild(WORKSPACE, owner=owner)
    for user in users.values():
        if user is not owner:
            world.add_member(guild, user)
    channels = tuple(world.add_channel(guild, name) for name in CHANNELS)
    world.add_channel(guild, FORUM, kind=ChannelType.FORUM, tags=FORUM_TAGS)
    return DiscordScene(
        users=users,
        channels=channels,
        direct={key: world.open_dm(user) for key, user in users.items()},
    )
