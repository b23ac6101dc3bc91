"""A list whose every text tries to be markup: nothing of it is, in any of Slack's places."""

import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from readbot.playground.loopback_slack import LoopbackSlack
from readbot.reading_list import Link, ReadingList
from readbot.reading_list.model import Section
from readbot.reading_list.yaml_file import save_list
from tests.slack.digesting import Room, run_room
from tests.waiting import until

#: Invisible characters are not among them: a list with such is not served at all.
HOSTILE = "tuning <!channel> <@U1> *b* _i_ ~s~ `c` @here :tada: &lt;!here&gt;"

#: What Slack would take for more than words. A time is ours.
FORBIDDEN = ("<!channel", "<!here", "<@U1", "@here", "*b*", "`c`", "~s~")


CODE = re.compile("`[^`]*`")


@pytest.fixture
async def room(slack: LoopbackSlack, home: Path) -> AsyncIterator[Room]:
    links = tuple(
        Link(
            title=f"{number} {HOSTILE}", url=f"https://example.org/{number}", note=HOSTILE, aliases=(HOSTILE,)
        )
        for number in range(7)
    )
    hostile = ReadingList(title=HOSTILE, sections=(Section(title=HOSTILE, links=links),))
    save_list(hostile, home / "list.yaml")
    async with run_room(slack, home, list_paths=(home / "list.yaml",)) as room:
        yield room


def texts(value: Any) -> Iterator[tuple[str, bool]]:
    """Yield what people could read, and whether Slack reads markup in it; what buttons carry is no text."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str) and name in {"text", "alt_text"}:
                yield inner, value.get("type") == "mrkdwn"
            elif name != "value":
                yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


async def test_no_text_of_the_list_is_more_than_words_anywhere(room: Room) -> None:
    slack, team = room.slack, room.slack.team()
    menu = (await slack.command("", user="U2", channel="C2")).message
    offered = await slack.options(menu, "tuning", user="U2", menu="Search the list")
    answer = (await slack.command("tuning", user="U2", channel="C2")).message
    await slack.click(answer, "Share", user="U2")
    await slack.tell("@readbot tuning", user="U2", channel="C2")
    await slack.tell("tuning", user="U1", channel="D1")
    question = await slack.say("anything on tuning?", user="U1", channel="C2")
    found = (await slack.shortcut("find_reading", user="U2", message=question)).view
    home = (await slack.open_home("U1")).view
    await slack.command("digest setup", user="U1", channel="C2")
    await until(lambda: bool(team.stack("U1")))
    shown = [
        {"text": "", "options": offered},
        *(message.sent for message in team.messages if message.user == "UBOT"),
        found.body,
        home.body,
        *(view.body for view in team.stack("U1")),
    ]
    read = [text for each in shown for text in texts(each)]
    assert sum("tuning" in text for text, _ in read) > 20
    for written, is_markup in read:
        # Within code nothing but a backtick is markup, and of those there are only ours.
        text = CODE.sub("", written) if is_markup else written
        assert not [mark for mark in (FORBIDDEN if is_markup else FORBIDDEN[:3]) if mark in text], text
