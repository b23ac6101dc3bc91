"""What each channel has had, and what is drawn for it next."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from readbot.digests.bag import Changes, Draw, Posted
from readbot.digests.model import Delivery, DeliveryState, Subscription
from readbot.store.database import Database
from readbot.store.rows import insert, to_subscription
from readbot.store.schema import deliveries, known_links, picks, subscriptions


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """A link that was drawn for a delivery."""

    link_id: str
    round: int
    number: int


class Bags:
    """The links that were drawn. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def draw(
        self,
        delivery: Delivery,
        draw: Callable[[Subscription, Sequence[Posted], frozenset[str]], Draw],
        *,
        is_listed: Callable[[str], bool] = lambda _link_id: True,
    ) -> tuple[Subscription, tuple[Drawn, ...]]:
        """Return the links of a delivery; what was drawn once stays, whatever is tried again.

        Args:
            delivery: For which.
            draw: Gets the subscription, what it has had (each link once, latest last), and which
                links joined the list after it began.
            is_listed: Tells of a link id whether it is still on the list; when one that was drawn for
                an earlier try is not, all are drawn anew.
        """
        with self._database.write() as connection:
            locked = (
                sa.select(subscriptions)
                .where(subscriptions.c.id == delivery.subscription_id)
                .with_for_update()
            )
            subscription = to_subscription(connection.execute(locked).one())
            mine = sa.select(picks).where(picks.c.delivery_id == delivery.id).order_by(picks.c.id)
            drawn = [_to_drawn(row) for row in connection.execute(mine)]
            if not all(is_listed(one.link_id) for one in drawn):
                release_picks(connection, [delivery.id])
                drawn = []
            if not drawn:
                result = draw(
                    subscription,
                    _posted(connection, subscription.id),
                    frozenset(connection.execute(_joined_after(subscription.created_at)).scalars()),
                )
                drawn = [
                    Drawn(link_id=pick.entry.link.id, round=pick.round, number=pick.number)
                    for pick in result.picks
                ]
                if drawn:
                    owner = {"subscription_id": subscription.id, "delivery_id": delivery.id}
                    connection.execute(picks.insert(), [owner | vars(one) for one in drawn])
        return subscription, tuple(drawn)

    def history(self, subscription: Subscription) -> tuple[list[Posted], frozenset[str]]:
        """Return what a channel has had (each link once, latest last) and what joined the list since."""
        with self._database.read() as connection:
            joined = connection.execute(_joined_after(subscription.created_at)).scalars()
            return _posted(connection, subscription.id), frozenset(joined)

    def find_changes(self, subscription: Subscription) -> Changes:
        """Return what changed on any list since a channel's last digest, or since it turned the digest on."""
        last = (
            sa.select(sa.func.max(deliveries.c.finished_at))
            .where(deliveries.c.subscription_id == subscription.id, deliveries.c.state == DeliveryState.SENT)
            .scalar_subquery()
        )
        with self._database.read() as connection:
            since = connection.execute(sa.select(last)).scalar_one() or subscription.created_at
            joined = connection.execute(_joined_after(since)).scalars()
            moved = sa.select(known_links.c.link_id).where(
                known_links.c.moved_at > since, known_links.c.first_seen_at <= since
            )
            return Changes(new=frozenset(joined), moved=frozenset(connection.execute(moved).scalars()))

    def list_drawn(self, delivery_ids: Collection[str]) -> dict[str, list[str]]:
        """Return the ids of the links that were drawn for each of the deliveries."""
        query = sa.select(picks.c.delivery_id, picks.c.link_id).where(picks.c.delivery_id.in_(delivery_ids))
        found: dict[str, list[str]] = {}
        with self._database.read() as connection:
            for delivery_id, link_id in connection.execute(query.order_by(picks.c.id)):
                found.setdefault(delivery_id, []).append(link_id)
        return found

    def learn_links(self, paths: Mapping[str, tuple[str, ...]]) -> int:
        """Remember since when links are on a list and where, and return how many are new.

        Args:
            paths: By link id: the titles of the sections above it.
        """
        now = self._database.now()
        with self._database.write() as connection:
            look = sa.select(known_links.c.link_id, known_links.c.path)
            known = {row.link_id: row.path for row in connection.execute(look)}
            fresh = [link_id for link_id in paths if link_id not in known]
            if fresh:
                rows = [
                    {"link_id": link_id, "first_seen_at": now, "path": list(paths[link_id])}
                    for link_id in fresh
                ]
                connection.execute(insert(connection, known_links).on_conflict_do_nothing(), rows)
            for link_id in paths.keys() & known.keys():
                had, has = known[link_id], list(paths[link_id])
                if had != has:
                    # A list that was learnt before paths were kept has not moved.
                    moved = {"moved_at": now} if had is not None else {}
                    statement = known_links.update().where(known_links.c.link_id == link_id)
                    connection.execute(statement.values(path=has, **moved))
        return len(fresh)


def release_picks(connection: sa.Connection, delivery_ids: Collection[str]) -> None:
    """Put the links of deliveries back into the bag that certainly did not happen."""
    connection.execute(picks.delete().where(picks.c.delivery_id.in_(delivery_ids)))


def _to_drawn(row: sa.Row[Any]) -> Drawn:
    return Drawn(link_id=row.link_id, round=row.round, number=row.number)


def _posted(connection: sa.Connection, subscription_id: str) -> list[Posted]:
    latest = sa.func.max(picks.c.id)
    query = (
        sa.select(picks.c.link_id, sa.func.max(picks.c.round).label("round"))
        .where(picks.c.subscription_id == subscription_id)
        .group_by(picks.c.link_id)
        .order_by(latest)
    )
    return [Posted(link_id=row.link_id, round=row.round) for row in connection.execute(query)]


def _joined_after(moment: datetime) -> sa.Select[str]:
    return sa.select(known_links.c.link_id).where(known_links.c.first_seen_at > moment)
