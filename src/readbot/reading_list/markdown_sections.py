"""Sections drafted from an outline: which blocks hold entries, which thanks, which the description."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from readbot.reading_list.import_report import Remark
from readbot.reading_list.markdown_blocks import Block, Bullets, Heading, Item, Paragraph, Table
from readbot.reading_list.markdown_entries import (
    Draft,
    choose_links,
    is_badge,
    name_link,
    read_entries,
    read_row,
    with_more,
)
from readbot.reading_list.markdown_inline import Break, Hyperlink, Picture, Run, Words, iter_links, plain_text
from readbot.reading_list.markdown_outline import Outline, OutlineSection, has_items
from readbot.reading_list.texts import MAX_DESCRIPTION, MAX_SECTION_TITLE, MAX_TITLE, clean_text, shorten

_THANKS = re.compile(
    r"\b(?:thanks?\b|thank you|acknowledge?ments?|credits? (?:to|goes?)|kudos)", re.IGNORECASE
)
_ABOUT_THE_LIST = (
    re.compile(r"\b(?:curated|an? (?:\w+ )?list of|collection of)\b", re.IGNORECASE),
    re.compile(r"\b(?:goals?|list|collection|resources)\b", re.IGNORECASE),
)


@dataclass(kw_only=True)
class DraftSection:
    title: str
    line: int
    image: str | None = None
    entries: list[Draft] = field(default_factory=list)
    sections: "list[DraftSection]" = field(default_factory=list)


@dataclass(kw_only=True)
class DraftList:
    title: str
    description: str
    sections: list[DraftSection]
    #: Links that thank somebody, each with its name.
    thanks: list[tuple[str, Hyperlink]]
    #: Number of a link -> why it is not kept, for links that no draft uses.
    reasons: dict[int, str]
    remarks: list[Remark]


def draft_list(outline: Outline, *, file: str) -> DraftList:
    """Return the drafts of a whole file; *file* lends its name where no heading serves as title."""
    drafter = _Drafter()
    title = outline.title or name_from(file)
    sections = []
    opening = drafter.draft_intro(outline, title)
    if opening is not None:
        sections.append(opening)
    sections += [section for root in outline.sections for section in drafter.draft_section(root)]
    return DraftList(
        title=shorten(title, MAX_TITLE),
        description=_find_description(outline.intro),
        sections=sections,
        thanks=drafter.thanks,
        reasons=drafter.reasons,
        remarks=drafter.remarks,
    )


class _Drafter:
    def __init__(self) -> None:
        self.thanks: list[tuple[str, Hyperlink]] = []
        self.reasons: dict[int, str] = {}
        self.remarks: list[Remark] = []

    def draft_intro(self, outline: Outline, title: str) -> DraftSection | None:
        """Return a section of what stands before the first heading, if there are entries."""
        section = DraftSection(title=shorten(title, MAX_SECTION_TITLE), line=outline.title_line or 1)
        blocks = (
            outline.intro if not outline.sections else [block for block in outline.intro if has_items(block)]
        )
        self._take_thanks(outline.intro)
        for block in outline.intro:
            self._explain(block, "in the introduction")
        self._fill(section, blocks)
        return section if section.entries or section.sections else None

    def draft_section(self, node: OutlineSection) -> Iterator[DraftSection]:
        """Yield the section of *node* unless there is nothing to read in it."""
        if node.is_housekeeping or node.is_thanks:
            self._set_aside(node)
            return
        section = DraftSection(title=node.title, line=node.line)
        self._take_thanks(node.blocks)
        self._fill(section, node.blocks)
        for child in node.children:
            section.sections.extend(self.draft_section(child))
        self._add_heading_link(section, node)
        self._lift_linked_headings(section, node)
        if section.entries or section.sections:
            yield section
        else:
            self.remarks.append(Remark(line=node.line, message=f'the section "{node.title}"'))

    def _set_aside(self, node: OutlineSection) -> None:
        for block in node.blocks:
            if node.is_thanks:
                self.thanks += [(name_link(link), link) for link in _links_of(block)]
            self._explain(block, f'in "{node.title}", which is about the list itself')
        for child in node.children:
            self._set_aside(replace(child, title=node.title))

    def _add_heading_link(self, section: DraftSection, node: OutlineSection) -> None:
        """A heading that is a link is an entry as well, its first paragraph the note."""
        if node.link is None:
            return
        described = not section.entries and not section.sections
        first = next((block for block in node.blocks if isinstance(block, Paragraph)), None)
        note = plain_text(first.runs) if described and first else ""
        section.entries.insert(0, Draft(title=node.title, addresses=((node.title, node.link),), note=note))

    def _lift_linked_headings(self, section: DraftSection, node: OutlineSection) -> None:
        """Take sections that are nothing but one linked heading into their parent, as entries."""
        linked = {child.line for child in node.children if child.link is not None}
        single = [
            child
            for child in section.sections
            if child.line in linked and len(child.entries) == 1 and not child.sections
        ]
        section.entries += [child.entries[0] for child in single]
        section.sections = [child for child in section.sections if child not in single]

    def _take_thanks(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            if not isinstance(block, Paragraph) or block.html:
                continue
            thanking = False
            for run in block.runs:
                if isinstance(run, Words):
                    thanking = thanking or _THANKS.search(run.text) is not None
                elif (
                    thanking
                    and isinstance(run, Hyperlink)
                    and run.is_external
                    and run in choose_links(block.runs)
                ):
                    self.thanks.append((name_link(run), run))

    def _explain(self, block: Block, reason: str) -> None:
        for link in _links_of(block):
            self.reasons.setdefault(link.number or 0, reason)

    def _fill(self, section: DraftSection, blocks: Sequence[Block]) -> None:
        has_list = any(has_items(block) for block in blocks)
        for block in blocks:
            match block:
                case Bullets():
                    for item in block.items:
                        self._add_item(section, item)
                case Table():
                    rows = (read_row(block.header, row) for row in block.rows)
                    section.entries += [draft for draft in rows if draft is not None]
                case Paragraph():
                    section.image = section.image or _find_picture(block.runs)
                    if (block.html or not has_list) and not self._is_thanks(block):
                        section.entries += _read_paragraph(block)
                case Heading():
                    section.entries += read_entries(block.runs)  # a heading without words, or inside a bullet

    def _is_thanks(self, block: Paragraph) -> bool:
        given = {link.number for _, link in self.thanks}
        return any(link.number in given for link in iter_links(block.runs))

    def _add_item(self, section: DraftSection, item: Item) -> None:
        """Add one bullet: an entry with what hangs on it, or a name for the entries below it."""
        lead, rest = _split_item(item)
        drafts = read_entries(lead)
        below = DraftSection(title="", line=item.line)
        self._fill(below, rest)
        words = _name_of(lead)
        if len(drafts) == 1:
            drafts = [self._hang_on(drafts[0], below, rest)]
        elif not drafts and below.entries and all(draft.is_generic for draft in below.entries) and words:
            first, *more = below.entries
            drafts = [
                with_more(
                    replace(first, title=words), addresses=[at for draft in more for at in draft.addresses]
                )
            ]
            below.entries = []
        elif not drafts and (below.entries or below.sections) and words:
            section.sections.append(replace(below, title=words))
            return
        section.entries += drafts + below.entries
        section.sections += below.sections

    def _hang_on(self, draft: Draft, below: DraftSection, rest: Sequence[Block]) -> Draft:
        """Give an entry its nested bullets: names such as "Code" are addresses of it, words are its note."""
        own = [inner for inner in below.entries if inner.is_generic]
        below.entries = [inner for inner in below.entries if not inner.is_generic]
        remarks = [words for block in rest for words in _plain_words(block)]
        return with_more(
            draft, addresses=[at for inner in own for at in inner.addresses], note=" ".join(remarks)
        )


def _read_paragraph(block: Paragraph) -> list[Draft]:
    """Return the entries of a paragraph whose lines begin with links; running text has none."""
    lines = _split_lines(block.runs, hard_only=False)
    if not all(_begins_with_link(line) for line in lines):
        lines = _split_lines(block.runs, hard_only=True)
    return [draft for line in lines if _begins_with_link(line) for draft in read_entries(line)]


def _begins_with_link(runs: Sequence[Run]) -> bool:
    chosen = choose_links(runs)
    if not chosen:
        return False
    lead = plain_text(runs[: runs.index(chosen[0])])
    return re.search(r"[^\W\d]", lead) is None


def _split_lines(runs: Sequence[Run], *, hard_only: bool) -> list[list[Run]]:
    lines: list[list[Run]] = [[]]
    for run in runs:
        if isinstance(run, Break) and (run.hard or not hard_only):
            lines.append([])
        else:
            lines[-1].append(run)
    return [line for line in lines if any(not isinstance(run, Words) or run.text.strip() for run in line)]


def _split_item(item: Item) -> tuple[tuple[Run, ...], tuple[Block, ...]]:
    first = item.blocks[0] if item.blocks else None
    if isinstance(first, Paragraph | Heading):
        return first.runs, item.blocks[1:]
    return (), item.blocks


def _name_of(lead: Sequence[Run]) -> str:
    """Return what a bullet without a link calls the bullets below it: its words up to a dash or colon."""
    shown = [
        run
        for run in lead
        if not (isinstance(run, Hyperlink) and not run.is_external and "top" in run.label.lower())
    ]
    words = clean_text(plain_text(shown)).strip(" |-–—:*")
    if len(words) > 60:
        words = re.split(r"\s[-–—|]\s|:\s|\.\s", words, maxsplit=1)[0]
    return shorten(words, MAX_SECTION_TITLE)


def _plain_words(block: Block) -> Iterator[str]:
    """Yield the texts without links that hang on a bullet."""
    match block:
        case Paragraph():
            if not any(iter_links(block.runs)):
                yield clean_text(plain_text(block.runs))
        case Bullets():
            for item in block.items:
                for inner in item.blocks:
                    yield from _plain_words(inner)


def _links_of(block: Block) -> Iterator[Hyperlink]:
    match block:
        case Bullets():
            for item in block.items:
                for inner in item.blocks:
                    yield from _links_of(inner)
        case Table():
            for row in (block.header, *block.rows):
                for cell in row:
                    yield from iter_links(cell)
        case Paragraph() | Heading():
            yield from iter_links(block.runs)


def _find_picture(runs: Sequence[Run]) -> str | None:
    """Return the address of a picture that stands alone, as a section's picture does."""
    if re.search(r"\w", plain_text(runs)):
        return None
    pictures = [picture for run in runs for picture in _pictures_of(run)]
    good = (
        picture.url for picture in pictures if re.match(r"https?://", picture.url) and not is_badge(picture)
    )
    return next(good, None)


