"""What every listener does: ask the core, show the reply, and never leave a person without one."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeAlias

from slack_sdk.webhook.async_client import AsyncWebhookClient

from readbot.conversation.reply import Reply
from readbot.conversation.request import Request
from readbot.ports import Conversation
from readbot_slack.errors import explain
from readbot_slack.rendering import to_message

logger = logging.getLogger(__name__)

Message: TypeAlias = dict[str, Any]

#: Slack itself gives up on a request after three seconds; this is no answer to wait longer for.
RESPONSE_TIMEOUT_S = 10

#: Rendered replies that are kept, by what was asked; when there are more, the keeping starts anew.
_KEPT_MESSAGES = 512

#: How long a stopping process waits for answers that are under way.
DRAIN_S = 5.0


class Service:
    """Answers for all listeners, with what they share."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._kept: dict[str, tuple[Reply, Message]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._is_draining = False

    def answer(self, request: Request) -> tuple[Reply, Message]:
        """Return the core's reply and its looks; for an error, what :mod:`errors` says of it.

        The message is shared with other answers: copy it to change it.
        """
        try:
            reply = self._conversation.handle(request)
            return reply, self._render(request.text, reply)
        except Exception as error:
            reply = explain(error)
            return reply, to_message(reply)

    def _render(self, asked: str, reply: Reply) -> Message:
        """Return the looks of *reply*, from memory where the core gave the very same one before."""
        kept = self._kept.get(asked)
        if kept is not None and kept[0] is reply:
            return kept[1]
        message = to_message(reply)
        if reply.shared_by is None:
            if len(self._kept) >= _KEPT_MESSAGES:
                self._kept.clear()
            self._kept[asked] = (reply, message)
        return message

    async def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let *work* run on after the ack; while draining, see it through at once."""
        if self._is_draining:
            await work
            return
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def drain(self) -> None:
        """Wait for what is under way, for a few seconds at most."""
        self._is_draining = True
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=DRAIN_S)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def respond(self, response_url: str, message: Message) -> None:
        """Send *message* to a ``response_url``: once, since a repeated share would be seen twice."""
        client = AsyncWebhookClient(response_url, timeout=RESPONSE_TIMEOUT_S, retry_handlers=[])
        try:
            async with asyncio.timeout(RESPONSE_TIMEOUT_S):
                response = await client.send_dict(message)
        except (OSError, TimeoutError) as error:
            logger.warning("an answer did not reach Slack: %s", type(error).__name__)
            return
        if response.status_code != 200:
            logger.warning("Slack refused an answer: %d %s", response.status_code, response.body[:100])
