"""The slash command. The answer travels in the ack where it is there at once: one round trip."""

from collections.abc import Sequence
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from readbot.conversation.form import Form
from readbot.language import speaking
from readbot_slack.listeners.answering import answer_at
from readbot_slack.mrkdwn import COMMAND
from readbot_slack.places import AtCommand
from readbot_slack.requests import from_command
from readbot_slack.service import Service

_JSON: dict[str, str | Sequence[str]] = {"content-type": "application/json"}


def register(app: AsyncApp, service: Service) -> None:
    @app.command(COMMAND)
    async def answer_command(command: dict[str, Any], client: AsyncWebClient) -> BoltResponse:
        request = from_command(command)
        if not service.is_quick(request):
            # What waits for a database, for Slack itself or opens a form: the ack goes ahead.
            await service.start(answer_at(service, request, AtCommand(client, command), client))
            return BoltResponse(status=200)
        request = await service.languages.learn(request, client)
        with speaking(request.reader.locale):
            answer = await service.answer(request)
        if isinstance(answer, Form):
            await service.start(AtCommand(client, command).ask(answer))
            return BoltResponse(status=200)
        # A response returned is an ack; calling ack() would encode the whole message every time.
        return BoltResponse(status=200, body=answer.ack, headers=_JSON)
