"""Connecting, losing the connection, and getting it back."""

import asyncio
import logging

import pytest

from readbot.exceptions import PlatformError, SettingsError
from readbot.front_desk import FrontDesk
from readbot.playground.faults import Fault, FaultKind, Faults
from readbot.playground.loopback_discord import NO_ANSWER, LoopbackDiscord
from readbot.playground.loopback_discord.events import PRIVILEGED
from readbot.playground.loopback_discord.gateway import Op
from readbot.playground.loopback_discord.server import LAST_RESORT_S
from readbot.settings import Secret, Settings
from readbot.store import Store
from readbot_discord import DiscordPlatform
from readbot_discord.platform import DiscordConnection

from .scenes import Scene, make_discord, make_scene, running, until

pytestmark = pytest.mark.usefixtures("eager")


def frames(discord: LoopbackDiscord, op: Op) -> list[dict[str, object]]:
    return [frame for frame in discord.gateway.received if frame["op"] == op]


async def test_no_privileged_intent_is_asked_for(scene: Scene) -> None:
    (session,) = scene.discord.gateway.connected

    assert session.intents & PRIVILEGED == 0


async def test_a_reconnect_resumes_the_session(quiet_scene: Scene, bot: FrontDesk) -> None:
    async with running(quiet_scene.discord, bot) as connection:
        await quiet_scene.discord.gateway.ask_to_reconnect()
        await quiet_scene.discord.until(lambda: bool(frames(quiet_scene.discord, Op.RESUME)))
        await until(connection.is_ready)

        assert len(frames(quiet_scene.discord, Op.IDENTIFY)) == 1
        assert (await quiet_scene.command("llmread", query="rennet")).text != NO_ANSWER


async def test_a_broken_connection_resumes_and_answers_what_came_meanwhile(
    quiet_scene: Scene, bot: FrontDesk
) -> None:
    discord = quiet_scene.discord
    async with running(discord, bot) as connection:
        await discord.gateway.disconnect()
        waiting = asyncio.create_task(quiet_scene.command("llmread", query="rennet"))

        assert "Rennet" in (await waiting).text
        await until(connection.is_ready)
        assert len(frames(discord, Op.RESUME)) == 1


async def test_it_is_not_ready_while_the_gateway_is_down(quiet_scene: Scene, bot: FrontDesk) -> None:
    discord = quiet_scene.discord
    async with running(discord, bot) as connection:
        discord.gateway.is_down = True
        await discord.gateway.disconnect()
        await until(lambda: not connection.is_ready())

        discord.gateway.is_down = False
        await until(connection.is_ready)


async def test_an_invalid_session_begins_anew_at_the_same_address(quiet_scene: Scene, bot: FrontDesk) -> None:
    discord = quiet_scene.discord
    async with running(discord, bot) as connection:
        await discord.gateway.invalidate_sessions()
        await until(lambda: not connection.is_ready())
        await until(connection.is_ready)

        assert len(frames(discord, Op.IDENTIFY)) == 2
        assert (await quiet_scene.command("llmread", query="rennet")).text != NO_ANSWER


async def test_as_many_shards_run_as_discord_recommends(bot: FrontDesk) -> None:
    async with make_discord(shards=2) as discord:
        scene = make_scene(discord)
        async with running(discord, bot) as connection:
            await until(connection.is_ready)

            assert sorted(session.shard for session in discord.gateway.connected) == [0, 1]
            assert (await scene.command("llmread", query="rennet")).text != NO_ANSWER


async def test_a_wrong_token_is_a_sentence_that_says_where_to_get_one(
    quiet_scene: Scene, bot: FrontDesk
) -> None:
    connection = DiscordConnection(bot, Secret("wrong"), api_url=quiet_scene.discord.api_url)

    with pytest.raises(PlatformError, match=r"DISCORD_TOKEN: .*Reset Token"):
        await asyncio.wait_for(connection.run(), LAST_RESORT_S)

    assert not connection.is_ready()


async def test_a_start_while_discord_is_down_waits_for_it(bot: FrontDesk) -> None:
    faults = Faults()
    faults.script("GET /users/@me", Fault(kind=FaultKind.RESET))
    async with make_discord(faults=faults) as discord:
        scene = make_scene(discord)
        async with running(discord, bot):
            assert (await scene.command("llmread", query="rennet")).text != NO_ANSWER


@pytest.mark.parametrize(("status", "is_final"), [(403, True), (429, False), (503, False)])
async def test_a_refusal_at_the_start_is_final_only_where_waiting_does_not_help(
    bot: FrontDesk, status: int, is_final: bool
) -> None:
    faults = Faults()
    faults.script("GET /oauth2/applications/@me", Fault(kind=FaultKind.SERVER_ERROR, status=status))
    async with make_discord(faults=faults) as discord:
        make_scene(discord)
        if is_final:
            connection = DiscordConnection(bot, Secret(discord.token), api_url=discord.api_url)
            with pytest.raises(PlatformError, match="refuses this application"):
                await asyncio.wait_for(connection.run(), LAST_RESORT_S)
        else:
            async with running(discord, bot) as connection:
                assert connection.is_ready()


async def test_the_token_is_in_no_log_line(
    quiet_scene: Scene, bot: FrontDesk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with running(quiet_scene.discord, bot):
        sight = await quiet_scene.command("llmread", query="rennet")

    assert caplog.messages
    assert quiet_scene.discord.token not in caplog.text
    assert sight.interaction.token not in caplog.text
    assert "rennet" not in caplog.text


def test_without_a_token_there_is_no_connection(bot: FrontDesk, store: Store) -> None:
    assert DiscordPlatform().connect(bot, Settings(), store) is None


def test_a_token_with_spaces_is_refused_before_anything_starts(bot: FrontDesk, store: Store) -> None:
    with pytest.raises(SettingsError, match="DISCORD_TOKEN"):
        DiscordPlatform().connect(bot, Settings(discord_token=Secret("two words")), store)
