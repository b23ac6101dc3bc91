"""The loopback Slack as the page sees it: what people do there, and what they then see."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
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
    Workspace,
)
from readbot.playground.loopback_slack.shapes import to_json, view_json
from readbot.playground.loopback_slack.state import SlackError
from readbot.playground.scene import PEOPLE, slack_id

#: Slack's own command, as far as it is needed here: the bot may come into a channel.
_INVITE = "/invite"


class SlackSide:
    """Implements :class:`readbot.playground.deeds.Side`.

    The page shows one workspace at a time; what happens in the others is told to it as well.
    """

    name = "slack"

    def __init__(
        self, slack: LoopbackSlack, manifest: str, push: Push, *, install_url: str | None = None
    ) -> None:
        """Watch *slack* from now on.

        Args:
            slack: With the people of the scene in every workspace.
            manifest: Tells what the app offers there, as Slack would know it.
            push: Tells the page.
            install_url: Where the app lets people install it.
        """
        self._slack = slack
        self._team = slack.team()
        self._push = push
        self._install_url = install_url
        # libyaml's loader: PyYAML's own takes a good part of a start.
        app: Json = yaml.load(manifest, yaml.CSafeLoader) or {}
        self._features: Json = app.get("features") or {}
        slack.app.take_manifest(app)
        self._keys = {slack_id(person): person.key for person in PEOPLE}
        self._ids = {key: user for user, key in self._keys.items()}
        slack.observe(self._take)

    def describe_world(self) -> Json:
        features = self._features if self._team.grant else {}
        return {
            "name": self.name,
            "label": "Slack",
            "workspace": self._team.name,
            "workspace_id": self._team.id,
            "workspaces": [
                {"id": team.id, "name": team.name, "has_app": team.grant is not None}
                for team in self._slack.workspaces.values()
            ],
            "install_url": self._install_url,
            "bot": {"id": self._team.bot_user_id, "name": "readbot"},
            "people": self._ids,
            "channels": [
                self._describe_channel(channel)
                for channel in self._team.channels.values()
                if channel.kind is not ChannelKind.DIRECT or self._team.grant
            ],
            "commands": _commands(features),
            "shortcuts": [
                {"id": shortcut["callback_id"], "name": shortcut["name"]}
                for shortcut in features.get("shortcuts", ())
                if shortcut["type"] == "message"
            ],
            "has_home": bool((features.get("app_home") or {}).get("home_tab_enabled")),
        }

    def list_messages(self) -> Sequence[Json]:
        return [
            self._describe_message(team, message)
            for team in self._slack.workspaces.values()
            for message in team.messages
        ]

    def list_homes(self) -> Sequence[Json]:
        return [
            self._describe_view(team, view)
            for team in self._slack.workspaces.values()
            for view in team.homes.values()
        ]

    async def do(self, deed: Deed) -> Any:
        user = self._ids.get(deed.person)
        if user is None:
            raise DeedError(f"Nobody here is called {deed.person}.")
        does = _DEEDS.get(deed.what)
        if does is None:
            raise DeedError(f"Slack has no {deed.what!r}.")
        try:
            return await does(self, deed, user)
        except (SlackError, NotDeliveredError, LookupError) as error:
            raise DeedError(f"Slack did not do that: {error}") from error

    async def _command(self, deed: Deed, user: str) -> None:
        command, channel = deed.text("name"), deed.text("channel")
        if command == _INVITE:
            return self._invite(deed.text("text"), channel)
        if command not in {known["name"] for known in self.describe_world()["commands"]}:
            raise DeedError(f"{command} is no command here. Type / to see what there is.")
        seen = await self._slack.command(
            deed.text("text"), user=user, channel=channel, command=command, workspace=self._team.id
        )
        _check(seen, command)
        return None

    def _invite(self, whom: str, channel_id: str) -> None:
        """Let the bot into a channel; everybody else is in all of them."""
        if whom.strip() != "@readbot":
            raise DeedError("Only @readbot can be invited here: everybody else is in already.")
        self._team.find_channel(channel_id).members.add(self._team.installed.bot_user_id)

    async def _say(self, deed: Deed, user: str) -> None:
        """Post what somebody wrote, and tell the app of it where it listens to that."""
        seen = await self._slack.tell(
            deed.text("text"),
            user=user,
            channel=deed.text("channel"),
            thread_ts=deed.find_text("thread"),
            workspace=self._team.id,
        )
        _check(seen, "The message")

    async def _press(self, deed: Deed, user: str) -> None:
        where = self._find_place(deed, user)
        seen = await self._slack.use(where, deed.mapping("action"), user=user, workspace=self._team.id)
        _check(seen, "The button", shows_something=True)

    async def _offer(self, deed: Deed, user: str) -> list[Json]:
        """Return what an external menu offers for what somebody has typed."""
        where, menu = self._find_place(deed, user), deed.text("action_id")
        return await self._slack.options(
            where, deed.text("typed"), user=user, menu=menu, workspace=self._team.id
        )

    async def _shortcut(self, deed: Deed, user: str) -> None:
        message, name = self._find_message(deed), deed.text("shortcut")
        seen = await self._slack.shortcut(name, user=user, message=message, workspace=self._team.id)
        _check(seen, "The shortcut", shows_something=True)

    async def _submit(self, deed: Deed, user: str) -> Json:
        """Submit a modal; return the fields' errors, empty where the app took it."""
        seen = await self._slack.submit(
            self._find_view(deed), deed.mapping("values"), user=user, workspace=self._team.id
        )
        _check(seen, "The form")
        return {"errors": seen.ack.body["errors"]} if seen.ack and "errors" in seen.ack.body else {}

    async def _close(self, deed: Deed, user: str) -> None:
        await self._slack.close(self._find_view(deed), user=user, workspace=self._team.id)

    async def _open_home(self, _deed: Deed, user: str) -> None:
        _check(await self._slack.open_home(user, workspace=self._team.id), "App Home")

    async def _switch(self, deed: Deed, _user: str) -> None:
        """Show another workspace."""
        self._team = self._slack.team(deed.text("to"))
        self._push_world()

    async def _uninstall(self, _deed: Deed, _user: str) -> None:
        await self._slack.uninstall(self._team.id)

    async def _dismiss(self, deed: Deed, user: str) -> None:
        self._remove(deed, only_for=user, by=self._team.bot_user_id)

    async def _delete(self, deed: Deed, user: str) -> None:
        self._remove(deed, only_for=None, by=user)

    def _remove(self, deed: Deed, *, only_for: str | None, by: str) -> None:
        message = self._find_message(deed)
        if message.only_for != only_for or message.user != by:
            raise DeedError("That message is not yours to remove.")
        self._team.remove_message(message)

    def _find_place(self, deed: Deed, user: str) -> Message | View:
        """Return the message or view that was used, with what else has been put into its fields."""
        place = self._find_view(deed) if deed.find_text("view") else self._find_message(deed)
        place.fill(user, deed.mapping("values"))
        return place

    def _find_message(self, deed: Deed) -> Message:
        return self._team.find_message(deed.text("channel"), deed.text("message"))

    def _find_view(self, deed: Deed) -> View:
        wanted = deed.text("view")
        homes = {view.id: view for view in self._team.homes.values()}
        view = self._team.views.get(wanted) or homes.get(wanted)
        if view is None:
            raise DeedError("That form is closed already.")
        return view

    def _push_world(self) -> None:
        self._push({"event": "world", "world": self.describe_world()})

    def _take(self, change: Change) -> None:
        """Tell the page of something that happened in a workspace."""
        team = self._slack.team(change.workspace)
        match change.kind, change.item:
            case ChangeKind.DELETED, Message() as message:
                self._push(
                    {"event": "gone", "platform": self.name, "channel": message.channel, "id": message.ts}
                )
            case _, Message() as message:
                self._push({"event": "message", "message": self._describe_message(team, message)})
            case ChangeKind.VIEW_CLOSED, View() as view:
                self._push({"event": "view_closed", "platform": self.name, "id": view.id})
            case ChangeKind.HOME_PUBLISHED, View() as view:
                self._push({"event": "home", "view": self._describe_view(team, view)})
            case _, View() as view:
                self._push({"event": "view", "view": self._describe_view(team, view)})
            case ChangeKind.INSTALLED | ChangeKind.UNINSTALLED, _:
                self._push_world()

    def _describe_channel(self, channel: Channel) -> Json:
        described: Json = {"id": channel.id, "name": channel.name or "readbot", "kind": "channel"}
        if channel.kind is ChannelKind.DIRECT:
            described["kind"] = "direct"
        if channel.kind is not ChannelKind.PUBLIC:
            described["people"] = [self._keys[user] for user in channel.members if user in self._keys]
        return described

    def _describe_message(self, team: Workspace, message: Message) -> Json:
        author = team.users[message.user]
        return {
            "platform": self.name,
            "channel": message.channel,
            "id": message.ts,
            "author": {"id": author.id, "name": author.real_name or author.name, "bot": author.is_bot},
            "at": int(float(message.ts) * 1000),
            "only_for": message.only_for,
            "thread": message.thread_ts,
            "broadcast": message.is_broadcast,
            "edited": message.is_edited,
            "answers": None,
            "reply_to": None,
            "payload": to_json(team, message),
        }

    def _describe_view(self, team: Workspace, view: View) -> Json:
        return {
            "platform": self.name,
            "id": view.id,
            "person": self._keys[view.user],
            "workspace": team.id,
            "payload": view_json(team, view),
        }


