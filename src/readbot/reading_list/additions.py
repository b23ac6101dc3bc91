"""Links put into a list that stays as it is: what a workspace has on top of a shared list."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from readbot.reading_list.model import Link, ReadingList, Section
from readbot.reading_list.urls import normalize_url


@dataclass(frozen=True, kw_only=True)
class Addition:
    """A link and the section that it goes into."""

    link: Link
    #: Titles from the outermost section to the one that takes the link, at least one.
    path: tuple[str, ...]


def add_links(reading_list: ReadingList, additions: Iterable[Addition]) -> ReadingList:
    """Return *reading_list* with links at the end of their sections; one that it has already is left out.

    A section that the list does not have, or not any more, is made at the end.
    """
    known = {
        normalize_url(url)
        for entry in reading_list.entries
        for url in (entry.link.url, *(also.url for also in entry.link.also))
    }
    sections = reading_list.sections
    for addition in additions:
        key = normalize_url(addition.link.url)
        if key not in known:
            known.add(key)
            sections = _add(sections, addition.path, addition.link)
    return replace(reading_list, sections=sections)


def _add(sections: tuple[Section, ...], path: tuple[str, ...], link: Link) -> tuple[Section, ...]:
    title, *deeper = path
    for number, section in enumerate(sections):
        if section.title == title:
            return (*sections[:number], _put(section, tuple(deeper), link), *sections[number + 1 :])
    return (*sections, _put(Section(title=title), tuple(deeper), link))


def _put(section: Section, deeper: tuple[str, ...], link: Link) -> Section:
    if deeper:
        return replace(section, sections=_add(section.sections, deeper, link))
    return replace(section, links=(*section.links, link))
