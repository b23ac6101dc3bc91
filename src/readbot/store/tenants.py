"""What is forgotten when a workspace removes readbot."""

from datetime import datetime

import sqlalchemy as sa

from readbot.conversation.request import Workspace
from readbot.digests.model import DeliveryState, SubscriptionState
from readbot.store.bags import release_picks
from readbot.store.curation_schema import extra_aliases, gaps, suggestions
from readbot.store.database import Database
from readbot.store.rows import in_workspace
from readbot.store.schema import deliveries, notices, subscriptions
from readbot.store.tenant_schema import installations, list_choices, recent_answers

#: Tables that are about a workspace and its people and nothing else.
_FORGOTTEN = (installations, recent_answers, list_choices, gaps)


class Tenants:
    """Workspaces as a whole."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget_workspace(self, platform: str, workspace_id: str) -> bool:
        """Delete a workspace's tokens and what is known of its people, and turn its digests off.

        What stays is nobody's: when its channels' digests were, and what was suggested, without by whom.
        All of it in one transaction.

        Returns:
            Whether readbot was installed there.
        """
        workspace, now = Workspace(platform=platform, id=workspace_id), self._database.now()
        with self._database.write() as connection:
            was_installed = False
            for table in _FORGOTTEN:
                done = connection.execute(table.delete().where(*in_workspace(table, workspace)))
                was_installed |= table is installations and bool(done.rowcount)
            connection.execute(
                suggestions.update()
                .where(*in_workspace(suggestions, workspace))
                .values(suggested_by="", decided_by="", channel_id="")
            )
            connection.execute(
                extra_aliases.update().where(*in_workspace(extra_aliases, workspace)).values(added_by="")
            )
            _turn_digests_off(connection, workspace, now)
        return was_installed


def _turn_digests_off(connection: sa.Connection, workspace: Workspace, now: datetime) -> None:
    here = in_workspace(subscriptions, workspace)
    ids = sa.select(subscriptions.c.id).where(*here)
    connection.execute(notices.delete().where(notices.c.subscription_id.in_(ids)))
    connection.execute(
        subscriptions.update()
        .where(*here)
        .values(
            state=SubscriptionState.OFF,
            set_up_by="",
            trouble="",
            probe_at=None,
            next_slot_local=None,
            next_slot_at=None,
            next_due_at=None,
            changed_at=now,
        )
    )
    waiting = sa.select(deliveries.c.id).where(
        deliveries.c.subscription_id.in_(ids), deliveries.c.state == DeliveryState.PENDING
    )
    found = connection.execute(waiting.with_for_update()).scalars().all()
    if found:
        skipped = {
            "state": DeliveryState.SKIPPED,
            "try_at": None,
            "finished_at": now,
            "reason": "readbot was removed from the workspace",
        }
        connection.execute(deliveries.update().where(deliveries.c.id.in_(found)).values(skipped))
        release_picks(connection, found)
