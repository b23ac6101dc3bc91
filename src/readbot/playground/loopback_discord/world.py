"""What exists in the loopback Discord: servers, channels, people, messages, interactions.

Ids are snowflakes made from the world's clock, as on Discord: a younger thing has a greater id.
"""

import itertools
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

from readbot.playground.loopback_discord.model import (
    Application,
    Change,
    Channel,
    ChannelFlag,
    ChannelType,
    ForumTag,
    Guild,
    Interaction,
    InteractionType,
    Member,
    Message,
    Role,
    User,
)
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


class World:
    """Everything that exists. All of it runs on one event loop."""

    def __init__(
        self, *, clock: Callable[[], float] = time.time, answer_within_s: float = ANSWER_WITHIN_S
    ) -> None:
        """Begin with nothing but the bot.

        Args:
            clock: Tells seconds since 1970.
            answer_within_s: How long an interaction can be answered for the first time.
        """
        self.clock = clock
        self.answer_within_s = answer_within_s
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
