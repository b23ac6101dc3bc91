"""Which texts of a link are searched, and how much a word found in each of them counts."""

import re
from collections.abc import Iterator
from enum import IntEnum
from urllib.parse import unquote, urlsplit

from readbot.reading_list import Entry, Kind
from readbot.search.text import split_words


class Field(IntEnum):
    """A searched part of a link. The order is the one in which a reason names them."""

    TITLE = 0
    ALIAS = 1
    AUTHOR = 2
    TOPIC = 3
    SECTION = 4
    NOTE = 5
    ALSO = 6
    SITE = 7
    PARENT = 8
    KIND = 9
    YEAR = 10
    PATH = 11
    #: Words inside names: "backup" in "BorgBackup".
    INNER = 12


#: What a word in each field weighs, by ``Field``.
FIELD_WEIGHTS = (3.0, 3.0, 2.2, 1.8, 1.6, 1.0, 1.0, 1.2, 0.7, 1.0, 0.8, 0.5, 0.8)
#: How much a long text lowers the weight of each of its words (BM25's b), by ``Field``.
FIELD_LENGTH_NORMS = (0.4, 0.1, 0.0, 0.2, 0.1, 0.4, 0.3, 0.0, 0.0, 0.0, 0.0, 0.3, 0.0)

_DULL = """
www com org net io ai dev edu gov co uk ac me app blog blogs docs github gitlab youtu youtube arxiv medium substack
blogspot wordpress m en news info us de fr eu example
"""
#: Labels of a host that name nobody.
_DULL_LABELS = frozenset(_DULL.split())
#: Hosts whose name a person may well ask for, though it says nothing about the content.
_SHARED_HOSTS = {
    "youtu.be": "youtube",
    "youtube.com": "youtube",
    "github.com": "github",
    "gist.github.com": "github",
    "gitlab.com": "gitlab",
    "arxiv.org": "arxiv",
    "medium.com": "medium",
}
#: Hosts where the first part of the path is a person or a team.
_OWNER_FIRST = frozenset(
    {"github.com", "gist.github.com", "gitlab.com", "huggingface.co", "medium.com", "bitbucket.org"}
)
_OPAQUE = re.compile(r"[0-9a-f]{12,}|(?=.*\d)(?=.*[a-z])\w{10,}", re.IGNORECASE)
_SUFFIX = re.compile(r"\.(?:html?|pdf|php|aspx?|md|ipynb)$", re.IGNORECASE)

_KIND_TEXTS = {
    Kind.PAPER: "paper",
    Kind.POST: "post article blog",
    Kind.VIDEO: "video talk",
    Kind.REPO: "repo repository code",
    Kind.COURSE: "course lecture",
    Kind.SLIDES: "slides",
    Kind.DISCUSSION: "discussion thread",
    Kind.DATASET: "dataset",
    Kind.DOCS: "docs documentation",
}


def texts_of(entry: Entry) -> Iterator[tuple[Field, str]]:
    """Yield every searched text of an entry but its section's, which entries share."""
    link = entry.link
    yield Field.TITLE, link.title
    for alias in link.aliases:
        yield Field.ALIAS, alias
    for author in link.authors:
        yield Field.AUTHOR, author
    for topic in link.topics:
        yield Field.TOPIC, topic
    if link.note:
        yield Field.NOTE, link.note
    for also in link.also:
        yield Field.ALSO, also.title
    if link.kind:
        yield Field.KIND, _KIND_TEXTS.get(link.kind, link.kind.value)
    if link.year:
        yield Field.YEAR, str(link.year)


def address_texts(url: str) -> tuple[str, str]:
    """Return the words of an address: who publishes there, and the words of the path.

    >>> address_texts("https://lilianweng.github.io/posts/2018-06-24-attention/")
    ('lilianweng', 'posts 2018 06 24 attention')
    >>> address_texts("https://github.com/rasbt/LLMs-from-scratch")
    ('github rasbt', 'LLMs from scratch')
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.")
    path = [_SUFFIX.sub("", unquote(part)) for part in parts.path.split("/") if part]
    names = [_SHARED_HOSTS[host]] if host in _SHARED_HOSTS else []
    names += [label for label in host.split(".") if label not in _DULL_LABELS]
    if path and (host in _OWNER_FIRST):
        names.append(path.pop(0).removeprefix("@"))
    words = (part for part in [*path, unquote(parts.fragment)] if part and not _OPAQUE.fullmatch(part))
    return " ".join("".join(split_words(name)) for name in names), " ".join(words).replace("-", " ").replace(
        "_", " "
    )
