"""Where every request arrives: answered from the list, or at the desk it belongs to; counted and logged."""

import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from time import perf_counter
from typing import Protocol

from readbot.conversation import wording
from readbot.conversation.bot import Bot
from readbot.conversation.commands import (
    DESK_WORDS,
    AtDesk,
    Command,
    ListSections,
    ReadingFor,
    Search,
    Share,
    ShowHelp,
    ShowLink,
    ShowLinks,
    ShowMenu,
    ShowNew,
    ShowRandom,
    ShowSection,
    Unshare,
    parse_command,
)
from readbot.conversation.form import Answer, Form, Lookup
from readbot.conversation.request import Request, Workspace
from readbot.digests.zones import COMMON_ZONES, find_zones
from readbot.language import speaking
from readbot.metrics import CommandMetrics
from readbot.ports import Manner
from readbot.rate_limit import RateLimit
from readbot.search.results import Completion, CompletionKind

logger = logging.getLogger(__name__)


class Desk(Protocol):
    """Answers one kind of command, with the database or a platform behind it."""

    def manner(self, words: str) -> Manner:
        """Tell how the answer comes to what stands behind the command's own word."""

    async def answer(self, words: str, request: Request) -> Answer:
        """Answer it, or the submission of its form. Never raises for what a person typed."""


class Notebook(Protocol):
    """Takes down what was asked, for people themselves and for curators. Never waits."""

    def note(self, command: Command, request: Request, outcome: str) -> None: ...


class FrontDesk:
    """Implements ``readbot.ports.Conversation``."""

    def __init__(
        self,
        bot: Bot,
        *,
        desks: Mapping[type[AtDesk], Desk] | None = None,
        notebook: Notebook | None = None,
        rate_limit: RateLimit | None = None,
        metrics: CommandMetrics | None = None,
    ) -> None:
        """Answer from *bot*.

        Args:
            bot: Answers from the list.
            desks: What answers the rest, by kind of command; without a desk a command is not to be had.
            notebook: Takes down what was asked.
            rate_limit: How often one person may ask; without it as often as they like.
            metrics: Where to count.
        """
        self._bot = bot
        self._desks = desks or {}
        self._notebook = notebook
        self._rate_limit = rate_limit
        self._metrics = metrics or CommandMetrics()

    def manner(self, text: str) -> Manner:
        command = _parse(text)
        desk = self._find_desk(command)
        return desk.manner(command.words) if isinstance(command, AtDesk) and desk else Manner.MEMORY

    async def answer(self, request: Request) -> Answer:
        with speaking(request.reader.locale):
            return await self._answer_and_note(request)

    async def _answer_and_note(self, request: Request) -> Answer:
        command = _parse(request.text)
        began = perf_counter()
        try:
            answer = await self._answer(command, request)
        except Exception:
            self._note(command, request, "error", perf_counter() - began)
            raise
        outcome = "form" if isinstance(answer, Form) else answer.outcome.value
        self._note(command, request, outcome, perf_counter() - began)
        return answer

    def complete(
        self, text: str, *, what: Lookup = Lookup.QUERY, limit: int, workspace: Workspace
    ) -> Sequence[Completion]:
        if what is Lookup.ZONE:
            zones = find_zones(text, limit=limit) if text.strip() else COMMON_ZONES[:limit]
            return [Completion(kind=CompletionKind.ZONE, text=zone, detail="") for zone in zones]
        index = self._bot.libraries.find(workspace).index
        if what is Lookup.SECTION:
            return index.complete_section(text, limit=limit)
        return index.complete(text, limit=limit)

    async def _answer(self, command: Command, request: Request) -> Answer:
        if self._rate_limit is not None:
            wait_s = self._rate_limit.wait_s((request.workspace, request.reader.id))
            if wait_s:
                return wording.slow_down(wait_s)
        desk = self._find_desk(command)
        if desk is not None and isinstance(command, AtDesk):
            answer = await desk.answer(command.words, request)
            return answer if isinstance(answer, Form) else self._bot.examine(answer)
        return self._bot.answer(command, request)

    def _find_desk(self, command: Command) -> Desk | None:
        return self._desks.get(type(command)) if isinstance(command, AtDesk) else None

    def _note(self, command: Command, request: Request, outcome: str, seconds: float) -> None:
        """Count and log one command: what it was, never what it said."""
        name = _name(command)
        self._metrics.count(platform=request.platform, command=name, outcome=outcome, seconds=seconds)
        if self._notebook is not None:
            self._notebook.note(command, request, outcome)
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
_recall = lru_cache(maxsize=1024)(parse_command)

#: A longer text, such as a whole message, nobody sends twice, and it would fill the memory.
_KEPT_LENGTH = 200


def _parse(text: str) -> Command:
    return _recall(text) if len(text) <= _KEPT_LENGTH else parse_command(text)


def _name(command: Command) -> str:
    if isinstance(command, Share):
        return f"share {_name(command.command)}"
    return _NAMES[type(command)]


_NAMES: dict[type, str] = {
    ShowMenu: "menu",
    ShowHelp: "help",
    ListSections: "sections",
    ShowSection: "section",
    ShowRandom: "random",
    ShowNew: "new",
    ShowLink: "link",
    ShowLinks: "links",
    ReadingFor: "reading-for",
    Search: "search",
    Unshare: "unshare",
    **DESK_WORDS,
}
