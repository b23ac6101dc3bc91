"""Who asks is answered in their language, and who is told without asking is told in English."""

import pytest

from readbot.conversation.reply import Outcome
from readbot.conversation.request import Reader
from readbot.language import TRANSLATED

from .town import ADA, BOB, CURATOR, Town

URL = "https://example.com/yeast"
GERMAN = Reader(id="U1", name="Ada", locale="de-AT")
GERMAN_CURATOR = Reader(id="U8", name="Cleo", locale="de")


async def test_a_suggestion_is_thanked_for_in_the_language_of_who_makes_it(town: Town) -> None:
    reply = await town.say("suggest", GERMAN, url=URL, title="Hefe")
    assert reply.fallback.startswith("Danke! „Hefe“ wartet jetzt auf einen Kurator.")
    assert [action.label for action in reply.actions] == ["Noch einen vorschlagen"]


async def test_a_curator_hears_of_it_in_english_whoever_suggests(town: Town) -> None:
    await town.say("suggest", GERMAN, url=URL)
    assert [reply.fallback.splitlines()[0] for _, reply in town.messenger.told] == [
        "1 suggestion waits for a curator. See suggestions."
    ]


async def test_who_suggested_it_hears_of_the_decision_in_english_and_who_decides_in_theirs(
    town: Town,
) -> None:
    suggestion_id = await town.suggest(URL, BOB, title="Yeast")
    reply = await town.say(f"suggestions reject {suggestion_id}", GERMAN_CURATOR, reason="Off topic")

    assert reply.fallback.startswith("„Yeast“ ist abgelehnt. Wer es vorgeschlagen hat, weiß Bescheid.")
    news = town.messenger.told[-1][1].fallback
    assert news.startswith("Your suggestion “Yeast” was not taken: Off topic")


@pytest.mark.parametrize("locale", TRANSLATED)
async def test_every_desk_answers_in_every_language(town: Town, locale: str) -> None:
    await town.suggest(URL)
    for text in (
        "suggestions",
        "gaps",
        "gaps words",
        "privacy",
        "suggest",
        "on-list nothing",
        "suggestions show x",
    ):
        theirs = Reader(id="U8", name="Cleo", locale=locale)
        assert await town.ask(text, theirs) != await town.ask(text, CURATOR), text


async def test_braces_that_people_type_stay_braces(town: Town) -> None:
    suggestion_id = await town.suggest(URL, title="{when} {reason}")
    await town.say(f"suggestions reject {suggestion_id}", GERMAN_CURATOR, reason="{link} {section}")

    again = await town.say("suggest", GERMAN, url=URL)
    assert "„{when} {reason}“ wurde schon vorgeschlagen" in again.fallback
    assert again.fallback.endswith("dagegen entschieden: {link} {section}")


async def test_a_query_that_cannot_be_searched_is_explained_in_the_language(town: Town) -> None:
    reply = await town.say("search kind:{kinds}", GERMAN)
    assert reply.outcome is Outcome.REFUSED
    assert reply.fallback.startswith("Es gibt keine Art „{kinds}“: Nimm eine von ")


async def test_why_a_link_was_found_is_said_in_the_language_of_each_who_asks(town: Town) -> None:
    whys = [(await town.say("search arxiv", reader)).parts[1] for reader in (ADA, GERMAN, ADA)]
    assert [getattr(card, "why", None) for card in whys] == [
        "site arxiv.org",
        "Seite arxiv.org",
        "site arxiv.org",
    ]
