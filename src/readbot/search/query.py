"""From what a person typed to what is looked for: words, phrases, filters."""

import re
from dataclasses import dataclass, field

from readbot.exceptions import QueryError
from readbot.language import tr, translatable
from readbot.reading_list import Kind
from readbot.search.text import clean_query, fold, split_words

#: The kinds of things by name, and by other words for them; folded, in the singular.
_KIND_WORDS = {kind.value: kind for kind in Kind} | {
    "article": Kind.POST,
    "blog": Kind.POST,
    "blogpost": Kind.POST,
    "essay": Kind.POST,
    "preprint": Kind.PAPER,
    "arxiv": Kind.PAPER,
    "talk": Kind.VIDEO,
    "youtube": Kind.VIDEO,
    "movie": Kind.VIDEO,
    "repository": Kind.REPO,
    "github": Kind.REPO,
    "code": Kind.REPO,
    "class": Kind.COURSE,
    "lecture": Kind.COURSE,
    "slide": Kind.SLIDES,
    "deck": Kind.SLIDES,
    "thread": Kind.DISCUSSION,
    "forum": Kind.DISCUSSION,
    "data": Kind.DATASET,
    "doc": Kind.DOCS,
    "documentation": Kind.DOCS,
    "manual": Kind.DOCS,
    "app": Kind.TOOL,
    "software": Kind.TOOL,
}

