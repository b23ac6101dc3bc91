"""A workspace is forgotten when it is gone, and only then: whatever Slack's events do, and also without one."""

from collections.abc import AsyncIterator

import pytest

from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_slack import make_workspace
from readbot.ports import Conversation
from readbot.store import Store
from readbot_slack import removal as removals
from readbot_slack.authorize import CachedAuthorize
from readbot_slack.installations import StoredInstallations
from readbot_slack.removal import Removal
from readbot_slack.web_api import make_client
from tests.slack.installing import Town, make_oauth, make_settings, serve_readbot, serve_town
from tests.waiting import until

OUTAGE = Fault(kind=FaultKind.SERVER_ERROR, status=503)


@pytest.fixture
async def town(bot: Conversation, store: Store) -> AsyncIterator[Town]:
    """Two workspaces that installed readbot; Slack tells an event again at once."""
    teams = [make_workspace(number, is_installed=False) for number in (1, 2)]
    # The day's round is gone already, as far as the process that serves the town knows.
    assert store.taken.take(removals._ROUND, removals.ROUND_EVERY_S)
    async with serve_town(bot, store, teams=teams) as town:
        town.slack.retry_delays_s = (0, 0, 0)
        for team in ("T1", "T2"):
            assert (await town.install(team)).status == 200
        yield town


@pytest.fixture
def removal(town: Town, store: Store) -> Removal:
    """What another process of readbot's has, beside the one that serves the town."""
    client = make_client(town.slack.api_url)
    installations = StoredInstallations(store, make_oauth(), client)
    authorize = CachedAuthorize(installations)
    return Removal(store, installations=installations, authorize=authorize, client=client)


def installed(store: Store) -> list[str]:
    return [each.workspace_id for each in store.installations.list_()]


async def remove_unheard(town: Town, team: str) -> None:
    """Remove the app while readbot is down."""
    heard, town.slack.app.events = town.slack.app.events, frozenset()
    await town.slack.uninstall(team)
    town.slack.app.events = heard


def end_the_day(store: Store) -> None:
    """Let the next look be a new day's first."""
    store.taken.give_back(removals._ROUND)


async def test_slack_tells_again_what_could_not_be_settled(town: Town, store: Store) -> None:
    outages = [OUTAGE] * 4
    town.slack.faults.script("auth.test", *outages)
    told_first, _ = await town.slack.uninstall("T1")
    assert told_first.retry_reason == "http_error"
    await town.slack.settle()
    assert installed(store) == ["T2"]


async def test_a_late_removal_during_an_outage_does_not_undo_a_new_install(town: Town, store: Store) -> None:
    town.slack.faults.script("auth.test", OUTAGE)
    await town.slack.event({"type": "app_uninstalled"}, user="U1", workspace="T1")
    await town.slack.settle()
    assert installed(store) == ["T1", "T2"]


async def test_after_an_outage_that_outlasts_slacks_patience_it_is_asked_again(
    town: Town, store: Store, removal: Removal
) -> None:
    town.slack.faults.script("auth.test", OUTAGE)
    await remove_unheard(town, "T1")
    assert not await removal.settle("T1")
    assert installed(store) == ["T1", "T2"]
    await removal.look_around()
    assert installed(store) == ["T2"]


async def test_a_removal_of_which_slack_never_told_comes_to_light_within_a_day(
    town: Town, store: Store, removal: Removal
) -> None:
    await remove_unheard(town, "T1")
    await removal.look_around()
    assert installed(store) == ["T1", "T2"]
    end_the_day(store)
    await removal.look_around()
    assert installed(store) == ["T2"]


async def test_a_round_that_slack_did_not_answer_is_gone_again(
    town: Town, store: Store, removal: Removal
) -> None:
    await remove_unheard(town, "T2")
    end_the_day(store)
    town.slack.faults.script("auth.test", OUTAGE, OUTAGE)
    await removal.look_around()
    assert installed(store) == ["T1", "T2"]
    await removal.look_around()
    assert installed(store) == ["T1"]


async def test_without_an_event_a_token_that_slack_does_not_know_is_no_removal(
    town: Town, store: Store, removal: Removal
) -> None:
    """Another Slack may be asked by mistake, or from an address that the workspace does not allow."""
    town.slack.tokens.end([town.slack.team("T1").bot_token], "invalid_auth")
    end_the_day(store)
    await removal.look_around()
    assert installed(store) == ["T1", "T2"]


async def test_a_running_readbot_looks_by_itself(town: Town, bot: Conversation, store: Store) -> None:
    await remove_unheard(town, "T1")
    end_the_day(store)
    async with serve_readbot(bot, make_settings(town.slack), store):
        await until(lambda: installed(store) == ["T2"])
