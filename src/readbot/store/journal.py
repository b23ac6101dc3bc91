"""What the ledger tells people: counts and lists."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from readbot.digests.model import Delivery, DeliveryState
from readbot.store.database import Database
from readbot.store.rows import to_delivery, with_channels
from readbot.store.schema import deliveries, picks, subscriptions


class Journal:
    """Reads the ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count_by_state(self, now: datetime) -> dict[str, int]:
        """Return how many deliveries are in each state, ``due`` (slots not yet ticked) and ``unconfirmed``."""
        states = sa.select(deliveries.c.state, sa.func.count().label("number")).group_by(deliveries.c.state)
        due = sa.select(sa.func.count()).where(subscriptions.c.next_due_at <= now)
        unconfirmed = sa.select(sa.func.count()).where(
            deliveries.c.state == DeliveryState.UNKNOWN, deliveries.c.try_at.is_(None)
        )
        with self._database.read() as connection:
            found: dict[DeliveryState, int] = {row.state: row.number for row in connection.execute(states)}
            counts = {"due": connection.execute(due).scalar_one()}
            counts |= {state.value: found.get(state, 0) for state in DeliveryState}
            return counts | {"unconfirmed": connection.execute(unconfirmed).scalar_one()}

    def list_deliveries(
        self, *, subscription_id: str | None = None, states: Collection[DeliveryState] = (), limit: int = 20
    ) -> list[Delivery]:
        """Return deliveries, the latest slot first."""
        query = with_channels().order_by(deliveries.c.slot_at.desc(), deliveries.c.id).limit(limit)
        if subscription_id is not None:
            query = query.where(deliveries.c.subscription_id == subscription_id)
        if states:
            query = query.where(deliveries.c.state.in_(states))
        with self._database.read() as connection:
            return [to_delivery(row) for row in connection.execute(query)]

    def find_last_post(self, subscription_id: str) -> Delivery | None:
        """Return the latest delivery that brought a link, or failed to; None where there was none."""
        brought = sa.and_(deliveries.c.state == DeliveryState.SENT, _has_links())
        query = (
            with_channels()
            .where(
                deliveries.c.subscription_id == subscription_id,
                sa.or_(brought, deliveries.c.state == DeliveryState.FAILED),
            )
            .order_by(deliveries.c.slot_at.desc(), deliveries.c.id)
            .limit(1)
        )
        with self._database.read() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else to_delivery(row)

    def has_run_empty(self, subscription_id: str) -> bool:
        """Tell whether the latest post had no link: whether the channel knows that nothing fits."""
        query = (
            sa.select(_has_links())
            .where(deliveries.c.subscription_id == subscription_id, deliveries.c.state == DeliveryState.SENT)
            .order_by(deliveries.c.slot_at.desc(), deliveries.c.id)
            .limit(1)
        )
        with self._database.read() as connection:
            return connection.execute(query).scalar() is False


def _has_links() -> sa.Exists:
    return sa.exists().where(picks.c.delivery_id == deliveries.c.id)
