"""Message shortcuts: "Find reading for this" and "Is this on the list?".

They work in threads and in channels where readbot is no member, and what they show is their person's alone.
"""

from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from readbot_slack.listeners.answering import answer_at
from readbot_slack.modal import Modal
from readbot_slack.places import InModal
from readbot_slack.requests import SHORTCUTS, find_origin, from_shortcut
from readbot_slack.service import Service

Json = dict[str, Any]


def register(app: AsyncApp, service: Service) -> None:
    async def answer_shortcut(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        place = InModal(client, Modal(client, trigger_id=body["trigger_id"]), find_origin(body))
        await service.start(answer_at(service, from_shortcut(body), place, client))

    for callback_id in SHORTCUTS:
        app.message_shortcut(callback_id)(answer_shortcut)
