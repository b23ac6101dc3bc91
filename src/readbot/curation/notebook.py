"""Takes down what was asked: what the list had no answer to, and what each person looked at last.

It stays in memory for a moment and is written together with what others asked: no answer waits for it.
"""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from readbot.clock import SystemClock
from readbot.conversation.commands import Command, Search, ShowLink, ShowSection, format_command
from readbot.conversation.reply import Outcome
from readbot.conversation.request import Request, Workspace
from readbot.ports import Clock
from readbot.search.text import clean_query
from readbot.store import Asked, Store
from readbot.store.gaps import MAX_GAP_LENGTH
from readbot.store.recent import MAX_RECENT_LENGTH

logger = logging.getLogger(__name__)

#: A crash loses what was asked for so long; a stop loses nothing.
FLUSH_EVERY_S = 2.0
#: Between two looks for what is too old to be kept.
_SWEEP_EVERY_S = 3600.0
#: What is held in memory while the database is away; beyond, what is new is not noted.
_MAX_HELD = 10_000
#: Days for which is kept what a person looked at.
RECENT_DAYS = 90
#: What was pasted by mistake or tells who asks, and would stand before curators: a mail address, a web
#: address (some carry a key), a number as long as a telephone's or a card's, and what looks like a key:
#: sixteen letters and digits in a row, several of each. A paper's "2005.14165" is none of these.
_PERSONAL = re.compile(
    r"\S@\S|://|(?:\d[ ().+/-]{0,2}){10}|(?<![a-z\d])(?=(?:[a-z]*\d){3})(?=(?:\d*[a-z]){3})[a-z\d]{16}",
    re.IGNORECASE,
)


class Notebook:
    """Implements ``readbot.front_desk.Notebook``. For use in one event loop."""

    def __init__(
        self, store: Store, *, gaps_days: int, recent_answers: int, clock: Clock | None = None
    ) -> None:
        """Write into *store*.

        Args:
            store: Where it is kept.
            gaps_days: Days for which searches without an answer are counted; 0 counts none.
            recent_answers: How much is kept of what each person asked; 0 keeps nothing.
            clock: When it was asked.
        """
        self._store = store
        self._gaps_days = gaps_days
        self._recent_answers = recent_answers
        self._clock = clock or SystemClock()
        self._gaps: Counter[tuple[Workspace, str]] = Counter()
        self._asked: dict[Asked, datetime] = {}
        self._writing = asyncio.Lock()

    def note(self, command: Command, request: Request, outcome: str) -> None:
        if outcome == Outcome.NO_MATCH and self._gaps_days:
            self._note_gap(command, request)
        elif outcome == Outcome.ANSWERED and self._recent_answers:
            self._note_answer(command, request)

    def _note_gap(self, command: Command, request: Request) -> None:
        # What somebody asks in a direct message may be about themselves, and curators would read it.
        if request.is_private or not isinstance(command, Search):
            return
        words = clean_query(command.query).casefold()
        if _PERSONAL.search(words):
            return
        if len(words) > MAX_GAP_LENGTH:
            words = words[: MAX_GAP_LENGTH + 1].rpartition(" ")[0] or words[:MAX_GAP_LENGTH]
        key = (request.workspace, words)
        if words and (key in self._gaps or len(self._gaps) < _MAX_HELD):
            self._gaps[key] += 1

    def _note_answer(self, command: Command, request: Request) -> None:
        if not isinstance(command, Search | ShowSection | ShowLink):
            return
        # Whatever its page: it is one thing that was asked.
        first = command if isinstance(command, ShowLink) else replace(command, page=1)
        # As it was searched: without what does not show, but would turn a line around it.
        text = clean_query(format_command(first))
        if len(text) > MAX_RECENT_LENGTH:
            return
        asked = Asked(
            platform=request.platform,
            workspace_id=request.workspace_id,
            person_id=request.reader.id,
            command=text,
        )
        if asked in self._asked or len(self._asked) < _MAX_HELD:
            self._asked[asked] = self._clock.now()

    async def flush(self) -> None:
        """Write down all that was noted until now; a database that is away gets it the next time."""
        async with self._writing:
            gaps, self._gaps = self._gaps, Counter()
            asked, self._asked = self._asked, {}
            try:
                await asyncio.to_thread(self._write, gaps, asked)
            except Exception:
                logger.exception("could not write down what was asked; the next time tries again")
                self._gaps += gaps
                self._asked = asked | self._asked

    def _write(self, gaps: Counter[tuple[Workspace, str]], asked: dict[Asked, datetime]) -> None:
        self._store.recent.keep(asked, limit=self._recent_answers)
        asked.clear()
        self._store.gaps.count_up(gaps)
        gaps.clear()

    async def sweep(self) -> None:
        """Forget what is too old to be kept; all of it where nothing is to be kept any more."""
        await asyncio.to_thread(self._sweep)

    def _sweep(self) -> None:
        now = self._store.now()
        self._store.gaps.sweep(now - timedelta(days=self._gaps_days))
        self._store.recent.sweep(now - timedelta(days=RECENT_DAYS if self._recent_answers else 0))


@asynccontextmanager
async def open_notebook(
    store: Store, *, gaps_days: int, recent_answers: int, clock: Clock | None = None
) -> AsyncIterator[Notebook]:
    """Give a notebook that is written down every few seconds, and once more when the block ends.

    Args:
        store: Where it is kept.
        gaps_days: As ``Notebook`` has it.
        recent_answers: As ``Notebook`` has it.
        clock: When it was asked.
    """
    notebook = Notebook(store, gaps_days=gaps_days, recent_answers=recent_answers, clock=clock)
    writing = asyncio.create_task(_write_again_and_again(notebook), name="notebook")
    try:
        yield notebook
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        await notebook.flush()


async def _write_again_and_again(notebook: Notebook) -> None:
    sweep_at = monotonic()
    while True:
        await asyncio.sleep(FLUSH_EVERY_S)
        await notebook.flush()
        if monotonic() >= sweep_at:
            sweep_at = monotonic() + _SWEEP_EVERY_S
            try:
                await notebook.sweep()
            except Exception:
                logger.exception("could not forget what is old; the next time tries again")
