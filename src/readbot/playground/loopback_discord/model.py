"""The things that exist in the loopback Discord, as data: see :mod:`.world` for what happens to them."""

import asyncio
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from readbot.playground.loopback_discord.permissions import Permission


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
