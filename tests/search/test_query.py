from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from readbot.exceptions import QueryError
from readbot.reading_list import Kind
from readbot.search.query import parse_query


def test_a_query_is_taken_apart() -> None:
    query = parse_query(
        'evals kind:papers,post section:"prompt engineering" year:2020-2023 -chatgpt "in the wild"'
    )

    assert query.words == ("evals", "in", "the", "wild")
    assert query.phrases == (("in", "the", "wild"),)
    assert query.excluded == (("chatgpt",),)
    assert query.kinds == {Kind.PAPER, Kind.POST}
    assert query.sections == ("prompt engineering",)
    assert query.years == ((2020, 2023),)


def test_a_word_behind_a_closed_quote_is_not_the_beginning_of_another() -> None:
    assert parse_query("prompt").is_open
    assert not parse_query('"prompt"').is_open


def test_a_hyphen_inside_a_word_does_not_exclude() -> None:
    assert parse_query("fine-tuning -lora").excluded == (("lora",),)


def test_typographic_quotes_quote() -> None:
    assert parse_query("“prompt engineering”").phrases == (("prompt", "engineering"),)


@given(st.text())
def test_any_text_is_a_query_or_is_refused_as_none(text: str) -> None:
    with suppress(QueryError):
        query = parse_query(text)
        assert query.words or query.has_filters
