"""What a person does in Discord's client, and what they then see."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from readbot.playground.loopback_discord import components, filling, modals, threads
from readbot.playground.loopback_discord.errors import ApiError, CannotDoThatError
from readbot.playground.loopback_discord.message_payloads import message as to_json
from readbot.playground.loopback_discord.messages import edit_message, make_message
from readbot.playground.loopback_discord.model import (
    CallbackType,
    Channel,
    Interaction,
    InteractionType,
    Message,
    MessageFlag,
    User,
)
from readbot.playground.loopback_discord.offers import find_owners, list_offered
from readbot.playground.loopback_discord.permissions import Permission
from readbot.playground.loopback_discord.resolved import SELECT_KINDS, resolve_named, to_id
from readbot.playground.loopback_discord.world import ANSWER_WITHIN_S, World

Json = dict[str, Any]

#: What Discord's client says below a command that nobody answered in time.
NO_ANSWER = "The application did not respond"

CHAT_COMMAND, MESSAGE_COMMAND = 1, 3


@dataclass(frozen=True, kw_only=True)
class Sight:
    """What a person sees after they did something, as it was at that moment."""

    interaction: Interaction
    #: The message that answered or changed; None if nobody did, or for a modal.
    message: Message | None
    #: What Discord's client says when nobody answered in time; else empty.
    failure: str = ""

    @property
    def text(self) -> str:
        """Everything there is to read in the message, in Discord's Markdown."""
        return read(self.message) if self.message else self.failure

    @property
    def is_private(self) -> bool:
        return self.message is not None and self.message.is_ephemeral

    @property
    def is_update(self) -> bool:
        """Whether the message was there before and has changed."""
        return self.interaction.answer_type in {CallbackType.UPDATE, CallbackType.DEFERRED_UPDATE}

    @property
    def buttons(self) -> list[str]:
        return [button["label"] for button in buttons(self.message)] if self.message else []

    @property
    def options(self) -> list[str]:
        """Labels of everything that can be picked from the message's selects."""
        found = selects(self.message) if self.message else []
        return [option["label"] for select in found for option in select["options"]]

    @property
    def modal(self) -> Json | None:
        return self.interaction.answer if self.interaction.answer_type is CallbackType.MODAL else None


def read(message: Message) -> str:
    """Return everything there is to read in *message*: content, embeds, text displays."""
    pieces = [message.content, *components.texts(message.components)]
    for embed in message.embeds:
        pieces += [embed.get("title") or "", embed.get("description") or ""]
        for field in embed.get("fields") or []:
            pieces += [field["name"], field["value"]]
        pieces.append((embed.get("footer") or {}).get("text") or "")
    return "\n".join(piece for piece in pieces if piece)


def buttons(message: Message) -> list[Json]:
    return [c for c in components.walk(message.components) if c["type"] == components.BUTTON]


def selects(message: Message) -> list[Json]:
    return [c for c in components.walk(message.components) if c["type"] == components.STRING_SELECT]


