"""What exists in the loopback Discord: servers, channels, people, messages, interactions.

Ids are snowflakes made from the world's clock, as on Discord: a younger thing has a greater id.
"""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

#: 2015-01-01T00:00Z in milliseconds, where snowflakes begin to count.
DISCORD_EPOCH_MS = 1_420_070_400_000

#: The first answer to an interaction has to come within this time.
ANSWER_WITHIN_S = 3.0

#: Follow-ups and edits are possible for this long.
TOKEN_LIVES_S = 15 * 60.0

#: How long an interaction is remembered after that; a late answer gets the right refusal.
_REMEMBERED_AFTER_S = 60.0

#: "The past few minutes" in which a nonce is remembered; Discord does not say how many.
NONCE_LIVES_S = 5 * 60.0


class Permission(IntEnum):
    """The few permissions that the loopback enforces: bits, joined to plain ints (IntFlag is slow)."""

    ADMINISTRATOR = 1 << 3
    MANAGE_GUILD = 1 << 5
    VIEW_CHANNEL = 1 << 10
    SEND_MESSAGES = 1 << 11
    MANAGE_MESSAGES = 1 << 13
    EMBED_LINKS = 1 << 14
    READ_MESSAGE_HISTORY = 1 << 16
    MENTION_EVERYONE = 1 << 17
    USE_APPLICATION_COMMANDS = 1 << 31
    SEND_MESSAGES_IN_THREADS = 1 << 38


#: What @everyone may do in a fresh server.
EVERYONE_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.EMBED_LINKS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.USE_APPLICATION_COMMANDS
    | Permission.SEND_MESSAGES_IN_THREADS
)
ALL_PERMISSIONS = (1 << 50) - 1


class MessageFlag(IntEnum):
    SUPPRESS_EMBEDS = 1 << 2
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_COMPONENTS_V2 = 1 << 15


class ChannelType(IntEnum):
    TEXT = 0
    DM = 1


@dataclass(eq=False, kw_only=True)
class User:
    id: int
    name: str
    #: As the person's Discord is set: "en-US", "de".
    locale: str = "en-US"
    bot: bool = False


@dataclass(eq=False, kw_only=True)
class Role:
    id: int
    name: str
    permissions: int
    position: int = 0


@dataclass(eq=False, kw_only=True)
class Member:
    user: User
    roles: list[Role] = field(default_factory=list)


@dataclass(eq=False, kw_only=True)
class Overwrite:
    """What a role or a person may do otherwise in one channel."""

    #: Id of the role or of the person.
    target_id: int
    #: Whether the target is a person.
    is_member: bool = False
    allow: int = 0
    deny: int = 0


@dataclass(eq=False, kw_only=True)
class Channel:
    id: int
    type: ChannelType
    name: str = ""
    guild: "Guild | None" = None
    #: The two people of a DM: the bot is one of them.
    recipients: list[User] = field(default_factory=list)
    overwrites: list[Overwrite] = field(default_factory=list)
    messages: list["Message"] = field(default_factory=list)


@dataclass(eq=False, kw_only=True)
class Guild:
    id: int
    name: str
    owner: User
    locale: str = "en-US"
    roles: list[Role] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    members: dict[int, Member] = field(default_factory=dict)

    @property
    def everyone(self) -> Role:
        return self.roles[0]


@dataclass(eq=False, kw_only=True)
class Message:
    id: int
    channel: Channel
    author: User
    content: str
    embeds: list[dict[str, Any]]
    #: As Discord gives them back: ids and defaults filled in.
    components: list[dict[str, Any]]
    flags: int
    #: Seconds since 1970.
    created_at: float
    edited_at: float | None = None
    nonce: str | None = None
    #: Id of the message that it answers.
    reference: int | None = None
    #: The ids of those whom it pings.
    pings: tuple[int, ...] = ()
    pings_everyone: bool = False
    #: The interaction that it came from.
    interaction: "Interaction | None" = None
    #: The only person who sees it; None where everybody in the channel does.
    visible_to: User | None = None
    deleted: bool = False

    @property
    def is_ephemeral(self) -> bool:
        return self.visible_to is not None

    @property
    def is_loading(self) -> bool:
        return bool(self.flags & MessageFlag.LOADING)


class InteractionType(IntEnum):
    PING = 1
    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class CallbackType(IntEnum):
    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE = 8
    MODAL = 9


