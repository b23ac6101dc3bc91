"""Workspaces that installed readbot, with their tokens as a vault sealed them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from readbot.store.database import Database
from readbot.store.rows import insert
from readbot.store.tenant_schema import installations


@dataclass(frozen=True, kw_only=True)
class StoredInstallation:
    """readbot in one workspace."""

    #: Entry-point name of the platform.
    platform: str
    workspace_id: str
    #: The organisation that the workspace belongs to; empty for none.
    enterprise_id: str = ""
    #: What people call the workspace.
    name: str = ""
    app_id: str = ""
    bot_id: str = ""
    bot_user_id: str = ""
    #: Its tokens, sealed by ``readbot.vault`` for :attr:`owner`. Bytes that say nothing.
    secret: bytes
    scopes: tuple[str, ...] = ()
    #: When its access token ends; None where it does not.
    expires_at: datetime | None = None
    installed_by: str = ""

    @property
    def owner(self) -> str:
        """Whose the secret is, as a vault is told: "slack T1"."""
        return owner_of(self.platform, self.workspace_id)


def owner_of(platform: str, workspace_id: str) -> str:
    """Return the name under which a vault seals a workspace's secret."""
    return f"{platform} {workspace_id}"


class Installations:
    """All workspaces that installed readbot. Each method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def save(self, installation: StoredInstallation) -> None:
        """Keep *installation* in place of what there was for the workspace.

        A workspace that moved into an organisation or out of one is still the same.
        """
        now = self._database.now()
        row = _to_row(installation) | {"installed_at": now, "changed_at": now}
        kept = {name: row[name] for name in row if name not in installations.primary_key.columns}
        with self._database.write() as connection:
            connection.execute(
                installations.delete().where(
                    *_is_workspace(installation.platform, installation.workspace_id),
                    installations.c.enterprise_id != installation.enterprise_id,
                )
            )
            connection.execute(
                insert(connection, installations)
                .values(row)
                .on_conflict_do_update(index_elements=list(installations.primary_key.columns), set_=kept)
            )

    def find(self, platform: str, workspace_id: str) -> StoredInstallation | None:
        query = sa.select(installations).where(*_is_workspace(platform, workspace_id))
        with self._database.read() as connection:
            row = connection.execute(query.order_by(installations.c.changed_at.desc()).limit(1)).one_or_none()
        return None if row is None else _from_row(row)

    def list_(self, platform: str | None = None) -> list[StoredInstallation]:
        """Return all, or those on one platform; by workspace."""
        query = sa.select(installations).order_by(installations.c.platform, installations.c.workspace_id)
        if platform is not None:
            query = query.where(installations.c.platform == platform)
        with self._database.read() as connection:
            return [_from_row(row) for row in connection.execute(query)]

    def replace_secret(
        self, before: StoredInstallation, *, secret: bytes, expires_at: datetime | None
    ) -> bool:
        """Put a renewed secret in the place of *before*'s; False where that is no longer the latest."""
        now = self._database.now()
        with self._database.write() as connection:
            done = connection.execute(
                installations.update()
                .where(
                    *_is_workspace(before.platform, before.workspace_id),
                    installations.c.secret == before.secret,
                )
                .values(secret=secret, expires_at=expires_at, changed_at=now)
            )
        return bool(done.rowcount)

    def rewrite_secrets(self, renew: Callable[[bytes, str], bytes]) -> int:
        """Put what *renew* makes of each secret and its owner in its place; all of them or none.

        Returns:
            How many there are.
        """
        with self._database.write() as connection:
            rows = connection.execute(sa.select(installations).with_for_update()).all()
            for row in rows:
                stored = _from_row(row)
                connection.execute(
                    installations.update()
                    .where(
                        *_is_workspace(stored.platform, stored.workspace_id),
                        installations.c.enterprise_id == stored.enterprise_id,
                    )
                    .values(secret=renew(stored.secret, stored.owner))
                )
        return len(rows)


def _is_workspace(platform: str, workspace_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return installations.c.platform == platform, installations.c.workspace_id == workspace_id


def _to_row(installation: StoredInstallation) -> dict[str, Any]:
    values = {name: getattr(installation, name) for name in StoredInstallation.__dataclass_fields__}
    return values | {"scopes": ",".join(installation.scopes)}


def _from_row(row: sa.Row[Any]) -> StoredInstallation:
    values = {name: getattr(row, name) for name in StoredInstallation.__dataclass_fields__}
    return StoredInstallation(
        **values | {"scopes": tuple(scope for scope in row.scopes.split(",") if scope)},
    )
