"""How it stands with a channel's digest, as values and in words."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from readbot.digests.calendar import describe_date, describe_next
from readbot.digests.model import Delivery, Subscription, SubscriptionState
from readbot.digests.post import describe_filter
from readbot.language import tr


@dataclass(frozen=True, kw_only=True)
class DigestStatus:
    """How it stands with a channel's digest."""

    #: None where the channel never had one, or had it removed.
    subscription: Subscription | None
    #: When that was, aware; None where there is no digest.
    looked_at: datetime | None = None
    #: Links of this round that the channel has had, and all that it can get: "12 of 74".
    done: int = 0
    total: int = 0
    #: The latest delivery that brought a link, or failed to.
    last: Delivery | None = None
    #: Posts that may or may not have arrived: each can be posted again by somebody's wish.
    unconfirmed: tuple[Delivery, ...] = ()
    #: Whether the verb that returned this changed anything.
    has_changed: bool = False

    @property
    def next_words(self) -> str:
        """The next post in words: "Mon 30 Nov, 09:00 Europe/Berlin, in 3 days"; empty when none will come."""
        slot = self.subscription.next_slot if self.subscription else None
        if self.subscription is None or slot is None or self.looked_at is None:
            return ""
        return describe_next(slot.instant, self.subscription.schedule.timezone, self.looked_at)

    @property
    def skipped_words(self) -> str:
        """The dates to come that are left out: "Mon 30 Nov, Mon 7 Dec"; empty when none is."""
        if self.subscription is None or self.looked_at is None:
            return ""
        today = self.looked_at.astimezone(ZoneInfo(self.subscription.schedule.timezone)).date()
        days = sorted(day for day in self.subscription.skipped_dates if day >= today)
        return tr(", ").join(map(describe_date, days))

    @property
    def filter_words(self) -> str:
        """Which links: "the whole list", "section “Attention”"; empty where there is no digest."""
        return describe_filter(self.subscription.wanted) if self.subscription else ""

    @property
    def is_on(self) -> bool:
        return self.subscription is not None and self.subscription.state is not SubscriptionState.OFF


@dataclass(frozen=True, kw_only=True)
class TurnedOn:
    """What ``turn_on`` did."""

    status: DigestStatus
    #: Whether it was off before, rather than changed.
    is_new: bool
