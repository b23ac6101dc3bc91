"""A bullet, a line or a table row as entries: which words are the title, which the note, what is ``also``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from readbot.reading_list.markdown_inline import Break, Hyperlink, Mark, Picture, Run, Words, plain_text
from readbot.reading_list.texts import MAX_NOTE, clean_text
from readbot.reading_list.urls import site

#: A text before a link longer than this is a sentence, and no part of the title.
_MAX_LEAD = 100
#: Of a line longer than this nothing more can end up in a note; the patterns below need not see it.
_MAX_RAW_NOTE = 4 * MAX_NOTE
_SEPARATORS = " \t-–—:|,;/·•~=>→…"
_OPENING = "([{<«“\"'‘*_~"
_QUOTES = {'"': '"', "“": "”", "«": "»", "‘": "’", "'": "'", "„": "“"}
#: What stands on a link that is named by its surroundings.
_GENERIC = re.compile(
    r"(?:the |full |original |official |our |my |download )?"
    r"(?:papers?|pdf|arxiv|abs(?:tract)?|doi|article|preprint|code|source(?: code)?|repo(?:sitory)?|git(?:hub|lab)?"
    r"|implementation|slides?|video|talk|recording|youtube|demo|live demo|website|site|web|homepage|home page|page"
    r"|project(?: page)?|link|url|here|this|blog(?: ?post)?|post|docs?|documentation|book|course|notes?|poster"
    r"|data(?:set)?|model|weights|colab|notebook|html|clients?|download|read(?: more)?|more|source)s?(?: ?\d{1,2})?"
)
_NAVIGATION = re.compile(
    r"\W*(?:(?:back|return|go) to (?:the )?(?:top|contents?|index|toc|table of contents))\W*"
)
_COUNTER = re.compile(r"(?=.*(?:[⭐★☆🌟]|\bstars?\b))[\W\d.k]*(?:stars?)?[\W\d.k]*")
_BADGE_ADDRESS = re.compile(
    r"shields\.io|badge|travis-ci|circleci|codecov|coveralls|awesome\.re|goreportcard|deploy-status"
    r"|/actions/workflows/|sponsors?/|star-history|contrib\.rocks|producthunt\.com|gitter\.im|deepwiki"
)
_BADGE_WORDS = re.compile(
    r"(?:.*\b(?:badge|build|ci|licen[cs]e|version|stars?|downloads?|coverage|tests?|status|sponsor|logo)\b.*|awesome)"
)
_SENTENCE_END = re.compile(r"[.!?]\s+\S")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """An entry before the rest of the list is known: its first address may turn out a duplicate."""

    title: str
    #: Main address first, each with what it is called.
    addresses: tuple[tuple[str, Hyperlink], ...]
    note: str = ""
    year: int | None = None
    #: The comment that says more of it.
    mark: Mark | None = None

    @property
    def main(self) -> Hyperlink:
        return self.addresses[0][1]

    @property
    def is_generic(self) -> bool:
        """Tell whether the title says nothing without its surroundings ("Paper", "Code")."""
        return is_generic(self.title)


def is_generic(label: str) -> bool:
    words = re.sub(r"[^\w\s]", " ", label).casefold().split()
    return not words or _GENERIC.fullmatch(" ".join(words)) is not None


def is_navigation(link: Hyperlink) -> bool:
    return _NAVIGATION.fullmatch(link.label.casefold()) is not None


def find_reason_against(link: Hyperlink) -> str | None:
    """Say why *link* is no entry wherever it stands; None when it may be one."""
    if is_navigation(link):
        return "navigation"
    if link.label.startswith("^"):
        return "footnotes"  # CommonMark reads "[^1]: https://..." as the definition of a link
    if re.search(r"\w", link.label):
        counts = _COUNTER.fullmatch(link.label[:40].casefold()) or link.url.endswith("/stargazers")
        return "badges, counters and pictures" if counts else None
    return "badges, counters and pictures" if link.pictures or link.label else "without any text"


def choose_links(runs: Sequence[Run]) -> list[Hyperlink]:
    """Return the links among *runs* that can be addresses of an entry, in order.

    A picture with a caption counts where nothing else can be clicked, such as a video's thumbnail.
    """
    links = [run for run in runs if isinstance(run, Hyperlink) and run.is_external]
    named = [link for link in links if find_reason_against(link) is None]
    return named or [link for link in links if _is_thumbnail(link)]


def read_entries(runs: Sequence[Run]) -> list[Draft]:
    """Return the entries of one bullet or line; none when it has no link that can be one.

    A comment of readbot's speaks for every entry of the line.
    """
    mark = next((run for run in runs if isinstance(run, Mark)), None)
    drafts = _read_drafts([run for run in runs if not isinstance(run, Mark)])
    return drafts if mark is None else [replace(draft, mark=mark) for draft in drafts]


def _read_drafts(runs: Sequence[Run]) -> list[Draft]:
    chosen = choose_links(runs)
    if not chosen:
        return []
    pieces = _simplify(runs, chosen)
    first = pieces.index(chosen[0])
    lead = plain_text(pieces[:first])
    if _is_enumeration(lead, pieces[first:]):
        note = lead.strip(_SEPARATORS)
        return [
            Draft(title=name_link(link), addresses=((name_link(link), link),), note=note) for link in chosen
        ]
    return [_read_entry(pieces, first)]


def read_row(header: Sequence[Sequence[Run]], cells: Sequence[Sequence[Run]]) -> Draft | None:
    """Return the entry of a table row; the header names its further links and its note's parts."""
    names = [clean_text(plain_text(cell)) for cell in header]
    linked = [(index, link) for index, cell in enumerate(cells) for link in choose_links(cell)]
    if not linked:
        return None
    position, main = next(((at, link) for at, link in linked if not is_generic(link.label)), linked[0])
    title = name_link(main)
    if is_generic(main.label):
        named = ((at, _words_only(cell)) for at, cell in enumerate(cells))
        position, title = next(
            ((at, words) for at, words in named if re.search(r"[^\W\d_]", words)), (position, title)
        )
    addresses = [(title, main)] + [
        (
            names[at]
            if is_generic(link.label) and at != position and names[at : at + 1]
            else name_link(link),
            link,
        )
        for at, link in linked
        if link is not main
    ]
    addresses = [(name or name_link(link), link) for name, link in addresses]
    note, year = _read_row_words(names, cells, title_at=position, title=title)
    return Draft(title=title, addresses=tuple(addresses), note=note, year=year)


