"""Forms that somebody has filled in and sent.

Source: https://docs.slack.dev/surfaces/modals#handling_submissions
"""

import asyncio
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from readbot.conversation.form import Form
from readbot.conversation.request import Request
from readbot.language import speaking
from readbot_slack.home_tab import find_refresh
from readbot_slack.listeners.answering import acknowledge
from readbot_slack.modal import Modal
from readbot_slack.modals import (
    FORM,
    find_field_errors,
    read_labels,
    to_answer_view,
    to_form_view,
    to_waiting_view,
)
from readbot_slack.places import InModal
from readbot_slack.requests import find_origin, from_submission
from readbot_slack.service import Answer, Service

Json = dict[str, Any]

#: Slack gives up on a form after three seconds; what takes longer than this is shown when it is there.
PATIENCE_S = 1.5

#: An answer that is there as soon as Slack was told to wait must not overtake that: what comes last is shown.
_ACK_TRAVELS_S = 0.5


def register(app: AsyncApp, service: Service) -> None:
    @app.view(FORM)
    async def answer_submission(body: Json, client: AsyncWebClient) -> BoltResponse:
        request = await service.languages.learn(from_submission(body), client)
        with speaking(request.reader.locale):
            return await _answer_submission(service, request, body, client)


async def _answer_submission(
    service: Service, request: Request, body: Json, client: AsyncWebClient
) -> BoltResponse:
    view, origin = body["view"], find_origin(body)
    place = InModal(
        client,
        Modal(client, view_id=view["id"]),
        origin,
        labels=read_labels(view),
        refresh=find_refresh(service, client, body),
    )
    answering = asyncio.ensure_future(_answer(service, request, place))
    done, _ = await asyncio.wait({answering}, timeout=PATIENCE_S)
    if not done:
        await service.start(_show_later(answering, place))
        return acknowledge(response_action="update", view=to_waiting_view(place.origin))
    if place.refresh is not None:
        await service.start(place.refresh())
    return _tell(answering.result(), place)


async def _answer(service: Service, request: Request, place: InModal) -> Answer | Form:
    answer = await service.answer(request)
    return answer if isinstance(answer, Form) else await place.settle(answer)


async def _show_later(answering: asyncio.Future[Answer | Form], place: InModal) -> None:
    try:
        await asyncio.sleep(_ACK_TRAVELS_S)
        answer = await answering
    finally:
        answering.cancel()
    if isinstance(answer, Form):
        await place.ask(answer)
    else:
        await place.show(answer)


def _tell(answer: Answer | Form, place: InModal) -> BoltResponse:
    """Return the acknowledgement that shows *answer* in the modal."""
    if not isinstance(answer, Form):
        return acknowledge(response_action="update", view=to_answer_view(answer.reply, place.origin))
    errors = find_field_errors(answer)
    if errors is not None:
        return acknowledge(response_action="errors", errors=errors)
    view = to_form_view(answer, place.origin, labels=place.labels)
    return acknowledge(response_action="update", view=view)
