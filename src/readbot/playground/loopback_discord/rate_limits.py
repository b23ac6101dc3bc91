"""Rate limits: the headers that every answer carries, and 429 where a limit is set and passed."""

import hashlib
import json
from collections import defaultdict, deque
from collections.abc import Callable

from aiohttp import web


class RateLimitedError(Exception):
    """A bucket is empty; ``seconds`` tells for how long, ``is_global`` whether it is everything's."""

    def __init__(self, seconds: float, *, is_global: bool = False) -> None:
        super().__init__(f"empty for {seconds:.3f} s")
        self.seconds = seconds
        self.is_global = is_global


class RateLimits:
    """A bucket for every operation in every channel or server.

    Source: https://docs.discord.com/developers/topics/rate-limits
    """

    def __init__(
        self, *, clock: Callable[[], float], limits: dict[str, tuple[int, float]] | None = None
    ) -> None:
        """Limit what *limits* names, such as ``{"POST /channels/{channel}/messages": (5, 5.0)}``.

        Each is a number of calls and the seconds in which they may be made; the rest is free.
        """
        self._clock = clock
        self._limits = limits or {}
        self._closed_until = 0.0
        self._calls: dict[tuple[str, str], deque[float]] = defaultdict(deque)

    def close_everything(self, seconds: float) -> None:
        """Let the bot's global limit be reached: every call is refused for so long."""
        self._closed_until = self._clock() + seconds

    def count(self, operation: str, request: web.Request) -> dict[str, str]:
        """Count a call and return its headers.

        Raises:
            RateLimitedError: The bucket is empty.
        """
        limit, seconds = self._limits.get(operation, (10_000, 1.0))
        now = self._clock()
        if now < self._closed_until:
            raise RateLimitedError(self._closed_until - now, is_global=True)
        place = request.match_info.get("channel") or request.match_info.get("guild") or ""
        calls = self._calls[operation, place]
        while calls and calls[0] <= now - seconds:
            calls.popleft()
        if len(calls) >= limit:
            raise RateLimitedError(calls[0] + seconds - now)
        calls.append(now)
        reset_after = calls[0] + seconds - now
        return {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(limit - len(calls)),
            "X-RateLimit-Reset": f"{now + reset_after:.3f}",
            "X-RateLimit-Reset-After": f"{reset_after:.3f}",
            "X-RateLimit-Bucket": hashlib.blake2s(operation.encode(), digest_size=16).hexdigest(),
        }

    def refuse(self, seconds: float, *, is_global: bool = False) -> web.Response:
        """Return Discord's 429 with a Retry-After of *seconds*."""
        body = {
            "message": "You are being rate limited.",
            "retry_after": round(seconds, 3),
            "global": is_global,
        }
        headers = {
            "Content-Type": "application/json",
            "Retry-After": str(max(1, round(seconds))),
            "X-RateLimit-Scope": "global" if is_global else "user",
            # Without it discord.py takes a 429 for a ban by Cloudflare, and gives up.
            "Via": "1.1 loopback",
        }
        if is_global:
            headers["X-RateLimit-Global"] = "true"
        return web.Response(status=429, body=json.dumps(body).encode(), headers=headers)
