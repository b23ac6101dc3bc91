"""A running readbot: connections and the HTTP server in one event loop, until a signal."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import Mapping

from readbot import web
from readbot.ports import Connection
from readbot.settings import Settings

logger = logging.getLogger(__name__)


async def run(
    connections: Mapping[str, Connection], settings: Settings, *, stop: asyncio.Event | None = None
) -> None:
    """Run all *connections* until SIGTERM or SIGINT, then close them.

    The HTTP server runs where a connection has routes, or where a port is asked for.

    Args:
        connections: What to run, by name.
        settings: Where the HTTP server listens.
        stop: Ends the run when it is set, for a caller with signals of its own; None minds the signals.

    Raises:
        PlatformError: A platform refuses for good.
        SettingsError: The HTTP server cannot listen.
    """
    if stop is None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for received in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(received, stop.set)
    async with contextlib.AsyncExitStack() as stack:
        if settings.port is not None or any(connection.routes() for connection in connections.values()):
            port = web.DEFAULT_PORT if settings.port is None else settings.port
            actual = await stack.enter_async_context(
                web.serve(web.make_app(connections), host=settings.host, port=port)
            )
            logger.info("listening on port %d", actual)
        await _run_until(stop, connections)
    logger.info("stopped")


async def _run_until(stop: asyncio.Event, connections: Mapping[str, Connection]) -> None:
    """Run until *stop* is set, or until a connection ends, which it does only by raising."""
    stopping = asyncio.create_task(stop.wait(), name="stop")
    running = [asyncio.create_task(connection.run(), name=name) for name, connection in connections.items()]
    try:
        done, _ = await asyncio.wait([stopping, *running], return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (stopping, *running):
            task.cancel()
        await asyncio.gather(stopping, *running, return_exceptions=True)
    for task in done - {stopping}:
        task.result()
