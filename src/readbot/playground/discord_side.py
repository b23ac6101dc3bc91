"""The loopback Discord as the page sees it: what people do there, and what they then see."""

from collections.abc import Iterator, Sequence
from typing import Any

from readbot.playground.deeds import Deed, DeedError, Json, Push
from readbot.playground.loopback_discord import CannotDoThatError, LoopbackDiscord, Sight, message_payloads
from readbot.playground.loopback_discord.registry import SUB_COMMAND, SUB_COMMAND_GROUP
from readbot.playground.loopback_discord.world import (
    Change,
    Channel,
    Interaction,
    InteractionType,
    Message,
    User,
)
from readbot.playground.scene import DiscordScene
from readbot.playground.wire import Wire

_CHAT_COMMAND, _MESSAGE_COMMAND = 1, 3
_INTEGER, _BOOLEAN, _NUMBER = 4, 5, 10


class DiscordSide:
    """Implements :class:`readbot.playground.deeds.Side`."""

    name = "discord"

    def __init__(self, discord: LoopbackDiscord, scene: DiscordScene, push: Push, wire: Wire) -> None:
        self._world = discord.world
        self._people = discord.people
        self._scene = scene
        self._push = push
        self._wire = wire
        #: Modals that somebody has open, by the page's id.
        self._opened: dict[str, Sight] = {}
        self._world.observe(self._take)

    def describe_world(self) -> Json:
        return {
            "name": self.name,
            "label": "Discord",
            "workspace": self._scene.channels[0].guild.name if self._scene.channels[0].guild else "",
            "bot": {"id": str(self._world.bot.id), "name": self._world.bot.name},
            "people": {key: str(user.id) for key, user in self._scene.users.items()},
            "channels": [
                *(
                    {"id": str(channel.id), "name": channel.name, "kind": "channel"}
                    for channel in self._scene.channels
                ),
                *(
                    {"id": str(channel.id), "name": self._world.bot.name, "kind": "direct", "people": [key]}
                    for key, channel in self._scene.direct.items()
                ),
            ],
            "commands": list(self._describe_commands()),
            "shortcuts": [
                {"id": command["name"], "name": command["name"]}
                for command in self._registered()
                if command["type"] == _MESSAGE_COMMAND
            ],
            "has_home": False,
        }

    def list_messages(self) -> Sequence[Json]:
        shown = [
            message
            for channel in (*self._scene.channels, *self._scene.direct.values())
            for message in channel.messages
            if not message.deleted
        ]
        return [self._describe_message(message) for message in sorted(shown, key=lambda each: each.id)]

    def list_homes(self) -> Sequence[Json]:
        return []

    async def do(self, deed: Deed) -> Any:
        user = self._scene.users.get(deed.person)
        if user is None:
            raise DeedError(f"Nobody here is called {deed.person}.")
        try:
            return await self._do(deed, user)
        except CannotDoThatError as error:
            raise DeedError(f"Discord did not do that: {error}") from error

    async def _do(self, deed: Deed, user: User) -> Any:
        match deed.what:
            case "command":
                name, options = deed.text("name"), deed.mapping("options")
                channel = self._find_channel(deed)
                self._see(await self._people.command(user, channel, name, **options), user)
            case "complete":
                name, option, typed = deed.text("name"), deed.text("option"), deed.text("typed")
                others = deed.mapping("options")
                channel = self._find_channel(deed)
                return await self._people.autocomplete(user, channel, name, option, typed, **others)
            case "say":
                words = deed.text("text").replace("@readbot", f"<@{self._world.bot.id}>")
                self._people.write(user, self._find_channel(deed), words)
            case "press":
                action = deed.mapping("action")
                message = self._find_message(deed)
                sight = await self._people.use_component(
                    user,
                    message,
                    str(action.get("custom_id")),
                    int(action.get("type") or 0),
                    values=action.get("values"),
                )
                self._see(sight, user)
            case "shortcut":
                message = self._find_message(deed)
                self._see(await self._people.menu_command(user, message, deed.text("shortcut")), user)
            case "submit":
                return await self._submit(deed, user)
            case "close":
                self._close(deed.text("view"))
            case "dismiss":
                self._remove(deed, visible_to=user, author=self._world.bot)
            case "delete":
                self._remove(deed, visible_to=None, author=user)
            case other:
                raise DeedError(f"Discord has no {other!r}.")
        return None

    async def _submit(self, deed: Deed, user: User) -> Json:
        opened = self._opened.get(deed.text("view"))
        if opened is None:
            raise DeedError("That form is closed already.")
        sight = await self._people.submit(user, opened, **deed.mapping("values"))
        self._see(sight, user)
        self._close(deed.text("view"))
        return {}

    def _see(self, sight: Sight, user: User) -> None:
        """Open the modal that came of it, if one did.

        Raises:
            DeedError: Nobody answered in time.
        """
        if sight.failure:
            raise DeedError(f"Discord says: {sight.failure}.")
        if sight.modal is None:
            return
        view_id = str(sight.interaction.id)
        self._opened[view_id] = sight
        person = next(key for key, known in self._scene.users.items() if known is user)
        view = {"platform": self.name, "id": view_id, "person": person, "payload": sight.modal}
        self._push({"event": "view", "view": view})

    def _close(self, view_id: str) -> None:
        self._opened.pop(view_id, None)
        self._push({"event": "view_closed", "platform": self.name, "id": view_id})

    def _remove(self, deed: Deed, *, visible_to: User | None, author: User) -> None:
        message = self._find_message(deed)
        if message.visible_to is not visible_to or message.author is not author:
            raise DeedError("That message is not yours to remove.")
        self._world.delete_message(message)

    def _find_channel(self, deed: Deed) -> Channel:
        wanted = deed.text("channel")
        for channel in (*self._scene.channels, *self._scene.direct.values()):
            if str(channel.id) == wanted:
                return channel
        raise DeedError("There is no such channel any more.")

    def _find_message(self, deed: Deed) -> Message:
        wanted = deed.text("message")
        for message in self._find_channel(deed).messages:
            if str(message.id) == wanted and not message.deleted:
                return message
        raise DeedError("That message is gone.")

    def _take(self, change: Change) -> None:
        """Tell the page of something that happened in the world."""
        match change.what, change.subject:
            case "delete", Message() as message:
                channel = str(message.channel.id)
                self._push(
                    {"event": "gone", "platform": self.name, "channel": channel, "id": str(message.id)}
                )
            case "message" | "edit", Message() as message:
                self._push({"event": "message", "message": self._describe_message(message)})
            case "interaction", Interaction() as interaction:
                payload = message_payloads.interaction(interaction, self._world)
                self._wire.add(self.name, _name_interaction(interaction), payload, to_bot=True)
            case "commands", _:
                self._push({"event": "world", "world": self.describe_world()})

    def _registered(self) -> Iterator[Json]:
        for commands in self._world.commands.values():
            yield from commands

    def _describe_commands(self) -> Iterator[Json]:
        """Describe every command that can be sent, sub-commands behind a space."""
        for command in self._registered():
            if command["type"] == _CHAT_COMMAND:
                yield from _describe_command(command, f"/{command['name']}")

    def _describe_message(self, message: Message) -> Json:
        interaction = message.interaction
        answers = None
        if interaction is not None and interaction.type is InteractionType.COMMAND:
            answers = {"who": interaction.user.name, "command": _name_interaction(interaction)}
        return {
            "platform": self.name,
            "channel": str(message.channel.id),
            "id": str(message.id),
            "author": {"id": str(message.author.id), "name": message.author.name, "bot": message.author.bot},
            "at": int(message.created_at * 1000),
            "only_for": str(message.visible_to.id) if message.visible_to else None,
            "thread": None,
            "edited": message.edited_at is not None and message.visible_to is None,
            "answers": answers,
            "reply_to": str(message.replies_to.id) if message.replies_to else None,
            "payload": message_payloads.message(message),
        }


