"""Tables of conversations."""

from alembic import op

revision = "0006_conversations"
down_revision = "0005_notifications"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")


def downgrade() -> None:
    pass
