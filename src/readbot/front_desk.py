"""Where every request arrives: answered from memory, or by the digest's desk; counted and logged."""

import logging
from collections.abc import Sequence
from functools import lru_cache
from time import perf_counter

from readbot.conversation.bot import Bot
from readbot.conversation.commands import (
    Command,
    Digest,
    ListSections,
    Search,
    Share,
    ShowHelp,
    ShowLink,
    ShowMenu,
    ShowNew,
    ShowRandom,
    ShowSection,
    parse_command,
)
from readbot.conversation.reply import Reply
from readbot.conversation.request import Request
from readbot.digests.desk import DigestDesk
from readbot.metrics import CommandMetrics
from readbot.search.results import Completion

logger = logging.getLogger(__name__)


class FrontDesk:
    """Implements ``readbot.ports.Conversation``."""

    def __init__(
        self, bot: Bot, *, digests: DigestDesk | None = None, metrics: CommandMetrics | None = None
    ) -> None:
        """Answer from *bot*, and about digests from *digests* where there is a database for them."""
        self._bot = bot
        self._digests = digests
        self._metrics = metrics or CommandMetrics()

    def is_quick(self, text: str) -> bool:
        return self._digests is None or not isinstance(_parse(text), Digest)

    async def answer(self, request: Request) -> Reply:
        command = _parse(request.text)
        began = perf_counter()
        try:
            reply = await self._answer(command, request)
        except Exception:
            self._note(command, request, "error", perf_counter() - began)
            raise
        self._note(command, request, reply.outcome.value, perf_counter() - began)
        return reply

    def complete(self, text: str, *, limit: int) -> Sequence[Completion]:
        return self._bot.complete(text, limit=limit)

    def complete_section(self, text: str, *, limit: int) -> Sequence[Completion]:
        return self._bot.complete_section(text, limit=limit)

    async def _answer(self, command: Command, request: Request) -> Reply:
        if isinstance(command, Digest) and self._digests is not None:
            return await self._digests.answer(command.words, request)
        return self._bot.answer(command, request)

    def _note(self, command: Command, request: Request, outcome: str, seconds: float) -> None:
        """Count and log one command: what it was, never what it said."""
        name = _name(command)
        self._metrics.count(platform=request.platform, command=name, outcome=outcome, seconds=seconds)
        logger.info(
            "answered",
            extra={
                "action": "command",
                "platform": request.platform,
                "workspace": request.workspace_id,
                "command": name,
                "outcome": outcome,
                "ms": round(seconds * 1000, 2),
            },
        )


#: An adapter asks about a text before it hands it over, and people ask the same things.
_parse = lru_cache(maxsize=1024)(parse_command)


def _name(command: Command) -> str:
    if isinstance(command, Share):
        return f"share {_name(command.command)}"
    return _NAMES[type(command)]


_NAMES: dict[type[Command], str] = {
    ShowMenu: "menu",
    ShowHelp: "help",
    ListSections: "sections",
    ShowSection: "section",
    ShowRandom: "random",
    ShowNew: "new",
    ShowLink: "link",
    Digest: "digest",
    Search: "search",
}
