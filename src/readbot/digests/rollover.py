"""What a tick makes of a subscription whose slot has come: one digest at most, whatever was missed."""

import hashlib
from collections import deque
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from readbot.digests.calendar import Schedule, Slot, instant_of, next_slot

#: After a long downtime only the latest missed slots are recorded.
MAX_RECORDED = 31


@dataclass(frozen=True, kw_only=True)
class Rollover:
    """Where a subscription goes from here."""

    #: Slots that nothing is posted for any more, oldest first, at most ``MAX_RECORDED``.
    missed: tuple[Slot, ...]
    #: The slot to post for.
    due: Slot | None
    #: The slot to come, later than now.
    following: Slot


def roll_over(
    schedule: Schedule,
    slot: Slot,
    now: datetime,
    catch_up: timedelta,
    *,
    skipped: AbstractSet[date] = frozenset(),
) -> Rollover:
    """Return what is due at *now* for a subscription that waits for *slot*.

    Of the slots that have passed only the latest is posted, and only when it is at most *catch_up*
    late: a channel never gets a backlog. Dates that are *skipped* are no slots at all.
    """
    passed = deque([slot], maxlen=MAX_RECORDED)
    following = next_slot(schedule, slot.instant, after_date=slot.date, skipped=skipped)
    while following.instant <= now:
        passed.append(following)
        following = next_slot(schedule, following.instant, after_date=following.date, skipped=skipped)
    latest = passed.pop() if now - passed[-1].instant <= catch_up else None
    return Rollover(missed=tuple(passed), due=latest, following=following)


def due_at(slot: Slot, subscription_id: str, spread_s: float) -> datetime:
    """Return when to deliver a slot, so that the subscriptions of one slot do not come all at once."""
    return slot.instant + timedelta(seconds=round(jitter(subscription_id) * spread_s, 3))


def renew(slot: Slot, timezone: str) -> Slot:
    """Return the slot by the zone's rules as they are now; a new time zone database may move it."""
    return replace(slot, instant=instant_of(slot.date, slot.local.time(), timezone))


def jitter(subscription_id: str) -> float:
    """Return how far into the spread of its slot a subscription is due: 0 to 1, always the same."""
    digest = hashlib.blake2s(subscription_id.encode(), digest_size=4).digest()
    return int.from_bytes(digest, "big") / 2**32
