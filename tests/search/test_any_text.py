"""Whatever a person types, the search answers or says what to type: it never breaks."""

import doctest
from contextlib import suppress
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.exceptions import QueryError
from readbot.search import SearchIndex, common_words, fields, query, reasons, text
from tests.search.conftest import ALIASES, READING_LIST

INDEX = SearchIndex(READING_LIST, ALIASES)
_PIECES = st.sampled_from(
    [
        "attention",
        "fine-tuning",
        "rlhf",
        "kind:paper",
        "section:tools",
        "year:2020-",
        '"',
        "-",
        "~",
        "kind:",
        "c++",
        " ",
    ]
)
TYPED = st.one_of(st.text(), st.lists(st.one_of(_PIECES, st.text(max_size=8)), max_size=12).map(" ".join))


@given(TYPED)
def test_a_search_answers_or_refuses(typed: str) -> None:
    with suppress(QueryError):
        result = INDEX.search(typed, limit=5)

        assert len(result.matches) <= 5
        assert len({match.entry.link.url for match in result.matches}) == len(result.matches)
        assert all(match.why for match in result.matches)
        assert result.matched or len(result.nearest) <= 3


@given(TYPED)
def test_a_completion_is_always_possible(typed: str) -> None:
    assert len(INDEX.complete(typed, limit=25)) <= 25
    assert len(INDEX.complete_section(typed, limit=25)) <= 25


@given(TYPED)
def test_certainties_lie_between_nought_and_one(typed: str) -> None:
    assert all(0 <= certainty <= 1 for _, certainty in INDEX.find_sections(typed))


@given(TYPED, st.integers(min_value=1, max_value=120))
def test_a_condensed_query_fits(typed: str, max_length: int) -> None:
    assert len(INDEX.condense(typed, max_length=max_length)) <= max_length


@pytest.mark.parametrize("module", [common_words, fields, query, reasons, text])
def test_the_examples_in_the_docstrings_hold(module: ModuleType) -> None:
    assert doctest.testmod(module).failed == 0
