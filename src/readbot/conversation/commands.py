"""The command language: one grammar for what is typed and for what a button carries.

    command  = ""  |  "menu"                      the menu
             | "help"
             | "sections"                         all sections
             | "section" SECTION [PAGE]           the links of one section
             | "random" [SECTION]                 one link, by chance
             | "new" [PAGE]                       the latest additions
             | "link" ID                          one link
             | "digest" WORDS                     the channel's digest, see readbot.digests.desk
             | "search" QUERY [PAGE]
             | "share" command                    the same answer, for the whole channel
             | QUERY [PAGE]                       anything else is searched
    SECTION  = a name, forgiving  |  ID
    ID       = "~" and six characters of a-z, 2-7: a link or a section, however it is called
    PAGE     = "page:" NUMBER, at the end

A word that is a command is searched when it is quoted, when ``search`` stands before it, or when
what follows makes no command ("help me choose a gpu", "new york").
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORDS = ("help", "sections", "section", "random", "digest", "menu")
_GREETINGS = {"menu", "start", "hi", "hello", "hey"}
_PAGE = re.compile(r"(?:^|\s)page:(\d{1,4})$", re.IGNORECASE)
_ID = re.compile(r"~[a-z2-7]{6}")


@dataclass(frozen=True)
class ShowMenu:
    pass


@dataclass(frozen=True)
class ShowHelp:
    pass


@dataclass(frozen=True)
class ListSections:
    pass


@dataclass(frozen=True)
class ShowSection:
    #: As typed, or an id behind a tilde.
    name: str
    page: int = 1


@dataclass(frozen=True)
class ShowRandom:
    #: As typed, or an id behind a tilde; empty for the whole list.
    section: str = ""


@dataclass(frozen=True)
class ShowNew:
    page: int = 1


@dataclass(frozen=True)
class ShowLink:
    #: Six characters, without the tilde.
    link_id: str


@dataclass(frozen=True)
class Digest:
    #: What stands behind "digest": a verb and more, or nothing.
    words: str = ""


@dataclass(frozen=True)
class Search:
    query: str
    page: int = 1


@dataclass(frozen=True)
class Share:
    command: "Command"


Command: TypeAlias = (
    ShowMenu
    | ShowHelp
    | ListSections
    | ShowSection
    | ShowRandom
    | ShowNew
    | ShowLink
    | Digest
    | Search
    | Share
)


def parse_command(text: str) -> Command:
    """Return the command that *text* says. Every text says one: what is no command is a search."""
    text = " ".join(text.split())
    word, _, rest = text.partition(" ")
    match word.lower():
        case "":
            return ShowMenu()
        case "share" if rest:
            inner = parse_command(rest)
            return inner if isinstance(inner, Share) else Share(inner)
        case "search" if rest:
            query, page = _split_page(rest)
            return Search(query, page)
        case "link" if _ID.fullmatch(rest):
            return ShowLink(rest.removeprefix("~"))
        case "section" | "sections" if rest:
            name, page = _split_page(rest)
            return ShowSection(name, page) if name else ListSections()
        case "section" | "sections" | "list" if not rest:
            return ListSections()
        case "digest":
            return Digest(rest)
        case "random":
            return ShowRandom(rest)
        case "new" if not _split_page(rest)[0]:
            return ShowNew(_split_page(rest)[1])
        case "help" | "?" if not rest:
            return ShowHelp()
        case greeting if greeting in _GREETINGS and not rest:
            return ShowMenu()
    query, page = _split_page(text)
    return Search(query, page)


def format_command(command: Command) -> str:
    """Return the text that :func:`parse_command` reads as *command*, for a button to carry."""
    match command:
        case ShowMenu():
            return "menu"
        case ShowHelp():
            return "help"
        case ListSections():
            return "sections"
        case ShowSection(name, page):
            return f"section {name}{_format_page(name, page)}"
        case ShowRandom(section):
            return f"random {section}".rstrip()
        case ShowNew(page):
            return f"new{_format_page('', page)}"
        case ShowLink(link_id):
            return f"link ~{link_id}"
        case Digest(words):
            return f"digest {words}".rstrip()
        case Search(query, page):
            return f"search {query}{_format_page(query, page)}"
        case Share(inner):
            return f"share {format_command(inner)}"


def shorten_command(text: str) -> str:
    """Return what a person types for *text*: a search without its verb, where that is the same.

    >>> shorten_command("search fine-tuning"), shorten_command("search random")
    ('fine-tuning', 'search random')
    """
    wanted = parse_command(text)
    short = text.removeprefix("search ")
    return short if parse_command(short) == wanted else text


def find_command(query: str) -> Command | None:
    """Return the command that somebody may have meant by what was searched; None if none comes near.

    >>> find_command("hlep"), find_command("sectoin attention")
    (ShowHelp(), ShowSection(name='attention', page=1))
    """
    meant = parse_command(query)
    if not isinstance(meant, Search):
        return meant
    word, _, rest = query.partition(" ")
    allowed = 1 if len(word) <= 4 else 2
    near = process.extractOne(word.lower(), _WORDS, scorer=OSA.distance, score_cutoff=allowed)
    if near is None or len(word) < 4:
        return None
    mended = parse_command(f"{near[0]} {rest}")
    return None if isinstance(mended, Search) else mended


def parse_id(text: str) -> str | None:
    """Return the id that *text* is, without its tilde, or None where it is a name."""
    return text[1:] if _ID.fullmatch(text) else None


def _split_page(text: str) -> tuple[str, int]:
    found = _PAGE.search(text)
    return (text[: found.start()], int(found[1])) if found else (text, 1)


def _format_page(before: str, page: int) -> str:
    """Say the page where it is not the first, or where the words before it end like one."""
    return f" page:{page}" if page != 1 or _PAGE.search(before) else ""
