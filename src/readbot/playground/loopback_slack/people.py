"""What people do in a loopback Slack: type commands, click, pick, submit; and what they then see."""

import asyncio
import contextlib
import secrets
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from readbot.playground.capture import Capture
from readbot.playground.loopback_slack.delivery import (
    COMMAND,
    EVENT,
    INTERACTION,
    Ack,
    Delivery,
    NotDeliveredError,
)
from readbot.playground.loopback_slack.methods import to_json, view_json
from readbot.playground.loopback_slack.state import (
    Change,
    ChangeKind,
    Json,
    Message,
    Observer,
    ResponseUrl,
    SlackError,
    View,
    Workspace,
)

PATIENCE_S = 5.0

_MESSAGE_CHANGES = {ChangeKind.POSTED, ChangeKind.UPDATED}


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a person sees happen after they did something."""

    ack: Ack | None
    #: Messages that came or changed, in that order, as far as this person sees them.
    shown: list[Message]
    #: Views that were opened or changed for this person, Home included.
    views: list[View]
    #: Why Slack shows a failure ("dispatch_failed", "invalid_blocks: ..."); empty if it does not.
    problem: str = ""

    @property
    def message(self) -> Message:
        """The one message that came or changed."""
        if len(self.shown) != 1:
            raise LookupError(f"{len(self.shown)} messages are shown, not one; {self.problem}")
        return self.shown[0]


class People(ABC):
    """The people's side of the loopback; :class:`LoopbackSlack` adds the server."""

    #: How long somebody waits for something to happen after an interaction that was acknowledged.
    patience_s = PATIENCE_S

    def __init__(self, workspaces: Mapping[str, Workspace], delivery: Delivery, capture: Capture) -> None:
        self._teams = workspaces
        self.delivery = delivery
        self.capture = capture

    @abstractmethod
    def response_url(self, made: ResponseUrl) -> str: ...

    @abstractmethod
    def respond(self, workspace: Workspace, made: ResponseUrl, body: Json) -> Message | None: ...

    def team(self, workspace_id: str | None = None) -> Workspace:
        """Return a workspace; without an id, the first."""
        return self._teams[workspace_id] if workspace_id else next(iter(self._teams.values()))

    def visible(self, user: str, channel: str, *, workspace: str | None = None) -> list[Message]:
        """Return what one person sees in a channel, oldest first."""
        return self.team(workspace).visible(user, channel)

    def observe(self, observer: Observer) -> None:
        """Tell *observer* every change in every workspace from now on."""
        for team in self._teams.values():
            team.observers.append(observer)

    async def command(
        self,
        text: str = "",
        *,
        user: str,
        channel: str,
        workspace: str | None = None,
        command: str = "/llmread",
    ) -> Seen:
        """Let a person type a slash command."""
        team = self.team(workspace)
        made = team.make_response_url(channel=channel, user=user)
        payload = {
            "token": "legacy-verification-token",
            "team_id": team.id,
            "team_domain": team.id.lower(),
            "channel_id": channel,
            "channel_name": team.find_channel(channel).name or "directmessage",
            "user_id": user,
            "user_name": team.find_user(user).name,
            "command": command,
            "text": _as_typed(text),
            "api_app_id": "A1",
            "is_enterprise_install": "false",
            "response_url": self.response_url(made),
            "trigger_id": team.make_trigger(user),
        }
        return await self._interact(team, user, COMMAND, payload, made)

    async def click(
        self, surface: Message | View, button: str, *, user: str, workspace: str | None = None
    ) -> Seen:
        """Let a person click a button of a message or view they see, by its label or action id."""
        element = surface.find_element(button)
        return await self._act(surface, user, workspace, {**element, "action_ts": str(time.time())})

    async def select(
        self, surface: Message | View, option: str, *, user: str, menu: str = "", workspace: str | None = None
    ) -> Seen:
        """Let a person pick an option of a menu by its label; *menu* says which, by action id."""
        menus = [surface.find_element(menu)] if menu else surface.elements
        for element in menus:
            for known in element.get("options", []):
                if known["text"]["text"] == option:
                    picked = {key: element[key] for key in ("type", "action_id")}
                    action = {**picked, "selected_option": known, "action_ts": str(time.time())}
                    return await self._act(surface, user, workspace, action)
        raise LookupError(f"no menu has an option {option!r}")

    async def use(
        self, where: Message | View, action: Json, *, user: str, workspace: str | None = None
    ) -> Seen:
        """Let a person use any element of a message or view: the element itself, with what was picked."""
        action = {**action, "action_ts": str(time.time())}
        if isinstance(where, Message):
            return await self._act(where, user, workspace, action)
        team = self.team(workspace)
        payload = self._interaction(team, user, "block_actions", None) | _in_view(team, where)
        payload["actions"] = [{"block_id": "b", **action}]
        return await self._interact(team, user, INTERACTION, payload, None)

    async def options(
        self, where: Message | View, typed: str, *, user: str, menu: str, workspace: str | None = None
    ) -> list[Json]:
        """Return what an external menu offers a person who has typed *typed*; *menu* by action id."""
        team = self.team(workspace)
        if isinstance(where, Message):
            payload = self._interaction(team, user, "block_suggestion", where)
            menu = where.find_element(menu)["action_id"]
        else:
            payload = self._interaction(team, user, "block_suggestion", None) | _in_view(team, where)
        payload |= {"action_id": menu, "block_id": "b", "value": typed}
        ack = await self.delivery.deliver(INTERACTION, payload)
        self.capture.add({"method": "options", "body": ack.body})
        groups = ack.body.get("option_groups") or []
        return [
            *(ack.body.get("options") or []),
            *(option for group in groups for option in group["options"]),
        ]

    async def shortcut(
        self, callback_id: str, *, user: str, message: Message | None = None, workspace: str | None = None
    ) -> Seen:
        """Let a person use a shortcut: of a message, or a global one."""
        team = self.team(workspace)
        kind = "message_action" if message else "shortcut"
        payload = self._interaction(team, user, kind, message) | {"callback_id": callback_id}
        made = None
        if message is not None:
            made = team.make_response_url(channel=message.channel, user=user, ts=message.ts)
            payload |= {"response_url": self.response_url(made), "message_ts": message.ts}
        return await self._interact(team, user, INTERACTION, payload, made)

    async def submit(self, view: View, values: Json, *, user: str, workspace: str | None = None) -> Seen:
        """Let a person submit a modal; *values* by block id and action id, as Slack's ``state``."""
        team = self.team(workspace)
        payload = self._interaction(team, user, "view_submission", None)
        payload["view"] = view_json(team, view) | {"state": {"values": values}}

        def close(ack: Ack) -> None:
            if not ack.body.get("response_action"):
                team.close_view(view)

        return await self._interact(team, user, INTERACTION, payload, None, on_ack=close)

    async def event(self, event: Json, *, user: str, workspace: str | None = None) -> Seen:
        """Let something happen that the app subscribes to, such as ``app_home_opened``."""
        team = self.team(workspace)
        payload = {
            "token": "legacy-verification-token",
            "team_id": team.id,
            "api_app_id": "A1",
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": team.id,
                    "user_id": team.bot_user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "event": {"user": user, "event_ts": team.make_ts(), **event},
        }
        return await self._interact(team, user, EVENT, payload, None)

    async def say(
        self,
        text: str,
        *,
        user: str,
        channel: str,
        thread_ts: str | None = None,
        workspace: str | None = None,
    ) -> Message:
        """Let a person write a message; the app hears nothing of it here (see :meth:`event`)."""
        team = self.team(workspace)
        return team.add_message(
            Message(ts=team.make_ts(), channel=channel, user=user, text=_as_typed(text), thread_ts=thread_ts)
        )

    async def _act(self, surface: Message | View, user: str, workspace: str | None, action: Json) -> Seen:
        team = self.team(workspace)
        payload = self._interaction(team, user, "block_actions", surface)
        payload["actions"] = [{"block_id": "b", **action}]
        if isinstance(surface, View):
            if surface.user != user:
                raise LookupError(f"{user} does not see that view")
            return await self._interact(team, user, INTERACTION, payload, None)
        if surface not in team.visible(user, surface.channel):
            raise LookupError(f"{user} does not see that message")
        made = team.make_response_url(channel=surface.channel, user=user, ts=surface.ts)
        payload["response_url"] = self.response_url(made)
        return await self._interact(team, user, INTERACTION, payload, made)

    def _interaction(self, team: Workspace, user: str, kind: str, surface: Message | View | None) -> Json:
        """Return what every interaction payload has in common."""
        person = team.find_user(user)
        payload: Json = {
            "type": kind,
            "token": "legacy-verification-token",
            "api_app_id": "A1",
            "team": {"id": team.id, "domain": team.id.lower()},
            "user": {"id": user, "username": person.name, "name": person.name, "team_id": team.id},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": team.make_trigger(user),
        }
        match surface:
            case View():
                payload["container"] = {"type": "view", "view_id": surface.id}
                payload["view"] = view_json(team, surface)
            case Message():
                payload |= _message_fields(team, surface)
        return payload

    async def _interact(
        self,
        team: Workspace,
        user: str,
        kind: str,
        payload: Json,
        made: ResponseUrl | None,
        *,
        on_ack: Callable[[Ack], None] = lambda _ack: None,
    ) -> Seen:
        """Hand an interaction to the app and collect what this person sees of the answer.

        What an acknowledgement does by itself is *on_ack*'s: it comes before whatever follows it.
        """
        with _watching(team, user) as watch:
            try:
                ack = await self.delivery.deliver(kind, payload)
            except NotDeliveredError as error:
                return Seen(ack=None, shown=[], views=[], problem=str(error))
            problem = "" if ack.status == 200 else f"dispatch_failed: status {ack.status}"
            if not problem:
                on_ack(ack)
            if not problem and ack.body:
                problem = self._take_ack(team, ack.body, made)
            elif not problem and kind == INTERACTION:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self.patience_s):
                        await watch.something.wait()
            return Seen(ack=ack, shown=watch.messages, views=watch.views, problem=problem or watch.problem)

    def _take_ack(self, team: Workspace, body: Json, made: ResponseUrl | None) -> str:
        """Show what an ack says; return why Slack would not."""
        if "response_action" in body:
            if "view" in body:
                self.capture.add({"method": "views.update", "body": {"view": body["view"]}})
            return ""
        self.capture.add({"method": "ack", "body": body})
        if made is None:
            return ""
        try:
            self.respond(team, made, body)
        except SlackError as error:
            return str(error)
        return ""


