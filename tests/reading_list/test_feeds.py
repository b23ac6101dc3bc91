"""Feeds as feed readers, a schema and an OPML library read them."""

import json
from datetime import date
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
import listparser
import pytest
from hypothesis import given
from jsonschema import Draft202012Validator, FormatChecker  # type: ignore[import-untyped]

from readbot.reading_list import AlsoLink, Kind, Link, ReadingList, Section
from readbot.reading_list.feeds import FeedAddresses, format_json_feed, format_rss
from readbot.reading_list.llms_txt import format_llms_txt
from readbot.reading_list.markdown import import_markdown
from readbot.reading_list.opml import format_opml
from readbot.reading_list.yaml_file import default_list_path, load_list

from .lists import few_lists, links, reading_lists, texts

A = "https://a.example/"
AT = FeedAddresses(home="https://lists.example/", feed="https://lists.example/feed")

_URL = {"type": "string", "format": "uri", "pattern": "^https?://"}
_AUTHORS = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "properties": {"name": {"type": "string", "minLength": 1}, "url": _URL, "avatar": _URL},
        "minProperties": 1,
        "additionalProperties": False,
    },
}
#: What https://www.jsonfeed.org/version/1.1/ says of the fields that readbot writes.
_JSON_FEED = {
    "type": "object",
    "required": ["version", "title", "items"],
    "properties": {
        "version": {"const": "https://jsonfeed.org/version/1.1"},
        "title": {"type": "string"},
        "home_page_url": _URL,
        "feed_url": _URL,
        "description": {"type": "string"},
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id"],
                "anyOf": [{"required": ["content_text"]}, {"required": ["content_html"]}],
                "properties": {
                    "id": {"type": "string", "minLength": 1},
                    "url": _URL,
                    "title": {"type": "string"},
                    "content_text": {"type": "string", "minLength": 1},
                    "summary": {"type": "string"},
                    "image": _URL,
                    "date_published": {"type": "string", "format": "date-time"},
                    "authors": _AUTHORS,
                    "tags": {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
                },
                "patternProperties": {"^_[a-zA-Z0-9]": {"type": "object"}},
                "additionalProperties": False,
            },
        },
    },
    "patternProperties": {"^_[a-zA-Z0-9]": {"type": "object"}},
    "additionalProperties": False,
}


def read_json_feed(text: str) -> Any:
    feed = json.loads(text)
    Draft202012Validator(_JSON_FEED, format_checker=FormatChecker()).validate(feed)
    return feed


def read_rss(text: str) -> Any:
    feed = feedparser.parse(text.encode(), response_headers={"content-type": "application/rss+xml"})
    assert not feed.bozo, feed.bozo_exception
    assert feed.version == "rss20"
    return feed


def of(*listed: Link, title: str = "S") -> ReadingList:
    return ReadingList(title="L", sections=(Section(title=title, links=listed),))


FULL = Link(
    title="Attention <is> all & more",
    url="http://www.arxiv.org/pdf/1706.03762v5.pdf",
    note="Read <b>this</b> first.",
    kind=Kind.PAPER,
    year=2017,
    authors=("Ashish Vaswani", "Noam Shazeer"),
    topics=("attention", "paper"),
    aliases=("Transformer",),
    also=(AlsoLink(title="Code", url="https://github.com/a/b"),),
    added=date(2024, 2, 29),
)


def test_a_feed_reader_sees_every_link_of_the_list_that_ships() -> None:
    reading_list = load_list(default_list_path())

    feed = read_rss(format_rss(reading_list, at=AT))

    assert feed.feed.title == reading_list.title
    assert feed.feed.link == AT.home
    assert [(item.title, item.link) for item in feed.entries] == [
        (entry.link.title, entry.link.url) for entry in reading_list.entries
    ]


def test_rss_tells_all_that_is_known_of_a_link() -> None:
    [item] = read_rss(format_rss(of(FULL, title="Papers/Old"), at=AT)).entries

    assert item.title == "Attention <is> all & more"
    assert item.id == "https://arxiv.org/abs/1706.03762"
    assert not item.guidislink
    assert item.published == "Thu, 29 Feb 2024 00:00:00 +0000"
    assert [author.name for author in item.authors] == ["Ashish Vaswani", "Noam Shazeer"]
    assert [tag.term for tag in item.tags] == ["Papers∕Old", "paper", "attention"]
    assert item.summary.splitlines() == [
        "<p>Read &lt;b&gt;this&lt;/b&gt; first.</p>",
        "<p>Papers/Old · paper, 2017</p>",
        "<p>Also: Code (https://github.com/a/b)</p>",
    ]


