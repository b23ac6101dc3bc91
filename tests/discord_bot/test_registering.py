"""Commands at Discord: registered in the background, and only when they changed."""

import copy
from typing import Any

import pytest
from discord import Permissions

from readbot.front_desk import FrontDesk
from readbot.playground.faults import Fault, FaultKind, Faults
from readbot.playground.loopback_discord.rest import Call
from readbot_discord.client import describe_commands
from readbot_discord.drift import find_drift

from .scenes import ALL_COMMANDS, Scene, make_discord, make_scene, running

Json = dict[str, Any]


def comparisons(scene: Scene) -> list[Call]:
    path = f"/applications/{scene.discord.world.application_id}/commands"
    return [call for call in scene.discord.rest.calls if (call.method, call.path) == ("GET", path)]


def registrations(scene: Scene) -> list[Call]:
    return [call for call in scene.discord.rest.calls if call.method == "PUT"]


@pytest.fixture
async def payload() -> list[Json]:
    return await describe_commands()


async def test_commands_are_registered_on_the_first_start(scene: Scene) -> None:
    names = [command["name"] for command in scene.discord.world.commands[None]]

    assert sorted(names) == ALL_COMMANDS


async def test_a_second_start_registers_nothing(quiet_scene: Scene, bot: FrontDesk) -> None:
    async with running(quiet_scene.discord, bot):
        pass
    async with running(quiet_scene.discord, bot):
        await quiet_scene.discord.until(lambda: len(comparisons(quiet_scene)) == 2)

    assert len(registrations(quiet_scene)) == 1


async def test_a_changed_command_is_registered_again(quiet_scene: Scene, bot: FrontDesk) -> None:
    async with running(quiet_scene.discord, bot):
        pass
    quiet_scene.discord.world.commands[None][0]["description"] = "What it was before"

    async with running(quiet_scene.discord, bot):
        await quiet_scene.discord.until(lambda: len(registrations(quiet_scene)) == 2)


async def test_a_start_does_not_wait_for_registering(bot: FrontDesk) -> None:
    faults = Faults()
    faults.script("GET /applications/{application}/commands", Fault(kind=FaultKind.DELAY, seconds=60))
    async with make_discord(faults=faults) as discord:
        make_scene(discord)
        connection_ready = running(discord, bot, wait_for_commands=False)
        async with connection_ready as connection:
            assert connection.is_ready()
            assert discord.world.commands[None] == []


async def test_registering_is_tried_again_when_discord_is_down(bot: FrontDesk) -> None:
    faults = Faults()
    faults.script("PUT /applications/{application}/commands", Fault(kind=FaultKind.RESET))
    async with make_discord(faults=faults) as discord:
        make_scene(discord)
        async with running(discord, bot):
            assert discord.world.commands[None]


async def test_every_command_says_where_it_works(payload: list[Json]) -> None:
    for command in payload:
        is_for_managers = command.get("default_member_permissions") is not None
        contexts, installs = ([0], [0]) if is_for_managers else ([0, 1, 2], [0, 1])
        assert sorted(command["contexts"]) == contexts, command["name"]
        assert sorted(command["integration_types"]) == installs, command["name"]


async def test_what_is_for_managers_alone_is_shown_to_nobody_else(payload: list[Json]) -> None:
    needed = {each["name"]: each["default_member_permissions"] for each in payload}

    assert {name for name, bits in needed.items() if bits is not None} == {"readbot-curate"}
    assert int(needed["readbot-curate"]) == Permissions(manage_guild=True).value


async def test_no_drift_is_found_in_what_discord_gives_back(scene: Scene, payload: list[Json]) -> None:
    assert find_drift(payload, scene.discord.world.commands[None]) == []


async def test_each_difference_is_named(payload: list[Json]) -> None:
    changed = [{**payload[0], "description": "else"}, {"name": "old", "type": 1, "description": "x"}]

    assert find_drift(payload, changed) == [
        "/llmread: description is “else”, and is to be “Find something to read, on any topic of the list”",
        "/old is registered and is to go",
        "/readbot is not registered",
        "/readbot-curate is not registered",
        "“Find reading for this” is not registered",
        "“Is this on the list?” is not registered",
    ]


@pytest.mark.parametrize(
    "noise",
    [
        {"id": "1", "version": "2", "application_id": "3"},
        {"dm_permission": True, "nsfw": False, "name_localizations": None},
    ],
)
async def test_what_discord_adds_is_no_drift(payload: list[Json], noise: Json) -> None:
    assert find_drift(payload, [{**noise, **command, **noise_of(command)} for command in payload]) == []


def noise_of(command: Json) -> Json:
    """Return what Discord may order otherwise."""
    return {key: command[key][::-1] for key in ("contexts", "integration_types")}


async def test_a_new_option_is_drift(payload: list[Json]) -> None:
    registered = [{**command, "options": command.get("options", [])[1:]} for command in payload]

    assert find_drift(payload, registered)[0] == "/llmread, option query is not registered"
    assert find_drift(registered, payload)[0] == "/llmread, option query is registered and is to go"


async def test_what_differs_deep_inside_a_command_is_named_with_its_way_there(payload: list[Json]) -> None:
    registered = copy.deepcopy(payload)
    (group,) = [each for each in registered[1]["options"] if each["name"] == "digest"]
    group["options"][0]["options"].reverse()

    assert any(
        line.startswith("/readbot digest on: the order is") for line in find_drift(payload, registered)
    )


async def test_nobody_may_is_another_permission_than_everybody_may(payload: list[Json]) -> None:
    registered = [{**payload[0], "default_member_permissions": "0"}, *payload[1:]]

    assert find_drift(payload, registered) == [
        "/llmread: default_member_permissions is “0”, and is to be not set"
    ]
