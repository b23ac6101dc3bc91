"""The way that every request takes whose answer does not travel in the ack."""

import json
from typing import Any

from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from readbot.conversation.form import Form
from readbot.conversation.request import Request
from readbot.language import speaking
from readbot.patience import wait_or_tell
from readbot_slack.places import Place
from readbot_slack.service import Service

#: A modal has to be opened within three seconds; what is not there by then is waited for in it.
MODAL_PATIENCE_S = 1.0


async def answer_at(service: Service, request: Request, place: Place, client: AsyncWebClient) -> None:
    """Answer *request* where its person is, in their language."""
    request = await service.languages.learn(request, client)
    with speaking(request.reader.locale):
        await _answer_at(service, request, place)


async def _answer_at(service: Service, request: Request, place: Place) -> None:
    if place.is_modal or service.is_form(request):
        answer = await wait_or_tell(service.answer(request), patience_s=MODAL_PATIENCE_S, tell=place.wait)
    else:
        answer = await service.answer(request)
    if isinstance(answer, Form):
        await place.ask(answer)
    else:
        await place.show(answer)


def acknowledge(**body: Any) -> BoltResponse:
    """Return an acknowledgement that says something."""
    return BoltResponse(status=200, body=json.dumps(body), headers={"content-type": "application/json"})
