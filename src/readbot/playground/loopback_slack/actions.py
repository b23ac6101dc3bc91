"""What people do with blocks: click, pick, type into fields and menus, in messages and in views."""

import time

from readbot.playground.loopback_slack.delivery import INTERACTION
from readbot.playground.loopback_slack.interactions import Delivered, Interactions, Seen
from readbot.playground.loopback_slack.shapes import to_json, view_json
from readbot.playground.loopback_slack.state import Workspace
from readbot.playground.loopback_slack.surfaces import Json, Message, View, state_key

#: What Slack tells of an element once it was used is the choice, not what there was to choose from.
_UNTOLD = ("options", "option_groups")


class Actions(Interactions):
    """The side of the loopback that has to do with elements."""

    async def click(
        self, surface: Message | View, button: str, *, user: str, workspace: str | None = None
    ) -> Seen:
        """Let a person click a button of a message or view they see, by its label or action id."""
        block, element = surface.locate(button)
        return await self._act(surface, user, workspace, {"block_id": block["block_id"], **element})

    async def select(
        self,
        surface: Message | View,
        option: str,
        *,
        user: str,
        menu: str = "",
        typed: str | None = None,
        workspace: str | None = None,
    ) -> Seen:
        """Let a person pick an option of a menu by its label.

        Args:
            surface: A message or view that they see.
            option: The label.
            user: The person.
            menu: Which menu, by action id or label; without, whichever has the option already.
            typed: What they type into an external menu to find it; without, the label itself.
            workspace: Theirs.
        """
        for block, element in [surface.locate(menu)] if menu else surface.located:
            known = element.get("options", [])
            if element["type"] == "external_select" and menu:
                words = option if typed is None else typed
                known = await self.options(surface, words, user=user, menu=menu, workspace=workspace)
            for each in known:
                if each["text"]["text"] == option:
                    picked = {"block_id": block["block_id"], **element, "selected_option": each}
                    return await self._act(surface, user, workspace, picked)
        raise LookupError(f"no menu has an option {option!r}")

    async def enter(
        self, surface: Message | View, field: str, text: str, *, user: str, workspace: str | None = None
    ) -> Seen:
        """Let a person type into a text field, by its label or action id, and press Enter.

        The app hears of it where the field's block says ``dispatch_action``.
        """
        block, element = surface.locate(field)
        action = {"block_id": block["block_id"], **element, "value": text}
        if block.get("dispatch_action"):
            return await self._act(surface, user, workspace, action)
        _remember(surface, user, action)
        return Seen(ack=None, shown=[], views=[])

    async def use(
        self, where: Message | View, action: Json, *, user: str, workspace: str | None = None
    ) -> Seen:
        """Let a person use any element of a message or view: the element itself, with what was picked."""
        block, _ = where.locate(action["action_id"])
        return await self._act(where, user, workspace, {"block_id": block["block_id"], **action})

    async def options(
        self, where: Message | View, typed: str, *, user: str, menu: str, workspace: str | None = None
    ) -> list[Json]:
        """Return what an external menu offers a person who has typed *typed*; *menu* by action id or label."""
        team = self.team(workspace)
        block, element = where.locate(menu)
        payload = self._payload(team, user, "block_suggestion") | _place(team, where, user)
        payload |= {"action_id": element["action_id"], "block_id": block["block_id"], "value": typed}
        ack = await self.delivery.deliver(INTERACTION, payload)
        self.capture.add({"method": "options", "body": ack.body})
        groups = ack.body.get("option_groups") or []
        return [
            *(ack.body.get("options") or []),
            *(option for group in groups for option in group["options"]),
        ]

    async def _act(self, surface: Message | View, user: str, workspace: str | None, action: Json) -> Seen:
        """Tell the app of an element that somebody used."""
        team = self.team(workspace)
        if not _sees(team, surface, user):
            kind = "view" if isinstance(surface, View) else "message"
            raise LookupError(f"{user} does not see that {kind}")
        _remember(surface, user, action)
        channel = surface.channel if isinstance(surface, Message) else ""
        payload = self._payload(team, user, "block_actions", channel) | _place(team, surface, user)
        told = {key: value for key, value in action.items() if key not in _UNTOLD}
        payload["actions"] = [{**told, "action_ts": str(time.time())}]
        made = None
        if isinstance(surface, Message):
            made = team.make_response_url(channel=surface.channel, user=user, ts=surface.ts)
            payload["response_url"] = self.response_url(made)
        return await self._interact(
            Delivered(team=team, user=user, kind=INTERACTION, payload=payload, made=made, waits=True)
        )


def _sees(team: Workspace, surface: Message | View, user: str) -> bool:
    if isinstance(surface, View):
        return surface.user == user
    return surface in team.visible(user, surface.channel)


def _remember(surface: Message | View, user: str, action: Json) -> None:
    """Keep what somebody put into a field, for the state that goes along with every later payload."""
    key = state_key(action)
    if key is not None and key in action:
        held = {"type": action["type"], key: action[key]}
        surface.fill(user, {action["block_id"]: {action["action_id"]: held}})


def _place(team: Workspace, surface: Message | View, user: str) -> Json:
    """Return what an interaction payload says of the message or view that it comes from."""
    if isinstance(surface, View):
        return {"view": view_json(team, surface), "container": {"type": "view", "view_id": surface.id}}
    channel = team.find_channel(surface.channel)
    is_ephemeral = surface.only_for is not None
    container = {
        "type": "message",
        "message_ts": surface.ts,
        "channel_id": channel.id,
        "is_ephemeral": is_ephemeral,
        **({"thread_ts": surface.thread_ts} if surface.thread_ts else {}),
    }
    return {
        "channel": {"id": channel.id, "name": channel.name or "directmessage"},
        "container": container,
        "state": {"values": surface.state(user)},
        # Slack does not tell the app what an ephemeral message says.
        **({} if is_ephemeral else {"message": to_json(team, surface)}),
    }
