"""Curators decide, one suggestion after the other."""

import asyncio

import pytest

from readbot.conversation.reply import LinkCard, Outcome, Reply, plain
from readbot.conversation.request import Reader
from readbot.curation.model import SuggestionState
from readbot.digests.outcomes import PostOutcome, Refusal, Refused
from readbot.reading_list.model import place_id

from .town import ADA, ADMIN, BOB, CURATOR, HERE, THERE, Town, commands, values_of

URL = "https://example.com/yeast"
VERBS = ["", "show {}", "approve {}", "reject {}", "later {}", "reopen {}", "page:1"]


async def approve(town: Town, suggestion_id: str, reader: Reader = CURATOR, **values: str) -> Reply:
    filled = {"title": "On yeast", "note": "", "section": "Flour"} | values
    return await town.say(
        f"suggestions approve {suggestion_id}",
        reader,
        title=filled["title"],
        note=filled["note"],
        section=filled["section"],
    )


@pytest.mark.parametrize("verb", VERBS)
async def test_who_is_no_curator_may_do_nothing_even_by_an_old_button(town: Town, verb: str) -> None:
    suggestion_id = await town.suggest(URL)
    text = f"suggestions {verb.format(suggestion_id)}".rstrip()
    for values in (None, {"title": "x", "section": "Flour", "reason": "x"}):
        answer = await town.ask(text, BOB, values=values)
        assert isinstance(answer, Reply)
        assert answer.outcome is Outcome.REFUSED
        assert "Only curators" in answer.fallback
        assert URL not in answer.fallback
    [kept] = town.store.suggestions.list_open(HERE, limit=9)
    assert kept.state is SuggestionState.WAITING


async def test_a_workspace_s_admin_may_curate_as_the_platform_tells(town: Town) -> None:
    await town.suggest(URL)
    assert "Suggestion 1 of 1" in (await town.say("suggestions", ADMIN)).fallback
    town.messenger.people["U2"] = Reader(id="U2", is_manager=True)
    assert "Suggestion 1 of 1" in (await town.say("suggestions", BOB)).fallback


async def test_the_queue_shows_one_at_a_time_with_who_when_and_how_many(town: Town) -> None:
    first = await town.suggest(URL, title="Yeast", note="Baked it", section="Flour")
    town.clock.advance(hours=1)
    second = await town.suggest("https://example.com/rye", BOB)

    reply = await town.say("suggestions", CURATOR)
    assert "Suggestion 1 of 2" in reply.fallback
    assert (
        "Title: “Yeast”\nAddress: example.com/yeast\nSection: Dough › Flour\nNote: Baked it" in reply.fallback
    )
    assert "Suggested by Somebody, 2026-11-24 12:00 UTC" in reply.fallback
    assert [action.label for action in reply.actions] == ["Approve", "Reject", "Later", "Next"]
    refs = [span.ref for part in reply.parts for row in getattr(part, "rows", ()) for span in row if span.ref]
    assert "U1" in refs
    assert commands(reply)["Approve"] == f"suggestions approve {first}"

    following = await town.say(commands(reply)["Next"], CURATOR)
    assert "Suggestion 2 of 2" in following.fallback
    assert commands(following)["Approve"] == f"suggestions approve {second}"
    assert commands(following)["Back"] == "suggestions page:1"
    assert "Suggestion 2 of 2" in (await town.say("suggestions page:99", CURATOR)).fallback


async def test_people_are_called_by_the_names_that_the_platform_has(town: Town) -> None:
    town.messenger.people["U1"] = Reader(id="U1", name="Ada <!here>")
    suggestion_id = await town.suggest(URL)
    assert "Suggested by Ada <!here>, " in (await town.say("suggestions", CURATOR)).fallback
    await approve(town, suggestion_id)
    town.messenger.people["U8"] = CURATOR
    assert "Approved by Cleo, " in (await town.say(f"suggestions show {suggestion_id}", ADMIN)).fallback


async def test_an_approved_link_is_served_at_once_to_its_workspace_alone(town: Town) -> None:
    suggestion_id = await town.suggest(URL, title="Yeast")
    form = await town.fill(f"suggestions approve {suggestion_id}", CURATOR)
    assert values_of(form) == {"section": "", "title": "Yeast", "note": ""}

    reply = await approve(town, suggestion_id, title="All about  yeast", note="By a baker", section="flour")
    assert (
        "“All about yeast” is on the list now, under Dough › Flour. Whoever suggested it knows."
        in reply.fallback
    )
    assert "No suggestion waits" in reply.fallback
    assert "All about yeast" in await town.search("yeast")
    assert "Nothing on the list" in await town.search("yeast", workspace=THERE)
    found = await town.say("section flour")
    [card] = [part for part in found.parts if isinstance(part, LinkCard) and part.url == URL]
    assert (card.title, card.note) == ("All about yeast", "By a baker")


