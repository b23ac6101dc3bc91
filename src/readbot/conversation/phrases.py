"""Pieces of replies that several of them have."""

from collections import Counter

from readbot.conversation.commands import (
    Command,
    Search,
    ShowSection,
    format_command,
)
from readbot.conversation.reply import (
    Action,
    ActionStyle,
    Choice,
    Choices,
    Span,
    command,
)
from readbot.language import tn, tr
from readbot.reading_list import ReadingList
from readbot.reading_list.model import Place


def example_queries(reading_list: ReadingList, count: int = 3) -> list[str]:
    """Return searches that have answers on this very list: its well-filled, short-named sections."""
    names = sorted(
        (place for place in reading_list.places if place.section.links and len(place.title) <= 24),
        key=lambda place: (len(place.title.split()) > 2, -len(place.section.links)),
    )
    found = [place.title.lower().rstrip("?!. ") for place in names[:count]]
    return found or [reading_list.entries[0].link.title.lower()]


def example_filters(reading_list: ReadingList) -> list[str]:
    """Return filters that let something through on this very list: its commonest kind and year."""
    links = [entry.link for entry in reading_list.entries]
    kinds = Counter(link.kind for link in links if link.kind)
    years = Counter(link.year for link in links if link.year)
    return [
        f"{name}:{counts.most_common(1)[0][0]}"
        for name, counts in (("kind", kinds), ("year", years))
        if counts
    ]


def section_choices(reading_list: ReadingList) -> Choices:
    """Return all sections that have links, to pick one from."""
    places = (place for place in reading_list.places if place.link_count)
    return Choices(label=tr("Pick a section"), choices=tuple(section_choice(place) for place in places))


def section_choice(place: Place) -> Choice:
    return Choice(
        label=" › ".join(place.path),
        detail=count_links(place.link_count),
        command=format_command(ShowSection(f"~{place.id}")),
    )


def make_action(label: str, wanted: Command, style: ActionStyle = ActionStyle.DEFAULT) -> Action:
    """Return a button that runs *wanted*."""
    return Action(label=label, command=format_command(wanted), style=style)


def ask_for(query: str) -> Span:
    """Return what to type to search for *query*."""
    return command(format_command(Search(query)))


def count_links(count: int) -> str:
    return tn("{number} link", "{number} links", count)


def cut(words: str, length: int = 60) -> str:
    """Return *words* in at most *length* characters."""
    return words if len(words) <= length else words[: length - 1].rstrip() + "…"
