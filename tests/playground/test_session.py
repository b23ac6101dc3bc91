"""The playground without a browser: what the page may ask, and what comes of it."""

import asyncio
import json
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import pytest

from readbot.exceptions import ListError
from readbot.playground.deeds import DeedError
from readbot.playground.session import Session, open_session

from .conftest import ENVIRON
from .steps import PATIENCE_S, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

Json = dict[str, Any]


def slack(session: Session, do: str, **fields: Any) -> Json:
    return {"do": do, "platform": "slack", "person": "ada", "channel": "CREADING", **fields}


def discord(session: Session, do: str, **fields: Any) -> Json:
    channel = session.sides["discord"].describe_world()["channels"][0]["id"]
    return {"do": do, "platform": "discord", "person": "ada", "channel": channel, **fields}


def shown(session: Session, platform: str) -> list[Json]:
    return list(session.sides[platform].list_messages())


async def test_a_page_is_greeted_with_everything_there_is(session: Session) -> None:
    await session.do(slack(session, "command", name="/llmread", text="lora"))

    hello = session.greet()

    assert [world["name"] for world in hello["worlds"]] == ["slack", "discord"]
    assert hello["status"]["bot"] == "running"
    assert len(hello["messages"]) == 1
    assert hello["links"] > 70
    assert len(hello["examples"]) == 3
    assert json.loads(json.dumps(hello)) == hello


async def test_both_platforms_offer_the_real_commands(still_session: Session) -> None:
    offered = {
        name: [command["name"] for command in side.describe_world()["commands"]]
        for name, side in still_session.sides.items()
    }

    assert offered["slack"] == ["/llmread"]
    assert {"/llmread", "/readbot help", "/readbot sections"} <= set(offered["discord"])


async def test_everything_that_happens_is_told_to_who_listens(session: Session) -> None:
    events: list[Json] = []
    forget = session.listen(events.append)

    await session.do(slack(session, "command", name="/llmread", text="lora"))
    forget()
    await session.do(slack(session, "command", name="/llmread", text="bert"))

    happened = [event.get("entry", {}).get("what") or event["event"] for event in events]
    # In between the bot may ask for somebody's language, and the digests be looked at.
    assert [each for each in happened if each in {"/llmread", "ack", "message"}] == [
        "/llmread",
        "ack",
        "message",
    ]


async def test_autocomplete_is_served_by_the_bot(session: Session) -> None:
    choices = await session.do(
        discord(session, "complete", name="llmread", option="query", typed="fine", options={})
    )

    assert any("Fine-Tuning" in choice["name"] for choice in choices)


async def test_messages_carry_who_asked_by_which_command_on_discord(session: Session) -> None:
    await session.do(discord(session, "command", name="readbot help", options={}))

    (message,) = shown(session, "discord")
    assert message["answers"] == {"who": "Ada", "command": "/readbot help"}
    assert message["only_for"] is not None


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": "/nothing", "text": ""}, "no command here"),
        ({"name": "/llmread"}, "no text"),
        ({"name": "/llmread", "text": "x", "person": "eve"}, "Nobody here"),
        ({"do": "fly"}, "no 'fly'"),
        ({"do": "press", "message": "1.0", "action": {}}, "message_not_found"),
        ({"do": "submit", "view": "V1", "values": {}}, "closed already"),
    ],
)
async def test_what_cannot_be_done_on_slack_is_said_in_a_sentence(
    still_session: Session, fields: Json, problem: str
) -> None:
    with pytest.raises(DeedError, match=problem):
        await still_session.do(slack(still_session, "command") | fields)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"name": "nothing", "options": {}}, "no command"),
        ({"name": "llmread", "options": {"kind": "poem"}}, "no choice"),
        ({"name": "llmread", "options": {"query": 7}}, "query takes text, not 7"),
        ({"name": "readbot digest on", "options": {"links": "2"}}, "links takes a whole number, not '2'"),
        ({"name": "readbot digest on", "options": {"links": True}}, "links takes a whole number, not True"),
        ({"name": "readbot digest on", "options": {"links": 99}}, "links takes a number from 1 to"),
        ({"name": "llmread", "channel": "1"}, "no such channel"),
        ({"do": "fly"}, "no 'fly'"),
        ({"do": "dismiss", "message": "1"}, "gone"),
        ({"do": "submit", "view": "1", "values": {}}, "closed already"),
    ],
)
async def test_what_cannot_be_done_on_discord_is_said_in_a_sentence(
    still_session: Session, fields: Json, problem: str
) -> None:
    with pytest.raises(DeedError, match=problem):
        await still_session.do(discord(still_session, "command") | fields)


async def test_nobody_deletes_what_somebody_else_wrote(session: Session) -> None:
    await session.do(slack(session, "say", text="mine", person="ben"))
    (message,) = shown(session, "slack")

    with pytest.raises(DeedError, match="not yours"):
        await session.do(slack(session, "delete", message=message["id"]))


async def test_a_share_that_slack_does_not_take_is_no_silent_failure(
    session: Session,
) -> None:
    session.slack.patience_s = 0.2
    await session.do(slack(session, "command", name="/llmread", text="lora"))
    (answer,) = shown(session, "slack")
    share = next(
        element
        for block in answer["payload"]["blocks"]
        for element in block.get("elements", [])
        if element.get("text", {}) and element["type"] == "button" and element["text"]["text"] == "Share"
    )
    session.set_fault("slack", "down")

    with pytest.raises(DeedError, match="no answer arrived"):
        await session.do(slack(session, "press", message=answer["id"], action=share))

    await until(session, lambda: any(entry.fault for entry in session.wire.entries))
    assert len(shown(session, "slack")) == 1
    assert {entry.fault for entry in session.wire.entries if entry.fault} == {"503"}