def _pictures_of(run: Run) -> tuple[Picture, ...]:
    if isinstance(run, Picture):
        return (run,)
    return run.pictures if isinstance(run, Hyperlink) else ()


def _find_description(intro: Sequence[Block]) -> str:
    """Return what the list says of itself.

    That is the whole introduction where it is nothing but words; else the paragraph that speaks of a
    list, or the first.
    """
    paragraphs = [
        words
        for block in intro
        if isinstance(block, Paragraph) and not block.html and (words := clean_text(_said(block.runs)))
    ]
    if len(paragraphs) == len(intro) and not any(list(_links_of(block)) for block in intro):
        whole = "\n\n".join(paragraphs)
        if len(whole) <= MAX_DESCRIPTION:
            return whole
    telling = [words for pattern in _ABOUT_THE_LIST for words in paragraphs if pattern.search(words)]
    return shorten(next(iter([*telling, *paragraphs]), ""), MAX_DESCRIPTION)


def _said(runs: Sequence[Run]) -> str:
    """Return the words of a paragraph, or nothing where it only shows badges or links."""
    own_words = plain_text([run for run in runs if not isinstance(run, Hyperlink)])
    enough = 10 if any(isinstance(run, Hyperlink) for run in runs) else 1
    return plain_text(runs) if len(re.findall(r"\w", own_words)) >= enough else ""


def name_from(file: str) -> str:
    """Return a list's title made from the name of its file."""
    stem = re.sub(r"[-_]+", " ", PurePath(file).stem).strip()
    return clean_text(stem).capitalize() or "Reading list"
