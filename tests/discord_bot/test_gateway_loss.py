"""Losing the gateway: what is said, what goes on without it, and how it comes back."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator

import pytest

from readbot.digests.model import DeliveryState
from readbot.exceptions import PlatformError
from readbot.front_desk import FrontDesk
from readbot.playground.loopback_discord import NO_ANSWER, LoopbackDiscord
from readbot.playground.loopback_discord.gateway import Op, Session
from readbot.playground.loopback_discord.server import LAST_RESORT_S
from readbot.settings import Secret
from readbot_discord.answering import Responder
from readbot_discord.client import ReadbotClient, Shards, silence_discord_py, use_api
from readbot_discord.platform import DiscordConnection

from .scenes import Scene, make_discord, make_scene, running, until
from .towns import Town

pytestmark = pytest.mark.usefixtures("eager")


def counted(discord: LoopbackDiscord, op: Op) -> int:
    """Return how many such frames have come in."""
    return sum(frame["op"] == op for frame in discord.gateway.received)


async def until_next(discord: LoopbackDiscord, op: Op) -> None:
    before = counted(discord, op)
    await until(lambda: counted(discord, op) > before)


def was_answered_a_while_ago(connection: DiscordConnection) -> bool:
    """Tell whether the last heartbeat was answered, and sent too long ago to be waited for."""
    client = connection.client
    assert client is not None
    (shard,) = client.shards.values()
    heartbeats = shard._parent.ws._keep_alive
    assert heartbeats is not None
    is_waited_for = time.perf_counter() - heartbeats._last_send < client.ack_within_s
    return not is_waited_for and heartbeats._last_recv > heartbeats._last_send


@pytest.fixture
async def nervous() -> AsyncIterator[Scene]:
    """A scene whose gateway wants two heartbeats in a second."""
    async with make_discord(heartbeat_interval_s=0.5) as discord:
        yield make_scene(discord)


# Readiness


async def test_a_connection_that_is_cut_without_a_word_turns_readiness_red(
    nervous: Scene, bot: FrontDesk
) -> None:
    """The socket stays open at this end, and nothing comes any more."""
    async with running(nervous.discord, bot) as connection:
        assert connection.client is not None
        connection.client.ack_within_s = 0.1

        async def hear_nothing(_socket: object, session: Session | None, _raw: str) -> Session | None:
            return session

        nervous.discord.gateway._hear = hear_nothing  # type: ignore[method-assign, assignment]
        await until(lambda: not connection.is_ready())

        assert all(not shard.is_closed() for shard in connection.client.shards.values())


async def test_a_connection_whose_heartbeats_are_heard_stays_green(nervous: Scene, bot: FrontDesk) -> None:
    async with running(nervous.discord, bot) as connection:
        assert connection.client is not None
        connection.client.ack_within_s = 0.1
        for _ in range(2):
            await until_next(nervous.discord, Op.HEARTBEAT)
            await until(lambda: was_answered_a_while_ago(connection))
            assert connection.is_ready()


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
        assert counted(quiet_scene.discord, Op.IDENTIFY) == 1


async def test_a_click_in_a_session_that_is_lost_fails_clean_and_the_next_one_works(
    quiet_scene: Scene, bot: FrontDesk, caplog: pytest.LogCaptureFixture
) -> None:
    discord = quiet_scene.discord
    async with running(discord, bot) as connection:
        answer = await quiet_scene.command("llmread", query="sourdough")
        discord.people.patience_s = 0.1
        discord.gateway.sessions.clear()
        await discord.gateway.disconnect()

        assert (await quiet_scene.click(answer.message, "More")).text == NO_ANSWER
        await until(connection.is_ready)
        discord.people.patience_s = LAST_RESORT_S
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
        await asyncio.wait_for(run, LAST_RESORT_S)
    assert counted(discord, Op.IDENTIFY) == 1


@pytest.mark.parametrize("code", [1000, 4000, 4008, 4009])
async def test_any_other_close_is_followed_by_a_reconnect(
    quiet_scene: Scene, bot: FrontDesk, code: int
) -> None:
    async with running(quiet_scene.discord, bot) as connection:
        discord = quiet_scene.discord
        await discord.gateway.disconnect(code=code)
        await until(lambda: counted(discord, Op.RESUME) > 0)
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
        await asyncio.wait_for(run, LAST_RESORT_S)


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
            await until(lambda: bool(discord.gateway.connected) or connecting.done())
        assert not connecting.done()
        failed = [record for record in caplog.records if "Failed to connect" in record.msg]
        assert len(failed) >= failures
        # One line each: a traceback tells nothing that the line does not.
        assert all(record.exc_info is None for record in failed)
        await client.close()
        await connecting


# Stopping


async def test_a_stop_while_a_session_begins_anew_ends_it(
    quiet_scene: Scene, bot: FrontDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """discord.py takes a cancellation for nothing at that moment."""
    monkeypatch.setattr("readbot_discord.sessions.IDENTIFY_EVERY_S", 2 * LAST_RESORT_S)
    discord = quiet_scene.discord
    connection = DiscordConnection(bot, Secret(discord.token), api_url=discord.api_url)
    task = asyncio.create_task(connection.run())
    await until(connection.is_ready)
    client = connection.client
    assert client is not None
    discord.gateway.sessions.clear()
    await discord.gateway.close()
    # Into the wait after the invalid session.
    await until(lambda: client._gate._begun_at[0] > asyncio.get_running_loop().time())

    task.cancel()
    await asyncio.wait([task], timeout=LAST_RESORT_S)

    assert task.cancelled()
