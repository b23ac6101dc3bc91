"""What stands inside a line of Markdown: words, links, pictures, breaks, each with its line number."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markdown_it.token import Token

from readbot.reading_list.address_repair import repair_address
from readbot.reading_list.urls import find_url_problem

_BARE_URL = re.compile(r"https?://[^\s<>\"“”]+", re.IGNORECASE)
_LINE_TAGS = {
    "br",
    "p",
    "li",
    "ul",
    "ol",
    "tr",
    "div",
    "table",
    "hr",
    "dt",
    "dd",
    "td",
    "th",
}
_HEADING_TAG = re.compile(r"h[1-6]")
_MARK = re.compile(r"\s*readbot:")


@dataclass(frozen=True, kw_only=True)
class Words:
    text: str
    #: The heading level that an HTML tag gives them; 0 for none.
    heading: int = 0


@dataclass(frozen=True, kw_only=True)
class Picture:
    url: str
    alt: str
    line: int


@dataclass(frozen=True, kw_only=True)
class Break:
    """The end of a line: of the source, or one that HTML or two spaces ask for."""

    hard: bool


@dataclass(frozen=True, kw_only=True)
class FoldMark:
    """Where a ``<details>`` begins or ends."""

    opens: bool


@dataclass(frozen=True, kw_only=True)
class Hyperlink:
    """A link of the file. Equal only to itself, so that each can be accounted for."""

    url: str
    #: The words that are clicked; empty for a picture.
    label: str
    line: int
    #: Pictures inside the link: a badge, a logo, a thumbnail.
    pictures: tuple[Picture, ...] = ()
    #: Position among the external links of the file; None for one inside the page or repository.
    number: int | None = None
    #: "markdown", "html", or "bare" for an address that stands there as text.
    form: str = "markdown"
    #: The heading level around it, as in ``Words``.
    heading: int = 0

    @property
    def is_external(self) -> bool:
        return self.number is not None


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A comment of readbot's own, see ``markdown_marks``."""

    #: What stands behind ``readbot:``, without spaces around it.
    words: str
    line: int


Run = Words | Picture | Break | FoldMark | Hyperlink | Mark

#: The heading level of a ``<summary>``: deeper than any heading, the outline decides.
SUMMARY_LEVEL = 7


@dataclass(kw_only=True)
class LinkBook:
    """Numbers the external links in the order in which they are met, and notes repaired addresses."""

    #: Whether an address that can be used is right as it stands, odd as it may look.
    is_to_the_letter: bool = False
    links: list[Hyperlink] = field(default_factory=list)
    #: (line, what was done) for each address that had to be repaired.
    repairs: list[tuple[int, str]] = field(default_factory=list)

    def add(
        self,
        href: str,
        *,
        label: str,
        line: int,
        pictures: Sequence[Picture] = (),
        form: str,
        heading: int = 0,
    ) -> Hyperlink:
        is_right = self.is_to_the_letter and find_url_problem(href) is None
        url, repair = (href, "") if is_right else repair_address(href)
        external = re.match(r"https?://", url, re.IGNORECASE) is not None
        if external and repair:
            self.repairs.append((line, repair))
        link = Hyperlink(
            url=url if external else href,
            label=label.strip(),
            line=line,
            pictures=tuple(pictures),
            number=len(self.links) if external else None,
            form=form,
            heading=heading,
        )
        if external:
            self.links.append(link)
        return link


@dataclass(kw_only=True)
class _OpenLink:
    href: str
    line: int
    form: str
    heading: int = 0
    label: list[str] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)


class _RunCollector:
    """Turns a stream of texts, pictures and link borders into runs."""

    def __init__(self, book: LinkBook) -> None:
        self.runs: list[Run] = []
        self.heading = 0
        self._book = book
        self._open: _OpenLink | None = None

    def text(self, text: str, line: int, *, autolink: bool = False) -> None:
        if self._open is not None:
            self._open.label.append(text)
        elif autolink:
            self._split_bare_urls(text, line)
        elif text:
            self.runs.append(Words(text=text, heading=self.heading))

    def line_break(self, *, hard: bool) -> None:
        if self._open is not None:
            self._open.label.append(" ")
        else:
            self.runs.append(Break(hard=hard))

    def picture(self, url: str, alt: str, line: int) -> None:
        picture = Picture(url=url, alt=alt, line=line)
        if self._open is not None:
            self._open.pictures.append(picture)
        else:
            self.runs.append(picture)

    def comment(self, words: str, line: int) -> None:
        if (found := _MARK.match(words)) is not None:
            self.runs.append(Mark(words=words[found.end() :].strip(), line=line))

    def fold(self, *, opens: bool) -> None:
        self.close_link()
        self.runs.extend([Break(hard=True), FoldMark(opens=opens), Break(hard=True)])

    def open_link(self, href: str, line: int, form: str) -> None:
        self.close_link()
        self._open = _OpenLink(href=href, line=line, form=form, heading=self.heading)

    def close_link(self) -> None:
        if self._open is None:
            return
        opened, self._open = self._open, None
        link = self._book.add(
            opened.href,
            label="".join(opened.label),
            line=opened.line,
            pictures=opened.pictures,
            form=opened.form,
            heading=opened.heading,
        )
        self.runs.append(link)

    def _split_bare_urls(self, text: str, line: int) -> None:
        end = 0
        for match in _BARE_URL.finditer(text):
            url = _trim_bare_url(match[0])
            if match.start() > end:
                self.runs.append(Words(text=text[end : match.start()]))
            self.runs.append(self._book.add(url, label=url, line=line, form="bare"))
            end = match.start() + len(url)
        if end < len(text):
            self.runs.append(Words(text=text[end:]))


