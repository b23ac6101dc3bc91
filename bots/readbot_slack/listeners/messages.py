"""Messages that name readbot, and direct messages to it. Nothing else that people write reaches it."""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from readbot_slack.listeners.answering import answer_at
from readbot_slack.places import InChat
from readbot_slack.requests import from_message
from readbot_slack.service import Service

Json = dict[str, Any]


def register(app: AsyncApp, service: Service) -> None:
    async def answer_message(body: Json, event: Json, client: AsyncWebClient) -> None:
        if _is_asked(event):
            await service.start(answer_at(service, from_message(body), InChat(client, event), client))

    app.event("app_mention")(answer_message)
    app.event("message")(answer_message)


def _is_asked(event: Json) -> bool:
    """Tell whether a person says something new: not an edit, an app, or somebody who joins.

    Source: https://docs.slack.dev/reference/events/message#subtypes
    """
    is_for_us = event["type"] == "app_mention" or event.get("channel_type") == "im"
    is_new = not event.get("edited") and event.get("subtype") in {None, "file_share", "thread_broadcast"}
    return bool(is_for_us and is_new and event.get("user") and not event.get("bot_id"))
