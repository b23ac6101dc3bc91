"""Keeping to what a platform takes: posts a second for a workspace, and for a channel."""

from readbot.digests.model import Channel
from readbot.digests.outcomes import Pace
from readbot.ports import Clock

#: Beyond so many remembered times the past ones are dropped.
_MANY = 10_000


class Pacer:
    """Hands out the moments at which posts may go, in the order in which they are asked for."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._free_at: dict[str, float] = {}

    def delay_s(self, group: str) -> float:
        """Return how long the next post of a group, or into a channel, would have to wait."""
        return max(0.0, self._free_at.get(group, 0.0) - self._clock.elapsed_s())

    async def wait_for_group(self, group: str, pace: Pace) -> None:
        await self._wait(group, 1 / pace.per_second)

    async def wait_for_channel(self, channel: Channel, pace: Pace, *, at_most_s: float) -> float:
        """Wait until a channel takes a post, and return 0.

        Where that takes longer than *at_most_s*, return how long at once, and keep no place in the line:
        else a claim that always runs out of time would push its own next try ahead of it for ever.
        """
        if pace.channel_gap_s > 0:
            key = f"{channel.platform}:{channel.workspace_id}:{channel.channel_id}"
            delay_s = self.delay_s(key)
            if delay_s > at_most_s:
                return delay_s
            await self._wait(key, pace.channel_gap_s)
        return 0.0

    def hold(self, group: str, seconds: float) -> None:
        """Let a group wait: its platform said so."""
        self._free_at[group] = max(self._free_at.get(group, 0.0), self._clock.elapsed_s() + seconds)

    async def _wait(self, key: str, gap_s: float) -> None:
        now = self._clock.elapsed_s()
        start = max(now, self._free_at.get(key, 0.0))
        self._free_at[key] = start + gap_s
        if len(self._free_at) > _MANY:
            self._free_at = {key: free_at for key, free_at in self._free_at.items() if free_at > now}
        if start > now:
            await self._clock.sleep(start - now)
