"""The list for assistants: a read-only MCP server with the official SDK.

Every tool answers from memory and changes nothing. What an assistant gets wrong comes back as an
error that says what to do instead; a bug comes back without its traceback, which goes to the log.
"""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import BaseModel, Field

from readbot import __version__
from readbot.conversation.library import ALL_WELL, Library, LinkDoctor
from readbot.exceptions import QueryError
from readbot.reading_list import Entry, ReadingList
from readbot.reading_list.model import Place
from readbot.reading_list.urls import find_url_problem
from readbot.search.sections import IS_MEANT

MAX_RESULTS = 50
#: Longest piece of what an assistant gave that an error says back.
_MAX_QUOTED = 200

_READS_ONLY = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
_INSTRUCTIONS = (
    "A reading list that people curate by hand. Search it before you recommend reading on its subject, and "
    "cite what you use by title and url. A link's note is the curator's own word on it. What the list does "
    "not hold you will not find here: say so rather than make a link up."
)


class Condition(BaseModel):
    """How an address is."""

    trouble: str | None = Field(
        description="What is wrong with the address, for instance 'gone since May 2026'; null where it is well "
        "or was not checked. Then cite the archived copy, and say that it is one."
    )
    archived_url: str | None = Field(description="A copy of it in an archive, where there is one.")


class Address(Condition):
    """A further address of a link: its slides, its code, its talk."""

    title: str
    url: str


class FoundLink(Condition):
    """A link on the list."""

    id: str = Field(description="Names the link for the tool 'link'; stays the same while its address does.")
    title: str
    url: str
    section: list[str] = Field(description="Titles of its section, outermost first.")
    note: str | None = Field(description="The curator's own word on it.")
    kind: str | None = Field(description="paper, post, video, repo, course, slides, book, ...")
    year: int | None = Field(description="Year of publication, where it is known.")
    authors: list[str]
    topics: list[str]
    aliases: list[str] = Field(description="What people call this very thing, for instance GPT-3.")
    also: list[Address]
    added: date | None = Field(description="The day it came onto the list, where it is known.")


class FoundSection(BaseModel):
    """A section of the list."""

    id: str = Field(description="Names the section for the tool 'section'.")
    path: list[str] = Field(description="Titles, outermost first.")
    links: int = Field(description="Links in it and in all sections below it.")


class Hit(BaseModel):
    """An answer to a search."""

    link: FoundLink
    score: float = Field(description="0 to 1, comparable within one answer only.")
    why: str = Field(description="Why it matched.")


class SearchAnswer(BaseModel):
    """What a search found, best first."""

    query: str
    hits: list[Hit] = Field(description="Empty exactly when nothing on the list answers the query.")
    corrections: dict[str, str] = Field(
        description="Words that were taken for misspelt, with what was looked for."
    )
    did_you_mean: list[str] = Field(description="Without hits: queries near this one that have some.")
    nearest_sections: list[FoundSection] = Field(description="Without hits: sections like the query.")


class SectionAnswer(BaseModel):
    """A section with what is in it."""

    section: FoundSection
    sections: list[FoundSection] = Field(description="The sections directly below it.")
    links: list[FoundLink] = Field(description="Its links and those of all sections below it, in list order.")


class SectionsAnswer(BaseModel):
    """The whole list at a glance."""

    title: str
    description: str
    links: int
    sections: list[FoundSection] = Field(description="Every section in list order, parents first.")


def make_mcp_server(find_library: Callable[[], Library], *, doctor: LinkDoctor = ALL_WELL) -> MCPServer:
    """Return a server that answers from what *find_library* returns, which is asked at each call.

    Args:
        find_library: Returns what to answer from; may block for a moment.
        doctor: Knows which links are gone.
    """
    server: MCPServer = MCPServer(
        "readbot",
        title=find_library().reading_list.title,
        instructions=_INSTRUCTIONS,
        version=__version__,
    )
    tools = _Tools(find_library, doctor)
    server.add_tool(tools.search, annotations=_READS_ONLY, title="Search the reading list")
    server.add_tool(tools.sections, annotations=_READS_ONLY, title="List the sections")
    server.add_tool(tools.section, annotations=_READS_ONLY, title="Read a section")
    server.add_tool(tools.link, annotations=_READS_ONLY, title="Look a link up")
    return server


