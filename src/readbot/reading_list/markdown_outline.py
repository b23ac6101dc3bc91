"""Headings as a tree of sections. Their levels are evidence, not law: authors slip."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from readbot.reading_list.markdown_blocks import Block, Bullets, Fold, Heading, Paragraph, Table
from readbot.reading_list.markdown_inline import SUMMARY_LEVEL, Hyperlink, Run, iter_links, plain_text
from readbot.reading_list.texts import MAX_SECTION_TITLE, clean_text, shorten

#: Sections about the list itself; what they link to is no reading.
_HOUSEKEEPING = re.compile(
    r"(?:table of )?contents?|toc|index|licen[cs](?:e|ing)|copyright|contribut(?:e|ing|ions?|ors?)"
    r"(?: guidelines?| guide)?|how to contribute|code of conduct|sponsors?(?:hip)?s?|backers|supporters"
    r"|donat(?:e|ions?)|citation|cite|how to cite|star history|stargazers(?: over time)?|change ?log"
    r"|anti-features|authors?|maintainers?|disclaimer"
)
_BUTTON = re.compile(
    r"\b(?:click|expand|show|see|view|open|toggle|collapse|hide|details|more|contents?)\b", re.IGNORECASE
)
_THANKS = re.compile(r"(?:acknowledge?ments?|(?:special )?thanks|thank you|credits?)\b.*")


@dataclass(kw_only=True)
class OutlineSection:
    """A heading with what stands below it, up to the next heading."""

    title: str
    line: int
    level: int
    #: The address of a heading that is a link.
    link: Hyperlink | None = None
    blocks: list[Block] = field(default_factory=list)
    children: "list[OutlineSection]" = field(default_factory=list)

    @property
    def is_housekeeping(self) -> bool:
        return _HOUSEKEEPING.fullmatch(self._words) is not None

    @property
    def is_thanks(self) -> bool:
        return _THANKS.fullmatch(self._words) is not None

    @property
    def _words(self) -> str:
        return re.sub(r"[^\w\s-]", "", self.title).strip().casefold()

    def holds_links(self) -> bool:
        return any(has_items(block) for block in self.blocks) or any(
            child.holds_links() for child in self.children
        )


@dataclass(frozen=True, kw_only=True)
class Outline:
    #: None when no heading serves as title.
    title: str | None
    title_line: int
    #: What stands before the first section.
    intro: tuple[Block, ...]
    sections: tuple[OutlineSection, ...]
    #: (line, what was done) for headings whose level was not believed.
    mends: tuple[tuple[int, str], ...]


def build_outline(blocks: Sequence[Block]) -> Outline:
    """Return the title, the introduction and the tree of sections of a file.

    A heading with links of its own and further out than the sections before it ("# Small models"
    among "## ..." ones) is their sibling: believed as it stands, it would swallow every section that
    follows. One without links of its own is a parent, as its author wrote.
    """
    intro, flat = _split_at_headings(blocks)
    title = _find_title(flat)
    if title is not None:
        position = flat.index(title)
        flat = [section for section in flat if section is not title]
        if position == 0:
            intro = [*intro, *title.blocks]
        elif title.blocks:
            flat[position - 1].blocks.extend(title.blocks)
    mends = _level_strays(flat)
    return Outline(
        title=title.title if title else None,
        title_line=title.line if title else 0,
        intro=tuple(intro),
        sections=tuple(_nest(flat)),
        mends=tuple(mends),
    )


def has_items(block: Block) -> bool:
    """Tell whether a list, a table, or a line that begins with a link is in *block*."""
    match block:
        case Bullets():
            return any(
                has_items(inner) or (isinstance(inner, Paragraph) and any(iter_links(inner.runs)))
                for item in block.items
                for inner in item.blocks
            )
        case Table():
            return any(any(iter_links(cell)) for row in block.rows for cell in row)
        case _:
            return False


def read_heading(runs: Sequence[Run]) -> str:
    """Return a heading's words as a section title; empty when it has none."""
    without_anchors = [
        run for run in runs if not (isinstance(run, Hyperlink) and not run.is_external and len(run.label) < 2)
    ]
    return shorten(clean_text(plain_text(without_anchors)).rstrip(":").strip(), MAX_SECTION_TITLE)