_DEEDS: Mapping[str, Callable[[SlackSide, Deed, str], Awaitable[Any]]] = {
    "command": SlackSide._command,
    "say": SlackSide._say,
    "press": SlackSide._press,
    "options": SlackSide._offer,
    "shortcut": SlackSide._shortcut,
    "submit": SlackSide._submit,
    "close": SlackSide._close,
    "dismiss": SlackSide._dismiss,
    "delete": SlackSide._delete,
    "open_home": SlackSide._open_home,
    "workspace": SlackSide._switch,
    "uninstall": SlackSide._uninstall,
}


def _commands(features: Json) -> list[Json]:
    return [
        {
            "name": command["command"],
            "description": command.get("description", ""),
            "usage": command.get("usage_hint", ""),
            "options": None,
        }
        for command in features.get("slash_commands", ())
    ]


def _check(seen: Seen, what: str, *, shows_something: bool = False) -> None:
    """Pass unless Slack would show a failure, or nothing where the person waits for something.

    Raises:
        DeedError: It would.
    """
    if seen.problem:
        raise DeedError(f"{what} failed. Slack says: {seen.problem}")
    is_seen = seen.shown or seen.gone or seen.views or (seen.ack and seen.ack.body)
    if shows_something and not is_seen:
        raise DeedError(f"{what}: no answer arrived in Slack. The inspector shows what went wrong.")
