"""What the curators promise about the field's synonyms that ship with readbot."""

from collections import defaultdict

import pytest

from readbot.reading_list.package_data import find_data_file
from readbot.search import AliasGroup, AliasTable, load_aliases
from readbot.search.common_words import STOP_WORDS
from readbot.search.phrases import parse_phrase, telling_stems
from readbot.search.text import key_of, split_words, stem

#: Words that half of all titles hold: as related words they answer what the list does not answer.
_EVERYWHERE = """
    app application article best code data example framework good introduction library list make model new open
    project read service software system tool use web work write
"""


@pytest.fixture(scope="module")
def table() -> AliasTable:
    return load_aliases(find_data_file("aliases.yaml"))


def _key(text: str) -> str:
    return key_of(split_words(text))


def _all_words(group: AliasGroup) -> tuple[str, ...]:
    return (*group.terms, *group.asked, *group.examples, *group.related)


def _leads(table: AliasTable) -> set[str]:
    return {word for group in table.groups for word in (*group.examples, *group.related)}


def test_the_table_covers_the_field(table: AliasTable) -> None:
    assert len({_key(text) for group in table.groups for text in _all_words(group)}) > 8000


def test_every_word_is_lower_case_and_trimmed(table: AliasTable) -> None:
    words = [word for group in table.groups for word in _all_words(group)]
    assert [word for word in words if word != " ".join(word.lower().split())] == []


def test_a_term_stands_in_one_group(table: AliasTable) -> None:
    """Two groups with one term would mean that all their terms mean the same."""
    groups_of = defaultdict(set)
    for number, group in enumerate(table.groups):
        for term in group.terms:
            groups_of[_key(term)].add(number)
    shared = [table.groups[min(numbers)].terms for numbers in groups_of.values() if len(numbers) > 1]
    assert shared == []


def test_no_group_says_a_word_twice(table: AliasTable) -> None:
    for group in table.groups:
        assert len(set(_all_words(group))) == len(_all_words(group)), group


def test_no_group_asks_one_thing_in_two_spellings(table: AliasTable) -> None:
    for group in table.groups:
        asked = [phrase for text in group.asked if len(phrase := parse_phrase(text)) > 1]
        assert len({frozenset(phrase) for phrase in asked}) == len(asked), group


def test_no_phrase_says_one_word_twice_between_slashes(table: AliasTable) -> None:
    pieces = [piece for group in table.groups for text in group.asked for piece in text.split()]
    for words in (split_words(piece) for piece in pieces if "/" in piece):
        assert len({stem(word) for word in words}) == len(words), words


def test_no_term_is_made_of_grammar_alone(table: AliasTable) -> None:
    terms = [term for group in table.groups for term in (*group.terms, *group.examples)]
    empty = [term for term in terms if all(word in STOP_WORDS for word in split_words(term))]
    assert empty == []


def test_what_is_asked_has_a_telling_word(table: AliasTable) -> None:
    asked = [text for group in table.groups for text in group.asked]
    assert [text for text in asked if not parse_phrase(text)] == []


def test_nothing_leads_to_a_word_that_is_in_every_other_title(table: AliasTable) -> None:
    assert sorted(_leads(table).intersection(_EVERYWHERE.split())) == []


def test_a_curator_reads_every_line_without_scrolling() -> None:
    lines = find_data_file("aliases.yaml").read_text("utf-8").splitlines()
    assert [line for line in lines if len(line) > 130] == []


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("ner", "named entity recognition"),
        ("tts", "text-to-speech"),
        ("k8s", "kubernetes"),
        ("postgres", "postgresql"),
        ("w2v", "word2vec"),
        ("password vault", "password manager"),
        ("video card", "gpu"),
    ],
)
def test_other_names_of_a_thing_mean_the_same_both_ways(table: AliasTable, asked: str, found: str) -> None:
    for one, other in ((asked, found), (found, asked)):
        others = table.find(tuple(split_words(one)))
        assert any(word.is_same and word.term == other for word in others), (one, other)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("tf", "tensorflow"),
        ("tf", "terraform"),
        ("read aloud", "text-to-speech"),
        ("laptop", "local llm"),
        ("agree on a value", "consensus"),
        ("find outliers", "anomaly detection"),
        ("number crunching", "numerical computing"),
        ("langchain", "llm framework"),
    ],
)
def test_what_only_leads_to_a_thing_does_not_mean_it(table: AliasTable, asked: str, found: str) -> None:
    there = table.find(tuple(split_words(asked)))
    back = table.find(tuple(split_words(found)))
    assert any(word.term == found and not word.is_same for word in there)
    assert all(word.term != asked or not word.is_same for word in back)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("how to keep copies in sync", "replication"),
        ("keeping the copies in sync", "replication"),
        ("how are all replicas kept in sync", "replication"),
        ("who is monitoring my network", "network monitoring"),
    ],
)
def test_a_question_is_understood_in_other_forms_and_orders(
    table: AliasTable, asked: str, found: str
) -> None:
    phrases = table.find_phrases(telling_stems(split_words(asked)))
    assert any(word.term == found for phrase in phrases for word in table.find_leads(phrase.group))


@pytest.mark.parametrize(
    ("asked", "not_found"),
    [
        ("langchain", "documents"),
        ("operating system", "production"),
        ("bayesian optimization", "tuning"),
        ("roman", "transliteration"),
        ("todo list", "htop"),
        ("network monitoring", "networkx"),
        ("columnar", "bigquery"),
        ("wal file", "recovery"),
        ("localization", "local"),
    ],
)
def test_a_term_does_not_lead_far_away(table: AliasTable, asked: str, not_found: str) -> None:
    assert not_found not in {word.term for word in table.find(tuple(split_words(asked)))}
