"""The slash command. The answer travels in the ack: one round trip."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from readbot.conversation.request import Request
from readbot_slack.mrkdwn import COMMAND
from readbot_slack.requests import from_command
from readbot_slack.service import Service

_JSON: dict[str, str | Sequence[str]] = {"content-type": "application/json"}


def register(app: AsyncApp, service: Service) -> None:
    @app.command(COMMAND)
    async def answer_command(command: dict[str, Any]) -> BoltResponse:
        request = from_command(command)
        if not service.is_quick(request):
            await service.start(_answer_later(service, request, command["response_url"]))
            return BoltResponse(status=200)
        # A response returned is an ack; calling ack() would encode the whole message every time.
        return BoltResponse(status=200, body=(await service.answer(request)).ack, headers=_JSON)


async def _answer_later(service: Service, request: Request, response_url: str) -> None:
    """Answer what waits for a database or for Slack itself: the ack has gone ahead."""
    answer = await service.answer(request)
    await service.respond(response_url, {"response_type": answer.response_type, **answer.message})
