"""The loopback Discord as the page sees it: what people do there, and what they then see."""

import re
from collections.abc import Sequence
from typing import Any

from readbot.playground.deeds import Deed, DeedError, Json, Push
from readbot.playground.discord_offers import describe_offers, describe_registered
from readbot.playground.loopback_discord import CannotDoThatError, LoopbackDiscord, Sight, message_payloads
from readbot.playground.loopback_discord.locales import LOCALES
from readbot.playground.loopback_discord.model import (
    Change,
    Channel,
    Interaction,
    InteractionType,
    Message,
    MessageFlag,
    User,
)
from readbot.playground.loopback_discord.people import CHAT_COMMAND
from readbot.playground.loopback_discord.registry import SUB_COMMAND, SUB_COMMAND_GROUP
from readbot.playground.scene import DiscordScene
from readbot.playground.wire import Wire


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
            "channels": [self._describe_channel(channel) for channel in self._list_places()],
            "locales": {key: user.locale for key, user in self._scene.users.items()},
            "languages": [{"code": code, "name": name} for code, name in LOCALES.items()],
            **describe_registered(self._world),
            "has_home": False,
        }

    def list_messages(self) -> Sequence[Json]:
        shown = [
            message for channel in self._list_places() for message in channel.messages if not message.deleted
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
            case _:
                return self._do_without_bot(deed, user)
        return None

    def _do_without_bot(self, deed: Deed, user: User) -> Any:
        """Do what Discord does by itself; the bot only hears of it."""
        match deed.what:
            case "say":
                replies_to = self._find_message(deed) if deed.find_text("message") else None
                words = self._with_mentions(deed.text("text"))
                self._people.write(user, self._find_channel(deed), words, replies_to=replies_to)
            case "offers":
                return describe_offers(self._world, user, self._find_channel(deed))
            case "language":
                self._speak(user, deed.text("locale"))
            case "post":
                words = self._with_mentions(deed.text("text"))
                tags = [deed.text("tag")] if deed.find_text("tag") else []
                post = self._people.start_post(
                    user, self._find_channel(deed), deed.text("name"), words, tags=tags
                )
                return {"channel": str(post.id)}
            case "thread":
                thread = self._people.start_thread(user, self._find_message(deed), deed.text("name"))
                return {"channel": str(thread.id)}
            case "dismiss" | "delete":
                self._people.delete(user, self._find_message(deed))
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

    def _speak(self, user: User, locale: str) -> None:
        """Set somebody's client to another language."""
        if locale not in LOCALES:
            raise DeedError("Discord does not speak that language.")
        user.locale = locale
        self._push({"event": "world", "world": self.describe_world()})

    def _with_mentions(self, words: str) -> str:
        """Return what is typed with the bot and people mentioned, as the client sends it."""
        for user in (self._world.bot, *self._scene.users.values()):
            words = re.sub(rf"@{re.escape(user.name)}\b", f"<@{user.id}>", words)
        return words

    def _list_places(self) -> list[Channel]:
        """Return the server's channels, each with its threads behind it, and the direct messages."""
        guild = self._scene.channels[0].guild
        assert guild is not None  # noqa: S101 - the scene's channels are a server's
        places = []
        for channel in guild.channels:
            places += [channel, *(each for each in guild.threads if each.holder is channel)]
        return [*places, *self._scene.direct.values()]

    def _describe_channel(self, channel: Channel) -> Json:
        described: Json = {"id": str(channel.id), "name": channel.name, "kind": "channel"}
        thread = channel.thread
        if channel.guild is None:
            people = [key for key, direct in self._scene.direct.items() if direct is channel]
            return described | {"name": self._world.bot.name, "kind": "direct", "people": people}
        if channel.type.holds_posts:
            return described | {"kind": "forum", "tags": [tag.name for tag in channel.tags]}
        if thread is None:
            return described
        tags = [tag.name for tag in thread.parent.tags if tag.id in thread.applied_tags]
        return described | {
            "kind": "thread",
            "parent": str(thread.parent.id),
            "tags": tags,
            "archived": thread.archived,
            "locked": thread.locked,
        }

    def _find_channel(self, deed: Deed) -> Channel:
        wanted = deed.text("channel")
        for channel in self._list_places():
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
            case what, _ if what == "commands" or what.startswith(("thread_", "channel_")):
                self._push({"event": "world", "world": self.describe_world()})

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
            "silent": bool(message.flags & MessageFlag.SUPPRESS_NOTIFICATIONS),
            "reply_to": str(message.replies_to.id) if message.replies_to else None,
            "payload": message_payloads.message(message),
        }


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
            sign = "/" if data.get("type", 1) == CHAT_COMMAND else ""
            typing = " (typing)" if interaction.type is InteractionType.AUTOCOMPLETE else ""
            return f"{sign}{' '.join(words)}{typing}"
        case _:
            return f"{interaction.type.name.lower().replace('_', ' ')} {data.get('custom_id', '')}"
