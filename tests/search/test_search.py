from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from readbot.exceptions import QueryError
from readbot.reading_list import Kind, Link, ReadingList, Section
from readbot.search import AliasGroup, AliasTable, SearchIndex, SearchResult


def titles(result: SearchResult) -> list[str]:
    return [match.entry.link.title for match in result.matches]


#: What is typed, the title that has to come first, and by what road it is found.
FOUND_FIRST = [
    ("attention is all you need", "Attention is all you need", "the title"),
    ("ALL you NEED", "Attention is all you need", "a piece of it, whatever the case"),
    ("transformer paper", "Attention is all you need", "an alias"),
    ("vaswani", "Attention is all you need", "an author"),
    ("transformer architectures", "Attention is all you need", "a topic, in another form"),
    ("lilian weng", "Attention? Attention!", "a site's name, typed in two words"),
    ("weng", "Attention? Attention!", "a piece of a site's name"),
    ("lilan weng", "Attention? Attention!", "a site's name, misspelt"),
    ("dettmers", "Which GPU for deep learning", "a piece of a site's name"),
    ("edoliberty", "Vector search class notes", "an owner"),
    ("fine tuning lora", "Finetuning with LoRA", "two words that are one in the title"),
    ("8bit", "A gentle introduction to 8-bit matrix multiplication", "one word that is two in the title"),
    ("llama.cpp", "LlamaCPP", "a dot too many"),
    ("llama cpp", "LlamaCPP", "a space too many"),
    ("bits and bytes", "A gentle introduction to 8-bit matrix multiplication", "three words that are one"),
    ("backup", "BorgBackup", "a word inside a name"),
    ("quantiztion", "A gentle introduction to 8-bit matrix multiplication", "a letter left out"),
    ("atention", "Attention? Attention!", "a letter left out"),
    ("instructoins", "Training models to follow instructions", "two letters swapped"),
    ("quant", "A gentle introduction to 8-bit matrix multiplication", "a beginning"),
    ("vector search class no", "Vector search class notes", "a title not finished"),
    ("vector search n", "Vector search class notes", "one letter of the next word"),
    ("rlhf", "Training models to follow instructions", "an acronym spelt out on the list"),
    ("graphics card", "Which GPU for deep learning", "other words"),
    ("grpahics card", "Which GPU for deep learning", "other words, misspelt"),
    ("asr", "Speech recognition at home", "a part of what an acronym stands for"),
    ("wimbd", "What's in my big data", "initials"),
    ("lcpp", "LlamaCPP", "capitals"),
    ("how do models remember things", "Vector search class notes", "a question, by a word that goes with it"),
    ("what is quantization?", "A gentle introduction to 8-bit matrix multiplication", "a question"),
    ("slides", "Vector search class notes", "the title of a second link"),
    ("c++", "BorgBackup", "a name with signs"),
    ("C#", "BorgBackup", "a name with a sign"),
    ("1706.03762", "Attention is all you need", "an arXiv number"),
    ("注意力", "如何理解注意力机制", "a script without spaces"),
    ("الآلة", "تعلم الآلة للمبتدئين", "a script from right to left"),
    ("Ａｔｔｅｎｔｉｏｎ is all", "Attention is all you need", "full-width letters"),
    ("atte\u200bntion is all", "Attention is all you need", "a space of no width inside a word"),
]


@pytest.mark.parametrize(
    ("query", "title", "road"), FOUND_FIRST, ids=[row[2] + ": " + row[0] for row in FOUND_FIRST]
)
def test_the_link_that_is_meant_comes_first(index: SearchIndex, query: str, title: str, road: str) -> None:
    assert titles(index.search(query))[:1] == [title], road


@pytest.mark.parametrize(
    "query",
    [
        "kotlin coroutines",
        "gardening tips",
        "qwertyuiop",
        "training for a marathon",
        "protein folding with models",
        "rice",
        "mars rover",
        "apple pie recipe",
    ],
)
def test_what_nothing_answers_has_no_match(index: SearchIndex, query: str) -> None:
    assert not index.search(query).matched


@pytest.mark.parametrize(
    "query", ["pizza recipe", "ما هو الطقس", "/foo", "5", "section:cooking gardens", "kind:podcast"]
)
def test_sections_that_are_not_like_the_query_are_not_called_near(index: SearchIndex, query: str) -> None:
    with suppress(QueryError):
        assert index.search(query).nearest == ()


