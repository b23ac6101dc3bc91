"""One process's turn to post for a group whose budget all processes share."""

import asyncio
from datetime import datetime

from readbot.ports import Clock
from readbot.store import Store


class Turn:
    """Held while a process posts, so that the platform's pace is kept whatever the number of processes.

    A process that dies with it keeps the others waiting until it runs out.
    """

    def __init__(self, store: Store, clock: Clock, group: str, *, lasts_s: float) -> None:
        """Be ready to take the turn of *group* for *lasts_s* seconds at a time."""
        self._turns = store.turns
        self._clock = clock
        self._name = f"digests:{group}"
        self._lasts_s = lasts_s
        self._until: datetime | None = None
        self._taken_s = 0.0

    async def keep(self) -> bool:
        """Take the turn, or make it last; tell whether it is this process's."""
        if self._until is not None and self._clock.elapsed_s() - self._taken_s < self._lasts_s / 2:
            return True
        return await self._take(self._lasts_s)

    async def end(self, *, rest_s: float = 0.0) -> None:
        """Give the turn back, if it is held, once *rest_s* have passed: the platform asked for a rest."""
        if self._until is None:
            return
        if rest_s > 0:
            await self._take(rest_s)
        else:
            await asyncio.to_thread(self._turns.end, self._name, self._until)
        self._until = None

    async def _take(self, for_s: float) -> bool:
        self._taken_s = self._clock.elapsed_s()
        self._until = await asyncio.to_thread(self._turns.take, self._name, for_s, held_until=self._until)
        return self._until is not None