def read_inline(token: Token, line: int, book: LinkBook) -> list[Run]:
    """Return the runs of an ``inline`` token that begins on *line* (1-based)."""
    collector = _RunCollector(book)
    for child in token.children or []:
        match child.type:
            case "text":
                collector.text(child.content, line, autolink=True)
            case "code_inline":
                collector.text(child.content, line)
            case "softbreak" | "hardbreak":
                collector.line_break(hard=child.type == "hardbreak")
                line += 1
            case "link_open":
                collector.open_link(str(child.attrs.get("href", "")), line, "markdown")
            case "link_close":
                collector.close_link()
            case "image":
                collector.picture(str(child.attrs.get("src", "")), child.content, line)
            case "html_inline":
                _HtmlReader(collector, line).feed(child.content)
                line += child.content.count("\n")
    collector.close_link()
    return collector.runs


def read_html(content: str, line: int, book: LinkBook) -> list[Run]:
    """Return the runs of an HTML block that begins on *line*; its block tags become hard breaks."""
    collector = _RunCollector(book)
    reader = _HtmlReader(collector, line)
    reader.feed(content)
    reader.close()
    collector.close_link()
    return collector.runs


class _HtmlReader(HTMLParser):
    def __init__(self, collector: _RunCollector, first_line: int) -> None:
        super().__init__(convert_charrefs=True)
        self._collector = collector
        self._first_line = first_line

    @property
    def _line(self) -> int:
        return self._first_line + self.getpos()[0] - 1

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """Skip ``<![...>``: the standard library's own method fails on any but a few of them."""
        end = self.rawdata.find(">", i)
        return end + 1 if end >= 0 else -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "a" and values.get("href"):
            self._collector.open_link(values["href"].strip(), self._line, "html")
        elif tag == "img":
            self._collector.picture(values.get("src", "").strip(), values.get("alt", ""), self._line)
        elif _HEADING_TAG.fullmatch(tag) or tag == "summary":
            self._collector.line_break(hard=True)
            self._collector.heading = SUMMARY_LEVEL if tag == "summary" else int(tag[1])
        elif tag == "details":
            self._collector.fold(opens=True)
        elif tag in _LINE_TAGS:
            self._collector.line_break(hard=True)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._collector.close_link()
        elif _HEADING_TAG.fullmatch(tag) or tag == "summary":
            self._collector.close_link()
            self._collector.heading = 0
            self._collector.line_break(hard=True)
        elif tag == "details":
            self._collector.fold(opens=False)
        elif tag in _LINE_TAGS:
            self._collector.line_break(hard=True)

    def handle_comment(self, data: str) -> None:
        self._collector.comment(data, self._line)

    def handle_data(self, data: str) -> None:
        self._collector.text(re.sub(r"\s+", " ", data), self._line)


def iter_links(runs: Sequence[Run]) -> Iterator[Hyperlink]:
    """Yield the external links among *runs*."""
    return (run for run in runs if isinstance(run, Hyperlink) and run.is_external)


def plain_text(runs: Sequence[Run]) -> str:
    """Return the words of *runs*, those of links included and pictures left out."""
    pieces = []
    for run in runs:
        match run:
            case Words():
                pieces.append(run.text)
            case Hyperlink():
                pieces.append(run.label)
            case Break():
                pieces.append(" ")
    return re.sub(r"\s+", " ", "".join(pieces)).strip()


def _trim_bare_url(url: str) -> str:
    """Give back the punctuation that ends a sentence rather than the address, as GitHub does."""
    while url and (url[-1] in "?!.,:*_~'\";|]}" or (url[-1] == ")" and url.count(")") > url.count("("))):
        url = url[:-1]
    return url
