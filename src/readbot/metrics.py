"""What an operator watches, for Prometheus. One registry per process, made by the entry point."""

import logging
from collections.abc import Callable, Iterator, Mapping

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

logger = logging.getLogger(__name__)

# A digest is on time within a minute; beyond an hour nobody asks by how much.
_LATENESS_BUCKETS_S = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600)


# An answer from memory takes a millisecond, one that waits for a platform some hundred.
_ANSWER_BUCKETS_S = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 1, 2.5, 5)


class CommandMetrics:
    """Counts what people ask, by kind of command; a search with outcome ``no_match`` missed something."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        self._commands = Counter(
            "readbot_commands",
            "Commands answered, by what they were and what came of it",
            ["platform", "command", "outcome"],
            registry=registry,
        )
        self._seconds = Histogram(
            "readbot_command_seconds",
            "Time to an answer, without its way over the platform",
            ["platform", "command"],
            buckets=_ANSWER_BUCKETS_S,
            registry=registry,
        )

        self._children: dict[tuple[str, str, str], tuple[Counter, Histogram]] = {}

    def count(self, *, platform: str, command: str, outcome: str, seconds: float) -> None:
        labels = (platform, command, outcome)
        if labels not in self._children:
            # Few, and finding them anew takes as long as counting.
            self._children[labels] = self._commands.labels(*labels), self._seconds.labels(platform, command)
        commands, times = self._children[labels]
        commands.inc()
        times.observe(seconds)


class DigestMetrics:
    """Counts what becomes of digests."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        self.registry = registry
        self.posts = Counter(
            "readbot_digest_posts",
            "Tries to post a digest, by what the platform said",
            ["platform", "outcome"],
            registry=registry,
        )
        self.rate_limited = Counter(
            "readbot_platform_rate_limited",
            "Posts that a platform put off (429)",
            ["platform"],
            registry=registry,
        )
        self.look_ups = Counter(
            "readbot_digest_look_ups",
            "Look-ups of posts without an answer, by what was found",
            ["platform", "outcome"],
            registry=registry,
        )
        self.skipped = Counter(
            "readbot_digest_slots_skipped", "Slots missed for longer than the catch-up", registry=registry
        )
        self.lateness_s = Histogram(
            "readbot_digest_lateness_seconds",
            "How much later than due a digest was confirmed",
            ["platform"],
            buckets=_LATENESS_BUCKETS_S,
            registry=registry,
        )


class _Deliveries(Collector):
    """Asks the ledger at every scrape: what other processes did counts as well."""

    def __init__(self, count_by_state: Callable[[], Mapping[str, int]]) -> None:
        self._count_by_state = count_by_state

    def describe(self) -> Iterator[GaugeMetricFamily]:
        yield self._family()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = self._family()
        try:
            for state, count in self._count_by_state().items():
                family.add_metric([state], count)
        except Exception:
            # The other figures matter most when the database is away.
            logger.warning("metrics: the ledger cannot be counted", exc_info=True)
        yield family

    @staticmethod
    def _family() -> GaugeMetricFamily:
        return GaugeMetricFamily("readbot_digests", "Digests by state in the ledger", labels=["state"])


def watch_deliveries(registry: CollectorRegistry, count_by_state: Callable[[], Mapping[str, int]]) -> None:
    """Show digests by state, as *count_by_state* counts them, at every scrape."""
    registry.register(_Deliveries(count_by_state))
