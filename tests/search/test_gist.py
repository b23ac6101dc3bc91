"""Reading for a message: what people write in a channel, against the list that ships."""

import pytest

from readbot.bootstrap import load_library
from readbot.search import SearchIndex

FINE_TUNING = (
    "morning all 👋 so at the offsite we talked about whether we should just do fine-tuning of a small open "
    "model instead of prompting the big one, has anybody here done that before? cost is my worry"
)

#: Each with sections of which at least two of the three links have to come.
MESSAGES = [
    (FINE_TUNING, {"Fine-Tuning", "Small and Local LLMs"}),
    (
        (
            "Hey team, quick question – does anyone know how attention actually works under the hood? I keep nodding "
            "in meetings when people say 'multi-head' but I have no idea what the queries and keys are. Would love "
            "something visual, I learn best that way. Thanks!!"
        ),
        {"Attention", "Foundational Deep Learning Papers"},
    ),
    (
        (
            "I tried running llama on my macbook last night and it was surprisingly ok?? 7b quantized to 4 bits, about "
            "12 tokens/s. Fans were screaming though lol. Is there a good overview of what one can run locally"
        ),
        {"Small and Local LLMs", "Fine-Tuning"},
    ),
    (
        (
            "our support bot keeps making stuff up, yesterday it told a customer that we offer refunds within 90 days. "
            "Legal is not amused. What do others do about hallucinations? Should we be evaluating the answers somehow?"
        ),
        {"Evaluation"},
    ),
    (
        (
            "Does anybody have numbers on what inference costs us in production per 1k requests? We're thinking about "
            "moving off the API to our own deployment but latency is a concern, and I have no clue about batching"
        ),
        {"Deployment and Production"},
    ),
    (
        (
            "Lunch was great, thanks for organising! Btw do you still have that link about embeddings / word2vec that "
            "you posted in spring? I need it for the onboarding doc of the new intern who starts on Monday"
        ),
        {"Pre-Transformer Models", "Building Blocks"},
    ),
    (
        (
            "Reminder: the pretraining reading group meets tomorrow at 4pm in room Zanzibar. We'll talk about scaling "
            "laws and what Chinchilla changed. Snacks are on me 🍩 please read at least the abstract"
        ),
        {"Pre-Training", "Foundational Deep Learning Papers"},
    ),
    (
        (
            "I hate chat interfaces. Why does every product now have a chat box in the corner? Surely there are better "
            "ways to design for language models, something like direct manipulation or whatever"
        ),
        {"UX"},
    ),
]

SMALL_TALK = [
    "Can someone review my PR? It's blocking the release and CI is green. https://github.com/acme/app/pull/4711",
    "Happy birthday Tom!! 🎂🎉 cake in the kitchen at 3",
    "ok so who broke staging",
    "+1",
    "👍",
    "",
]


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    return load_library().index


@pytest.mark.parametrize(("message", "sections"), MESSAGES)
def test_a_chatty_message_has_reading_on_its_subject(
    index: SearchIndex, message: str, sections: set[str]
) -> None:
    matches = index.search_message(message, limit=3, max_length=60).matches
    assert sum(not sections.isdisjoint(match.entry.path) for match in matches) >= 2


@pytest.mark.parametrize("message", SMALL_TALK)
def test_small_talk_has_none(index: SearchIndex, message: str) -> None:
    result = index.search_message(message, limit=3, max_length=60)
    assert (result.query, result.matches) == ("", ())


def test_the_words_gone_by_are_told_in_the_messages_order(index: SearchIndex) -> None:
    query = index.search_message(FINE_TUNING, limit=3, max_length=60).query
    assert query == "fine tuning open model prompting"


def test_a_subject_far_down_in_a_long_message_is_found(index: SearchIndex) -> None:
    message = "and then we went on and on, as one does. " * 100 + "Anyway: who knows about scaling laws?"
    assert index.search_message(message, limit=3, max_length=60).query == "scaling laws"


@pytest.mark.parametrize(
    "message",
    [
        "https://arxiv.org/abs/1810.04805",
        "have you all seen this (http://www.arxiv.org/pdf/1810.04805v2.pdf)?",
        "<https://arxiv.org/abs/1810.04805|this one>, anybody?",
    ],
)
def test_a_message_that_is_all_link_is_about_what_the_list_has_there(
    index: SearchIndex, message: str
) -> None:
    result = index.search_message(message, limit=3, max_length=60)
    assert "BERT" in [match.entry.link.title for match in result.matches]


def test_a_link_that_is_not_on_the_list_says_nothing(index: SearchIndex) -> None:
    message = "https://example.org/fine-tuning-of-large-language-models"
    assert index.search_message(message, limit=3, max_length=60).matches == ()


@pytest.mark.parametrize("length", [5, 20, 60])
def test_the_words_gone_by_are_no_longer_than_asked(index: SearchIndex, length: int) -> None:
    for message, _ in MESSAGES:
        assert len(index.search_message(message, limit=3, max_length=length).query) <= length


@pytest.mark.parametrize(
    "message",
    ['kind:nonsense "fine-tuning', "year:-1 -fine-tuning", "site: fine-tuning", "fine-\u200btuning \u202e"],
)
def test_nothing_in_a_message_is_a_filter(index: SearchIndex, message: str) -> None:
    assert index.search_message(message, limit=3, max_length=60).matches
