"""Looking after the links while readbot runs: each once a week, and one summary a week for the curators."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from readbot.conversation.reply import Reply
from readbot.curation.health import LOOK_EVERY_S, HealthBook
from readbot.curation.link_report import write_summary
from readbot.curation.link_wiring import CheckOptions, open_checker
from readbot.curation.sweep import Sweep, is_due, list_addresses
from readbot.exceptions import OfflineError
from readbot.ports import Clock
from readbot.reading_list import ReadingList
from readbot.settings import LinkChecks, Settings
from readbot.shelves import Shelves
from readbot.store import Store

logger = logging.getLogger(__name__)

#: A start is no time for it; and who starts readbot over and over calls nobody.
_FIRST_LOOK_S = 60.0
#: Between two rounds, over all processes. What is due in a round, each link's own state says.
_ROUND_EVERY_S = 6 * 3600.0
_SUMMARY_EVERY_S = 7 * 86400.0
#: An address that nobody asked about for so long is on no list any more.
_FORGET_AFTER = timedelta(days=90)


@dataclass(frozen=True, kw_only=True, eq=False)
class LinkKeeper:
    """Keeps a book up to date, checks links that are due where the settings ask for it, and tells of it.

    Over several processes one checks at a time; the others learn what it finds.
    """

    #: READBOT_LINK_CHECKS, and who asks.
    settings: Settings
    #: Where is kept what was found.
    store: Store
    #: Returns all lists that are served, with what workspaces added; may block.
    reading_lists: Callable[[], Sequence[ReadingList]]
    #: Knows how links are.
    book: HealthBook
    #: Tells the curators.
    tell: Callable[[Reply], Awaitable[None]]
    #: Of the process.
    clock: Clock
    #: Whether this process may check links; another one does otherwise.
    checks: bool = True
    #: For tests.
    options: CheckOptions | None = None

    @asynccontextmanager
    async def run(self) -> AsyncIterator[None]:
        """Look again and again while the block runs."""
        await asyncio.to_thread(self.book.refresh)
        looking = asyncio.create_task(self._look_again_and_again(), name="links")
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)

    async def _look_again_and_again(self) -> None:
        await asyncio.sleep(_FIRST_LOOK_S)
        while True:
            try:
                await self.look()
            except Exception:
                # A database that is away for a while ends nothing here either.
                logger.exception("could not look after the links; the next look tries again")
            await asyncio.sleep(LOOK_EVERY_S)

    async def look(self) -> None:
        """Learn what others found and, where the settings ask for it and no other process does, check links."""
        await asyncio.to_thread(self.book.refresh)
        if self._may_check and await asyncio.to_thread(self.store.taken.take, "links:round", _ROUND_EVERY_S):
            await self._run_round()

    @property
    def _may_check(self) -> bool:
        return self.checks and self.settings.link_checks is not LinkChecks.OFF

    async def _run_round(self) -> None:
        reading_lists = await asyncio.to_thread(self.reading_lists)
        now = self.clock.now()
        urls = dict.fromkeys(url for each in reading_lists for url in list_addresses(each))
        due = [url for url in urls if is_due(self.book.find(url), now)]
        if due:
            await self._sweep(due)
            await asyncio.to_thread(self.store.links.forget, now - _FORGET_AFTER)
            await asyncio.to_thread(self.book.refresh)
        summary = await asyncio.to_thread(
            write_summary, reading_lists, self.settings.served_paths, self.book.find
        )
        if summary is None:
            return
        # Taken before telling: a curator is told once or, after a crash in between, not at all.
        if await asyncio.to_thread(self.store.taken.take, "links:summary", _SUMMARY_EVERY_S):
            await self.tell(summary)

    async def _sweep(self, due: Sequence[str]) -> None:
        known = {health.url: health for health in await asyncio.to_thread(self.store.links.load)}
        async with open_checker(self.settings, clock=self.clock, options=self.options) as checker:
            sweep = Sweep(checker, save=self.store.links.save, known=known, clock=self.clock)
            try:
                swept = await sweep.run(due)
            except OfflineError as error:
                logger.warning("links were not checked: %s", error)
            else:
                logger.info("links: %d checked, %d left for later", swept.checked, swept.left)


def list_served(shelves: Shelves, store: Store) -> list[ReadingList]:
    """Return all lists that somebody reads: the operator's, and each that a workspace added to. Blocks."""
    shared = [shelves.get(name).reading_list for name in shelves.names]
    return shared + [shelves.find_list(workspace) for workspace in store.overlays.stamps()]
