"""Losing the gateway: what is said, what goes on without it, and how it comes back."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from readbot.digests.model import DeliveryState
from readbot.exceptions import PlatformError
from readbot.front_desk import FrontDesk
from readbot.playground.loopback_discord import NO_ANSWER, LoopbackDiscord
from readbot.playground.loopback_discord.gateway import Op, Session
from readbot.settings import Secret
from readbot_discord.answering import Responder
from readbot_discord.client import ReadbotClient, Shards, silence_discord_py, use_api
from readbot_discord.platform import DiscordConnection

from .scenes import Scene, make_discord, make_scene, running, until
from .towns import Town


def identified(discord: LoopbackDiscord) -> int:
    return sum(frame["op"] == Op.IDENTIFY for frame in discord.gateway.received)


@pytest.fixture
async def nervous() -> AsyncIterator[Scene]:
    """A scene whose gateway wants a heartbeat every other second."""
    async with make_discord(heartbeat_interval_s=1.2) as discord:
        yield make_scene(discord)


# Readiness


async def test_a_connection_that_is_cut_without_a_word_turns_readiness_red(
    nervous: Scene, bot: FrontDesk
) -> None:
    """The socket stays open at this end, and nothing comes any more."""
    async with running(nervous.discord, bot) as connection:
        assert connection.client is not None
        connection.client.ack_within_s = 0.3

        async def hear_nothing(_socket: object, session: Session | None, _raw: str) -> Session | None:
            return session

        nervous.discord.gateway._hear = hear_nothing  # type: ignore[method-assign, assignment]
        await until(lambda: not connection.is_ready(), timeout_s=5)

        assert all(not shard.is_closed() for shard in connection.client.shards.values())


async def test_a_connection_whose_heartbeats_are_heard_stays_green(nervous: Scene, bot: FrontDesk) -> None:
    async with running(nervous.discord, bot) as connection:
        assert connection.client is not None
        connection.client.ack_within_s = 0.3
        for _ in range(30):
            assert connection.is_ready()
            await asyncio.sleep(0.1)


async def test_digests_go_out_while_the_gateway_is_down(town: Town) -> None:
    await town.turn_on()
    town.discord.gateway.is_down = True
    await town.discord.gateway.disconnect()

    await town.post_one()

    assert town.deliveries() == [DeliveryState.SENT]
    ready = await town.process.readiness()
    assert ready["digests"]
    assert not ready["discord"]


# Interactions in the middle of it


async def test_a_click_while_the_connection_is_down_is_answered_after_the_session_resumes(
    quiet_scene: Scene, bot: FrontDesk
) -> None:
    async with running(quiet_scene.discord, bot):
        answer = await quiet_scene.command("llmread", query="sourdough")
        await quiet_scene.discord.gateway.disconnect()

        assert "6-7 of 7" in (await quiet_scene.click(answer.message, "More")).text
        assert identified(quiet_scene.discord) == 1


async def test_a_click_in_a_session_that_is_lost_fails_clean_and_the_next_one_works(
    quiet_scene: Scene, bot: FrontDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("readbot_discord.sessions.IDENTIFY_EVERY_S", 0.2)
    discord = quiet_scene.discord
    async with running(discord, bot) as connection:
        answer = await quiet_scene.command("llmread", query="sourdough")
        discord.people.patience_s = 0.3
        discord.gateway.sessions.clear()
        await discord.gateway.disconnect()

        assert (await quiet_scene.click(answer.message, "More")).text == NO_ANSWER
        await until(connection.is_ready)
        discord.people.patience_s = 5
        assert "6-7 of 7" in (await quiet_scene.click(answer.message, "More")).text
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


# The end of it


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (4004, "DISCORD_TOKEN: .*Reset Token"),
        (4010, "DISCORD_SHARD_IDS: .*no such shard"),
        (4012, "update readbot"),
        (4013, "update readbot"),
        (4014, "readbot asks for none that has to be allowed"),
    ],
)
async def test_a_close_for_good_ends_readbot_with_a_sentence(
    quiet_scene: Scene, bot: FrontDesk, code: int, sentence: str
) -> None:
    discord = quiet_scene.discord
    connection = DiscordConnection(bot, Secret(discord.token), api_url=discord.api_url)
    run = asyncio.create_task(connection.run())
    await until(connection.is_ready)
    await discord.gateway.disconnect(code=code)

    with pytest.raises(PlatformError, match=sentence):
        await asyncio.wait_for(run, 10)
    assert identified(discord) == 1


@pytest.mark.parametrize("code", [1000, 4000, 4008, 4009])
async def test_any_other_close_is_followed_by_a_reconnect(
    quiet_scene: Scene, bot: FrontDesk, code: int
) -> None:
    async with running(quiet_scene.discord, bot) as connection:
        discord = quiet_scene.discord
        await discord.gateway.disconnect(code=code)
        await until(lambda: any(frame["op"] == Op.RESUME for frame in discord.gateway.received))
        await until(connection.is_ready)

        assert (await quiet_scene.command("llmread", query="rennet")).text != NO_ANSWER


async def test_where_shards_are_automatic_more_of_them_begin_when_discord_wants_more(
    quiet_scene: Scene, bot: FrontDesk
) -> None:
    discord = quiet_scene.discord
    async with running(discord, bot) as connection:
        discord.shards = 2
        await discord.gateway.disconnect(code=4011)
        await until(lambda: not connection.is_ready())
        await until(connection.is_ready)

        assert sorted(session.shard for session in discord.gateway.connected) == [0, 1]


async def test_where_shards_are_set_too_few_of_them_end_readbot_with_a_sentence(
    quiet_scene: Scene, bot: FrontDesk
) -> None:
    discord = quiet_scene.discord
    connection = DiscordConnection(
        bot, Secret(discord.token), api_url=discord.api_url, shards=Shards(count=1)
    )
    run = asyncio.create_task(connection.run())
    await until(connection.is_ready)
    await discord.gateway.disconnect(code=4011)

    with pytest.raises(PlatformError, match="DISCORD_SHARD_COUNT: one shard serves at most"):
        await asyncio.wait_for(run, 10)


async def test_a_gateway_that_is_gone_for_hours_is_waited_for(
    quiet_scene: Scene, bot: FrontDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """More failures than Python's recursion limit allows calls, with the waits between them left out."""
    real_sleep, failures = asyncio.sleep, 1100
    discord = quiet_scene.discord
    discord.gateway.is_down = True

    async def sleep(seconds: float) -> None:
        await real_sleep(0)
        if sum("Failed to connect" in record.msg for record in caplog.records) >= failures:
            discord.gateway.is_down = False

    silence_discord_py()
    use_api(discord.api_url)
    async with ReadbotClient(Responder(bot)) as client:
        await client.login(discord.token)
        with monkeypatch.context() as patched:
            patched.setattr(asyncio, "sleep", sleep)
            connecting = asyncio.create_task(client.connect())
            await until(lambda: bool(discord.gateway.connected) or connecting.done(), timeout_s=60)
        assert not connecting.done()
        failed = [record for record in caplog.records if "Failed to connect" in record.msg]
        assert len(failed) >= failures
        # One line each: a traceback tells nothing that the line does not.
        assert all(record.exc_info is None for record in failed)
        await client.close()
        await connecting


# Stopping


async def test_a_stop_while_a_session_begins_anew_ends_it(quiet_scene: Scene, bot: FrontDesk) -> None:
    """discord.py takes a cancellation for nothing at that moment."""
    connection = DiscordConnection(
        bot, Secret(quiet_scene.discord.token), api_url=quiet_scene.discord.api_url
    )
    task = asyncio.create_task(connection.run())
    await quiet_scene.discord.until_ready(timeout_s=20)
    begun = identified(quiet_scene.discord)
    quiet_scene.discord.gateway.sessions.clear()
    await quiet_scene.discord.gateway.close()
    await until(lambda: identified(quiet_scene.discord) > begun or not connection.is_ready())
    # Into the wait after the invalid session.
    await asyncio.sleep(0.3)

    task.cancel()
    await asyncio.wait([task], timeout=5)

    assert task.cancelled()
