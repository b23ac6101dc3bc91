"""Clicks, picks and typed queries in messages, modals and on the Home tab: each takes a typed command's road."""

import re
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from readbot_slack.home_tab import find_refresh
from readbot_slack.listeners.answering import answer_at
from readbot_slack.modal import Modal
from readbot_slack.places import AtMessage, InModal, Place
from readbot_slack.rendering import ACTION_PREFIX, OWN_PREFIX, QUERY_SUFFIX
from readbot_slack.requests import find_origin, from_action, is_ephemeral
from readbot_slack.service import Service

Json = dict[str, Any]

_OURS = re.compile(f"({re.escape(ACTION_PREFIX)}|{re.escape(OWN_PREFIX)})\\d+({re.escape(QUERY_SUFFIX)})?")


def register(app: AsyncApp, service: Service) -> None:
    @app.action(_OURS)
    async def answer_action(ack: AsyncAck, body: Json, action: Json, client: AsyncWebClient) -> None:
        # Slack shows nothing of an ack here, and a slow answer after it is no failed click.
        await ack()
        place = _find_place(service, body, action, client)
        await service.start(answer_at(service, from_action(body, action), place, client))


def _find_place(service: Service, body: Json, action: Json, client: AsyncWebClient) -> Place:
    view, origin = body.get("view"), find_origin(body)
    if not view:
        return AtMessage(
            client,
            origin,
            trigger_id=body["trigger_id"],
            is_ephemeral=is_ephemeral(body),
            is_own=action["action_id"].startswith(OWN_PREFIX),
        )
    is_modal = view["type"] == "modal"
    modal = Modal(client, view_id=view["id"]) if is_modal else Modal(client, trigger_id=body["trigger_id"])
    return InModal(client, modal, origin, refresh=find_refresh(service, client, body))
