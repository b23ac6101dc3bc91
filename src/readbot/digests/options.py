"""How patient a delivery is."""

from dataclasses import dataclass
from datetime import timedelta

from readbot.settings import OnUnknown, Settings

#: A delivery is given up this long after it was due.
GIVE_UP_AFTER = timedelta(hours=24)
#: A channel that cannot be reached is tried so often.
PROBE_EVERY = timedelta(days=1)
#: The longest wait between two tries of a delivery.
MAX_BACKOFF_S = 300.0


@dataclass(frozen=True, kw_only=True)
class DeliveryOptions:
    """The settings of the same names."""

    post_timeout_s: float = 10.0
    lease_s: float = 90.0
    settle_s: float = 60.0
    catch_up_h: float = 24.0
    jitter_s: float = 300.0
    on_unknown: OnUnknown = OnUnknown.SKIP
    #: Posts at once over all groups.
    at_once: int = 32

    @classmethod
    def from_settings(cls, settings: Settings) -> "DeliveryOptions":
        return cls(
            post_timeout_s=settings.post_timeout_s,
            lease_s=settings.lease_s,
            settle_s=settings.settle_s,
            catch_up_h=settings.catch_up_h,
            jitter_s=settings.jitter_s,
            on_unknown=settings.on_unknown,
        )

    def backoff_s(self, attempts: int) -> float:
        """Return how long to wait after so many tries: doubling, from a fifth of the timeout on."""
        return min(MAX_BACKOFF_S, self.post_timeout_s / 5 * 2.0 ** (min(attempts, 20) - 1))
