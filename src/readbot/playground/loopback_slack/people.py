"""What people do in a loopback Slack: type commands, use shortcuts, and all that they do with blocks."""

from readbot.playground.loopback_slack.delivery import COMMAND, INTERACTION
from readbot.playground.loopback_slack.events import Events
from readbot.playground.loopback_slack.forms import Forms
from readbot.playground.loopback_slack.interactions import Delivered, Seen
from readbot.playground.loopback_slack.registration import APP_ID
from readbot.playground.loopback_slack.shapes import to_json
from readbot.playground.loopback_slack.surfaces import Message
from readbot.playground.loopback_slack.texts import escape


class People(Events, Forms):
    """The people's side of the loopback; :class:`LoopbackSlack` adds the server."""

    async def command(
        self,
        text: str = "",
        *,
        user: str,
        channel: str,
        workspace: str | None = None,
        command: str = "/llmread",
    ) -> Seen:
        """Let a person type a slash command, which Slack takes in channels but not in threads."""
        team = self.team(workspace)
        made = team.make_response_url(channel=channel, user=user)
        payload = {
            "token": "legacy-verification-token",
            "team_id": team.id,
            "team_domain": team.id.lower(),
            **(
                {"enterprise_id": team.enterprise.id, "enterprise_name": team.enterprise.name}
                if team.enterprise
                else {}
            ),
            "channel_id": channel,
            "channel_name": team.find_channel(channel).name or "directmessage",
            "user_id": user,
            "user_name": team.find_user(user).name,
            "command": command,
            "text": escape(text),
            "api_app_id": APP_ID,
            "is_enterprise_install": str(team.installed.enterprise is not None).lower(),
            "response_url": self.response_url(made),
            "trigger_id": team.make_trigger(user, channel),
        }
        return await self._interact(Delivered(team=team, user=user, kind=COMMAND, payload=payload, made=made))

    async def shortcut(
        self, callback_id: str, *, user: str, message: Message | None = None, workspace: str | None = None
    ) -> Seen:
        """Let a person use a shortcut: of a message, be it in a thread or not, or a global one.

        Raises:
            LookupError: The person does not see the message, or it is one of those that have no menu.
        """
        team = self.team(workspace)
        if message is None:
            payload = self._payload(team, user, "shortcut") | {"callback_id": callback_id}
            return await self._interact(
                Delivered(team=team, user=user, kind=INTERACTION, payload=payload, waits=True)
            )
        if message.only_for is not None or message not in team.visible(user, message.channel):
            raise LookupError(f"{user} cannot use a shortcut on that message")
        channel = team.find_channel(message.channel)
        # The message is somebody's own: an answer can stand beside it, and never in its place.
        made = team.make_response_url(channel=channel.id, user=user)
        payload = self._payload(team, user, "message_action", channel.id) | {
            "callback_id": callback_id,
            "channel": {"id": channel.id, "name": channel.name or "directmessage"},
            "message": to_json(team, message),
            "message_ts": message.ts,
            "response_url": self.response_url(made),
        }
        return await self._interact(
            Delivered(team=team, user=user, kind=INTERACTION, payload=payload, made=made, waits=True)
        )
