"""The command language: one grammar for what is typed and for what a button carries.

    command  = ""  |  "menu"                      the menu
             | "help"
             | "sections"                         all sections
             | "section" SECTION [PAGE]           the links of one section
             | "random" [SECTION]                 one link, by chance
             | "new" [PAGE]                       the latest additions
             | "link" ID                          one link
             | "links" ID...                      some links
             | "reading-for" TEXT                 the best links for a message
             | "on-list" TEXT                     whether a message's links are on the list
             | "suggest" [URL [TITLE]]            a link for the list
             | "suggestions" [VERB ID]            what curators have to look at
             | "gaps" [VERB NUMBER]               what people asked for in vain
             | "lists" ["use" NAME]               the lists there are to choose from
             | "privacy" ["forget"]               what is kept about the asker
             | "home"                             all at a glance, for a person's own page
             | "digest" WORDS                     the channel's digest, see readbot.digests.desk
             | "search" QUERY [PAGE]
             | SHARE command                      the same answer, for others to see
             | "unshare" PERSON                   away with an answer that PERSON shared
             | QUERY [PAGE]                       anything else is searched
    SHARE    = "share" | "share@channel" | "share@thread"
    SECTION  = a name, forgiving  |  ID
    ID       = "~" and six characters of a-z, 2-7: a link or a section, however it is called
    PAGE     = "page:" NUMBER, at the end

A word that is a command is searched when it is quoted, when ``search`` stands before it, or when
what follows makes no command ("help me choose a gpu", "new york").
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from rapidfuzz import process
from rapidfuzz.distance import OSA

_WORDS = ("help", "sections", "section", "random", "digest", "menu", "suggest", "privacy")
_GREETINGS = {"menu", "start", "hi", "hello", "hey"}
_PAGE = re.compile(r"(?:^|\s)page:(\d{1,4})$", re.IGNORECASE)
_ID = re.compile(r"~[a-z2-7]{6}")
_IDS = re.compile(r"~[a-z2-7]{6}(?: ~[a-z2-7]{6})*")


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
class ShowLinks:
    #: Each six characters, without the tilde.
    link_ids: tuple[str, ...]


@dataclass(frozen=True)
class ReadingFor:
    #: A message, of any length.
    message: str


@dataclass(frozen=True)
class Search:
    query: str
    page: int = 1


@dataclass(frozen=True)
class AtDesk:
    """A command that a desk answers, not the list alone (``readbot.front_desk.Desk``)."""

    #: What stands behind the command's own word.
    words: str = ""


class OnList(AtDesk):
    """Whether the links in a message are on the list."""


class Suggest(AtDesk):
    pass


class Suggestions(AtDesk):
    pass


class Gaps(AtDesk):
    pass


class Lists(AtDesk):
    pass


class Privacy(AtDesk):
    pass


class Home(AtDesk):
    pass


class Digest(AtDesk):
    """A verb and more, or nothing."""


class ShareTo(StrEnum):
    CHANNEL = "channel"
    #: Or as a reply, where a platform has no threads of that kind.
    THREAD = "thread"


@dataclass(frozen=True)
class Share:
    command: "Command"
    #: None leaves it open: where there is a choice, the sharer is asked.
    to: ShareTo | None = None


@dataclass(frozen=True)
class Unshare:
    #: The platform's id of who shared it.
    person_id: str


Command: TypeAlias = (
    ShowMenu
    | ShowHelp
    | ListSections
    | ShowSection
    | ShowRandom
    | ShowNew
    | ShowLink
    | ShowLinks
    | ReadingFor
    | Search
    | AtDesk
    | Share
    | Unshare
)


def _never(_rest: str) -> bool:
    return False


def _always(_rest: str) -> bool:
    return True


def _nothing_or(pattern: str) -> Callable[[str], bool]:
    matches = re.compile(pattern, re.IGNORECASE).fullmatch
    return lambda rest: not rest or matches(rest) is not None


#: A desk's commands by their own word, each with what may stand behind it; anything else is searched.
_DESKS: Mapping[str, tuple[type[AtDesk], Callable[[str], bool]]] = {
    "on-list": (OnList, _always),
    # With an address, as "suggest a book" asks for a book.
    "suggest": (Suggest, _nothing_or(r"<?(?:[a-z][a-z0-9+.-]*:|[^\s./]+\.[^\s.]).*")),
    "suggestions": (
        Suggestions,
        _nothing_or(r"(?:show|approve|reject|later|reopen) [a-z0-9]{20}|page:\d{1,4}"),
    ),
    "gaps": (Gaps, _nothing_or(r"(?:show|alias|unalias|suggest|ignore) \d{1,9}|words|page:\d{1,4}")),
    "lists": (Lists, _nothing_or(r"use .+")),
    "privacy": (Privacy, _nothing_or(r"forget")),
    "home": (Home, operator.not_),
    "digest": (Digest, _always),
}


def parse_command(text: str) -> Command:
    """Return the command that *text* says. Every text says one: what is no command is a search."""
    text = " ".join(text.split())
    word, _, rest = text.partition(" ")
    return (
        _parse_at_desk(word.lower(), rest)
        or _parse_share(word.lower(), rest)
        or _parse_from_list(word.lower(), rest)
        or Search(*_split_page(text))
    )


def _parse_at_desk(word: str, rest: str) -> AtDesk | None:
    kind, is_meant = _DESKS.get(word, (AtDesk, _never))
    return kind(rest) if is_meant(rest) else None


def _parse_share(word: str, rest: str) -> Command | None:
    if word == "unshare" and rest and " " not in rest:
        return Unshare(rest)
    verb, at, place = word.partition("@")
    if verb != "share" or not rest or (at and place not in set(ShareTo)):
        return None
    inner = parse_command(rest)
    return inner if isinstance(inner, Share) else Share(inner, ShareTo(place) if at else None)


def _parse_from_list(word: str, rest: str) -> Command | None:
    match word:
        case "":
            return ShowMenu()
        case "search" if rest:
            query, page = _split_page(rest)
            return Search(query, page)
        case "link" if _ID.fullmatch(rest):
            return ShowLink(rest.removeprefix("~"))
        case "links" if _IDS.fullmatch(rest):
            return ShowLinks(tuple(each.removeprefix("~") for each in rest.split()))
        case "reading-for":
            return ReadingFor(rest)
        case "section" | "sections" if rest:
            name, page = _split_page(rest)
            return ShowSection(name, page) if name else ListSections()
        case "section" | "sections" | "list" if not rest:
            return ListSections()
        case "random":
            return ShowRandom(rest)
        case "new" if not _split_page(rest)[0]:
            return ShowNew(_split_page(rest)[1])
        case "help" | "?" if not rest:
            return ShowHelp()
        case greeting if greeting in _GREETINGS and not rest:
            return ShowMenu()
    return None


def format_command(command: Command) -> str:
    """Return the text that :func:`parse_command` reads as *command*, for a button to carry."""
    match command:
        case ShowMenu() | ShowHelp() | ListSections():
            return _PLAIN_WORDS[type(command)]
        case ShowSection(name, page):
            return f"section {name}{_format_page(name, page)}"
        case ShowRandom(section):
            return f"random {section}".rstrip()
        case ShowNew(page):
            return f"new{_format_page('', page)}"
        case ShowLink(link_id):
            return f"link ~{link_id}"
        case ShowLinks(link_ids):
            return " ".join(["links", *(f"~{each}" for each in link_ids)])
        case ReadingFor(message):
            return f"reading-for {message}".rstrip()
        case AtDesk(words):
            return f"{DESK_WORDS[type(command)]} {words}".rstrip()
        case Search(query, page):
            return f"search {query}{_format_page(query, page)}"
        case Share(inner, to):
            return f"share{f'@{to}' if to else ''} {format_command(inner)}"
        case Unshare(person_id):
            return f"unshare {person_id}"


_PLAIN_WORDS: Mapping[type, str] = {ShowMenu: "menu", ShowHelp: "help", ListSections: "sections"}

#: The word by which each of a desk's commands is called.
DESK_WORDS: Mapping[type[AtDesk], str] = {kind: word for word, (kind, _) in _DESKS.items()}


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
