"""Asking a platform, which may be slow, broken or gone."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import TypeVar

from readbot.digests.outcomes import NoAnswer

logger = logging.getLogger(__name__)

_Answer = TypeVar("_Answer")


async def ask(call: Awaitable[_Answer], what: str, *, within_s: float) -> _Answer | NoAnswer:
    """Wait for a platform's answer, not longer than the time-out; whatever goes wrong is no answer."""
    try:
        # An own limit: slack_sdk ignores its timeout when it is given a session.
        async with asyncio.timeout(within_s):
            return await call
    except TimeoutError:
        return NoAnswer(reason=f"no answer within {within_s:g} s")
    except Exception as error:
        logger.exception("%s raised, which no messenger should", what)
        return NoAnswer(reason=type(error).__name__)
