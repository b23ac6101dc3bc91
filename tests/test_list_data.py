"""What the curators promise about the list that ships with readbot."""

from collections import Counter
from collections.abc import Iterator

import pytest

from readbot.reading_list import Entry, Link, ReadingList
from readbot.reading_list.urls import normalize_url
from readbot.reading_list.yaml_file import default_list_path, dump_list, load_list
from readbot.search.text import key_of, split_words


@pytest.fixture(scope="module")
def shipped() -> ReadingList:
    return load_list(default_list_path())


@pytest.fixture(scope="module")
def links(shipped: ReadingList) -> list[Link]:
    return [entry.link for entry in shipped.entries]


def _key(text: str) -> str:
    return key_of(split_words(text))


def _titles(links: list[Link]) -> list[str]:
    return [link.title for link in links]


def _addresses(links: list[Link]) -> Iterator[str]:
    for link in links:
        yield link.url
        yield from (also.url for also in link.also)


def _find(shipped: ReadingList, alias: str) -> Entry:
    (entry,) = [entry for entry in shipped.entries if alias in entry.link.aliases]
    return entry


def test_the_74_links_of_the_original_are_there_once_each(links: list[Link]) -> None:
    addresses = [normalize_url(url) for url in _addresses(links)]
    assert len(addresses) == len(set(addresses)) == 74


def test_the_two_thanks_are_no_reading(shipped: ReadingList, links: list[Link]) -> None:
    thanks = {acknowledgement.url for acknowledgement in shipped.acknowledgements}
    assert len(thanks) == 2
    assert thanks.isdisjoint(_addresses(links))


def test_every_link_has_a_kind(links: list[Link]) -> None:
    assert _titles([link for link in links if link.kind is None]) == []


def test_every_link_has_two_to_eight_topics(links: list[Link]) -> None:
    assert _titles([link for link in links if not 2 <= len(link.topics) <= 8]) == []


def test_no_topic_only_repeats_the_title(links: list[Link]) -> None:
    repeated = [
        (link.title, topic)
        for link in links
        for topic in link.topics
        if _key(topic) in {_key(link.title), *map(_key, link.aliases)}
    ]
    assert repeated == []


def test_no_link_says_a_topic_an_alias_or_an_author_twice(links: list[Link]) -> None:
    for link in links:
        for words in (link.topics, link.aliases, link.authors):
            keys = [_key(word) for word in words]
            assert len(keys) == len(set(keys)), link.title


def test_no_alias_names_two_links(links: list[Link]) -> None:
    owners = Counter(_key(alias) for link in links for alias in link.aliases)
    assert [alias for alias, count in owners.items() if count > 1] == []


def test_no_alias_is_the_title_of_another_link(links: list[Link]) -> None:
    titles = {_key(link.title): link.title for link in links}
    taken = [
        (link.title, alias)
        for link in links
        for alias in link.aliases
        if titles.get(_key(alias), link.title) != link.title
    ]
    assert taken == []


def test_an_author_is_spelt_in_one_way(links: list[Link]) -> None:
    spellings: dict[str, set[str]] = {}
    for link in links:
        for author in link.authors:
            spellings.setdefault(_key(author), set()).add(author)
    assert [names for names in spellings.values() if len(names) > 1] == []


@pytest.mark.parametrize(
    ("alias", "title"),
    [
        ("GPT-2", "Language Models are Unsupervised Multi-Task Learners"),
        ("GPT-3", "Language Models are Few-Shot Learners"),
        ("InstructGPT", "Training Language Models to Follow Instructions"),
        ("RLHF", "Training Language Models to Follow Instructions"),
        ("Chinchilla", "Training Compute-Optimal Large Language Models"),
        ("LoRA", "Fine-tuning with LoRA and QLoRA"),
        ("QLoRA", "Fine-tuning with LoRA and QLoRA"),
        ("LLM.int8", "A Gentle Introduction to 8-bit matrix multiplication"),
        ("Transformer paper", "Attention is all you Need"),
    ],
)
def test_what_people_call_a_text_is_an_alias_of_it(shipped: ReadingList, alias: str, title: str) -> None:
    assert _find(shipped, alias).link.title == title


def test_years_lie_between_the_first_and_the_last_text_of_the_list(links: list[Link]) -> None:
    """The oldest is the seq2seq paper of 2014; the list was closed in December 2023."""
    assert {link.title: link.year for link in links if link.year and not 2014 <= link.year <= 2023} == {}


def test_the_file_is_written_as_readbot_writes_lists(shipped: ReadingList) -> None:
    """So that a pull request made with the tools differs in its own lines only."""
    assert dump_list(shipped) == default_list_path().read_text(encoding="utf-8")
