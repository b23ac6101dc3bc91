"""Answers to the address that Slack gives out with every command and click.

Source: https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

import asyncio
import logging
from http import HTTPStatus
from typing import Any

from aiohttp import ClientError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from readbot_slack.rendering import without_pictures

logger = logging.getLogger(__name__)

#: Slack itself gives up on a request after three seconds; this is no answer to wait longer for.
TIMEOUT_S = 10

#: Statuses by which Slack says that it did not take a message.
_REFUSED = range(400, 500)


async def respond(response_url: str, message: dict[str, Any]) -> bool | None:
    """Send *message* to a ``response_url``: once, since a repeated share would be seen twice.

    Only what Slack refuses is sent again, without its pictures: one that cannot be fetched makes
    Slack refuse the whole message.

    Returns:
        Whether Slack took it; None where nobody knows.
    """
    status = await _post(response_url, message)
    blocks = message.get("blocks") or []
    plainer = without_pictures(blocks)
    if status in _REFUSED and len(plainer) < len(blocks):
        status = await _post(response_url, {**message, "blocks": plainer})
    return None if status is None else status == HTTPStatus.OK


async def _post(url: str, message: dict[str, Any]) -> int | None:
    """Send *message* and return the status of the answer; None where there was no answer."""
    client = AsyncWebhookClient(url, timeout=TIMEOUT_S, retry_handlers=[])
    try:
        async with asyncio.timeout(TIMEOUT_S):
            response = await client.send_dict(message)
    except (ClientError, OSError, TimeoutError) as error:
        logger.warning("an answer did not reach Slack: %s", type(error).__name__)
        return None
    if response.status_code != HTTPStatus.OK:
        logger.warning("Slack refused an answer: %d %s", response.status_code, response.body[:100])
    return response.status_code
