"""Tables of notifications."""

from alembic import op

revision = "0005_notifications"
down_revision = "0004_patients"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")


def downgrade() -> None:
    pass