def _split_at_headings(blocks: Sequence[Block]) -> tuple[list[Block], list[OutlineSection]]:
    splitter = _Splitter()
    for block in blocks:
        splitter.add(block)
    return splitter.intro, splitter.flat


class _Splitter:
    """Gives each block to the heading above it, and keeps what is folded below what folds it."""

    def __init__(self) -> None:
        self.intro: list[Block] = []
        self.flat: list[OutlineSection] = []
        self._current: OutlineSection | None = None
        self._folds: list[_OpenFold] = []

    def add(self, block: Block) -> None:
        if isinstance(block, Fold):
            self._fold(block)
        elif (
            isinstance(block, Heading)
            and (title := read_heading(block.runs))
            and not _is_button(block, title)
        ):
            link = next((link for link in iter_links(block.runs) if link.label), None)
            section = OutlineSection(
                title=title, line=block.line, level=self._level_in_fold(block), link=link
            )
            self.flat.append(section)
            self._current = section
        elif self._current is not None:
            self._current.blocks.append(block)
        else:
            self.intro.append(block)

    def _fold(self, block: Fold) -> None:
        if block.opens:
            self._folds.append(_OpenFold(outside=self._current))
        elif self._folds:
            fold = self._folds.pop()
            if fold.by_summary:
                self._current = fold.outside  # a summary names what it folds and nothing after

    def _level_in_fold(self, block: Heading) -> int:
        """Return the level of a heading: inside a fold, below the one that names the fold."""
        if not self._folds:
            return block.level
        fold = self._folds[-1]
        if fold.level is not None:
            return max(block.level, fold.level + 1)
        fold.by_summary = block.level == SUMMARY_LEVEL
        outside = fold.outside.level if fold.outside else 1
        fold.level = outside + 1 if fold.by_summary else block.level
        return fold.level


@dataclass(kw_only=True)
class _OpenFold:
    #: The section that the fold stands in.
    outside: OutlineSection | None
    #: Level of the heading that names the fold, once it is known.
    level: int | None = None
    by_summary: bool = False


def _is_button(heading: Heading, title: str) -> bool:
    """Tell a summary that only invites a click ("Expand contents") from one that names its part."""
    return heading.level == SUMMARY_LEVEL and _BUTTON.search(title) is not None


def _find_title(flat: Sequence[OutlineSection]) -> OutlineSection | None:
    """Return the heading that names the whole file: the outermost, unless it is one section of many."""
    flat = [section for section in flat if not section.is_housekeeping and section.level < SUMMARY_LEVEL]
    if not flat:
        return None
    outermost = min(section.level for section in flat)
    first_outermost = next(section for section in flat if section.level == outermost)
    if first_outermost is flat[0] and sum(section.level == outermost for section in flat) == 1:
        return flat[0]
    for candidate in (first_outermost, flat[0]):
        if not candidate.holds_links():
            return candidate
    return None


def _level_strays(flat: Sequence[OutlineSection]) -> list[tuple[int, str]]:
    """Give headings that stand further out than the first real section the level of that section."""
    top = next((root.level for root in _nest(flat) if root.holds_links() and not root.is_housekeeping), None)
    for section in flat:
        section.children.clear()
    if top is None:
        return []
    counts = Counter(section.level for section in flat)
    mends = []
    for section in flat:
        has_own_links = any(has_items(block) for block in section.blocks)
        if section.level < top and counts[section.level] < counts[top] and has_own_links:
            done = f'took the heading "{section.title}" (level {section.level}) for a section of level {top}'
            mends.append((section.line, done))
            section.level = top
    return mends


def _nest(flat: Sequence[OutlineSection]) -> Iterator[OutlineSection]:
    roots: list[OutlineSection] = []
    open_sections: list[OutlineSection] = []
    for section in flat:
        while open_sections and open_sections[-1].level >= section.level:
            open_sections.pop()
        (open_sections[-1].children if open_sections else roots).append(section)
        open_sections.append(section)
    return iter(roots)
