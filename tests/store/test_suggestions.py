from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread

import pytest

from readbot.conversation.request import Workspace
from readbot.curation.model import Suggestion, SuggestionState
from readbot.store import Store
from readbot.store.rows import new_id
from readbot.testing import FakeClock
from tests.digest_data import START

HERE = Workspace(platform="slack", id="T1")
OTHERS = [Workspace(platform="slack", id="T2"), Workspace(platform="discord", id="T1")]


def make(url: str = "https://example.org/a", *, workspace: Workspace = HERE, by: str = "U1") -> Suggestion:
    return Suggestion(
        id=new_id(),
        platform=workspace.platform,
        workspace_id=workspace.id,
        channel_id="C1",
        url=url,
        title="A",
        note="First-hand",
        section=("Basics", "More"),
        suggested_by=by,
        suggested_at=START,
    )


def add(store: Store, suggestion: Suggestion, *, max_open: int = 5) -> Suggestion | None:
    return store.suggestions.add(suggestion, url_key=suggestion.url, max_open=max_open)


def decide(store: Store, suggestion: Suggestion, state: SuggestionState) -> None:
    decided = store.suggestions.decide(HERE, suggestion.id, state, by="U9")
    assert decided is not None
    assert decided.is_ours


def test_a_suggestion_is_known_again_in_full(store: Store) -> None:
    suggestion = make()
    assert add(store, suggestion) == suggestion
    assert store.suggestions.find(HERE, suggestion.id) == suggestion
    assert store.suggestions.find_by_key(HERE, suggestion.url) == suggestion
    assert store.suggestions.list_of(HERE, "U1") == [suggestion]


def test_of_one_address_a_workspace_has_one_suggestion_whoever_comes_second(store: Store) -> None:
    first = make()
    add(store, first)
    assert add(store, make(by="U2")) == first


def test_of_two_people_who_suggest_an_address_at_once_both_learn_of_the_same_one(store: Store) -> None:
    start = Barrier(4)
    found: list[Suggestion | None] = []

    def run(by: str) -> None:
        suggestion = make(by=by)
        start.wait()
        found.append(add(store, suggestion))

    threads = [Thread(target=run, args=(f"U{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1
    assert store.suggestions.count_open(HERE) == 1


def test_a_person_has_so_many_open_suggestions_and_no_more_until_one_is_decided(store: Store) -> None:
    first, second, third = (make(f"https://example.org/{name}") for name in "abc")
    assert [add(store, each, max_open=2) for each in (first, second, third)] == [first, second, None]
    assert add(store, replace(third, suggested_by="U2"), max_open=2) is not None
    decide(store, first, SuggestionState.REJECTED)
    assert add(store, make("https://example.org/d"), max_open=2) is not None


def test_the_longest_waiting_comes_first_and_what_was_put_off_last(store: Store, clock: FakeClock) -> None:
    made = [
        replace(make(f"https://example.org/{name}"), suggested_at=START + timedelta(hours=number))
        for number, name in enumerate("abc")
    ]
    for each in made:
        add(store, each)
    for each in made[:2]:
        clock.advance(hours=5)
        decide(store, each, SuggestionState.LATER)
    clock.advance(hours=5)
    decide(store, made[0], SuggestionState.LATER)

    queue = store.suggestions.list_open(HERE, limit=10)
    assert [each.url[-1] for each in queue] == ["c", "b", "a"]
    assert store.suggestions.list_open(HERE, limit=1, offset=1) == queue[1:2]
    assert store.suggestions.count_open(HERE) == 3


def test_of_two_decisions_the_first_counts_and_the_second_is_told_whose_it_was(store: Store) -> None:
    suggestion = make()
    add(store, suggestion)
    first = store.suggestions.decide(
        HERE, suggestion.id, SuggestionState.APPROVED, by="U8", title="Better", note="", section=("Basics",)
    )
    second = store.suggestions.decide(
        HERE, suggestion.id, SuggestionState.REJECTED, by="U9", reason="No", section=()
    )
    assert first is not None
    assert second is not None
    assert (first.is_ours, second.is_ours) == (True, False)
    assert first.suggestion == second.suggestion
    assert second.suggestion.state is SuggestionState.APPROVED
    assert (second.suggestion.title, second.suggestion.note, second.suggestion.section) == (
        "Better",
        "",
        ("Basics",),
    )
    assert (second.suggestion.decided_by, second.suggestion.decided_at) == ("U8", START)


def test_what_was_decided_can_be_taken_up_again_when_that_is_asked_for(store: Store) -> None:
    suggestion = make()
    add(store, suggestion)
    decide(store, suggestion, SuggestionState.REJECTED)
    store.suggestions.decide(
        HERE, suggestion.id, SuggestionState.LATER, by="U9", among=[SuggestionState.REJECTED]
    )
    assert [each.id for each in store.suggestions.list_open(HERE, limit=9)] == [suggestion.id]


def test_approved_ones_are_listed_in_the_order_in_which_they_were_approved(
    store: Store, clock: FakeClock
) -> None:
    made = [make(f"https://example.org/{name}") for name in "abc"]
    for each in made:
        add(store, each)
    for each in (made[2], made[0]):
        clock.advance(hours=1)
        decide(store, each, SuggestionState.APPROVED)
    assert [each.url[-1] for each in store.suggestions.list_approved(HERE)] == ["c", "a"]
    approved = store.suggestions.list_everywhere(states=[SuggestionState.APPROVED])
    assert sorted(each.url[-1] for each in approved) == ["a", "c"]
    assert len(store.suggestions.list_everywhere()) == 3


@pytest.mark.parametrize("workspace", OTHERS)
def test_a_workspace_never_sees_another_one_s(store: Store, workspace: Workspace) -> None:
    suggestion = make()
    add(store, suggestion)
    kept = store.suggestions
    assert kept.find(workspace, suggestion.id) is None
    assert kept.find_by_key(workspace, suggestion.url) is None
    assert kept.decide(workspace, suggestion.id, SuggestionState.APPROVED, by="U9") is None
    assert kept.list_open(workspace, limit=9) == []
    assert kept.count_open(workspace) == 0
    assert kept.list_of(workspace, "U1") == []
    assert add(store, make(workspace=workspace)) != suggestion
    decide(store, suggestion, SuggestionState.APPROVED)
    assert kept.list_approved(workspace) == []
    assert kept.list_deciders(workspace) == []
    assert store.overlays.find(workspace).additions == ()


def test_who_decided_last_comes_first_and_nobody_twice(store: Store, clock: FakeClock) -> None:
    for name, by in zip("abc", ("U8", "U9", "U8"), strict=True):
        suggestion = make(f"https://example.org/{name}")
        add(store, suggestion)
        clock.advance(hours=1)
        store.suggestions.decide(HERE, suggestion.id, SuggestionState.LATER, by=by)
    add(store, make("https://example.org/d"))
    assert store.suggestions.list_deciders(HERE) == ["U8", "U9"]
