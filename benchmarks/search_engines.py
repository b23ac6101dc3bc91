"""The engines that ``search.py`` compares, each as a function from a query to addresses, best first."""

import sqlite3
from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

import bm25s
import tantivy
from rapidfuzz import fuzz, process, utils

from readbot.exceptions import QueryError
from readbot.reading_list import Entry, ReadingList
from readbot.reading_list.package_data import find_data_file
from readbot.search import AliasTable, SearchIndex, load_aliases
from readbot.search.text import split_words

#: Returns the addresses of at most ten links, none where the engine finds nothing.
Engine: TypeAlias = Callable[[str], list[str]]

_LIMIT = 10
#: WRatio is never without an answer; below this it is none.
_WRATIO_CUTOFF = 60.0


def make_readbot(reading_list: ReadingList) -> Engine:
    index = SearchIndex(reading_list, _load_aliases())

    def search(query: str) -> list[str]:
        try:
            return [match.entry.link.url for match in index.search(query, limit=_LIMIT).matches]
        except QueryError:
            return []

    return search


@lru_cache
def _load_aliases() -> AliasTable:
    return load_aliases(find_data_file("aliases.yaml"))


def make_fts5(reading_list: ReadingList) -> Engine:
    """SQLite FTS5 in memory: Porter stems, any of the words, bm25 with the title above the rest."""
    base = sqlite3.connect(":memory:")
    base.execute(
        "create virtual table links using fts5"
        "(title, section, topics, note, url, address unindexed, tokenize = 'porter unicode61')"
    )
    base.executemany("insert into links values (?, ?, ?, ?, ?, ?)", map(_columns, reading_list.entries))

    def search(query: str) -> list[str]:
        words = " OR ".join(f'"{word}"' for word in split_words(query))
        if not words:
            return []
        rows = base.execute(
            "select address from links where links match ? order by bm25(links, 3, 1.5, 2, 1, 0.5) limit ?",
            (words, _LIMIT),
        )
        return [row[0] for row in rows]

    return search


def make_wratio(reading_list: ReadingList) -> Engine:
    """Rapidfuzz's WRatio over titles."""
    titles = [utils.default_process(entry.link.title) for entry in reading_list.entries]
    addresses = [entry.link.url for entry in reading_list.entries]

    def search(query: str) -> list[str]:
        found = process.extract(
            utils.default_process(query),
            titles,
            scorer=fuzz.WRatio,
            limit=_LIMIT,
            score_cutoff=_WRATIO_CUTOFF,
        )
        return [addresses[number] for _, _, number in found]

    return search


def make_bm25s(reading_list: ReadingList) -> Engine:
    """bm25s over all texts of a link as one, English stop words left out."""
    texts = [" ".join(_columns(entry)[:5]) for entry in reading_list.entries]
    addresses = [entry.link.url for entry in reading_list.entries]
    index = bm25s.BM25()
    index.index(bm25s.tokenize(texts, stopwords="en", show_progress=False), show_progress=False)
    limit = min(_LIMIT, len(texts))

    def search(query: str) -> list[str]:
        tokens = bm25s.tokenize([query], stopwords="en", show_progress=False, return_ids=False)
        if not tokens[0]:
            return []
        numbers, scores = index.retrieve(tokens, k=limit, show_progress=False)
        return [addresses[number] for number, score in zip(numbers[0], scores[0], strict=True) if score > 0]

    return search


def make_tantivy(reading_list: ReadingList) -> Engine:
    """Tantivy in memory: English stems, any of the words, the title above the rest."""
    builder = tantivy.SchemaBuilder()
    names = ("title", "section", "topics", "note", "url")
    for name in names:
        builder.add_text_field(name, tokenizer_name="en_stem")
    builder.add_text_field("address", stored=True, tokenizer_name="raw")
    index = tantivy.Index(builder.build())
    writer = index.writer(num_threads=1)
    for entry in reading_list.entries:
        columns = _columns(entry)
        writer.add_document(tantivy.Document(**dict(zip((*names, "address"), columns, strict=True))))
    writer.commit()
    index.reload()
    searcher = index.searcher()
    boosts = {"title": 3.0, "section": 1.5, "topics": 2.0, "note": 1.0, "url": 0.5}

    def search(query: str) -> list[str]:
        words = " ".join(split_words(query))
        if not words:
            return []
        parsed, _ = index.parse_query_lenient(words, list(names), field_boosts=boosts)
        hits = searcher.search(parsed, _LIMIT).hits
        return [searcher.doc(address)["address"][0] for _, address in hits]

    return search


ENGINES: dict[str, Callable[[ReadingList], Engine]] = {
    "readbot": make_readbot,
    "SQLite FTS5": make_fts5,
    "rapidfuzz WRatio": make_wratio,
    "bm25s": make_bm25s,
    "tantivy": make_tantivy,
}


def _columns(entry: Entry) -> tuple[str, str, str, str, str, str]:
    """Return title, section, topics with other names, note, and the address as words and as it is."""
    link = entry.link
    return (
        link.title,
        " ".join(entry.path),
        " ".join((*link.topics, *link.aliases, *link.authors)),
        " ".join(
            (link.note or "", *(also.title for also in link.also), link.kind or "", str(link.year or ""))
        ),
        " ".join(split_words(link.url)),
        link.url,
    )
