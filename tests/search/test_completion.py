import pytest

from readbot.reading_list import Link, ReadingList, Section
from readbot.search import CompletionKind, SearchIndex


def texts(index: SearchIndex, typed: str, limit: int = 10) -> list[str]:
    return [completion.text for completion in index.complete(typed, limit=limit)]


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("att", CompletionKind.SECTION, "Attention"),
        ("transformer pa", CompletionKind.ALIAS, "Transformer paper"),
        ("vasw", CompletionKind.AUTHOR, "Ashish Vaswani"),
        ("borg", CompletionKind.TITLE, "BorgBackup"),
        ("quantiztion", CompletionKind.TITLE, "A gentle introduction to 8-bit matrix multiplication"),
        ("rlhf", CompletionKind.TITLE, "Training models to follow instructions"),
    ],
)
def test_a_beginning_is_finished_by_title_section_or_alias(
    index: SearchIndex, typed: str, kind: CompletionKind, text: str
) -> None:
    found = index.complete(typed, limit=10)

    assert (kind, text) in [(completion.kind, completion.text) for completion in found]


def test_each_completion_says_what_it_leads_to(index: SearchIndex) -> None:
    details = {completion.text: completion.detail for completion in index.complete("attention", limit=10)}

    assert details["Attention"] == "2 links"
    assert details["Attention is all you need"] == "paper · Attention"


def test_nothing_typed_brings_sections_and_then_titles(index: SearchIndex) -> None:
    kinds = [completion.kind for completion in index.complete("", limit=25)]

    assert kinds[0] is CompletionKind.SECTION
    assert CompletionKind.TITLE in kinds
    assert kinds == sorted(kinds, key=lambda kind: kind is not CompletionKind.SECTION)


@pytest.mark.parametrize("typed", ["", "a", "models", "attention"])
@pytest.mark.parametrize("limit", [1, 3, 25])
def test_no_more_than_the_limit_and_nothing_twice(index: SearchIndex, typed: str, limit: int) -> None:
    found = [(completion.kind, completion.text) for completion in index.complete(typed, limit=limit)]

    assert len(found) <= limit
    assert len(found) == len(set(found))


@pytest.mark.parametrize("typed", ["kind:", "kind:po", "section:", "year:2", '"', "🎉", "zzzzzz"])
def test_what_cannot_be_searched_yet_completes_to_something_or_nothing(
    index: SearchIndex, typed: str
) -> None:
    index.complete(typed, limit=10)


def test_a_completion_finds_what_it_names(index: SearchIndex) -> None:
    for completion in index.complete("t", limit=25):
        assert index.search(completion.text).matched


def test_all_sections_come_in_list_order_when_nothing_is_typed(index: SearchIndex) -> None:
    sections = [completion.text for completion in index.complete_section("", limit=25)]

    assert sections == ["Attention", "Fine-Tuning", "Tools", "Vector Search", "Running models"]


@pytest.mark.parametrize("typed", ["vec", "vector", "se", "sear", "search", "vectr search", "tools vector"])
def test_a_section_is_completed_by_any_of_its_words(index: SearchIndex, typed: str) -> None:
    assert index.complete_section(typed, limit=5)[0].text == "Vector Search"


@pytest.mark.parametrize(
    ("typed", "first", "later"),
    [
        ("w", "Which GPU for deep learning", "Finetuning with LoRA"),
        ("le", "Which GPU for deep learning", None),
        ("mat", "A gentle introduction to 8-bit matrix multiplication", None),
    ],
)
def test_titles_that_begin_so_come_before_those_with_a_word_that_does(
    index: SearchIndex, typed: str, first: str, later: str | None
) -> None:
    found = [
        completion.text
        for completion in index.complete(typed, limit=25)
        if completion.kind is CompletionKind.TITLE
    ]

    assert found[0] == first
    assert later is None or later not in found or found.index(later) > found.index(first)


def test_one_letter_brings_as_many_as_there_are(long_list: SearchIndex) -> None:
    assert len(long_list.complete("h", limit=25)) == 25
    assert len(long_list.complete("ha", limit=25)) == 25


@pytest.mark.parametrize("typed", ["m", "mo", "models"])
def test_one_letter_brings_the_sections_with_a_word_that_begins_so(index: SearchIndex, typed: str) -> None:
    found = [(completion.kind, completion.text) for completion in index.complete(typed, limit=25)]

    assert (CompletionKind.SECTION, "Running models") in found
    assert "Running models" in [completion.text for completion in index.complete_section(typed, limit=25)]


@pytest.fixture(scope="module")
def long_list() -> SearchIndex:
    links = tuple(
        Link(title=f"{word} {number}", url=f"https://example.org/{word}/{number}")
        for number in range(200)
        for word in ("harbour", "A haven", "river")
    )
    return SearchIndex(ReadingList(title="", sections=(Section(title="Ports", links=links),)))
