"""Webhooks on this machine, which answer as Slack's and Discord's do, or as a test says."""

from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from readbot.playground.capture import Capture

SLACK_PATH = "/services/T0000TEAM/B0000HOOK/c3VwZXJzZWNyZXQ"
DISCORD_PATH = "/api/webhooks/102030405060708090/c3VwZXJzZWNyZXQ-c3VwZXJzZWNyZXQ"
PATHS = {"slack": SLACK_PATH, "discord": DISCORD_PATH}
#: Stands in both addresses, and nowhere else.
SECRET = "c3VwZXJzZWNyZXQ"

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(kw_only=True)
class Loopback:
    """Keeps what was posted; answers with what stands in ``answers``, then as the platform would."""

    url: str = ""
    #: Bodies in the order of arrival.
    posts: list[dict[str, Any]] = field(default_factory=list)
    answers: deque[Answer] = field(default_factory=deque)

    def webhook(self, platform: str) -> str:
        return self.url + PATHS[platform]

    async def answer_slack(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, "slack", _accept_slack)

    async def answer_discord(self, request: web.Request) -> web.StreamResponse:
        return await self._answer(request, "discord", _accept_discord)

    async def _answer(self, request: web.Request, platform: str, accept: Answer) -> web.StreamResponse:
        body = await request.json()
        self.posts.append(body)
        if platform == "slack":
            call = {"method": "incoming_webhook", "body": body}
        else:
            path = request.path.removeprefix("/api")
            call = {"method": "POST", "path": path, "body": body, "query": dict(request.query)}
        Capture.from_environ(platform).add(call)
        answer = self.answers.popleft() if self.answers else accept
        return await answer(request)


async def _accept_slack(request: web.Request) -> web.Response:
    body = await request.json()
    fits = isinstance(body.get("text"), str) and body.get("blocks")
    return web.Response(text="ok") if fits else web.Response(status=400, text="invalid_payload")


async def _accept_discord(request: web.Request) -> web.Response:
    """Answer as Discord does to a webhook that no application owns."""
    body = await request.json()
    asks = request.query.get("with_components") == "true"
    components = list(_walk(body.get("components", [])))
    if not asks or not components or any("custom_id" in component for component in components):
        return web.json_response({"message": "Cannot send an empty message", "code": 50006}, status=400)
    if request.query.get("wait") != "true":
        return web.Response(status=204)
    return web.json_response({"id": "1122334455", "type": 0})


def _walk(components: list[dict[str, Any]]) -> Any:
    for component in components:
        yield component
        yield from _walk(component.get("components", []))


def answer(status: int, *, text: str = "", json: Any = None, headers: dict[str, str] | None = None) -> Answer:
    """Return what answers like this."""

    async def respond(_request: web.Request) -> web.Response:
        if json is not None:
            return web.json_response(json, status=status, headers=headers)
        return web.Response(status=status, text=text, headers=headers)

    return respond


async def hang_up(request: web.Request) -> web.StreamResponse:
    """Take the post, and break the connection off."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


@asynccontextmanager
async def serve_webhooks() -> AsyncIterator[Loopback]:
    """Serve a Slack and a Discord webhook within the block."""
    loopback = Loopback()
    app = web.Application()
    app.router.add_post(SLACK_PATH, loopback.answer_slack)
    app.router.add_post(DISCORD_PATH, loopback.answer_discord)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        loopback.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield loopback
    finally:
        await runner.cleanup()
