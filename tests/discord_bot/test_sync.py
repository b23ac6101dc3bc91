"""Keeping Discord's commands in step over restarts and processes, with and without a running readbot."""

import asyncio
import contextlib
import copy
import logging
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from click.testing import CliRunner, Result

from readbot.cli import main
from readbot.playground.faults import Fault, FaultKind
from readbot.playground.loopback_discord import LoopbackDiscord
from readbot.settings import Secret, Settings
from readbot.storage import open_store
from readbot.store import Database, Store
from readbot_discord.client import describe_commands
from readbot_discord.drift import Json
from readbot_discord.rest import open_rest
from readbot_discord.sync import LaterError, Registrar, make_digest, make_key

from .loopback import NOT_CAPTURED
from .scenes import ALL_COMMANDS, Scene, make_scene, running

GET = "GET /applications/{application}/commands"
PUT = "PUT /applications/{application}/commands"


@pytest.fixture
async def commands() -> list[Json]:
    return await describe_commands()


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Store]:
    store = open_store(Settings(data_dir=tmp_path), exclusive=False)
    yield store
    store.database.close()


def calls(discord: LoopbackDiscord, method: str) -> list[str]:
    return [c.path for c in discord.rest.calls if c.method == method and c.path.endswith("/commands")]


@contextlib.asynccontextmanager
async def registrar(
    discord: LoopbackDiscord, commands: list[Json], store: Store | None, guild_id: str | None = None
) -> AsyncIterator[Registrar]:
    token = Secret(discord.token)
    async with open_rest(token, api_url=discord.api_url) as rest:
        yield Registrar(
            rest, commands, key=make_key(token, discord.api_url, guild_id), store=store, guild_id=guild_id
        )


async def test_a_start_with_the_same_commands_asks_discord_nothing(
    discord: LoopbackDiscord, commands: list[Json], kept: Store
) -> None:
    for _ in range(2):
        async with registrar(discord, commands, kept) as keeper:
            await keeper.keep()

    assert len(calls(discord, "PUT")) == 1
    assert len(calls(discord, "GET")) == 1
    assert len(discord.rest.calls) == 3


async def test_a_connection_with_a_database_asks_nothing_at_its_second_start(
    quiet_scene: Scene, kept: Store, bot: Any
) -> None:
    discord = quiet_scene.discord
    async with registrar(discord, await describe_commands(), kept) as keeper:
        await keeper.keep()
    before = len(calls(discord, "GET"))

    async with running(discord, bot, store=kept):
        await quiet_scene.command("llmread", query="rennet")

    assert len(calls(discord, "GET")) == before


async def test_changed_commands_are_registered_at_the_next_start(
    discord: LoopbackDiscord, commands: list[Json], kept: Store
) -> None:
    async with registrar(discord, commands, kept) as keeper:
        await keeper.keep()
    changed = copy.deepcopy(commands)
    changed[0]["description"] = "Something else"
    async with registrar(discord, changed, kept) as keeper:
        await keeper.keep()

    assert discord.world.commands[None][0]["description"] == "Something else"


async def test_translations_are_part_of_what_is_kept(commands: list[Json]) -> None:
    translated = [{**commands[0], "description_localizations": {"de": "Lesestoff"}}, *commands[1:]]

    assert make_digest(translated) != make_digest(commands)
    assert make_digest(list(reversed(commands))) == make_digest(commands)


