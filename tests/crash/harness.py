"""One run: digests fall due, the program is killed and comes back, and the platform is asked what it has.

Nothing in readbot knows of this harness. It looks at the ledger and at what arrives at the platform,
and kills from outside, at once, when it sees the moment that it waits for.
"""

import asyncio
import json
import random
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from time import monotonic

import sqlalchemy as sa

from readbot.digests.model import Channel
from readbot.digests.post import DigestWriter
from readbot.digests.service import DigestService
from readbot.digests.wish import parse_wish
from readbot.reading_list.yaml_file import load_list
from readbot.store import Database, Store
from tests.crash.platforms import Moment, Stage, WatchedFaults, open_discord, open_slack
from tests.crash.program import LIST_PATH, Program, run_cli
from tests.postgres import make_database

CHANNELS = 8
#: A run that is not through by then is stuck. Starting again takes a minute on a machine that is busy enough.
GIVE_UP_AFTER_S = 300.0
#: Longer than any post is on its way.
LAST_POST_LANDS_WITHIN_S = 0.3

OpenStage = Callable[[WatchedFaults, int], AbstractAsyncContextManager[Stage]]


def _open_slack_without_history(faults: WatchedFaults, channels: int) -> AbstractAsyncContextManager[Stage]:
    return open_slack(faults, channels, with_history=False)


def _open_discord_with_forums(faults: WatchedFaults, channels: int) -> AbstractAsyncContextManager[Stage]:
    return open_discord(faults, channels, with_forums=True)


@dataclass(frozen=True, kw_only=True)
class Variant:
    """Which readbot is killed."""

    name: str
    open_stage: OpenStage
    workers: int = 1
    #: PostgreSQL with Procrastinate; otherwise a SQLite file.
    on_postgresql: bool = False
    #: Whether a post without an answer may be left out, as long as it is listed as unconfirmed.
    may_leave_out: bool = False
    #: Whether it may be posted twice instead.
    may_double: bool = False
    settings: Mapping[str, str] = field(default_factory=dict)


VARIANTS = {
    variant.name: variant
    for variant in (
        Variant(name="slack-sqlite", open_stage=open_slack),
        Variant(name="slack-no-history", open_stage=_open_slack_without_history, may_leave_out=True),
        Variant(
            name="slack-repost",
            open_stage=_open_slack_without_history,
            may_double=True,
            settings={"READBOT_ON_UNKNOWN": "repost"},
        ),
        Variant(name="discord-sqlite", open_stage=open_discord),
        Variant(name="discord-forums", open_stage=_open_discord_with_forums),
        Variant(name="slack-postgresql", open_stage=open_slack, on_postgresql=True, workers=2),
        Variant(name="discord-postgresql", open_stage=open_discord, on_postgresql=True, workers=2),
    )
}


