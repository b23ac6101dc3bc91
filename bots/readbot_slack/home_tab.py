"""The Home tab of the app, as each person sees it.

Source: https://docs.slack.dev/surfaces/app-home
"""

import logging
from collections.abc import Callable, Coroutine
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from readbot.conversation.form import Form
from readbot.conversation.reply import Outcome
from readbot.conversation.request import Request
from readbot.language import speaking
from readbot_slack.modals import to_home_view
from readbot_slack.requests import find_origin, from_home
from readbot_slack.service import Service
from readbot_slack.web_api import Failure, ask

logger = logging.getLogger(__name__)

Json = dict[str, Any]


async def publish_home(
    service: Service, client: AsyncWebClient, request: Request, *, is_refresh: bool = False
) -> None:
    """Show somebody's Home tab anew; a mere *is_refresh* leaves it as it was where there is nothing to show."""
    request = await service.languages.learn(request, client)
    with speaking(request.reader.locale):
        answer = await service.answer(request)
        if isinstance(answer, Form) or (is_refresh and answer.reply.outcome is Outcome.REFUSED):
            return
        view = to_home_view(answer.reply)
    published = await ask(client.views_publish(user_id=request.reader.id, view=view))
    if isinstance(published, Failure):
        logger.warning("Slack does not show a Home tab: %s", published.reason)


def find_refresh(
    service: Service, client: AsyncWebClient, payload: Json
) -> Callable[[], Coroutine[Any, Any, None]] | None:
    """Return what shows the Home tab anew, for an interaction that began there; else None."""
    if not find_origin(payload).is_home:
        return None
    return lambda: publish_home(service, client, from_home(payload), is_refresh=True)
