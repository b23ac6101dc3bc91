"""YAML read with suspicion: nodes that know their lines, and values that are what they look like.

PyYAML's own constructors would turn ``no`` into False and forget where it stood, so values are
taken from the composed nodes instead.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

import yaml
from rapidfuzz import fuzz, process
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.resolver import Resolver
from yaml.scanner import Scanner

from readbot.exceptions import Complaint, ListError
from readbot.reading_list import texts
from readbot.reading_list.urls import find_url_problem

#: Collections inside collections; the deepest list anyone wrote by hand has 11.
MAX_DEPTH = 20

_T = TypeVar("_T")

_PREFIX = "tag:yaml.org,2002:"
_TEXT = _PREFIX + "str"
_TAKEN_FOR = {
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
    "null": "nothing",
    "merge": "a merge key",
    "value": "a default value",
}


class _TooDeepError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


try:
    # libyaml reads four times as fast, and is not on every platform.
    from yaml.cyaml import CParser as _Parser  # type: ignore[attr-defined]
except ImportError:

    class _Parser(Reader, Scanner, Parser):  # type: ignore[no-redef]
        def __init__(self, text: str) -> None:
            Reader.__init__(self, text)
            Scanner.__init__(self)
            Parser.__init__(self)


class _NodeLoader(Composer, _Parser, Resolver):
    """Compose nodes, and refuse on the way what only serves to blow a reader up.

    The composer is PyYAML's Python one on purpose, whoever parses: the C composer crashes the
    process on 200,000 opening brackets, and this one counts them.
    """

    def __init__(self, text: str) -> None:
        _Parser.__init__(self, text)
        Composer.__init__(self)
        Resolver.__init__(self)
        self.complaints: list[Complaint] = []
        self._depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event: Any = self.peek_event()
        if isinstance(event, yaml.ScalarEvent) and not event.anchor and not event.tag:
            return self._compose_plain(event)
        if isinstance(event, yaml.AliasEvent):
            self._complain(event, f"*{event.anchor} repeats another part; write the text out instead")
            self.get_event()
            return yaml.ScalarNode(_PREFIX + "alias", "", event.start_mark, event.end_mark)  # type: ignore[arg-type]
        self._refuse_decoration(event)
        if self._depth >= MAX_DEPTH and not isinstance(event, yaml.ScalarEvent):
            raise _TooDeepError(_event_line(event))
        self._depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self._depth -= 1

    def _compose_plain(self, event: Any) -> yaml.ScalarNode:
        """Return what the composer would for a scalar without mark and tag, at half the cost: most nodes are."""
        self.get_event()
        tag = self.resolve(yaml.ScalarNode, event.value, event.implicit)  # type: ignore[no-untyped-call]
        return yaml.ScalarNode(tag, event.value, event.start_mark, event.end_mark, style=event.style)

    def _refuse_decoration(self, event: yaml.Event) -> None:
        if anchor := getattr(event, "anchor", None):
            self._complain(event, f"&{anchor} marks a part for repeating; take the mark out")
            event.anchor = None  # type: ignore[attr-defined]
        tag = getattr(event, "tag", None)
        if tag and tag != "!":
            self._complain(event, f"the tag {tag.replace(_PREFIX, '!!')} is not read; take it out")
            event.tag = None  # type: ignore[attr-defined]
            if isinstance(event, yaml.ScalarEvent):
                event.implicit = (False, True)

    def _complain(self, event: yaml.Event, message: str) -> None:
        self.complaints.append(Complaint(line=_event_line(event), message=message))


def _event_line(event: yaml.Event) -> int:
    return int(event.start_mark.line) + 1 if event.start_mark else 1


@dataclass(frozen=True, kw_only=True)
class Spot:
    """A place in the file as a curator finds it: ``sections[2].links[0].url ("BERT")``."""

    path: str = ""
    #: Title of the nearest link or section around it.
    name: str = ""

    def key(self, key: str) -> "Spot":
        return Spot(path=f"{self.path}.{key}" if self.path else key, name=self.name)

    def item(self, index: int) -> "Spot":
        return Spot(path=f"{self.path}[{index}]", name=self.name)

    def __str__(self) -> str:
        return f'{self.path} ("{texts.shorten(self.name, 60)}")' if self.name else self.path


def compose(text: str, file: str) -> tuple[yaml.Node | None, list[Complaint]]:
    """Return the root node of *text* and what is wrong with it as YAML; no node for an empty text.

    Raises:
        ListError: *text* is no YAML, nests deeper than ``MAX_DEPTH`` or holds several documents.
    """
    if refused := Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, refused.start()) + 1
        advice = f"holds the character U+{ord(refused[0]):04X}, which YAML does not allow; delete it"
        raise ListError(file, [Complaint(line=line, message=advice)])
    loader = _NodeLoader(text)
    try:
        return loader.get_single_node(), loader.complaints
    except _TooDeepError as error:
        advice = f"is nested deeper than {MAX_DEPTH} levels; check the indentation from here on"
        raise ListError(file, [*loader.complaints, Complaint(line=error.line, message=advice)]) from error
    except (yaml.MarkedYAMLError, yaml.reader.ReaderError) as error:
        raise ListError(file, [*loader.complaints, _explain(error)]) from error
    finally:
        loader.dispose()


def _explain(error: yaml.YAMLError) -> Complaint:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = " ".join(filter(None, (getattr(error, "context", ""), getattr(error, "problem", ""))))
    advice = (
        f"is no YAML ({problem or error}); look at the indentation, colons and quotes here and just above"
    )
    return Complaint(line=mark.line + 1 if mark else None, message=advice)


@dataclass(kw_only=True)
class NodeReader:
    """Takes values out of nodes; what is wrong goes into ``complaints`` and reads as None or empty."""

    complaints: list[Complaint] = field(default_factory=list)

    def complain(self, node: yaml.Node, spot: Spot, message: str) -> None:
        self.complaints.append(Complaint(line=line_of(node), where=str(spot), message=message))

    def raise_complaints(self, file: str) -> None:
        """Raise what was complained of, in order of lines; *file* is its name there.

        Raises:
            ListError: There are complaints.
        """
        if self.complaints:
            raise ListError(file, sorted(self.complaints, key=lambda complaint: complaint.line or 0))

    def read_mapping(self, node: yaml.Node, spot: Spot, known: Sequence[str]) -> dict[str, yaml.Node]:
        """Return the values of the *known* keys; the others, and keys given twice, are complained of."""
        if not isinstance(node, yaml.MappingNode):
            self.complain(node, spot, f"should be a block of fields ({', '.join(known)}), not {_name(node)}")
            return {}
        values: dict[str, yaml.Node] = {}
        lines: dict[str, int] = {}
        for key_node, value in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else "?"
            if key not in known:
                self.complain(key_node, spot, _unknown_key(key, known))
            elif key in values:
                self.complain(
                    key_node, spot.key(key), f"is given twice, first on line {lines[key]}; keep one"
                )
            else:
                values[key], lines[key] = value, line_of(key_node)
        return values

    def read_items(self, node: yaml.Node | None, spot: Spot) -> list[tuple[yaml.Node, Spot]]:
        """Return the items of a list with their spots; none when there is no list."""
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode):
            self.complain(node, spot, f"should be a list of items that begin with '-', not {_name(node)}")
            return []
        return [(item, spot.item(index)) for index, item in enumerate(node.value)]

    def read_text(
        self, node: yaml.Node | None, spot: Spot, *, limit: int, multiline: bool = False
    ) -> str | None:
        if node is None:
            return None
        if not _is_text(node):
            self.complain(node, spot, _not_text(node))
            return None
        value = str(node.value).strip()
        if problem := texts.find_text_problem(value, limit=limit, multiline=multiline):
            self.complain(node, spot, problem)
            return None
        return value

    def read_texts(self, node: yaml.Node | None, spot: Spot, *, limit: int) -> tuple[str, ...]:
        """Return a list of short texts; a single text stands for a list of one."""
        if node is None:
            return ()
        if isinstance(node, yaml.ScalarNode):
            single = self.read_text(node, spot, limit=limit)
            return (single,) if single is not None else ()
        if (good := _read_good(node, limit)) is not None:
            return good
        items = self.read_items(node, spot)
        if len(items) > texts.MAX_ITEMS:
            self.complain(node, spot, f"has {len(items)} items; keep the {texts.MAX_ITEMS} that help most")
        words = [(item, at, self.read_text(item, at, limit=limit)) for item, at in items]
        seen: set[str] = set()
        for item, at, word in words:
            if word is not None and word.casefold() in seen:
                self.complain(item, at, f'"{word}" is in this list twice; take one out')
            seen.add((word or "").casefold())
        return tuple(word for _, _, word in words if word is not None)

    def read_url(self, node: yaml.Node | None, spot: Spot) -> str | None:
        url = self.read_text(node, spot, limit=texts.MAX_URL)
        if node is None or url is None:
            return None
        if problem := find_url_problem(url):
            self.complain(node, spot, problem)
            return None
        return url

    def read_year(self, node: yaml.Node | None, spot: Spot) -> int | None:
        if node is None:
            return None
        if _kind(node) == "int" and re.fullmatch(r"[12]\d{3}", node.value):
            return int(node.value)
        self.complain(node, spot, "should be a year in four digits, such as 2023")
        return None

    def read_date(self, node: yaml.Node | None, spot: Spot) -> date | None:
        if node is None:
            return None
        try:
            return date.fromisoformat(node.value if _kind(node) in {"timestamp", "str"} else "")
        except (TypeError, ValueError):
            self.complain(node, spot, "should be a day of the calendar written as 2023-12-18")
            return None

    def read_choice(self, node: yaml.Node | None, spot: Spot, choices: Sequence[str]) -> str | None:
        value = self.read_text(node, spot, limit=texts.MAX_WORD)
        if node is None or value is None or value in choices:
            return value
        self.complain(
            node, spot, f'"{value}" is not known;{_did_you_mean(value, choices)} {_one_of(choices)}'
        )
        return None


def read_table(text: str, *, file: str, read: Callable[[NodeReader, yaml.Node], _T]) -> _T | None:
    """Return what *read* makes of the YAML *text*; None where that is empty.

    Raises:
        ListError: *text* is not a good table; holds every complaint about it, in order of lines.
    """
    root, complaints = compose(text, file)
    if root is None:
        return None
    reader = NodeReader(complaints=complaints)
    table = read(reader, root)
    reader.raise_complaints(file)
    return table


def _read_good(node: yaml.Node, limit: int) -> tuple[str, ...] | None:
    """Return a list of texts that nothing is wrong with, None where a closer look is needed.

    A table of aliases holds many thousands of texts, nearly all of them plain.
    """
    if not isinstance(node, yaml.SequenceNode) or len(node.value) > texts.MAX_ITEMS:
        return None
    words = [item.value for item in node.value if _is_text(item)]
    whole = "".join(words)
    if len(words) < len(node.value) or not (whole.isascii() and whole.isprintable()):
        return None
    if len({word.casefold() for word in words}) < len(words):
        return None
    is_good = all(0 < len(word) <= limit and word[0] != " " and word[-1] != " " for word in words)
    return tuple(words) if is_good else None


def line_of(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _kind(node: yaml.Node) -> str:
    """Return "str", "bool", "map" and so on; what quotes enclose is always "str"."""
    return str(node.tag).removeprefix(_PREFIX)


def _is_text(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.tag == _TEXT


def _not_text(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode):
        return f"should be text, not {_name(node)}"
    if _kind(node) == "alias":
        return "should be text written out"
    if _kind(node) == "null":
        return "is empty; write something or take the field out"
    taken_for = _TAKEN_FOR.get(_kind(node), "something else than text")
    return f"should be text, but YAML reads {node.value} as {taken_for}; put it in quotes: '{node.value}'"


def _name(node: yaml.Node) -> str:
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    if isinstance(node, yaml.MappingNode):
        return "a block of fields (put the text in quotes if it has a colon)"
    return "nothing" if _kind(node) == "null" else "a single value"


def _unknown_key(key: str, known: Sequence[str]) -> str:
    shown = texts.shorten(texts.clean_text(key), 60)
    return f'the field "{shown}" is not known;{_did_you_mean(key, known)} {_one_of(known)}'


def _did_you_mean(value: str, choices: Iterable[str]) -> str:
    best = process.extractOne(value.lower(), choices, scorer=fuzz.ratio, score_cutoff=60)
    return f" did you mean {best[0]}?" if best else ""


def _one_of(choices: Sequence[str]) -> str:
    return f"use {', '.join(choices[:-1])} or {choices[-1]}"
