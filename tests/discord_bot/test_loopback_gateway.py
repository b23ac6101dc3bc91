"""The loopback's gateway half behaves as Discord's."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from readbot.playground.capture import Capture
from readbot.playground.loopback_discord import LoopbackDiscord
from readbot.playground.loopback_discord.events import Intent
from readbot.playground.loopback_discord.gateway import ROUND_TRIP_S, CloseCode, Op
from readbot.playground.loopback_discord.server import LAST_RESORT_S

from .scenes import Scene, make_scene

Json = dict[str, Any]

GUILD_MESSAGES = Intent.GUILDS | Intent.GUILD_MESSAGES


class Client:
    """Speaks to the gateway as a bot without a library would."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.socket = socket
        self._token = token

    async def receive(self) -> Json:
        async with asyncio.timeout(LAST_RESORT_S):
            frame: Json = await self.socket.receive_json()
        return frame

    async def receive_events(self, count: int) -> list[Json]:
        return [await self.receive() for _ in range(count)]

    async def receive_close(self) -> int | None:
        """Read up to the end; return its close code."""
        async with asyncio.timeout(LAST_RESORT_S):
            while (await self.socket.receive()).type not in {
                aiohttp.WSMsgType.CLOSE,
                aiohttp.WSMsgType.CLOSED,
                aiohttp.WSMsgType.CLOSING,
            }:
                pass
        return self.socket.close_code

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def identify(self, *, intents: int = GUILD_MESSAGES, **more: Any) -> None:
        await self.send(
            Op.IDENTIFY, {"token": self._token, "intents": int(intents), "properties": {}, **more}
        )

    async def resume(self, session_id: str, seq: int) -> None:
        await self.send(Op.RESUME, {"token": self._token, "session_id": session_id, "seq": seq})


@pytest.fixture
async def bare() -> AsyncIterator[Scene]:
    async with LoopbackDiscord(capture=Capture("discord", None)) as discord:
        yield make_scene(discord)


@contextlib.asynccontextmanager
async def connected(scene: Scene, *, hello: bool = True) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as session, session.ws_connect(scene.discord.gateway_url) as socket:
        client = Client(socket, scene.discord.token)
        if hello:
            await client.receive()
        yield client


async def test_hello_says_how_often_to_beat(bare: Scene) -> None:
    async with connected(bare, hello=False) as client:
        assert await client.receive() == {
            "op": Op.HELLO,
            "d": {"heartbeat_interval": 41_250},
            "s": None,
            "t": None,
        }


async def test_a_heartbeat_is_acknowledged(bare: Scene) -> None:
    async with connected(bare) as client:
        await client.send(Op.HEARTBEAT, None)

        assert (await client.receive())["op"] == Op.HEARTBEAT_ACK


async def test_a_heartbeat_is_never_acknowledged_before_its_sender_notes_that_it_was_sent(
    bare: Scene,
) -> None:
    async with connected(bare) as client:
        begun = time.perf_counter()
        await client.send(Op.HEARTBEAT, None)
        await client.receive()

    assert time.perf_counter() - begun >= ROUND_TRIP_S * 0.9


async def test_identify_gets_ready_and_then_the_servers(bare: Scene) -> None:
    async with connected(bare) as client:
        await client.identify()
        ready, guild = await client.receive_events(2)

    assert (ready["t"], ready["s"]) == ("READY", 1)
    assert ready["d"]["guilds"] == [{"id": str(bare.guild.id), "unavailable": True}]
    assert (guild["t"], guild["s"]) == ("GUILD_CREATE", 2)
    assert guild["d"]["channels"][0]["name"] == "papers"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"token": "wrong"}, CloseCode.AUTHENTICATION_FAILED),
        ({"shard": [2, 2]}, CloseCode.INVALID_SHARD),
        ({"intents": 1 << 40}, CloseCode.INVALID_INTENTS),
        ({"intents": int(Intent.MESSAGE_CONTENT)}, CloseCode.DISALLOWED_INTENTS),
        ({"intents": int(Intent.GUILD_MEMBERS)}, CloseCode.DISALLOWED_INTENTS),
    ],
)
async def test_an_identify_that_is_not_allowed_is_closed(bare: Scene, fields: Json, code: int) -> None:
    async with connected(bare) as client:
        await client.send(Op.IDENTIFY, {"token": bare.discord.token, "intents": 1, **fields})

        assert await client.receive_close() == code


