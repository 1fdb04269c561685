"""Tables of jobs."""

from alembic import op

from osler.core.jobs import install_sql, uninstall_sql

revision = "0002_jobs"
down_revision = "0001_core"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    for statement in install_sql():
        op.execute(statement)


def downgrade() -> None:
    for statement in uninstall_sql():
        op.execute(statement)
