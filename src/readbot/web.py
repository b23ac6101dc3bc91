"""The one HTTP server: the platforms' routes, and whether readbot is alive."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from aiohttp import web

from readbot.exceptions import SettingsError
from readbot.ports import Connection

#: The largest request body that is read, in bytes. Slack's largest are near 100 KB.
MAX_BODY_BYTES = 256 * 1024

DEFAULT_PORT = 3000


def make_app(connections: Mapping[str, Connection]) -> web.Application:
    """Return an application with every connection's routes and ``GET /healthz``."""
    app = web.Application(client_max_size=MAX_BODY_BYTES)
    app.router.add_get("/healthz", _answer_alive)
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


async def _answer_alive(_request: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})