async def test_who_suggested_it_is_told_in_which_section_it_is(town: Town) -> None:
    suggestion_id = await town.suggest(URL)
    town.messenger.told.clear()
    await approve(town, suggestion_id)
    [(who, reply)] = town.messenger.told
    assert who == "U1"
    assert reply.fallback == "Your suggestion “On yeast” is on the list now, under Dough › Flour. Thank you!"


async def test_who_suggested_it_is_told_why_it_is_not_taken(town: Town) -> None:
    suggestion_id = await town.suggest(URL, title="Yeast")
    town.messenger.told.clear()
    form = await town.fill(f"suggestions reject {suggestion_id}", CURATOR)
    assert "“Yeast” · example.com/yeast" in plain(form.intro[0])
    reply = await town.say(
        f"suggestions reject {suggestion_id}", CURATOR, reason="An <!channel> advertisement"
    )

    assert "“Yeast” is rejected. Whoever suggested it knows." in reply.fallback
    [(who, told)] = town.messenger.told
    assert who == "U1"
    assert "Your suggestion “Yeast” was not taken: An <!channel> advertisement" in told.fallback


async def test_a_curator_s_own_suggestion_is_told_to_nobody(town: Town) -> None:
    suggestion_id = await town.suggest(URL, CURATOR)
    reply = await approve(town, suggestion_id)
    assert town.messenger.told == []
    assert "Flour." in reply.fallback
    assert "suggested it" not in reply.fallback


@pytest.mark.parametrize("is_bug", [False, True])
async def test_a_curator_hears_that_somebody_could_not_be_told(
    town: Town, monkeypatch: pytest.MonkeyPatch, is_bug: bool
) -> None:
    suggestion_id = await town.suggest(URL)

    async def fail(*_: object) -> PostOutcome:
        if is_bug:
            raise ValueError("bug")
        return Refused(refusal=Refusal.UNREACHABLE, reason="gone")

    monkeypatch.setattr(town.messenger, "tell", fail)
    assert "I could not tell whoever suggested it." in (await approve(town, suggestion_id)).fallback


async def test_after_a_decision_comes_the_next_in_line_and_a_way_back(town: Town) -> None:
    first = await town.suggest(URL)
    second = await town.suggest("https://example.com/rye", title="Rye")
    reply = await approve(town, first)

    assert "Suggestion 1 of 1\nTitle: “Rye”" in reply.fallback
    assert commands(reply)["Approve"] == f"suggestions approve {second}"
    back = await town.say(commands(reply)["Take that back"], CURATOR)
    assert "waits for a decision again" in back.fallback
    assert "Nothing on the list" in await town.search("yeast")


async def test_later_puts_a_suggestion_behind_the_others(town: Town) -> None:
    first = await town.suggest(URL, title="Yeast")
    await town.suggest("https://example.com/rye", title="Rye")

    reply = await town.say(f"suggestions later {first}", CURATOR)
    assert "“Yeast” waits behind the others.\nSuggestion 1 of 2\nTitle: “Rye”" in reply.fallback
    assert town.messenger.told[1:] == []


async def test_of_two_curators_the_second_is_told_who_was_first(town: Town) -> None:
    suggestion_id = await town.suggest(URL, title="Yeast")
    opened = await town.fill(f"suggestions reject {suggestion_id}", ADMIN)
    await approve(town, suggestion_id)

    for text, values in (
        (opened.command, {"reason": "No"}),
        (f"suggestions approve {suggestion_id}", None),
        (f"suggestions later {suggestion_id}", None),
    ):
        answer = await town.ask(text, ADMIN, values=values)
        assert isinstance(answer, Reply)
        assert (
            "That is decided already. “On yeast”:\nApproved by Somebody, 2026-11-24 12:00 UTC"
            in answer.fallback
        )
        [who] = [
            span.ref for part in answer.parts for span in getattr(part, "text", ()) if span.text == "Somebody"
        ]
        assert who == CURATOR.id
    assert "On yeast" in await town.search("yeast")


