import pytest

from readbot.search import SearchIndex


@pytest.mark.parametrize(
    "name", ["Fine-Tuning", "fine tuning", "finetuning", "FINE TUNINGS", "fine-tunning", "fine", "tuning"]
)
def test_a_section_is_found_by_a_name_that_need_not_be_exact(index: SearchIndex, name: str) -> None:
    place, certainty = index.find_sections(name)[0]

    assert place.title == "Fine-Tuning"
    assert certainty >= 0.6


@pytest.mark.parametrize("name", ["Attention", "attention", " ATTENTION "])
def test_the_very_title_is_certain(index: SearchIndex, name: str) -> None:
    assert index.find_sections(name)[0][1] == 1


def test_a_section_is_found_by_its_path(index: SearchIndex) -> None:
    assert index.find_sections("tools vector search")[0][0].path == ("Tools", "Vector Search")


def test_an_id_behind_a_tilde_names_one_section(index: SearchIndex) -> None:
    place = index.reading_list.places[1]

    assert index.find_sections(f"~{place.id}") == [(place, 1.0)]


@pytest.mark.parametrize("name", ["", "!!", "cooking", "~zzzzzz"])
def test_what_names_no_section_finds_none(index: SearchIndex, name: str) -> None:
    assert index.find_sections(name) == []


def test_certainty_falls(index: SearchIndex) -> None:
    certainties = [certainty for _, certainty in index.find_sections("running vector models")]

    assert certainties == sorted(certainties, reverse=True)
