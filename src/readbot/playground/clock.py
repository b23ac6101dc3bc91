"""The playground's clock: real time, and somebody's jumps ahead."""

import asyncio
import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

from readbot.clock import SystemClock
from readbot.ports import Clock


class TravelClock:
    """Implements :class:`readbot.ports.Clock`. Goes on as the machine's does, also after a jump."""

    def __init__(self, *, clock: Clock | None = None, listener: Callable[[], None] = lambda: None) -> None:
        """Begin at the present.

        Args:
            clock: Whose time it is, without jumps; None for the machine's.
            listener: Called after every jump.
        """
        self._clock = clock or SystemClock()
        self._listener = listener
        self._ahead = timedelta()
        self._jumped = asyncio.Event()

    @property
    def ahead(self) -> timedelta:
        """How far this clock is ahead of the real one."""
        return self._ahead

    def now(self) -> datetime:
        return self._clock.now() + self._ahead

    def elapsed_s(self) -> float:
        return self._clock.elapsed_s() + self._ahead.total_seconds()

    async def sleep(self, seconds: float) -> None:
        """Wait; a jump makes it shorter."""
        until_s = self.elapsed_s() + seconds
        while (left_s := until_s - self.elapsed_s()) > 0:
            jumped = self._jumped
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(left_s):
                    await jumped.wait()

    def travel(self, to: datetime) -> None:
        """Jump ahead to *to*, an aware time; one that has gone by changes nothing."""
        distance = to - self.now()
        if distance <= timedelta():
            return
        self._ahead += distance
        self._jumped.set()
        self._jumped = asyncio.Event()
        self._listener()