_UNFINISHED = {
    "kind:": "kind:paper",
    "section:": translatable('section:attention, or with spaces section:"prompt engineering"'),
    "year:": "year:2023",
    "site:": "site:arxiv.org",
    "author:": "author:karpathy",
}
#: "lang:python" is a filter elsewhere: here its value is searched. An address and a time are none.
_PIECE = re.compile(
    r"""
    (?P<minus>(?<!\S)-(?=[\w"“]))?
    (?: (?P<filter>kind|section|year|site|author):\s*(?!//) | (?<![\w-])(?P<unknown>[^\W\d_]+):(?=[\w"“]) )?
    (?: ["“](?P<quoted>[^"“”]*)["”]? | (?P<bare>[^\s"“”]+) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_YEARS = re.compile(
    r"(?P<first>\d{4})(?:-|–|\.\.)(?P<last>\d{4})|(?P<sign>>=|<=|>|<|=)?(?P<year>\d{4})(?P<plus>\+)?"
)


@dataclass(frozen=True, kw_only=True)
class Facets:
    """Properties of links that a query names: what it wants only, or does not want."""

    kinds: frozenset[Kind] = frozenset()
    #: Names of sections as typed, or a ``Place.id`` behind a tilde.
    sections: tuple[str, ...] = ()
    #: Spans of years, first and last included.
    years: tuple[tuple[int, int], ...] = ()
    #: Hosts or names of publishers as typed, folded: "arxiv.org", "github.com/karpathy", "weng".
    sites: tuple[str, ...] = ()
    #: The words of authors' names.
    authors: tuple[tuple[str, ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.kinds or self.sections or self.years or self.sites or self.authors)


@dataclass(frozen=True, kw_only=True)
class Query:
    """A query, taken apart. Words are folded."""

    #: As typed, cleaned of what does not show.
    text: str
    #: What to look for, in order, the words of phrases included.
    words: tuple[str, ...] = ()
    #: Runs of words that have to stand in a match side by side.
    phrases: tuple[tuple[str, ...], ...] = ()
    #: Runs of words that must not.
    excluded: tuple[tuple[str, ...], ...] = ()
    #: What a match has to be, one of each sort that is named.
    only: Facets = Facets()
    #: What it must not be.
    without: Facets = Facets()
    #: Whether the last word may be the beginning of a longer one.
    is_open: bool = True

    @property
    def has_filters(self) -> bool:
        return bool(self.phrases or self.excluded or self.only or self.without)


def split_pieces(text: str) -> list[str]:
    """Return the words, phrases and filters of a query as typed, each in one piece.

    >>> split_pieces('lora section:"prompt engineering" -rlhf')
    ['lora', 'section:"prompt engineering"', '-rlhf']
    """
    return [piece[0].strip() for piece in _PIECE.finditer(clean_query(text))]


@dataclass(kw_only=True)
class _FacetParts:
    kinds: set[Kind] = field(default_factory=set)
    sections: list[str] = field(default_factory=list)
    years: list[tuple[int, int]] = field(default_factory=list)
    sites: list[str] = field(default_factory=list)
    authors: list[tuple[str, ...]] = field(default_factory=list)

    def add(self, name: str, value: str) -> None:
        if name == "kind":
            self.kinds.update(parse_kind(part) for part in value.split(",") if part.strip())
        elif name == "section":
            self.sections += [value] if value.strip("~") else []
        elif name == "year":
            self.years.append(_parse_years(value))
        elif name == "site":
            self.sites += [site] if split_words(site := _parse_site(value)) else []
        else:
            self.authors += [words] if (words := tuple(split_words(value))) else []

    def finish(self) -> Facets:
        return Facets(
            kinds=frozenset(self.kinds),
            sections=tuple(self.sections),
            years=tuple(self.years),
            sites=tuple(self.sites),
            authors=tuple(self.authors),
        )


@dataclass(kw_only=True)
class _Parts:
    words: list[str] = field(default_factory=list)
    phrases: list[tuple[str, ...]] = field(default_factory=list)
    excluded: list[tuple[str, ...]] = field(default_factory=list)
    only: _FacetParts = field(default_factory=_FacetParts)
    without: _FacetParts = field(default_factory=_FacetParts)
    is_open: bool = True


def parse_query(text: str) -> Query:
    """Take a query apart.

    >>> parse_query('"prompt engineering" kind:papers year:2022-2023 -chatgpt guide').words
    ('prompt', 'engineering', 'guide')

    Raises:
        QueryError: No letter or digit and no filter; an unknown kind; a year that is none.
    """
    cleaned = clean_query(text)
    parts = _Parts()
    for piece in _PIECE.finditer(cleaned):
        _add(parts, piece)
    query = Query(
        text=cleaned,
        words=tuple(parts.words),
        phrases=tuple(parts.phrases),
        excluded=tuple(parts.excluded),
        only=parts.only.finish(),
        without=parts.without.finish(),
        is_open=parts.is_open,
    )
    if not query.words and not query.has_filters:
        raise QueryError(tr("There is no word to search for: type a word or two, for instance: fine-tuning."))
    return query


def _add(parts: _Parts, piece: re.Match[str]) -> None:
    minus, name, _, quoted, bare = piece.groups()
    if bare and (example := _UNFINISHED.get(bare.lower())):
        raise QueryError(tr("Say what comes behind it: {example}.", example=tr(example)))
    is_quoted = quoted is not None
    value = (quoted if is_quoted else bare).strip()
    if name:
        (parts.without if minus else parts.only).add(name.lower(), value)
        return
    words = tuple(split_words(value))
    if not words:
        return
    if minus:
        parts.excluded.append(words)
        return
    parts.words += words
    parts.is_open = not is_quoted
    if is_quoted:
        parts.phrases.append(words)


def _parse_site(value: str) -> str:
    """Return a site as addresses are compared: no scheme, no "www.", no slash behind.

    >>> _parse_site("https://www.GitHub.com/Karpathy/")
    'github.com/karpathy'
    """
    return fold(value).partition("://")[2 if "://" in value else 0].removeprefix("www.").rstrip("/")


def parse_kind(value: str) -> Kind:
    """Return the kind a person means: "papers", "Paper", "article" (a post), "github" (a repo).

    Raises:
        QueryError: There is no such kind; the message lists those there are.
    """
    word = "".join(split_words(value))
    for form in (word, word.removesuffix("s"), word.removesuffix("es"), word.removesuffix("ies") + "y"):
        if form in _KIND_WORDS:
            return _KIND_WORDS[form]
    raise QueryError(
        tr(
            "There is no kind “{name}”: use one of {kinds}, as in kind:paper.",
            name=value.strip(),
            kinds=tr(", ").join(Kind),
        )
    )


def _parse_years(value: str) -> tuple[int, int]:
    match = _YEARS.fullmatch(fold(value))
    if match is None:
        raise QueryError(
            tr("“{words}” is no year: type year:2023, year:2020-2023 or year:>=2022.", words=value)
        )
    if match["first"]:
        first, last = sorted((int(match["first"]), int(match["last"])))
        return first, last
    year = int(match["year"])
    sign = ">=" if match["plus"] else match["sign"]
    return {
        ">=": (year, 9999),
        ">": (year + 1, 9999),
        "<=": (0, year),
        "<": (0, year - 1),
    }.get(sign, (year, year))
