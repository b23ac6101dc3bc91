"""The loopback Slack as the page sees it: what people do there, and what they then see."""

from collections.abc import Sequence
from typing import Any

import yaml

from readbot.playground.deeds import Deed, DeedError, Json, Push
from readbot.playground.loopback_slack import (
    Change,
    ChangeKind,
    Channel,
    ChannelKind,
    LoopbackSlack,
    Message,
    NotDeliveredError,
    Seen,
    View,
)
from readbot.playground.loopback_slack.shapes import to_json, view_json
from readbot.playground.loopback_slack.state import SlackError
from readbot.playground.scene import PEOPLE, slack_id


class SlackSide:
    """Implements :class:`readbot.playground.deeds.Side`."""

    name = "slack"

    def __init__(self, slack: LoopbackSlack, manifest: str, push: Push) -> None:
        """Watch *slack* from now on; *manifest* tells what the app offers there, as Slack would know it."""
        self._slack = slack
        self._team = slack.team()
        self._push = push
        app: Json = yaml.safe_load(manifest) or {}
        self._features: Json = app.get("features") or {}
        slack.app.take_manifest(app)
        # Whoever installed it let it do all that it asks for.
        self._team.scopes = slack.app.scopes or self._team.scopes
        self._keys = {slack_id(person): person.key for person in PEOPLE}
        self._ids = {key: user for user, key in self._keys.items()}
        slack.observe(self._take)

    def describe_world(self) -> Json:
        return {
            "name": self.name,
            "label": "Slack",
            "workspace": self._team.name,
            "bot": {"id": self._team.bot_user_id, "name": "readbot"},
            "people": self._ids,
            "channels": [self._describe_channel(channel) for channel in self._team.channels.values()],
            "commands": [
                {
                    "name": command["command"],
                    "description": command.get("description", ""),
                    "usage": command.get("usage_hint", ""),
                    "options": None,
                }
                for command in self._features.get("slash_commands", ())
            ],
            "shortcuts": [
                {"id": shortcut["callback_id"], "name": shortcut["name"]}
                for shortcut in self._features.get("shortcuts", ())
                if shortcut["type"] == "message"
            ],
            "has_home": bool((self._features.get("app_home") or {}).get("home_tab_enabled")),
        }

    def list_messages(self) -> Sequence[Json]:
        return [self._describe_message(message) for message in self._team.messages]

    def list_homes(self) -> Sequence[Json]:
        return [self._describe_view(view) for view in self._team.homes.values()]

    async def do(self, deed: Deed) -> Any:
        user = self._ids.get(deed.person)
        if user is None:
            raise DeedError(f"Nobody here is called {deed.person}.")
        try:
            return await self._do(deed, user)
        except (SlackError, NotDeliveredError, LookupError) as error:
            raise DeedError(f"Slack did not do that: {error}") from error

    async def _do(self, deed: Deed, user: str) -> Any:
        match deed.what:
            case "command":
                return await self._command(deed, user)
            case "say":
                return await self._say(deed, user)
            case "press":
                where = self._find_place(deed)
                seen = await self._slack.use(where, deed.mapping("action"), user=user)
                _check(seen, "The button", shows_something=True)
            case "options":
                return await self._slack.options(
                    self._find_place(deed), deed.text("typed"), user=user, menu=deed.text("action_id")
                )
            case "shortcut":
                message = self._find_message(deed)
                name = deed.text("shortcut")
                seen = await self._slack.shortcut(name, user=user, message=message)
                _check(seen, "The shortcut", shows_something=True)
            case "submit":
                return await self._submit(deed, user)
            case "close":
                await self._slack.close(self._find_view(deed), user=user)
            case "dismiss":
                self._remove(deed, only_for=user, by=self._team.bot_user_id)
            case "delete":
                self._remove(deed, only_for=None, by=user)
            case "open_home":
                _check(await self._slack.open_home(user), "App Home")
            case other:
                raise DeedError(f"Slack has no {other!r}.")
        return None

    async def _command(self, deed: Deed, user: str) -> None:
        command = deed.text("name")
        if command not in {known["command"] for known in self._features.get("slash_commands", ())}:
            raise DeedError(f"{command} is no command here. Type / to see what there is.")
        seen = await self._slack.command(
            deed.text("text"), user=user, channel=deed.text("channel"), command=command
        )
        _check(seen, command)

    async def _say(self, deed: Deed, user: str) -> None:
        """Post what somebody wrote, and tell the app of it where it listens to that."""
        seen = await self._slack.tell(
            deed.text("text"), user=user, channel=deed.text("channel"), thread_ts=deed.find_text("thread")
        )
        _check(seen, "The message")

    async def _submit(self, deed: Deed, user: str) -> Json:
        """Submit a modal; return the fields' errors, empty where the app took it."""
        seen = await self._slack.submit(self._find_view(deed), deed.mapping("values"), user=user)
        _check(seen, "The form")
        return {"errors": seen.ack.body["errors"]} if seen.ack and "errors" in seen.ack.body else {}

    def _remove(self, deed: Deed, *, only_for: str | None, by: str) -> None:
        message = self._find_message(deed)
        if message.only_for != only_for or message.user != by:
            raise DeedError("That message is not yours to remove.")
        self._team.remove_message(message)

    def _find_place(self, deed: Deed) -> Message | View:
        return self._find_view(deed) if deed.find_text("view") else self._find_message(deed)

    def _find_message(self, deed: Deed) -> Message:
        return self._team.find_message(deed.text("channel"), deed.text("message"))

    def _find_view(self, deed: Deed) -> View:
        wanted = deed.text("view")
        homes = {view.id: view for view in self._team.homes.values()}
        view = self._team.views.get(wanted) or homes.get(wanted)
        if view is None:
            raise DeedError("That form is closed already.")
        return view

    def _take(self, change: Change) -> None:
        """Tell the page of something that happened in the workspace."""
        match change.kind, change.item:
            case ChangeKind.DELETED, Message() as message:
                self._push(
                    {"event": "gone", "platform": self.name, "channel": message.channel, "id": message.ts}
                )
            case _, Message() as message:
                self._push({"event": "message", "message": self._describe_message(message)})
            case ChangeKind.VIEW_CLOSED, View() as view:
                self._push({"event": "view_closed", "platform": self.name, "id": view.id})
            case ChangeKind.HOME_PUBLISHED, View() as view:
                self._push({"event": "home", "view": self._describe_view(view)})
            case _, View() as view:
                self._push({"event": "view", "view": self._describe_view(view)})

    def _describe_channel(self, channel: Channel) -> Json:
        described: Json = {"id": channel.id, "name": channel.name or "readbot", "kind": "channel"}
        if channel.kind is ChannelKind.DIRECT:
            described["kind"] = "direct"
        if channel.kind is not ChannelKind.PUBLIC:
            described["people"] = [self._keys[user] for user in channel.members if user in self._keys]
        return described

    def _describe_message(self, message: Message) -> Json:
        author = self._team.users[message.user]
        return {
            "platform": self.name,
            "channel": message.channel,
            "id": message.ts,
            "author": {"id": author.id, "name": author.real_name or author.name, "bot": author.is_bot},
            "at": int(float(message.ts) * 1000),
            "only_for": message.only_for,
            "thread": message.thread_ts,
            "edited": message.is_edited,
            "answers": None,
            "reply_to": None,
            "payload": to_json(self._team, message),
        }

    def _describe_view(self, view: View) -> Json:
        return {
            "platform": self.name,
            "id": view.id,
            "person": self._keys[view.user],
            "payload": view_json(self._team, view),
        }


def _check(seen: Seen, what: str, *, shows_something: bool = False) -> None:
    """Pass unless Slack would show a failure, or nothing where the person waits for something.

    Raises:
        DeedError: It would.
    """
    if seen.problem:
        raise DeedError(f"{what} failed. Slack says: {seen.problem}")
    if shows_something and not seen.shown and not seen.views and not (seen.ack and seen.ack.body):
        raise DeedError(f"{what}: no answer arrived in Slack. The inspector shows what went wrong.")
