"""Real awesome-lists, where they lie beside the checkout: every link of theirs is accounted for."""

from pathlib import Path

import pytest

from readbot.reading_list.markdown import Import, export_markdown, import_markdown
from readbot.reading_list.yaml_file import dump_list, parse_list

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
