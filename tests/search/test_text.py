import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.search.text import clean_query, fold, key_of, split_words, stem

#: Text, and its words.
WORDS = [
    ("Fine-tuning GPT-4", ["fine", "tuning", "gpt", "4"]),
    ("C++, C# and F# on .NET", ["c++", "c#", "and", "f#", "on", ".net"]),
    ("node.js ASP.NET", ["node", "js", "asp", "net"]),
    ("k8s w2v 8-bit", ["k8s", "w2v", "8", "bit"]),
    ("Karpathy's what's don’t", ["karpathy", "what", "dont"]),
    ("café naïve Zürich", ["cafe", "naive", "zurich"]),
    ("ﬁne ＡＢＣ ²", ["fine", "abc", "2"]),
    ("注意力 mechanism", ["注", "意", "力", "mechanism"]),
    ("हिन्दी", ["हिन्दी"]),
    ("העברית", ["העברית"]),
    ("a\u200bb\u202ec", ["abc"]),
    ("...!?", []),
]


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_a_text_is_split_into_words(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert split_words(fold(text)) == split_words(text)


@given(st.text())
def test_a_cleaned_query_is_one_short_line(text: str) -> None:
    cleaned = clean_query(text)

    assert len(cleaned) <= 200
    assert cleaned == cleaned.strip()
    assert len(cleaned.splitlines()) <= 1


@pytest.mark.parametrize("text", ["fine tuning", "fine-tuning", "FineTuning", "fine tunings", "finetuning"])
def test_spellings_of_one_term_have_one_key(text: str) -> None:
    assert key_of(split_words(text)) == "finetun"


def test_forms_of_one_word_have_one_stem() -> None:
    assert stem("evaluating") == stem("evaluation") == stem("evaluates")
    assert stem("gpus") == stem("gpu")
    assert stem("pdfs") == stem("pdf")


@pytest.mark.parametrize("word", ["gpt", "8bit", "ünder", "node2vec"])
def test_what_is_no_plain_english_word_is_its_own_stem(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("how do I " * 30, "how do I " * 22),
        ("x" * 300, "x" * 200),
        ("see " + "x" * 300, "see " + "x" * 196),
        ("a" * 99 + " " + "b" * 100 + " c", "a" * 99 + " " + "b" * 100),
    ],
    ids=["many words", "one word", "a word and a long one", "a word that just fits"],
)
def test_a_long_query_is_cut_between_words(typed: str, asked: str) -> None:
    assert clean_query(typed) == asked.strip()
