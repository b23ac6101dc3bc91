"""From slots to deliveries: what is due becomes a row in the ledger, once.

Thousands of channels ask for Monday 09:00, so a tick reasons once for each schedule and slot and
lets the database do the rest: 100,000 subscriptions that are due at once are two statements.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from readbot.digests.calendar import Slot
from readbot.digests.model import Delivery, DeliveryState, Origin, Subscription
from readbot.digests.rollover import Rollover, roll_over
from readbot.store.database import Database
from readbot.store.rows import SCHEDULE_COLUMNS, id_prefix, insert, new_id, to_schedule
from readbot.store.schema import UtcDateTime, deliveries, subscriptions

# Any number that nothing else in the database uses as an advisory lock.
_LOCK = 7_262_785


@dataclass(frozen=True, kw_only=True)
class TickRules:
    """What a tick goes by."""

    #: How late a missed slot is still posted.
    catch_up: timedelta
    #: Seconds over which the subscriptions of one slot are spread.
    jitter_s: float
    #: Tells of a platform whether its workspaces share one budget of posts.
    is_shared: Callable[[str], bool]


@dataclass(frozen=True, kw_only=True)
class Ticked:
    """What a tick did."""

    due: int = 0
    skipped: int = 0


class Slots:
    """Makes deliveries. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def tick(self, now: datetime, rules: TickRules) -> Ticked:
        """Write a delivery for each subscription that is due, and set its next slot."""
        is_due = sa.and_(subscriptions.c.next_slot_at <= now, subscriptions.c.next_due_at <= now)
        with self._database.read() as connection:
            if connection.execute(sa.select(subscriptions.c.id).where(is_due).limit(1)).first() is None:
                return Ticked()
        with self._database.write() as connection:
            if not _lock(connection, is_due):
                return Ticked()
            due = skipped = 0
            for batch in _batches(connection, is_due):
                rollover = roll_over(
                    batch.schedule, batch.slot, now, rules.catch_up, skipped=batch.skipped_dates
                )
                shared = rules.is_shared(batch.platform)
                for slot in rollover.missed:
                    skipped += _insert_missed(connection, batch, slot, now, shared=shared)
                if rollover.due:
                    due += _insert_due(connection, batch, rollover.due, rules.jitter_s, shared=shared)
                _move_on(connection, batch, rollover, rules.jitter_s)
        return Ticked(due=due, skipped=skipped)

    def add_now(self, subscription: Subscription, *, shared: bool) -> Delivery:
        """Write a delivery to be posted at once, beside the subscription's slots."""
        now = self._database.now()
        channel = subscription.channel
        delivery = Delivery(
            id=new_id(),
            subscription_id=subscription.id,
            channel=channel,
            group=channel.platform if shared else f"{channel.platform}:{channel.workspace_id}",
            origin=Origin.NOW,
            slot_at=now,
            due_at=now,
            state=DeliveryState.PENDING,
            try_at=now,
        )
        columns = ("id", "subscription_id", "origin", "slot_at", "due_at", "state", "attempts", "try_at")
        values = {column: getattr(delivery, column) for column in columns}
        with self._database.write() as connection:
            connection.execute(deliveries.insert(), values | {"group_key": delivery.group})
        return delivery


class _Batch:
    """The subscriptions of one platform with the same schedule, slot waited for, and skipped dates."""

    def __init__(self, row: sa.Row[Any], is_due: sa.ColumnElement[bool]) -> None:
        self.platform: str = row.platform
        self.schedule = to_schedule(row)
        self.slot = Slot(local=row.next_slot_local, instant=row.next_slot_at)
        self.skipped_dates: frozenset[date] = row.skipped_dates
        same = (
            subscriptions.c[column].is_not_distinct_from(getattr(row, column)) for column in _BATCH_COLUMNS
        )
        self.where = sa.and_(subscriptions.c.next_slot_at == row.next_slot_at, is_due, *same)


_BATCH_COLUMNS = ("platform", "next_slot_local", "skipped_dates", *SCHEDULE_COLUMNS)


class _LaterBy(sa.ColumnElement[datetime]):
    """A time plus seconds that stand in the row: the engines write that differently."""

    inherit_cache = True
    _traverse_internals = [  # noqa: RUF012 - SQLAlchemy's own protocol for caching statements
        ("moment", sa.sql.visitors.InternalTraversal.dp_clauseelement),
        ("seconds", sa.sql.visitors.InternalTraversal.dp_clauseelement),
    ]
    type = UtcDateTime()

    def __init__(self, moment: datetime, seconds: sa.ColumnElement[float]) -> None:
        self.moment = sa.literal(moment, UtcDateTime)
        self.seconds = seconds


@compiles(_LaterBy, "postgresql")
def _later_on_postgresql(element: _LaterBy, compiler: Any, **others: Any) -> str:
    moment, seconds = compiler.process(element.moment, **others), compiler.process(element.seconds, **others)
    return f"({moment} + make_interval(secs => {seconds}))"


