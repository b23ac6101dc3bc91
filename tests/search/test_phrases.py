import pytest

from readbot.search.phrases import PhraseFinder, parse_phrase, telling_stems
from readbot.search.text import split_words

FINDER = PhraseFinder([parse_phrase("keep copies in sync"), parse_phrase("read/extract text photos/scans")])


def found(query: str) -> list[int]:
    return [number for number, _ in FINDER.find(telling_stems(split_words(query)))]


@pytest.mark.parametrize(
    "query",
    [
        "keep copies in sync",
        "how to keep the copies in sync",
        "keeping the copies in sync",
        "how do I keep several copies synced",
        "sync copies and keep them so",
    ],
)
def test_a_phrase_is_found_by_its_telling_words_in_any_form_and_order(query: str) -> None:
    assert found(query) == [0]


@pytest.mark.parametrize(
    "query", ["read text from photos", "extracting the text of a scan", "scans: read text"]
)
def test_of_words_between_slashes_one_will_do(query: str) -> None:
    assert found(query) == [1]


@pytest.mark.parametrize(
    ("query", "why_not"),
    [
        ("keep copies", "a word is missing"),
        ("copies of backups of old machines which keep things in sync", "the words stand too far apart"),
        ("read photos and scans", "two words for one slot leave another without"),
        ("", "there is no word"),
    ],
)
def test_a_phrase_is_not_found_where_its_words_are_not_all_near_one_another(query: str, why_not: str) -> None:
    assert found(query) == [], why_not


def test_a_phrase_tells_where_its_words_stand() -> None:
    stems = telling_stems(["how", "to", "keep", "the", "copies", "in", "sync"])

    assert list(FINDER.find(stems)) == [(0, (2, 4, 6))]


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("localization", "local"),
        ("personalization", "person"),
        ("interpreter", "interpretability"),
        ("embedding", "embedded"),
        ("electronics", "electron"),
        ("calibre", "calibration"),
        ("engineering", "engine"),
    ],
)
def test_words_of_two_senses_have_two_stems(word: str, other: str) -> None:
    assert telling_stems([word]) != telling_stems([other])


@pytest.mark.parametrize("word", ["c", "go", "r", "it", "c++", "k8s"])
def test_a_short_name_is_its_own_stem(word: str) -> None:
    assert telling_stems([word])[0] in {word, ""}
