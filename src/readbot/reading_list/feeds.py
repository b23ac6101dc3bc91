"""A reading list as a feed: JSON Feed 1.1 and RSS 2.0.

Items with a known date come first, the newest on top, as feed readers expect; the others follow in
the order of the list. An item keeps its id while its address leads to the same thing.

Sources: https://www.jsonfeed.org/version/1.1/ and https://www.rssboard.org/rss-specification
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import format_datetime
from typing import Any
from xml.etree import ElementTree as ET

from readbot.reading_list.model import Entry, ReadingList
from readbot.reading_list.troubles import FindTrouble, all_well, describe_trouble
from readbot.reading_list.urls import normalize_url

_JSON_FEED = "https://jsonfeed.org/version/1.1"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_ATOM = "http://www.w3.org/2005/Atom"
#: Says what the field of an item means, as JSON Feed asks of extensions.
_ABOUT = "Of each item: its section, outermost first, and what else the reading list knows of it."


@dataclass(frozen=True, kw_only=True)
class FeedAddresses:
    """Where a feed and its list are found on the web, as far as that is known."""

    #: A page for people.
    home: str | None = None
    #: The feed itself.
    feed: str | None = None


def format_json_feed(
    reading_list: ReadingList, *, at: FeedAddresses | None = None, find_trouble: FindTrouble = all_well
) -> str:
    """Return *reading_list* as a JSON Feed; the field ``_readbot`` of an item holds what the format lacks."""
    at = at or FeedAddresses()
    feed = {
        "version": _JSON_FEED,
        "title": reading_list.title,
        "description": reading_list.description,
        "home_page_url": at.home,
        "feed_url": at.feed,
        "_readbot": {"about": _ABOUT},
    }
    items = [_json_item(entry, find_trouble) for entry in newest_first(reading_list)]
    return json.dumps(_without_empty(feed) | {"items": items}, ensure_ascii=False, indent=2) + "\n"


def format_rss(
    reading_list: ReadingList, *, at: FeedAddresses | None = None, find_trouble: FindTrouble = all_well
) -> str:
    """Return *reading_list* as RSS 2.0; without a home page its first link stands in, as RSS wants one."""
    at = at or FeedAddresses()
    ET.register_namespace("dc", _DUBLIN_CORE)
    ET.register_namespace("atom", _ATOM)
    entries = newest_first(reading_list)
    root = ET.Element("rss", {"version": "2.0"})
    channel = ET.SubElement(root, "channel")
    _add(channel, "title", reading_list.title)
    _add(channel, "link", at.home or (entries[0].link.url if entries else _JSON_FEED))
    _add(channel, "description", reading_list.description or reading_list.title)
    if at.feed:
        link = {"href": at.feed, "rel": "self", "type": "application/rss+xml"}
        ET.SubElement(channel, f"{{{_ATOM}}}link", link)
    if entries and entries[0].link.added:
        _add(channel, "lastBuildDate", to_rfc_822(entries[0].link.added))
    _add(channel, "generator", "readbot")
    for entry in entries:
        _add_item(channel, entry, find_trouble)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def newest_first(reading_list: ReadingList) -> list[Entry]:
    """Return the entries with a date, the latest first, then those without one in list order."""
    return sorted(
        reading_list.entries, key=lambda entry: -entry.link.added.toordinal() if entry.link.added else 1
    )


def to_rfc_822(day: date) -> str:
    """Return the first moment of a day in UTC, as mail and RSS write it."""
    return format_datetime(datetime.combine(day, time(tzinfo=UTC)))


def _json_item(entry: Entry, find_trouble: FindTrouble) -> dict[str, Any]:
    link = entry.link
    known = {
        "link_id": link.id,
        "section": list(entry.path),
        "kind": link.kind,
        "year": link.year,
        "aliases": list(link.aliases),
        "also": [
            {"title": also.title, "url": also.url, **_trouble(also.url, find_trouble)} for also in link.also
        ],
        **_trouble(link.url, find_trouble),
    }
    item = {
        "id": normalize_url(link.url),
        "url": link.url,
        "title": link.title,
        "content_text": "\n".join(_lines(entry, find_trouble)),
        "summary": link.note,
        "image": entry.image,
        "date_published": datetime.combine(link.added, time(tzinfo=UTC)).isoformat() if link.added else None,
        "authors": [{"name": name} for name in link.authors],
        "tags": list(dict.fromkeys([*entry.path, *([link.kind] if link.kind else []), *link.topics])),
        "_readbot": _without_empty(known),
    }
    return _without_empty(item)


def _trouble(url: str, find_trouble: FindTrouble) -> dict[str, str]:
    trouble, archived_url = find_trouble(url) or ("", "")
    fields = {"trouble": trouble, "archived_url": archived_url}
    return {name: value for name, value in fields.items() if value}


def _add_item(channel: ET.Element, entry: Entry, find_trouble: FindTrouble) -> None:
    link = entry.link
    item = ET.SubElement(channel, "item")
    _add(item, "title", link.title)
    _add(item, "link", link.url)
    _add(
        item, "description", "\n".join(f"<p>{_escape_html(line)}</p>" for line in _lines(entry, find_trouble))
    )
    for name in link.authors:
        _add(item, f"{{{_DUBLIN_CORE}}}creator", name)
    # A slash parts the levels of a category.
    _add(item, "category", "/".join(title.replace("/", "∕") for title in entry.path))
    for word in dict.fromkeys([*([link.kind] if link.kind else []), *link.topics]):
        _add(item, "category", word)
    guid = ET.SubElement(item, "guid", {"isPermaLink": "false"})
    guid.text = normalize_url(link.url)
    if link.added:
        _add(item, "pubDate", to_rfc_822(link.added))


def _lines(entry: Entry, find_trouble: FindTrouble) -> Iterator[str]:
    """Yield what a reader sees below the title, in plain words."""
    link = entry.link
    if trouble := describe_trouble(link.url, find_trouble):
        yield f"⚠ {trouble}"
    if link.note:
        yield link.note
    facts = ", ".join(str(fact) for fact in (link.kind, link.year) if fact)
    yield " · ".join(part for part in (" › ".join(entry.path), facts) if part)
    if link.also:
        yield "Also: " + ", ".join(
            f"{also.title} ({', '.join(filter(None, (also.url, describe_trouble(also.url, find_trouble))))})"
            for also in link.also
        )


def _escape_html(words: str) -> str:
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _without_empty(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "", [])}


def _add(parent: ET.Element, name: str, words: str) -> None:
    ET.SubElement(parent, name).text = words
