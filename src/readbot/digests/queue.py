"""Workers on several machines: Procrastinate on PostgreSQL carries wake-ups, the ledger decides.

A job says "this group has something to post", and no more. One job per group waits at most
(``queueing_lock``) and one runs at most (``lock``), so a workspace's pace is kept by one worker at a
time. A lost job costs nothing: every worker's rounds wake what is due. So jobs are never retried,
and those of dead workers are finished rather than run again; the ledger knows what they left.
"""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from procrastinate import App, PsycopgConnector
from procrastinate.app import WorkerOptions
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Status

from readbot.ports import Clock

logger = logging.getLogger(__name__)

TASK = "readbot.serve"
#: After this long a job ends, and the next round wakes its group again.
SERVE_FOR_S = 60.0
#: How often each worker looks for jobs of workers that died, and when a worker counts as dead. Until
#: then its group is locked, and nobody else can post for it.
SWEEP_EVERY_S = 30.0
DEAD_AFTER_S = 30.0
#: A group that was woken is not woken again for so long, so that rounds do not flood the queue.
_WAKE_AGAIN_S = 5.0
_BATCH = 500
_BEGIN_ANEW_AFTER_S = 2.0


class WakeUps:
    """Wakes groups: for whichever worker is free, on whichever machine."""

    def __init__(self, app: App, clock: Clock, *, sweep_every_s: float, dead_after_s: float) -> None:
        self._app = app
        self._clock = clock
        self._sweep_every_s = sweep_every_s
        self._dead_after_s = dead_after_s
        self._wake_again_s = min(_WAKE_AGAIN_S, sweep_every_s)
        self._woken_at: dict[str, float] = {}

    async def wake(self, groups: Sequence[str]) -> None:
        """Have each of the groups served once more, by whoever is free first."""
        now = self._clock.elapsed_s()
        self._woken_at = {group: at for group, at in self._woken_at.items() if now - at < self._wake_again_s}
        fresh = [group for group in groups if group not in self._woken_at]
        for start in range(0, len(fresh), _BATCH):
            await self._defer(fresh[start : start + _BATCH])
        self._woken_at |= dict.fromkeys(fresh, now)

    async def sweep(self) -> int:
        """Finish the jobs of workers that died, so that their groups can be woken, and return how many."""
        stalled = list(
            await self._app.job_manager.get_stalled_jobs(
                task_name=TASK, seconds_since_heartbeat=self._dead_after_s
            )
        )
        finished = 0
        for job in stalled:
            # Another worker's sweep may be quicker: then the job is gone, and that is an error here.
            with suppress(ConnectorException):
                # Not retried: a retry breaks where a second job of the group waits already.
                await self._app.job_manager.finish_job(job, Status.FAILED, delete_job=True)
                finished += 1
        if finished:
            logger.warning("digests: finished %d jobs of workers that died", finished)
        return finished

    async def sweep_until(self, stop: asyncio.Event) -> None:
        """Sweep at once and then every half minute. No periodic job: that could stall as well."""
        # Not ended by cancelling: a query under way turns a cancellation into an error of its own.
        while not stop.is_set():
            try:
                await self.sweep()
            except ConnectorException:
                logger.exception("digests: the queue could not be swept")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), self._sweep_every_s)

    async def _defer(self, groups: Sequence[str]) -> None:
        jobs = [self._configure(group).make_new_job(group=group) for group in groups]
        try:
            await self._app.job_manager.batch_defer_jobs_async(jobs=jobs)
        except AlreadyEnqueued:
            # One of them waits already, and a batch goes in as a whole.
            for group in groups:
                with suppress(AlreadyEnqueued):
                    await self._configure(group).defer_async(group=group)

    def _configure(self, group: str):  # type: ignore[no-untyped-def]
        platform = group.partition(":")[0]
        return self._app.configure_task(TASK, queue=platform, lock=group, queueing_lock=group)


@asynccontextmanager
async def open_wake_ups(
    url: str,
    *,
    clock: Clock,
    serve: Callable[[str, float], Awaitable[object]] | None = None,
    platforms: Collection[str] = (),
    at_once: int = 32,
    stop_within_s: float = 10.0,
    serve_for_s: float = SERVE_FOR_S,
    sweep_every_s: float = SWEEP_EVERY_S,
    dead_after_s: float = DEAD_AFTER_S,
) -> AsyncIterator[WakeUps]:
    """Open the queue, and work on it while the context is open.

    Args:
        url: PostgreSQL, as DATABASE_URL has it; Procrastinate's tables are made when they are missing.
        clock: Tells how long ago a group was woken.
        serve: Serves a group for so many seconds at most; without it this process only wakes others.
        platforms: Names of those that can be posted to here.
        at_once: Groups served at once.
        stop_within_s: On leaving, jobs under way get so long.
        serve_for_s: How long one job serves its group.
        sweep_every_s: How often to look for jobs of workers that died.
        dead_after_s: When a worker without a heartbeat counts as dead.
    """
    # It tells of every job; what a job did is in our own lines.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=4))

    @app.task(name=TASK, pass_context=False)
    async def serve_group(group: str) -> None:
        if serve is not None:
            # Should the serving hang, the group would be locked on a living worker, and nobody would notice.
            async with asyncio.timeout(2 * serve_for_s + stop_within_s):
                await serve(group, serve_for_s)

    async with AsyncExitStack() as stack:
        await stack.enter_async_context(app.open_async())
        await _make_tables(app)
        wake_ups = WakeUps(app, clock, sweep_every_s=sweep_every_s, dead_after_s=dead_after_s)
        stop = asyncio.Event()
        sweeping = asyncio.create_task(wake_ups.sweep_until(stop), name="digest queue sweep")
        working: asyncio.Task[None] | None = None
        if serve is not None and platforms:
            options = WorkerOptions(
                queues=sorted(platforms),
                concurrency=at_once,
                install_signal_handlers=False,
                # For jobs that wait for their group's lock; others are notified of.
                fetch_job_polling_interval=1.0,
                delete_jobs="successful",
                shutdown_graceful_timeout=stop_within_s,
                update_heartbeat_interval=dead_after_s / 3,
                stalled_worker_timeout=dead_after_s,
            )
            working = asyncio.create_task(_work_until(stop, app, options), name="digest queue worker")
        try:
            yield wake_ups
        finally:
            stop.set()
            if working is not None:
                # The worker takes it as the wish to stop: it fetches no more and lets its jobs end.
                working.cancel()
            tasks = [task for task in (sweeping, working) if task is not None]
            _, late = await asyncio.wait(tasks, timeout=stop_within_s + 5)
            for task in late:
                task.cancel()


async def _work_until(stop: asyncio.Event, app: App, options: WorkerOptions) -> None:
    """Work, and begin anew after a while when the database was away."""
    while not stop.is_set():
        try:
            await app.run_worker_async(**options)
        except Exception:
            logger.exception("digests: the queue's worker broke off")
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), _BEGIN_ANEW_AFTER_S)


async def _make_tables(app: App) -> None:
    """Make Procrastinate's tables unless they are there; of processes that start together one does."""
    for _ in range(20):
        if await app.check_connection_async():
            return
        try:
            await app.schema_manager.apply_schema_async()
        except ConnectorException:
            # Another process is at it, or was quicker: look again.
            await asyncio.sleep(0.1)
    await app.schema_manager.apply_schema_async()
