"""What exists in the loopback Discord: servers, channels, people, messages, interactions.

Ids are snowflakes made from the world's clock, as on Discord: a younger thing has a greater id.
"""

import asyncio
import itertools
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from readbot.playground.loopback_discord.permissions import EVERYONE_PERMISSIONS, Permission, resolve

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


class MessageFlag(IntEnum):
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    IS_COMPONENTS_V2 = 1 << 15


class ChannelType(IntEnum):
    TEXT = 0
    DM = 1
    VOICE = 2
    GROUP_DM = 3
    CATEGORY = 4
    NEWS = 5
    NEWS_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    FORUM = 15
    MEDIA = 16

    @property
    def holds_posts(self) -> bool:
        """Whether messages go into posts, which are threads, and not into the channel itself."""
        return self in {ChannelType.FORUM, ChannelType.MEDIA}


class Context(IntEnum):
    """Where a command is used."""

    GUILD = 0
    BOT_DM = 1
    PRIVATE_CHANNEL = 2


class ChannelFlag(IntEnum):
    #: A post in this forum needs a tag.
    REQUIRE_TAG = 1 << 4


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
class ForumTag:
    id: int
    name: str
    #: Whether only who may manage threads gives it to a post.
    moderated: bool = False


@dataclass(eq=False, kw_only=True)
class Thread:
    """What a channel has besides when it is a thread, or a post in a forum."""

    parent: "Channel"
    owner: User
    #: Seconds since 1970.
    created_at: float
    is_private: bool = False
    archived: bool = False
    locked: bool = False
    #: When ``archived`` last changed, in seconds since 1970.
    archived_at: float
    #: Minutes without a message after which it is archived: 60, 1440, 4320 or 10080.
    archive_after: int = 1440
    member_ids: set[int] = field(default_factory=set)
    #: Ids of the forum's tags that it has.
    applied_tags: list[int] = field(default_factory=list)


@dataclass(eq=False, kw_only=True)
class Channel:
    id: int
    type: ChannelType
    name: str = ""
    guild: "Guild | None" = None
    #: The people of a direct or group message; where there is but one, the bot is the other.
    recipients: list[User] = field(default_factory=list)
    overwrites: list[Overwrite] = field(default_factory=list)
    messages: list["Message"] = field(default_factory=list)
    #: See :class:`ChannelFlag`.
    flags: int = 0
    #: What posts in a forum can be tagged with.
    tags: list[ForumTag] = field(default_factory=list)
    #: Set where the channel is a thread.
    thread: Thread | None = None

    @property
    def is_with_bot(self) -> bool:
        """Whether it is a direct message between somebody and the bot."""
        return self.guild is None and len(self.recipients) == 1

    @property
    def context(self) -> Context:
        if self.guild is not None:
            return Context.GUILD
        return Context.BOT_DM if self.is_with_bot else Context.PRIVATE_CHANNEL

    @property
    def holder(self) -> "Channel":
        """The channel whose permissions count here: of a thread its parent."""
        return self.thread.parent if self.thread else self


@dataclass(eq=False, kw_only=True)
class Guild:
    id: int
    name: str
    owner: User
    locale: str = "en-US"
    roles: list[Role] = field(default_factory=list)
    channels: list[Channel] = field(default_factory=list)
    #: Threads of all its channels, archived ones among them.
    threads: list[Channel] = field(default_factory=list)
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
    #: The message that it answers.
    replies_to: "Message | None" = None
    #: Those whom it pings.
    mentions: tuple[User, ...] = ()
    pings_everyone: bool = False
    #: The thread that was started from it.
    thread: Channel | None = None
    #: The interaction that it came from.
    interaction: "Interaction | None" = None
    #: The only person who sees it; None where everybody in the channel does.
    visible_to: User | None = None
    deleted: bool = False

    @property
    def pings(self) -> tuple[int, ...]:
        return tuple(user.id for user in self.mentions)

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
    #: For whom the app is installed here: "0" and the server's id, "1" and the person's.
    owners: dict[str, str]
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

    @property
    def is_users_own(self) -> bool:
        """Whether only the person has installed the app, and not the place."""
        return "0" not in self.owners


@dataclass(frozen=True, kw_only=True)
class Install:
    """What an install link asks for."""

    scopes: tuple[str, ...]
    #: Bits of what the bot may do in a server.
    permissions: int = 0


@dataclass(eq=False, kw_only=True)
class Application:
    """What the developer portal says of the app."""

    #: Privileged intents that are switched on there: bits of the gateway's.
    allowed_intents: int = 0
    is_public: bool = True
    #: Where Discord sends interactions instead of over the gateway.
    interactions_url: str | None = None
    #: How it comes into a server, None where it does not.
    server_install: Install | None = Install(
        scopes=("applications.commands", "bot"),
        permissions=Permission.VIEW_CHANNEL
        | Permission.SEND_MESSAGES
        | Permission.SEND_MESSAGES_IN_THREADS
        | Permission.EMBED_LINKS
        | Permission.READ_MESSAGE_HISTORY,
    )
    #: How a person gets it for themselves, None where they do not.
    user_install: Install | None = Install(scopes=("applications.commands",))


