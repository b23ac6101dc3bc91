"""readbot's search beside four engines: how well each answers, how fast, how large.

Quality: the project's judged queries (``tests/relevance``), and those of ``../shared/search`` where that is there.
nDCG at five for each class; for queries that nothing answers, the share of right "no match". A peer says "no match"
by finding nothing. Speed: lists of 100, 10,000 and 100,000 links, made of real ones by crossing their titles, notes
and sections; each engine in a process of its own, which builds, then answers the same queries one after the other. Times are the
processor's, so that a busy machine does not blur them.

    python benchmarks/search.py [--sizes 100 10000 100000] [--queries 200] [--quality-only]
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import psutil  # type: ignore[import-untyped] # noqa: E402 - the imports below need the path above
from benchmarks.search_engines import ENGINES, Engine  # noqa: E402
from tests.relevance.scoring import (  # noqa: E402
    QUERY_FILES,
    JudgedQuery,
    Outcome,
    judge,
    load_corpus,
    means_by_kind,
    read_queries,
)

from readbot.exceptions import ListError  # noqa: E402
from readbot.reading_list import Link, ReadingList, Section  # noqa: E402
from readbot.reading_list.markdown_import import import_markdown  # noqa: E402

SHARED = ROOT.parent / "shared"
CLASSES = ("topic", "title", "typo", "abbrev", "concept", "question", "author", "prefix", "noanswer")
TARGETS_P95_MS = {100: 0.5, 10_000: 5.0, 100_000: 20.0}
#: At 100,000 links.
TARGET_BUILD_S, TARGET_MEMORY_MB = 5.0, 150.0


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print("| " + " | ".join(head) + " |")
    print("|" + " --- |" * len(head))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def compare_quality() -> None:
    """Print what each engine makes of every judged query."""
    sets = {"project": [query for file in QUERY_FILES for query in read_queries(file)]}
    given = SHARED / "search" / "dev.jsonl"
    if given.exists():
        sets["shared"] = read_queries(given)
    lists = {query.corpus: load_corpus(query.corpus) for queries in sets.values() for query in queries}
    built = {name: {corpus: make(some) for corpus, some in lists.items()} for name, make in ENGINES.items()}
    for name, queries in sets.items():
        print(f"### {len(queries)} judged queries ({name}): nDCG@5, and right refusals\n")
        rows = []
        for engine, by_corpus in built.items():
            means = means_by_kind(answer(by_corpus[query.corpus], query) for query in queries)
            rows.append((engine, *(f"{means[kind]:.3f}" for kind in ("all", *CLASSES, "refused"))))
        print_table(("engine", "all", *CLASSES, "refused wrongly"), rows)


def answer(engine: Engine, query: JudgedQuery) -> Outcome:
    found = engine(query.text)
    return judge(query, found, is_refused=not found)


def compare_speed(sizes: Sequence[int], count: int) -> None:
    """Print how long each engine builds and answers, and what memory it takes, beside readbot."""
    for size in sizes:
        measured = {engine: measure_in_process(engine, size, count) for engine in ENGINES}
        ours = measured["readbot"]
        print(f"### {size:,} links\n")
        rows = [
            (
                engine,
                f"{found['build_s']:.2f}",
                f"{found['memory_mb']:.0f}",
                f"{found['p50_ms']:.3f}",
                f"{found['p95_ms']:.3f}",
                f"{found['p50_ms'] / ours['p50_ms']:.2f}",
                f"{found['p95_ms'] / ours['p95_ms']:.2f}",
            )
            for engine, found in measured.items()
        ]
        print_table(("engine", "build s", "memory MB", "p50 ms", "p95 ms", "p50 / ours", "p95 / ours"), rows)
        verdicts = [f"p95 {ours['p95_ms']:.2f} ms (to reach: {TARGETS_P95_MS.get(size, 20.0)})"]
        if size >= 100_000:
            verdicts.append(f"build {ours['build_s']:.1f} s (to reach: {TARGET_BUILD_S})")
            verdicts.append(f"memory {ours['memory_mb']:.0f} MB (to reach: {TARGET_MEMORY_MB})")
        print("readbot: " + ", ".join(verdicts) + "\n")


def measure_in_process(engine: str, size: int, count: int) -> dict[str, float]:
    command = [sys.executable, __file__, "--measure", engine, str(size), "--queries", str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def measure(engine: str, size: int, count: int) -> None:
    """Build one engine over a list of *size* links, ask it, and print the figures as JSON."""
    reading_list = make_list(size)
    queries = make_queries(reading_list, count)
    make = ENGINES[engine]
    # A server answers all day: what libraries and interpreter do on their first calls is no part of an answer.
    warming_up = make_list(101)
    other = make(warming_up)
    for query in make_queries(warming_up, 150):
        other(query)
    process = psutil.Process()
    before = process.memory_info().rss
    started = time.process_time()
    built = make(reading_list)
    build_s = time.process_time() - started
    memory = process.memory_info().rss - before
    times = sorted(time_call(built, query) for query in queries)
    print(
        json.dumps(
            {
                "build_s": build_s,
                "memory_mb": memory / 1e6,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
                "p50_ms": 1e3 * times[len(times) // 2],
                "p95_ms": 1e3 * times[int(len(times) * 0.95)],
            }
        )
    )


def time_call(call: Callable[[str], Any], query: str) -> float:
    """Return the processor's seconds for a call: a busy machine makes them no longer."""
    started = time.process_time()
    call(query)
    return time.process_time() - started


