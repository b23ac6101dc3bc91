"""The machine's clocks behind the Clock port."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """Real time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def elapsed_s(self) -> float:
        # Counts on while the machine sleeps, where the system has such a clock: a lease runs on too.
        return (
            time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()
        )

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
