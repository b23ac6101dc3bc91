"""Rows to values and back, and the few statements whose words differ between the engines."""

import secrets
import time
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from readbot.conversation.request import Workspace
from readbot.digests.bag import Filter
from readbot.digests.calendar import Schedule, Slot, Weekday
from readbot.digests.model import Channel, Delivery, Subscription
from readbot.digests.rollover import jitter
from readbot.reading_list.model import Kind
from readbot.store.schema import deliveries, subscriptions

SCHEDULE_COLUMNS = ("cadence", "at", "timezone", "weekday", "anchor", "nth", "day")


def new_id() -> str:
    """Return 20 letters and digits; rows that are made in the same minute lie together."""
    return f"{id_prefix()}{secrets.randbits(52):013x}"


def id_prefix() -> str:
    """Return the first seven characters of the ids of this minute."""
    return f"{time.time_ns() // 60_000_000_000:07x}"


def insert(connection: sa.Connection, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that can say what to do about rows which are already there."""
    if connection.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)


def in_workspace(table: sa.Table, workspace: Workspace) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions for the rows of one workspace."""
    return table.c.platform == workspace.platform, table.c.workspace_id == workspace.id


def to_subscription(row: sa.Row[Any]) -> Subscription:
    """Return the value of a row that has all columns of ``subscriptions``."""
    slot = None
    if row.next_slot_at is not None and row.next_slot_local is not None:
        slot = Slot(local=row.next_slot_local, instant=row.next_slot_at)
    return Subscription(
        id=row.id,
        channel=to_channel(row),
        state=row.state,
        schedule=to_schedule(row),
        wanted=Filter(section=tuple(row.section), kind=Kind(row.kind) if row.kind else None),
        links=row.links,
        is_silent=row.is_silent,
        tells_changes=row.tells_changes,
        seed=row.seed,
        set_up_by=row.set_up_by,
        created_at=row.created_at,
        next_slot=slot,
        next_due_at=row.next_due_at,
        skipped_dates=row.skipped_dates,
        trouble=row.trouble,
    )


def to_schedule(row: sa.Row[Any]) -> Schedule:
    """Return the schedule of a row that has its columns; thousands of rows share a few schedules."""
    return _make_schedule(tuple(getattr(row, column) for column in SCHEDULE_COLUMNS))


@lru_cache(maxsize=1024)
def _make_schedule(values: tuple[Any, ...]) -> Schedule:
    given = dict(zip(SCHEDULE_COLUMNS, values, strict=True))
    if given["weekday"] is not None:
        given["weekday"] = Weekday(given["weekday"])
    return Schedule(**given)


def to_row(subscription: Subscription) -> dict[str, Any]:
    """Return all columns of a subscription but ``changed_at``."""
    schedule = subscription.schedule
    return {
        "id": subscription.id,
        "platform": subscription.channel.platform,
        "workspace_id": subscription.channel.workspace_id,
        "channel_id": subscription.channel.channel_id,
        "state": subscription.state,
        **{column: getattr(schedule, column) for column in SCHEDULE_COLUMNS},
        "section": list(subscription.wanted.section),
        "kind": subscription.wanted.kind,
        "links": subscription.links,
        "is_silent": subscription.is_silent,
        "tells_changes": subscription.tells_changes,
        "seed": subscription.seed,
        "jitter": jitter(subscription.id),
        "set_up_by": subscription.set_up_by,
        "created_at": subscription.created_at,
        "skipped_dates": subscription.skipped_dates,
        "trouble": subscription.trouble,
        "probe_at": None,
        **slot_columns(subscription),
    }


def slot_columns(subscription: Subscription) -> dict[str, Any]:
    """Return the columns that say when a subscription is due next."""
    slot = subscription.next_slot
    return {
        "next_slot_local": slot and slot.local,
        "next_slot_at": slot and slot.instant,
        "next_due_at": subscription.next_due_at,
    }


def to_channel(row: sa.Row[Any]) -> Channel:
    return Channel(platform=row.platform, workspace_id=row.workspace_id, channel_id=row.channel_id)


def with_channels() -> sa.Select[Any]:
    """Return a query of deliveries with the channels that they go to."""
    address = (subscriptions.c.platform, subscriptions.c.workspace_id, subscriptions.c.channel_id)
    return sa.select(deliveries, *address).join(subscriptions)


def to_delivery(row: sa.Row[Any]) -> Delivery:
    """Return the value of a row of ``with_channels``."""
    return Delivery(
        id=row.id,
        subscription_id=row.subscription_id,
        channel=to_channel(row),
        group=row.group_key,
        origin=row.origin,
        slot_at=row.slot_at,
        due_at=row.due_at,
        state=row.state,
        attempts=row.attempts,
        try_at=row.try_at,
        attempted_at=row.attempted_at,
        lease_until=row.lease_until,
        message_id=row.message_id,
        finished_at=row.finished_at,
        reason=row.reason,
    )
