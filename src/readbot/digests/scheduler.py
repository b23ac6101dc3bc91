"""The engine of the digests: a tick every second or so, and deliveries as they fall due."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from readbot.digests.delivery import Deliverer
from readbot.digests.model import Subscription
from readbot.ports import Clock

logger = logging.getLogger(__name__)

#: How long a stop waits for posts under way.
STOP_WITHIN_S = 10.0
_SLOW_ROUND_S = 30.0


class DigestScheduler:
    """Drives a Deliverer until it is stopped.

    One APScheduler job ticks; APScheduler keeps no jobs for channels, and keeps nothing anywhere but
    in memory: its job stores lose and repeat jobs, its cron fires twice when clocks go back. What is
    due stands in the database.
    """

    def __init__(
        self,
        deliverer: Deliverer,
        *,
        clock: Clock,
        tick_s: float = 1.0,
        revive: Callable[[Subscription], object],
        wake: Callable[[list[str]], Awaitable[None]] | None = None,
    ) -> None:
        """Prepare.

        Args:
            deliverer: What to drive.
            clock: Tells whether the ticks go on.
            tick_s: Seconds between two ticks.
            revive: Makes an unreachable subscription active again.
            wake: Hands groups with something to post to whoever posts them (a queue); without it they
                are posted here.
        """
        self._deliverer = deliverer
        self._clock = clock
        self._tick_s = tick_s
        self._revive = revive
        self._wake = wake
        self._serving: dict[str, asyncio.Task[int]] = {}
        self._chores: asyncio.Task[None] | None = None
        self._scheduler: AsyncIOScheduler | None = None
        self._round = asyncio.Lock()
        self._is_stopping = False
        self._last_round_s: float | None = None

    @property
    def is_ticking(self) -> bool:
        """Whether the last round ended a short while ago."""
        if self._last_round_s is None:
            return False
        return self._clock.elapsed_s() - self._last_round_s < max(_SLOW_ROUND_S, 5 * self._tick_s)

    def start(self) -> None:
        """Begin to tick on the running event loop."""
        # It tells of every run, and of a tick that comes while a long round goes on: both are as meant.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        # Its default grace of a second drops late runs without a word; ours may come late, never double.
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
        )
        self._scheduler.add_job(
            self._round_safely, "interval", seconds=self._tick_s, next_run_time=datetime.now(UTC)
        )
        self._scheduler.start()

    async def stop(self, within_s: float = STOP_WITHIN_S) -> None:
        """Claim nothing more, let the posts under way end, and cancel what takes longer.

        A post that is cancelled stays "sending" in the ledger, and is looked up after its lease.
        """
        self._is_stopping = True
        self._deliverer.stop()
        if self._scheduler is not None:
            self._scheduler.pause()
            # A shutdown would cancel the round under way, and APScheduler report that as a failure.
            with suppress(TimeoutError):
                async with asyncio.timeout(within_s), self._round:
                    pass
            self._scheduler.shutdown(wait=False)
            self._scheduler = None
        under_way = [task for task in (*self._serving.values(), self._chores) if task and not task.done()]
        if under_way:
            _, late = await asyncio.wait(under_way, timeout=within_s)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def run_round(self) -> None:
        """Tick once, and begin to post what is due."""
        await self._deliverer.tick()
        if self._chores is None or self._chores.done():
            self._chores = asyncio.create_task(self._do_chores(), name="digest chores")
        groups = await self._deliverer.due_groups()
        if self._wake is not None:
            await self._wake(groups)
        else:
            for group in groups:
                self._begin_to_serve(group)
        self._last_round_s = self._clock.elapsed_s()

    async def drain(self) -> None:
        """Wait until everything that was begun has ended."""
        while under_way := [
            task for task in (*self._serving.values(), self._chores) if task and not task.done()
        ]:
            await asyncio.wait(under_way)

    async def _round_safely(self) -> None:
        if self._is_stopping:
            # It was about to begin when the stop came, and would be cancelled in the middle.
            return
        try:
            async with self._round:
                await self.run_round()
        except Exception:
            # A database that is away for a while must not end the digests; readiness tells of it.
            logger.exception("digests: a round failed")

    def _begin_to_serve(self, group: str) -> None:
        task = self._serving.get(group)
        if task is None or task.done():
            self._serving[group] = task = asyncio.create_task(self._deliverer.serve(group), name=group)
            task.add_done_callback(lambda done: self._end_serving(group, done))

    def _end_serving(self, group: str, task: asyncio.Task[int]) -> None:
        if self._serving.get(group) is task:
            del self._serving[group]
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("digests: posting for %s broke off", group, exc_info=error)

    async def _do_chores(self) -> None:
        """Do what takes its time and has no hurry, apart from the ticks."""
        try:
            await self._deliverer.chores.look_up()
            await self._deliverer.chores.probe(self._revive)
            await self._deliverer.chores.tell()
        except Exception:
            logger.exception("digests: a chore failed")
