"""Tables about workspaces and people: tokens, installs under way, what was answered already."""

import sqlalchemy as sa

from readbot.store.schema import UtcDateTime, metadata, platform_id

#: A workspace (or a whole organisation) that installed readbot. Empty ids instead of null: they are a key.
installations = sa.Table(
    "installations",
    metadata,
    sa.Column("platform", sa.String(20), primary_key=True),
    sa.Column("enterprise_id", sa.String(100), primary_key=True),
    sa.Column("workspace_id", sa.String(100), primary_key=True),
    sa.Column("name", sa.Text, nullable=False, server_default=""),
    sa.Column("app_id", sa.String(100), nullable=False, server_default=""),
    sa.Column("bot_id", sa.String(100), nullable=False, server_default=""),
    sa.Column("bot_user_id", sa.String(100), nullable=False, server_default=""),
    # The tokens as JSON, encrypted: see readbot.vault.
    sa.Column("secret", sa.LargeBinary, nullable=False),
    # Words with a comma between, as the platform gave them out.
    sa.Column("scopes", sa.Text, nullable=False, server_default=""),
    # When the access token ends, where tokens are rotated.
    sa.Column("expires_at", UtcDateTime, index=True),
    platform_id("installed_by"),
    sa.Column("installed_at", UtcDateTime, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)

#: Installs under way. Only digests of the words are kept: who reads the table cannot finish an install.
install_states = sa.Table(
    "install_states",
    metadata,
    sa.Column("state_digest", sa.String(64), primary_key=True),
    sa.Column("browser_digest", sa.String(64), nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False, index=True),
)

#: Events, clicks and submissions that were taken on, over all replicas: a repeat finds its key here.
taken_requests = sa.Table(
    "taken_requests",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("until", UtcDateTime, nullable=False, index=True),
)

#: Single values that outlive a process, such as the digest of the commands that Discord has.
facts = sa.Table(
    "facts",
    metadata,
    sa.Column("key", sa.String(200), primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)

#: What a person asked last, for their own eyes.
recent_answers = sa.Table(
    "recent_answers",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("platform", sa.String(20), nullable=False),
    platform_id("workspace_id"),
    platform_id("person_id"),
    # In the command language: "search fine-tuning".
    sa.Column("command", sa.String(100), nullable=False),
    sa.Column("asked_at", UtcDateTime, nullable=False),
    sa.UniqueConstraint("platform", "workspace_id", "person_id", "command"),
)

#: Which of the operator's lists a workspace reads; without a row the first.
list_choices = sa.Table(
    "list_choices",
    metadata,
    sa.Column("platform", sa.String(20), primary_key=True),
    sa.Column("workspace_id", sa.String(100), primary_key=True),
    sa.Column("list_name", sa.String(100), nullable=False),
    platform_id("chosen_by"),
    sa.Column("changed_at", UtcDateTime, nullable=False),
)