async def test_processes_that_start_at_once_register_once(
    discord: LoopbackDiscord, commands: list[Json], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("readbot_discord.sync._LOOK_AGAIN_S", 0.05)
    store = Store(database)

    async def start() -> None:
        async with registrar(discord, commands, store) as keeper:
            await keeper.keep()

    await asyncio.gather(*(start() for _ in range(5)))

    assert len(calls(discord, "PUT")) == 1
    assert len(calls(discord, "GET")) == 1


async def test_a_rate_limit_is_waited_for(
    discord: LoopbackDiscord, commands: list[Json], kept: Store, caplog: pytest.LogCaptureFixture
) -> None:
    assert discord.rest.faults is not None
    discord.rest.faults.script(PUT, Fault(kind=FaultKind.RATE_LIMIT, seconds=0.3))
    began = asyncio.get_running_loop().time()
    async with registrar(discord, commands, kept) as keeper:
        await keeper.keep()

    assert asyncio.get_running_loop().time() - began >= 0.3
    assert len(discord.world.commands[None]) == len(commands)
    assert "next try in 0 s" in caplog.text


async def test_the_day_s_last_new_command_is_a_reason_to_wait(commands: list[Json]) -> None:
    async def say(request: web.Request) -> web.Response:
        if request.method == "PUT":
            body = {
                "code": 30034,
                "message": "Max number of daily application command creates",
                "retry_after": 7200,
            }
            return web.json_response(body, status=429)
        return web.json_response([] if request.path.endswith("/commands") else {"id": "1"})

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", say)
    async with (
        TestServer(app) as server,
        open_rest(Secret("a.b.c"), api_url=str(server.make_url("/api/v10"))) as rest,
    ):
        with pytest.raises(LaterError, match=r"200 new commands a day.*try again in 120 min") as raised:
            await Registrar(rest, commands, key="x", store=None).register()

    assert raised.value.wait_s == 7200


async def test_a_database_that_is_away_for_a_moment_keeps_no_commands_back(
    discord: LoopbackDiscord,
    commands: list[Json],
    kept: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("readbot_discord.sync._WAITS_S", (0.01,))
    failures = iter([OSError("no database"), OSError("no database")])
    get = kept.facts.get

    def flaky(key: str) -> str | None:
        if (error := next(failures, None)) is not None:
            raise error
        return get(key)

    monkeypatch.setattr(kept.facts, "get", flaky)
    async with registrar(discord, commands, kept) as keeper:
        await keeper.keep()

    assert len(discord.world.commands[None]) == len(commands)
    assert caplog.text.count("next try in") == 2


async def test_commands_that_discord_refuses_are_given_up_with_its_reason(
    kept: Store, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = [{"name": "Capitals", "type": 1, "description": ""}]
    async with LoopbackDiscord(capture=NOT_CAPTURED) as discord, registrar(discord, wrong, kept) as keeper:
        await keeper.keep()

    (record,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert "a fault of readbot's" in record.getMessage()
    assert kept.facts.get(make_key(Secret(discord.token), discord.api_url)) is None


async def test_the_key_of_a_digest_stays_when_the_token_is_reset_and_tells_no_token() -> None:
    before, after = Secret("bot-id.one.secret"), Secret("bot-id.two.another")

    assert make_key(before, "x") == make_key(after, "x")
    assert "bot-id" not in make_key(before, "x")
    assert make_key(before, "x") != make_key(before, "x", "42")


async def test_another_discord_has_its_own_commands(
    discord: LoopbackDiscord, commands: list[Json], kept: Store
) -> None:
    async with registrar(discord, commands, kept) as keeper:
        await keeper.keep()
    async with LoopbackDiscord() as other:
        async with registrar(other, commands, kept) as keeper:
            await keeper.keep()

        assert len(other.world.commands[None]) == len(commands)


# readbot sync discord


def sync(discord: LoopbackDiscord, folder: Path, *arguments: str, token: str | None = None) -> Result:
    environ = {
        "DISCORD_TOKEN": discord.token if token is None else token,
        "DISCORD_API_URL": discord.api_url,
        "READBOT_DATA_DIR": str(folder),
    }
    return CliRunner().invoke(main, ["sync", "discord", *arguments], env=environ)


async def test_sync_registers_and_says_so_then_finds_nothing(
    discord: LoopbackDiscord, tmp_path: Path
) -> None:
    first = await asyncio.to_thread(sync, discord, tmp_path)
    second = await asyncio.to_thread(sync, discord, tmp_path)

    assert first.exit_code == 0
    assert "/llmread is not registered" in first.output.splitlines()
    assert "all commands were registered anew" in first.output
    assert second.exit_code == 0
    assert second.output == "The commands are in step; nothing was changed.\n"


async def test_sync_mends_what_somebody_else_changed_though_the_digest_is_the_same(
    discord: LoopbackDiscord, tmp_path: Path
) -> None:
    await asyncio.to_thread(sync, discord, tmp_path)
    discord.world.commands[None][0]["description"] = "Vandalised"

    dry = await asyncio.to_thread(sync, discord, tmp_path, "--dry-run")
    assert dry.exit_code == 1
    assert "/llmread: description is “Vandalised”" in dry.output
    assert "1 difference; nothing was changed, as this was a dry run." in dry.output
    assert discord.world.commands[None][0]["description"] == "Vandalised"

    assert (await asyncio.to_thread(sync, discord, tmp_path)).exit_code == 0
    assert discord.world.commands[None][0]["description"] != "Vandalised"


async def test_sync_for_one_server_leaves_everywhere_alone(discord: LoopbackDiscord, tmp_path: Path) -> None:
    scene = make_scene(discord)
    guild = str(scene.guild.id)

    first = await asyncio.to_thread(sync, discord, tmp_path, "--guild", guild)
    second = await asyncio.to_thread(sync, discord, tmp_path, "--guild", guild)

    assert first.exit_code == 0, first.output
    assert discord.world.commands[None] == []
    assert sorted(each["name"] for each in discord.world.commands[scene.guild.id]) == ALL_COMMANDS
    assert "in step" in second.output


async def test_what_was_tried_out_in_one_server_can_be_taken_away(
    discord: LoopbackDiscord, tmp_path: Path
) -> None:
    scene = make_scene(discord)
    there = ("--guild", str(scene.guild.id))
    await asyncio.to_thread(sync, discord, tmp_path)
    await asyncio.to_thread(sync, discord, tmp_path, *there)

    dry = await asyncio.to_thread(sync, discord, tmp_path, *there, "--remove", "--dry-run")
    assert "/llmread is registered and is to go" in dry.output
    assert len(discord.world.commands[scene.guild.id]) == len(ALL_COMMANDS)

    done = await asyncio.to_thread(sync, discord, tmp_path, *there, "--remove")
    assert done.exit_code == 0, done.output
    assert "are gone" in done.output
    assert discord.world.commands[scene.guild.id] == []
    assert len(discord.world.commands[None]) == len(ALL_COMMANDS)
    assert (
        "nothing was changed" in (await asyncio.to_thread(sync, discord, tmp_path, *there, "--remove")).output
    )


async def test_commands_are_not_taken_away_from_everywhere(discord: LoopbackDiscord, tmp_path: Path) -> None:
    result = sync(discord, tmp_path, "--remove")

    assert result.exit_code == 2
    assert "name it with --guild" in result.output


@pytest.mark.parametrize(
    ("fault", "sentence"),
    [
        (Fault(kind=FaultKind.RATE_LIMIT, seconds=240), "try again in 4 min"),
        (Fault(kind=FaultKind.RESET), "try again in a minute"),
        (Fault(kind=FaultKind.SERVER_ERROR, status=502), "try again in a minute"),
    ],
)
async def test_sync_says_when_to_try_again_and_does_not_wait(
    discord: LoopbackDiscord, tmp_path: Path, fault: Fault, sentence: str
) -> None:
    assert discord.rest.faults is not None
    # aiohttp itself repeats a call over a connection that is found closed.
    discord.rest.faults.script(PUT, fault, fault)

    result = await asyncio.to_thread(sync, discord, tmp_path)

    assert result.exit_code == 2
    assert "The commands are as they were" in result.output
    assert sentence in result.output


async def test_sync_with_a_wrong_token_says_where_to_get_one(
    discord: LoopbackDiscord, tmp_path: Path
) -> None:
    result = await asyncio.to_thread(sync, discord, tmp_path, token="wrong")

    assert result.exit_code == 2
    assert "Reset Token" in result.output


async def test_sync_without_a_token_a_known_platform_or_a_server_s_id_says_what_to_do(
    discord: LoopbackDiscord, tmp_path: Path
) -> None:
    assert "DISCORD_TOKEN" in sync(discord, tmp_path, token="").output
    assert "use discord" in CliRunner().invoke(main, ["sync", "slack"]).output
    assert "Copy Server ID" in sync(discord, tmp_path, "--guild", "readers").output


async def test_sync_goes_on_without_its_database(discord: LoopbackDiscord, tmp_path: Path) -> None:
    result = await asyncio.to_thread(sync, discord, tmp_path / "missing")

    assert result.exit_code == 0, result.output
    assert len(discord.world.commands[None]) == len(ALL_COMMANDS)
