"""What Alembic runs for each command; ``migrate`` hands it an open transaction."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from readbot.store import curation_schema, tenant_schema  # noqa: F401 - they fill the metadata
from readbot.store.schema import UtcDateTime, metadata


def render_plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own types into scripts as what they are underneath: scripts outlive today's code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String({item.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can alter little: tables are made anew under the same name.
    render_as_batch=True,
    compare_type=True,
    render_item=render_plainly,
    # Ours begins transactions itself, so on SQLite too a failed migration leaves nothing behind.
    transactional_ddl=True,
    # Procrastinate keeps its own tables in the same PostgreSQL database.
    include_name=lambda name, kind, _parents: kind != "table" or name in metadata.tables,
)
context.run_migrations()
