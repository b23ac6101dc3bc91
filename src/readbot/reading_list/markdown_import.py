"""A Markdown list as a reading list, with a report of where every link of the file went."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from readbot.exceptions import Complaint, ListError
from readbot.reading_list import texts
from readbot.reading_list.import_report import ImportReport, LeftOut, Remark
from readbot.reading_list.inference import infer_kind, infer_year
from readbot.reading_list.markdown_blocks import Document, read_document
from readbot.reading_list.markdown_entries import Draft, find_reason_against, is_generic, name_link
from readbot.reading_list.markdown_inline import Hyperlink, Mark
from readbot.reading_list.markdown_letter import draft_export
from readbot.reading_list.markdown_marks import is_export, read_facts
from readbot.reading_list.markdown_outline import build_outline
from readbot.reading_list.markdown_sections import DraftSection, draft_list
from readbot.reading_list.model import Acknowledgement, AlsoLink, Link, ReadingList, Section
from readbot.reading_list.urls import find_url_problem, normalize_url

#: Sections inside sections; with the links' own levels this stays within the file's depth of 20.
MAX_SECTION_DEPTH = 7
#: As deep as a list file can go at all, where no link of the innermost section has further addresses.
MAX_EXPORTED_DEPTH = 8


@dataclass(frozen=True, kw_only=True)
class Import:
    """What came out of a Markdown file."""

    reading_list: ReadingList
    report: ImportReport


def import_markdown(text: str, *, file: str) -> Import:
    """Return the reading list that the Markdown *text* holds, and a report on every link in it.

    The list passes every check that loading a list file makes. What ``export_markdown`` wrote comes
    back as the same list; of any other file the importer makes what its author must have meant.

    Args:
        text: The whole file. Line numbers in the report count from its first line.
        file: Its name, for the report and, where no heading serves, for the title.

    Raises:
        ListError: There is no link to read in *text*.
    """
    if is_export(text):
        document = read_document(text, is_to_the_letter=True)
        drafted = draft_export(document.blocks, file=file)
        importer = _Importer(document, mended=document.mends, is_to_the_letter=True)
    else:
        document = read_document(text)
        outline = build_outline(document.blocks)
        drafted = draft_list(outline, file=file)
        importer = _Importer(document, mended=[*document.mends, *outline.mends])
    importer.claim_addresses(drafted.sections)
    sections = importer.make_sections(drafted.sections, depth=1)
    if not sections:
        advice = "holds no list of links to import; entries are bullets such as - [Title](https://example.org) - note"
        raise ListError(file, [Complaint(message=advice)])
    thanks = importer.make_acknowledgements(drafted.thanks)
    importer.account_for_the_rest(drafted.reasons)
    reading_list = ReadingList(
        title=drafted.title, description=drafted.description, sections=sections, acknowledgements=thanks
    )
    return Import(reading_list=reading_list, report=importer.make_report(file, reading_list, drafted.remarks))


@dataclass(kw_only=True)
class _Kept:
    line: int
    title: str


class _Importer:
    """Makes the model from drafts, each address once, and keeps account of every link."""

    def __init__(
        self, document: Document, *, mended: Iterable[tuple[int, str]], is_to_the_letter: bool = False
    ) -> None:
        self._document = document
        self._is_to_the_letter = is_to_the_letter
        self._max_depth = MAX_EXPORTED_DEPTH if is_to_the_letter else MAX_SECTION_DEPTH
        self._mended = list(mended)
        self._kept: dict[str, _Kept] = {}
        self._accounted: set[int] = set()
        self._left_out: list[LeftOut] = []
        #: Number of a draft's main link -> the addresses that are the draft's own.
        self._claims: dict[int | None, list[tuple[str, Hyperlink]]] = {}

    def claim_addresses(self, sections: Sequence[DraftSection]) -> None:
        """Settle which entry each address belongs to, before any entry is made.

        Main addresses first, in order of the file: an entry of its own counts for more than a
        mention in the note of an earlier one.
        """
        drafts = sorted(_iter_drafts(sections), key=lambda draft: draft.main.number or 0)
        for draft in drafts:
            name, main = draft.addresses[0]
            self._claims[main.number] = [(name, main)] if self._take(main, draft.title) else []
        for draft in drafts:
            own = self._claims[draft.main.number]
            own += [(name, link) for name, link in draft.addresses[1:] if self._take(link, draft.title)]
            for _, link in own[texts.MAX_ITEMS + 1 :]:
                self._leave_out(
                    link, f"beyond the {texts.MAX_ITEMS} further addresses that an entry may have"
                )
            del own[texts.MAX_ITEMS + 1 :]

    def make_sections(self, drafts: Sequence[DraftSection], *, depth: int) -> tuple[Section, ...]:
        """Return the sections that have something to read; those of one name become one."""
        sections = []
        for draft in self._merge_namesakes(drafts):
            flat = draft if depth < self._max_depth else self._flatten(draft)
            links = tuple(link for entry in flat.entries if (link := self._make_link(entry)) is not None)
            inner = self.make_sections(flat.sections, depth=depth + 1)
            if links or inner:
                image = flat.image if flat.image and find_url_problem(flat.image) is None else None
                sections.append(Section(title=flat.title, image=image, links=links, sections=inner))
        return tuple(sections)

    def make_acknowledgements(self, links: Sequence[tuple[str, Hyperlink]]) -> tuple[Acknowledgement, ...]:
        return tuple(
            Acknowledgement(title=self._tidy(name, texts.MAX_TITLE, link.line), url=link.url)
            for name, link in links
            if self._take(link, name, is_thanks=self._is_to_the_letter)
        )

    def account_for_the_rest(self, reasons: dict[int, str]) -> None:
        """Give a reason for each link that nothing has used so far."""
        for link in self._document.links:
            if link.number not in self._accounted:
                reason = find_reason_against(link) or reasons.get(link.number or 0)
                self._leave_out(link, reason or "in running text, not in a list")

    def make_report(self, file: str, reading_list: ReadingList, remarks: Iterable[Remark]) -> ImportReport:
        links = [entry.link for entry in reading_list.entries]
        return ImportReport(
            file=file,
            title=reading_list.title,
            sections=len(reading_list.places),
            entries=len(links),
            also=sum(len(link.also) for link in links),
            acknowledgements=len(reading_list.acknowledgements),
            found_by_form=dict(Counter(link.form for link in self._document.links)),
            left_out=tuple(sorted(self._left_out, key=lambda item: item.line)),
            mended=tuple(Remark(line=line, message=message) for line, message in sorted(self._mended)),
            remarks=tuple(sorted(remarks, key=lambda remark: remark.line)),
        )

    def _make_link(self, draft: Draft) -> Link | None:
        """Return the link of *draft*, made of its own addresses; None when it has none."""
        own = self._claims[draft.main.number]
        if not own:
            return None
        name, main = own[0]
        named_by_lead = main is draft.main or is_generic(name)
        title = self._tidy(draft.title if named_by_lead else name, texts.MAX_TITLE, main.line) or name_link(
            main
        )
        inferred = Link(
            title=title,
            url=main.url,
            note=self._tidy(draft.note, texts.MAX_NOTE, main.line) or None,
            kind=infer_kind(main.url, title),
            year=draft.year or infer_year(main.url),
            also=tuple(
                AlsoLink(title=self._tidy(name, texts.MAX_TITLE, link.line), url=link.url)
                for name, link in own[1:]
            ),
        )
        return replace(inferred, **self._read_facts(draft.mark))

    def _read_facts(self, mark: Mark | None) -> Mapping[str, Any]:
        if mark is None:
            return {}
        facts, problem = read_facts(mark)
        if problem:
            self._mended.append((mark.line, f"left out what cannot be read of the comment: {problem}"))
        return facts

    def _take(self, link: Hyperlink, title: str, *, is_thanks: bool = False) -> bool:
        """Tell whether *link* can go on the list; if not, it is left out with the reason.

        A list file may thank somebody at an address that is also an entry's.
        """
        if link.number in self._accounted:
            return False
        if len(link.url) > texts.MAX_URL:
            self._leave_out(link, f"an address longer than {texts.MAX_URL} characters")
            return False
        if problem := find_url_problem(link.url):
            self._leave_out(link, f"an address that cannot be used: it {problem}")
            return False
        address = normalize_url(link.url)
        if not is_thanks and (earlier := self._kept.get(address)):
            self._leave_out(link, f'already on the list: line {earlier.line}, "{earlier.title}"')
            return False
        self._kept.setdefault(
            address, _Kept(line=link.line, title=texts.shorten(texts.clean_text(title), 60))
        )
        self._accounted.add(link.number or 0)
        return True

    def _leave_out(self, link: Hyperlink, reason: str) -> None:
        self._accounted.add(link.number or 0)
        self._left_out.append(LeftOut(line=link.line, url=link.url, reason=reason))

    def _tidy(self, text: str, limit: int, line: int) -> str:
        if self._is_to_the_letter and texts.find_text_problem(text, limit=limit) is None:
            return text
        tidy = texts.clean_text(text)
        if len(tidy) > limit:
            self._mended.append((line, f'shortened "{texts.shorten(tidy, 60)}" to {limit} characters'))
        return texts.shorten(tidy, limit)

    def _merge_namesakes(self, drafts: Sequence[DraftSection]) -> list[DraftSection]:
        merged: dict[str, DraftSection] = {}
        for draft in drafts:
            earlier = merged.get(draft.title.casefold())
            if earlier is None:
                merged[draft.title.casefold()] = draft
                continue
            done = f'joined the section "{draft.title}" to the one of the same name on line {earlier.line}'
            self._mended.append((draft.line, done))
            merged[draft.title.casefold()] = replace(
                earlier,
                image=earlier.image or draft.image,
                entries=[*earlier.entries, *draft.entries],
                sections=[*earlier.sections, *draft.sections],
            )
        return list(merged.values())

    def _flatten(self, draft: DraftSection) -> DraftSection:
        """Take the links of sections that lie too deep into the last one that does not."""
        entries = list(draft.entries)
        for child in draft.sections:
            self._mended.append(
                (child.line, f'took the section "{child.title}", nested too deep, into its parent')
            )
            entries += self._flatten(child).entries
        return replace(draft, entries=entries, sections=[])


def _iter_drafts(sections: Sequence[DraftSection]) -> Iterator[Draft]:
    for section in sections:
        yield from section.entries
        yield from _iter_drafts(section.sections)
