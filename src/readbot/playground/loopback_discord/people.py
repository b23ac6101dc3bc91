"""What a person does in Discord's client, and what they then see."""

import asyncio
from dataclasses import dataclass
from typing import Any

from readbot.playground.loopback_discord import components
from readbot.playground.loopback_discord.errors import ApiError
from readbot.playground.loopback_discord.message_payloads import message as to_json
from readbot.playground.loopback_discord.messages import make_message
from readbot.playground.loopback_discord.registry import SUB_COMMAND, SUB_COMMAND_GROUP
from readbot.playground.loopback_discord.threads import add_message, check_can_post
from readbot.playground.loopback_discord.world import (
    ANSWER_WITHIN_S,
    CallbackType,
    Channel,
    Interaction,
    InteractionType,
    Message,
    User,
    World,
)

Json = dict[str, Any]

#: What Discord's client says below a command that nobody answered in time.
NO_ANSWER = "The application did not respond"

_STRING, _INTEGER, _BOOLEAN, _NUMBER = 3, 4, 5, 10

#: What an option's value may be; other types carry an id as text. A bool is an int to Python only.
_VALUES: dict[int, tuple[type[Any], ...]] = {_INTEGER: (int,), _BOOLEAN: (bool,), _NUMBER: (int, float)}
_NAMES = {_INTEGER: "a whole number", _BOOLEAN: "true or false", _NUMBER: "a number"}
_MAX_VALUE_LENGTH = 6000
_MAX_NUMBER = 2**53