def name_link(link: Hyperlink) -> str:
    """Return what a link is called: its text, its picture's caption, or its address without ``https://``."""
    label = clean_text(link.label) or clean_text(" ".join(picture.alt for picture in link.pictures))
    if label and label != link.url:
        return label
    return re.sub(r"^https?://(?:www\.)?|/$", "", link.url) or site(link.url)


def _is_thumbnail(link: Hyperlink) -> bool:
    if not link.pictures or _BADGE_ADDRESS.search(link.url.casefold()):
        return False
    captioned = any(re.search(r"\w", picture.alt) for picture in link.pictures)
    return captioned and not any(is_badge(picture) for picture in link.pictures)


def is_badge(picture: Picture) -> bool:
    """Tell whether a picture shows a state or advertises, rather than illustrates."""
    return bool(
        _BADGE_ADDRESS.search(picture.url.casefold()) or _BADGE_WORDS.fullmatch(picture.alt.casefold())
    )


def _simplify(runs: Sequence[Run], chosen: Sequence[Hyperlink]) -> list[Run]:
    """Return *runs* with the *chosen* links, and of all else only the words."""
    pieces: list[Run] = []
    for run in runs:
        if isinstance(run, Hyperlink) and run not in chosen:
            keep_words = not is_navigation(run) and (not run.is_external or find_reason_against(run) is None)
            run = Words(text=run.label if keep_words else "")  # noqa: PLW2901 the link as its words
        elif isinstance(run, Break):
            run = Words(text=" ")  # noqa: PLW2901 a break inside a bullet is a space
        if not isinstance(run, Picture):
            pieces.append(run)
    return pieces


def _is_enumeration(lead: str, rest: Sequence[Run]) -> bool:
    """Tell "Other lists: [A](..), [B](..)" from "A title: [paper](..), [code](..)"."""
    links = [run for run in rest if isinstance(run, Hyperlink)]
    between = plain_text([run for run in rest if not isinstance(run, Hyperlink)])
    only_separated = re.fullmatch(r"(?:and|or|[\W_])*", between) is not None
    return (
        lead.endswith(":")
        and len(links) > 1
        and only_separated
        and not any(is_generic(li.label) for li in links)
    )


def _read_entry(pieces: Sequence[Run], first: int) -> Draft:
    main = pieces[first]
    if not isinstance(main, Hyperlink):
        raise TypeError(main)
    lead_words = "".join(_text_of(piece) for piece in pieces[:first])
    lead = _strip_checkbox(lead_words)
    rest = pieces[first + 1 :]
    also = [(name_link(piece), piece) for piece in rest if isinstance(piece, Hyperlink)]
    note = _read_note(rest)
    name = name_link(main)
    bare_lead = lead.strip().rstrip(_SEPARATORS + _OPENING).strip()
    if main.label == main.url or is_generic(main.label):
        title, note = _name_from_surroundings(bare_lead, name, note, is_address=main.label == main.url)
    elif not re.search(r"\w", lead):
        title, note = _unwrap(lead.strip(), name, rest, note)
    elif len(lead) > _MAX_LEAD or _SENTENCE_END.search(lead):
        title, note = name, clean_text(f"{lead}{name} {note}")
    else:
        title, note = _join_lead(lead, bare_lead, name, rest, note)
    title, note = _take_attached_word(title, rest, note)
    return Draft(title=title, addresses=((name, main), *also), note=note)


def _name_from_surroundings(lead: str, name: str, note: str, *, is_address: bool) -> tuple[str, str]:
    """Name an entry whose link says only "paper", "here", or its own address."""
    if words := clean_text(lead):
        return words, note
    if is_address and note and len(note) <= _MAX_LEAD:
        return note, ""
    return name, note


