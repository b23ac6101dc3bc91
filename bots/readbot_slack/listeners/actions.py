"""Clicks on buttons and picks from menus: each carries a command and takes a typed one's road."""

import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from readbot_slack.rendering import ACTION_PREFIX
from readbot_slack.requests import from_action, is_private
from readbot_slack.service import Service

_OURS = re.compile(re.escape(ACTION_PREFIX) + r"\d+")


def register(app: AsyncApp, service: Service) -> None:
    @app.action(_OURS)
    async def answer_action(ack: AsyncAck, body: dict[str, Any], action: dict[str, Any]) -> None:
        # Slack shows nothing of an ack here, and a slow answer after it is no failed click.
        await ack()
        await service.start(_answer(service, body, action))


async def _answer(service: Service, body: dict[str, Any], action: dict[str, Any]) -> None:
    answer = await service.answer(from_action(body, action))
    await service.respond(
        body["response_url"],
        {
            "response_type": answer.response_type,
            "replace_original": is_private(body) and not answer.is_public,
            **answer.message,
        },
    )
