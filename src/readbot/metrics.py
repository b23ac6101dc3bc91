"""What an operator watches, for Prometheus. One registry per process, made by the entry point."""

from prometheus_client import CollectorRegistry, Counter, Histogram

# A digest is on time within a minute; beyond an hour nobody asks by how much.
_LATENESS_BUCKETS_S = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600)


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