@pytest.mark.parametrize(
    "query", ["digest frob", "someday 25:00", "page 99", "@everyone <@1> [x](http://e.com) **b**"]
)
def test_what_is_not_near_the_words_typed_is_not_offered(query: str) -> None:
    titles = ("Data from a form", "25 pages on operating systems", "Page by page", "E and b")
    links = tuple(Link(title=title, url=f"https://{at}.example/") for at, title in enumerate(titles))
    paging = AliasTable([AliasGroup(terms=("page",), related=("operating system",))])
    index = SearchIndex(ReadingList(title="", sections=(Section(title="A", links=links),)), paging)

    assert index.search(query).did_you_mean == ()


def test_without_a_match_near_queries_are_offered_that_have_one(index: SearchIndex) -> None:
    result = index.search("pasta with atention")

    assert not result.matched
    assert result.did_you_mean == ("attention",)
    assert all(index.search(query).matched for query in result.did_you_mean)


def test_a_section_that_holds_some_of_the_query_is_nearest(index: SearchIndex) -> None:
    assert index.search("zebra quantization in the savanna").nearest[0].title == "Fine-Tuning"


@pytest.mark.parametrize("query", ["zebra 8 crossing", "zebra models savanna work"])
def test_a_number_or_a_common_word_makes_no_section_near(index: SearchIndex, query: str) -> None:
    assert index.search(query).nearest == ()


def test_a_kind_is_found_by_its_own_words_only() -> None:
    links = (
        Link(title="Manual of a router", url="https://a.example/", kind=Kind.DOCS),
        Link(title="Searching documentation", url="https://b.example/"),
    )
    reading_list = ReadingList(title="", sections=(Section(title="A", links=links),))
    index = SearchIndex(reading_list, AliasTable([AliasGroup(terms=("helpfile", "documentation"))]))

    assert titles(index.search("helpfile")) == ["Searching documentation"]
    assert "Manual of a router" in titles(index.search("docs"))


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("what is the lightest quantization", "a superlative of a common word"),
        ("how do pelicans quantize matrix multiplication", "one of many words"),
    ],
)
def test_a_word_that_matters_little_need_not_be_there(index: SearchIndex, query: str, reason: str) -> None:
    found = titles(index.search(query))

    assert found[:1] == ["A gentle introduction to 8-bit matrix multiplication"], reason


def test_a_word_of_the_list_is_never_corrected(index: SearchIndex) -> None:
    assert "LlamaCPP" not in titles(index.search("training"))


def test_a_word_of_the_field_is_not_taken_for_a_misspelt_one() -> None:
    reading_list = ReadingList(
        title="", sections=(Section(title="A", links=(Link(title="Mastering", url="https://a.example/"),)),)
    )
    knowing = AliasTable([AliasGroup(terms=("mattering", "importance"))])

    assert SearchIndex(reading_list).search("mattering").matched
    assert not SearchIndex(reading_list, knowing).search("mattering").matched


def test_a_digit_is_never_a_slip(index: SearchIndex) -> None:
    assert not index.search("9-bit").matched


def test_related_words_are_found_one_way_only(index: SearchIndex) -> None:
    assert index.search("remember").matched
    assert all("remember" not in match.why for match in index.search("memory").matches)


def test_a_name_of_a_section_finds_what_stands_in_it(index: SearchIndex) -> None:
    assert titles(index.search("fine tuning"))[:3] == [
        "Finetuning with LoRA",
        "A gentle introduction to 8-bit matrix multiplication",
        "Training models to follow instructions",
    ]


def test_scores_fall_from_one(index: SearchIndex) -> None:
    scores = [match.score for match in index.search("attention").matches]

    assert scores[0] == 1
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


def test_ties_keep_the_order_of_the_list() -> None:
    links = tuple(Link(title="Twin", url=f"https://{name}.example/") for name in "cab")
    twins = SearchIndex(ReadingList(title="", sections=(Section(title="A", links=links),)))

    assert [match.entry.number for match in twins.search("twin").matches] == [1, 2, 3]


def test_at_most_the_limit_comes_back(index: SearchIndex) -> None:
    assert len(index.search("attention", limit=1).matches) == 1


@pytest.mark.parametrize(
    ("query", "why", "is_plain"),
    [
        ("all you need", "title", True),
        ("quantization", "note", True),
        ("transformer paper", "also called Transformer paper", False),
        ("transformer pap", "also called Transformer paper", False),
        ("vaswani", "by Ashish Vaswani", False),
        ("lilian weng", "site lilianweng.github.io", False),
        ("edoliberty", "site github.com/edoliberty", False),
        ("quantiztion", "“quantization” for “quantiztion”", True),
        ("graphics card", "“gpu” is another word for “graphics card”", False),
        ("rlhf", "“reinforcement learning from human feedback” is another word for “rlhf”", False),
        ("remember", "“memory” goes with “remember”", False),
        ("wimbd", "initials", False),
        ("kind:course", "filters", True),
    ],
)
def test_each_match_says_why(index: SearchIndex, query: str, why: str, is_plain: bool) -> None:
    match = index.search(query).matches[0]

    assert (match.why, match.why_is_plain) == (why, is_plain)


