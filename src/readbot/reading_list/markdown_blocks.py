"""A Markdown file as blocks: headings, paragraphs, lists, tables and HTML, in order and with lines.

markdown-it-py reads the structure. What it cannot read because a bracket is missing is mended in
the text first, on those lines only, and read again.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markdown_it.tree import SyntaxTreeNode

from readbot.reading_list.markdown_inline import (
    Break,
    FoldMark,
    Hyperlink,
    LinkBook,
    Run,
    Words,
    iter_links,
    read_html,
    read_inline,
)
from readbot.reading_list.texts import has_refused

#: Blocks inside blocks that are read, two for each level of bullets; the parser's own 20 loses links.
MAX_NESTING = 100

_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n.*?\n\1[ \t]*(?:\n|\Z)", re.DOTALL)
_SPACE_BEFORE_ADDRESS = re.compile(r"\] +\((?=https?://[^\s()]+\))")
_SPACE_IN_ADDRESS = re.compile(r"\]\((https?://[^()\[\]\"']* [^()\[\]\"']*)\)")
_UNCLOSED = re.compile(
    r"\]\((https?://(?:[^\s()\[\]<>]|\([^\s()]*\))+)(?=\s|$)(?!\s+(?:\"[^\"]*\"|'[^']*')?\s*\))"
)


@dataclass(frozen=True, kw_only=True)
class Heading:
    level: int
    runs: tuple[Run, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Paragraph:
    runs: tuple[Run, ...]
    line: int
    #: Inside a block quotation.
    quoted: bool = False
    #: Read from an HTML block.
    html: bool = False


@dataclass(frozen=True, kw_only=True)
class Item:
    """One bullet with all that hangs on it, further lists included."""

    blocks: "tuple[Block, ...]"
    line: int


@dataclass(frozen=True, kw_only=True)
class Bullets:
    items: tuple[Item, ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Table:
    header: tuple[tuple[Run, ...], ...]
    rows: tuple[tuple[tuple[Run, ...], ...], ...]
    line: int


@dataclass(frozen=True, kw_only=True)
class Fold:
    """Where a folded part (``<details>``) begins or ends."""

    opens: bool
    line: int


Block = Heading | Paragraph | Bullets | Table | Fold


@dataclass(frozen=True, kw_only=True)
class Document:
    blocks: tuple[Block, ...]
    #: Every external link of the file, in the order of its ``number``.
    links: tuple[Hyperlink, ...]
    #: (line, what was done), in order of lines.
    mends: tuple[tuple[int, str], ...]


def read_document(text: str, *, is_to_the_letter: bool = False) -> Document:
    """Return the blocks of the Markdown *text*, its links, and what had to be mended to read it.

    Args:
        text: The whole file.
        is_to_the_letter: Leave addresses as they are that only look as if they had to be mended.
    """
    text = _blank_front_matter(text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    parser = _make_parser()
    tokens = parser.parse(text)
    text, mends = _mend_lines(text, _find_unread_links(tokens))
    mends += [(number, "took invisible characters out") for number in _find_invisible(text)]
    env: dict[str, dict[str, dict[str, object]]] = {}
    tokens = parser.parse(text, env)
    book = LinkBook(is_to_the_letter=is_to_the_letter)
    blocks = tuple(_Walker(book).walk(SyntaxTreeNode(tokens).children, line=1, quoted=False))
    _add_unused_definitions(env.get("references", {}), book)
    return Document(blocks=blocks, links=tuple(book.links), mends=tuple(sorted([*mends, *book.repairs])))


def _make_parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    # Keep addresses as the author wrote them: encoding and punycode are for browsers.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser


def _blank_front_matter(text: str) -> str:
    """Blank a YAML or TOML head, so that the lines below keep their numbers."""
    return _FRONT_MATTER.sub(lambda match: "\n" * match[0].count("\n"), text, count=1)


def _find_unread_links(tokens: Sequence[Token]) -> set[int]:
    """Return the lines (1-based) where something like a link was read as plain text."""
    lines = set()
    for token in tokens:
        line = token.map[0] + 1 if token.map else 0
        for child in token.children or []:
            if child.type in {"softbreak", "hardbreak"}:
                line += 1
            elif child.type == "text" and re.search(r"\] *\(https?://", child.content):
                lines.add(line)
    return lines


def _find_invisible(text: str) -> list[int]:
    """Return the lines (1-based) with characters that a list refuses; the texts made of them have none."""
    return [
        number
        for number, line in enumerate(text.split("\n"), 1)
        if not line.replace("\t", " ").isprintable() and has_refused(line)
    ]


def _mend_lines(text: str, suspects: set[int]) -> tuple[str, list[tuple[int, str]]]:
    if not suspects:
        return text, []
    lines = text.split("\n")
    mends = []
    for number in sorted(suspects):
        mended, done = _mend_line(lines[number - 1])
        if mended != lines[number - 1]:
            lines[number - 1] = mended
            mends.append((number, done))
    return "\n".join(lines), mends


def _mend_line(line: str) -> tuple[str, str]:
    mended = _SPACE_BEFORE_ADDRESS.sub("](", line)
    if mended != line:
        return mended, "took out the space between a link's text and its address"
    mended = _SPACE_IN_ADDRESS.sub(lambda match: f"]({match[1].strip().replace(' ', '%20')})", line)
    if mended != line:
        return mended, "wrote the spaces inside an address as %20"
    mended = _UNCLOSED.sub(lambda match: f"]({match[1]})", line)
    return mended, "closed the parenthesis after the address"


def _add_unused_definitions(references: dict[str, dict[str, object]], book: LinkBook) -> None:
    """Add ``[name]: address`` lines that no link uses: they are links of the file all the same."""
    used = {link.url for link in book.links}
    for name, reference in references.items():
        position = reference.get("map")
        line = position[0] + 1 if isinstance(position, list) else 0
        href = str(reference.get("href", ""))
        if href not in used and re.match(r"https?://", href, re.IGNORECASE):
            book.add(href, label=name.lower(), line=line, form="definition")


class _Walker:
    def __init__(self, book: LinkBook) -> None:
        self._book = book

    def walk(self, nodes: Sequence[SyntaxTreeNode], *, line: int, quoted: bool) -> Iterator[Block]:
        for node in nodes:
            line = node.map[0] + 1 if node.map else line
            match node.type:
                case "heading":
                    yield Heading(level=int(node.tag[1]), runs=self._inline(node, line), line=line)
                case "paragraph":
                    yield Paragraph(runs=self._inline(node, line), line=line, quoted=quoted)
                case "bullet_list" | "ordered_list":
                    yield self._bullets(node, line)
                case "blockquote":
                    yield from self.walk(node.children, line=line, quoted=True)
                case "table":
                    yield self._table(node, line)
                case "html_block":
                    yield from _split_html(read_html(node.content, line, self._book), line)

    def _inline(self, node: SyntaxTreeNode, line: int) -> tuple[Run, ...]:
        inline = node.children[0].token if node.children else None
        return tuple(read_inline(inline, line, self._book)) if inline is not None else ()

    def _bullets(self, node: SyntaxTreeNode, line: int) -> Bullets:
        items = []
        for child in node.children:
            line = child.map[0] + 1 if child.map else line
            blocks = tuple(self.walk(child.children, line=line, quoted=False))
            items.append(Item(blocks=blocks, line=line))
        return Bullets(items=tuple(items), line=line)

    def _table(self, node: SyntaxTreeNode, line: int) -> Table:
        rows = []
        for row in (row for part in node.children for row in part.children):
            line = row.map[0] + 1 if row.map else line
            rows.append(tuple(self._inline(cell, line) for cell in row.children))
        return Table(header=rows[0], rows=tuple(rows[1:]), line=line)


def _split_html(runs: Sequence[Run], line: int) -> Iterator[Block]:
    """Split an HTML block into headings and paragraphs, one for each of its lines."""
    for group in _group_lines(runs):
        mark = next((run for run in group if isinstance(run, FoldMark)), None)
        if mark is not None:
            yield Fold(opens=mark.opens, line=line)
            continue
        first = next(iter_links(group), None)
        at = first.line if first else line
        level = max((run.heading for run in group if isinstance(run, Words | Hyperlink)), default=0)
        if level:
            yield Heading(level=level, runs=tuple(group), line=at)
        else:
            yield Paragraph(runs=tuple(group), line=at, html=True)


def _group_lines(runs: Sequence[Run]) -> Iterator[list[Run]]:
    group: list[Run] = []
    for run in [*runs, Break(hard=True)]:
        if not (isinstance(run, Break) and run.hard):
            group.append(run)
            continue
        if any(not isinstance(kept, Words) or kept.text.strip() for kept in group):
            yield group
        group = []
