"""Workspaces that installed readbot, what people suggest and miss, and how links are."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "extra_aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("workspace_id", sa.String(length=100), nullable=False),
        sa.Column("words", sa.String(length=200), nullable=False),
        sa.Column("means", sa.String(length=200), nullable=False),
        sa.Column("added_by", sa.String(length=100), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extra_aliases")),
        sa.UniqueConstraint(
            "platform", "workspace_id", "words", name=op.f("uq_extra_aliases_platform_workspace_id_words")
        ),
    )
    op.create_table(
        "facts",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_facts")),
    )
    op.create_table(
        "gaps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("workspace_id", sa.String(length=100), nullable=False),
        sa.Column("words", sa.String(length=100), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_ignored", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gaps")),
        sa.UniqueConstraint(
            "platform", "workspace_id", "words", name=op.f("uq_gaps_platform_workspace_id_words")
        ),
    )
    with op.batch_alter_table("gaps") as batch:
        batch.create_index(op.f("ix_gaps_last_at"), ["last_at"], unique=False)

    op.create_table(
        "install_states",
        sa.Column("state_digest", sa.String(length=64), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("state_digest", name=op.f("pk_install_states")),
    )
    with op.batch_alter_table("install_states") as batch:
        batch.create_index(op.f("ix_install_states_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "installations",
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("enterprise_id", sa.String(length=100), nullable=False),
        sa.Column("workspace_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("app_id", sa.String(length=100), server_default="", nullable=False),
        sa.Column("bot_id", sa.String(length=100), server_default="", nullable=False),
        sa.Column("bot_user_id", sa.String(length=100), server_default="", nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), server_default="", nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("installed_by", sa.String(length=100), nullable=False),
        sa.Column("installed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "enterprise_id", "workspace_id", name=op.f("pk_installations")),
    )
    with op.batch_alter_table("installations") as batch:
        batch.create_index(op.f("ix_installations_expires_at"), ["expires_at"], unique=False)

    op.create_table(
        "link_checks",
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("moved_to", sa.Text(), server_default="", nullable=False),
        sa.Column("archived_url", sa.Text(), server_default="", nullable=False),
        sa.Column("etag", sa.Text(), server_default="", nullable=False),
        sa.Column("last_modified", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("url", name=op.f("pk_link_checks")),
    )
    with op.batch_alter_table("link_checks") as batch:
        batch.create_index(op.f("ix_link_checks_checked_at"), ["checked_at"], unique=False)

    op.create_table(
        "list_choices",
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("workspace_id", sa.String(length=100), nullable=False),
        sa.Column("list_name", sa.String(length=100), nullable=False),
        sa.Column("chosen_by", sa.String(length=100), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("platform", "workspace_id", name=op.f("pk_list_choices")),
    )
    op.create_table(
        "recent_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("workspace_id", sa.String(length=100), nullable=False),
        sa.Column("person_id", sa.String(length=100), nullable=False),
        sa.Column("command", sa.String(length=100), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recent_answers")),
        sa.UniqueConstraint(
            "platform",
            "workspace_id",
            "person_id",
            "command",
            name=op.f("uq_recent_answers_platform_workspace_id_person_id_command"),
        ),
    )
    op.create_table(
        "suggestions",
        sa.Column("id", sa.String(length=20), nullable=False),
        sa.Column("platform", sa.String(length=20), nullable=False),
        sa.Column("workspace_id", sa.String(length=100), nullable=False),
        sa.Column("channel_id", sa.String(length=100), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("url_key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), server_default="", nullable=False),
        sa.Column("note", sa.Text(), server_default="", nullable=False),
        sa.Column("section", sa.JSON(), nullable=False),
        sa.Column("suggested_by", sa.String(length=100), nullable=False),
        sa.Column("suggested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("decided_by", sa.String(length=100), server_default="", nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_suggestions")),
        sa.UniqueConstraint(
            "platform", "workspace_id", "url_key", name=op.f("uq_suggestions_platform_workspace_id_url_key")
        ),
    )
    with op.batch_alter_table("suggestions") as batch:
        batch.create_index(
            op.f("ix_suggestions_platform_workspace_id_state"),
            ["platform", "workspace_id", "state"],
            unique=False,
        )

    op.create_table(
        "taken_requests",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_taken_requests")),
    )
    with op.batch_alter_table("taken_requests") as batch:
        batch.create_index(op.f("ix_taken_requests_until"), ["until"], unique=False)

    with op.batch_alter_table("known_links") as batch:
        batch.add_column(sa.Column("path", sa.JSON(), nullable=True))
        batch.add_column(sa.Column("moved_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("subscriptions") as batch:
        batch.add_column(sa.Column("is_silent", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("tells_changes", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.add_column(sa.Column("skipped_dates", sa.Text(), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("subscriptions") as batch:
        batch.drop_column("skipped_dates")
        batch.drop_column("tells_changes")
        batch.drop_column("is_silent")

    with op.batch_alter_table("known_links") as batch:
        batch.drop_column("moved_at")
        batch.drop_column("path")

    with op.batch_alter_table("taken_requests") as batch:
        batch.drop_index(op.f("ix_taken_requests_until"))

    op.drop_table("taken_requests")
    with op.batch_alter_table("suggestions") as batch:
        batch.drop_index(op.f("ix_suggestions_platform_workspace_id_state"))

    op.drop_table("suggestions")
    op.drop_table("recent_answers")
    op.drop_table("list_choices")
    with op.batch_alter_table("link_checks") as batch:
        batch.drop_index(op.f("ix_link_checks_checked_at"))

    op.drop_table("link_checks")
    with op.batch_alter_table("installations") as batch:
        batch.drop_index(op.f("ix_installations_expires_at"))

    op.drop_table("installations")
    with op.batch_alter_table("install_states") as batch:
        batch.drop_index(op.f("ix_install_states_expires_at"))

    op.drop_table("install_states")
    with op.batch_alter_table("gaps") as batch:
        batch.drop_index(op.f("ix_gaps_last_at"))

    op.drop_table("gaps")
    op.drop_table("facts")
    op.drop_table("extra_aliases")
