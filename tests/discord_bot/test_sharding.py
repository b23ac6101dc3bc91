"""Shards over several processes, and the sessions that Discord lets begin."""

import asyncio
import logging

import pytest

from readbot.front_desk import FrontDesk
from readbot.playground.loopback_discord import NO_ANSWER, LoopbackDiscord, User
from readbot.playground.loopback_discord.gateway import Op
from readbot.playground.loopback_discord.server import LAST_RESORT_S
from readbot.settings import Secret, Settings, ShardIds
from readbot.store import Store
from readbot_discord import DiscordPlatform
from readbot_discord.client import Shards
from readbot_discord.platform import DiscordConnection
from readbot_discord.sessions import Limits, SessionGate

from .scenes import Scene, make_discord, make_scene, running, until


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin a session of a bucket every 0.6 s, where the loopback takes one in 0.05 s: a machine may be busy."""
    monkeypatch.setattr("readbot_discord.sessions.IDENTIFY_EVERY_S", 0.5)
    monkeypatch.setattr("readbot_discord.sessions._APART_S", 0.1)
    monkeypatch.setattr("readbot_discord.sessions._LOOK_AGAIN_S", 0.02)
    monkeypatch.setattr("readbot.playground.loopback_discord.gateway.IDENTIFY_EVERY_S", 0.05)


def identified(discord: LoopbackDiscord) -> list[int]:
    frames = [frame["d"] for frame in discord.gateway.received if frame["op"] == Op.IDENTIFY]
    return sorted(frame["shard"][0] for frame in frames)


@pytest.mark.usefixtures("hasty")
async def test_two_processes_share_the_shards_and_the_rate_of_identifying(
    bot: FrontDesk, store: Store
) -> None:
    async with make_discord(max_concurrency=1, limits_identify=True, shards=7) as discord:
        make_scene(discord)
        token = Secret(discord.token)
        connections = [
            DiscordConnection(
                bot, token, api_url=discord.api_url, store=store, shards=Shards(count=4, ids=ids)
            )
            for ids in ((0, 1), (2, 3))
        ]
        runs = [asyncio.create_task(each.run()) for each in connections]
        try:
            await until(lambda: all(each.is_ready() for each in connections))

            # Nobody was told to begin anew, as who is too fast would have been.
            assert identified(discord) == [0, 1, 2, 3]
            puts = [call for call in discord.rest.calls if call.method == "PUT"]
            assert len(puts) == 1
        finally:
            for run in runs:
                run.cancel()
            await asyncio.gather(*runs, return_exceptions=True)


async def test_a_process_is_ready_when_its_own_shards_are(quiet_scene: Scene, bot: FrontDesk) -> None:
    async with running(quiet_scene.discord, bot, shards=Shards(count=4, ids=(2,))) as connection:
        assert connection.is_ready()
        assert identified(quiet_scene.discord) == [2]


async def test_each_server_is_answered_by_the_process_that_has_its_shard(
    quiet_scene: Scene, bot: FrontDesk
) -> None:
    discord = quiet_scene.discord
    own = (quiet_scene.guild.id >> 22) % 2
    async with running(discord, bot, shards=Shards(count=2, ids=(1 - own,))):
        discord.people.patience_s = 0.3
        assert (await quiet_scene.command("llmread", query="rennet")).text == NO_ANSWER
    discord.people.patience_s = LAST_RESORT_S
    async with running(discord, bot, shards=Shards(count=2, ids=(own,))):
        assert "Rennet" in (await quiet_scene.command("llmread", query="rennet")).text


async def test_two_servers_on_two_shards_see_nothing_of_each_other(bot: FrontDesk) -> None:
    async with make_discord(shards=2) as discord:
        scene = make_scene(discord)
        others: list[User] = []
        while not any((g.id >> 22) % 2 != (scene.guild.id >> 22) % 2 for g in discord.world.guilds.values()):
            others.append(discord.world.add_user(f"owner {len(others)}"))
            other = discord.world.add_guild("others", owner=others[-1])
        channel = discord.world.add_channel(other, "papers")
        async with running(discord, bot):
            shared = await scene.command("llmread", query="rennet", share=True)
            await discord.people.command(others[-1], channel, "llmread", query="sourdough", share=True)

        assert [message for message in channel.messages if message is shared.message] == []
        assert len(channel.messages) == len(scene.channel.messages) == 1


def test_the_platform_takes_its_shards_from_the_settings(bot: FrontDesk, store: Store) -> None:
    settings = Settings(
        discord_token=Secret("a.b.c"), discord_shard_count=4, discord_shard_ids=ShardIds("2-3")
    )

    connection = DiscordPlatform().connect(bot, settings, store)

    assert isinstance(connection, DiscordConnection)
    assert connection._shards == Shards(count=4, ids=(2, 3))


# Sessions that may begin


async def test_a_start_waits_while_discord_lets_no_session_begin(
    quiet_scene: Scene, bot: FrontDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("readbot_discord.sessions._LONGEST_WAIT_S", 0.1)
    caplog.set_level(logging.WARNING)
    discord = quiet_scene.discord
    discord.gateway.identified = 1000
    connection = DiscordConnection(bot, Secret(discord.token), api_url=discord.api_url)
    run = asyncio.create_task(connection.run())
    try:
        await until(lambda: "lets 0 of 1000 sessions begin" in caplog.text)
        assert not connection.is_ready()
        assert identified(discord) == []

        discord.gateway.identified = 0
        await until(connection.is_ready)
    finally:
        run.cancel()
        await asyncio.gather(run, return_exceptions=True)


async def test_all_shards_of_a_process_are_waited_for_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readbot_discord.sessions._LONGEST_WAIT_S", 0.01)
    left = [3, 3, 16]

    async def ask() -> Limits:
        return Limits(total=1000, remaining=left.pop(0), reset_after_s=1, buckets=1)

    gate = SessionGate(ask)
    gate.note(await ask())
    await gate.wait_for_all(16)

    assert left == []


async def test_a_session_counts_until_discord_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("readbot_discord.sessions.IDENTIFY_EVERY_S", 0.0)
    asked = 0

    async def ask() -> Limits:
        nonlocal asked
        asked += 1
        return Limits(total=1000, remaining=2, reset_after_s=1, buckets=1)

    gate = SessionGate(ask)
    gate.note(await ask())
    for shard in range(2):
        await gate.pass_through(shard)
    assert asked == 1

    await gate.pass_through(2)
    assert asked == 2


async def test_a_session_goes_on_when_discord_does_not_say_how_many_may_begin() -> None:
    async def ask() -> Limits:
        raise OSError("no route")

    async with asyncio.timeout(LAST_RESORT_S):
        await SessionGate(ask).pass_through(0)
