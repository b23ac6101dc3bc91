"""The links as the page sees them: which are dead, and how one dies and comes back."""

import asyncio
from datetime import timedelta

from readbot.curation.health import HealthBook
from readbot.curation.model import LinkHealth, LinkState
from readbot.playground.deeds import DeedError, Json
from readbot.ports import Clock
from readbot.reading_list import ReadingList
from readbot.store import Store

#: For how long a link that dies here has not answered; ``links check`` asks three times over three days.
_FAILING_FOR = timedelta(days=4)
_FAILURES = 3


class LinkWatch:
    """Finds in the program's own store what the checker would have found. Nothing is asked for."""

    def __init__(self, store: Store, health: HealthBook, reading_list: ReadingList, clock: Clock) -> None:
        """Watch the links of *reading_list*.

        Args:
            store: The program's.
            health: What the program knows of links.
            reading_list: Whose links die.
            clock: The program's.
        """
        self._store = store
        self._health = health
        self._reading_list = reading_list
        self._clock = clock

    def describe(self) -> list[Json]:
        """Return the dead links in the list's order, as ``DeadLink`` in protocol.ts."""
        return [
            {"url": entry.link.url, "title": entry.link.title}
            for entry in self._reading_list.entries
            if self._health.is_dead(entry.link.url)
        ]

    async def let_one_die(self) -> None:
        """Let the first link that is not dead be so, with an archived copy.

        Raises:
            DeedError: All are dead.
        """
        for entry in self._reading_list.entries:
            if not self._health.is_dead(entry.link.url):
                return await self._find(self._make_dead(entry.link.url))
        raise DeedError("All links are dead. Mend one first.")

    async def mend(self, url: str) -> None:
        """Let a link answer again."""
        await self._find(LinkHealth(url=url, state=LinkState.OK, checked_at=self._clock.now(), status=200))

    def _make_dead(self, url: str) -> LinkHealth:
        now = self._clock.now()
        return LinkHealth(
            url=url,
            state=LinkState.DEAD,
            failures=_FAILURES,
            failing_since=now - _FAILING_FOR,
            checked_at=now,
            status=404,
            reason="not found",
            archived_url=f"https://web.archive.org/web/2/{url}",
        )

    async def _find(self, found: LinkHealth) -> None:
        """Keep what was found, and let the program know at once: by itself it looks every ten minutes."""
        await asyncio.to_thread(self._store.links.save, [found])
        await asyncio.to_thread(self._health.refresh)
