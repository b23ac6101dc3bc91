"""The one HTTP server: the platforms' routes, and whether readbot is alive."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from readbot.exceptions import SettingsError
from readbot.feeds import Feeds
from readbot.ports import Connection

#: The largest request body that is read, in bytes. Slack's largest are near 100 KB.
MAX_BODY_BYTES = 256 * 1024

DEFAULT_PORT = 3000


#: Answers what has to be well, by name, and whether it is.
Readiness = Callable[[], Awaitable[Mapping[str, bool]]]


def make_app(
    connections: Mapping[str, Connection],
    *,
    registry: CollectorRegistry | None = None,
    readiness: Readiness | None = None,
    feeds: Feeds | None = None,
) -> web.Application:
    """Return an application with every connection's routes, and what operators ask.

    ``GET /healthz`` answers 200 while the process lives, ``GET /readyz`` 200 while everything it needs
    is there and else 503, each as JSON; ``GET /metrics`` answers in Prometheus' text format.

    Args:
        connections: By platform name.
        registry: What ``/metrics`` shows.
        readiness: What ``/readyz`` asks; without it, whether every connection is ready.
        feeds: Serves the list itself, where that is wanted.
    """
    registry = registry or CollectorRegistry()

    async def answer_ready(_request: web.Request) -> web.Response:
        parts = await readiness() if readiness else _are_ready(connections)
        return web.json_response(
            {"ready": all(parts.values()), **parts}, status=200 if all(parts.values()) else 503
        )

    async def answer_metrics(_request: web.Request) -> web.Response:
        body = await asyncio.to_thread(generate_latest, registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})

    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_get("/healthz", _answer_alive)
    app.router.add_get("/readyz", answer_ready)
    app.router.add_get("/metrics", answer_metrics)
    if feeds is not None:
        app.router.add_routes(feeds.routes())
    for connection in connections.values():
        app.router.add_routes(connection.routes())
    return app


@asynccontextmanager
async def serve(app: web.Application, *, host: str, port: int) -> AsyncIterator[int]:
    """Serve *app* within the block and give the port, which a *port* of 0 leaves to the system.

    Raises:
        SettingsError: The address cannot be listened on.
    """
    runner = web.AppRunner(app, access_log=None, handle_signals=False)
    await runner.setup()
    try:
        site = web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError as error:
            raise SettingsError(
                f"PORT: cannot listen on {host}:{port} ({error.strerror}); set another, for instance PORT=3001"
            ) from error
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def _are_ready(connections: Mapping[str, Connection]) -> Mapping[str, bool]:
    return {name: connection.is_ready() for name, connection in connections.items()}


async def _answer_alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})
