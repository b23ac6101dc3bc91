import pytest

from readbot.conversation.request import Workspace
from readbot.curation.model import Suggestion, SuggestionState
from readbot.store import Asked, Store, Traces
from readbot.store.rows import new_id
from readbot.store.schema import notices
from tests.digest_data import START, channel, subscribe

HERE = Workspace(platform="slack", id="T1")
ALL = Traces(recent=1, suggestions=1, decisions=1, words=1, digests=1, choices=1)


@pytest.fixture
def traces(store: Store) -> None:
    """Let U1 leave one of everything in a workspace."""
    suggestion = Suggestion(
        id=new_id(),
        platform="slack",
        workspace_id="T1",
        channel_id="D1",
        url="https://example.org/a",
        title="A",
        suggested_by="U1",
        suggested_at=START,
    )
    store.suggestions.add(suggestion, url_key=suggestion.url, max_open=5)
    store.suggestions.decide(HERE, suggestion.id, SuggestionState.APPROVED, by="U1", section=("Basics",))
    store.extra_aliases.add(HERE, words="k8s", means="kubernetes", by="U1")
    store.recent.keep(
        {Asked(platform="slack", workspace_id="T1", person_id="U1", command="new"): START}, limit=9
    )
    store.overlays.choose_list(HERE, "list", person_id="U1")
    subscribe(store, channel(), set_up_by="U1")


@pytest.mark.usefixtures("traces")
def test_all_that_holds_a_person_s_id_is_counted(store: Store) -> None:
    assert store.people.count(HERE, "U1") == ALL
    assert store.people.count(HERE, "U2") == Traces()


@pytest.mark.usefixtures("traces")
def test_who_is_forgotten_leaves_what_they_did_as_nobody_s(store: Store) -> None:
    assert store.people.forget(HERE, "U1") == ALL

    assert store.people.count(HERE, "U1") == Traces()
    [left] = store.suggestions.list_approved(HERE)
    assert (left.title, left.suggested_by, left.decided_by, left.channel_id) == ("A", "", "", "")
    assert [(alias.words, alias.added_by) for alias in store.extra_aliases.list_for(HERE)] == [("k8s", "")]
    kept = store.subscriptions.find(channel())
    assert kept is not None
    assert kept.set_up_by == ""
    assert store.people.forget(HERE, "U1") == Traces()


@pytest.mark.usefixtures("traces")
@pytest.mark.parametrize(
    "workspace", [Workspace(platform="slack", id="T2"), Workspace(platform="discord", id="T1")]
)
def test_another_workspace_knows_nothing_of_it_and_forgets_nothing(
    store: Store, workspace: Workspace
) -> None:
    assert store.people.count(workspace, "U1") == Traces()
    assert store.people.forget(workspace, "U1") == Traces()
    assert store.people.count(HERE, "U1") == ALL


@pytest.mark.parametrize(
    ("workspace", "left"), [(HERE, 0), (Workspace(platform="slack", id="T2"), 1)], ids=["own", "another"]
)
def test_what_somebody_is_yet_to_be_told_is_forgotten_in_their_workspace_alone(
    store: Store, workspace: Workspace, left: int
) -> None:
    subscription = subscribe(store, channel(), set_up_by="U1")
    row = {
        "subscription_id": subscription.id,
        "person_id": "U1",
        "words": "",
        "created_at": START,
    }
    with store.database.write() as connection:
        connection.execute(notices.insert(), row)

    store.people.forget(workspace, "U1")

    assert len(store.subscriptions.take_notices(START, platforms=["slack"])) == left
