"""What every listener does: ask the core, show the reply, and never leave a person without one."""

import asyncio
import json
import logging
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any, TypeAlias

from aiohttp import ClientError
from slack_sdk.webhook.async_client import AsyncWebhookClient

from readbot.conversation.reply import Reply
from readbot.conversation.request import Request
from readbot.ports import Conversation, Manner
from readbot_slack.errors import explain, log_bug
from readbot_slack.rendering import to_message

logger = logging.getLogger(__name__)

Message: TypeAlias = dict[str, Any]

#: Slack itself gives up on a request after three seconds; this is no answer to wait longer for.
RESPONSE_TIMEOUT_S = 10

#: Rendered replies that are kept, by what was asked; when there are more, the keeping starts anew.
_KEPT_ANSWERS = 512

#: What is longer nobody asks twice, and it would fill the memory.
_KEPT_LENGTH = 200

#: Statuses by which Slack says that it did not take a message.
_REFUSED = range(400, 500)

#: How long a stopping process waits for answers that are under way.
DRAIN_S = 5.0


@dataclass(frozen=True)
class Answer:
    """A reply of the core's with its looks. Shared between requests: nobody changes it."""

    is_public: bool
    #: Text, blocks and no previews; what an ack, a ``response_url`` and a post have in common.
    message: Message

    @property
    def response_type(self) -> str:
        return "in_channel" if self.is_public else "ephemeral"

    @cached_property
    def ack(self) -> str:
        """The whole body of an acknowledgement, as JSON."""
        return json.dumps({"response_type": self.response_type, **self.message})


class Service:
    """Answers for all listeners, with what they share."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._kept: dict[str, tuple[Reply, Answer]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._is_draining = False

    def is_quick(self, request: Request) -> bool:
        """Tell whether the answer comes in time for the ack."""
        return self._conversation.manner(request.text) is Manner.MEMORY

    async def answer(self, request: Request) -> Answer:
        """Return the core's reply with its looks; for an error, what :mod:`errors` says of it."""
        try:
            reply = await self._conversation.answer(request)
            assert isinstance(reply, Reply)  # noqa: S101 - no form is asked for on Slack so far
            return self._render(request.text, reply)
        except Exception as error:
            return _to_answer(explain(error))

    def _render(self, asked: str, reply: Reply) -> Answer:
        """Return the looks of *reply*, from memory where the core gave the very same one before."""
        kept = self._kept.get(asked)
        if kept is not None and kept[0] is reply:
            return kept[1]
        answer = _to_answer(reply)
        if reply.shared_by is None and len(asked) <= _KEPT_LENGTH:
            if len(self._kept) >= _KEPT_ANSWERS:
                self._kept.clear()
            self._kept[asked] = (reply, answer)
        return answer

    async def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Let *work* run on after the ack; while draining, see it through at once."""
        if self._is_draining:
            await _see_through(work)
            return
        task = asyncio.create_task(_see_through(work))
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
        """Send *message* to a ``response_url``: once, since a repeated share would be seen twice.

        Only what Slack refuses is sent again, without its pictures: one that cannot be fetched makes
        Slack refuse the whole message.
        """
        status = await _post(response_url, message)
        if status in _REFUSED and any(block["type"] == "image" for block in message["blocks"]):
            blocks = [block for block in message["blocks"] if block["type"] != "image"]
            await _post(response_url, {**message, "blocks": blocks})


async def _post(url: str, message: Message) -> int | None:
    """Send *message* and return the status of the answer; None where there was no answer."""
    client = AsyncWebhookClient(url, timeout=RESPONSE_TIMEOUT_S, retry_handlers=[])
    try:
        async with asyncio.timeout(RESPONSE_TIMEOUT_S):
            response = await client.send_dict(message)
    except (ClientError, OSError, TimeoutError) as error:
        logger.warning("an answer did not reach Slack: %s", type(error).__name__)
        return None
    if response.status_code != HTTPStatus.OK:
        logger.warning("Slack refused an answer: %d %s", response.status_code, response.body[:100])
    return response.status_code


async def _see_through(work: Coroutine[Any, Any, None]) -> None:
    """Do *work*; nobody waits for it who could be told of a bug."""
    try:
        await work
    except Exception as error:
        log_bug(error)


def _to_answer(reply: Reply) -> Answer:
    return Answer(is_public=reply.public, message=to_message(reply))
