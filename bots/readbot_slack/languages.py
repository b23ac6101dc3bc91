"""Which language people have chosen in Slack, which tells of it only where it is asked.

Only who was never met in this process waits for that, and not for long: whoever is known is answered at once,
and asked about again in the meantime where that was long ago.

Source: https://docs.slack.dev/reference/methods/users.info
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from time import monotonic
from typing import TypeAlias

from slack_sdk.web.async_client import AsyncWebClient

from readbot.conversation.request import Request
from readbot.language import SOURCE, find_language
from readbot_slack.web_api import Failure, ask

logger = logging.getLogger(__name__)

#: Hardly anybody changes it more often.
_KEPT_S = 86_400.0

#: Where Slack does not tell, it is left in peace for so long.
_UNTOLD_S = 60.0

#: Slack's words for not telling of one person; any other is about the whole workspace.
_ABOUT_ONE = frozenset({"user_not_found", "user_not_visible"})

#: People who are kept in mind; when there are more, the keeping starts anew.
_KEPT_PEOPLE = 20_000

#: A command has to be answered and a form opened within three seconds, rather in English than not at all.
PATIENCE_S = 0.5

#: A workspace and a person; an empty person stands for everybody there.
_Key: TypeAlias = tuple[str, str]


class Languages:
    """People's languages, as far as they were heard in this process."""

    def __init__(self, *, clock: Callable[[], float] = monotonic) -> None:
        """Know nobody's yet; *clock* gives seconds that never jump back."""
        self._clock = clock
        #: A BCP 47 tag, empty where it was not told, and when it is time to ask again.
        self._known: dict[_Key, tuple[str, float]] = {}
        self._asking: dict[_Key, asyncio.Task[None]] = {}

    def find(self, workspace_id: str, person_id: str) -> str:
        """Return the language of a person; empty where it is not known."""
        return self._known.get((workspace_id, person_id), ("", 0.0))[0]

    async def learn(self, request: Request, client: AsyncWebClient) -> Request:
        """Return *request* with its person's language, where Slack tells one in time that is not English.

        Args:
            request: What somebody asks.
            client: With the workspace's token.
        """
        key = request.workspace_id, request.reader.id
        locale = self.find(*key)
        if self._is_time_to_ask(key):
            asking = self._ask(key, client)
            if not locale:
                await asyncio.wait({asking}, timeout=PATIENCE_S)
                locale = self.find(*key)
        if find_language(locale) == SOURCE:
            # What is spoken without a word; a copy takes a tenth of the time of an answer.
            return request
        return replace(request, reader=replace(request.reader, locale=locale))

    async def close(self) -> None:
        """Ask no more."""
        asking = list(self._asking.values())
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    def _is_time_to_ask(self, key: _Key) -> bool:
        now = self._clock()
        never = "", now
        if self._known.get(key, never)[1] > now:
            return False
        return self._known.get((key[0], ""), never)[1] <= now

    def _ask(self, key: _Key, client: AsyncWebClient) -> asyncio.Task[None]:
        """Ask Slack in the background, once at a time about the same person."""
        task = self._asking.get(key)
        if task is None:
            task = asyncio.create_task(self._ask_slack(key, client))
            self._asking[key] = task
            task.add_done_callback(lambda _task: self._asking.pop(key))
        return task

    async def _ask_slack(self, key: _Key, client: AsyncWebClient) -> None:
        answer = await ask(client.users_info(user=key[1], include_locale=True))
        if not isinstance(answer, Failure):
            self._keep(key, (answer.get("user") or {}).get("locale") or "en", for_s=_KEPT_S)
            return
        logger.info("Slack does not tell somebody's language: %s", answer.reason)
        untold = key if answer.reason in _ABOUT_ONE else (key[0], "")
        self._keep(untold, "", for_s=answer.retry_after_s or _UNTOLD_S)

    def _keep(self, key: _Key, locale: str, *, for_s: float) -> None:
        if len(self._known) >= _KEPT_PEOPLE:
            self._known.clear()
        self._known[key] = locale, self._clock() + for_s
