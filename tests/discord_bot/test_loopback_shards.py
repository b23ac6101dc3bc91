"""Shards, lost connections and rate limits in the loopback, as the real client lives through them."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from readbot.playground.loopback_discord import LoopbackDiscord, Permission
from readbot.playground.loopback_discord.events import Intent
from readbot.playground.loopback_discord.gateway import CloseCode, Op
from readbot.playground.loopback_discord.model import Install
from readbot.playground.loopback_discord.server import LAST_RESORT_S

from .clients import PlainClient, living_in
from .loopback import NOT_CAPTURED, Api, Clock, Json, complaints, messages
from .openapi import SPEC
from .scenes import Scene, make_discord, make_scene, until


def found_guilds(server: LoopbackDiscord, owner_of: Scene, count: int) -> list[Any]:
    """Found so many servers more, with a channel each."""
    guilds = []
    for number in range(count):
        guild = server.world.add_guild(f"server {number}", owner=owner_of.ada)
        server.world.add_channel(guild, "papers")
        guilds.append(guild)
    return guilds


class Echo(PlainClient):
    """Says in which server it was asked, and by which shard."""

    def __init__(self) -> None:
        super().__init__()

        async def where(interaction: discord.Interaction[Any]) -> None:
            guild = interaction.guild
            await interaction.response.send_message(str(guild.id if guild else None))

        self.tree.add_command(app_commands.Command(name="where", description="x", callback=where))


class Sharded(discord.AutoShardedClient):
    """Identifies its shards at once, as the loopback allows."""

    def __init__(self, **options: Any) -> None:
        intents = discord.Intents(guilds=True)
        super().__init__(intents=intents, guild_ready_timeout=0.05, max_messages=None, **options)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        pass


@pytest.fixture
async def busy() -> AsyncIterator[Scene]:
    """A scene in real time, for clients that wait."""
    async with make_discord(capture=NOT_CAPTURED) as server:
        yield make_scene(server)


@pytest.fixture
async def echo(busy: Scene) -> AsyncIterator[Echo]:
    async with living_in(busy.discord, Echo()) as client:
        await client.tree.sync()
        yield client


async def test_servers_are_spread_over_shards_and_each_hears_of_its_own() -> None:
    clock = Clock()
    async with LoopbackDiscord(capture=NOT_CAPTURED, clock=clock, shards=2) as server:
        scene = make_scene(server)
        for _ in range(5):
            # Ids of one millisecond would all belong to the same shard.
            clock.now += 0.003
            found_guilds(server, scene, 1)
        async with living_in(server, Sharded()) as client:
            shards = {session.shard for session in server.gateway.connected}
            seen = {guild.id: guild.shard_id for guild in client.guilds}

    assert shards == {0, 1}
    assert seen == {each: (each >> 22) % 2 for each in server.world.guilds}
    assert set(seen.values()) == {0, 1}


async def test_a_process_of_some_shards_hears_of_their_servers_only() -> None:
    clock = Clock()
    async with LoopbackDiscord(capture=NOT_CAPTURED, clock=clock) as server:
        scene = make_scene(server)
        for _ in range(8):
            clock.now += 0.003
            found_guilds(server, scene, 1)
        mine = [each for each in server.world.guilds if (each >> 22) % 4 == 1]
        async with living_in(server, Sharded(shard_ids=[1], shard_count=4)) as client:
            assert [guild.id for guild in client.guilds] == mine

    assert 0 < len(mine) < len(server.world.guilds)


async def test_shards_of_one_bucket_that_identify_at_once_are_told_to_begin_anew() -> None:
    clock = Clock()
    async with (
        LoopbackDiscord(
            capture=NOT_CAPTURED, clock=clock, shards=2, max_concurrency=1, limits_identify=True
        ) as server,
        aiohttp.ClientSession() as session,
    ):
        first, second = [await identify(server, session, [shard, 2]) for shard in (0, 1)]
        clock.now += 5
        third = await identify(server, session, [1, 2])

    assert [frame["op"] for frame in (first, second, third)] == [
        Op.DISPATCH,
        Op.INVALID_SESSION,
        Op.DISPATCH,
    ]


async def identify(server: LoopbackDiscord, session: aiohttp.ClientSession, shard: list[int]) -> Json:
    """Return the gateway's first frame after HELLO."""
    async with session.ws_connect(server.gateway_url) as socket, asyncio.timeout(LAST_RESORT_S):
        await socket.receive_json()
        data = {"token": server.token, "intents": 1, "shard": shard}
        await socket.send_json({"op": Op.IDENTIFY, "d": data})
        frame: Json = await socket.receive_json()
    return frame


async def test_how_many_sessions_may_begin_is_told(bare: Scene, api: Api) -> None:
    async with aiohttp.ClientSession() as session:
        await identify(bare.discord, session, [0, 1])

    _, told = await api("GET", "/gateway/bot")

    assert told["session_start_limit"]["remaining"] == 999
    assert told["session_start_limit"]["max_concurrency"] == 16


