"""Tables of notifications: the outbox."""

import sqlalchemy as sa
from alembic import op

revision = "0005_notifications"
down_revision = "0004_patients"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "notification_outbox",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("dedupe_key", sa.String(), nullable=False),
        sa.Column("template", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("recipient_enc", sa.LargeBinary(), nullable=True),
        sa.Column("context_enc", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("due_at", TIME, nullable=False),
        sa.Column("lease_until", TIME, nullable=True),
        sa.Column("fence", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.String(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("sent_at", TIME, nullable=True),
        sa.CheckConstraint(
            "state in ('queued', 'sending', 'sent', 'failed', 'not_configured')", name="ck_notification_outbox_state"
        ),
        sa.CheckConstraint("(state = 'sent') = (sent_at is not null)", name="ck_notification_outbox_sent"),
        sa.CheckConstraint("(state = 'sending') = (lease_until is not null)", name="ck_notification_outbox_lease"),
        sa.CheckConstraint(
            "state in ('sent', 'failed', 'not_configured') or recipient_enc is not null",
            name="ck_notification_outbox_recipient",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notification_outbox"),
        sa.UniqueConstraint("dedupe_key", name="uq_notification_outbox_dedupe_key"),
    )
    op.create_index(
        "ix_notification_outbox_pending",
        "notification_outbox",
        ["due_at"],
        postgresql_where=sa.text("state in ('queued', 'sending')"),
    )
    op.create_index("ix_notification_outbox_state", "notification_outbox", ["state"])


def downgrade() -> None:
    op.drop_table("notification_outbox")
