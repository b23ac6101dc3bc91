"""Politeness to hosts: one request at a time, some time between two, and none while they ask for peace."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from readbot.clock import SystemClock
from readbot.ports import Clock


@dataclass
class _Lane:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    free_at_s: float = 0.0


class HostPacer:
    """Tells when a host may be asked again. For use in one event loop."""

    def __init__(self, *, pace_s: float, clock: Clock | None = None) -> None:
        """Leave *pace_s* seconds between the end of a request and the next one to the same host."""
        self._pace_s = pace_s
        self._clock = clock or SystemClock()
        self._lanes: dict[str, _Lane] = {}

    def wait_s(self, host: str) -> float:
        """Return for how many seconds *host* is to be left alone yet."""
        lane = self._lanes.get(host)
        return max(0.0, lane.free_at_s - self._clock.elapsed_s()) if lane else 0.0

    def hold_off(self, host: str, seconds: float) -> None:
        """Leave *host* alone for *seconds* from now on."""
        lane = self._lanes.setdefault(host, _Lane())
        lane.free_at_s = max(lane.free_at_s, self._clock.elapsed_s() + seconds)

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait until *host* may be asked; nobody else asks it within the block."""
        lane = self._lanes.setdefault(host, _Lane())
        async with lane.lock:
            while (wait_s := self.wait_s(host)) > 0:
                await self._clock.sleep(wait_s)
            try:
                yield
            finally:
                lane.free_at_s = max(lane.free_at_s, self._clock.elapsed_s() + self._pace_s)
