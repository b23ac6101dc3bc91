"""What people missed, the words that mend it, and what they asked last."""

from datetime import timedelta

import pytest

from readbot.conversation.request import Workspace
from readbot.curation.model import RecentAnswer
from readbot.store import Asked, Store
from readbot.store.gaps import MAX_GAPS
from readbot.testing import FakeClock
from tests.digest_data import START

HERE = Workspace(platform="slack", id="T1")
OTHERS = [Workspace(platform="slack", id="T2"), Workspace(platform="discord", id="T1")]


def top(store: Store, workspace: Workspace = HERE) -> list[tuple[str, int]]:
    return [(gap.words, gap.count) for gap in store.gaps.list_top(workspace, limit=5)]


def asked(command: str, *, person_id: str = "U1", workspace: Workspace = HERE) -> Asked:
    return Asked(platform=workspace.platform, workspace_id=workspace.id, person_id=person_id, command=command)


def recent(store: Store, person_id: str = "U1", workspace: Workspace = HERE) -> list[str]:
    return [each.command for each in store.recent.list_for(workspace, person_id, limit=10)]


def test_what_is_asked_for_again_is_counted_up_and_the_commonest_comes_first(
    store: Store, clock: FakeClock
) -> None:
    store.gaps.count_up({(HERE, "kubernetes"): 1, (HERE, "rust"): 2})
    clock.advance(days=1)
    store.gaps.count_up({(HERE, "kubernetes"): 4})

    gaps = store.gaps.list_top(HERE, limit=5)
    assert [(gap.words, gap.count) for gap in gaps] == [("kubernetes", 5), ("rust", 2)]
    assert (gaps[0].first_at, gaps[0].last_at) == (START, START + timedelta(days=1))
    assert store.gaps.find(HERE, gaps[1].id) == gaps[1]


def test_nothing_to_count_or_keep_is_fine(store: Store) -> None:
    store.gaps.count_up({})
    store.gaps.close(HERE, [])
    store.recent.keep({}, limit=10)
    assert top(store) == []


def test_what_curators_ignore_is_not_shown_again_however_often_it_is_asked_for(store: Store) -> None:
    store.gaps.count_up({(HERE, "lunch"): 1})
    [gap] = store.gaps.list_top(HERE, limit=5)
    assert store.gaps.ignore(HERE, gap.id) == gap
    store.gaps.count_up({(HERE, "lunch"): 10})
    assert top(store) == []
    assert store.gaps.ignore(HERE, gap.id + 1) is None


def test_a_closed_gap_is_gone(store: Store) -> None:
    store.gaps.count_up({(HERE, "kubernetes"): 1, (HERE, "rust"): 2})
    store.gaps.close(HERE, [gap.id for gap in store.gaps.list_top(HERE, limit=1)])
    assert top(store) == [("kubernetes", 1)]


def test_old_gaps_and_those_beyond_what_is_kept_are_swept_out(store: Store, clock: FakeClock) -> None:
    store.gaps.count_up({(HERE, "old"): 10})
    clock.advance(days=91)
    store.gaps.count_up({(HERE, f"word {number}"): 1 for number in range(MAX_GAPS + 5)})
    store.gaps.count_up({(OTHERS[0], "theirs"): 1, (HERE, "word 3"): 1})

    assert store.gaps.sweep(START + timedelta(days=1)) == 6
    assert len(store.gaps.list_top(HERE, limit=2 * MAX_GAPS)) == MAX_GAPS
    assert top(store)[0] == ("word 3", 2)
    assert top(store, OTHERS[0]) == [("theirs", 1)]


@pytest.mark.parametrize("workspace", OTHERS)
def test_a_workspace_never_sees_another_one_s(store: Store, workspace: Workspace) -> None:
    store.gaps.count_up({(HERE, "kubernetes"): 1})
    alias = store.extra_aliases.add(HERE, words="k8s", means="kubernetes", by="U1")
    store.recent.keep({asked("new"): START}, limit=10)
    [gap] = store.gaps.list_top(HERE, limit=1)

    assert top(store, workspace) == []
    assert store.gaps.find(workspace, gap.id) is None
    assert store.gaps.ignore(workspace, gap.id) is None
    store.gaps.close(workspace, [gap.id])
    assert top(store) == [("kubernetes", 1)]
    assert store.extra_aliases.list_for(workspace) == []
    assert store.extra_aliases.remove(workspace, alias.id) is None
    assert recent(store, workspace=workspace) == []


def test_other_words_take_the_place_of_what_the_same_words_meant(store: Store, clock: FakeClock) -> None:
    store.extra_aliases.add(HERE, words="k8s", means="kubernetis", by="U1")
    clock.advance(minutes=1)
    alias = store.extra_aliases.add(HERE, words="k8s", means="kubernetes", by="U2")

    assert store.extra_aliases.list_for(HERE) == [alias]
    assert (alias.words, alias.means, alias.added_by) == ("k8s", "kubernetes", "U2")
    assert store.extra_aliases.list_workspaces() == [HERE]


def test_other_words_can_be_taken_back(store: Store) -> None:
    alias = store.extra_aliases.add(HERE, words="k8s", means="kubernetes", by="U1")
    assert store.extra_aliases.remove(HERE, alias.id) == alias
    assert store.extra_aliases.remove(HERE, alias.id) is None
    assert store.extra_aliases.list_for(HERE) == []


def test_of_each_person_the_last_distinct_commands_are_kept_the_latest_first(store: Store) -> None:
    for minute, name in enumerate("abcab"):
        store.recent.keep({asked(f"search {name}"): START + timedelta(minutes=minute)}, limit=2)
    store.recent.keep({asked("search z", person_id="U2"): START}, limit=2)

    assert recent(store) == ["search b", "search a"]
    assert recent(store, "U2") == ["search z"]
    assert store.recent.list_for(HERE, "U1", limit=1) == [
        RecentAnswer(command="search b", asked_at=START + timedelta(minutes=4))
    ]


def test_several_people_s_commands_are_kept_at_once(store: Store) -> None:
    commands = {
        asked(f"search {name}", person_id=person_id): START + timedelta(minutes=minute)
        for person_id in ("U1", "U2")
        for minute, name in enumerate("abc")
    }
    store.recent.keep(commands, limit=2)
    assert recent(store) == recent(store, "U2") == ["search c", "search b"]


def test_what_a_person_asked_is_forgotten_after_a_while(store: Store) -> None:
    later = START + timedelta(days=5)
    store.recent.keep(
        {asked("new"): START, asked("random"): later, asked("new", person_id="U2"): later}, limit=9
    )
    assert store.recent.sweep(START + timedelta(days=1)) == 1
    assert recent(store) == ["random"]
    assert recent(store, "U2") == ["new"]
