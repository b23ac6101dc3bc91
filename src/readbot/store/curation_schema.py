"""Tables about the list's own good: suggestions, what people missed, and how links are."""

import sqlalchemy as sa

from readbot.curation.model import LinkState, SuggestionState
from readbot.store.schema import UtcDateTime, enum_of, metadata, platform_id

suggestions = sa.Table(
    "suggestions",
    metadata,
    sa.Column("id", sa.String(20), primary_key=True),
    sa.Column("platform", sa.String(20), nullable=False),
    platform_id("workspace_id"),
    # Where it was suggested, so that the one who did can be told.
    platform_id("channel_id"),
    sa.Column("url", sa.Text, nullable=False),
    # The form under which two addresses of one thing are equal.
    sa.Column("url_key", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False, server_default=""),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
    # Titles from the outermost section to the wanted one; empty while nobody has chosen.
    sa.Column("section", sa.JSON, nullable=False),
    platform_id("suggested_by"),
    sa.Column("suggested_at", UtcDateTime, nullable=False),
    sa.Column("state", enum_of(SuggestionState), nullable=False),
    # Why it was rejected, in the curator's words.
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    platform_id("decided_by", server_default=""),
    sa.Column("decided_at", UtcDateTime),
    sa.Index(None, "platform", "workspace_id", "state"),
    sa.UniqueConstraint("platform", "workspace_id", "url_key"),
)

#: Other words that a workspace added in chat.
extra_aliases = sa.Table(
    "extra_aliases",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("platform", sa.String(20), nullable=False),
    platform_id("workspace_id"),
    sa.Column("words", sa.String(200), nullable=False),
    sa.Column("means", sa.String(200), nullable=False),
    platform_id("added_by"),
    sa.Column("added_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("platform", "workspace_id", "words"),
)

#: Queries without an answer: how often, and never whose.
gaps = sa.Table(
    "gaps",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("platform", sa.String(20), nullable=False),
    platform_id("workspace_id"),
    sa.Column("words", sa.String(100), nullable=False),
    sa.Column("count", sa.Integer, nullable=False),
    sa.Column("first_at", UtcDateTime, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False, index=True),
    sa.Column("is_ignored", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("platform", "workspace_id", "words"),
)

#: How a link's address answered, and since when.
link_checks = sa.Table(
    "link_checks",
    metadata,
    sa.Column("url", sa.Text, primary_key=True),
    sa.Column("state", enum_of(LinkState), nullable=False),
    # Checks since it was well last that found it gone, and when the first of them was.
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("failing_since", UtcDateTime),
    sa.Column("checked_at", UtcDateTime, nullable=False, index=True),
    # The last answer: HTTP status, or why there was none ("timeout", "no such host").
    sa.Column("status", sa.SmallInteger),
    sa.Column("reason", sa.Text, nullable=False, server_default=""),
    # Where it has moved for good.
    sa.Column("moved_to", sa.Text, nullable=False, server_default=""),
    sa.Column("archived_url", sa.Text, nullable=False, server_default=""),
    # For conditional requests.
    sa.Column("etag", sa.Text, nullable=False, server_default=""),
    sa.Column("last_modified", sa.Text, nullable=False, server_default=""),
)