class _Tools:
    """The tools; what their docstrings say is what assistants read."""

    def __init__(self, find_library: Callable[[], Library], doctor: LinkDoctor) -> None:
        self._find_library = find_library
        self._doctor = doctor

    def search(
        self,
        query: Annotated[
            str,
            Field(
                description="A few words. Typos and acronyms are fine; narrow with kind:paper, year:2023 or "
                'section:attention, leave words out with -word, keep them together with "quotes".'
            ),
        ],
        limit: Annotated[int, Field(ge=1, le=MAX_RESULTS, description="At most this many hits.")] = 5,
    ) -> SearchAnswer:
        """Search the reading list by title, topic, author, site or acronym; best hits first."""
        try:
            result = self._find_library().index.search(query, limit=limit)
        except QueryError as error:
            raise ToolError(str(error)) from error
        return SearchAnswer(
            query=result.query,
            hits=[
                Hit(link=self._to_link(match.entry), score=round(match.score, 4), why=match.why)
                for match in result.matches
            ],
            corrections=dict(result.corrections),
            did_you_mean=list(result.did_you_mean),
            nearest_sections=_to_sections(result.nearest),
        )

    def sections(self) -> SectionsAnswer:
        """List every section of the reading list, with how many links it has."""
        reading_list = self._reading_list
        return SectionsAnswer(
            title=reading_list.title,
            description=reading_list.description,
            links=len(reading_list.entries),
            sections=_to_sections(reading_list.places),
        )

    def section(
        self,
        name: Annotated[str, Field(description="A section's title, the beginning of one, or its id.")],
        limit: Annotated[int, Field(ge=1, le=500, description="At most this many links.")] = 100,
        offset: Annotated[int, Field(ge=0, description="So many links are passed over.")] = 0,
    ) -> SectionAnswer:
        """Return the links of one section and of those below it."""
        place = self._find_place(name)
        entries = self._reading_list.entries_in(place)
        below = (child for child in self._reading_list.places if child.path[:-1] == place.path)
        return SectionAnswer(
            section=_to_section(place),
            sections=_to_sections(below),
            links=[self._to_link(entry) for entry in entries[offset : offset + limit]],
        )

    def link(
        self,
        id_or_url: Annotated[str, Field(description="The id of a link, or its address in any spelling.")],
    ) -> FoundLink:
        """Return one link, or tell that an address is not on the reading list."""
        wanted = id_or_url.strip()
        entry = self._reading_list.find_entry(wanted.removeprefix("~")) or self._reading_list.find_address(
            wanted
        )
        if entry is None and find_url_problem(wanted) is None:
            raise ToolError(
                f"{_quote(wanted)} is not on the reading list; search tells what is, by its subject."
            )
        if entry is None:
            raise ToolError(
                f"No link has the id {_quote(wanted)}; take an id from search or section, or give an http(s) "
                "address."
            )
        return self._to_link(entry)

    @property
    def _reading_list(self) -> ReadingList:
        return self._find_library().reading_list

    def _find_place(self, name: str) -> Place:
        wanted = name.strip()
        if place := self._reading_list.find_place(wanted.removeprefix("~")):
            return place
        found = self._find_library().index.find_sections(wanted)
        if found and found[0][1] >= IS_MEANT:
            return found[0][0]
        near = ", ".join(f"“{place.title}”" for place, _ in found[:3])
        advice = f"did you mean {near}? The" if near else "the"
        raise ToolError(f"No section is called {_quote(wanted)}; {advice} tool sections lists all.")

    def _to_link(self, entry: Entry) -> FoundLink:
        link = entry.link
        return FoundLink(
            id=link.id,
            title=link.title,
            url=link.url,
            section=list(entry.path),
            note=link.note,
            kind=link.kind,
            year=link.year,
            authors=list(link.authors),
            topics=list(link.topics),
            aliases=list(link.aliases),
            also=[Address(title=also.title, url=also.url, **self._examine(also.url)) for also in link.also],
            added=link.added,
            **self._examine(link.url),
        )

    def _examine(self, url: str) -> dict[str, str | None]:
        """Return the fields of a ``Condition``."""
        trouble, archived_url = self._doctor.find_trouble(url) or (None, None)
        return {"trouble": trouble, "archived_url": archived_url or None}


def _quote(words: str) -> str:
    """Return what an assistant gave, for an error: short, and without control characters."""
    return repr(words if len(words) <= _MAX_QUOTED else words[:_MAX_QUOTED] + "…")


def _to_section(place: Place) -> FoundSection:
    return FoundSection(id=place.id, path=list(place.path), links=place.link_count)


def _to_sections(places: Iterable[Place]) -> list[FoundSection]:
    return [_to_section(place) for place in places]
