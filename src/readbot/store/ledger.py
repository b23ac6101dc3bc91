"""The ledger: one row per delivery, and every step of its way written down before it is taken.

    pending ──claim──▶ sending ──confirm──▶ sent
       ▲                 │ ──postpone──▶ pending     ──give_up──▶ failed
       │                 │ ──doubt, or the lease ran out──▶ unknown
       └──repost─────────────────────────── unknown ──confirm_found──▶ sent
                                                    ──leave_unconfirmed──▶ unknown for good

Every step after a claim names the attempt that it belongs to. A worker that was given up on, and
wakes up later, finds that its attempt is no longer the current one and changes nothing.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from readbot.digests.model import Delivery, DeliveryState
from readbot.store.bags import release_picks
from readbot.store.database import Database
from readbot.store.rows import (
    to_delivery,
    to_subscription,
    with_channels,
)
from readbot.store.schema import deliveries, notices, subscriptions
from readbot.store.subscriptions import mark_unreachable


class Ledger:
    """The deliveries. Each method is one transaction; times are those of ``Database.now``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def now(self) -> datetime:
        return self._database.now()

    # Posting

    def due_groups(self, now: datetime, platforms: Iterable[str]) -> list[str]:
        """Return the groups that have something to post, the longest waiting first."""
        oldest = sa.func.min(deliveries.c.try_at)
        query = (
            sa.select(deliveries.c.group_key)
            .where(deliveries.c.state == DeliveryState.PENDING, deliveries.c.try_at <= now)
            .group_by(deliveries.c.group_key)
            .order_by(oldest, deliveries.c.group_key)
        )
        wanted = set(platforms)
        with self._database.read() as connection:
            groups = connection.execute(query).scalars().all()
        return [group for group in groups if group.partition(":")[0] in wanted]

    def claim(self, group: str, *, now: datetime, lease_s: float, limit: int) -> list[Delivery]:
        """Take deliveries to post: this worker's alone until the lease ends."""
        query = (
            with_channels()
            .where(
                deliveries.c.state == DeliveryState.PENDING,
                deliveries.c.group_key == group,
                deliveries.c.try_at <= now,
            )
            .order_by(deliveries.c.try_at, deliveries.c.id)
            .limit(limit)
            .with_for_update(of=deliveries, skip_locked=True)
        )
        lease_until = now + timedelta(seconds=lease_s)
        with self._database.write() as connection:
            found = [to_delivery(row) for row in connection.execute(query)]
            if found:
                connection.execute(
                    deliveries.update()
                    .where(deliveries.c.id.in_([delivery.id for delivery in found]))
                    .values(
                        state=DeliveryState.SENDING,
                        attempts=deliveries.c.attempts + 1,
                        attempted_at=now,
                        lease_until=lease_until,
                        try_at=None,
                    )
                )
        return [
            replace(
                delivery,
                state=DeliveryState.SENDING,
                attempts=delivery.attempts + 1,
                attempted_at=now,
                lease_until=lease_until,
                try_at=None,
            )
            for delivery in found
        ]

    # Outcomes of an attempt. Each tells whether it was still the current one.

    def confirm(self, delivery: Delivery, message_id: str) -> bool:
        """Write down that the platform has the message."""
        now = self._database.now()
        with self._database.write() as connection:
            return _step(
                connection,
                delivery,
                state=DeliveryState.SENT,
                message_id=message_id,
                finished_at=now,
                reason="",
            )

    def postpone(self, delivery: Delivery, *, try_at: datetime, reason: str) -> bool:
        """Put a delivery back that was certainly not posted."""
        with self._database.write() as connection:
            return _step(connection, delivery, state=DeliveryState.PENDING, try_at=try_at, reason=reason)

    def doubt(self, delivery: Delivery, *, look_at: datetime, reason: str) -> bool:
        """Write down that the platform may or may not have the message."""
        with self._database.write() as connection:
            return _step(connection, delivery, state=DeliveryState.UNKNOWN, try_at=look_at, reason=reason)

    def give_up(self, delivery: Delivery, *, reason: str, notice: str = "") -> bool:
        """Write down that a delivery failed, and put its links back into the bag.

        Args:
            delivery: The attempt.
            reason: Why, for the log.
            notice: What to tell the person who set the digest up; nothing when empty.
        """
        now = self._database.now()
        with self._database.write() as connection:
            done = _step(connection, delivery, state=DeliveryState.FAILED, finished_at=now, reason=reason)
            if done:
                release_picks(connection, [delivery.id])
                _notify(connection, delivery.subscription_id, notice, now)
        return done

    def skip(self, delivery: Delivery, *, reason: str) -> bool:
        """Write down that a delivery was left out, having nothing to say."""
        now = self._database.now()
        with self._database.write() as connection:
            return _step(connection, delivery, state=DeliveryState.SKIPPED, finished_at=now, reason=reason)

    def mark_unreachable(self, delivery: Delivery, *, reason: str, probe_at: datetime, notice: str) -> bool:
        """Write down that nothing can be posted in the channel: the delivery fails, the digest stops."""
        now = self._database.now()
        with self._database.write() as connection:
            done = _step(connection, delivery, state=DeliveryState.FAILED, finished_at=now, reason=reason)
            if done:
                release_picks(connection, [delivery.id])
                query = sa.select(subscriptions).where(subscriptions.c.id == delivery.subscription_id)
                subscription = to_subscription(connection.execute(query.with_for_update()).one())
                mark_unreachable(connection, subscription, trouble=reason, probe_at=probe_at)
                if not _was_told_since_last_post(connection, subscription.id):
                    _notify(connection, subscription.id, notice, now)
        return done

    # What nobody knows

    def expire_leases(self, now: datetime, *, settle_s: float, limit: int = 500) -> int:
        """Doubt what was claimed by workers that have said nothing since, and return how many.

        Args:
            now: The current time.
            settle_s: How long a post in flight may take to show up: the look-up waits for it.
            limit: Rows in one transaction.
        """
        query = (
            sa.select(deliveries.c.id)
            .where(deliveries.c.state == DeliveryState.SENDING, deliveries.c.lease_until <= now)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self._database.write() as connection:
            ids = connection.execute(query).scalars().all()
            if ids:
                connection.execute(
                    deliveries.update()
                    .where(deliveries.c.id.in_(ids))
                    .values(
                        state=DeliveryState.UNKNOWN,
                        try_at=now + timedelta(seconds=settle_s),
                        lease_until=None,
                        reason="the worker stopped",
                    )
                )
        return len(ids)

    def take_look_ups(
        self, now: datetime, *, platforms: Iterable[str], hold_s: float, limit: int
    ) -> list[Delivery]:
        """Return unknown deliveries to look up; nobody else gets them for *hold_s* seconds."""
        query = (
            with_channels()
            .where(
                deliveries.c.state == DeliveryState.UNKNOWN,
                deliveries.c.try_at <= now,
                subscriptions.c.platform.in_(platforms),
            )
            .order_by(deliveries.c.try_at)
            .limit(limit)
            .with_for_update(of=deliveries, skip_locked=True)
        )
        with self._database.write() as connection:
            found = [to_delivery(row) for row in connection.execute(query)]
            if found:
                connection.execute(
                    deliveries.update()
                    .where(deliveries.c.id.in_([delivery.id for delivery in found]))
                    .values(try_at=now + timedelta(seconds=hold_s))
                )
        return found

    def confirm_found(self, delivery: Delivery, message_id: str) -> bool:
        """Write down that an unknown delivery did arrive."""
        now = self._database.now()
        with self._database.write() as connection:
            values = {"message_id": message_id, "finished_at": now, "try_at": None, "reason": ""}
            return _settle(connection, delivery, state=DeliveryState.SENT, **values)

    def repost(self, delivery: Delivery, *, reason: str) -> bool:
        """Put an unknown delivery back that is to be posted again."""
        now = self._database.now()
        with self._database.write() as connection:
            return _settle(connection, delivery, state=DeliveryState.PENDING, try_at=now, reason=reason)

    def look_again(self, delivery: Delivery, *, look_at: datetime, reason: str) -> bool:
        """Put a look-up off that got no answer."""
        with self._database.write() as connection:
            return _settle(connection, delivery, state=DeliveryState.UNKNOWN, try_at=look_at, reason=reason)

    def leave_unconfirmed(self, delivery: Delivery, *, reason: str) -> bool:
        """Leave a delivery unknown for good: only a person can have it posted again."""
        now = self._database.now()
        with self._database.write() as connection:
            values = {"try_at": None, "finished_at": now, "reason": reason}
            return _settle(connection, delivery, state=DeliveryState.UNKNOWN, **values)

    def post_again(self, delivery_id: str) -> bool:
        """Put an unconfirmed delivery back because somebody asked for it; the second to ask is late."""
        now = self._database.now()
        with self._database.write() as connection:
            result = connection.execute(
                deliveries.update()
                .where(
                    deliveries.c.id == delivery_id,
                    deliveries.c.state == DeliveryState.UNKNOWN,
                    deliveries.c.try_at.is_(None),
                )
                .values(
                    state=DeliveryState.PENDING,
                    try_at=now,
                    # The day after which it is given up counts from now, not from the old slot.
                    due_at=now,
                    finished_at=None,
                    reason="asked for again",
                )
            )
        return result.rowcount == 1


def _step(connection: sa.Connection, delivery: Delivery, **values: Any) -> bool:
    """Take a step from ``sending``, if the attempt is still the current one."""
    return _fenced(connection, delivery, DeliveryState.SENDING, {"lease_until": None} | values)


def _settle(connection: sa.Connection, delivery: Delivery, **values: Any) -> bool:
    """Take a step from ``unknown``, if the attempt is still the current one."""
    return _fenced(connection, delivery, DeliveryState.UNKNOWN, values)


def _fenced(
    connection: sa.Connection, delivery: Delivery, state: DeliveryState, values: dict[str, Any]
) -> bool:
    result = connection.execute(
        deliveries.update()
        .where(
            deliveries.c.id == delivery.id,
            deliveries.c.attempts == delivery.attempts,
            deliveries.c.state == state,
        )
        .values(values)
    )
    return result.rowcount == 1


def _notify(connection: sa.Connection, subscription_id: str, words: str, now: datetime) -> None:
    if not words:
        return
    query = sa.select(subscriptions.c.set_up_by).where(subscriptions.c.id == subscription_id)
    person_id = connection.execute(query).scalar_one()
    # A workspace that removed readbot has left nobody to tell.
    if person_id:
        row = {"subscription_id": subscription_id, "person_id": person_id, "words": words, "created_at": now}
        connection.execute(notices.insert(), row)


def _was_told_since_last_post(connection: sa.Connection, subscription_id: str) -> bool:
    """Tell whether the person knows already: a channel that flaps must not send a message a day."""
    told = sa.select(sa.func.max(notices.c.created_at)).where(notices.c.subscription_id == subscription_id)
    posted = sa.select(sa.func.max(deliveries.c.finished_at)).where(
        deliveries.c.subscription_id == subscription_id, deliveries.c.state == DeliveryState.SENT
    )
    told_at, posted_at = connection.execute(told).scalar(), connection.execute(posted).scalar()
    return told_at is not None and (posted_at is None or posted_at < told_at)
