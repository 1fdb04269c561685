"""Tables of identity."""

from alembic import op

revision = "0003_identity"
down_revision = "0002_jobs"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")


def downgrade() -> None:
    pass
