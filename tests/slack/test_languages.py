"""Slack tells nobody's language along with a command; what takes its time asks for it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_slack import LoopbackSlack
from tests.slack.digesting import Room, run_room, until


@pytest.fixture
async def room(slack: LoopbackSlack, tmp_path: Path) -> AsyncIterator[Room]:
    async with run_room(slack, tmp_path) as room:
        slack.team().users["U2"].locale = "de-DE"
        yield room


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


async def test_a_quick_answer_asks_slack_for_nothing_and_goes_by_what_is_known(room: Room) -> None:
    assert "How to ask" in await help_for(room)
    await room.slack.open_home("U2")
    assert "So fragst du" in await help_for(room)
    assert "How to ask" in await help_for(room, "U1")


async def test_a_channel_reads_english_whatever_the_language_of_who_changed_its_digest(room: Room) -> None:
    answer = await room.type("on monday 9 berlin")
    assert "Europe/Berlin" in answer.words
    assert "every Monday" not in answer.words
    (announced,) = room.public()
    assert "turned the digest on. Next: Mon " in announced.words


async def test_where_slack_does_not_tell_in_time_the_answer_comes_in_english(room: Room) -> None:
    room.slack.faults.script("users.info", Fault(kind=FaultKind.DELAY, seconds=1.0))
    assert "Search the list" in (await room.slack.open_home("U2")).view.words