class Kill(StrEnum):
    """When to kill, other than at a named moment."""

    RANDOM = "random"
    #: At any time, and not for good: the process stands still for longer than its lease, and goes on.
    FREEZE = "freeze"
    NEVER = "never"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What came of a run."""

    variant: str
    kill_at: str
    seed: int
    deliveries: int
    kills: int
    faults: int
    doubled: int
    #: Whether that was to be expected.
    may_double: bool
    #: Missing on the platform, and not listed as unconfirmed where that is allowed.
    lost: int
    #: Listed as unconfirmed, and of those the ones that did not arrive.
    unconfirmed: int
    left_out: int
    #: Deliveries that were still open at the end.
    stuck: int
    #: How often a program ended without being killed.
    fell: int
    took_s: float
    #: What the programs said, for a run that went wrong.
    log: str = field(repr=False)

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.stuck or self.fell or (self.doubled and not self.may_double))


class Executioner:
    """Kills programs at the moments of a plan."""

    def __init__(self, plan: Iterable[tuple[Moment, int]], chance: random.Random) -> None:
        """Kill at the nth time of each moment, one after the other; counting begins anew each time."""
        self._plan = deque(plan)
        self._chance = chance
        self._seen = 0
        self.programs: list[Program] = []
        self.kills = 0
        #: Set once something is to be seen.
        self.began = asyncio.Event()

    def see(self, moment: Moment) -> None:
        """Be told of a moment; kills before it returns."""
        self.began.set()
        if not self._plan or self._plan[0][0] is not moment:
            return
        self._seen += 1
        if self._seen >= self._plan[0][1] and self.strike():
            self._plan.popleft()
            self._seen = 0

    def strike(self) -> bool:
        """Kill some of the programs, or all of them."""
        number = self._chance.randint(1, len(self.programs))
        struck = sum([program.kill() for program in self._chance.sample(self.programs, number)])
        self.kills += struck
        return struck > 0


async def run_once(
    variant: Variant,
    kill_at: str,
    *,
    seed: int,
    postgres: sa.URL | None = None,
    channels: int = CHANNELS,
    kills: int = 2,
    settings: Mapping[str, str] | None = None,
    asks_operator: bool = True,
) -> Result:
    """Let digests fall due in all channels, kill and restart the program, and count.

    Args:
        variant: Which program on which platform.
        kill_at: A ``Moment`` or a ``Kill``.
        seed: Of everything that is left to chance here; what the machine does is not.
        postgres: A server, for variants that need one.
        channels: In how many channels a digest is due.
        kills: How often to kill at a named moment.
        settings: Of the program, beside the variant's.
        asks_operator: Whether to see at the end that ``readbot digest status`` counts the same.
    """
    chance = random.Random(seed)
    plan = []
    if kill_at not in set(Kill):
        moment = Moment(kill_at)
        # A claim is one of eight, and of look-ups there may be one only.
        often = {Moment.TICKED: 1, Moment.LOOKED_UP: 1}.get(moment, 4)
        plan = [(moment, chance.randint(1, often)) for _ in range(kills)]
    executioner = Executioner(plan, chance)
    faults = WatchedFaults(executioner.see, seed=seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="readbot-crash-")))
        if variant.on_postgresql:
            assert postgres is not None
            url = await asyncio.to_thread(stack.enter_context, make_database(postgres))
            where = {"DATABASE_URL": url, "READBOT_QUEUE": "procrastinate"}
        else:
            url = f"sqlite:///{folder / 'readbot.db'}"
            where = {"READBOT_DATA_DIR": str(folder)}
        # The clock and the engine of the program are its own; this one looks on from beside it.
        database = await asyncio.to_thread(Database.open, url)
        stack.callback(database.close)
        async with variant.open_stage(faults, channels) as stage:
            return await _run(
                variant,
                stage,
                Store(database),
                kill_at=kill_at,
                seed=seed,
                executioner=executioner,
                settings={**where, **variant.settings, **(settings or {}), **stage.environ},
                asks_operator=asks_operator,
            )


async def _run(
    variant: Variant,
    stage: Stage,
    store: Store,
    *,
    kill_at: str,
    seed: int,
    executioner: Executioner,
    settings: Mapping[str, str],
    asks_operator: bool,
) -> Result:
    await asyncio.to_thread(make_due, store, stage.channels)
    began = monotonic()
    # One process for everything half of the time, as most people run it.
    part = "all" if variant.workers == 1 and random.Random(seed).random() < 0.5 else "worker"
    async with _keep_up(part, variant.workers, settings, executioner):
        async with asyncio.TaskGroup() as tasks:
            watching = tasks.create_task(_watch(store, executioner))
            killing = tasks.create_task(_strike_at_random(executioner, seed, kill_at))
            stuck = await _wait_until_done(store)
            watching.cancel()
            killing.cancel()
        took_s = monotonic() - began
    await asyncio.sleep(LAST_POST_LANDS_WITHIN_S)
    rows = await asyncio.to_thread(store.journal.list_deliveries, limit=1000)
    unconfirmed = {row.channel.channel_id for row in rows if row.is_unconfirmed}
    if asks_operator:
        await _check_status(len(unconfirmed), settings)
    arrived = stage.count()
    missing = {channel.channel_id for channel in stage.channels if not arrived[channel.channel_id]}
    excused = unconfirmed if variant.may_leave_out else set()
    return Result(
        variant=variant.name,
        kill_at=kill_at,
        seed=seed,
        deliveries=len(stage.channels),
        kills=executioner.kills,
        faults=len(stage.faults.happened),
        doubled=sum(number - 1 for number in arrived.values() if number > 1),
        may_double=variant.may_double,
        lost=len(missing - excused),
        unconfirmed=len(unconfirmed),
        left_out=len(missing & excused),
        stuck=stuck,
        fell=sum(program.falls for program in executioner.programs),
        took_s=took_s,
        log="\n".join(program.log for program in executioner.programs),
    )


def make_due(store: Store, channels: Iterable[Channel], *, in_s: float = 0.0) -> None:
    """Turn a digest on in each of the channels, the first one due in so many seconds."""
    writer = DigestWriter(load_list(LIST_PATH))
    service = DigestService(
        store=store,
        writers=lambda _channel: writer,
        find_sections=lambda _channel, _words: (),
    )
    at = store.now() + timedelta(seconds=in_s)
    for channel in channels:
        service.turn_on(channel, parse_wish("monday 9"), person_id="U1", timezone="Europe/Berlin", next_at=at)


@asynccontextmanager
async def _keep_up(
    part: str, number: int, settings: Mapping[str, str], executioner: Executioner
) -> AsyncIterator[None]:
    """Run the programs within the block, starting again what was killed."""
    executioner.programs = [Program(part, settings) for _ in range(number)]
    keeping = [asyncio.create_task(program.keep_up()) for program in executioner.programs]
    try:
        yield
    finally:
        for task in keeping:
            task.cancel()
        ended = await asyncio.gather(*keeping, return_exceptions=True)
        for program in executioner.programs:
            program.kill()
            await program.wait()
        for error in ended:
            # Cancelled it is by us; anything else, and the program did not come back.
            if isinstance(error, Exception):
                raise error


async def _watch(store: Store, executioner: Executioner) -> None:
    """Tell the executioner what is seen in the ledger."""
    sent = 0
    while True:
        counts = await asyncio.to_thread(lambda: store.journal.count_by_state(store.now()))
        if counts["pending"] and not counts["sending"] and not counts["sent"]:
            executioner.see(Moment.TICKED)
        if counts["sending"]:
            executioner.see(Moment.CLAIMED)
        if counts["sent"] > sent:
            sent = counts["sent"]
            executioner.see(Moment.CONFIRMED)
        await asyncio.sleep(0.005)


async def _strike_at_random(executioner: Executioner, seed: int, kill_at: str) -> None:
    chance = random.Random(seed)
    await executioner.began.wait()
    for number in range(chance.randint(1, 3) if kill_at in {Kill.RANDOM, Kill.FREEZE} else 0):
        # The first one while posts are under way; Discord takes all of them within a second.
        await asyncio.sleep(chance.uniform(0, 3 if number else 0.7))
        if kill_at == Kill.RANDOM:
            executioner.strike()
            continue
        program = chance.choice(executioner.programs)
        executioner.kills += program.freeze()
        try:
            await asyncio.sleep(chance.uniform(1.1, 2.5))
        finally:
            program.thaw()


async def _wait_until_done(store: Store) -> int:
    """Wait until nothing is left to do, or for too long, and return how many are left."""
    until = monotonic() + GIVE_UP_AFTER_S
    while True:
        counts = await asyncio.to_thread(lambda: store.journal.count_by_state(store.now()))
        left = counts["due"] + counts["pending"] + counts["sending"]
        left += counts["unknown"] - counts["unconfirmed"]
        if not left or monotonic() > until:
            return left
        await asyncio.sleep(0.05)


async def _check_status(unconfirmed: int, settings: Mapping[str, str]) -> None:
    """Make sure that an operator is told the same."""
    counts = json.loads(await run_cli("digest", "status", "--json", settings=settings))
    assert counts["unconfirmed"] == unconfirmed, counts
