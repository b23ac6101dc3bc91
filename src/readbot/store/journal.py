"""What the ledger tells people: counts and lists."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from readbot.digests.model import Delivery, DeliveryState
from readbot.store.database import Database
from readbot.store.rows import to_delivery, with_channels
from readbot.store.schema import deliveries, subscriptions


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
