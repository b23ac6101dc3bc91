"""The slash command. The answer travels in the ack: one round trip."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from readbot_slack.mrkdwn import COMMAND
from readbot_slack.requests import from_command
from readbot_slack.service import Service


def register(app: AsyncApp, service: Service) -> None:
    @app.command(COMMAND)
    async def answer_command(ack: AsyncAck, command: dict[str, Any]) -> None:
        reply, message = service.answer(from_command(command))
        await ack({"response_type": "in_channel" if reply.public else "ephemeral", **message})
