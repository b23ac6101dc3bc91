"""Subscriptions in the database."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from readbot.digests.calendar import Slot
from readbot.digests.model import Channel, DeliveryState, Notice, Origin, Subscription, SubscriptionState
from readbot.store.bags import release_picks
from readbot.store.database import Database
from readbot.store.rows import insert, new_id, slot_columns, to_row, to_subscription
from readbot.store.schema import deliveries, notices, subscriptions


@dataclass(frozen=True, kw_only=True)
class Change:
    """What becomes of a subscription."""

    subscription: Subscription
    #: A slot to record as skipped, with the reason.
    skipped: tuple[Slot, str] | None = None
    #: Remove it altogether, with its history.
    remove: bool = False


class Subscriptions:
    """The subscriptions of all channels. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, channel: Channel) -> Subscription | None:
        with self._database.read() as connection:
            return _find(connection, _is_at(channel))

    def get(self, subscription_id: str) -> Subscription | None:
        with self._database.read() as connection:
            return _find(connection, subscriptions.c.id == subscription_id)

    def list_(
        self,
        *,
        platform: str | None = None,
        workspace_id: str | None = None,
        states: Collection[SubscriptionState] = (),
    ) -> list[Subscription]:
        """Return the subscriptions of a platform, a workspace, some states; by channel."""
        query = sa.select(subscriptions).order_by(
            subscriptions.c.platform, subscriptions.c.workspace_id, subscriptions.c.channel_id
        )
        if platform is not None:
            query = query.where(subscriptions.c.platform == platform)
        if workspace_id is not None:
            query = query.where(subscriptions.c.workspace_id == workspace_id)
        if states:
            query = query.where(subscriptions.c.state.in_(states))
        with self._database.read() as connection:
            return [to_subscription(row) for row in connection.execute(query)]

    def change(
        self, channel: Channel, decide: Callable[[Subscription | None], Change | None]
    ) -> Subscription | None:
        """Let *decide* turn what a channel has into what it is to have, in one transaction.

        What waits to be posted for a subscription that is no longer active is recorded as skipped.

        Args:
            channel: Whose subscription.
            decide: Gets the subscription, or None where there is none; None back changes nothing. It
                may be called twice, so it has no side effects.

        Returns:
            The subscription as it is now; None where there is none.
        """
        try:
            return self._change(channel, decide)
        except IntegrityError:
            # Somebody else turned the digest on in this channel at this very moment: now it is there.
            return self._change(channel, decide)

    def _change(
        self, channel: Channel, decide: Callable[[Subscription | None], Change | None]
    ) -> Subscription | None:
        now = self._database.now()
        with self._database.write() as connection:
            before = _find(connection, _is_at(channel), for_update=True)
            change = decide(before)
            if change is None:
                return before
            after = change.subscription
            if change.remove:
                connection.execute(subscriptions.delete().where(subscriptions.c.id == after.id))
                return None
            values = to_row(after) | {"changed_at": now}
            if before is None:
                connection.execute(subscriptions.insert().values(values))
            else:
                connection.execute(
                    subscriptions.update().where(subscriptions.c.id == after.id).values(values)
                )
            if after.state is not SubscriptionState.ACTIVE:
                _cancel(connection, after, now)
            if change.skipped:
                _record_skip(connection, after, *change.skipped, now)
            return after

    def take_probes(
        self, now: datetime, *, platforms: Iterable[str], again_at: datetime, limit: int
    ) -> list[Subscription]:
        """Return unreachable subscriptions that are to be tried, and put off their next try."""
        query = (
            sa.select(subscriptions)
            .where(subscriptions.c.probe_at <= now, subscriptions.c.platform.in_(platforms))
            .order_by(subscriptions.c.probe_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self._database.write() as connection:
            found = [to_subscription(row) for row in connection.execute(query)]
            ids = [subscription.id for subscription in found]
            connection.execute(
                subscriptions.update().where(subscriptions.c.id.in_(ids)).values(probe_at=again_at)
            )
        return found

    def take_notices(self, now: datetime, *, platforms: Iterable[str], limit: int = 20) -> list[Notice]:
        """Return what people are to be told, and mark it as told."""
        query = (
            sa.select(notices.c.id.label("notice_id"), notices.c.person_id, notices.c.words, subscriptions)
            .join(subscriptions, subscriptions.c.id == notices.c.subscription_id)
            .where(notices.c.told_at.is_(None), subscriptions.c.platform.in_(platforms))
            .order_by(notices.c.id)
            .limit(limit)
            .with_for_update(of=notices, skip_locked=True)
        )
        with self._database.write() as connection:
            rows = connection.execute(query).all()
            ids = [row.notice_id for row in rows]
            connection.execute(notices.update().where(notices.c.id.in_(ids)).values(told_at=now))
        return [
            Notice(
                id=row.notice_id, person_id=row.person_id, words=row.words, subscription=to_subscription(row)
            )
            for row in rows
        ]

    def refresh_slots(self, refresh: Callable[[Subscription], Subscription]) -> int:
        """Work out all slots anew, as a new release of the time zone database may have moved them.

        Returns:
            How many have moved.
        """
        moved = 0
        with self._database.write() as connection:
            query = (
                sa.select(subscriptions).where(subscriptions.c.next_slot_at.is_not(None)).with_for_update()
            )
            for row in connection.execute(query).all():
                before = to_subscription(row)
                after = refresh(before)
                if after != before:
                    moved += 1
                    connection.execute(
                        subscriptions.update()
                        .where(subscriptions.c.id == after.id)
                        .values(slot_columns(after))
                    )
        return moved


def mark_unreachable(
    connection: sa.Connection, subscription: Subscription, *, trouble: str, probe_at: datetime
) -> None:
    """Stop a subscription until its channel can be reached; its settings stay."""
    connection.execute(
        subscriptions.update()
        .where(subscriptions.c.id == subscription.id, subscriptions.c.state == SubscriptionState.ACTIVE)
        .values(
            state=SubscriptionState.UNREACHABLE,
            trouble=trouble,
            probe_at=probe_at,
            next_slot_local=None,
            next_slot_at=None,
            next_due_at=None,
        )
    )


def _is_at(channel: Channel) -> sa.ColumnElement[bool]:
    return sa.and_(
        subscriptions.c.platform == channel.platform,
        subscriptions.c.workspace_id == channel.workspace_id,
        subscriptions.c.channel_id == channel.channel_id,
    )


def _find(
    connection: sa.Connection, where: sa.ColumnElement[bool], *, for_update: bool = False
) -> Subscription | None:
    query = sa.select(subscriptions).where(where)
    row = connection.execute(query.with_for_update() if for_update else query).one_or_none()
    return None if row is None else to_subscription(row)


def _cancel(connection: sa.Connection, subscription: Subscription, now: datetime) -> None:
    """Record as skipped what has not begun to be posted; its links go back into the bag."""
    query = sa.select(deliveries.c.id).where(
        deliveries.c.subscription_id == subscription.id, deliveries.c.state == DeliveryState.PENDING
    )
    ids = connection.execute(query.with_for_update()).scalars().all()
    if not ids:
        return
    values = {
        "state": DeliveryState.SKIPPED,
        "try_at": None,
        "finished_at": now,
        "reason": f"the digest is {subscription.state}",
    }
    connection.execute(deliveries.update().where(deliveries.c.id.in_(ids)).values(values))
    release_picks(connection, ids)


def _record_skip(
    connection: sa.Connection, subscription: Subscription, slot: Slot, reason: str, now: datetime
) -> None:
    values = {
        "id": new_id(),
        "subscription_id": subscription.id,
        "group_key": f"{subscription.channel.platform}:{subscription.channel.workspace_id}",
        "origin": Origin.SLOT,
        "slot_at": slot.instant,
        "due_at": slot.instant,
        "state": DeliveryState.SKIPPED,
        "attempts": 0,
        "finished_at": now,
        "reason": reason,
    }
    connection.execute(insert(connection, deliveries).on_conflict_do_nothing(), values)
