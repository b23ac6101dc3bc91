"""``readbot mcp``: the list for assistants, over standard input or HTTP."""

import asyncio
import logging
import os
import socket
import sys
from time import monotonic

import click
import uvicorn
from mcp.server.mcpserver import MCPServer

from readbot.bootstrap import open_shelves
from readbot.conversation.library import Library
from readbot.curation.health import LOOK_EVERY_S, HealthBook
from readbot.curation.model import LinkHealth
from readbot.exceptions import SettingsError, StoreError
from readbot.logs import set_up_logging
from readbot.mcp_server import make_mcp_server
from readbot.settings import Settings
from readbot.storage import has_database, visit_store

logger = logging.getLogger(__name__)


@click.command()
@click.option(
    "--http",
    metavar="HOST:PORT",
    help="Serve http://HOST:PORT/mcp instead, to whoever reaches it; port 0 takes a free one.",
)
def mcp(http: str | None) -> None:
    """Let assistants search and cite the list: a read-only MCP server.

    An assistant starts this command itself and talks to it over standard input and output; docs/mcp.md
    tells how to set that up. The list is the one of READBOT_LIST, or the one that ships. Which links are
    gone it knows from the database, where there is one.
    """
    address = _parse_address(http) if http is not None else None
    settings = Settings.from_environ(os.environ)
    # Standard output belongs to the protocol; a warning on each of an assistant's slips helps nobody.
    set_up_logging(settings.log_level, settings.log_format)
    logging.getLogger("mcp").setLevel(
        max(logging.WARNING, logging.getLevelNamesMapping()[settings.log_level])
    )
    sources = Sources(settings)
    server = make_mcp_server(sources.find_library, doctor=sources.health)
    if address is not None:
        asyncio.run(_serve_http(server, *address))
        return
    if sys.stdin.isatty():
        click.echo("readbot mcp waits for an assistant on standard input; docs/mcp.md tells more.", err=True)
    server.run("stdio")


class Sources:
    """What is answered from: the list as its files are now, and how its links were found lately."""

    def __init__(self, settings: Settings) -> None:
        """Load the list.

        Raises:
            ListError: It cannot be used as it stands.
        """
        self._settings = settings
        self._shelves = open_shelves(settings)
        self.health = HealthBook(self._load_health)
        self._looked_at = -LOOK_EVERY_S

    def find_library(self) -> Library:
        """Return the library; a broken new version of a file is refused, and the one before stays."""
        if self._shelves.have_files_changed():
            for name, problem in self._shelves.reload().items():
                logger.error(
                    "the new version of %s is refused, and the one before is served:\n%s", name, problem
                )
        if monotonic() - self._looked_at >= LOOK_EVERY_S:
            self._looked_at = monotonic()
            self._look_at_links()
        return self._shelves.default

    def _look_at_links(self) -> None:
        try:
            self.health.refresh()
        except StoreError as error:
            logger.warning("which links are gone is not known: %s", error)
        except Exception:
            # A database that is away for a while leaves no question unanswered.
            logger.exception("which links are gone is not known; the next look tries again")

    def _load_health(self) -> list[LinkHealth]:
        # An assistant starts this anywhere, and a program that only reads leaves no database behind.
        if not has_database(self._settings):
            return []
        with visit_store(self._settings) as store:
            return store.links.load()


def _parse_address(address: str) -> tuple[str, int]:
    """Return host and port of ``127.0.0.1:8000``, ``[::1]:8000``, ``localhost:8000`` or ``:8000``."""
    host, _, port = address.rpartition(":")
    if not port.isascii() or not port.isdigit() or int(port) > 65535:
        raise click.UsageError(f"--http {address!r}: give a host and a port, for instance 127.0.0.1:8000.")
    return host.strip("[]") or "127.0.0.1", int(port)


async def _serve_http(server: MCPServer, host: str, port: int) -> None:
    """Serve until SIGINT or SIGTERM.

    Raises:
        SettingsError: The address cannot be listened on.
    """
    # Stateless, as no tool keeps anything; on a loopback address the SDK also refuses foreign Host headers.
    app = server.streamable_http_app(host=host, stateless_http=True, json_response=True)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server((host, port), family=family)
    except OSError as error:
        # ``error`` itself tells the address once more.
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(
            f"--http: cannot listen on {host}:{port} ({reason}); give another address"
        ) from error
    with listening:
        actual = listening.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        logger.info(
            "listening on http://%s:%s/mcp", shown, actual, extra={"action": "listen", "port": actual}
        )
        # Its own logging would write to standard output.
        config = uvicorn.Config(app, log_config=None, access_log=False)
        await uvicorn.Server(config).serve(sockets=[listening])
