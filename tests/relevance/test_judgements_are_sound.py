"""The judgements are data that people edit; these tests keep a slip of the hand from skewing the scores."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from readbot.reading_list import ReadingList
from readbot.reading_list.urls import normalize_url
from readbot.reading_list.yaml_file import default_list_path, load_list

HERE = Path(__file__).parent
CLASSES = {"topic", "title", "typo", "abbrev", "concept", "question", "author", "prefix", "noanswer"}
KEYS = {"corpus", "qid", "class", "query", "rel"}
QUERY_FILES = sorted((HERE / "queries").glob("*.jsonl"))
#: Lists that nobody edits, so that every link can be asked for. The list that ships lives on.
FROZEN_LISTS = sorted((HERE / "lists").glob("*.yaml"))

each_corpus = pytest.mark.parametrize("file", QUERY_FILES, ids=lambda file: file.stem)


def read_queries(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def load_corpus(name: str) -> ReadingList:
    return load_list(default_list_path() if name == "seed" else HERE / "lists" / f"{name}.yaml")


def addresses(reading_list: ReadingList) -> set[str]:
    return {normalize_url(entry.link.url) for entry in reading_list.entries}


@each_corpus
def test_every_line_says_corpus_qid_class_query_and_judgements(file: Path) -> None:
    odd = [
        query
        for query in read_queries(file)
        if query.keys() != KEYS or query["corpus"] != file.stem or query["class"] not in CLASSES
    ]
    assert odd == []


def test_no_two_queries_share_an_id() -> None:
    qids = Counter(query["qid"] for file in QUERY_FILES for query in read_queries(file))
    assert [qid for qid, count in qids.items() if count > 1] == []


@each_corpus
def test_no_query_is_asked_twice(file: Path) -> None:
    asked = Counter(query["query"].casefold() for query in read_queries(file))
    assert [query for query, count in asked.items() if count > 1] == []


@each_corpus
def test_queries_are_written_as_typed_with_no_stray_spaces(file: Path) -> None:
    queries = [query["query"] for query in read_queries(file)]
    assert [query for query in queries if not query or query != " ".join(query.split())] == []


@each_corpus
def test_every_judged_link_is_on_the_list(file: Path) -> None:
    on_list = addresses(load_corpus(file.stem))
    strangers = {
        url for query in read_queries(file) for url in query["rel"] if normalize_url(url) not in on_list
    }
    assert strangers == set(), "renamed or gone from the list: change or delete these judgements"


@each_corpus
def test_no_link_is_judged_twice_for_one_query(file: Path) -> None:
    doubled = [
        query["qid"]
        for query in read_queries(file)
        if len({normalize_url(url) for url in query["rel"]}) < len(query["rel"])
    ]
    assert doubled == []


@each_corpus
def test_grades_are_1_or_2_and_a_query_with_an_answer_has_a_2(file: Path) -> None:
    odd = [
        query["qid"]
        for query in read_queries(file)
        if query["class"] != "noanswer"
        and (2 not in query["rel"].values() or not set(query["rel"].values()) <= {1, 2})
    ]
    assert odd == []


@each_corpus
def test_exactly_the_no_answer_queries_have_no_judged_link(file: Path) -> None:
    odd = [
        query["qid"] for query in read_queries(file) if (query["class"] == "noanswer") == bool(query["rel"])
    ]
    assert odd == []


@each_corpus
def test_every_class_has_its_share_in_every_corpus(file: Path) -> None:
    counts = Counter(query["class"] for query in read_queries(file))
    assert {name: counts[name] for name in CLASSES if counts[name] < 7} == {}
    assert 0.10 <= counts["noanswer"] / counts.total() <= 0.20


@pytest.mark.parametrize("file", FROZEN_LISTS, ids=lambda file: file.stem)
def test_every_link_of_a_frozen_list_is_the_answer_to_some_query(file: Path) -> None:
    wanted = {
        normalize_url(url)
        for query in read_queries(HERE / "queries" / f"{file.stem}.jsonl")
        for url in query["rel"]
    }
    assert addresses(load_list(file)) - wanted == set()


@pytest.mark.parametrize("file", FROZEN_LISTS, ids=lambda file: file.stem)
def test_a_frozen_list_stays_as_freshly_imported(file: Path) -> None:
    """Topics, aliases and authors would make it a list that somebody tuned."""
    tuned = [
        entry.link.title
        for entry in load_list(file).entries
        if entry.link.topics or entry.link.aliases or entry.link.authors
    ]
    assert tuned == []
