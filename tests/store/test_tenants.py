"""Workspaces and their tokens, on both engines."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from readbot.store import Store, StoredInstallation
from readbot.store import install_states as states
from readbot.store.curation_schema import extra_aliases, gaps, suggestions
from readbot.store.schema import deliveries, metadata, notices, subscriptions
from readbot.store.tenant_schema import install_states, list_choices, recent_answers, taken_requests
from readbot.testing import FakeClock
from tests.digest_data import START, channel, make_due


def make_installation(workspace_id: str = "T1", **others: Any) -> StoredInstallation:
    given = {"platform": "slack", "secret": b"sealed", "scopes": ("commands", "chat:write")} | others
    return StoredInstallation(workspace_id=workspace_id, **given)


def rows_of(store: Store, table: sa.Table) -> list[Any]:
    with store.database.read() as connection:
        return list(connection.execute(sa.select(table)).all())


def add(store: Store, table: sa.Table, **values: Any) -> None:
    with store.database.write() as connection:
        connection.execute(table.insert().values(**values))


class TestInstallations:
    def test_what_is_saved_is_found_again(self, store: Store) -> None:
        saved = make_installation(name="Acme", bot_user_id="UBOT", expires_at=START + timedelta(hours=12))
        store.installations.save(saved)
        assert store.installations.find("slack", "T1") == saved

    def test_a_workspace_finds_its_own_and_no_other(self, store: Store) -> None:
        store.installations.save(make_installation("T1", secret=b"one"))
        store.installations.save(make_installation("T2", secret=b"two"))
        found = [store.installations.find("slack", team) for team in ("T1", "T2", "T3")]
        assert [each and each.secret for each in found] == [b"one", b"two", None]
        assert store.installations.find("discord", "T1") is None

    def test_a_second_install_takes_the_place_of_the_first(self, store: Store) -> None:
        store.installations.save(make_installation(secret=b"old"))
        store.installations.save(make_installation(secret=b"new"))
        assert [each.secret for each in store.installations.list_()] == [b"new"]

    def test_a_workspace_that_moved_into_an_organisation_is_still_the_same(self, store: Store) -> None:
        store.installations.save(make_installation(secret=b"old"))
        store.installations.save(make_installation(secret=b"new", enterprise_id="E1"))
        assert [(each.enterprise_id, each.secret) for each in store.installations.list_()] == [("E1", b"new")]

    def test_a_renewed_secret_takes_the_place_of_the_one_it_was_made_from_alone(self, store: Store) -> None:
        before = make_installation(secret=b"old")
        store.installations.save(before)
        later = START + timedelta(hours=12)
        assert store.installations.replace_secret(before, secret=b"new", expires_at=later)
        assert not store.installations.replace_secret(before, secret=b"late", expires_at=later)
        found = store.installations.find("slack", "T1")
        assert found is not None
        assert (found.secret, found.expires_at) == (b"new", later)

    def test_secrets_are_rewritten_all_or_none(self, store: Store) -> None:
        store.installations.save(make_installation("T1", secret=b"1"))
        store.installations.save(make_installation("T2", secret=b"2"))

        def fail_on_second(secret: bytes, owner: str) -> bytes:
            if owner == "slack T2":
                raise ValueError(owner)
            return secret + b"!"

        with pytest.raises(ValueError, match="slack T2"):
            store.installations.rewrite_secrets(fail_on_second)
        assert [each.secret for each in store.installations.list_()] == [b"1", b"2"]
        assert store.installations.rewrite_secrets(lambda secret, _owner: secret + b"!") == 2
        assert [each.secret for each in store.installations.list_()] == [b"1!", b"2!"]


class TestInstallStates:
    def test_a_state_opens_the_way_back_once(self, store: Store) -> None:
        state = store.install_states.issue("browser")
        assert state is not None
        assert store.install_states.consume(state, "browser")
        assert not store.install_states.consume(state, "browser")

    def test_another_browser_neither_uses_it_nor_uses_it_up(self, store: Store) -> None:
        state = store.install_states.issue("mine")
        assert state is not None
        assert not store.install_states.consume(state, "another")
        assert store.install_states.consume(state, "mine")

    def test_it_ends_after_ten_minutes(self, store: Store, clock: FakeClock) -> None:
        state = store.install_states.issue("browser")
        assert state is not None
        clock.advance(seconds=states.STATE_LIVES_S)
        assert not store.install_states.consume(state, "browser")

    def test_what_nobody_issued_is_refused(self, store: Store) -> None:
        assert not store.install_states.consume("\ud800 zanzibar", "browser")

    def test_the_table_has_no_word_that_would_finish_an_install(self, store: Store) -> None:
        state = store.install_states.issue("browser")
        (row,) = rows_of(store, install_states)
        assert state not in row
        assert "browser" not in row

    def test_of_two_at_the_same_moment_one_gets_it(self, store: Store) -> None:
        state = store.install_states.issue("browser")
        assert state is not None
        with ThreadPoolExecutor(4) as pool:
            taken = list(pool.map(lambda _: store.install_states.consume(state, "browser"), range(8)))
        assert taken.count(True) == 1

    def test_nobody_fills_the_disk_with_installs_under_way(
        self, store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(states, "MAX_STATES", 2)
        assert [store.install_states.issue("b") is not None for _ in range(3)] == [True, True, False]
        clock.advance(seconds=states.STATE_LIVES_S)
        assert store.install_states.issue("b") is not None


class TestTaken:
    def test_a_key_is_the_first_ones_for_as_long_as_asked(self, store: Store, clock: FakeClock) -> None:
        assert store.taken.take("event:1", 60)
        assert not store.taken.take("event:1", 60)
        assert store.taken.take("event:2", 60)
        clock.advance(seconds=60)
        assert store.taken.take("event:1", 60)
        assert not store.taken.take("event:1", 60)

    def test_of_many_at_the_same_moment_one_gets_it(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(lambda _: store.taken.take("click", 60), range(24))).count(True) == 1

    def test_what_is_given_back_can_be_taken_again(self, store: Store) -> None:
        assert store.taken.take("lock", 60)
        store.taken.give_back("lock")
        assert store.taken.take("lock", 60)

    def test_what_is_over_is_thrown_out(self, store: Store, clock: FakeClock) -> None:
        for number in range(3):
            store.taken.take(f"event:{number}", 60)
        clock.advance(minutes=10)
        # As a process that has just begun would.
        Store(store.database).taken.take("event:new", 60)
        assert [row.key for row in rows_of(store, taken_requests)] == ["event:new"]


class TestFacts:
    def test_the_latest_value_is_kept(self, store: Store) -> None:
        assert store.facts.get("commands") is None
        store.facts.set("commands", "one")
        store.facts.set("commands", "two")
        assert store.facts.get("commands") == "two"


class TestForgetting:
    """Two workspaces with the same things in them; one of them removes readbot."""

    @pytest.fixture(autouse=True)
    def two_workspaces(self, store: Store) -> None:
        for team in ("T1", "T2"):
            here = {"platform": "slack", "workspace_id": team}
            store.installations.save(make_installation(team))
            add(store, recent_answers, **here, person_id="U1", command="search x", asked_at=START)
            add(store, list_choices, **here, list_name="ml", chosen_by="U1", changed_at=START)
            add(store, gaps, **here, words="zebra", count=1, first_at=START, last_at=START)
            add(store, extra_aliases, **here, words="ft", means="fine-tuning", added_by="U1", added_at=START)
            add(
                store,
                suggestions,
                **here,
                id=f"s{team}",
                channel_id="C1",
                url="https://example.org",
                url_key="example.org",
                section=[],
                suggested_by="U1",
                suggested_at=START,
                state="waiting",
                decided_by="U2",
            )
            made = make_due(store, channel(workspace=team))
            add(
                store,
                notices,
                subscription_id=made.subscription_id,
                person_id="U1",
                words="gone",
                created_at=START,
            )

    def test_its_tokens_and_its_people_are_gone_and_the_others_stay(self, store: Store) -> None:
        assert store.tenants.forget_workspace("slack", "T1")
        assert [each.workspace_id for each in store.installations.list_()] == ["T2"]
        for table in (recent_answers, list_choices, gaps):
            assert [row.workspace_id for row in rows_of(store, table)] == ["T2"], table.name
        who = {row.workspace_id: row for row in rows_of(store, suggestions)}
        assert (who["T1"].suggested_by, who["T1"].decided_by, who["T1"].channel_id) == ("", "", "")
        assert (who["T2"].suggested_by, who["T2"].decided_by, who["T2"].channel_id) == ("U1", "U2", "C1")
        assert {row.workspace_id: row.added_by for row in rows_of(store, extra_aliases)} == {
            "T1": "",
            "T2": "U1",
        }

    def test_its_digests_are_off_and_nobody_is_told(self, store: Store) -> None:
        store.tenants.forget_workspace("slack", "T1")
        found = {row.workspace_id: row for row in rows_of(store, subscriptions)}
        assert (found["T1"].state, found["T1"].next_due_at, found["T1"].set_up_by) == ("off", None, "")
        assert found["T2"].state == "active"
        assert found["T2"].next_due_at is not None
        assert [row.subscription_id for row in rows_of(store, notices)] == [found["T2"].id]
        assert {row.subscription_id: row.state for row in rows_of(store, deliveries)} == {
            found["T1"].id: "skipped",
            found["T2"].id: "pending",
        }

    def test_no_name_of_a_person_is_left_anywhere(self, store: Store) -> None:
        store.tenants.forget_workspace("slack", "T1")
        store.tenants.forget_workspace("slack", "T2")
        for table in (suggestions, subscriptions, extra_aliases, recent_answers, notices, deliveries):
            assert "U1" not in str(rows_of(store, table)), table.name

    def test_a_workspace_that_never_installed_it_is_forgotten_just_the_same(self, store: Store) -> None:
        assert not store.tenants.forget_workspace("slack", "T404")
        assert len(store.installations.list_()) == 2


def test_the_fate_of_every_table_about_a_workspace_is_decided() -> None:
    """Whoever adds one says here that ``Tenants.forget_workspace`` knows of it."""
    about = {name for name, table in metadata.tables.items() if "workspace_id" in table.columns}
    deleted = {"installations", "recent_answers", "list_choices", "gaps"}
    without_names = {"suggestions", "extra_aliases", "subscriptions"}
    assert about == deleted | without_names
