"""The real program as a process that gets killed and comes back."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

from tests.waiting import LAST_RESORT_S

ROOT = Path(__file__).parents[2]
#: A small list: what is posted does not matter here, and a small index is built sooner.
LIST_PATH = ROOT / "tests" / "slack" / "list.yaml"
READBOT = Path(sys.executable).with_name("readbot")
#: What the machine that runs the tests may have set for itself.
_OURS = ("SLACK_", "DISCORD_", "READBOT_", "DATABASE_URL", "PORT")
#: Days of waiting within seconds. The lease and the settle time are the shortest of them that the
#: machine's own hiccups leave alone.
FAST = {
    "READBOT_LIST": str(LIST_PATH),
    "READBOT_HOST": "127.0.0.1",
    "READBOT_JITTER_S": "0",
    "READBOT_TICK_S": "0.05",
    "READBOT_POST_TIMEOUT_S": "0.4",
    "READBOT_LEASE_S": "1",
    "READBOT_SETTLE_S": "0.8",
}


def make_environ(settings: Mapping[str, str]) -> dict[str, str]:
    """Return this process's environment without what it has set for readbot, and with *settings*."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return {**bare, **FAST, **settings}


async def run_cli(*arguments: str, settings: Mapping[str, str]) -> str:
    """Run ``readbot`` with *arguments* to its end and return what it prints."""
    process = await asyncio.create_subprocess_exec(
        READBOT, *arguments, env=make_environ(settings), stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    assert process.returncode == 0, printed
    return printed.decode()


class Program:
    """``readbot run PART``, started again whenever it was killed."""

    def __init__(self, part: str, settings: Mapping[str, str]) -> None:
        self._part = part
        self._environ = make_environ(settings)
        self._process: asyncio.subprocess.Process | None = None
        self._is_killed = False
        self._reading: asyncio.Task[None] | None = None
        self._changed = asyncio.Condition()
        self.log = ""
        #: How often it ended without being killed.
        self.falls = 0

    @property
    def is_up(self) -> bool:
        return self._process is not None and self._process.returncode is None

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            READBOT, "run", self._part, env=self._environ, stderr=asyncio.subprocess.PIPE
        )
        self._is_killed = False
        self._reading = asyncio.create_task(self._read(self._process))

    def kill(self) -> bool:
        """Kill it at once, and tell whether it was there to be killed."""
        return self._signal(signal.SIGKILL)

    def freeze(self) -> bool:
        return self._signal(signal.SIGSTOP)

    def thaw(self) -> bool:
        return self._signal(signal.SIGCONT)

    def terminate(self) -> bool:
        return self._signal(signal.SIGTERM)

    async def wait(self, within_s: float = LAST_RESORT_S) -> int:
        """Return the exit code once it has ended."""
        assert self._process is not None
        assert self._reading is not None
        async with asyncio.timeout(within_s):
            code = await self._process.wait()
            await self._reading
        return code

    async def wait_for(self, words: str, within_s: float = LAST_RESORT_S) -> None:
        """Wait until its log has *words*."""
        async with asyncio.timeout(within_s), self._changed:
            while words not in self.log:
                assert self.is_up, self.log
                await self._changed.wait()

    async def keep_up(self) -> None:
        """Start it again whenever it ends, until cancelled."""
        while True:
            if not self.is_up:
                await self.start()
            assert self._process is not None
            if await self._process.wait() != -signal.SIGKILL:
                self.falls += 1

    def _signal(self, number: signal.Signals) -> bool:
        if self._process is None or self._process.returncode is not None or self._is_killed:
            return False
        try:
            # Not Process.send_signal: it may take the exit code away from whoever waits for it.
            os.kill(self._process.pid, number)
        except ProcessLookupError:
            return False
        self._is_killed = number is signal.SIGKILL
        return True

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            async with self._changed:
                self.log += line.decode()
                self._changed.notify_all()
        async with self._changed:
            self._changed.notify_all()


@asynccontextmanager
async def run_program(part: str, settings: Mapping[str, str]) -> AsyncIterator[Program]:
    """Run the program within the block; whatever is left of it at the end is killed."""
    program = Program(part, settings)
    await program.start()
    try:
        yield program
    finally:
        program.kill()
        await program.wait()
