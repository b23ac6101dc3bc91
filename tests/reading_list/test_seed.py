"""The list that ships, and the Markdown that it was made from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from readbot.exceptions import ListError
from readbot.reading_list import Entry, ReadingList
from readbot.reading_list.markdown import Import, import_markdown
from readbot.reading_list.package_data import find_data_file
from readbot.reading_list.yaml_file import default_list_path, load_list

SEED = Path(__file__).with_name("seed.md")


@pytest.fixture(scope="module")
def imported() -> Import:
    return import_markdown(SEED.read_text(encoding="utf-8"), file="seed.md")


@pytest.fixture(scope="module")
def entries(imported: Import) -> dict[str, Entry]:
    return {entry.link.title: entry for entry in imported.reading_list.entries}


def addresses(reading_list: ReadingList) -> Iterator[tuple[tuple[str, ...], str]]:
    for entry in reading_list.entries:
        yield entry.path, entry.link.url
        for also in entry.link.also:
            yield entry.path, also.url


def test_all_76_links_are_kept_74_of_them_for_reading(imported: Import) -> None:
    assert imported.report.found == imported.report.kept == 76
    assert len(list(addresses(imported.reading_list))) == 74


def test_the_thanks_are_acknowledgements_and_no_reading(imported: Import) -> None:
    assert [thanks.title for thanks in imported.reading_list.acknowledgements] == ["Twitter", "Mastodon"]


def test_the_goals_are_the_description(imported: Import) -> None:
    assert imported.reading_list.description.startswith("Goals: Add links that are reasonable")


def test_a_stray_bracket_before_an_address_is_mended(entries: dict[str, Entry]) -> None:
    assert entries["Tiny Language Models Come of Age"].link.url.startswith("https://www.quantamagazine.org/")


def test_a_missing_parenthesis_is_mended(entries: dict[str, Entry]) -> None:
    link = entries["Training LLMs at Scale with AMD MI250 GPUs"].link
    assert link.url == "https://www.databricks.com/blog/training-llms-scale-amd-mi250-gpus"


def test_a_second_link_in_a_line_is_a_further_address(entries: dict[str, Entry]) -> None:
    (also,) = entries["Large Language Models in 2023"].link.also
    assert also.title == "Slides"
    assert also.url.endswith("#slide=id.g2885e521b53_0_0")


def test_words_before_a_link_are_part_of_its_title(entries: dict[str, Entry]) -> None:
    assert "Training Compute-Optimal Large Language Models" in entries


def test_words_after_a_link_are_its_note(entries: dict[str, Entry]) -> None:
    link = entries["LLaMAntino: LLaMA 2 Models for Effective Text Generation in Italian Language"].link
    assert link.note == "Really great overview of SOTA fine-tuning techniques"


def test_quotation_marks_stay_in_a_title(entries: dict[str, Entry]) -> None:
    assert '"The “it” in AI models is the dataset."' in entries


def test_pictures_belong_to_their_sections(imported: Import) -> None:
    pictured = [place.title for place in imported.reading_list.places if place.section.image]
    assert pictured == [
        "Pre-Transformer Models",
        "Building Blocks",
        "Foundational Deep Learning Papers",
        "The Transformer Architecture",
    ]


def test_a_heading_of_level_one_in_mid_file_swallows_nothing(imported: Import) -> None:
    titles = [section.title for section in imported.reading_list.sections]
    assert titles[7:] == [
        "Small and Local LLMs",
        "Deployment and Production",
        "Prompt Engineering",
        "GPUs",
        "Evaluation",
        "UX",
    ]


def test_a_section_without_links_is_reported(imported: Import) -> None:
    assert [(remark.line, remark.message) for remark in imported.report.remarks] == [
        (131, 'the section "What\'s Next?"')
    ]


def test_every_mend_is_reported_with_its_line(imported: Import) -> None:
    assert [remark.line for remark in imported.report.mended] == [80, 85, 112]


def test_the_list_that_ships_holds_the_same_addresses_in_the_same_sections(imported: Import) -> None:
    assert list(addresses(load_list(default_list_path()))) == list(addresses(imported.reading_list))


def test_the_list_that_ships_keeps_the_thanks(imported: Import) -> None:
    assert load_list(default_list_path()).acknowledgements == imported.reading_list.acknowledgements


def test_a_data_file_that_does_not_ship_is_named() -> None:
    with pytest.raises(ListError, match=r"nothing\.yaml: is not part of this installation"):
        find_data_file("nothing.yaml")
