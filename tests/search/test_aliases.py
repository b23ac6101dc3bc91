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


def test_a_file_holds_lists_and_mappings() -> None:
    table = parse_aliases(
        "groups:\n- [rlhf, human feedback]\n- {terms: [gpu], related: [cuda]}\n", file="a.yaml"
    )

    assert table.groups == (
        AliasGroup(terms=("rlhf", "human feedback")),
        AliasGroup(terms=("gpu",), related=("cuda",)),
    )


def test_an_empty_file_is_an_empty_table() -> None:
    assert parse_aliases("", file="a.yaml").groups == ()


#: What is wrong, and what the complaint says.
WRONG = [
    ("groups:\n- [no, off]\n", "YAML reads no as true or false"),
    ("groups:\n- [gpu]\n", "says nothing"),
    ("groups:\n- {related: [cuda]}\n", "says nothing"),
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
