"""The slash command. The answer travels in the ack: one round trip."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from readbot_slack.mrkdwn import COMMAND
from readbot_slack.requests import from_command
from readbot_slack.service import Service

_JSON: dict[str, str | Sequence[str]] = {"content-type": "application/json"}


def register(app: AsyncApp, service: Service) -> None:
    @app.command(COMMAND)
    async def answer_command(command: dict[str, Any]) -> BoltResponse:
        # A response returned is an ack; calling ack() would encode the whole message every time.
        return BoltResponse(status=200, body=service.answer(from_command(command)).ack, headers=_JSON)
