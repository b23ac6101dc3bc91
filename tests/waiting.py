"""Waiting in tests: for the very thing that is asserted next."""

import asyncio
from collections.abc import Callable

#: A wait that takes so long is for something that will not come; a busy machine may need most of it.
LAST_RESORT_S = 60.0


async def until(is_true: Callable[[], bool]) -> None:
    """Wait until something that tells nobody has become true."""
    async with asyncio.timeout(LAST_RESORT_S):
        while not is_true():  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(0.01)