def _message_fields(team: Workspace, message: Message) -> Json:
    """Return what an interaction with a message says about it."""
    channel = team.find_channel(message.channel)
    is_ephemeral = message.only_for is not None
    return {
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "container": {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": is_ephemeral,
        },
        # Slack does not tell the app what an ephemeral message says.
        **({} if is_ephemeral else {"message": to_json(team, message)}),
    }


class _Watch:
    """Collects what one person sees happen."""

    def __init__(self, user: str) -> None:
        self._user = user
        self.messages: list[Message] = []
        self.views: list[View] = []
        self.problem = ""
        self.something = asyncio.Event()

    def __call__(self, change: Change) -> None:
        match change.item:
            case View(user=self._user) as view if change.kind is not ChangeKind.VIEW_CLOSED:
                self.views.append(view)
            case ResponseUrl(user=self._user, problem=problem):
                self.problem = problem
            case Message(only_for=None | self._user) as message:
                if change.kind in _MESSAGE_CHANGES and message not in self.messages:
                    self.messages.append(message)
            case _:
                return
        self.something.set()


@contextlib.contextmanager
def _watching(team: Workspace, user: str) -> Iterator[_Watch]:
    watch = _Watch(user)
    team.observers.append(watch)
    try:
        yield watch
    finally:
        team.observers.remove(watch)


def _in_view(team: Workspace, view: View) -> Json:
    """Return what an interaction payload says of the view that it comes from."""
    return {"view": view_json(team, view), "container": {"type": "view", "view_id": view.id}}


def _as_typed(text: str) -> str:
    """Return a person's words as Slack passes them on."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
