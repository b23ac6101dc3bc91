"""The program that the playground runs: readbot itself, wired as ``readbot run`` wires it."""

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from enum import StrEnum

from readbot import process
from readbot.bootstrap import load_platforms
from readbot.conversation.library import Library
from readbot.exceptions import ReadbotError
from readbot.ports import Clock, HasManifest
from readbot.settings import Settings

logger = logging.getLogger(__name__)

#: Between two looks at whether every connection is ready.
_LOOK_S = 0.02

_WINDING_DOWN_S = 15.0


class ProgramState(StrEnum):
    STARTING = "starting"
    RUNNING = "running"
    STOPPED = "stopped"
    #: It ended by itself; :attr:`Program.problem` says why.
    FAILED = "failed"


class Program:
    """readbot with real adapters, in this process; knows nothing of the playground.

    Starting again after a stop makes everything anew from the settings, as a new process would.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        *,
        port: int,
        clock: Clock | None = None,
        listener: Callable[[], None] = lambda: None,
    ) -> None:
        """Prepare the program.

        Args:
            environ: The environment variables that it runs with.
            port: Where it serves HTTP.
            clock: Its time; None for the machine's.
            listener: Called after every change of :attr:`state`.
        """
        self._environ = {"PORT": str(port), "READBOT_URL": f"http://127.0.0.1:{port}", **environ}
        self._clock = clock
        self._listener = listener
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self.state = ProgramState.STOPPED
        self.problem = ""
        self._library: Library | None = None
        #: What is open while it runs.
        self.process: process.Process | None = None

    @property
    def url(self) -> str:
        """Where its HTTP server is, without a slash at the end."""
        return f"http://127.0.0.1:{self._environ['PORT']}"

    @property
    def library(self) -> Library | None:
        """The first of its lists, as its file is now; while it is stopped, as it was."""
        return self._library if self.process is None else self.process.shelves.default

    async def start(self) -> None:
        """Start, and return once every platform is connected.

        Raises:
            ReadbotError: It cannot start as it is set.
        """
        self._set(ProgramState.STARTING)
        self._stop = asyncio.Event()
        self._running = asyncio.create_task(self._run(), name="readbot")
        # A connection tells whether it is ready, not when it becomes so.
        while not self._running.done() and not self._is_ready():  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_S)
        if self._running.done():
            # Over before it began: the reason is the caller's to handle.
            await self._running
        self._set(ProgramState.RUNNING)

    async def stop(self) -> None:
        """Stop as at SIGTERM; does nothing where nothing runs."""
        self._stop.set()
        if self._running is not None:
            await asyncio.wait([self._running], timeout=_WINDING_DOWN_S)
            self._running.cancel()
            await asyncio.gather(self._running, return_exceptions=True)
            self._running = None
        self._set(ProgramState.STOPPED)

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    def _is_ready(self) -> bool:
        opened = self.process
        return opened is not None and all(each.is_ready() for each in opened.connections.values())

    async def _run(self) -> None:
        """Run until it is stopped; whatever ends it earlier is told, and raised."""
        try:
            settings = Settings.from_environ(self._environ)
            platforms = await asyncio.to_thread(load_platforms)
            async with process.open_process(
                settings, platforms=platforms, listens=list(platforms), posts=True, clock=self._clock
            ) as self.process:
                try:
                    await process.serve(self.process, stop=self._stop)
                finally:
                    self._library = self.library
        except ReadbotError as error:
            self._set(ProgramState.FAILED, str(error))
            raise
        except Exception as error:
            # A bug: its traceback belongs into the log, and the page has to say that the bot is gone.
            logger.exception("readbot ended")
            self._set(ProgramState.FAILED, f"readbot ended: {error!r}; the terminal shows more")
            raise
        finally:
            self.process = None

    def _set(self, state: ProgramState, problem: str = "") -> None:
        self.state = state
        self.problem = problem
        self._listener()


def read_manifest(platform: str) -> str:
    """Return the manifest from which a platform's app is made; empty where there is none."""
    found = load_platforms().get(platform)
    return found.make_manifest(None) if isinstance(found, HasManifest) else ""


@contextlib.asynccontextmanager
async def hold_free_port() -> AsyncIterator[int]:
    """Give a port on which nobody listens; within the block nobody is given it who asks for any.

    Who names it can listen there, again and again.
    """
    with socket.socket() as holder:
        if sys.platform == "linux":
            # A socket that only holds a port lets one beside it that listens, where both say so.
            holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        holder.bind(("127.0.0.1", 0))
        port: int = holder.getsockname()[1]
        if sys.platform != "linux":
            # Elsewhere it would be in the way; another program may come first there, if hardly ever.
            holder.close()
        yield port
