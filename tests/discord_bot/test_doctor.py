"""``readbot doctor discord``, tried with each thing broken: it says what, and what to do about it."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from click.testing import CliRunner

from readbot.cli import main
from readbot.findings import Finding, Verdict
from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_discord import LoopbackDiscord, Permission
from readbot.playground.loopback_discord.events import Intent
from readbot.playground.loopback_discord.model import Install
from readbot.playground.loopback_discord.registry import register_commands
from readbot.playground.loopback_discord.server import LAST_RESORT_S
from readbot.settings import Secret, Settings, ShardIds
from readbot_discord import DiscordPlatform
from readbot_discord.client import describe_commands
from readbot_discord.install import PERMISSIONS, describe_settings, make_install_link


@pytest.fixture
async def healthy(discord: LoopbackDiscord, monkeypatch: pytest.MonkeyPatch) -> LoopbackDiscord:
    """A Discord with the application as docs/discord.md sets it up, and the commands registered."""
    monkeypatch.setattr("readbot_discord.doctor._TIMEOUT_S", LAST_RESORT_S)
    register_commands(discord.world, None, await describe_commands())
    return discord


async def look(discord: LoopbackDiscord, **changes: Any) -> dict[str, Finding]:
    """Return the findings by subject."""
    given: dict[str, Any] = {"discord_token": Secret(discord.token), "discord_api_url": discord.api_url}
    found: dict[str, Finding] = {}
    async for finding in DiscordPlatform().examine(Settings(**given | changes), None):
        assert finding.found.endswith("."), finding
        assert bool(finding.advice) == (finding.verdict is not Verdict.OK), finding
        assert discord.token not in finding.found + finding.advice
        assert finding.subject not in found
        found[finding.subject] = finding
    return found


def verdicts(found: dict[str, Finding], *, but: str = "") -> set[Verdict]:
    return {finding.verdict for subject, finding in found.items() if subject != but}


async def test_a_healthy_set_up_is_well_in_all_that_is_looked_at(healthy: LoopbackDiscord) -> None:
    found = await look(healthy)

    assert verdicts(found) == {Verdict.OK}
    assert list(found) == [
        "settings",
        "token",
        "application",
        "intents",
        "install link",
        "server install",
        "user install",
        "commands",
        "command permissions",
        "gateway",
        "sessions",
        "shards",
    ]


async def test_looking_changes_nothing_and_begins_no_session(healthy: LoopbackDiscord) -> None:
    before = json.dumps(healthy.world.commands[None])
    await look(healthy)

    assert {call.method for call in healthy.rest.calls} == {"GET"}
    assert healthy.gateway.identified == 0
    assert json.dumps(healthy.world.commands[None]) == before


# Token


@pytest.mark.parametrize(
    ("token", "advice"), [("two words", "Copy it once more"), ("wrong.wrong.wrong", "Reset Token")]
)
async def test_a_token_that_cannot_be_right_says_where_to_get_one(
    healthy: LoopbackDiscord, token: str, advice: str
) -> None:
    found = await look(healthy, discord_token=Secret(token))

    (finding,) = [each for each in found.values() if each.verdict is Verdict.FAIL]
    assert advice in finding.found + finding.advice
    assert finding.found not in finding.advice


async def test_without_a_token_it_says_where_to_find_one(healthy: LoopbackDiscord) -> None:
    found = await look(healthy, discord_token=None)

    assert found["settings"].verdict is Verdict.FAIL


@pytest.mark.parametrize(
    "fault", [Fault(kind=FaultKind.RESET), Fault(kind=FaultKind.SERVER_ERROR, status=503)]
)
async def test_a_discord_that_does_not_answer_is_no_wrong_token(
    healthy: LoopbackDiscord, fault: Fault
) -> None:
    assert healthy.rest.faults is not None
    healthy.rest.faults.script("GET /applications/@me", fault, fault)
    found = await look(healthy)

    assert found["token"].verdict is Verdict.FAIL
    assert "know this token" not in found["token"].found


async def test_an_address_where_nobody_listens_is_named_as_a_setting(healthy: LoopbackDiscord) -> None:
    found = await look(healthy, discord_api_url="http://127.0.0.1:9/api/v10")

    assert "DISCORD_API_URL" in found["token"].advice


# Application


@pytest.mark.parametrize(
    ("changes", "verdict", "word"),
    [
        ({"interactions_url": "https://elsewhere.example/"}, Verdict.FAIL, "Interactions Endpoint URL"),
        ({"is_public": False}, Verdict.WARN, "Public Bot"),
    ],
)
async def test_a_set_up_of_the_application_that_keeps_people_out_is_told(
    healthy: LoopbackDiscord, changes: dict[str, Any], verdict: Verdict, word: str
) -> None:
    healthy.world.application = replace(healthy.world.application, **changes)
    found = await look(healthy)

    assert found["application"].verdict is verdict
    assert word in found["application"].found + found["application"].advice
    assert verdicts(found, but="application") == {Verdict.OK}


async def test_intents_that_readbot_does_not_use_are_named(healthy: LoopbackDiscord) -> None:
    healthy.world.application = replace(
        healthy.world.application, allowed_intents=Intent.MESSAGE_CONTENT | Intent.GUILD_MEMBERS
    )
    found = await look(healthy)

    assert found["intents"].verdict is Verdict.WARN
    assert "Server Members, Message Content" in found["intents"].found


# Installing


async def test_the_install_link_asks_for_what_readbot_uses_and_no_more(healthy: LoopbackDiscord) -> None:
    query = parse_qs(urlsplit((await look(healthy))["install link"].link).query)

    assert query["client_id"] == [str(healthy.world.application_id)]
    assert set(query["scope"][0].split()) == {"bot", "applications.commands"}
    assert int(query["permissions"][0]) == (
        Permission.VIEW_CHANNEL
        | Permission.SEND_MESSAGES
        | Permission.SEND_MESSAGES_IN_THREADS
        | Permission.READ_MESSAGE_HISTORY
    )


@pytest.mark.parametrize(
    ("install", "verdict", "words"),
    [
        (None, Verdict.FAIL, "cannot be added to servers"),
        (Install(scopes=("applications.commands",)), Verdict.WARN, "leaves out bot"),
        (
            Install(scopes=("bot", "applications.commands"), permissions=Permission.VIEW_CHANNEL),
            Verdict.WARN,
            "does not ask for Send Messages, Read Message History, Send Messages in Threads",
        ),
        (
            Install(scopes=("bot", "applications.commands"), permissions=Permission.ADMINISTRATOR),
            Verdict.WARN,
            "administrator",
        ),
    ],
)
async def test_discord_s_own_add_app_button_is_compared(
    healthy: LoopbackDiscord, install: Install | None, verdict: Verdict, words: str
) -> None:
    healthy.world.application = replace(healthy.world.application, server_install=install)
    found = await look(healthy)

    assert found["server install"].verdict is verdict
    assert words in found["server install"].found


async def test_an_application_that_nobody_can_add_for_themselves_is_told(healthy: LoopbackDiscord) -> None:
    healthy.world.application = replace(healthy.world.application, user_install=None)

    assert (await look(healthy))["user install"].verdict is Verdict.WARN


# Commands


async def test_commands_that_differ_are_named_with_what_mends_it(healthy: LoopbackDiscord) -> None:
    healthy.world.commands[None][0]["description"] = "What it was before"
    found = await look(healthy)

    assert found["commands"].verdict is Verdict.WARN
    assert "/llmread: description" in found["commands"].found
    assert "readbot sync discord" in found["commands"].advice


async def test_commands_that_were_never_registered_are_a_failure(discord: LoopbackDiscord) -> None:
    assert (await look(discord))["commands"].verdict is Verdict.FAIL


async def test_commands_that_discord_does_not_tell_say_when_to_look_again(healthy: LoopbackDiscord) -> None:
    assert healthy.rest.faults is not None
    fault = Fault(kind=FaultKind.RATE_LIMIT, seconds=240)
    healthy.rest.faults.script("GET /applications/{application}/commands", fault)

    found = await look(healthy)

    assert found["commands"].verdict is Verdict.FAIL
    assert found["commands"].found == "They cannot be compared."
    assert found["commands"].advice == "Discord takes no more calls for a while: try again in 4 min."


async def test_commands_that_people_do_not_see_by_default_are_named(healthy: LoopbackDiscord) -> None:
    healthy.world.commands[None][0]["default_member_permissions"] = "0"
    found = await look(healthy)

    assert found["command permissions"].verdict is Verdict.FAIL
    assert "/llmread" in found["command permissions"].found


# The gateway


async def test_a_gateway_that_is_down_is_told(healthy: LoopbackDiscord) -> None:
    healthy.gateway.is_down = True
    found = await look(healthy)

    assert found["gateway"].verdict is Verdict.FAIL
    assert verdicts(found, but="gateway") == {Verdict.OK}


@pytest.mark.parametrize(("used", "verdict"), [(950, Verdict.WARN), (1000, Verdict.FAIL)])
async def test_sessions_that_run_out_are_told_with_what_uses_them_up(
    healthy: LoopbackDiscord, used: int, verdict: Verdict
) -> None:
    healthy.gateway.identified = used
    found = await look(healthy)

    assert found["sessions"].verdict is verdict
    assert "look at its log" in found["sessions"].advice


async def test_too_few_shards_are_told_with_the_settings_that_mend_it(healthy: LoopbackDiscord) -> None:
    healthy.shards = 4
    found = await look(healthy, discord_shard_count=2, discord_shard_ids=ShardIds("0"))

    assert found["shards"].verdict is Verdict.WARN
    assert "DISCORD_SHARD_COUNT=4" in found["shards"].advice


# On the command line


async def test_the_command_line_shows_it_and_exits_by_it(healthy: LoopbackDiscord, tmp_path: Path) -> None:
    environ = {
        "DISCORD_TOKEN": healthy.token,
        "DISCORD_API_URL": healthy.api_url,
        "READBOT_DATA_DIR": str(tmp_path),
    }

    def examine() -> tuple[int, str]:
        result = CliRunner().invoke(main, ["doctor", "discord"], env=environ)
        return result.exit_code, result.output

    code, output = await asyncio.to_thread(examine)
    assert code == 0
    # A line of its own, as it is: it can be copied.
    assert make_install_link(str(healthy.world.application_id)) in map(str.strip, output.splitlines())
    healthy.gateway.is_down = True
    code, output = await asyncio.to_thread(examine)
    assert code == 1
    assert "cannot be reached" in output


def test_the_settings_of_an_application_are_printed_as_yaml_with_the_link() -> None:
    printed = CliRunner().invoke(main, ["manifest", "discord"]).output

    described = yaml.safe_load(printed)
    assert printed == describe_settings()
    assert described["install_link"] == make_install_link()
    assert described["bot"]["privileged_gateway_intents"] == []
    assert described["installation"]["guild_install"]["permissions"] == [
        "View Channel",
        "Send Messages",
        "Read Message History",
        "Send Messages in Threads",
    ]
    assert str(PERMISSIONS.value) in described["install_link"]
