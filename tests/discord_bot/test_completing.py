"""Autocomplete: what Discord offers while a person types."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readbot.conversation.wording import MAX_QUERY_LENGTH
from readbot.search.results import Completion, CompletionKind
from readbot_discord.completing import to_choices

from .scenes import Scene


async def test_a_beginning_offers_titles_sections_and_aliases_with_their_kind(scene: Scene) -> None:
    offered = await scene.complete("llmread", "query", "bread")

    assert any(name.startswith("Bread — section: ") for name in offered)
    assert any("— link: " in name for name in offered)


async def test_an_alias_says_what_it_stands_for(scene: Scene) -> None:
    offered = await scene.complete("llmread", "query", "grind")

    assert "grinding grain — also called: Milling at home" in offered


async def test_nothing_typed_offers_picks(scene: Scene) -> None:
    offered = await scene.complete("llmread", "query", "")

    assert 5 <= len(offered) <= 25


@pytest.mark.parametrize(
    ("name", "option"), [("llmread", "section"), ("readbot section", "name"), ("readbot random", "section")]
)
async def test_sections_are_completed_wherever_one_is_asked_for(scene: Scene, name: str, option: str) -> None:
    offered = await scene.complete(name, option, "che")

    assert any(each.startswith("Cheese — section: 3 links") for each in offered)


async def test_what_was_offered_can_be_sent(scene: Scene) -> None:
    people = scene.discord.people
    for choice in await people.autocomplete(scene.ada, scene.channel, "llmread", "query", "a"):
        sight = await scene.command("llmread", query=choice["value"])
        assert "Nothing on the list" not in sight.text, choice


async def test_a_picked_section_is_opened_by_its_id(scene: Scene) -> None:
    people = scene.discord.people
    choices = await people.autocomplete(scene.ada, scene.channel, "readbot section", "name", "flour")

    assert choices[0]["value"].startswith("~")
    sight = await scene.command("readbot section", name=choices[0]["value"])
    assert sight.text.startswith("### Bread › Flour")


@pytest.mark.parametrize(
    "typed", ["x" * 100, "@everyone", '"', "kind:", "section:", "-", "😀", "\u202e", " "]
)
async def test_odd_beginnings_are_answered(scene: Scene, typed: str) -> None:
    assert len(await scene.complete("llmread", "query", typed)) <= 25


completions = st.builds(
    Completion,
    kind=st.sampled_from(CompletionKind),
    text=st.text(min_size=1, max_size=300),
    detail=st.text(max_size=300),
    section_id=st.sampled_from(["", "abcdef"]),
)


@given(st.lists(completions, max_size=40), st.booleans())
def test_any_completions_fit_discords_limits(found: list[Completion], by_id: bool) -> None:
    choices = to_choices(found, by_id=by_id)

    assert len(choices) <= 25
    assert len({choice.value for choice in choices}) == len(choices)
    for choice in choices:
        assert 1 <= len(choice.name) <= 100
        assert 1 <= len(choice.value) <= MAX_QUERY_LENGTH


def test_two_sections_of_one_title_can_both_be_picked() -> None:
    found = [
        Completion(kind=CompletionKind.SECTION, text="Papers", detail="Vision", section_id="aaaaaa"),
        Completion(kind=CompletionKind.SECTION, text="Papers", detail="Speech", section_id="bbbbbb"),
    ]

    assert [choice.value for choice in to_choices(found, by_id=True)] == ["~aaaaaa", "~bbbbbb"]


def test_a_long_title_is_sent_up_to_a_whole_word() -> None:
    title = "word " * 30

    (choice,) = to_choices([Completion(kind=CompletionKind.TITLE, text=title, detail="")])

    assert choice.value == " ".join(["word"] * ((MAX_QUERY_LENGTH + 1) // 5))