@compiles(_LaterBy, "sqlite")
def _later_on_sqlite(element: _LaterBy, compiler: Any, **others: Any) -> str:
    moment, seconds = compiler.process(element.moment, **others), compiler.process(element.seconds, **others)
    # SQLite reckons in milliseconds; UtcDateTime's text has microseconds.
    return f"(strftime('%Y-%m-%d %H:%M:%f', {moment}, ({seconds}) || ' seconds') || '000')"


def _lock(connection: sa.Connection, is_due: sa.ColumnElement[bool]) -> bool:
    """Make sure that no other worker ticks and nobody changes what is due; SQLite has us alone anyway."""
    if connection.dialect.name != "postgresql":
        return True
    if not connection.execute(sa.select(sa.func.pg_try_advisory_xact_lock(_LOCK))).scalar():
        return False
    rows = sa.select(subscriptions.c.id).where(is_due).with_for_update().subquery()
    connection.execute(sa.select(sa.func.count()).select_from(rows))
    return True


def _batches(connection: sa.Connection, is_due: sa.ColumnElement[bool]) -> list[_Batch]:
    columns = [subscriptions.c[column] for column in ("next_slot_at", *_BATCH_COLUMNS)]
    query = sa.select(*columns).where(is_due).group_by(*columns).order_by(subscriptions.c.next_slot_at)
    return [_Batch(row, is_due) for row in connection.execute(query).all()]


def _insert_due(
    connection: sa.Connection, batch: _Batch, slot: Slot, jitter_s: float, *, shared: bool
) -> int:
    # The slot that was waited for may have been given its time by hand, without jitter.
    waited_for = slot.instant == batch.slot.instant
    due_at = subscriptions.c.next_due_at if waited_for else _due_at(slot, jitter_s)
    return _insert_deliveries(
        connection, batch, slot, shared, state=DeliveryState.PENDING, due_at=due_at, try_at=due_at, reason=""
    )


def _insert_missed(
    connection: sa.Connection, batch: _Batch, slot: Slot, now: datetime, *, shared: bool
) -> int:
    return _insert_deliveries(
        connection,
        batch,
        slot,
        shared,
        state=DeliveryState.SKIPPED,
        due_at=slot.instant,
        finished_at=now,
        reason="readbot was not running",
    )


def _insert_deliveries(
    connection: sa.Connection, batch: _Batch, slot: Slot, shared: bool, **others: Any
) -> int:
    workspace = subscriptions.c.platform + ":" + subscriptions.c.workspace_id
    values = {
        "id": sa.literal(id_prefix()) + _random_hex(connection),
        "subscription_id": subscriptions.c.id,
        "group_key": subscriptions.c.platform if shared else workspace,
        "origin": Origin.SLOT,
        "slot_at": slot.instant,
        "attempts": 0,
        **others,
    }
    columns = [
        value if isinstance(value, sa.ColumnElement) else sa.literal(value, deliveries.c[name].type)
        for name, value in values.items()
    ]
    query = sa.select(*columns).where(batch.where)
    statement = insert(connection, deliveries).from_select(list(values), query, include_defaults=False)
    # A slot that somebody skipped and then asked for again has its row already, from where nobody knew
    # whether its platform's workspaces share a budget.
    statement = statement.on_conflict_do_update(
        index_elements=["subscription_id", "slot_at", "origin"],
        set_={
            column: statement.excluded[column]
            for column in ("group_key", "state", "due_at", "try_at", "finished_at", "reason")
        },
        where=deliveries.c.state == DeliveryState.SKIPPED,
    )
    # Only UPDATE and DELETE keep their count otherwise.
    return connection.execute(statement, execution_options={"preserve_rowcount": True}).rowcount


def _random_hex(connection: sa.Connection) -> sa.ColumnElement[str]:
    """Return 13 random hexadecimal digits for each row: 52 bits."""
    if connection.dialect.name == "postgresql":
        digits = sa.func.replace(sa.cast(sa.func.gen_random_uuid(), sa.String), "-", "")
        # From the end: a few bits in the middle of a UUID are always the same.
        return sa.func.right(digits, 13)
    return sa.func.substr(sa.func.lower(sa.func.hex(sa.func.randomblob(7))), 1, 13)


def _due_at(slot: Slot, jitter_s: float) -> sa.ColumnElement[datetime]:
    return _LaterBy(slot.instant, subscriptions.c.jitter * jitter_s)


def _move_on(connection: sa.Connection, batch: _Batch, rollover: Rollover, jitter_s: float) -> None:
    to_come = frozenset(day for day in batch.skipped_dates if day > batch.slot.date)
    connection.execute(
        subscriptions.update()
        .where(batch.where)
        .values(
            next_slot_local=rollover.following.local,
            next_slot_at=rollover.following.instant,
            next_due_at=_due_at(rollover.following, jitter_s),
            skipped_dates=to_come,
        )
    )