def pool_links() -> list[tuple[Link, tuple[str, ...]]]:
    """Return real links with their sections: of the lists beside the project, else of those in it."""
    lists = []
    for file in sorted((SHARED / "lists").glob("*.md")):
        try:
            lists.append(import_markdown(file.read_text(encoding="utf-8"), file=file.name).reading_list)
        except ListError as error:
            print(error, file=sys.stderr)
    lists = lists or [load_corpus(file.stem) for file in QUERY_FILES]
    return [(entry.link, entry.path) for one in lists for entry in one.entries]


def make_list(size: int) -> ReadingList:
    """Return a list of *size* links: real titles, notes, sections and sites, put together anew."""
    chance = random.Random(size)
    pool = pool_links()
    by_title: dict[str, list[Link]] = {}
    for number in range(size):
        title, note, place = (chance.choice(pool) for _ in range(3))
        words = f"{title[0].title} {note[0].title}" if chance.random() < 0.3 else title[0].title
        link = Link(
            title=words,
            # The query tells addresses apart and is not searched.
            url=f"{title[0].url}{'&' if '?' in title[0].url else '?'}n={number}",
            note=note[0].note,
            kind=title[0].kind,
        )
        by_title.setdefault(place[1][-1], []).append(link)
    sections = tuple(Section(title=title, links=tuple(links)) for title, links in by_title.items())
    return ReadingList(title=f"{size} links", sections=sections)


def make_queries(reading_list: ReadingList, count: int) -> list[str]:
    """Return queries as people type them: pieces of titles and notes, misspelt, unfinished, as questions."""
    chance = random.Random(count)
    queries = []
    for _ in range(count):
        link = chance.choice(reading_list.entries).link
        words = [word for word in f"{link.title} {link.note or ''}".split() if word.isalnum()] or [
            "attention"
        ]
        first = chance.randrange(len(words))
        query = " ".join(words[first : first + chance.randint(1, 4)])
        match chance.randrange(5):
            case 0 if len(query) > 5:
                at = chance.randrange(1, len(query) - 1)
                query = query[:at] + query[at + 1 :]
            case 1:
                query = query[: max(3, len(query) * 2 // 3)]
            case 2:
                query = f"how do I find {query}?"
        queries.append(query)
    return queries


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 10_000, 100_000])
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--quality-only", action="store_true")
    parser.add_argument("--measure", nargs=2, metavar=("ENGINE", "SIZE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        measure(options.measure[0], int(options.measure[1]), options.queries)
        return
    compare_quality()
    if not options.quality_only:
        compare_speed(options.sizes, options.queries)


if __name__ == "__main__":
    main()
