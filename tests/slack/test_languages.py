"""Slack tells nobody's language along with a command: it is asked once about everybody."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from readbot.conversation.request import Reader, Request
from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_slack import LoopbackSlack
from readbot.testing import FakeClock
from readbot_slack.languages import Languages
from readbot_slack.web_api import make_client
from tests.digest_data import START
from tests.slack.digesting import Room, run_room
from tests.waiting import LAST_RESORT_S, until


@pytest.fixture
async def room(slack: LoopbackSlack, home: Path) -> AsyncIterator[Room]:
    async with run_room(slack, home) as room:
        slack.team().users["U2"].locale = "de-DE"
        yield room


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readbot_slack.languages.PATIENCE_S", 0.05)


async def help_for(room: Room, user: str = "U2") -> str:
    """Return what a quick command answers."""
    await room.slack.command("help", user=user, channel=room.channel)
    return [each for each in room.slack.visible(user, room.channel) if each.only_for == user][-1].words


async def test_a_home_tab_speaks_its_person_s_language(room: Room) -> None:
    home = (await room.slack.open_home("U2")).view
    assert "Liste durchsuchen" in home.words
    assert "Search the list" not in home.words
    assert "Search the list" in (await room.slack.open_home("U1")).view.words


async def test_a_form_and_its_buttons_speak_its_person_s_language(room: Room) -> None:
    await room.slack.command("suggest", user="U2", channel=room.channel)
    await until(lambda: bool(room.slack.team().stack("U2")))
    view = room.slack.team().stack("U2")[-1].body
    assert (view["title"]["text"], view["submit"]["text"], view["close"]["text"]) == (
        "Link vorschlagen",
        "Vorschlagen",
        "Abbrechen",
    )


async def test_the_first_quick_answer_speaks_its_person_s_language(room: Room) -> None:
    assert "So fragst du" in await help_for(room)
    assert "How to ask" in await help_for(room, "U1")


async def test_slack_is_asked_once_about_a_person(room: Room) -> None:
    for user in ("U2", "U2", "U1", "U1"):
        await help_for(room, user)
    assert [call["user"] for call in room.slack.calls_of("users.info")] == ["U2", "U1"]


async def test_without_the_scope_slack_is_asked_once_for_all(room: Room) -> None:
    team = room.slack.team()
    team.scopes = tuple(scope for scope in team.scopes if scope != "users:read")
    for user in ("U2", "U1", "U2"):
        assert "How to ask" in await help_for(room, user)
    assert len(room.slack.calls_of("users.info")) == 1


async def test_a_channel_reads_english_whatever_the_language_of_who_changed_its_digest(room: Room) -> None:
    answer = await room.type("on monday 9 berlin")
    assert "Europe/Berlin" in answer.words
    assert "every Monday" not in answer.words
    (announced,) = room.public()
    assert "turned the digest on. Next: Mon " in announced.words


async def test_where_slack_does_not_tell_in_time_the_answer_comes_in_english(
    room: Room, impatient: None
) -> None:
    room.slack.faults.script("users.info", Fault(kind=FaultKind.DELAY, seconds=LAST_RESORT_S))
    assert "Search the list" in (await room.slack.open_home("U2")).view.words


class TestWaiting:
    """For whom Slack is waited for, and how long."""

    @pytest.fixture
    def clock(self) -> FakeClock:
        return FakeClock(START)

    @pytest.fixture
    async def languages(self, clock: FakeClock) -> AsyncIterator[Languages]:
        languages = Languages(clock=clock.elapsed_s)
        yield languages
        await languages.close()

    @pytest.fixture
    def client(self, slack: LoopbackSlack) -> AsyncWebClient:
        slack.team().users["U2"].locale = "de-DE"
        client = make_client(slack.api_url)
        client.token = slack.team().bot_token
        return client

    def request(self) -> Request:
        reader = Reader(id="U2")
        return Request(text="help", platform="slack", workspace_id="T1", channel_id="C1", reader=reader)

    async def test_what_comes_too_late_for_one_answer_is_known_for_the_next(
        self, slack: LoopbackSlack, languages: Languages, client: AsyncWebClient, impatient: None
    ) -> None:
        slack.faults.script("users.info", Fault(kind=FaultKind.DELAY, seconds=LAST_RESORT_S))
        assert (await languages.learn(self.request(), client)).reader.locale == ""
        slack.faults.clear()
        await until(lambda: languages.find("T1", "U2") == "de-DE")

    async def test_whoever_is_known_waits_for_nothing_and_is_asked_about_again_meanwhile(
        self,
        slack: LoopbackSlack,
        languages: Languages,
        client: AsyncWebClient,
        clock: FakeClock,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        await languages.learn(self.request(), client)
        clock.advance(days=2)
        slack.team().users["U2"].locale = "fr-FR"
        slack.faults.script("users.info", Fault(kind=FaultKind.DELAY, seconds=60))
        # Whoever waited would wait for this test's whole time.
        monkeypatch.setattr("readbot_slack.languages.PATIENCE_S", 3_600.0)
        assert (await languages.learn(self.request(), client)).reader.locale == "de-DE"
        await until(lambda: len(slack.calls_of("users.info")) == 2)
        slack.faults.clear()
        await until(lambda: languages.find("T1", "U2") == "fr-FR")

    async def test_where_slack_did_not_tell_it_is_asked_again_after_a_minute(
        self, slack: LoopbackSlack, languages: Languages, client: AsyncWebClient, clock: FakeClock
    ) -> None:
        slack.faults.script("users.info", Fault(kind=FaultKind.SERVER_ERROR))
        for _ in range(2):
            assert (await languages.learn(self.request(), client)).reader.locale == ""
        clock.advance(minutes=1)
        assert (await languages.learn(self.request(), client)).reader.locale == "de-DE"
