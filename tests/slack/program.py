"""The program itself, ``readbot run slack``, as its own process beside a loopback Slack."""

import asyncio
import contextlib
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from readbot.playground.loopback_slack import LoopbackSlack
from tests.slack.paths import ALIASES_PATH, LIST_PATH
from tests.waiting import LAST_RESORT_S

#: What the machine that runs the tests may have set for itself.
_OURS = ("SLACK_", "DISCORD_", "READBOT_", "DATABASE_URL")


class Program:
    """A running ``readbot run slack``."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._log: list[str] = []
        self._has_ended = False
        self._reading = asyncio.create_task(self._read())
        self._said = asyncio.Condition()

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            async with self._said:
                self._log.append(line.decode())
                self._said.notify_all()
        async with self._said:
            self._has_ended = True
            self._said.notify_all()

    async def wait_for_line(self, pattern: str) -> str:
        """Return the first group of the first log line that matches; fail where it ends without."""
        async with asyncio.timeout(LAST_RESORT_S), self._said:
            while not (found := re.search(pattern, self.log)):
                assert not self._has_ended, self.log
                await self._said.wait()
            return found[1]

    async def wait_for_port(self) -> int:
        """Return the port on which it listens."""
        return int(await self.wait_for_line(r"listening.*port=(\d+)"))

    @property
    def log(self) -> str:
        return "".join(self._log)

    async def stop(self) -> int:
        """Ask it to stop, and return its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return await self.wait()

    async def wait(self) -> int:
        """Return the exit code once it has ended."""
        async with asyncio.timeout(LAST_RESORT_S):
            await self._reading
            return await self._process.wait()


def clean_environ() -> dict[str, str]:
    """Return this process's environment without any settings of readbot's."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}


@contextlib.asynccontextmanager
async def run_program(slack: LoopbackSlack, **settings: str) -> AsyncIterator[Program]:
    """Run the program while the context is open, with more *settings* in its environment."""
    environ = clean_environ() | {
        "READBOT_LIST": str(LIST_PATH),
        "READBOT_ALIASES": str(ALIASES_PATH),
        "READBOT_HOST": "127.0.0.1",
        "SLACK_API_URL": slack.api_url,
        **({"SLACK_BOT_TOKEN": slack.team().bot_token} if slack.team().grant else {}),
        **settings,
    }
    with tempfile.TemporaryDirectory() as data_directory:
        process = await asyncio.create_subprocess_exec(
            str(Path(sys.executable).with_name("readbot")),
            "run",
            "slack",
            env={"READBOT_DATA_DIR": data_directory, **environ},
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            yield Program(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()