async def test_an_interaction_during_a_lost_connection_is_answered_after_the_resume(
    busy: Scene, echo: Echo
) -> None:
    server = busy.discord
    server.gateway.is_down = True
    await server.gateway.disconnect()
    await server.until(lambda: not server.gateway.connected)

    asking = asyncio.create_task(busy.command("where"))
    await asyncio.sleep(0)
    server.gateway.is_down = False

    assert (await asking).text == str(busy.guild.id)
    assert Op.RESUME in [frame["op"] for frame in server.gateway.received]


@pytest.mark.parametrize("code", [CloseCode.AUTHENTICATION_FAILED, CloseCode.DISALLOWED_INTENTS])
async def test_the_client_gives_up_where_discord_will_never_take_it(bare: Scene, code: CloseCode) -> None:
    expected: type[Exception]
    if code is CloseCode.DISALLOWED_INTENTS:
        client, expected = PlainClient(message_content=True), discord.PrivilegedIntentsRequired
    else:
        client, expected = PlainClient(), discord.ConnectionClosed
        bare.discord.gateway._token = "another"

    with pytest.raises(expected):
        async with living_in(bare.discord, client):
            pass


async def test_an_intent_that_is_switched_on_lets_everything_be_read() -> None:
    async with LoopbackDiscord(capture=NOT_CAPTURED, allowed_intents=Intent.MESSAGE_CONTENT) as server:
        scene = make_scene(server)
        async with living_in(server, PlainClient(message_content=True)) as client:
            server.people.write(scene.ada, scene.channel, "among us")
            await until(lambda: bool(client.heard))

    assert client.heard[0].content == "among us"


async def test_without_that_intent_the_history_is_blank_as_well(bare: Scene, api: Api) -> None:
    bot = bare.discord.world.bot
    bare.discord.people.write(bare.ada, bare.channel, "among us")
    bare.discord.people.write(bare.ada, bare.channel, f"<@{bot.id}> sourdough")
    await api("POST", messages(bare), {"content": "here"})

    _, read = await api("GET", messages(bare))

    assert [each["content"] for each in read] == ["here", f"<@{bot.id}> sourdough", ""]


async def test_the_client_hears_when_it_joins_and_leaves_a_server(bare: Scene) -> None:
    async with living_in(bare.discord, PlainClient()) as client:
        (guild,) = found_guilds(bare.discord, bare, 1)
        await until(lambda: client.get_guild(guild.id) is not None)

        bare.discord.world.remove_bot(guild)
        await until(lambda: client.get_guild(guild.id) is None)


async def test_a_server_that_threw_the_bot_out_is_closed_to_it(bare: Scene, api: Api) -> None:
    bare.discord.world.remove_bot(bare.guild)

    assert (await api("GET", f"/guilds/{bare.guild.id}"))[1]["code"] == 50001
    assert (await api("POST", messages(bare), {"content": "x"}))[1]["code"] == 50001


async def test_the_global_limit_holds_every_call_but_answers_to_interactions(
    bare: Scene, api: Api, clock: Clock
) -> None:
    bare.discord.rest.rate_limits.close_everything(2.0)

    status, refused = await api("POST", messages(bare), {"content": "x"})
    headers = api.headers
    clock.now += 2

    assert (status, refused["global"], refused["retry_after"]) == (429, True, 2.0)
    assert headers["X-RateLimit-Global"] == "true"
    assert headers["X-RateLimit-Scope"] == "global"
    assert (await api("POST", messages(bare), {"content": "x"}))[0] == 200


async def test_the_real_client_waits_for_the_global_limit(busy: Scene, echo: Echo) -> None:
    channel = echo.get_channel(busy.channel.id)
    assert isinstance(channel, discord.TextChannel)
    busy.discord.rest.rate_limits.close_everything(0.2)

    await channel.send("late")

    assert busy.channel.messages[-1].content == "late"


async def test_a_command_in_one_server_is_answered_in_it_alone(busy: Scene, echo: Echo) -> None:
    others = found_guilds(busy.discord, busy, 3)

    answers = await asyncio.gather(
        *(busy.discord.people.command(busy.ada, guild.channels[0], "where") for guild in others)
    )

    assert [answer.text for answer in answers] == [str(guild.id) for guild in others]
    assert [len(guild.channels[0].messages) for guild in others] == [1, 1, 1]
    assert busy.channel.messages == []


@pytest.mark.skipif(not SPEC.exists(), reason="Discord's OpenAPI document is not beside the checkout")
async def test_the_application_tells_its_intents_and_how_it_is_installed(bare: Scene, api: Api) -> None:
    app = bare.discord.world.application
    app.allowed_intents = Intent.MESSAGE_CONTENT
    app.user_install = None
    app.server_install = Install(scopes=("bot",), permissions=Permission.SEND_MESSAGES)

    for path in ("/applications/@me", "/oauth2/applications/@me"):
        _, told = await api("GET", path)
        assert told["flags"] == 1 << 19
        assert told["install_params"] == {"scopes": ["bot"], "permissions": "2048"}
        assert list(told["integration_types_config"]) == ["0"]
    await api("GET", "/users/@me/guilds")

    assert complaints(bare) == []