@dataclass(eq=False, kw_only=True)
class Interaction:
    """Something a person did, on its way to the bot and back."""

    id: int
    token: str
    type: InteractionType
    data: dict[str, Any]
    user: User
    channel: Channel
    #: Seconds since 1970.
    created_at: float
    #: The message whose component was used, or whose button had opened the modal.
    message: Message | None = None
    #: The first answer; None until it comes.
    answer_type: CallbackType | None = None
    #: What the first answer said: autocomplete choices, the modal.
    answer: dict[str, Any] = field(default_factory=dict)
    #: The message that the first answer made or changed.
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    #: Set when there is something for the person to see.
    settled: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that happened, for a page or a test that follows."""

    #: "message", "edit", "delete", "interaction", "answer", "commands", "typing", "gateway", "request".
    what: str
    #: The thing that it happened to: a Message, an Interaction, a dict.
    subject: Any


class World:
    """Everything that exists. All of it runs on one event loop."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        """Begin with nothing but the bot; *clock* tells seconds since 1970."""
        self.clock = clock
        self._counter = itertools.count()
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}
        self.interactions: dict[str, Interaction] = {}
        #: Registered commands as Discord gives them back, by guild id (None: global).
        self.commands: dict[int | None, list[dict[str, Any]]] = {None: []}
        self._nonces: dict[tuple[int, int, str], Message] = {}
        self._observers: list[Callable[[Change], None]] = []
        self.bot = self.add_user("readbot", bot=True)
        self.application_id = self.bot.id

    def new_id(self) -> int:
        milliseconds = int(self.clock() * 1000) - DISCORD_EPOCH_MS
        return (milliseconds << 22) | (next(self._counter) & 0x3FFFFF)

    def observe(self, observer: Callable[[Change], None]) -> Callable[[], None]:
        """Call *observer* with every change from now on; return what ends that."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    def tell(self, what: str, subject: Any) -> None:
        """Let the observers know."""
        for observer in tuple(self._observers):
            observer(Change(what=what, subject=subject))

    def add_user(self, name: str, *, bot: bool = False, locale: str = "en-US") -> User:
        user = User(id=self.new_id(), name=name, bot=bot, locale=locale)
        self.users[user.id] = user
        return user

    def add_guild(self, name: str, *, owner: User, with_bot: bool = True) -> Guild:
        """Found a server; *with_bot* False leaves the bot out, as for people who bring it along."""
        guild = Guild(id=self.new_id(), name=name, owner=owner)
        guild.roles.append(Role(id=guild.id, name="@everyone", permissions=EVERYONE_PERMISSIONS))
        self.guilds[guild.id] = guild
        self.add_member(guild, owner)
        if with_bot:
            self.add_member(guild, self.bot)
        return guild

    def add_role(self, guild: Guild, name: str, permissions: int) -> Role:
        role = Role(id=self.new_id(), name=name, permissions=permissions, position=len(guild.roles))
        guild.roles.append(role)
        return role

    def add_member(self, guild: Guild, user: User, *roles: Role) -> Member:
        member = Member(user=user, roles=list(roles))
        guild.members[user.id] = member
        return member

    def add_channel(self, guild: Guild, name: str) -> Channel:
        channel = Channel(id=self.new_id(), type=ChannelType.TEXT, name=name, guild=guild)
        guild.channels.append(channel)
        self.channels[channel.id] = channel
        return channel

    def delete_channel(self, channel: Channel) -> None:
        del self.channels[channel.id]
        if channel.guild:
            channel.guild.channels.remove(channel)

    def open_dm(self, user: User) -> Channel:
        """Return the DM channel between *user* and the bot."""
        for channel in self.channels.values():
            if channel.type is ChannelType.DM and user in channel.recipients:
                return channel
        channel = Channel(id=self.new_id(), type=ChannelType.DM, recipients=[user])
        self.channels[channel.id] = channel
        return channel

    def find_message(self, channel: Channel, message_id: int) -> Message | None:
        return next((m for m in channel.messages if m.id == message_id and not m.deleted), None)

    def find_nonce(self, author: User, channel: Channel, nonce: str) -> Message | None:
        """Return the message that *author* posted with this nonce within the past few minutes."""
        message = self._nonces.get((author.id, channel.id, nonce))
        if message is None or self.clock() - message.created_at > NONCE_LIVES_S:
            return None
        return message

    def add_message(self, message: Message) -> None:
        message.channel.messages.append(message)
        if message.nonce is not None:
            self._nonces[message.author.id, message.channel.id, message.nonce] = message
        self.tell("message", message)

    def add_interaction(
        self,
        kind: InteractionType,
        data: dict[str, Any],
        *,
        user: User,
        channel: Channel,
        message: Message | None = None,
    ) -> Interaction:
        interaction = Interaction(
            id=self.new_id(),
            token=secrets.token_urlsafe(24),
            type=kind,
            data=data,
            user=user,
            channel=channel,
            created_at=self.clock(),
            message=message,
        )
        self._forget_old_interactions()
        self.interactions[interaction.token] = interaction
        self.tell("interaction", interaction)
        return interaction

    def _forget_old_interactions(self) -> None:
        """Drop those whose token has run out, oldest first."""
        expired_before = self.clock() - TOKEN_LIVES_S - _REMEMBERED_AFTER_S
        while self.interactions:
            oldest = next(iter(self.interactions.values()))
            if oldest.created_at >= expired_before:
                return
            del self.interactions[oldest.token]

    def permissions(self, user: User, channel: Channel) -> int:
        """Return what *user* may do in *channel*.

        Source: https://docs.discord.com/developers/topics/permissions#permission-overwrites
        """
        guild = channel.guild
        if guild is None:
            return EVERYONE_PERMISSIONS if user.bot or user in channel.recipients else 0
        member = guild.members.get(user.id)
        if member is None:
            return 0
        if guild.owner is user:
            return ALL_PERMISSIONS
        base = guild.everyone.permissions
        for role in member.roles:
            base |= role.permissions
        if base & Permission.ADMINISTRATOR:
            return ALL_PERMISSIONS
        return _overwritten(base, guild, member, channel)


def _overwritten(base: int, guild: Guild, member: Member, channel: Channel) -> int:
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
