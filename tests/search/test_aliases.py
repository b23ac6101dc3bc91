import pytest

from readbot.exceptions import ListError
from readbot.search import AliasGroup, AliasTable
from readbot.search.aliases_file import parse_aliases

TABLE = AliasTable(
    [
        AliasGroup(terms=("fine-tuning", "finetuning", "adaptation")),
        AliasGroup(terms=("gpu", "video card"), related=("cuda",)),
    ]
)


def others(*words: str) -> dict[str, bool]:
    return {other.term: other.is_same for other in TABLE.find(words)}


def test_terms_of_a_group_find_each_other() -> None:
    assert others("gpu") == {"video card": True, "cuda": False}
    assert others("video", "card") == {"gpu": True, "cuda": False}


def test_a_term_is_found_however_it_is_joined_or_inflected() -> None:
    assert others("fine", "tuning") == others("finetuning") == others("fine", "tunings")


def test_a_related_word_finds_nothing_by_itself() -> None:
    assert others("cuda") == {}


def test_a_term_in_two_groups_has_the_other_words_of_both() -> None:
    table = AliasTable(
        [AliasGroup(terms=("tf", "tensorflow")), AliasGroup(terms=("tf",), related=("terraform",))]
    )

    assert [other.term for other in table.find(("tf",))] == ["tensorflow", "terraform"]


def test_a_related_word_is_found_by_its_other_names_as_well() -> None:
    table = AliasTable(
        [
            AliasGroup(terms=("cv",), related=("computer vision",)),
            AliasGroup(terms=("computer vision", "machine vision")),
        ]
    )

    assert [(other.term, other.is_same) for other in table.find(("cv",))] == [
        ("computer vision", False),
        ("machine vision", False),
    ]


ASKED = AliasTable(
    [
        AliasGroup(
            terms=("replication", "data replication"),
            asked=("copies in sync", "to-do list", "mirror"),
            examples=("paxos", "raft"),
            related=("quorum",),
        )
    ]
)


@pytest.mark.parametrize("asked", ["copies in sync", "sync the copies", "todo list", "mirror"])
def test_what_is_asked_leads_to_all_but_the_other_ways_to_ask(asked: str) -> None:
    there = ASKED.find(tuple(asked.split()))

    assert {other.term for other in there} == {"replication", "data replication", "paxos", "raft", "quorum"}
    assert not any(other.is_same for other in there)


def test_an_example_leads_to_the_terms_and_not_to_its_rivals() -> None:
    there = ASKED.find(("raft",))

    assert [(other.term, other.is_same) for other in there] == [
        ("replication", False),
        ("data replication", False),
    ]


def test_a_term_leads_to_the_examples() -> None:
    assert {other.term: other.is_same for other in ASKED.find(("replication",))} == {
        "data replication": True,
        "paxos": False,
        "raft": False,
        "quorum": False,
    }


def test_one_telling_word_of_several_is_not_enough() -> None:
    """ "To-do list" has one telling word, and half of all queries ask for a list."""
    assert ASKED.find(("list",)) == ()
    assert ASKED.find_phrases(["list"]) == []


def test_a_file_holds_lists_and_mappings() -> None:
    table = parse_aliases(
        "groups:\n- [rlhf, human feedback]\n- {asked: [fast matrices], related: [gpu]}\n"
        "- {terms: [gpu], asked: [video card], examples: [h100], related: [cuda]}\n",
        file="a.yaml",
    )

    assert table.groups == (
        AliasGroup(terms=("rlhf", "human feedback")),
        AliasGroup(asked=("fast matrices",), related=("gpu",)),
        AliasGroup(terms=("gpu",), asked=("video card",), examples=("h100",), related=("cuda",)),
    )


def test_an_empty_file_is_an_empty_table() -> None:
    assert parse_aliases("", file="a.yaml").groups == ()


#: What is wrong, and what the complaint says.
WRONG = [
    ("groups:\n- [no, off]\n", "YAML reads no as true or false"),
    ("groups:\n- [gpu]\n", "says nothing"),
    ("groups:\n- {related: [cuda]}\n", "says nothing"),
    ("groups:\n- {asked: [fast matrices]}\n", "says nothing"),
    ("groups:\n- {asked: [fast matrices], examples: [gpu]}\n", "lead back to terms"),
    ("groups:\n- {terms: [gpu, GPU], related: [cuda]}\n", "in this list twice"),
    ("groups:\n- {terms: [a, b], relatd: [c]}\n", "did you mean related?"),
    ("groups:\n- gpu\n", "should be a block of fields"),
    ("groups: gpu\n", "should be a list"),
    ("group: []\n", "did you mean groups?"),
    ("groups:\n- [gpu, '...']\n", "no letter or digit"),
    ("groups:\n- [&a gpu, *a]\n", "&a marks a part for repeating"),
    ("groups: [\n", "is no YAML"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_a_file_that_is_wrong_is_refused_with_line_and_advice(text: str, message: str) -> None:
    with pytest.raises(ListError) as caught:
        parse_aliases(text, file="a.yaml")

    assert message in str(caught.value)
    assert caught.value.complaints[0].line is not None


def test_every_complaint_comes_at_once() -> None:
    with pytest.raises(ListError) as caught:
        parse_aliases("groups:\n- [no, on]\n- [gpu]\n", file="a.yaml")

    assert len(caught.value.complaints) >= 3
