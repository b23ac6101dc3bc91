"""New versions of list files, taken up while readbot runs: at a change, at SIGHUP, at another's word."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator, Callable, Mapping

from readbot.shelves import Shelves

logger = logging.getLogger(__name__)

#: Between two looks, in seconds.
LOOK_EVERY_S = 2.0

#: Takes the id of every link and the titles above it, and remembers what is new. Blocks.
Learn = Callable[[Mapping[str, tuple[str, ...]]], object]


@contextlib.asynccontextmanager
async def watch_lists(
    shelves: Shelves, *, learn: Learn, look_every_s: float = LOOK_EVERY_S
) -> AsyncIterator[None]:
    """Keep *shelves* up to date while the block runs; requests go on with what was there before.

    Args:
        shelves: The lists.
        learn: Told of all links at first and after every change.
        look_every_s: Seconds between two looks at the files and at what workspaces changed.
    """
    await asyncio.to_thread(lambda: learn(shelves.list_links()))
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()
    # Only a main thread has signals, and only Unix this one.
    with contextlib.suppress(NotImplementedError, RuntimeError, ValueError, AttributeError):
        loop.add_signal_handler(signal.SIGHUP, asked.set)
    watching = asyncio.create_task(_watch(shelves, learn, asked, look_every_s), name="lists")
    try:
        yield
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError, AttributeError):
            loop.remove_signal_handler(signal.SIGHUP)


async def _watch(shelves: Shelves, learn: Learn, asked: asyncio.Event, look_every_s: float) -> None:
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asked.wait(), look_every_s)
        is_asked = asked.is_set()
        asked.clear()
        try:
            await asyncio.to_thread(_look, shelves, learn, is_asked)
        except Exception:
            logger.exception("could not look at the lists; the next look tries again")


def _look(shelves: Shelves, learn: Learn, is_asked: bool) -> None:
    has_news = shelves.look_for_overlays()
    if is_asked or shelves.have_files_changed():
        problems = shelves.reload()
        has_news = True
        for name, problem in problems.items():
            logger.error(
                "the new version of %s is refused, and the one before is served:\n%s",
                name,
                problem,
                extra={"action": "reload"},
            )
        if not problems:
            logger.info("lists loaded: %s", shelves.default.summary, extra={"action": "reload"})
    if has_news:
        learn(shelves.list_links())
