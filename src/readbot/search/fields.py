"""Which texts of a link are searched, and how much a word found in each of them counts."""

import re
from collections.abc import Iterator
from enum import IntEnum
from functools import lru_cache
from urllib.parse import unquote

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
_SUFFIX = re.compile(r"\.(?:html?|pdf|php|aspx?|md|ipynb)(?= |$)", re.IGNORECASE)

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


def site_text(url: str) -> str:
    """Return who publishes at an address: the telling labels of its host, and on a shared host the owner.

    >>> site_text("https://lilianweng.github.io/posts/"), site_text("https://github.com/rasbt/LLMs-from-scratch")
    ('lilianweng', 'github rasbt')
    """
    host, path = _split_address(url)
    names = _host_text(host)
    if host in _OWNER_FIRST and path:
        owner = "".join(split_words(path.partition("/")[0]))
        return f"{names} {owner}" if names else owner
    return names


def path_text(url: str) -> str:
    """Return the words of an address's path, without what only a machine reads.

    >>> path_text("https://lilianweng.github.io/posts/2018-06-24-attention/")
    'posts 2018 06 24 attention'
    """
    host, path = _split_address(url)
    parts = path.split("/")
    if host in _OWNER_FIRST:
        del parts[0]
    words = " ".join(part for part in parts if part and not _OPAQUE.fullmatch(part))
    return _SUFFIX.sub("", words).replace("-", " ").replace("_", " ").replace("#", " ")


def _split_address(url: str) -> tuple[str, str]:
    """Return host and path with fragment. A list's addresses are checked already: no need for ``urlsplit``."""
    rest = url.partition("://")[2]
    rest, _, fragment = rest.partition("#")
    host, _, path = rest.partition("?")[0].partition("/")
    if fragment:
        path = f"{path}/{fragment}"
    return host.lower().removeprefix("www."), unquote(path) if "%" in path else path


@lru_cache(maxsize=4096)
def _host_text(host: str) -> str:
    if host in _SHARED_HOSTS:
        return _SHARED_HOSTS[host]
    labels = host.partition(":")[0].split(".")
    return " ".join("".join(split_words(label)) for label in labels if label not in _DULL_LABELS)