def _describe_command(command: Json, name: str) -> Iterator[Json]:
    options = command.get("options") or []
    inner = [option for option in options if option["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP)]
    for sub_command in inner:
        yield from _describe_command(sub_command, f"{name} {sub_command['name']}")
    if not inner:
        described = [_describe_option(option) for option in options]
        yield {
            "name": name,
            "description": command["description"],
            "usage": " ".join(
                each["name"] if each["required"] else f"[{each['name']}]" for each in described
            ),
            "options": described,
        }


def _describe_option(option: Json) -> Json:
    kinds = {_BOOLEAN: "switch", _INTEGER: "number", _NUMBER: "number"}
    described = {
        "name": option["name"],
        "type": kinds.get(option["type"], "text"),
        "description": option["description"],
        "required": bool(option.get("required")),
        "autocomplete": bool(option.get("autocomplete")),
        "choices": option.get("choices") or [],
    }
    limits = {"max_length": "max_length", "min_value": "min", "max_value": "max"}
    return described | {ours: option[theirs] for theirs, ours in limits.items() if theirs in option}


def _name_interaction(interaction: Interaction) -> str:
    """Name what a person did: a command with its sub-commands, or what was used."""
    data = interaction.data
    match interaction.type:
        case InteractionType.COMMAND | InteractionType.AUTOCOMPLETE:
            words = [data["name"]]
            options = data.get("options") or []
            while options and options[0]["type"] in (SUB_COMMAND, SUB_COMMAND_GROUP):
                words.append(options[0]["name"])
                options = options[0].get("options") or []
            sign = "/" if data.get("type", 1) == _CHAT_COMMAND else ""
            typing = " (typing)" if interaction.type is InteractionType.AUTOCOMPLETE else ""
            return f"{sign}{' '.join(words)}{typing}"
        case _:
            return f"{interaction.type.name.lower().replace('_', ' ')} {data.get('custom_id', '')}"
