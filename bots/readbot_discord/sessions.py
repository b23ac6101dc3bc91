"""Sessions with Discord's gateway: how many may begin, how fast, and what an end of one means."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

import aiohttp
import discord
from discord.gateway import DiscordWebSocket

logger = logging.getLogger(__name__)

#: Discord takes one IDENTIFY of a bucket in this time.
IDENTIFY_EVERY_S = 5.0
#: Between processes, as one may be slower than the next from its turn to Discord.
_APART_S = 1.0
#: Between two looks whether another process has left a bucket alone for so long.
_LOOK_AGAIN_S = 0.5
#: How long to go by what Discord said of the sessions that may still begin.
_LIMITS_HOLD_S = 60.0
#: The longest wait for new sessions before Discord is asked again.
_LONGEST_WAIT_S = 600.0
#: A heartbeat whose answer takes longer was not heard; mostly it takes a tenth of a second.
ACK_WITHIN_S = 10.0
#: discord.py notes a heartbeat a moment after it was sent, and its answer may come sooner.
_NOTED_LATE_S = 1.0

#: Close codes after which it makes no sense to try again, with what to do.
#: Source: https://docs.discord.com/developers/topics/opcodes-and-status-codes#gateway-gateway-close-event-codes
FATAL_CLOSES = {
    4004: (
        "DISCORD_TOKEN: Discord does not know this token. Open https://discord.com/developers/applications, "
        "pick your application, then Bot, then Reset Token, and set the new one"
    ),
    4010: "DISCORD_SHARD_IDS: Discord knows no such shard; they go from 0 to DISCORD_SHARD_COUNT - 1",
    4011: (
        "DISCORD_SHARD_COUNT: one shard serves at most 2,500 servers, and there are more. "
        "Leave it out, or set as many as readbot doctor discord says, alike in every process"
    ),
    4012: "Discord no longer offers the gateway that this readbot speaks: update readbot",
    4013: "Discord knows no such intents: update readbot",
    4014: (
        "Discord refuses an intent, and readbot asks for none that has to be allowed: "
        "is another version of it running? Update readbot"
    ),
}
#: There are more servers than shards for them: as many shards as Discord then recommends mend it.
SHARDING_REQUIRED = 4011


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How many sessions may begin, as ``/gateway/bot`` says it."""

    total: int
    remaining: int
    #: Until there are as many as *total* again.
    reset_after_s: float
    #: Shards whose numbers differ modulo this may begin at the same time.
    buckets: int


class SessionGate:
    """Lets sessions begin no faster, and no more of them, than Discord allows.

    A bot that begins more than its 1,000 a day loses its token. Shards of one bucket begin five
    seconds apart; over all processes, where the bucket can be taken from the others.
    Source: https://docs.discord.com/developers/events/gateway#session-start-limit
    """

    def __init__(
        self,
        ask: Callable[[], Awaitable[Limits]],
        *,
        take: Callable[[str, float], Awaitable[bool]] | None = None,
    ) -> None:
        """Go by what *ask* says.

        Args:
            ask: Asks Discord.
            take: Takes a bucket, by name, from all other processes for so many seconds, and tells
                whether it was free; None where there are no others.
        """
        self._ask = ask
        self._take = take
        self._limits: Limits | None = None
        self._asked_at = 0.0
        #: When the last shard of a bucket began, or will.
        self._begun_at: dict[int, float] = {}

    def note(self, limits: Limits) -> None:
        """Go by what Discord said on another occasion."""
        self._limits = limits
        self._asked_at = self._now()

    async def wait_for_all(self, count: int) -> None:
        """Wait until *count* sessions may begin: better none than a part of them, and no token."""
        while self._limits is not None and self._limits.remaining < min(count, self._limits.total):
            await self._wait_for_more(self._limits, count)
            await self._refresh()

    async def pass_through(self, shard_id: int) -> None:
        """Wait until the session of a shard may begin, and count it."""
        if self._now() - self._asked_at > _LIMITS_HOLD_S or self._is_used_up():
            await self._refresh()
        while self._limits is not None and self._is_used_up():
            await self._wait_for_more(self._limits, 1)
            await self._refresh()
        limits = self._limits
        if limits is not None:
            self._limits = replace(limits, remaining=limits.remaining - 1)
        await self._wait_for_bucket(shard_id % (limits.buckets if limits else 1))

    def _is_used_up(self) -> bool:
        return self._limits is not None and self._limits.remaining <= 0

    async def _wait_for_more(self, limits: Limits, count: int) -> None:
        wait_s = min(max(limits.reset_after_s, 1.0), _LONGEST_WAIT_S)
        logger.warning(
            "Discord lets %d of %d sessions begin until it counts anew in %.0f min, and %d are needed: "
            "waiting. Restarts use them up",
            limits.remaining,
            limits.total,
            limits.reset_after_s / 60,
            count,
        )
        await asyncio.sleep(wait_s)

    async def _refresh(self) -> None:
        self._asked_at = self._now()
        try:
            self.note(await self._ask())
        except (discord.HTTPException, discord.GatewayNotFound, aiohttp.ClientError, OSError) as error:
            # A session that is lost now must not wait for an answer that is only a precaution.
            logger.warning("Discord does not say how many sessions may begin: %s", error)

    async def _wait_for_bucket(self, bucket: int) -> None:
        now = self._now()
        at = max(now, self._begun_at.get(bucket, -IDENTIFY_EVERY_S) + IDENTIFY_EVERY_S)
        self._begun_at[bucket] = at
        await asyncio.sleep(at - now)
        if self._take is None:
            return
        apart_s = IDENTIFY_EVERY_S + _APART_S
        while not await self._take(f"identify:{bucket}", apart_s):  # noqa: ASYNC110 - other processes tell nobody
            await asyncio.sleep(_LOOK_AGAIN_S)
        self._begun_at[bucket] = self._now()

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()


def is_heard(socket: DiscordWebSocket, *, ack_within_s: float = ACK_WITHIN_S) -> bool:
    """Tell whether Discord still answers on *socket*, by its heartbeats.

    A connection may be cut without either end hearing of it: it stays open, and discord.py itself
    waits for up to two heartbeats, a minute and a half, before it believes it.
    """
    heartbeats = socket._keep_alive
    if heartbeats is None:
        return False
    is_answered = heartbeats._last_recv > heartbeats._last_send - _NOTED_LATE_S
    return is_answered or time.perf_counter() - heartbeats._last_send < ack_within_s


class ShortTracebacks(logging.Filter):
    """Keeps tracebacks of a lost connection, which tell nobody anything, out of discord.py's lines."""

    _network: Sequence[type[BaseException]] = (
        aiohttp.ClientError,
        OSError,
        TimeoutError,
        discord.ConnectionClosed,
    )

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, tuple(self._network)):
            record.msg = f"{record.getMessage()} ({type(error).__name__}: {error})"
            record.args = ()
            record.exc_info = None
        return True
