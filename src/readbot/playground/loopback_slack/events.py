"""What happens in a workspace and is told to the app: mentions, messages, Home tabs, uninstallations.

Source: https://docs.slack.dev/apis/events-api
"""

import asyncio
import secrets
import time
from collections.abc import Coroutine
from dataclasses import replace
from typing import Any

from readbot.playground.loopback_slack.delivery import EVENT, Retry
from readbot.playground.loopback_slack.interactions import Delivered, Interactions, Seen
from readbot.playground.loopback_slack.registration import APP_ID
from readbot.playground.loopback_slack.shapes import to_json, view_json
from readbot.playground.loopback_slack.state import Change, ChangeKind, ChannelKind, Workspace
from readbot.playground.loopback_slack.surfaces import Json, Message
from readbot.playground.loopback_slack.texts import as_typed

#: Slack comes again at once, then after a minute and after five.
RETRY_DELAYS_S = (0.0, 60.0, 300.0)


class Events(Interactions):
    """The events' side of the loopback."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        #: How long Slack waits before it delivers again an event that was not taken.
        self.retry_delays_s: tuple[float, ...] = RETRY_DELAYS_S
        self._work: set[asyncio.Task[Any]] = set()
        self.observe(self._hear_itself)

    async def event(self, event: Json, *, user: str, workspace: str | None = None) -> Seen:
        """Let something happen that the app subscribes to; an event that it does not take comes again."""
        return await self._tell_app(self._wrap(self.team(workspace), user, event))

    async def say(
        self,
        text: str,
        *,
        user: str,
        channel: str,
        thread_ts: str | None = None,
        workspace: str | None = None,
    ) -> Message:
        """Let a person write a message of which the app does not hear (see :meth:`tell`)."""
        team = self.team(workspace)
        words = as_typed(text).replace("@readbot", f"<@{team.bot_user_id}>")
        return team.add_message(
            Message(ts=team.make_ts(), channel=channel, user=user, text=words, thread_ts=thread_ts)
        )

    async def tell(
        self,
        text: str,
        *,
        user: str,
        channel: str,
        thread_ts: str | None = None,
        workspace: str | None = None,
    ) -> Seen:
        """Let a person write a message, and let the app hear of it as far as it may.

        It hears of direct messages, and of a channel's where it is a member and "@readbot" is in them.
        """
        team = self.team(workspace)
        message = await self.say(text, user=user, channel=channel, thread_ts=thread_ts, workspace=workspace)
        event = self._event_of(team, message)
        if event is None:
            return Seen(ack=None, shown=[], views=[])
        return await self._tell_app(self._wrap(team, user, event, waits=True))

    async def open_home(self, user: str, *, tab: str = "home", workspace: str | None = None) -> Seen:
        """Let a person open the app, at its "home" or its "messages"."""
        team = self.team(workspace)
        event: Json = {"type": "app_home_opened", "channel": team.direct_channel(user).id, "tab": tab}
        if user in team.homes and tab == "home":
            event["view"] = view_json(team, team.homes[user])
        return await self._tell_app(self._wrap(team, user, event, waits=tab == "home"))

    async def uninstall(self, workspace: str | None = None) -> list[Seen]:
        """Take the app out of a workspace, or out of all of its organisation where it was put there.

        Returns:
            What came of telling the app, in the order in which it was told.
        """
        team = self.team(workspace)
        return [await self._tell_app(told) for told in self._remove(team, code="account_inactive")]

    async def settle(self) -> None:
        """Return once nothing is to be delivered any more, retries included."""
        while self._work:
            await asyncio.gather(*self._work, return_exceptions=True)

    def revoke(self, team: Workspace, *, uninstalls: bool) -> None:
        """End the tokens as the app itself asked for, and tell it in a while."""
        code = "account_inactive" if uninstalls else "token_revoked"
        for told in self._remove(team, code=code, is_uninstalled=uninstalls):
            self._start(self._tell_app(told))

    def _remove(self, team: Workspace, *, code: str, is_uninstalled: bool = True) -> list[Delivered]:
        """End the app's tokens in a workspace; return what it is to be told."""
        grant = team.installed
        self.tokens.end(grant.tokens, code)
        for member in [each for each in self.workspaces.values() if each.grant is grant]:
            member.uninstall()
        events: list[Json] = [
            {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [grant.bot_user_id]}},
            *([{"type": "app_uninstalled"}] if is_uninstalled else []),
        ]
        place: Json = {"team_id": team.id}
        if grant.enterprise:
            place = {
                "team_id": grant.enterprise.id,
                "enterprise_id": grant.enterprise.id,
                "is_enterprise_install": True,
            }
        return [
            Delivered(team=team, user="", kind=EVENT, payload=_envelope(event) | place) for event in events
        ]

    def _event_of(self, team: Workspace, message: Message) -> Json | None:
        """Return the event that a message is to the app; None where it hears nothing of it."""
        channel = team.find_channel(message.channel)
        event = to_json(team, message, with_metadata=False) | {
            "channel": channel.id,
            "event_ts": message.ts,
            "client_msg_id": secrets.token_hex(16),
        }
        if team.bot_user_id not in channel.members:
            return None
        if channel.kind is ChannelKind.DIRECT:
            return {**event, "channel_type": "im"}
        if f"<@{team.bot_user_id}>" in message.text:
            return {**event, "type": "app_mention"}
        return None

    def _hear_itself(self, change: Change) -> None:
        """Tell the app of its own direct messages, as Slack does: it had better not answer them.

        Only where the app is known to want it: most tests count what it hears.
        """
        if change.kind is not ChangeKind.POSTED or "message.im" not in (self.app.events or ()):
            return
        team, message = self.workspaces[change.workspace], change.item
        if isinstance(message, Message) and message.user == team.bot_user_id and message.only_for is None:
            event = self._event_of(team, message)
            if event is not None and event.get("channel_type") == "im":
                self._start(self._tell_app(self._wrap(team, message.user, event)))

    def _may_hear(self, team: Workspace | None, event: Json) -> bool:
        """Tell whether the app is subscribed to an event, and was let to hear of such."""
        if event.get("channel_type") == "im":
            name, scope = "message.im", "im:history"
        elif event["type"] == "app_mention":
            name, scope = "app_mention", "app_mentions:read"
        else:
            return self.app.hears(event["type"])
        granted = team.grant.scopes if team and team.grant else ()
        return self.app.hears(name) and scope in granted

    def _wrap(self, team: Workspace, user: str, event: Json, *, waits: bool = False) -> Delivered:
        """Return an event as it is delivered for somebody."""
        grant = team.installed
        authorization = {
            "enterprise_id": team.enterprise.id if team.enterprise else None,
            "team_id": None if grant.enterprise else team.id,
            "user_id": team.bot_user_id,
            "is_bot": True,
            "is_enterprise_install": grant.enterprise is not None,
        }
        payload = _envelope({"user": user, "event_ts": team.make_ts(), **event}) | {
            "team_id": team.id,
            "authorizations": [authorization],
            **({"enterprise_id": team.enterprise.id} if team.enterprise else {}),
        }
        return Delivered(team=team, user=user, kind=EVENT, payload=payload, waits=waits)

    async def _tell_app(self, told: Delivered) -> Seen:
        """Deliver an event where the app is to hear of it, and see to it that it is taken."""
        if not self._may_hear(told.team, told.payload["event"]):
            return Seen(ack=None, shown=[], views=[])
        seen = await self._interact(told)
        if seen.retry_reason:
            self._start(self._tell_again(replace(told, waits=False), seen.retry_reason))
        return seen

    async def _tell_again(self, told: Delivered, reason: str) -> None:
        for number, delay_s in enumerate(self.retry_delays_s, 1):
            await asyncio.sleep(delay_s)
            seen = await self._hand_over(told, self.delivery, Retry(number=number, reason=reason))
            if not seen.retry_reason:
                return
            reason = seen.retry_reason

    def _start(self, work: Coroutine[Any, Any, Any]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)

    async def _end_work(self) -> None:
        """Forget what was still to be delivered."""
        for task in tuple(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)


def _envelope(event: Json) -> Json:
    return {
        "token": "legacy-verification-token",
        "api_app_id": APP_ID,
        "type": "event_callback",
        "event_id": f"Ev{secrets.token_hex(5).upper()}",
        "event_time": int(time.time()),
        "event": event,
    }
