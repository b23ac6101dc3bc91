"""How often one person may ask: a token bucket each, in memory."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from time import monotonic

#: People that are remembered; who has not asked for longest is forgotten first, with a full bucket again.
_MAX_BUCKETS = 100_000


class RateLimit:
    """Buckets that fill at a steady rate and hold a minute's worth. Not for several threads."""

    def __init__(self, per_minute: float, *, clock: Callable[[], float] = monotonic) -> None:
        """Let *per_minute* requests a minute through for each key, that many at once at most.

        Args:
            per_minute: More than 0.
            clock: Seconds that never jump back.
        """
        self._per_second = per_minute / 60
        self._size = max(per_minute, 1.0)
        self._clock = clock
        #: What is left, and when that was.
        self._buckets: OrderedDict[Hashable, tuple[float, float]] = OrderedDict()

    def wait_s(self, key: Hashable) -> float:
        """Take one from the bucket of *key* and return 0, or return the seconds until there is one."""
        now = self._clock()
        left, then = self._buckets.pop(key, (self._size, now))
        left = min(self._size, left + (now - then) * self._per_second)
        wait = 0.0 if left >= 1 else (1 - left) / self._per_second
        self._buckets[key] = (left if wait else left - 1, now)
        if len(self._buckets) > _MAX_BUCKETS:
            self._buckets.popitem(last=False)
        return wait
