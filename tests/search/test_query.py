from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.exceptions import QueryError
from readbot.reading_list import Kind
from readbot.search.query import Facets, parse_query


def test_a_query_is_taken_apart() -> None:
    query = parse_query(
        'evals kind:papers,post section:"prompt engineering" year:2020-2023 -chatgpt "in the wild"'
    )

    assert query.words == ("evals", "in", "the", "wild")
    assert query.phrases == (("in", "the", "wild"),)
    assert query.excluded == (("chatgpt",),)
    assert query.only.kinds == {Kind.PAPER, Kind.POST}
    assert query.only.sections == ("prompt engineering",)
    assert query.only.years == ((2020, 2023),)


def test_a_word_behind_a_closed_quote_is_not_the_beginning_of_another() -> None:
    assert parse_query("prompt").is_open
    assert not parse_query('"prompt"').is_open


def test_a_hyphen_inside_a_word_does_not_exclude() -> None:
    assert parse_query("fine-tuning -lora").excluded == (("lora",),)


@pytest.mark.parametrize(
    ("text", "facets"),
    [
        ("-kind:paper,posts", Facets(kinds=frozenset({Kind.PAPER, Kind.POST}))),
        ('-section:"prompt engineering"', Facets(sections=("prompt engineering",))),
        ("-year:2020-2023", Facets(years=((2020, 2023),))),
        ("-site:https://www.GitHub.com/", Facets(sites=("github.com",))),
        ('-author:"Lilian Weng"', Facets(authors=(("lilian", "weng"),))),
    ],
)
def test_a_minus_turns_a_filter_round(text: str, facets: Facets) -> None:
    query = parse_query(f"lora {text}")

    assert query.without == facets
    assert not query.only
    assert query.words == ("lora",)


@pytest.mark.parametrize(
    ("text", "words", "reason"),
    [
        ("lang:python", ("python",), "a filter of another search"),
        ('topic:"speech recognition"', ("speech", "recognition"), "the same, quoted"),
        ("attention: a survey", ("attention", "a", "survey"), "a title"),
        ("http://example.com", ("http", "example", "com"), "an address"),
        ("someday 25:00", ("someday", "25", "00"), "a time"),
        ("std::vector", ("std", "vector"), "a name with two colons"),
    ],
)
def test_a_word_and_a_colon_that_filter_nothing_are_left_out(
    text: str, words: tuple[str, ...], reason: str
) -> None:
    assert parse_query(text).words == words, reason


def test_typographic_quotes_quote() -> None:
    assert parse_query("“prompt engineering”").phrases == (("prompt", "engineering"),)


@given(st.text())
def test_any_text_is_a_query_or_is_refused_as_none(text: str) -> None:
    with suppress(QueryError):
        query = parse_query(text)
        assert query.words or query.has_filters