async def test_a_fault_lasts_until_it_is_taken_back(session: Session) -> None:
    session.set_fault("discord", "down")
    assert session.describe_status()["faults"] == {"slack": None, "discord": "down"}

    session.set_fault("discord", None)
    await session.do(discord(session, "command", name="llmread", options={"query": "lora"}))

    assert len(shown(session, "discord")) == 1


async def test_an_unknown_fault_is_refused(still_session: Session) -> None:
    with pytest.raises(DeedError):
        still_session.set_fault("slack", "earthquake")


async def test_a_restarted_bot_answers_on_both_platforms(session: Session) -> None:
    states: list[str] = []
    session.listen(lambda event: states.append(event["status"]["bot"]) if "status" in event else None)

    await session.do({"do": "restart"})

    assert states == ["stopped", "starting", "running"]
    await session.discord.until_ready()
    await session.do(slack(session, "command", name="/llmread", text="lora"))
    await session.do(discord(session, "command", name="llmread", options={"query": "lora"}))
    assert len(shown(session, "slack")) == len(shown(session, "discord")) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a port cannot be held for others")
async def test_nobody_else_is_given_the_bots_port_while_it_restarts(session: Session) -> None:
    await session.program.stop()
    port = urlsplit(session.program.url).port
    assert port is not None
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))

    await session.program.start()

    async with aiohttp.ClientSession() as client, client.get(f"{session.program.url}/healthz") as response:
        assert response.status == 200


async def test_a_stopped_bot_is_a_failure_that_slack_shows(session: Session) -> None:
    await session.program.stop()

    with pytest.raises(DeedError, match="no answer"):
        await session.do(slack(session, "command", name="/llmread", text="lora"))


async def test_the_bot_gets_the_persons_settings_but_none_of_their_tokens(tmp_path: Path) -> None:
    reading_list = tmp_path / "list.yaml"
    reading_list.write_text(
        "title: Mine\nsections: [{title: One, links: [{title: A, url: 'https://example.com'}]}]\n"
    )
    tokens = {"SLACK_APP_TOKEN": "xapp-1", "DISCORD_TOKEN": "real"}
    environ = {**ENVIRON, **tokens, "READBOT_LIST": str(reading_list)}

    async with open_session(environ, data_directory=tmp_path) as session:
        assert session.greet()["title"] == "Mine"


async def test_the_bot_is_reachable_from_this_machine_only_and_needs_no_server(tmp_path: Path) -> None:
    """Whatever is set for the real thing."""
    environ = {**ENVIRON, "READBOT_HOST": "0.0.0.0", "READBOT_QUEUE": "procrastinate"}  # noqa: S104

    async with open_session(environ, data_directory=tmp_path) as session:
        opened = session.program.process
        assert opened is not None
        assert (opened.settings.host, opened.settings.queue) == ("127.0.0.1", None)


async def test_a_list_that_cannot_be_used_stops_the_playground_with_its_complaints(tmp_path: Path) -> None:
    with pytest.raises(ListError, match=r"missing\.yaml"):
        async with open_session({**ENVIRON, "READBOT_LIST": "missing.yaml"}, data_directory=tmp_path):
            pass


async def test_time_travel_takes_both_platforms_along(session: Session) -> None:
    before = session.describe_status()["now"]

    await session.do({"do": "travel", "to": "week"})
    await session.do(slack(session, "command", name="/llmread", text="lora"))
    await session.do(discord(session, "command", name="llmread", options={"query": "lora"}))

    week_ms = 7 * 24 * 3600 * 1000
    for platform in ("slack", "discord"):
        (message,) = shown(session, platform)
        # Slack stamps what only one sees with whole seconds.
        assert before + week_ms - 1000 < message["at"] <= session.describe_status()["now"]


async def test_nobody_travels_to_nowhere(session: Session) -> None:
    with pytest.raises(DeedError, match="yesterday"):
        await session.do({"do": "travel", "to": "yesterday"})


async def test_ada_hears_of_what_ben_suggests_on_both_platforms(session: Session) -> None:
    told: dict[str, str] = {}
    heard = asyncio.Event()

    def note(event: Json) -> None:
        message = event.get("message") or {}
        if "1 suggestion waits" in str(message):
            told[message["platform"]] = message["channel"]
            if len(told) == len(session.sides):
                heard.set()

    session.listen(note)
    url = "https://example.com/yeast"
    await session.do(slack(session, "command", name="/llmread", text=f"suggest {url}", person="ben"))
    options = {"address": url}
    await session.do(discord(session, "command", name="readbot suggest", options=options, person="ben"))
    async with asyncio.timeout(PATIENCE_S):
        await heard.wait()

    for name, side in session.sides.items():
        (hers,) = [each for each in side.describe_world()["channels"] if each["id"] == told[name]]
        assert (hers["kind"], hers["people"]) == ("direct", ["ada"])


async def test_curators_of_ones_own_come_before_ada(tmp_path: Path) -> None:
    async with open_session(
        {**ENVIRON, "READBOT_CURATORS": "slack:UBEN"}, data_directory=tmp_path
    ) as session:
        opened = session.program.process
        assert opened is not None
        assert str(opened.settings.curators) == "slack:UBEN"
