"""Kill readbot over and over, and print what was lost or doubled: ``python -m tests.crash.run``.

Every run is the real program against a loopback platform where a quarter of all calls go wrong.
Exits with 1 when anything was lost, doubled or left hanging; the logs of such runs are printed.
Ctrl-C ends it early, with a table of the runs so far.
"""

import argparse
import asyncio
import sys
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict

import sqlalchemy as sa
from rich.console import Console
from rich.table import Table

from tests.crash.harness import VARIANTS, Kill, Result, run_once
from tests.crash.platforms import Moment
from tests.postgres import serve_postgres

#: Random moments are half of all.
KILLS = [value for moment in Moment for value in (moment.value, Kill.RANDOM.value)]
#: What a run's line says in its own words, or not at all.
_SAID = {"variant", "kill_at", "seed", "may_double", "took_s", "log"}


async def run_many(
    names: Sequence[str], kills: Sequence[str], *, runs: int, seed: int, at_once: int, postgres: sa.URL | None
) -> list[Result]:
    """Run each variant so often, going through *kills* in turn."""
    free = asyncio.Semaphore(at_once)
    results: list[Result] = []
    console = Console(stderr=True)

    async def run(name: str, number: int) -> None:
        async with free:
            kill_at = kills[number % len(kills)]
            result = await run_once(VARIANTS[name], kill_at, seed=seed + number, postgres=postgres)
        results.append(result)
        console.print(describe(result), markup=False, highlight=False, soft_wrap=True)
        if not result.is_well:
            console.print(result.log, markup=False, soft_wrap=True)

    try:
        async with asyncio.TaskGroup() as tasks:
            for number in range(runs):
                for name in names:
                    tasks.create_task(run(name, number))
    except asyncio.CancelledError:
        console.print("Interrupted: this is what there is.")
    return results


def describe(result: Result) -> str:
    """Return a run in one line."""
    verdict = "well" if result.is_well else "NOT WELL"
    facts = {name: value for name, value in asdict(result).items() if value and name not in _SAID}
    told = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in facts.items())
    return f"{verdict}: {result.variant}, {result.kill_at}, seed {result.seed}: {told}, {result.took_s:.1f} s"


def print_table(results: Sequence[Result]) -> None:
    """Print a row for each variant and each way of killing."""
    grouped: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for result in results:
        way = result.kill_at if result.kill_at in set(Kill) else "named moments"
        grouped[result.variant, way].append(result)
    columns = ("deliveries", "kills", "faults", "doubled", "lost", "unconfirmed", "left_out", "stuck", "fell")
    headings = (heading.replace("_", " ") for heading in columns)
    table = Table("variant", "killed at", "runs", *headings, "longest")
    for (variant, way), group in sorted(grouped.items()):
        sums = [sum(getattr(result, column) for result in group) for column in columns]
        longest_s = max(result.took_s for result in group)
        table.add_row(variant, way, str(len(group)), *map(str, sums), f"{longest_s:.1f} s")
    # Wide enough for itself, also where it goes into a file.
    Console(width=140).print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=60, help="of each variant (default: 60)")
    parser.add_argument(
        "--variant", action="append", choices=sorted(VARIANTS), help="may be given repeatedly"
    )
    parser.add_argument("--kill-at", action="append", choices=sorted({*KILLS, *Kill}), help="likewise")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--at-once", type=int, default=2, help="runs side by side (default: 2)")
    options = parser.parse_args()
    names = options.variant or list(VARIANTS)
    with ExitStack() as stack:
        needs_postgres = any(VARIANTS[name].on_postgresql for name in names)
        postgres = stack.enter_context(serve_postgres()) if needs_postgres else None
        results = asyncio.run(
            run_many(
                names,
                options.kill_at or KILLS,
                runs=options.runs,
                seed=options.seed,
                at_once=options.at_once,
                postgres=postgres,
            )
        )
    print_table(results)
    if not all(result.is_well for result in results):
        sys.exit(1)


if __name__ == "__main__":
    main()