def test_a_json_feed_tells_all_that_is_known_of_a_link() -> None:
    [item] = read_json_feed(format_json_feed(of(FULL), at=AT))["items"]

    assert item == {
        "id": "https://arxiv.org/abs/1706.03762",
        "url": FULL.url,
        "title": FULL.title,
        "content_text": "Read <b>this</b> first.\nS · paper, 2017\nAlso: Code (https://github.com/a/b)",
        "summary": FULL.note,
        "date_published": "2024-02-29T00:00:00+00:00",
        "authors": [{"name": "Ashish Vaswani"}, {"name": "Noam Shazeer"}],
        "tags": ["S", "paper", "attention"],
        "_readbot": {
            "link_id": FULL.id,
            "section": ["S"],
            "kind": "paper",
            "year": 2017,
            "aliases": ["Transformer"],
            "also": [{"title": "Code", "url": "https://github.com/a/b"}],
        },
    }


@pytest.mark.parametrize("at", [AT, FeedAddresses()])
def test_the_json_feed_of_the_list_that_ships_keeps_to_the_specification(at: FeedAddresses) -> None:
    reading_list = load_list(default_list_path())
    feed = read_json_feed(format_json_feed(reading_list, at=at))
    assert [item["url"] for item in feed["items"]] == [entry.link.url for entry in reading_list.entries]
    assert (feed.get("home_page_url"), feed.get("feed_url")) == (at.home, at.feed)


def test_the_newest_link_comes_first_and_those_without_a_date_keep_their_order() -> None:
    dates = [None, date(2023, 1, 1), None, date(2024, 1, 1)]
    listed = [Link(title=str(number), url=f"{A}{number}", added=day) for number, day in enumerate(dates)]
    assert [item.title for item in read_rss(format_rss(of(*listed))).entries] == ["3", "1", "0", "2"]


@few_lists
@given(reading_lists(link=links(), title=texts(200)))
def test_any_list_makes_valid_feeds(reading_list: ReadingList) -> None:
    urls = sorted(entry.link.url for entry in reading_list.entries)
    feed = read_json_feed(format_json_feed(reading_list))
    assert sorted(item["url"] for item in feed["items"]) == urls
    assert len({item["id"] for item in feed["items"]}) == len(urls)
    channel = ET.fromstring(format_rss(reading_list)).find("channel")  # noqa: S314 - our own text
    assert channel is not None
    assert sorted(item.findtext("link") or "" for item in channel.findall("item")) == urls
    assert [channel.findtext(name) is not None for name in ("title", "link", "description")] == [True] * 3


def test_opml_holds_the_sections_and_every_link() -> None:
    reading_list = load_list(default_list_path())

    outline = listparser.parse(format_opml(reading_list))

    assert not outline.bozo
    assert outline.meta.title == reading_list.title
    assert [(found.title, found.url) for found in outline.lists] == [
        (title, url)
        for entry in reading_list.entries
        for title, url in [(entry.link.title, entry.link.url), *((a.title, a.url) for a in entry.link.also)]
    ]


def test_opml_nests_sections_as_the_list_does() -> None:
    inner = Section(title="Inner", links=(FULL,))
    reading_list = ReadingList(title="L", sections=(Section(title="Outer", sections=(inner,)),))
    root = ET.fromstring(format_opml(reading_list))  # noqa: S314 - our own text
    [link] = root.findall("body/outline[@text='Outer']/outline[@text='Inner']/outline")
    assert link.attrib == {
        "text": FULL.title,
        "type": "link",
        "url": FULL.url,
        "_note": FULL.note,
        "category": "paper,attention",
        "created": "Thu, 29 Feb 2024 00:00:00 +0000",
    }


def test_llms_txt_begins_with_the_title_and_lists_links_below_their_sections() -> None:
    reading_list = ReadingList(title="L", description="What it is.", sections=of(FULL).sections)
    assert format_llms_txt(reading_list) == (
        "# L\n\n> What it is.\n\n## S\n\n"
        f"- [Attention \\<is\\> all & more]({FULL.url}): Read \\<b\\>this\\</b\\> first. paper, 2017."
        " by Ashish Vaswani, Noam Shazeer. about attention, paper\n"
    )


def test_llms_txt_is_markdown_with_every_link_of_the_list_that_ships() -> None:
    reading_list = load_list(default_list_path())
    imported = import_markdown(format_llms_txt(reading_list), file="llms.txt").reading_list
    assert [entry.link.url for entry in imported.entries] == [
        entry.link.url for entry in reading_list.entries
    ]