class People:
    """Lets people act; every method waits for what the bot answers, as long as Discord would."""

    def __init__(self, world: World, *, patience_s: float = ANSWER_WITHIN_S) -> None:
        self._world = world
        self.patience_s = patience_s

    async def command(self, user: User, channel: Channel, name: str, /, **options: Any) -> Sight:
        """Send a slash command.

        Args:
            user: Who types it.
            channel: Where.
            name: Without the slash, sub-commands behind a space: "readbot help".
            options: By name, as the person fills them in; people, channels and roles as they are, or
                by their id.

        Raises:
            CannotDoThatError: Discord's client offers no such command or option there, or would
                not send the value.
        """
        path = self._find_command(user, channel, name)
        filled = filling.fill_options(path[-1], options)
        data = filling.to_data(path, filled)
        self._add_resolved(data, channel, user, filling.list_named(filled))
        return await self._act(
            InteractionType.COMMAND,
            data,
            user=user,
            channel=channel,
            owners=self._owners(path, user, channel),
        )

    async def autocomplete(
        self, user: User, channel: Channel, name: str, option: str, typed: str, /, **others: Any
    ) -> list[Json]:
        """Type into an option of a command and return what Discord offers: name and value each."""
        path = self._find_command(user, channel, name)
        if not filling.find_option(path[-1], option).get("autocomplete"):
            raise CannotDoThatError(f"option {option} of /{name} has no autocomplete")
        filled = [filling.fill_option(path[-1], key, value) for key, value in others.items()]
        filled.append({"name": option, "type": filling.STRING, "value": typed, "focused": True})
        sight = await self._act(
            InteractionType.AUTOCOMPLETE,
            filling.to_data(path, filled),
            user=user,
            channel=channel,
            owners=self._owners(path, user, channel),
        )
        return list(sight.interaction.answer.get("choices", []))

    async def menu_command(self, user: User, message: Message, name: str) -> Sight:
        """Pick a command from a message's context menu (Apps)."""
        _check_sees(user, message)
        command = self._find_offered(user, message.channel, name, kind=MESSAGE_COMMAND)
        data = {
            "id": command["id"],
            "name": command["name"],
            "type": MESSAGE_COMMAND,
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): to_json(message)}},
        }
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        owners = self._owners([command], user, message.channel)
        return await self._act(
            InteractionType.COMMAND, data, user=user, channel=message.channel, owners=owners
        )

    async def click(self, user: User, message: Message, label: str) -> Sight:
        """Press the button called *label*."""
        found = next((button for button in buttons(message) if button.get("label") == label), None)
        if found is None or found.get("disabled") or "custom_id" not in found:
            raise CannotDoThatError(f"there is no button {label!r} to press")
        return await self.use_component(user, message, found["custom_id"], components.BUTTON)

    async def select(self, user: User, message: Message, label: str) -> Sight:
        """Pick the option called *label* from whichever select has it."""
        for select in selects(message):
            for option in select["options"]:
                if option["label"] == label:
                    return await self.use_component(
                        user, message, select["custom_id"], select["type"], values=[option["value"]]
                    )
        raise CannotDoThatError(f"there is no option {label!r} to pick")

    async def use_component(
        self, user: User, message: Message, custom_id: str, kind: int, *, values: list[Any] | None = None
    ) -> Sight:
        """Use any component, there or not: an old client may still show what has gone.

        What is picked of people, roles and channels is given as it is, or by its id.
        """
        _check_sees(user, message)
        data: Json = {"custom_id": custom_id, "component_type": kind}
        if values is not None:
            data["values"] = [to_id(each) for each in values]
        if kind in SELECT_KINDS:
            named = [(SELECT_KINDS[kind], each) for each in data.get("values", [])]
            self._add_resolved(data, message.channel, user, named)
        data["id"] = next(
            (c["id"] for c in components.walk(message.components) if c.get("custom_id") == custom_id), 0
        )
        came_from = message.interaction
        return await self._act(
            InteractionType.COMPONENT,
            data,
            user=user,
            channel=message.channel,
            message=message,
            owners=came_from.owners if came_from else None,
        )

    async def submit(self, user: User, opened: Sight, **values: Any) -> Sight:
        """Fill in the modal that *opened* shows, by custom ids, and send it.

        Raises:
            CannotDoThatError: There is none, or the client would not send what is filled in.
        """
        modal = opened.modal
        if modal is None:
            raise CannotDoThatError("there is no modal to fill in")
        filled = modals.fill_in(modal, values)
        data: Json = {"custom_id": modal["custom_id"], "components": filled}
        channel = opened.interaction.channel
        self._add_resolved(data, channel, user, modals.list_named(filled))
        return await self._act(
            InteractionType.MODAL_SUBMIT,
            data,
            user=user,
            channel=channel,
            message=opened.interaction.message,
            owners=opened.interaction.owners,
        )

    def write(
        self,
        user: User,
        channel: Channel,
        content: str,
        *,
        replies_to: Message | None = None,
        pings_author: bool = True,
    ) -> Message:
        """Post an ordinary message, one that begins with ``@silent`` without a notification.

        Args:
            user: Who writes.
            channel: Where; an archived thread wakes up.
            content: As typed, mentions as ``<@id>``.
            replies_to: The message that it answers.
            pings_author: Whether that message's author is pinged, as the client does by itself.

        Raises:
            CannotDoThatError: Discord's client does not let *user* write there, or not that.
        """
        body: Json = {"content": content}
        if content.startswith("@silent "):
            body = {
                "content": content.removeprefix("@silent "),
                "flags": int(MessageFlag.SUPPRESS_NOTIFICATIONS),
            }
        if replies_to is not None:
            body["message_reference"] = {"message_id": str(replies_to.id)}
            body["allowed_mentions"] = {"parse": ["users", "everyone"], "replied_user": pings_author}
        try:
            threads.check_can_post(self._world, channel, user)
            message = make_message(self._world, channel, user, body)
        except ApiError as error:
            raise CannotDoThatError(error.message) from error
        threads.add_message(self._world, message)
        return message

    def edit(self, user: User, message: Message, content: str) -> None:
        """Change one's own message."""
        if message.author is not user or message.deleted:
            raise CannotDoThatError("that message is not theirs to change")
        try:
            threads.check_can_change(self._world, message.channel, user)
            edit_message(self._world, message, {"content": content})
        except ApiError as error:
            raise CannotDoThatError(error.message) from error

    def delete(self, user: User, message: Message) -> None:
        """Delete a message: one's own, or another's with the permission to; or dismiss a private one."""
        _check_sees(user, message)
        is_moderator = message.channel.guild is not None and self._world.may(
            user, message.channel, Permission.MANAGE_MESSAGES
        )
        if not (message.author is user or message.visible_to is user or is_moderator):
            raise CannotDoThatError("that message is not theirs to delete")
        self._world.delete_message(message)

    def start_post(
        self, user: User, forum: Channel, name: str, content: str, *, tags: Sequence[str] = ()
    ) -> Channel:
        """Begin a post in a forum; tags by their names.

        Raises:
            CannotDoThatError: Discord's client does not let *user* do this.
        """
        ids = [str(tag.id) for tag in forum.tags if tag.name in tags]
        body = {"name": name, "applied_tags": ids, "message": {"content": content}}
        try:
            return threads.start_post(self._world, forum, user, body)[0]
        except ApiError as error:
            raise CannotDoThatError(error.message) from error

    def start_thread(self, user: User, message: Message, name: str) -> Channel:
        """Begin the thread of a message.

        Raises:
            CannotDoThatError: Discord's client does not let *user* do this.
        """
        _check_sees(user, message)
        try:
            return threads.start_thread_from(self._world, message, user, {"name": name})
        except ApiError as error:
            raise CannotDoThatError(error.message) from error

    def visible(self, user: User, channel: Channel) -> list[Message]:
        """Return what *user* sees in *channel*, oldest first."""
        return [m for m in channel.messages if not m.deleted and m.visible_to in (None, user)]

    async def _act(
        self,
        kind: InteractionType,
        data: Json,
        *,
        user: User,
        channel: Channel,
        message: Message | None = None,
        owners: dict[str, str] | None = None,
    ) -> Sight:
        if channel.guild is not None and user.id not in channel.guild.members:
            raise CannotDoThatError(f"{user.name} is not in {channel.guild.name}")
        if not self._world.may(user, channel, Permission.VIEW_CHANNEL):
            raise CannotDoThatError(f"{user.name} does not see that channel")
        if channel.thread is not None and channel.thread.archived:
            raise CannotDoThatError("the thread is archived; a message wakes it up")
        interaction = self._world.add_interaction(
            kind, data, user=user, channel=channel, message=message, owners=owners
        )
        try:
            async with asyncio.timeout(self.patience_s):
                await interaction.settled.wait()
        except TimeoutError:
            if interaction.answer_type is None:
                return Sight(interaction=interaction, message=None, failure=NO_ANSWER)
        seen = interaction.followups[-1] if interaction.followups else interaction.original
        return Sight(interaction=interaction, message=seen)

    def _add_resolved(self, data: Json, channel: Channel, user: User, named: list[tuple[str, str]]) -> None:
        if named:
            data["resolved"] = resolve_named(self._world, channel, user, named)

    def _owners(self, path: list[Json], user: User, channel: Channel) -> dict[str, str]:
        return find_owners(self._world, path[0], user, channel)

    def _find_offered(self, user: User, channel: Channel, name: str, *, kind: int) -> Json:
        for command in list_offered(self._world, user, channel, kind=kind):
            if command["name"] == name:
                return command
        raise CannotDoThatError(f"Discord knows no command {name!r} here")

    def _find_command(self, user: User, channel: Channel, name: str) -> list[Json]:
        """Return the registered command, and the sub-commands down from it."""
        first, *rest = name.split()
        return filling.find_leaf(self._find_offered(user, channel, first, kind=CHAT_COMMAND), rest)


def _check_sees(user: User, message: Message) -> None:
    if message.deleted or message.visible_to not in (None, user):
        raise CannotDoThatError(f"{user.name} does not see that message")
