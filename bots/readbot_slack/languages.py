"""Which language people have chosen in Slack, which tells of it only where it is asked.

Source: https://docs.slack.dev/reference/methods/users.info
"""

import asyncio
import logging
from dataclasses import replace
from time import monotonic

from slack_sdk.web.async_client import AsyncWebClient

from readbot.conversation.request import Request
from readbot_slack.web_api import Failure, ask

logger = logging.getLogger(__name__)

#: Hardly anybody changes it more often.
_KEPT_S = 86_400.0

#: People who are kept in mind; when there are more, the keeping starts anew.
_KEPT_PEOPLE = 20_000

#: A form has to be opened within three seconds, and opens in English rather than not at all.
PATIENCE_S = 0.5


class Languages:
    """People's languages, as far as they were heard in this process."""

    def __init__(self) -> None:
        #: By workspace and person: a BCP 47 tag, and until when it is believed.
        self._known: dict[tuple[str, str], tuple[str, float]] = {}

    def find(self, workspace_id: str, person_id: str) -> str:
        """Return the language of a person; empty where it is not known."""
        locale, until = self._known.get((workspace_id, person_id), ("", 0.0))
        return locale if monotonic() < until else ""

    def recall(self, request: Request) -> Request:
        """Return *request* with its person's language, where that is known."""
        locale = self.find(request.workspace_id, request.reader.id)
        return replace(request, reader=replace(request.reader, locale=locale)) if locale else request

    async def learn(self, request: Request, client: AsyncWebClient) -> Request:
        """Return *request* with its person's language; asks Slack where that is not known.

        Args:
            request: What somebody asks.
            client: With the workspace's token.
        """
        recalled = self.recall(request)
        if recalled.reader.locale:
            return recalled
        try:
            async with asyncio.timeout(PATIENCE_S):
                answer = await ask(client.users_info(user=request.reader.id, include_locale=True))
        except TimeoutError:
            return request
        if isinstance(answer, Failure):
            logger.info("Slack does not tell somebody's language: %s", answer.reason)
            return request
        self._keep(request, (answer.get("user") or {}).get("locale") or "en")
        return self.recall(request)

    def _keep(self, request: Request, locale: str) -> None:
        if len(self._known) >= _KEPT_PEOPLE:
            self._known.clear()
        self._known[request.workspace_id, request.reader.id] = locale, monotonic() + _KEPT_S