@pytest.mark.parametrize(
    ("query", "corrections"),
    [
        ("quantiztion", (("quantiztion", "quantization"),)),
        ("Fine-Tunning", (("Fine-Tunning", "fine-tuning"),)),
        ("grpahics card", (("grpahics", "graphics"),)),
        ("quantiztion of matrx?", (("quantiztion", "quantization"), ("matrx", "matrix"))),
        ("lilan weng", (("lilan weng", "lilianweng"),)),
        ("quantization", ()),
        ("graphics card", ()),
        ("transformer pap", ()),
        ("transformer m", ()),
        ("vector serach", (("serach", "search"),)),
        ("kind:paper", ()),
    ],
)
def test_an_answer_says_what_was_taken_for_misspelt(
    index: SearchIndex, query: str, corrections: tuple[tuple[str, str], ...]
) -> None:
    assert index.search(query).corrections == corrections


@pytest.mark.parametrize("query", ["", "  ", "...", "🎉", '""', "-", "\u200b\u202e", "#!?"])
def test_a_query_without_letter_or_digit_is_refused_with_an_example(index: SearchIndex, query: str) -> None:
    with pytest.raises(QueryError, match="type a word or two, for instance: fine-tuning"):
        index.search(query)


@pytest.mark.parametrize("query", ["the", "how to", "a"])
def test_a_query_of_grammar_alone_is_searched_all_the_same(index: SearchIndex, query: str) -> None:
    index.search(query)


def test_three_thousand_characters_are_cut(index: SearchIndex) -> None:
    assert len(index.search("attention " * 300).query) <= 200


def test_a_flood_of_accents_is_no_word(index: SearchIndex) -> None:
    assert (
        titles(index.search("a\u0301\u0301\u0301\u0301\u0301\u0301ttention is all"))[0]
        == "Attention is all you need"
    )


def test_the_same_query_has_the_same_answer_in_every_thread(index: SearchIndex) -> None:
    queries = [row[0] for row in FOUND_FIRST] * 3
    alone = [
        titles(SearchIndex(index.reading_list, index.aliases).search(query))
        for query in queries[: len(FOUND_FIRST)]
    ]

    with ThreadPoolExecutor(8) as pool:
        together = [titles(result) for result in pool.map(index.search, queries)]

    assert together == alone * 3


def test_an_empty_list_answers_nothing() -> None:
    empty = SearchIndex(ReadingList(title="Empty"))

    assert empty.search("anything") == SearchResult(query="anything")
    assert empty.complete("any", limit=5) == []
    assert empty.find_sections("any") == []


def test_a_long_query_is_condensed_to_what_the_list_has(index: SearchIndex) -> None:
    query = "could you please tell me everything about quantization of zebras and matrix multiplication"

    assert index.condense(query, max_length=40) == "quantization matrix multiplication"


def test_condensing_keeps_a_filter_whole(index: SearchIndex) -> None:
    query = 'tell me what there is about zebras and lions and tigers in section:"vector search" please'

    assert index.condense(query, max_length=60) == 'zebras lions tigers section:"vector search"'
    assert index.condense(query, max_length=30) == 'section:"vector search"'


def test_a_short_query_is_left_as_it_is(index: SearchIndex) -> None:
    assert index.condense("  what is   attention ", max_length=40) == "what is attention"


@pytest.mark.parametrize("max_length", [10, 25, 60])
def test_what_is_condensed_fits(index: SearchIndex, max_length: int) -> None:
    assert len(index.condense("x" * 70 + " attention " * 20, max_length=max_length)) <= max_length


def test_a_word_inside_a_phrase_that_is_asked_hardly_counts(index: SearchIndex) -> None:
    """ "Stare at quokkas intently" asks for what "stare intently" does; a wombat beside it is another matter."""
    aliases = AliasTable([AliasGroup(asked=("stare intently",), related=("vector search",))])
    knowing = SearchIndex(index.reading_list, aliases)

    assert knowing.search("wombats stare at quokkas intently").matched
    assert not knowing.search("wombats and quokkas stare intently").matched
