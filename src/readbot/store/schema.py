"""The tables, one definition for SQLite and PostgreSQL. ``migrations`` brings a database here."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from readbot.digests.calendar import Cadence
from readbot.digests.model import DeliveryState, Origin, SubscriptionState
from readbot.reading_list.model import Kind

metadata = sa.MetaData(
    naming_convention={
        # Migrations have to name what they drop, on both engines alike.
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware time: refused when naive, UTC when read. SQLite keeps it as text that sorts."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Dates(sa.types.TypeDecorator[frozenset[date]]):
    """A few dates, as text that is the same for the same dates: rows are grouped by it."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: frozenset[date] | None, dialect: sa.Dialect) -> str | None:
        return None if value is None else " ".join(sorted(day.isoformat() for day in value))

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> frozenset[date] | None:
        return None if value is None else frozenset(map(date.fromisoformat, value.split()))


def enum_of(values: type[StrEnum]) -> sa.Enum:
    """Return a column of an enumeration's values: plain text, so that a new value needs no migration."""
    return sa.Enum(
        values,
        native_enum=False,
        length=20,
        values_callable=lambda members: [str(member.value) for member in members],
        validate_strings=True,
    )


def platform_id(name: str, **others: Any) -> sa.Column[str]:
    """Return a column for an id that a platform gave out; theirs are far shorter than this."""
    return sa.Column(name, sa.String(100), nullable=False, **others)


def _subscription_id() -> sa.Column[str]:
    target = sa.ForeignKey("subscriptions.id", ondelete="CASCADE")
    return sa.Column("subscription_id", sa.String(20), target, nullable=False)


subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("platform", sa.String(20), nullable=False),
    platform_id("workspace_id"),
    platform_id("channel_id"),
    sa.Column("state", enum_of(SubscriptionState), nullable=False),
    # The schedule, in local terms. A zone's rules may change, so instants are only ever derived.
    sa.Column("cadence", enum_of(Cadence), nullable=False),
    sa.Column("at", sa.Time, nullable=False),
    sa.Column("timezone", sa.String(64), nullable=False),
    sa.Column("weekday", sa.SmallInteger),
    sa.Column("anchor", sa.Date),
    sa.Column("nth", sa.SmallInteger),
    sa.Column("day", sa.SmallInteger),
    sa.Column("section", sa.JSON, nullable=False),
    sa.Column("kind", enum_of(Kind)),
    sa.Column("links", sa.SmallInteger, nullable=False),
    # Discord: post without a notification.
    sa.Column("is_silent", sa.Boolean, nullable=False, server_default=sa.false()),
    # Add a line on what changed in the list since the last digest.
    sa.Column("tells_changes", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("seed", sa.String(20), nullable=False),
    # 0 to 1: where in the spread of its slot this one is due.
    sa.Column("jitter", sa.Float, nullable=False),
    platform_id("set_up_by"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    # The slot to come: its local time says which one it is, should a zone's rules move its instant.
    sa.Column("next_slot_local", sa.DateTime),
    sa.Column("next_slot_at", UtcDateTime),
    sa.Column("next_due_at", UtcDateTime),
    # Local dates that people left out and that may still come.
    sa.Column("skipped_dates", Dates, nullable=False, server_default=""),
    sa.Column("trouble", sa.Text, nullable=False, server_default=""),
    # Unreachable: when to try again.
    sa.Column("probe_at", UtcDateTime, index=True),
    sa.UniqueConstraint("platform", "workspace_id", "channel_id"),
    # A tick reads all that is due through it, and then each slot's own by equality.
    sa.Index(None, "next_slot_at", "next_due_at"),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    _subscription_id(),
    sa.Column("group_key", sa.String(130), nullable=False),
    sa.Column("origin", enum_of(Origin), nullable=False),
    sa.Column("slot_at", UtcDateTime, nullable=False),
    sa.Column("due_at", UtcDateTime, nullable=False),
    sa.Column("state", enum_of(DeliveryState), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("try_at", UtcDateTime),
    sa.Column("attempted_at", UtcDateTime),
    sa.Column("lease_until", UtcDateTime),
    sa.Column("message_id", sa.String(100)),
    sa.Column("finished_at", UtcDateTime),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    # Ticks that overlap cannot deliver a slot twice.
    sa.UniqueConstraint("subscription_id", "slot_at", "origin"),
    sa.Index(None, "state", "group_key", "try_at"),
)

#: Links drawn for a delivery. They count as posted from the draw on, and go back into the bag when
#: the delivery certainly did not happen.
picks = sa.Table(
    "picks",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _subscription_id(),
    sa.Column(
        "delivery_id",
        sa.String(20),
        sa.ForeignKey("deliveries.id", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    sa.Column("link_id", sa.String(6), nullable=False),
    sa.Column("round", sa.Integer, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    # Two digests of a channel at once cannot draw the same link.
    sa.UniqueConstraint("subscription_id", "round", "link_id"),
)

#: When each link was first seen on a list: a link younger than a subscription comes first in it.
known_links = sa.Table(
    "known_links",
    metadata,
    sa.Column("link_id", sa.String(6), primary_key=True),
    sa.Column("first_seen_at", UtcDateTime, nullable=False),
    # Titles of the sections above it, and when they last changed.
    sa.Column("path", sa.JSON),
    sa.Column("moved_at", UtcDateTime),
)

notices = sa.Table(
    "notices",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _subscription_id(),
    platform_id("person_id"),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    # Set before telling: a person is told once or, after a crash in between, not at all.
    sa.Column("told_at", UtcDateTime, index=True),
)
