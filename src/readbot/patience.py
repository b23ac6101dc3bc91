"""Waiting for an answer while a platform's own time runs."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


async def wait_or_tell(work: Awaitable[T], *, patience_s: float, tell: Callable[[], Awaitable[object]]) -> T:
    """Return what *work* returns, or raise what it raises.

    Args:
        work: Is cancelled with whoever waits for it.
        patience_s: How long nobody need be told.
        tell: Says that it is on its way; called once, where it takes longer.
    """
    working = asyncio.ensure_future(work)
    try:
        done, _ = await asyncio.wait({working}, timeout=patience_s)
        if not done:
            await tell()
        return await working
    finally:
        working.cancel()