@dataclass(frozen=True, kw_only=True)
class Change:
    """Something that happened, for a page or a test that follows."""

    #: "message", "edit", "delete", "interaction", "answer", "commands", "typing", "gateway", "request",
    #: "guild_join", "guild_leave", "channel_create", "channel_delete", "thread_create", "thread_update",
    #: "thread_delete".
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
        #: Ids of the people who have installed the app for themselves and bring it along everywhere.
        self.installed_by: set[int] = set()
        self._nonces: dict[tuple[int, int, str], Message] = {}
        self._observers: list[Callable[[Change], None]] = []
        self.bot = self.add_user("readbot", bot=True)
        self.application_id = self.bot.id
        self.application = Application()

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
        if user is self.bot:
            self.tell("guild_join", guild)
        return member

    def remove_bot(self, guild: Guild) -> None:
        """Let the bot be thrown out of a server."""
        del guild.members[self.bot.id]
        self.tell("guild_leave", guild)

    def add_channel(
        self,
        guild: Guild,
        name: str,
        *,
        kind: ChannelType = ChannelType.TEXT,
        tags: Sequence[str] = (),
        needs_tag: bool = False,
    ) -> Channel:
        """Add a channel; *tags* are for posts in a forum, of which *needs_tag* demands one."""
        channel = Channel(
            id=self.new_id(),
            type=kind,
            name=name,
            guild=guild,
            flags=ChannelFlag.REQUIRE_TAG if needs_tag else 0,
            tags=[ForumTag(id=self.new_id(), name=tag) for tag in tags],
        )
        guild.channels.append(channel)
        self.channels[channel.id] = channel
        self.tell("channel_create", channel)
        return channel

    def add_thread(self, thread: Channel) -> None:
        """Put a thread, made by :mod:`.threads`, into its server."""
        assert thread.guild is not None  # noqa: S101 - threads are in servers only
        thread.guild.threads.append(thread)
        self.channels[thread.id] = thread
        self.tell("thread_create", thread)

    def delete_channel(self, channel: Channel) -> None:
        """Delete a channel with its threads, or a thread."""
        del self.channels[channel.id]
        guild = channel.guild
        if guild is None:
            return
        if channel.thread is not None:
            guild.threads.remove(channel)
            self.tell("thread_delete", channel)
            return
        for thread in [each for each in guild.threads if each.holder is channel]:
            guild.threads.remove(thread)
            del self.channels[thread.id]
        guild.channels.remove(channel)
        self.tell("channel_delete", channel)

    def open_dm(self, user: User) -> Channel:
        """Return the DM channel between *user* and the bot."""
        for channel in self.channels.values():
            if channel.is_with_bot and user in channel.recipients:
                return channel
        channel = Channel(id=self.new_id(), type=ChannelType.DM, recipients=[user])
        self.channels[channel.id] = channel
        return channel

    def open_private(self, *people: User) -> Channel:
        """Return a new direct or group message among people, without the bot."""
        kind = ChannelType.DM if len(people) == 2 else ChannelType.GROUP_DM
        channel = Channel(id=self.new_id(), type=kind, recipients=list(people))
        self.channels[channel.id] = channel
        return channel

    def delete_message(self, message: Message) -> None:
        message.deleted = True
        self.tell("delete", message)

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
        owners: dict[str, str] | None = None,
    ) -> Interaction:
        """Send an interaction to the bot; *owners* None for all who have installed it there."""
        interaction = Interaction(
            id=self.new_id(),
            token=secrets.token_urlsafe(24),
            type=kind,
            data=data,
            user=user,
            channel=channel,
            created_at=self.clock(),
            owners=self.find_owners(user, channel) if owners is None else owners,
            message=message,
        )
        self._forget_old_interactions()
        self.interactions[interaction.token] = interaction
        self.tell("interaction", interaction)
        return interaction

    def find_owners(self, user: User, channel: Channel) -> dict[str, str]:
        """Return for whom the app is installed where *user* is now; see ``Interaction.owners``."""
        owners = {}
        if channel.guild is not None and self.bot.id in channel.guild.members:
            owners["0"] = str(channel.guild.id)
        elif channel.is_with_bot:
            owners["0"] = "0"
        if user.id in self.installed_by:
            owners["1"] = str(user.id)
        return owners

    def _forget_old_interactions(self) -> None:
        """Drop those whose token has run out, oldest first."""
        expired_before = self.clock() - TOKEN_LIVES_S - _REMEMBERED_AFTER_S
        while self.interactions:
            oldest = next(iter(self.interactions.values()))
            if oldest.created_at >= expired_before:
                return
            del self.interactions[oldest.token]

    def permissions(self, user: User, channel: Channel) -> int:
        """Return what *user* may do in *channel*."""
        return resolve(user, channel)

    def may(self, user: User, channel: Channel, permission: Permission) -> bool:
        return bool(resolve(user, channel) & permission)
