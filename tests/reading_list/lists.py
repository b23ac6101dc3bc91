"""Hypothesis strategies for reading lists as the loader would pass them."""

from collections.abc import Callable
from datetime import date
from itertools import chain, count
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from readbot.reading_list import Acknowledgement, AlsoLink, Kind, Link, ReadingList, Section
from readbot.reading_list.texts import find_text_problem
from readbot.reading_list.urls import find_url_problem, normalize_url

T = TypeVar("T")

#: For properties of whole lists, as making one takes a while: every run but CI's looks at new ones.
few_lists = settings(max_examples=40)

_YAML_TRAPS = st.sampled_from(
    [
        "no",
        "yes",
        "null",
        "~",
        "12:30:00",
        "2023-01-02",
        "1e3",
        "0x1f",
        "1_000",
        "<<",
        "=",
        "- a",
        "a: b",
        "a #b",
        "#a",
        "'quoted'",
        '"quoted"',
        "[a]",
        "{a: b}",
        "&a",
        "*a",
        "!a",
        "%a",
        "@a",
        "`a`",
        "a:",
        ":a",
        "? a",
        "|",
        ">",
        "---",
        "...",
        "back\\slash",
        "don't",
        'say "it" don\'t',
        "👩\u200d💻",
        "é",
        "…",
    ]
)


def texts(limit: int) -> st.SearchStrategy[str]:
    printable = st.text(st.characters(exclude_categories=("Cs", "Cc", "Cf", "Co", "Zl", "Zp")), max_size=40)
    trimmed = (printable | _YAML_TRAPS).map(str.strip)
    return trimmed.filter(lambda text: find_text_problem(text, limit=limit) is None)


def words() -> st.SearchStrategy[str]:
    """Texts without anything that Markdown or the importer gives a meaning to."""
    alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZéßя中*_[]()<>&#`~|\\!"
    return st.text(alphabet, min_size=1, max_size=30).map(lambda text: f"Q{text}z")


def urls() -> st.SearchStrategy[str]:
    path = st.text("abcdefgXYZ0123456789-._~()&;=?#%é/", max_size=25)
    made = st.builds("{}://{}/{}".format, st.sampled_from(["http", "https"]), st.sampled_from(_HOSTS), path)
    return made.filter(lambda url: find_url_problem(url) is None)


_HOSTS = [
    "example.org",
    "www.example.org",
    "arxiv.org",
    "github.com",
    "bücher.example",
    "example.org:8080",
    "[2001:db8::1]",
]


def optional(strategy: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | strategy


def links() -> st.SearchStrategy[Link]:
    word_lists = st.lists(texts(100), max_size=4, unique_by=str.casefold).map(tuple)
    return st.builds(
        Link,
        title=texts(300),
        url=urls(),
        note=optional(texts(1000)),
        kind=optional(st.sampled_from(Kind)),
        year=optional(st.integers(1000, 2200)),
        authors=word_lists,
        topics=word_lists,
        aliases=word_lists,
        also=st.lists(st.builds(AlsoLink, title=texts(300), url=urls()), max_size=2).map(tuple),
        added=optional(st.dates(min_value=date(1, 1, 1))),
    )


def descriptions() -> st.SearchStrategy[str]:
    """Texts of several lines, with any number of blank ones and with indents."""
    piece = texts(100) | st.sampled_from(
        ["\n", "\n\n", "\n\n\n", "  ", "\n    ", "\n- ", "\n1. ", "\n| ", "\n:--", "\n==="]
    )
    return st.lists(piece, max_size=8).map("".join).map(str.strip)


def reading_lists(
    *,
    link: st.SearchStrategy[Link],
    title: st.SearchStrategy[str],
    description: st.SearchStrategy[str] | None = None,
    deepest: int = 3,
) -> st.SearchStrategy[ReadingList]:
    plain = st.just("") | title | st.lists(title, min_size=1, max_size=3).map("\n\n".join)
    sections = st.lists(_sections(link, title, deepest), min_size=1, max_size=3)
    made = st.builds(
        ReadingList,
        title=title,
        description=plain if description is None else description,
        sections=sections.map(tuple),
        acknowledgements=st.lists(st.builds(Acknowledgement, title=title, url=urls()), max_size=2).map(tuple),
    )
    return made.map(_make_unique)


def _sections(
    link: st.SearchStrategy[Link], title: st.SearchStrategy[str], deepest: int
) -> st.SearchStrategy[Section]:
    image = optional(st.just("https://example.org/picture.png"))
    with_links = st.lists(link, min_size=1, max_size=3).map(tuple)
    leaf = st.builds(Section, title=title, image=image, links=with_links)
    if deepest == 1:
        return leaf
    inner = st.lists(_sections(link, title, deepest - 1), min_size=1, max_size=2).map(tuple)
    return leaf | st.builds(
        Section, title=title, image=image, links=st.lists(link, max_size=2).map(tuple), sections=inner
    )


def _make_unique(reading_list: ReadingList) -> ReadingList:
    """Number addresses and section titles that occur twice."""
    number_url = _numberer(normalize_url, "https://example.org/{number}")
    sections = _unique_sections(reading_list.sections, number_url)
    thanks = tuple(
        Acknowledgement(title=given.title, url=number_url(given.url))
        for given in reading_list.acknowledgements
    )
    return ReadingList(
        title=reading_list.title,
        description=reading_list.description,
        sections=sections,
        acknowledgements=thanks,
    )


def _numberer(key: Callable[[str], str], form: str) -> Callable[[str], str]:
    seen: set[str] = set()

    def number(text: str) -> str:
        numbered = (form.format(text=text, number=number) for number in count(1))
        candidate = next(made for made in chain([text], numbered) if key(made) not in seen)
        seen.add(key(candidate))
        return candidate

    return number


def _unique_sections(sections: tuple[Section, ...], number_url: Callable[[str], str]) -> tuple[Section, ...]:
    number_title = _numberer(str.casefold, "{text} {number}")
    return tuple(
        Section(
            title=number_title(section.title),
            image=section.image,
            links=tuple(_unique_link(link, number_url) for link in section.links),
            sections=_unique_sections(section.sections, number_url),
        )
        for section in sections
    )


def _unique_link(link: Link, number_url: Callable[[str], str]) -> Link:
    return Link(
        title=link.title,
        url=number_url(link.url),
        note=link.note,
        kind=link.kind,
        year=link.year,
        authors=link.authors,
        topics=link.topics,
        aliases=link.aliases,
        also=tuple(AlsoLink(title=also.title, url=number_url(also.url)) for also in link.also),
        added=link.added,
    )
