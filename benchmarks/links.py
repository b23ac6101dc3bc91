"""``readbot links check`` beside plain aiohttp without its safety: links a second, and memory.

5,000 links on 16 loopback hosts, served by a process of its own: most are well, some have moved, are
gone or refuse HEAD. readbot checks every address that it connects to, judges each answer and keeps it
in SQLite as it comes, with pacing off; the peer asks the same requests and forgets the answers. Each
runs in a process of its own, and rounds alternate, so that a busy machine slows both.

    python benchmarks/links.py [--links 5000] [--rounds 3]
"""

import argparse
import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import psutil  # type: ignore[import-untyped]
from aiohttp import web

from readbot.clock import SystemClock
from readbot.curation.addresses import AddressRule
from readbot.curation.link_wiring import CheckOptions, open_checker
from readbot.curation.model import LinkHealth
from readbot.curation.sweep import Sweep
from readbot.settings import Settings
from readbot.store import Database, Store

TARGET_PER_S = 200
#: What a sweep may add while it goes from its first fifth to its end, in MB: connections and what Python caches.
TARGET_GROWTH_MB = 20
HOSTS = 16
AT_ONCE = 32


async def serve() -> None:
    """Serve the web of the benchmark, and print where."""

    async def answer(request: web.Request) -> web.Response:
        kind = request.match_info["kind"]
        if kind == "moved":
            return web.Response(status=301, headers={"Location": f"/ok/{request.match_info['number']}"})
        if kind == "gone":
            return web.Response(status=404)
        if kind == "shy" and request.method == "HEAD":
            return web.Response(status=405)
        return web.Response(text="x" * 2000, headers={"ETag": f'"{request.path}"'})

    app = web.Application()
    app.router.add_route("*", "/{kind}/{number}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    places = []
    for number in range(HOSTS):
        site = web.TCPSite(runner, f"127.0.0.{number + 2}", 0)
        await site.start()
        host, port = runner.addresses[number][:2]
        places.append(f"{host}:{port}")
    print(json.dumps(places), flush=True)
    await asyncio.Event().wait()


def make_urls(places: Sequence[str], count: int) -> list[str]:
    """Return addresses: of twenty, 16 are well, 2 have moved, 1 is gone and 1 refuses HEAD."""
    kinds = ["ok"] * 16 + ["moved"] * 2 + ["gone", "shy"]
    return [
        f"http://{places[number % len(places)]}/{kinds[number // len(places) % 20]}/{number}"
        for number in range(count)
    ]


class Meter:
    """Counts links and looks at the process's memory now and then."""

    def __init__(self, total: int) -> None:
        self._process = psutil.Process()
        self._total = total
        self._done = 0
        self.fifth_mb = 0.0
        self._begun = time.perf_counter()
        self.start_mb = self._mb()

    def count(self, _health: LinkHealth | None = None) -> None:
        self._done += 1
        if self._done == self._total // 5:
            self.fifth_mb = self._mb()

    def report(self) -> dict[str, float]:
        return {
            "per_s": self._done / (time.perf_counter() - self._begun),
            "start_mb": self.start_mb,
            "fifth_mb": self.fifth_mb,
            "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        }

    def _mb(self) -> float:
        return float(self._process.memory_info().rss) / 2**20


async def run_readbot(urls: Sequence[str]) -> dict[str, float]:
    allowed = {(parts.hostname or "", parts.port or 80) for parts in map(urlsplit, urls)}
    options = CheckOptions(rule=AddressRule(allowed=allowed), pace_s=0)
    clock = SystemClock()
    with (
        tempfile.TemporaryDirectory() as folder,
        Database.open(f"sqlite:///{folder}/readbot.db") as database,
    ):
        store = Store(database)
        async with open_checker(Settings(), clock=clock, options=options) as checker:
            meter = Meter(len(urls))
            sweep = Sweep(
                checker, save=store.links.save, known={}, clock=clock, at_once=AT_ONCE, tell=meter.count
            )
            await sweep.run(urls)
            return meter.report()


async def run_plain(urls: Sequence[str]) -> dict[str, float]:
    """Ask the same with aiohttp as it comes, a host at a time as well."""
    lanes: dict[str, list[str]] = {}
    for url in urls:
        lanes.setdefault(urlsplit(url).netloc, []).append(url)
    async with aiohttp.ClientSession() as session:
        meter = Meter(len(urls))

        async def ask(lane: Iterable[str]) -> None:
            for url in lane:
                async with session.head(url, allow_redirects=True) as response:
                    is_well = response.status < 400
                if not is_well:
                    async with session.get(url) as response:
                        is_well = response.status < 400
                meter.count()

        await asyncio.gather(*map(ask, lanes.values()))
        return meter.report()


SUBJECTS: dict[str, Callable[[Sequence[str]], Coroutine[Any, Any, dict[str, float]]]] = {
    "plain aiohttp": run_plain,
    "readbot": run_readbot,
}


def run_subject(name: str, urls: Path) -> dict[str, float]:
    finished = subprocess.run(
        [sys.executable, __file__, "--subject", name, str(urls)], capture_output=True, text=True, check=True
    )
    report: dict[str, float] = json.loads(finished.stdout)
    return report


def compare(count: int, rounds: int) -> bool:
    """Measure both, print the table, and tell whether the targets are met."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in SUBJECTS}
    server = subprocess.Popen([sys.executable, __file__, "--serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        places = json.loads(server.stdout.readline())
        with tempfile.TemporaryDirectory() as folder:
            urls = Path(folder) / "urls.json"
            urls.write_text(json.dumps(make_urls(places, count)), encoding="utf-8")
            for _ in range(rounds):
                for name, reports in found.items():
                    reports.append(run_subject(name, urls))
    finally:
        server.kill()
        server.wait()
    return print_table(count, found)


def print_table(count: int, found: dict[str, list[dict[str, float]]]) -> bool:
    pairs = zip(found["readbot"], found["plain aiohttp"], strict=True)
    ratio = statistics.median(ours["per_s"] / theirs["per_s"] for ours, theirs in pairs)
    print(f"{count:,} links on {HOSTS} hosts, pacing off\n")
    print("| client | links/s | MB at start | MB after a fifth | MB at most | ratio |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for name, reports in found.items():
        figures = [
            statistics.median(report[key] for report in reports)
            for key in ("per_s", "start_mb", "fifth_mb", "peak_mb")
        ]
        shown = f"{ratio:.2f}" if name == "readbot" else "1"
        print(f"| {name} | {' | '.join(f'{figure:,.0f}' for figure in figures)} | {shown} |")
    per_s = statistics.median(report["per_s"] for report in found["readbot"])
    growth = statistics.median(report["peak_mb"] - report["fifth_mb"] for report in found["readbot"])
    is_met = per_s >= TARGET_PER_S and growth <= TARGET_GROWTH_MB
    print(
        f"\nTargets: {TARGET_PER_S} links/s or more, and at most {TARGET_GROWTH_MB} MB more at the end than after "
        f"a fifth ({growth:.1f}). {'Met.' if is_met else 'Not met.'}"
    )
    return is_met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--links", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=3, help="rounds of each client")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--subject", nargs=2, metavar=("NAME", "URLS"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        asyncio.run(serve())
    elif arguments.subject:
        name, urls = arguments.subject
        report = asyncio.run(SUBJECTS[name](json.loads(Path(urls).read_text(encoding="utf-8"))))
        print(json.dumps(report))
    else:
        compare(arguments.links, arguments.rounds)


if __name__ == "__main__":
    main()
