"""A rate-limit proxy between readbot and Discord, as DISCORD_API_URL names it."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer
from discord.gateway import DiscordWebSocket

from readbot.digests.model import Channel as Place
from readbot.front_desk import FrontDesk
from readbot.settings import Secret
from readbot_discord.messenger import open_discord_messenger

from .scenes import Scene, make_discord, make_scene, running

PREFIX = "/teams/reading/discord"


@dataclass(kw_only=True)
class Proxy:
    """Passes every call on, and names the gateway by an address of its own choice."""

    scene: Scene
    server: BaseTestServer | None = None
    #: Method and path of what came through, as it came.
    passed: list[tuple[str, str]] = field(default_factory=list)

    @property
    def api_url(self) -> str:
        assert self.server is not None
        return str(self.server.make_url(f"{PREFIX}/api/v10"))

    @property
    def gateway_url(self) -> str:
        """Another way to the same gateway, which nobody knows who did not ask the proxy."""
        return f"{self.scene.discord.gateway_url}/"


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    async with make_discord() as discord, aiohttp.ClientSession() as session:
        found = Proxy(scene=make_scene(discord))

        async def pass_on(request: web.Request) -> web.Response:
            found.passed.append((request.method, request.path))
            url = discord.api_url + request.path_qs.partition("/api/v10")[2]
            headers = {
                name: value
                for name, value in request.headers.items()
                if name in {"Authorization", "Content-Type"}
            }
            async with session.request(
                request.method, url, data=await request.read(), headers=headers
            ) as answer:
                body = await answer.read()
                if request.path.endswith("/gateway/bot"):
                    body = json.dumps({**json.loads(body), "url": found.gateway_url}).encode()
                kept = {
                    name: value
                    for name, value in answer.headers.items()
                    if name == "Content-Type" or name.startswith("X-")
                }
                return web.Response(status=answer.status, body=body or None, headers=kept)

        app = web.Application()
        app.router.add_route("*", PREFIX + "/api/v10/{rest:.*}", pass_on)
        async with TestServer(app) as server:
            found.server = server
            yield found


async def test_every_call_goes_through_the_proxy_with_its_path(proxy: Proxy, bot: FrontDesk) -> None:
    discord = proxy.scene.discord
    discord_url = discord.api_url
    async with running(discord, bot, api_url=proxy.api_url):
        answer = await proxy.scene.command("llmread", query="sourdough")
        await proxy.scene.click(answer.message, "More")

    assert discord_url not in proxy.api_url
    assert len(proxy.passed) == len(discord.rest.calls)
    assert all(path.startswith(f"{PREFIX}/api/v10/") for _, path in proxy.passed)
    assert any(path.endswith("/callback") for _, path in proxy.passed)
    assert ("PUT", f"{PREFIX}/api/v10/applications/{discord.world.application_id}/commands") in proxy.passed


async def test_the_gateway_is_the_one_that_the_proxy_names(proxy: Proxy, bot: FrontDesk) -> None:
    discord = proxy.scene.discord
    async with running(discord, bot, api_url=proxy.api_url) as connection:
        assert str(DiscordWebSocket.DEFAULT_GATEWAY) == proxy.gateway_url
        assert connection.is_ready()


async def test_digests_go_through_the_proxy(proxy: Proxy) -> None:
    discord, scene = proxy.scene.discord, proxy.scene
    place = Place(platform="discord", workspace_id=str(scene.guild.id), channel_id=str(scene.channel.id))
    async with open_discord_messenger(Secret(discord.token), api_url=proxy.api_url) as messenger:
        access = await messenger.check(place)

    assert access.is_open
    assert len(proxy.passed) == len(discord.rest.calls) > 0
