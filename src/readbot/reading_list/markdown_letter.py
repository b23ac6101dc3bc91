"""A Markdown file that readbot itself exported, read to the letter: no word of it is guessed at.

Headings are sections, a bullet is a link with its further addresses and its note, a bullet without
a link is a section deeper than headings go, and the paragraphs below the title are the description.
So a section may be called "License", a title "Paper", and a note begin with a colon. What a curator
adds by hand in that form is read like the rest.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from readbot.reading_list.import_report import Remark
from readbot.reading_list.markdown_blocks import Block, Bullets, Heading, Item, Paragraph
from readbot.reading_list.markdown_entries import Draft, name_link
from readbot.reading_list.markdown_inline import Break, Hyperlink, Mark, Picture, Run, Words, iter_links
from readbot.reading_list.markdown_marks import ACKNOWLEDGEMENTS
from readbot.reading_list.markdown_sections import DraftList, DraftSection, name_from
from readbot.reading_list.texts import (
    MAX_DESCRIPTION,
    MAX_SECTION_TITLE,
    MAX_TITLE,
    clean_text,
    find_text_problem,
    shorten,
)

_BETWEEN_ADDRESSES = re.compile(r"\s*,\s*")
_BEFORE_NOTE = re.compile(r"\s*(?:[-–—:]\s+)?")


def draft_export(blocks: Sequence[Block], *, file: str) -> DraftList:
    """Return the drafts of an exported file; *file* lends its name where the title was taken out."""
    reader = _Reader()
    for block in blocks:
        reader.read(block)
    title = _tidy(reader.title or "", MAX_TITLE) or name_from(file)
    sections = reader.sections
    if reader.opening.entries or reader.opening.sections:
        reader.opening.title = title
        sections = [reader.opening, *sections]
    return DraftList(
        title=title,
        description=_tidy_description(reader.description),
        sections=sections,
        thanks=reader.thanks,
        reasons={},
        remarks=[
            Remark(line=section.line, message=f'the section "{section.title}"')
            for section in reader.written
            if not _holds_entries(section)
        ],
    )


@dataclass(kw_only=True)
class _Reader:
    title: str | None = None
    description: list[str] = field(default_factory=list)
    sections: list[DraftSection] = field(default_factory=list)
    thanks: list[tuple[str, Hyperlink]] = field(default_factory=list)
    #: Bullets before the first section, which an export never has.
    opening: DraftSection = field(default_factory=lambda: DraftSection(title="", line=1))
    #: Every section that a heading opened.
    written: list[DraftSection] = field(default_factory=list)
    #: The sections around the current line, outermost first, each with its heading's level.
    _open: list[tuple[int, DraftSection]] = field(default_factory=list)
    _is_thanking: bool = False

    def read(self, block: Block) -> None:
        match block:
            case Heading():
                self._read_heading(block)
            case Bullets():
                self._read_bullets(block)
            case Paragraph():
                self._read_paragraph(block)

    def _read_heading(self, heading: Heading) -> None:
        self._is_thanking = any(
            isinstance(run, Mark) and run.words == ACKNOWLEDGEMENTS for run in heading.runs
        )
        words = _tidy(_verbatim(heading.runs), MAX_SECTION_TITLE)
        if self._is_thanking or not words:
            return
        if heading.level == 1 and self.title is None:
            self.title = _verbatim(heading.runs)
            return
        while self._open and self._open[-1][0] >= heading.level:
            self._open.pop()
        section = DraftSection(title=words, line=heading.line)
        (self._open[-1][1].sections if self._open else self.sections).append(section)
        self._open.append((heading.level, section))
        self.written.append(section)

    def _read_bullets(self, bullets: Bullets) -> None:
        if self._is_thanking:
            links = [link for item in bullets.items for link in iter_links(_split(item)[0])]
            self.thanks += [(_name(link), link) for link in links]
            return
        section = self._open[-1][1] if self._open else self.opening
        for item in bullets.items:
            _add_item(section, item)

    def _read_paragraph(self, paragraph: Paragraph) -> None:
        if self._open:
            section = self._open[-1][1]
            section.image = section.image or _find_picture(paragraph)
        elif not self._is_thanking and not paragraph.html:
            words = _verbatim(paragraph.runs, trim=False)
            self.description += [words] if words else []


def _add_item(section: DraftSection, item: Item) -> None:
    """Add a bullet: a link, or a section of what hangs on it."""
    lead, rest = _split(item)
    if next(iter_links(lead), None) is not None:
        section.entries.append(_read_entry(lead))
        below = section
    else:
        below = DraftSection(title=_tidy(_verbatim(lead), MAX_SECTION_TITLE), line=item.line)
    for block in rest:
        match block:
            case Bullets():
                for inner in block.items:
                    _add_item(below, inner)
            case Paragraph() if below is not section:
                below.image = below.image or _find_picture(block)
    if below is not section and below.title:
        section.sections.append(below)


def _read_entry(runs: Sequence[Run]) -> Draft:
    """Return the entry of a bullet: links parted by commas, then the note, then a comment."""
    mark = next((run for run in runs if isinstance(run, Mark)), None)
    rest = [run for run in runs if not isinstance(run, Mark | Picture)]
    first = next(at for at, run in enumerate(rest) if isinstance(run, Hyperlink) and run.is_external)
    addresses = [rest[first]]
    at = first + 1
    while _is_next_address(rest[at : at + 2]):
        addresses.append(rest[at + 1])
        at += 2
    mentioned = iter_links(rest[at:])
    named = [(_name(link), link) for link in iter_links([*addresses, *mentioned])]
    note = _BEFORE_NOTE.sub("", _verbatim(rest[at:], trim=False), count=1).strip()
    return Draft(title=named[0][0], addresses=tuple(named), note=note, mark=mark)


def _is_next_address(runs: Sequence[Run]) -> bool:
    match runs:
        case [Words(text=between), Hyperlink(is_external=True)]:
            return _BETWEEN_ADDRESSES.fullmatch(between) is not None
        case _:
            return False


def _split(item: Item) -> tuple[Sequence[Run], Sequence[Block]]:
    first = item.blocks[0] if item.blocks else None
    return (first.runs, item.blocks[1:]) if isinstance(first, Paragraph | Heading) else ((), item.blocks)


def _verbatim(runs: Sequence[Run], *, trim: bool = True) -> str:
    """Return the words of *runs* as they are, each space and line end in its place."""
    pieces = []
    for run in runs:
        match run:
            case Words(text=words) | Hyperlink(label=words):
                pieces.append(words)
            case Break():
                pieces.append("\n")
    words = "".join(pieces)
    return words.strip() if trim else words


def _tidy(words: str, limit: int) -> str:
    """Return *words* untouched where a list may hold them."""
    is_good = find_text_problem(words, limit=limit) is None
    return words if is_good else shorten(clean_text(words), limit)


def _tidy_description(paragraphs: Sequence[str]) -> str:
    whole = "\n\n".join(paragraphs)
    if not whole or find_text_problem(whole, limit=MAX_DESCRIPTION, multiline=True) is None:
        return whole
    return shorten("\n\n".join(map(clean_text, paragraphs)), MAX_DESCRIPTION).strip()


def _name(link: Hyperlink) -> str:
    return link.label or name_link(link)


def _find_picture(paragraph: Paragraph) -> str | None:
    """Return the address of the first picture of a paragraph without words."""
    if _verbatim(paragraph.runs):
        return None
    return next((run.url for run in paragraph.runs if isinstance(run, Picture)), None)


def _holds_entries(section: DraftSection) -> bool:
    return bool(section.entries) or any(map(_holds_entries, section.sections))
