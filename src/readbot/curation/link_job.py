"""Looking after the links while readbot runs: each once a week, and one summary a week for the curators."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta

from readbot.conversation.reply import Reply
from readbot.curation.health import HealthBook
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

#: Between two looks: what another process or ``readbot links check`` found is known here after that.
LOOK_EVERY_S = 600.0
#: A start is no time for it; and who starts readbot over and over calls nobody.
_FIRST_LOOK_S = 60.0
#: Between two rounds, over all processes. What is due in a round, each link's own state says.
_ROUND_EVERY_S = 6 * 3600.0
_SUMMARY_EVERY_S = 7 * 86400.0
#: An address that nobody asked about for so long is on no list any more.
_FORGET_AFTER = timedelta(days=90)


class LinkKeeper:
    """Checks what is due, and tells of it."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        reading_lists: Callable[[], Sequence[ReadingList]],
        book: HealthBook,
        *,
        tell: Callable[[Reply], Awaitable[None]],
        clock: Clock,
        checks: bool = True,
        options: CheckOptions | None = None,
    ) -> None:
        self._settings = settings
        self._checks = checks and settings.link_checks is not LinkChecks.OFF
        self._store = store
        self._reading_lists = reading_lists
        self._book = book
        self._tell = tell
        self._clock = clock
        self._options = options

    async def look(self) -> None:
        """Learn what others found and, where the settings ask for it and no other process does, check links."""
        await asyncio.to_thread(self._book.refresh)
        if self._checks and await asyncio.to_thread(self._store.taken.take, "links:round", _ROUND_EVERY_S):
            await self._run_round()

    async def _run_round(self) -> None:
        reading_lists = await asyncio.to_thread(self._reading_lists)
        now = self._clock.now()
        urls = dict.fromkeys(url for each in reading_lists for url in list_addresses(each))
        due = [url for url in urls if is_due(self._book.find(url), now)]
        if due:
            await self._sweep(due)
            await asyncio.to_thread(self._store.links.forget, now - _FORGET_AFTER)
            await asyncio.to_thread(self._book.refresh)
        summary = await asyncio.to_thread(
            write_summary, reading_lists, self._settings.served_paths, self._book.find
        )
        if summary is None:
            return
        # Taken before telling: a curator is told once or, after a crash in between, not at all.
        if await asyncio.to_thread(self._store.taken.take, "links:summary", _SUMMARY_EVERY_S):
            await self._tell(summary)

    async def _sweep(self, due: Sequence[str]) -> None:
        known = {health.url: health for health in await asyncio.to_thread(self._store.links.load)}
        async with open_checker(self._settings, clock=self._clock, options=self._options) as checker:
            sweep = Sweep(checker, save=self._store.links.save, known=known, clock=self._clock)
            try:
                swept = await sweep.run(due)
            except OfflineError as error:
                logger.warning("links were not checked: %s", error)
            else:
                logger.info("links: %d checked, %d left for later", swept.checked, swept.left)


def list_served(shelves: Shelves, store: Store) -> list[ReadingList]:
    """Return all lists that somebody reads: the operator's, and each that a workspace added to. Blocks."""
    shared = [shelves.get(name).reading_list for name in shelves.names]
    return shared + [shelves.find_list(workspace) for workspace in store.overlays.list_workspaces()]


@asynccontextmanager
async def run_link_checks(
    settings: Settings,
    store: Store,
    reading_lists: Callable[[], Sequence[ReadingList]],
    book: HealthBook,
    *,
    tell: Callable[[Reply], Awaitable[None]],
    clock: Clock,
    checks: bool = True,
    options: CheckOptions | None = None,
) -> AsyncIterator[LinkKeeper]:
    """Keep *book* up to date while the block runs, and check links where the settings ask for it.

    Over several processes one checks at a time; the others learn what it finds.

    Args:
        settings: READBOT_LINK_CHECKS, and who asks.
        store: Where is kept what was found.
        reading_lists: Returns all lists that are served, with what workspaces added; may block.
        book: Knows how links are.
        tell: Tells the curators.
        clock: Of the process.
        checks: Whether this process may check links; another one does otherwise.
        options: For tests.
    """
    await asyncio.to_thread(book.refresh)
    keeper = LinkKeeper(
        settings, store, reading_lists, book, tell=tell, clock=clock, checks=checks, options=options
    )
    looking = asyncio.create_task(_look_again_and_again(keeper), name="links")
    try:
        yield keeper
    finally:
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)


async def _look_again_and_again(keeper: LinkKeeper) -> None:
    await asyncio.sleep(_FIRST_LOOK_S)
    while True:
        try:
            await keeper.look()
        except Exception:
            # A database that is away for a while ends nothing here either.
            logger.exception("could not look after the links; the next look tries again")
        await asyncio.sleep(LOOK_EVERY_S)
