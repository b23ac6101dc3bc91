"""Real awesome-lists, where they lie beside the checkout: every link of theirs is accounted for."""

from pathlib import Path

import listparser
import pytest

from readbot.reading_list.feeds import format_json_feed, format_rss
from readbot.reading_list.markdown import Import, export_markdown, import_markdown
from readbot.reading_list.opml import format_opml
from readbot.reading_list.yaml_file import dump_list, parse_list

from .test_feeds import read_json_feed, read_rss

LISTS = Path(__file__).parents[3] / "shared" / "lists"
pytestmark = pytest.mark.skipif(not LISTS.is_dir(), reason="the lists are not part of this repository")

#: Links in Markdown, and the distinct ones among them, as another parser counts them.
COUNTS = {
    "awesome-nlp": (738, 699),
    "awesome-go": (3177, 3157),
    "awesome-selfhosted": (2929, 2895),
    "awesome-nodejs": (596, 595),
}


@pytest.fixture(scope="module", params=COUNTS)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def imported(name: str) -> Import:
    return import_markdown((LISTS / f"{name}.md").read_text(encoding="utf-8"), file=f"{name}.md")


def test_as_many_links_are_found_as_another_parser_finds(name: str, imported: Import) -> None:
    assert imported.report.found_by_form["markdown"] == COUNTS[name][0]


def test_links_kept_and_left_out_are_the_links_in_the_file(imported: Import) -> None:
    assert imported.report.is_complete


def test_nearly_every_distinct_link_is_kept(name: str, imported: Import) -> None:
    assert imported.report.kept > 0.94 * COUNTS[name][1]


def test_the_result_loads_and_survives_markdown(imported: Import) -> None:
    reading_list = imported.reading_list
    assert parse_list(dump_list(reading_list), file="list.yaml") == reading_list
    assert import_markdown(export_markdown(reading_list), file="list.md").reading_list == reading_list


def test_its_feeds_are_valid_and_hold_every_link(imported: Import) -> None:
    reading_list = imported.reading_list
    urls = [entry.link.url for entry in reading_list.entries]
    assert [item["url"] for item in read_json_feed(format_json_feed(reading_list))["items"]] == urls
    assert [item.link for item in read_rss(format_rss(reading_list)).entries] == urls
    outline = listparser.parse(format_opml(reading_list))
    also = [other.url for entry in reading_list.entries for other in entry.link.also]
    assert not outline.bozo
    assert sorted(found.url for found in outline.lists) == sorted(urls + also)
