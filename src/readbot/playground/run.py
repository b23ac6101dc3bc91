"""``readbot playground``: try readbot here, with no account anywhere."""

import asyncio
import contextlib
import logging
import os
import signal
import sys
import tempfile
import webbrowser
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from readbot.exceptions import SettingsError
from readbot.logs import set_up_logging
from readbot.playground.once import ask_once
from readbot.playground.server import serve_page
from readbot.playground.session import Session, open_session

DEFAULT_PORT = 8765


def run_playground(
    *,
    port: int = DEFAULT_PORT,
    open_browser: bool = False,
    keep: Path | None = None,
    once: str | None = None,
    environ: Mapping[str, str] = os.environ,
    out: TextIO = sys.stdout,
) -> bool:
    """Run the playground until Ctrl-C or SIGTERM, or answer one question and end.

    Args:
        port: Where the page is; a busy one picks the next, 0 any.
        open_browser: Open the page in the person's browser.
        keep: Where the bot's state stays afterwards; None for a folder that vanishes.
        once: What somebody types; the answer is printed with its payloads instead of serving a page.
        environ: Its ``READBOT_`` settings reach the bot, its tokens do not.
        out: Where the address, or the answer, is printed.

    Returns:
        Whether *once* was answered on every platform; True without it.

    Raises:
        SettingsError: *keep* can be no folder, or *once* is blank.
        ReadbotError: The bot cannot start as it is set, or no port is free.
    """
    if once is not None and not once.strip():
        raise SettingsError('--once needs a command, such as --once "/llmread fine-tuning".')
    set_up_logging(environ.get("READBOT_LOG_LEVEL", "") or "WARNING")
    logging.captureWarnings(capture=True)
    # A round that comes late on a busy machine is no news to somebody who tries things out.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    with _data_directory(keep) as directory:
        if once is not None:
            return asyncio.run(_answer_once(environ, directory, once, out))
        asyncio.run(_serve(environ, directory, port=port, open_browser=open_browser, out=out))
        return True


@contextlib.contextmanager
def _data_directory(keep: Path | None) -> Iterator[Path]:
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="readbot-playground-") as made:
            yield Path(made)
    else:
        try:
            keep.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(
                f"--keep needs a folder, or a place for a new one: {keep} is none ({error.strerror})."
            ) from error
        yield keep


async def _answer_once(environ: Mapping[str, str], directory: Path, typed: str, out: TextIO) -> bool:
    async with open_session(environ, data_directory=directory) as session:
        return await ask_once(session, typed, out)


async def _serve(
    environ: Mapping[str, str], directory: Path, *, port: int, open_browser: bool, out: TextIO
) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for received in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(received, stop.set)
    async with (
        open_session(environ, data_directory=directory) as session,
        serve_page(session, port=port) as address,
    ):
        print(introduce(session, address), file=out, flush=True)
        if open_browser:
            await asyncio.to_thread(webbrowser.open, address)
        await stop.wait()
        print("\nStopped.", file=out, flush=True)


def introduce(session: Session, address: str) -> str:
    """Return what the terminal shows: the address, and three things to try."""
    library = session.program.library
    title = library.reading_list.title if library else "your list"
    asked = [f"/llmread {words}" for words in session.examples]
    tries = "\n".join(f"    {words}" for words in asked)
    return (
        f"readbot playground, with “{title}”, runs at\n\n    {address}\n\n"
        f"Open it in a browser. Nothing leaves this machine. Three things to try there:\n\n{tries}\n\n"
        "Ctrl-C stops everything."
    )
