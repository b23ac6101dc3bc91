"""How good an answer is: nDCG at five for a query that the list answers, and a right "no match" for the others."""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from readbot.exceptions import QueryError
from readbot.reading_list import ReadingList
from readbot.reading_list.package_data import find_data_file
from readbot.reading_list.urls import normalize_url
from readbot.reading_list.yaml_file import load_list
from readbot.search import SearchIndex

HERE = Path(__file__).parent
QUERY_FILES = sorted((HERE / "queries").glob("*.jsonl"))
NO_ANSWER = "noanswer"


@dataclass(frozen=True, kw_only=True)
class JudgedQuery:
    """A query, and the links that answer it."""

    corpus: str
    #: Which of the classes of queries it stands for: "typo", "question", "noanswer".
    kind: str
    text: str
    #: Normalised address to grade, 1 (useful) or 2 (what is asked for); empty if nothing answers.
    grades: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a search made of a judged query."""

    query: JudgedQuery
    #: nDCG at five, 0 to 1; for a query that nothing answers 1 or 0, right or wrong.
    score: float
    #: Whether it said that nothing answers.
    is_refused: bool


def read_queries(file: Path) -> list[JudgedQuery]:
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    return [
        JudgedQuery(
            corpus=row["corpus"],
            kind=row["class"],
            text=row["query"],
            grades={normalize_url(url): grade for url, grade in row["rel"].items()},
        )
        for row in rows
    ]


def load_corpus(name: str) -> ReadingList:
    return load_list(find_data_file("list.yaml") if name == "seed" else HERE / "lists" / f"{name}.yaml")


def judge(query: JudgedQuery, addresses: Sequence[str], *, is_refused: bool) -> Outcome:
    """Return how good an answer is.

    Args:
        query: What was asked.
        addresses: Of the links that came back, best first.
        is_refused: Whether the answer was "no match"; then the links do not count.
    """
    if query.kind == NO_ANSWER:
        return Outcome(query=query, score=float(is_refused), is_refused=is_refused)
    found = [] if is_refused else [query.grades.get(normalize_url(url), 0) for url in addresses[:5]]
    ideal = _gain(sorted(query.grades.values(), reverse=True)[:5])
    return Outcome(query=query, score=_gain(found) / ideal, is_refused=is_refused)


def ask(index: SearchIndex, query: JudgedQuery) -> Outcome:
    try:
        result = index.search(query.text, limit=5)
    except QueryError:
        return judge(query, [], is_refused=True)
    return judge(query, [match.entry.link.url for match in result.matches], is_refused=not result.matched)


def means_by_kind(outcomes: Iterable[Outcome]) -> dict[str, float]:
    """Return the mean score for each class of queries, ``refused`` (wrongly) among them."""
    by_kind: dict[str, list[float]] = {}
    for outcome in outcomes:
        by_kind.setdefault(outcome.query.kind, []).append(outcome.score)
        if outcome.query.kind != NO_ANSWER:
            by_kind.setdefault("refused", []).append(float(outcome.is_refused))
            by_kind.setdefault("all", []).append(outcome.score)
    return {kind: sum(scores) / len(scores) for kind, scores in by_kind.items()}


def _gain(grades: Sequence[int]) -> float:
    return float(sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades)))