async def test_anything_before_identify_is_not_authenticated(bare: Scene) -> None:
    async with connected(bare) as client:
        await client.send(Op.PRESENCE, {})

        assert await client.receive_close() == CloseCode.NOT_AUTHENTICATED


async def test_a_frame_that_is_no_json_is_a_decode_error(bare: Scene) -> None:
    async with connected(bare) as client:
        await client.socket.send_str("{")

        assert await client.receive_close() == CloseCode.DECODE_ERROR


async def test_a_resume_gets_what_was_missed_in_order(bare: Scene) -> None:
    async with connected(bare) as client:
        await client.identify()
        ready, guild = await client.receive_events(2)
        # Closed by 1000 or 1001, the session would be over.
        await client.socket.close(code=4000)
    for words in ("one", "two"):
        bare.discord.people.write(bare.ada, bare.channel, words)

    async with connected(bare) as client:
        await client.resume(ready["d"]["session_id"], guild["s"])
        one, two, resumed = await client.receive_events(3)

    assert [one["s"], two["s"]] == [3, 4]
    assert resumed["t"] == "RESUMED"


@pytest.mark.parametrize(("session", "seq"), [("unknown", 1), (None, 999)])
async def test_a_resume_of_what_is_not_there_is_an_invalid_session(
    bare: Scene, session: str | None, seq: int
) -> None:
    async with connected(bare) as client:
        await client.identify()
        ready, _ = await client.receive_events(2)
    async with connected(bare) as client:
        await client.resume(session or ready["d"]["session_id"], seq)

        assert await client.receive() == {"op": Op.INVALID_SESSION, "d": False, "s": None, "t": None}


async def test_a_session_that_its_client_has_ended_cannot_be_resumed(bare: Scene) -> None:
    async with connected(bare) as client:
        await client.identify()
        ready, guild = await client.receive_events(2)
        await client.socket.close(code=1000)
    async with connected(bare) as client:
        await client.resume(ready["d"]["session_id"], guild["s"])

        assert (await client.receive())["op"] == Op.INVALID_SESSION


async def test_a_client_that_says_too_much_is_cut_off(bare: Scene) -> None:
    async with connected(bare) as client:
        for _ in range(121):
            await client.send(Op.HEARTBEAT, None)

        assert await client.receive_close() == CloseCode.RATE_LIMITED


async def test_each_shard_hears_of_its_own_servers(bare: Scene) -> None:
    shard = (bare.guild.id >> 22) % 2
    async with connected(bare) as mine, connected(bare) as other:
        await mine.identify(shard=[shard, 2])
        await other.identify(shard=[1 - shard, 2])
        assert len((await mine.receive())["d"]["guilds"]) == 1
        assert (await other.receive())["d"]["guilds"] == []


async def test_messages_arrive_only_where_they_were_asked_for(bare: Scene) -> None:
    async with connected(bare) as listening, connected(bare) as deaf:
        await listening.identify(intents=GUILD_MESSAGES)
        await deaf.identify(intents=Intent.GUILDS)
        await listening.receive_events(2)
        await deaf.receive_events(2)

        bare.discord.people.write(bare.ada, bare.channel, "hello")

        assert (await listening.receive())["t"] == "MESSAGE_CREATE"
        await deaf.send(Op.HEARTBEAT, None)
        assert (await deaf.receive())["op"] == Op.HEARTBEAT_ACK


async def test_without_the_message_content_intent_only_what_concerns_the_bot_can_be_read(bare: Scene) -> None:
    bot = bare.discord.world.bot
    async with connected(bare) as client:
        await client.identify(intents=GUILD_MESSAGES | Intent.DIRECT_MESSAGES)
        await client.receive_events(2)

        bare.discord.people.write(bare.ada, bare.channel, "among us")
        bare.discord.people.write(bare.ada, bare.channel, f"<@{bot.id}> hello")
        bare.discord.people.write(bare.ada, bare.discord.world.open_dm(bare.ada), "private")
        among, mention, private = await client.receive_events(3)

    assert among["d"]["content"] == ""
    assert mention["d"]["content"] == f"<@{bot.id}> hello"
    assert private["d"]["content"] == "private"


async def test_a_gateway_that_is_down_turns_clients_away(bare: Scene) -> None:
    bare.discord.gateway.is_down = True

    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with connected(bare):
            pass