class CannotDoThatError(Exception):
    """Discord's client would not let a person do this: no such command, option or button."""


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
            options: By name, as the person fills them in.

        Raises:
            CannotDoThatError: Discord's client offers no such command or option there, or would
                not send the value.
        """
        command, path, leaf = self._find_command(channel, name)
        filled = [_fill_option(leaf, key, value) for key, value in options.items() if value is not None]
        missing = [o["name"] for o in _value_options(leaf) if o.get("required") and o["name"] not in options]
        if missing:
            raise CannotDoThatError(f"/{name} needs {', '.join(missing)}")
        data = _command_data(command, path, filled)
        return await self._act(InteractionType.COMMAND, data, user=user, channel=channel)

    async def autocomplete(
        self, user: User, channel: Channel, name: str, option: str, typed: str, /, **others: Any
    ) -> list[Json]:
        """Type into an option of a command and return what Discord offers: name and value each."""
        command, path, leaf = self._find_command(channel, name)
        if not _find_option(leaf, option).get("autocomplete"):
            raise CannotDoThatError(f"option {option} of /{name} has no autocomplete")
        filled = [_fill_option(leaf, key, value) for key, value in others.items()]
        filled.append({"name": option, "type": _STRING, "value": typed, "focused": True})
        data = _command_data(command, path, filled)
        sight = await self._act(InteractionType.AUTOCOMPLETE, data, user=user, channel=channel)
        return list(sight.interaction.answer.get("choices", []))

    async def menu_command(self, user: User, message: Message, name: str) -> Sight:
        """Pick a command from a message's context menu (Apps)."""
        command = self._find_registered(message.channel, name, kind=3)
        data = {
            "id": command["id"],
            "name": command["name"],
            "type": 3,
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): to_json(message)}},
        }
        return await self._act(InteractionType.COMMAND, data, user=user, channel=message.channel)

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
        self, user: User, message: Message, custom_id: str, kind: int, *, values: list[str] | None = None
    ) -> Sight:
        """Use any component, there or not: an old client may still show what has gone."""
        if message.deleted or (message.visible_to is not None and message.visible_to is not user):
            raise CannotDoThatError(f"{user.name} does not see that message")
        data: Json = {"custom_id": custom_id, "component_type": kind}
        if values is not None:
            data["values"] = values
        data["id"] = next(
            (c["id"] for c in components.walk(message.components) if c.get("custom_id") == custom_id), 0
        )
        return await self._act(
            InteractionType.COMPONENT, data, user=user, channel=message.channel, message=message
        )

    async def submit(self, user: User, opened: Sight, **values: str) -> Sight:
        """Fill in the modal that *opened* shows, by custom ids, and send it."""
        modal = opened.modal
        if modal is None:
            raise CannotDoThatError("there is no modal to fill in")
        data = {
            "custom_id": modal["custom_id"],
            "components": [_fill_row(row, values) for row in modal["components"]],
        }
        return await self._act(
            InteractionType.MODAL_SUBMIT,
            data,
            user=user,
            channel=opened.interaction.channel,
            message=opened.interaction.message,
        )

    def write(self, user: User, channel: Channel, content: str) -> Message:
        """Post an ordinary message.

        Raises:
            CannotDoThatError: Discord's client does not let *user* write there, or not that much.
        """
        try:
            check_can_post(self._world, channel, user)
            message = make_message(self._world, channel, user, {"content": content})
        except ApiError as error:
            raise CannotDoThatError(error.message) from error
        add_message(self._world, message)
        return message

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
    ) -> Sight:
        if channel.guild is not None and user.id not in channel.guild.members:
            raise CannotDoThatError(f"{user.name} is not in {channel.guild.name}")
        interaction = self._world.add_interaction(kind, data, user=user, channel=channel, message=message)
        try:
            async with asyncio.timeout(self.patience_s):
                await interaction.settled.wait()
        except TimeoutError:
            if interaction.answer_type is None:
                return Sight(interaction=interaction, message=None, failure=NO_ANSWER)
        seen = interaction.followups[-1] if interaction.followups else interaction.original
        return Sight(interaction=interaction, message=seen)

    def _find_registered(self, channel: Channel, name: str, *, kind: int) -> Json:
        scopes = [channel.guild.id, None] if channel.guild else [None]
        for scope in scopes:
            for command in self._world.commands.get(scope, []):
                if command["name"] == name and command["type"] == kind and _is_offered(command, channel):
                    return command
        raise CannotDoThatError(f"Discord knows no command {name!r} here")

    def _find_command(self, channel: Channel, name: str) -> tuple[Json, list[Json], Json]:
        """Return the registered command, the sub-commands down from it, and the last of all."""
        first, *rest = name.split()
        command = self._find_registered(channel, first, kind=1)
        path: list[Json] = []
        leaf = command
        for word in rest:
            leaf = next(
                (
                    o
                    for o in leaf.get("options", [])
                    if o["name"] == word and o["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP)
                ),
                {},
            )
            if not leaf:
                raise CannotDoThatError(f"Discord knows no command /{name}")
            path.append(leaf)
        if any(o["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP) for o in leaf.get("options", [])):
            raise CannotDoThatError(f"/{name} needs a sub-command")
        return command, path, leaf


def _is_offered(command: Json, channel: Channel) -> bool:
    contexts = command.get("contexts")
    return contexts is None or (0 if channel.guild else 1) in contexts


def _value_options(leaf: Json) -> list[Json]:
    return [o for o in leaf.get("options", []) if o["type"] not in (SUB_COMMAND, SUB_COMMAND_GROUP)]


def _find_option(leaf: Json, name: str) -> Json:
    for option in _value_options(leaf):
        if option["name"] == name:
            return option
    raise CannotDoThatError(f"/{leaf['name']} has no option {name!r}")


def _fill_option(leaf: Json, name: str, value: Any) -> Json:
    """Return an option as the client sends it; it would not send what the option forbids."""
    option = _find_option(leaf, name)
    choices = {choice["value"]: choice["name"] for choice in option.get("choices", [])}
    if choices and value not in choices:
        raise CannotDoThatError(
            f"{value!r} is no choice of option {name}; there are {', '.join(choices.values())}"
        )
    kinds = _VALUES.get(option["type"], (str,))
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise CannotDoThatError(f"option {name} takes {_NAMES.get(option['type'], 'text')}, not {value!r}")
    if isinstance(value, str):
        _check_length(option, value)
    else:
        _check_range(option, value)
    return {"name": name, "type": option["type"], "value": value}


def _check_length(option: Json, value: str) -> None:
    if not option.get("min_length", 0) <= len(value) <= option.get("max_length", _MAX_VALUE_LENGTH):
        raise CannotDoThatError(f"{value!r} is too long or too short for option {option['name']}")


def _check_range(option: Json, value: float) -> None:
    least, most = option.get("min_value", -_MAX_NUMBER), option.get("max_value", _MAX_NUMBER)
    if not least <= value <= most:
        raise CannotDoThatError(f"option {option['name']} takes a number from {least} to {most}, not {value}")


def _command_data(command: Json, path: list[Json], filled: list[Json]) -> Json:
    options = filled
    for step in reversed(path):
        options = [{"name": step["name"], "type": step["type"], "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": 1, "options": options}
    if "guild_id" in command:
        data["guild_id"] = command["guild_id"]
    return data


def _fill_row(row: Json, values: dict[str, str]) -> Json:
    """Fill in a modal's row: a Label around one component, or an action row with one."""
    if row["type"] == components.LABEL:
        return {"type": row["type"], "component": _fill_input(row["component"], values)}
    return {"type": row["type"], "components": [_fill_input(each, values) for each in row["components"]]}


def _fill_input(field: Json, values: dict[str, str]) -> Json:
    value = values.get(field["custom_id"], field.get("value", ""))
    if field["type"] == components.STRING_SELECT:
        return {"type": field["type"], "custom_id": field["custom_id"], "values": [value] if value else []}
    return {"type": field["type"], "custom_id": field["custom_id"], "value": value}
