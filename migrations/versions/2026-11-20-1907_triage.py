"""Tables of triage: reports and their frozen versions, claims, decisions, alerts, queue settings."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007_triage"
down_revision = "0006_conversations"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
CODES = postgresql.ARRAY(sa.String())
URGENCIES = "'emergency', 'urgent', 'soon', 'routine', 'self_care'"
STATUSES = "'draft', 'submitted', 'awaiting_patient', 'reviewed', 'escalated', 'closed'"
OPEN = "status in ('submitted', 'awaiting_patient', 'escalated') or (status = 'draft' and urgency = 'emergency')"


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    _create_report()
    _create_report_version()
    _create_claim()
    _create_decision()
    _create_alert()
    _create_setting()
    for table in ("triage_report_version", "triage_decision"):
        op.execute(
            f"create trigger {table}_append_only before update or delete or truncate on {table} "
            "for each statement execute function refuse_change()"
        )


def _create_report() -> None:
    op.create_table(
        "triage_report",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("data_key_id", sa.Uuid(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("assessed_urgency", sa.String(), nullable=False),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("complaint", sa.String(), nullable=True),
        sa.Column("flag_ids", CODES, nullable=False),
        sa.Column("words_enc", sa.LargeBinary(), nullable=True),
        sa.Column("content_enc", sa.LargeBinary(), nullable=True),
        sa.Column("content_digest", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("through_seq", sa.Integer(), nullable=False),
        sa.Column("engine_versions", postgresql.JSONB(), nullable=False),
        sa.Column("waiting_since", TIME, nullable=False),
        sa.Column("target_at", TIME, nullable=False),
        sa.Column("paused_at", TIME, nullable=True),
        sa.Column("answered_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.Column("submitted_at", TIME, nullable=True),
        sa.Column("reviewed_at", TIME, nullable=True),
        sa.CheckConstraint(f"status in ({STATUSES})", name="ck_triage_report_status"),
        sa.CheckConstraint(f"urgency in ({URGENCIES})", name="ck_triage_report_urgency"),
        sa.CheckConstraint(f"assessed_urgency in ({URGENCIES})", name="ck_triage_report_assessed_urgency"),
        sa.CheckConstraint("language in ('fr', 'en')", name="ck_triage_report_language"),
        sa.CheckConstraint(
            "status in ('draft', 'closed') or content_enc is not null or assessed_urgency = 'emergency'",
            name="ck_triage_report_content",
        ),
        sa.CheckConstraint("(status = 'awaiting_patient') = (paused_at is not null)", name="ck_triage_report_paused"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_triage_report_conversation_id"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_triage_report_patient_id"),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name="fk_triage_report_data_key_id"),
        sa.PrimaryKeyConstraint("id", name="pk_triage_report"),
        sa.UniqueConstraint("conversation_id", name="uq_triage_report_conversation_id"),
    )
    op.create_index("ix_triage_report_patient_id", "triage_report", ["patient_id"])
    op.create_index("ix_triage_report_reference", "triage_report", ["reference"])
    op.create_index(
        "ix_triage_report_open",
        "triage_report",
        ["priority", "waiting_since", "id"],
        postgresql_where=sa.text(OPEN),
    )
    op.create_index("ix_triage_report_status", "triage_report", ["status", "priority", "waiting_since", "id"])
    op.create_index(
        "ix_triage_report_reviewed",
        "triage_report",
        ["reviewed_at", "id"],
        postgresql_where=sa.text("status = 'reviewed'"),
    )


def _create_report_version() -> None:
    op.create_table(
        "triage_report_version",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("content_enc", sa.LargeBinary(), nullable=True),
        sa.Column("engine_versions", postgresql.JSONB(), nullable=False),
        sa.Column("through_seq", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("frozen_at", TIME, nullable=False),
        sa.CheckConstraint("reason in ('submitted', 'amended', 'decided')", name="ck_triage_report_version_reason"),
        sa.ForeignKeyConstraint(["report_id"], ["triage_report.id"], name="fk_triage_report_version_report_id"),
        sa.PrimaryKeyConstraint("report_id", "version", name="pk_triage_report_version"),
    )


def _create_claim() -> None:
    op.create_table(
        "triage_claim",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("claimed_at", TIME, nullable=False),
        sa.Column("seen_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["triage_report.id"], name="fk_triage_claim_report_id"),
        sa.ForeignKeyConstraint(["user_id"], ["identity_user.id"], name="fk_triage_claim_user_id"),
        sa.PrimaryKeyConstraint("report_id", name="pk_triage_claim"),
    )
    op.create_index("ix_triage_claim_user_id", "triage_claim", ["user_id"])


def _create_decision() -> None:
    op.create_table(
        "triage_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("report_version", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("urgency_before", sa.String(), nullable=False),
        sa.Column("urgency_after", sa.String(), nullable=False),
        sa.Column("status_before", sa.String(), nullable=False),
        sa.Column("status_after", sa.String(), nullable=False),
        sa.Column("waiting_since_before", TIME, nullable=False),
        sa.Column("target_at_before", TIME, nullable=False),
        sa.Column("answered_at_before", TIME, nullable=True),
        sa.Column("reason_enc", sa.LargeBinary(), nullable=True),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("undoes_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.CheckConstraint(
            "kind in ('approve', 'override', 'request_information', 'escalate', 'undo')", name="ck_triage_decision_kind"
        ),
        sa.CheckConstraint("(kind = 'undo') = (undoes_id is not null)", name="ck_triage_decision_undo"),
        sa.CheckConstraint(
            "kind not in ('override', 'request_information', 'escalate') or reason_enc is not null",
            name="ck_triage_decision_reason",
        ),
        sa.CheckConstraint(
            f"urgency_before in ({URGENCIES}) and urgency_after in ({URGENCIES})", name="ck_triage_decision_urgency"
        ),
        sa.ForeignKeyConstraint(["report_id"], ["triage_report.id"], name="fk_triage_decision_report_id"),
        sa.ForeignKeyConstraint(["actor_id"], ["identity_user.id"], name="fk_triage_decision_actor_id"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_triage_decision_message_id"),
        sa.ForeignKeyConstraint(["undoes_id"], ["triage_decision.id"], name="fk_triage_decision_undoes_id"),
        sa.PrimaryKeyConstraint("id", name="pk_triage_decision"),
        sa.UniqueConstraint("undoes_id", name="uq_triage_decision_undoes_id"),
    )
    op.create_index("ix_triage_decision_report", "triage_decision", ["report_id", "created_at"])
    op.create_index("ix_triage_decision_created_at", "triage_decision", ["created_at"])


def _create_alert() -> None:
    op.create_table(
        "triage_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=True),
        sa.Column("flag_ids", CODES, nullable=False),
        sa.Column("raised_at", TIME, nullable=False),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("acknowledged_at", TIME, nullable=True),
        sa.Column("alert_count", sa.Integer(), nullable=False),
        sa.Column("last_alert_at", TIME, nullable=False),
        sa.CheckConstraint(
            "(acknowledged_by is null) = (acknowledged_at is null)", name="ck_triage_alert_acknowledged"
        ),
        sa.CheckConstraint("alert_count >= 1", name="ck_triage_alert_alert_count"),
        sa.ForeignKeyConstraint(["report_id"], ["triage_report.id"], name="fk_triage_alert_report_id"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_triage_alert_conversation_id"),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name="fk_triage_alert_message_id"),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["identity_user.id"], name="fk_triage_alert_acknowledged_by"),
        sa.PrimaryKeyConstraint("id", name="pk_triage_alert"),
    )
    is_open = sa.text("acknowledged_at is null")
    op.create_index("uq_triage_alert_open", "triage_alert", ["report_id"], unique=True, postgresql_where=is_open)
    op.create_index("ix_triage_alert_due", "triage_alert", ["last_alert_at"], postgresql_where=is_open)
    op.create_index("ix_triage_alert_report_id", "triage_alert", ["report_id"])


def _create_setting() -> None:
    op.create_table(
        "triage_setting",
        sa.Column("is_only", sa.Boolean(), nullable=False),
        sa.Column("emergency_target", sa.Interval(), nullable=False),
        sa.Column("urgent_target", sa.Interval(), nullable=False),
        sa.Column("soon_target", sa.Interval(), nullable=False),
        sa.Column("routine_target", sa.Interval(), nullable=False),
        sa.Column("self_care_target", sa.Interval(), nullable=False),
        sa.Column("claim_idle_after", sa.Interval(), nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("is_only", name="ck_triage_setting_singleton"),
        sa.PrimaryKeyConstraint("is_only", name="pk_triage_setting"),
    )
    op.execute(
        "insert into triage_setting values "
        "(true, '5 minutes', '30 minutes', '4 hours', '24 hours', '48 hours', '15 minutes', now())"
    )


def downgrade() -> None:
    for table in (
        "triage_setting",
        "triage_alert",
        "triage_decision",
        "triage_claim",
        "triage_report_version",
        "triage_report",
    ):
        op.drop_table(table)
