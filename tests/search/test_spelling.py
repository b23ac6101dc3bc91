import pytest

from readbot.search.spelling import Speller

SPELLER = Speller(
    ["attention", "quantization", "lora", "llama", "word2vec", "gpt4", "maps", "prompt", "tension", "42"]
)


@pytest.mark.parametrize(
    ("typed", "meant", "slip"),
    [
        ("atention", "attention", "a letter left out"),
        ("attenttion", "attention", "a letter twice"),
        ("attnetion", "attention", "two letters swapped"),
        ("attentoin", "attention", "two letters swapped near the end"),
        ("quamtizatoin", "quantization", "two slips in a long word"),
        ("promt", "prompt", "a short word"),
        ("ttention", "attention", "the first letter left out"),
        ("tatention", "attention", "the first two swapped"),
        ("word2vce", "word2vec", "a word with a digit"),
        ("lroa", "lora", "four letters"),
    ],
)
def test_a_slip_is_mended(typed: str, meant: str, slip: str) -> None:
    assert SPELLER.correct(typed)[0].word == meant, slip


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("gpt5", "a digit is never a slip"),
        ("gpt", "three letters have too many neighbours"),
        ("caps", "another first letter is another word"),
        ("lorry", "too far for its length"),
        ("43", "a number is itself"),
    ],
)
def test_another_word_is_left_alone(typed: str, reason: str) -> None:
    assert SPELLER.correct(typed) == (), reason


def test_the_same_letters_in_another_order_come_first() -> None:
    found = Speller(["form", "farms"]).correct("from")

    assert [correction.word for correction in found] == ["form"]
