"""What a loopback Slack remembers: workspaces with people, channels, messages and views."""

import itertools
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from readbot.playground.loopback_slack.surfaces import Message, View
from readbot.playground.loopback_slack.tokens import Enterprise, Grant

#: How often and how long a ``response_url`` may be used.
#: Source: https://docs.slack.dev/interactivity/handling-user-interaction
RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60


#: How long a ``trigger_id`` may open a view.
#: Source: https://docs.slack.dev/interactivity/handling-user-interaction
TRIGGER_SECONDS = 3.0

#: What the app's manifest asks for, with all that is optional.
ALL_SCOPES = (
    "commands",
    "chat:write",
    "app_mentions:read",
    "im:history",
    "users:read",
    "channels:history",
    "channels:read",
    "groups:history",
    "groups:read",
)


class SlackError(Exception):
    """A call that Slack answers with ``ok: false``."""

    def __init__(self, code: str, *details: str) -> None:
        self.code = code
        #: What ``response_metadata.messages`` says.
        self.details = details
        super().__init__(": ".join((code, *details)))


class ChannelKind(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"
    DIRECT = "direct"


@dataclass(kw_only=True)
class User:
    """A person, or the bot itself."""

    id: str
    name: str
    real_name: str = ""
    #: What others see where the person has chosen it; :attr:`name` without.
    display_name: str = ""
    #: IANA name, as ``users.info`` tells it.
    tz: str = "Europe/Berlin"
    locale: str = "en-US"
    is_admin: bool = False
    is_owner: bool = False
    is_bot: bool = False


@dataclass(kw_only=True)
class Channel:
    id: str
    name: str
    kind: ChannelKind = ChannelKind.PUBLIC
    is_archived: bool = False
    #: Ids of the people in it; the bot's own id where it is a member.
    members: set[str] = field(default_factory=set)


@dataclass(kw_only=True)
class ResponseUrl:
    """The address under which one interaction may be answered."""

    key: str
    workspace: str
    channel: str
    user: str
    #: Of the message that was clicked; None for a command.
    ts: str | None = None
    made: float = field(default_factory=time.monotonic)
    uses: int = 0
    #: What Slack said to the last answer that it did not take; empty if it took all.
    problem: str = ""

    @property
    def is_spent(self) -> bool:
        return self.uses >= RESPONSE_URL_USES or time.monotonic() - self.made > RESPONSE_URL_SECONDS


@dataclass(kw_only=True)
class Trigger:
    """What lets the app open one view for one person, for a short while."""

    user: str
    #: Seconds since 1970.
    made: float
    #: Where they were; empty outside of a channel.
    channel: str = ""
    is_spent: bool = False


class ChangeKind(StrEnum):
    POSTED = "posted"
    UPDATED = "updated"
    DELETED = "deleted"
    VIEW_OPENED = "view_opened"
    VIEW_UPDATED = "view_updated"
    #: Submitted and taken, or closed by its person.
    VIEW_CLOSED = "view_closed"
    HOME_PUBLISHED = "home_published"
    #: An answer to an interaction was not taken.
    REFUSED = "refused"
    #: The app was installed in the workspace, or may do more there.
    INSTALLED = "installed"
    UNINSTALLED = "uninstalled"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that somebody could see happen."""

    kind: ChangeKind
    workspace: str
    #: The message or view as it is now, a deleted one as it was; for a refusal the address, and for the
    #: app's coming and going the workspace.
    item: "Message | View | ResponseUrl | Workspace"


Observer: TypeAlias = Callable[[Change], None]


class Workspace:
    """One Slack team."""

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - Slack's word
        name: str,
        bot_token: str | None,
        users: Sequence[User],
        channels: Sequence[Channel],
        bot_user_id: str = "UBOT",
        scopes: Sequence[str] = ALL_SCOPES,
        enterprise: Enterprise | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Found a team.

        Args:
            id: Such as "T1".
            name: For people.
            bot_token: Of the app; None where it is not installed.
            users: Without the bot, which is added.
            channels: The bot is in those that have it among their members.
            bot_user_id: The bot's own.
            scopes: What whoever installed the app let it do.
            enterprise: The organisation that the team belongs to.
            clock: Seconds since 1970, by which messages are stamped and triggers expire.
        """
        self.clock = clock
        self.id = id
        self.name = name
        self.enterprise = enterprise
        self.bot_user_id = bot_user_id
        self.bot_id = f"B{bot_user_id[1:]}"
        #: What the app may do here; None where it is not installed.
        self.grant: Grant | None = None
        if bot_token is not None:
            self.grant = Grant(tokens=[bot_token], scopes=tuple(scopes), bot_user_id=bot_user_id, team_id=id)
        bot = User(id=bot_user_id, name="readbot", is_bot=True)
        self.users = {user.id: user for user in (*users, bot)}
        self.channels = {channel.id: channel for channel in channels}
        self.messages: list[Message] = []
        self.views: dict[str, View] = {}
        #: The Home tab of each person who has one.
        self.homes: dict[str, View] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        self.triggers: dict[str, Trigger] = {}
        #: How long each may be used.
        self.trigger_lives_s = TRIGGER_SECONDS
        self.observers: list[Observer] = []
        self._numbers = itertools.count(1)

    @property
    def installed(self) -> Grant:
        """What the app may do here.

        Raises:
            LookupError: It is not installed here.
        """
        if self.grant is None:
            raise LookupError(f"the app is not installed in {self.id}")
        return self.grant

    @property
    def bot_token(self) -> str:
        """The app's newest token here."""
        return self.installed.token

    @property
    def scopes(self) -> tuple[str, ...]:
        return self.installed.scopes

    @scopes.setter
    def scopes(self, scopes: Sequence[str]) -> None:
        self.installed.scopes = tuple(scopes)

    def install(self, grant: Grant) -> None:
        """Let the app in."""
        self.grant = grant
        self.tell(ChangeKind.INSTALLED, self)

    def uninstall(self) -> None:
        """Take the app out: it leaves its channels, and its modals and Home tabs go."""
        self.grant = None
        for channel in self.channels.values():
            if channel.kind is not ChannelKind.DIRECT:
                channel.members.discard(self.bot_user_id)
        for view in tuple(self.views.values()):
            self.close_view(view)
        self.homes.clear()
        self.tell(ChangeKind.UNINSTALLED, self)

    def find_user(self, user_id: str) -> User:
        if user_id not in self.users:
            raise SlackError("user_not_found")
        return self.users[user_id]

    def find_channel(self, channel_id: str) -> Channel:
        if channel_id not in self.channels:
            raise SlackError("channel_not_found")
        return self.channels[channel_id]

    def direct_channel(self, user_id: str) -> Channel:
        """Return the channel in which the bot and one person talk, opened if it was not yet."""
        for channel in self.channels.values():
            if channel.kind is ChannelKind.DIRECT and user_id in channel.members:
                return channel
        members = {self.find_user(user_id).id, self.bot_user_id}
        opened = Channel(id=f"D{user_id}", name="", kind=ChannelKind.DIRECT, members=members)
        self.channels[opened.id] = opened
        return opened

    def find_message(self, channel_id: str, ts: str | None) -> Message:
        for message in self.messages:
            if message.channel == channel_id and message.ts == ts:
                return message
        raise SlackError("message_not_found")

    def visible(self, user_id: str, channel_id: str) -> list[Message]:
        """Return what one person sees in a channel, oldest first."""
        return [
            message
            for message in self.messages
            if message.channel == channel_id and message.only_for in (None, user_id)
        ]

    def replies(self, message: Message) -> list[Message]:
        """Return what everybody sees in the thread that hangs from a message, oldest first."""
        return [
            each
            for each in self.messages
            if each.is_reply
            and (each.channel, each.thread_ts) == (message.channel, message.ts)
            and each.only_for is None
        ]

    def add_message(self, message: Message) -> Message:
        self.messages.append(message)
        self.tell(ChangeKind.POSTED, message)
        return message

    def remove_message(self, message: Message) -> None:
        self.messages.remove(message)
        self.tell(ChangeKind.DELETED, message)

    def stack(self, user: str) -> list[View]:
        """Return the modals that somebody has open, the one on top last."""
        return [view for view in self.views.values() if view.user == user]

    def close_view(self, view: View) -> None:
        """Let a modal go; does nothing where it has gone already."""
        if self.views.pop(view.id, None) is not None:
            self.tell(ChangeKind.VIEW_CLOSED, view)

    def make_ts(self) -> str:
        """Return a time stamp that no other message of this workspace has."""
        return f"{int(self.clock())}.{next(self._numbers):06d}"

    def make_response_url(self, *, channel: str, user: str, ts: str | None = None) -> ResponseUrl:
        made = ResponseUrl(key=secrets.token_hex(8), workspace=self.id, channel=channel, user=user, ts=ts)
        self.response_urls[made.key] = made
        return made

    def make_trigger(self, user: str, channel: str = "") -> str:
        trigger = f"{next(self._numbers)}.{secrets.token_hex(8)}"
        self.triggers[trigger] = Trigger(user=user, channel=channel, made=self.clock())
        return trigger

    def spend_trigger(self, trigger_id: str) -> Trigger:
        """Return a trigger, and let nobody use it again.

        Raises:
            SlackError: ``invalid_trigger_id``, ``expired_trigger_id`` or ``exchanged_trigger_id``.
        """
        trigger = self.triggers.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger.is_spent:
            raise SlackError("exchanged_trigger_id")
        if self.clock() - trigger.made > self.trigger_lives_s:
            raise SlackError("expired_trigger_id")
        trigger.is_spent = True
        return trigger

    def tell(self, kind: ChangeKind, item: "Message | View | ResponseUrl | Workspace") -> None:
        change = Change(kind=kind, workspace=self.id, item=item)
        for observer in tuple(self.observers):
            observer(change)


def make_workspace(
    number: int = 1,
    *,
    is_installed: bool = True,
    enterprise: Enterprise | None = None,
    clock: Callable[[], float] = time.time,
) -> Workspace:
    """Return a workspace with a person of each kind and a channel of each kind.

    U1 is an admin, U2 is not. C1 general (without the bot), C2 reading (with it), C3 archived,
    G1 private with it, G2 private without it, D1 the bot's direct messages with U1.

    Every workspace calls them so: whoever forgets to ask which workspace is meant mixes them up. In an
    organisation, where ids are unique, the channels carry the workspace's number behind a dash.
    """
    bot = "UBOT"
    people = {"U1", "U2"}
    suffix = f"-{number}" if enterprise else ""
    with_bot = {bot} if is_installed else set()
    return Workspace(
        id=f"T{number}",
        name=f"Workspace {number}",
        bot_token=f"xoxb-{number}-loopback" if is_installed and not enterprise else None,
        bot_user_id=bot,
        enterprise=enterprise,
        clock=clock,
        users=[
            User(id="U1", name="ada", real_name="Ada", is_admin=True),
            User(id="U2", name="grace", real_name="Grace", tz="America/New_York"),
        ],
        channels=[
            Channel(id=f"C1{suffix}", name="general", members=set(people)),
            Channel(id=f"C2{suffix}", name="reading", members=people | with_bot),
            Channel(id=f"C3{suffix}", name="old-news", members=people | with_bot, is_archived=True),
            Channel(id=f"G1{suffix}", name="research", kind=ChannelKind.PRIVATE, members=people | with_bot),
            Channel(id=f"G2{suffix}", name="secret", kind=ChannelKind.PRIVATE, members={"U1"}),
            Channel(id=f"D1{suffix}", name="", kind=ChannelKind.DIRECT, members={"U1", bot}),
        ],
    )


def make_organisation(*numbers: int, clock: Callable[[], float] = time.time) -> list[Workspace]:
    """Return the workspaces of one organisation, E1, with the app installed for all of it."""
    organisation = Enterprise(id="E1", name="Organisation 1")
    members = [make_workspace(number, enterprise=organisation, clock=clock) for number in numbers]
    grant = Grant(tokens=["xoxb-E1-loopback"], scopes=ALL_SCOPES, bot_user_id="UBOT", enterprise=organisation)
    for member in members:
        member.grant = grant
    return members
