"""Tables of core: keys and the audit trail, which only ever grows."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001_core"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = """
create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$
"""
SEALING_ONLY = """
create function audit_event_refuse_change() returns trigger language plpgsql as $$
begin
    if old.sealed_n is null and new.sealed_n is not null
       and (to_jsonb(new) - 'sealed_n' - 'sealed_at') = (to_jsonb(old) - 'sealed_n' - 'sealed_at') then
        return new;
    end if;
    raise exception 'audit_event is append-only' using errcode = 'insufficient_privilege';
end $$
"""


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "practice_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("kek_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("purpose in ('data', 'index', 'audit', 'session')", name="ck_practice_key_purpose"),
        sa.PrimaryKeyConstraint("id", name="pk_practice_key"),
    )
    op.create_index(
        "uq_practice_key_active", "practice_key", ["purpose"], unique=True, postgresql_where=sa.text("is_active")
    )
    op.create_table(
        "data_key",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("practice_key_id", sa.Uuid(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("destroyed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("(wrapped is null) = (destroyed_at is not null)", name="ck_data_key_destroyed"),
        sa.ForeignKeyConstraint(["practice_key_id"], ["practice_key.id"], name="fk_data_key_practice_key_id"),
        sa.PrimaryKeyConstraint("id", name="pk_data_key"),
        sa.UniqueConstraint("subject_id", "version", name="uq_data_key_subject_id_version"),
    )
    op.create_index("ix_data_key_subject_id", "data_key", ["subject_id"])
    op.create_table(
        "audit_event",
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_kind", sa.String(), nullable=False),
        sa.Column("on_behalf_of", sa.Uuid(), nullable=True),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("request_id", sa.String(), nullable=True),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("resource_type", sa.String(), nullable=False),
        sa.Column("resource_id", sa.String(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("details", postgresql.JSONB(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_n", sa.BigInteger(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_audit_event"),
    )
    op.create_index("ix_audit_event_patient_at", "audit_event", ["patient_id", "at"])
    op.create_index("ix_audit_event_actor_at", "audit_event", ["actor_id", "at"])
    op.execute(APPEND_ONLY)
    op.execute(SEALING_ONLY)
    op.execute(
        "create trigger audit_event_append_only before update on audit_event "
        "for each row execute function audit_event_refuse_change()"
    )
    op.execute(
        "create trigger audit_event_no_removal before delete or truncate on audit_event "
        "for each statement execute function refuse_change()"
    )


def downgrade() -> None:
    for table in ("audit_event", "data_key", "practice_key"):
        op.drop_table(table)
    op.execute("drop function audit_event_refuse_change")
    op.execute("drop function refuse_change")
