"""What a loopback Slack remembers: workspaces with people, channels, messages and views."""

import itertools
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

#: How often and how long a ``response_url`` may be used.
#: Source: https://docs.slack.dev/interactivity/handling-user-interaction
RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60


#: What the app's manifest asks for, with all that is optional.
ALL_SCOPES = (
    "commands",
    "chat:write",
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


class Surface(ABC):
    """Something that shows blocks."""

    @property
    @abstractmethod
    def shown_blocks(self) -> list[Json]: ...

    @property
    def elements(self) -> list[Json]:
        """Every button, menu and field in it that has an ``action_id``, from top to bottom."""
        return list(_find_elements(self.shown_blocks))

    @property
    def labels(self) -> list[str]:
        """What is written on its buttons."""
        return [element["text"]["text"] for element in self.elements if element["type"] == "button"]

    @property
    def words(self) -> str:
        """All text that the blocks show, a line each."""
        return "\n".join(_find_words(self.shown_blocks))

    def find_element(self, label_or_id: str) -> Json:
        """Return the element with this label (of a button or in a menu's placeholder) or action id.

        Raises:
            LookupError: There is none; the message names those that there are.
        """
        for element in self.elements:
            label = element.get("text") or element.get("placeholder") or {}
            if label_or_id in (label.get("text"), element["action_id"]):
                return element
        known = [element["action_id"] for element in self.elements]
        raise LookupError(f"nothing is called {label_or_id!r} here; there are {self.labels} and {known}")


@dataclass(kw_only=True)
class Message(Surface):
    """A message as the workspace holds it."""

    ts: str
    channel: str
    #: Id of the author: a person, or the bot.
    user: str
    text: str = ""
    blocks: list[Json] = field(default_factory=list)
    metadata: Json | None = None
    thread_ts: str | None = None
    #: The one person who sees it; None for a message to the channel.
    only_for: str | None = None
    is_edited: bool = False
    #: Seconds of ``time.monotonic`` when it came.
    arrived: float = field(default_factory=time.monotonic)
    #: Everything that the app sent with it.
    sent: Json = field(default_factory=dict)

    @property
    def shown_blocks(self) -> list[Json]:
        return self.blocks

    @property
    def words(self) -> str:
        """All text that the blocks show, a line each; ``text`` where there are no blocks."""
        return super().words if self.blocks else self.text


@dataclass(kw_only=True)
class View(Surface):
    """A modal, or somebody's Home tab."""

    id: str
    user: str
    body: Json
    #: Changes with every update; ``views.update`` with an old one is refused.
    hash: str
    root_view_id: str
    previous_view_id: str | None = None

    @property
    def shown_blocks(self) -> list[Json]:
        blocks: list[Json] = self.body.get("blocks", [])
        return blocks


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


@dataclass(frozen=True, kw_only=True)
class Change:
    """One thing that somebody could see happen."""

    kind: ChangeKind
    workspace: str
    #: The message or view as it is now, a deleted one as it was; for a refusal the address.
    item: Message | View | ResponseUrl


Observer: TypeAlias = Callable[[Change], None]


class Workspace:
    """One Slack team with the app installed in it."""

    def __init__(
        self,
        *,
        id: str,  # noqa: A002 - Slack's word
        name: str,
        bot_token: str,
        users: Sequence[User],
        channels: Sequence[Channel],
        bot_user_id: str = "UBOT",
        scopes: Sequence[str] = ALL_SCOPES,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Found a team with the app installed in it.

        Args:
            id: Such as "T1".
            name: For people.
            bot_token: Of the app.
            users: Without the bot, which is added.
            channels: The bot is in those that have it among their members.
            bot_user_id: The bot's own.
            scopes: What whoever installed the app let it do.
            clock: Seconds since 1970, by which messages are stamped.
        """
        self.clock = clock
        self.id = id
        self.name = name
        self.bot_token = bot_token
        self.bot_user_id = bot_user_id
        self.bot_id = f"B{bot_user_id[1:]}"
        self.scopes = tuple(scopes)
        bot = User(id=bot_user_id, name="readbot", is_bot=True)
        self.users = {user.id: user for user in (*users, bot)}
        self.channels = {channel.id: channel for channel in channels}
        self.messages: list[Message] = []
        self.views: dict[str, View] = {}
        #: The Home tab of each person who has one.
        self.homes: dict[str, View] = {}
        self.response_urls: dict[str, ResponseUrl] = {}
        #: Which person may open a view by which trigger; each works once.
        self.triggers: dict[str, str] = {}
        self.observers: list[Observer] = []
        self._numbers = itertools.count(1)

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

    def add_message(self, message: Message) -> Message:
        self.messages.append(message)
        self.tell(ChangeKind.POSTED, message)
        return message

    def remove_message(self, message: Message) -> None:
        self.messages.remove(message)
        self.tell(ChangeKind.DELETED, message)

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

    def make_trigger(self, user: str) -> str:
        trigger = f"{next(self._numbers)}.{secrets.token_hex(8)}"
        self.triggers[trigger] = user
        return trigger

    def tell(self, kind: ChangeKind, item: Message | View | ResponseUrl) -> None:
        change = Change(kind=kind, workspace=self.id, item=item)
        for observer in tuple(self.observers):
            observer(change)


def make_workspace(number: int = 1) -> Workspace:
    """Return a workspace with a person of each kind and a channel of each kind.

    U1 is an admin, U2 is not. C1 general (without the bot), C2 reading (with it), C3 archived,
    G1 private with it, G2 private without it, D1 the bot's direct messages with U1.
    """
    bot = "UBOT"
    people = {"U1", "U2"}
    return Workspace(
        id=f"T{number}",
        name=f"Workspace {number}",
        bot_token=f"xoxb-{number}-loopback",
        bot_user_id=bot,
        users=[
            User(id="U1", name="ada", real_name="Ada", is_admin=True),
            User(id="U2", name="grace", real_name="Grace", tz="America/New_York"),
        ],
        channels=[
            Channel(id="C1", name="general", members=set(people)),
            Channel(id="C2", name="reading", members={*people, bot}),
            Channel(id="C3", name="old-news", members={*people, bot}, is_archived=True),
            Channel(id="G1", name="research", kind=ChannelKind.PRIVATE, members={*people, bot}),
            Channel(id="G2", name="secret", kind=ChannelKind.PRIVATE, members={"U1"}),
            Channel(id="D1", name="", kind=ChannelKind.DIRECT, members={"U1", bot}),
        ],
    )


def _find_elements(value: Any) -> Iterator[Json]:
    if isinstance(value, dict):
        if "action_id" in value:
            yield value
        for inner in value.values():
            yield from _find_elements(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _find_elements(inner)


def _find_words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"text", "alt_text"} and isinstance(inner, str):
                yield inner
            else:
                yield from _find_words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _find_words(inner)