def _join_lead(lead: str, bare_lead: str, name: str, rest: Sequence[Run], note: str) -> tuple[str, str]:
    """Join the words before a link to its name, with the quotation marks around it."""
    opened = lead.rstrip()
    if closing := _closing_quote(opened, rest):
        return clean_text(f"{opened}{name}{closing}"), note.removeprefix(closing).lstrip(_SEPARATORS)
    if opened.endswith(tuple("([{*_~")):
        return clean_text(f"{bare_lead} {name}"), note
    return clean_text(f"{lead}{name}"), note


def _unwrap(lead: str, name: str, rest: Sequence[Run], note: str) -> tuple[str, str]:
    """Keep quotation marks and emoji before the link as part of the title, and no other signs."""
    if closing := _closing_quote(lead, rest):
        return f"{lead[-1]}{name}{closing}", note.removeprefix(closing).lstrip(_SEPARATORS)
    symbols = clean_text(lead.strip(_SEPARATORS + _OPENING))
    return (f"{symbols} {name}" if symbols and not symbols.isascii() else name), note


def _closing_quote(lead: str, rest: Sequence[Run]) -> str:
    """Return the mark that closes after the link what *lead* opened just before it; empty if none."""
    closing = _QUOTES.get(lead[-1:], "")
    following = _text_of(rest[0]) if rest else ""
    return closing if closing and following.startswith(closing) else ""


def _take_attached_word(title: str, rest: Sequence[Run], note: str) -> tuple[str, str]:
    """Take what hangs on the link without a space ("[GPT](..)s") into the title."""
    following = _text_of(rest[0]) if rest and isinstance(rest[0], Words) else ""
    match = re.match(r"['’]?\w+", following)
    if not match or not note.startswith(match[0]):
        return title, note
    return title + match[0], note[match.end() :].lstrip(_SEPARATORS)


def _read_note(rest: Sequence[Run]) -> str:
    """Return the words after the link. Links in them keep their words only inside a sentence."""
    links = [piece for piece in rest if isinstance(piece, Hyperlink)]
    marked = "".join(
        f"\ue000{links.index(piece)}\ue001"
        if isinstance(piece, Hyperlink)
        else _text_of(piece).replace("\ue000", "")
        for piece in rest
    )[:_MAX_RAW_NOTE]
    link = "\ue000\\d+\ue001"
    filler = r"(?:[\s,;|/&+·•:–—-]|\band\b|\bor\b)*"
    group = rf"[(\[{{]+{filler}{link}(?:{filler}[(\[]?{link}[)\]]?)*{filler}[)\]}}]+"
    marked = re.sub(group, " ", marked)
    marked = re.sub(rf"^(?:{filler}{link})+(?!['’\w])", "", marked)
    marked = re.sub(rf"(?:[\s,;|/·•–—-]+{link})+\s*$", lambda match: _keep_named(match, links), marked)
    words = re.sub("\ue000(\\d+)\ue001", lambda match: name_link(links[int(match[1])]), marked)
    words = re.sub(r"\s+([,.;])", r"\1", clean_text(words))
    words = words.lstrip(_SEPARATORS + ".)]").strip()
    return words if re.search(r"\w", words) else ""


def _keep_named(match: re.Match[str], links: Sequence[Hyperlink]) -> str:
    """Drop a row of links at the end of a note, unless one of them is a word of the sentence."""
    numbers = [int(number) for number in re.findall("\ue000(\\d+)\ue001", match[0])]
    separated = re.match(r"\s*[,;|/·•–—-]", match[0])
    return "" if separated or all(is_generic(links[number].label) for number in numbers) else match[0]


def _strip_checkbox(lead: str) -> str:
    return re.sub(r"^\s*\[[ xX]\]\s+", "", lead)


def _text_of(run: Run) -> str:
    return run.text if isinstance(run, Words) else run.label if isinstance(run, Hyperlink) else ""


def _words_only(cell: Sequence[Run]) -> str:
    return clean_text(plain_text([run for run in cell if not isinstance(run, Hyperlink)])).strip(
        _SEPARATORS + "()[]"
    )


def _read_row_words(
    names: Sequence[str], cells: Sequence[Sequence[Run]], *, title_at: int, title: str
) -> tuple[str, int | None]:
    parts, year = [], None
    for index, cell in enumerate(cells):
        words = _words_only(cell)
        name = names[index] if index < len(names) else ""
        if name.casefold() == "year" and re.fullmatch(r"(?:19|20)\d\d", words):
            year = int(words)
        elif words and words != title and re.search(r"\w", words):
            parts.append(words if index == title_at or not name else f"{name}: {words}")
    return "; ".join(parts), year


def with_more(draft: Draft, *, addresses: Sequence[tuple[str, Hyperlink]] = (), note: str = "") -> Draft:
    """Return *draft* with what its nested bullets add."""
    joined = " ".join(filter(None, (draft.note, note)))
    return replace(draft, addresses=(*draft.addresses, *addresses), note=joined)
