"""Subscriptions and deliveries as values. All times are aware and UTC."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from readbot.digests.bag import Filter
from readbot.digests.calendar import Schedule, Slot


@dataclass(frozen=True, kw_only=True)
class Channel:
    """Where a digest goes: the address of a channel over all platforms."""

    #: Entry-point name of the platform: "slack", "discord".
    platform: str
    #: A Slack team or a Discord guild; a Discord DM has the person's id here.
    workspace_id: str
    channel_id: str


class SubscriptionState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    #: The platform refuses posts there for good (channel gone, bot removed, token revoked). One try a
    #: day; the settings stay.
    UNREACHABLE = "unreachable"
    #: Turned off. Kept, so that turning it on again goes on with the same bag.
    OFF = "off"


@dataclass(frozen=True, kw_only=True)
class Subscription:
    """A channel's wish for a digest. It belongs to the channel, not to whoever typed it."""

    id: str
    channel: Channel
    state: SubscriptionState
    schedule: Schedule
    wanted: Filter = field(default_factory=Filter)
    #: Links in one digest.
    links: int = 1
    #: Posted without a notification, where the platform can do that.
    is_silent: bool = False
    #: Whether a digest also says what changed in the list since the one before.
    tells_changes: bool = False
    #: Shuffles the bag.
    seed: str
    #: The platform's id of the person who set it up last: is told when the channel cannot be reached.
    set_up_by: str
    created_at: datetime
    #: The slot to come; None unless active.
    next_slot: Slot | None = None
    #: When to deliver it: the slot plus the subscription's own jitter.
    next_due_at: datetime | None = None
    #: Local dates that people left out. Past ones mean nothing any more, and go with the next slot.
    skipped_dates: frozenset[date] = frozenset()
    #: Why it is unreachable; empty otherwise.
    trouble: str = ""


class DeliveryState(StrEnum):
    """Where a delivery stands. DESIGN: pending, sending, then sent, unknown, failed or skipped."""

    #: To be posted, now or at ``try_at``.
    PENDING = "pending"
    #: A worker may be posting it until its lease ends.
    SENDING = "sending"
    SENT = "sent"
    #: The platform may or may not have it: to be looked up at ``try_at``, or unconfirmed for good.
    UNKNOWN = "unknown"
    FAILED = "failed"
    SKIPPED = "skipped"


class Origin(StrEnum):
    """What a delivery is for."""

    SLOT = "slot"
    #: Somebody asked for it ("digest now"); it uses up no slot.
    NOW = "now"


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One post for one slot."""

    #: 20 letters and digits: fits Discord's nonce (25) and is what a look-up searches for.
    id: str
    subscription_id: str
    channel: Channel
    #: What is paced together: "slack:T123"; "discord", as one bot token has one budget.
    group: str
    origin: Origin
    #: The slot's instant; for ``NOW`` the time at which it was asked for.
    slot_at: datetime
    due_at: datetime
    state: DeliveryState
    #: Which try this is; fences the outcomes of workers that were given up on.
    attempts: int = 0
    #: The earliest time for the next step; None when there is none.
    try_at: datetime | None = None
    #: When the last try began.
    attempted_at: datetime | None = None
    lease_until: datetime | None = None
    #: The platform's id of the message, once it is sent.
    message_id: str | None = None
    finished_at: datetime | None = None
    #: Why it is where it is, for people: "rate limited", "no answer", "paused".
    reason: str = ""

    @property
    def is_unconfirmed(self) -> bool:
        """Whether it is unknown for good: it can only be posted again by somebody's wish."""
        return self.state is DeliveryState.UNKNOWN and self.try_at is None


@dataclass(frozen=True, kw_only=True)
class Notice:
    """Something that a person is to be told once."""

    id: int
    subscription: Subscription
    person_id: str
    #: A sentence or two.
    words: str
