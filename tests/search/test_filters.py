import pytest

from readbot.exceptions import QueryError
from readbot.search import SearchIndex


def titles(index: SearchIndex, query: str) -> list[str]:
    return [match.entry.link.title for match in index.search(query).matches]


def test_filters_alone_list_what_they_let_through_in_list_order(index: SearchIndex) -> None:
    assert titles(index, "kind:paper") == [
        "Attention is all you need",
        "Training models to follow instructions",
        "What's in my big data",
    ]


@pytest.mark.parametrize("kind", ["kind:paper", "kind:papers", "KIND:Paper", "kind: paper", "kind:preprints"])
def test_a_kind_is_meant_however_it_is_written(index: SearchIndex, kind: str) -> None:
    assert titles(index, kind) == titles(index, "kind:paper")


def test_several_kinds_are_let_through_side_by_side(index: SearchIndex) -> None:
    assert titles(index, "kind:course,repo") == ["Vector search class notes", "LlamaCPP"]


def test_an_unknown_kind_is_refused_with_those_there_are(index: SearchIndex) -> None:
    with pytest.raises(QueryError, match="no kind “poem”: use one of paper, post, video"):
        index.search("attention kind:poem")


def test_a_filter_without_a_value_is_refused_with_an_example(index: SearchIndex) -> None:
    with pytest.raises(QueryError, match="kind:paper"):
        index.search("attention kind:")


@pytest.mark.parametrize(
    "section",
    [
        "section:fine-tuning",
        "section:finetuning",
        'section:"fine tuning"',
        "section:fine-tunning",
        'section: "Fine Tuning"',
    ],
)
def test_a_section_is_meant_however_it_is_written(index: SearchIndex, section: str) -> None:
    assert titles(index, section)[0] == "Finetuning with LoRA"
    assert len(titles(index, section)) == 3


def test_a_section_holds_the_sections_below_it(index: SearchIndex) -> None:
    assert titles(index, "section:tools")[:2] == ["Vector search class notes", "LlamaCPP"]


def test_a_tilde_and_an_id_name_one_section(index: SearchIndex) -> None:
    place = index.reading_list.places[0]

    assert len(titles(index, f"section:~{place.id}")) == place.link_count


def test_an_unknown_section_is_refused_with_the_nearest(index: SearchIndex) -> None:
    with pytest.raises(QueryError, match=r"no section “vector recipes”\. The nearest: Vector Search\."):
        index.search('section:"vector recipes"')


def test_a_section_like_none_is_refused_with_some_that_there_are(index: SearchIndex) -> None:
    with pytest.raises(QueryError, match=r"no section “cooking”\. There are Attention, Fine-Tuning, Tools, "):
        index.search("section:cooking")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("year:2022", 2),
        ("year:2017-2018", 2),
        ("year:2018-2017", 2),
        ("year:>=2022", 3),
        ("year:2022+", 3),
        ("year:<2018", 1),
        ("year:<=2018", 2),
        ("year:>2022", 1),
    ],
)
def test_years_are_let_through_one_by_one_or_in_spans(index: SearchIndex, query: str, count: int) -> None:
    assert len(titles(index, query)) == count


def test_what_is_no_year_is_refused_with_examples(index: SearchIndex) -> None:
    with pytest.raises(QueryError, match="type year:2023, year:2020-2023 or year:>=2022"):
        index.search("year:soon")


def test_a_word_with_a_minus_must_not_be_there(index: SearchIndex) -> None:
    assert "Attention? Attention!" in titles(index, "attention")
    assert "Attention? Attention!" not in titles(index, "attention -lilianweng")


def test_a_minus_inside_a_word_is_no_filter(index: SearchIndex) -> None:
    assert titles(index, "fine-tuning")[0] == "Finetuning with LoRA"


def test_quoted_words_have_to_stand_side_by_side(index: SearchIndex) -> None:
    assert titles(index, '"matrix multiplication"') == [
        "A gentle introduction to 8-bit matrix multiplication"
    ]
    assert titles(index, '"multiplication matrix"') == []


def test_a_quote_that_is_not_closed_reaches_to_the_end(index: SearchIndex) -> None:
    assert titles(index, '"matrix multiplication') == titles(index, '"matrix multiplication"')


def test_a_phrase_may_be_excluded(index: SearchIndex) -> None:
    assert "Attention is all you need" not in titles(index, 'attention -"all you need"')


def test_filters_and_words_work_together(index: SearchIndex) -> None:
    assert titles(index, "attention kind:paper year:2017 section:attention") == ["Attention is all you need"]


def test_words_that_only_filtered_out_links_hold_have_no_match(index: SearchIndex) -> None:
    assert not index.search("lora year:2017").matched


@pytest.mark.parametrize(
    ("filters", "opposite"),
    [
        ("-kind:paper", "kind:paper"),
        ("-section:tools", "section:tools"),
        ("-year:2022", "year:2022"),
        ("-site:arxiv.org", "site:arxiv.org"),
        ("-author:vaswani", "author:vaswani"),
    ],
)
def test_a_filter_with_a_minus_lets_through_all_the_rest(
    index: SearchIndex, filters: str, opposite: str
) -> None:
    everything = {entry.link.title for entry in index.reading_list.entries}

    assert set(titles(index, filters)) == everything - set(titles(index, opposite))
    assert titles(index, opposite)


@pytest.mark.parametrize(
    ("site", "count"),
    [
        ("site:arxiv.org", 3),
        ("site:arxiv", 3),
        ("site:https://arxiv.org/", 3),
        ("site:github.com/ggerganov", 1),
        ("site:weng", 1),
        ("site:example.org", 1),
        ("site:rxiv.org", 0),
    ],
)
def test_a_site_is_meant_by_its_host_or_its_name(index: SearchIndex, site: str, count: int) -> None:
    assert len(titles(index, site)) == count


@pytest.mark.parametrize(
    ("author", "title"),
    [
        ("author:vaswani", "Attention is all you need"),
        ('author:"ashish vaswani"', "Attention is all you need"),
        ("author:weng", "Attention? Attention!"),
        ("author:ggerganov", "LlamaCPP"),
    ],
)
def test_an_author_signs_or_publishes(index: SearchIndex, author: str, title: str) -> None:
    assert titles(index, author) == [title]
