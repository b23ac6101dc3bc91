"""What every listener does: ask the core, show the reply, and never leave a person without one."""

import asyncio
import json
import logging
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from readbot.conversation.form import Form, Lookup
from readbot.conversation.reply import Reply
from readbot.conversation.request import Request, Workspace
from readbot.language import current_language
from readbot.ports import Conversation, Manner
from readbot.search.results import Completion
from readbot_slack.errors import explain, log_bug
from readbot_slack.languages import Languages
from readbot_slack.rendering import to_message

logger = logging.getLogger(__name__)

Message: TypeAlias = dict[str, Any]

#: Rendered replies that are kept, by what was asked; when there are more, the keeping starts anew.
_KEPT_ANSWERS = 512

#: What is longer nobody asks twice, and it would fill the memory.
_KEPT_LENGTH = 200

#: How long a stopping process waits for answers that are under way.
DRAIN_S = 5.0


@dataclass(frozen=True)
class Answer:
    """A reply of the core's with its looks. Shared between requests: nobody changes it."""

    reply: Reply
    #: Text, blocks and no previews; what an ack, a ``response_url`` and a post have in common.
    message: Message

    @property
    def response_type(self) -> str:
        return "in_channel" if self.reply.public else "ephemeral"

    @cached_property
    def ack(self) -> str:
        """The whole body of an acknowledgement, as JSON."""
        return json.dumps({"response_type": self.response_type, **self.message})


class Service:
    """Answers for all listeners, with what they share."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self.languages = Languages()
        self._kept: dict[tuple[str, str], tuple[Reply, Answer]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._is_draining = False

    def is_quick(self, request: Request) -> bool:
        """Tell whether the answer comes in time for the ack."""
        return self._conversation.manner(request.text) is Manner.MEMORY

    def is_form(self, request: Request) -> bool:
        """Tell whether the answer is most likely a form, which Slack opens within three seconds only."""
        return self._conversation.manner(request.text) is Manner.FORM

    async def answer(self, request: Request) -> Answer | Form:
        """Return the core's reply with its looks, or its form; for an error, what :mod:`errors` says of it."""
        try:
            answer = await self._conversation.answer(request)
            return answer if isinstance(answer, Form) else self._render(request.text, answer)
        except Exception as error:
            return to_answer(explain(error))

    def complete(self, typed: str, what: Lookup, *, limit: int, workspace: Workspace) -> Sequence[Completion]:
        """Return ways to finish what somebody has typed; none where that goes wrong."""
        try:
            return self._conversation.complete(typed, what=what, limit=limit, workspace=workspace)
        except Exception as error:
            log_bug(error)
            return ()

    def _render(self, asked: str, reply: Reply) -> Answer:
        """Return the looks of *reply*, from memory where the core gave the very same one before."""
        key = current_language(), asked
        kept = self._kept.get(key)
        if kept is not None and kept[0] is reply:
            return kept[1]
        answer = to_answer(reply)
        if reply.shared_by is None and len(asked) <= _KEPT_LENGTH:
            if len(self._kept) >= _KEPT_ANSWERS:
                self._kept.clear()
            self._kept[key] = (reply, answer)
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
        await self.languages.close()


async def _see_through(work: Coroutine[Any, Any, None]) -> None:
    """Do *work*; nobody waits for it who could be told of a bug."""
    try:
        await work
    except Exception as error:
        log_bug(error)


def to_answer(reply: Reply) -> Answer:
    """Return *reply* with its looks."""
    return Answer(reply=reply, message=to_message(reply))