async def test_of_two_curators_at_once_one_decides(town: Town) -> None:
    suggestion_id = await town.suggest(URL)
    answers = await asyncio.gather(
        approve(town, suggestion_id),
        town.say(f"suggestions reject {suggestion_id}", ADMIN, reason="No"),
    )
    assert sorted("decided already" in answer.fallback for answer in answers) == [False, True]
    assert len([who for who, _ in town.messenger.told if who == "U1"]) == 1


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": "\u200b "}, "title"),
        ({"section": ""}, "section"),
        ({"section": "Cheese"}, "section"),
        ({"section": "~aaaaaa"}, "section"),
    ],
)
async def test_an_approval_with_mistakes_comes_back_as_it_was_filled_in(
    town: Town, values: dict[str, str], field: str
) -> None:
    suggestion_id = await town.suggest(URL)
    filled = {"title": "Yeast", "note": "Good", "section": "Flour"} | values
    answer = await town.ask(f"suggestions approve {suggestion_id}", CURATOR, values=filled)
    assert not isinstance(answer, Reply)
    assert list(answer.errors) == [field]
    assert values_of(answer) == filled
    assert town.store.suggestions.count_open(HERE) == 1


async def test_a_section_that_is_picked_comes_as_its_id(town: Town) -> None:
    suggestion_id = await town.suggest(URL, section="Flour")
    form = await town.fill(f"suggestions approve {suggestion_id}", CURATOR)
    assert values_of(form)["section"] == f"~{place_id(('Dough', 'Flour'))}"
    assert (
        "Dough › Flour" in (await approve(town, suggestion_id, section=values_of(form)["section"])).fallback
    )


async def test_a_rejection_needs_a_reason(town: Town) -> None:
    suggestion_id = await town.suggest(URL)
    form = await town.fill(f"suggestions reject {suggestion_id}", CURATOR, reason=" \u200b")
    assert "Say why" in form.errors["reason"]


async def test_a_decided_suggestion_is_shown_with_the_way_back(town: Town) -> None:
    suggestion_id = await town.suggest(URL, title="Yeast")
    await town.say(f"suggestions reject {suggestion_id}", CURATOR, reason="Too short")
    reply = await town.say(f"suggestions show {suggestion_id}", CURATOR)

    assert "Rejected by Cleo, 2026-11-24 12:00 UTC: Too short" in reply.fallback
    await town.say(commands(reply)["Back to the queue"], CURATOR)
    assert "On yeast" in (await approve(town, suggestion_id)).fallback


@pytest.mark.parametrize("verb", ["show", "approve", "reject", "later", "reopen"])
async def test_another_workspace_s_suggestion_is_no_suggestion(town: Town, verb: str) -> None:
    suggestion_id = await town.suggest(URL)
    reply = await town.say(f"suggestions {verb} {suggestion_id}", CURATOR, workspace=THERE)
    assert "no such suggestion" in reply.fallback
    assert "No suggestion waits" in (await town.say("suggestions", CURATOR, workspace=THERE)).fallback


async def test_a_link_that_the_list_has_by_now_is_shown_once(town: Town) -> None:
    """Once exported and merged, an addition is the list's own link."""
    suggestion_id = await town.suggest(URL)
    await approve(town, suggestion_id)
    listed = town.list_path.read_text(encoding="utf-8")
    town.list_path.write_text(
        listed.replace("https://example.org/ovens", "http://www.example.com/yeast/"), encoding="utf-8"
    )
    town.shelves.reload()

    urls = [entry.link.url for entry in town.shelves.find(HERE).reading_list.entries]
    assert len(urls) == 3
    assert URL not in urls


async def test_a_suggestion_that_the_list_has_by_now_is_approved_where_it_is(town: Town) -> None:
    suggestion_id = await town.suggest(URL)
    listed = town.list_path.read_text(encoding="utf-8")
    town.list_path.write_text(listed.replace("https://example.org/ovens", URL), encoding="utf-8")
    town.shelves.reload()
    reply = await approve(town, suggestion_id, section="Flour")
    assert "is on the list now, under Ovens." in reply.fallback


async def test_the_list_changes_and_a_suggestion_names_a_section_no_more(town: Town) -> None:
    suggestion_id = await town.suggest(URL, section="Ovens", title="Yeast")
    town.list_path.write_text(
        town.list_path.read_text(encoding="utf-8").replace("title: Ovens", "title: Heat"), encoding="utf-8"
    )
    town.shelves.reload()
    form = await town.fill(f"suggestions approve {suggestion_id}", CURATOR)
    values = values_of(form)
    answer = await town.ask(form.command, CURATOR, values=values)
    assert not isinstance(answer, Reply)
    assert "no longer on the list" in answer.errors["section"]


async def test_the_one_who_suggests_and_the_one_who_decides_may_be_forgotten(town: Town) -> None:
    suggestion_id = await town.suggest(URL)
    await town.say("privacy forget", ADA)
    town.messenger.told.clear()
    reply = await approve(town, suggestion_id)
    assert "Flour." in reply.fallback
    assert town.messenger.told == []
