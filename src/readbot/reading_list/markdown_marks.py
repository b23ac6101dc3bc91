"""Comments that carry what Markdown has no place for; nobody sees them on a rendered page.

They begin with ``readbot:`` and speak the language of the list file, on one line::

    - [Title](https://example.org) - A note. <!-- readbot: {kind: paper, topics: [attention]} -->

A curator may write them by hand, too: the aliases of a link then live in an awesome-list's README.
"""

import re
from collections.abc import Mapping
from typing import Any

import yaml

from readbot.exceptions import ListError
from readbot.reading_list import texts
from readbot.reading_list.inference import infer_kind, infer_year
from readbot.reading_list.markdown_inline import Mark
from readbot.reading_list.model import Kind, Link
from readbot.reading_list.yaml_nodes import NodeReader, Spot, compose
from readbot.reading_list.yaml_writer import dump_flow

#: First line of a file that ``export_markdown`` wrote: it is read to the letter, not guessed at.
EXPORT = "export"
#: On the heading of the acknowledgements.
ACKNOWLEDGEMENTS = "acknowledgements"

_EXPORT_LINE = re.compile(rf"\s*<!--\s*readbot:\s*{EXPORT}\s*-->")
_FACTS = ("kind", "year", "authors", "topics", "aliases", "added")


def is_export(text: str) -> bool:
    """Tell whether a Markdown *text* was written by ``export_markdown``."""
    return _EXPORT_LINE.match(text.removeprefix("\ufeff")) is not None


def format_mark(words: str) -> str:
    """Return a comment that holds *words*, which have no ``--`` and no ``>`` in them."""
    return f"<!-- readbot: {words} -->"


def format_facts(link: Link) -> str:
    """Return the comment with what an import could not tell of *link*; empty when it can tell all."""
    facts: dict[str, Any] = {}
    if link.kind is not infer_kind(link.url, link.title):
        facts["kind"] = link.kind
    if link.year != infer_year(link.url):
        facts["year"] = link.year
    words = {"authors": link.authors, "topics": link.topics, "aliases": link.aliases}
    facts |= {name: value for name, value in words.items() if value}
    if link.added is not None:
        facts["added"] = link.added
    return format_mark(dump_flow(facts)) if facts else ""


def read_facts(mark: Mark) -> tuple[Mapping[str, Any], str]:
    """Return the fields of a ``Link`` that *mark* sets, and what is wrong with it, empty when nothing is.

    A kind or year of ``null`` is one that the address seems to tell and that is not so.
    """
    reader = NodeReader()
    try:
        root, complaints = compose(mark.words, "")
        reader.complaints += complaints
        facts = _read(root, reader) if root is not None else {}
    except ListError as error:
        return {}, error.complaints[0].message
    problem = "; ".join(complaint.format("").lstrip("0123456789: ") for complaint in reader.complaints)
    return facts, problem


def _read(root: yaml.Node, reader: NodeReader) -> dict[str, Any]:
    spot = Spot()
    nodes = reader.read_mapping(root, spot, _FACTS)
    facts: dict[str, Any] = {
        name: None for name in ("kind", "year") if name in nodes and _is_null(nodes[name])
    }
    for name in ("authors", "topics", "aliases"):
        if name in nodes:
            facts[name] = reader.read_texts(nodes[name], spot.key(name), limit=texts.MAX_WORD)
    if "kind" in nodes and "kind" not in facts:
        kind = reader.read_choice(nodes["kind"], spot.key("kind"), [kind.value for kind in Kind])
        facts |= {"kind": Kind(kind)} if kind else {}
    if "year" in nodes and "year" not in facts:
        year = reader.read_year(nodes["year"], spot.key("year"))
        facts |= {"year": year} if year else {}
    if (added := reader.read_date(nodes.get("added"), spot.key("added"))) is not None:
        facts["added"] = added
    return facts


def _is_null(node: yaml.Node) -> bool:
    return bool(node.tag == "tag:yaml.org,2002:null")
