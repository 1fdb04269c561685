"""Tables of conversations."""

import sqlalchemy as sa
from alembic import op

revision = "0006_conversations"
down_revision = "0005_notifications"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "conversation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("consent_id", sa.Uuid(), nullable=False),
        sa.Column("data_key_id", sa.Uuid(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("status", sa.String(), server_default=sa.text("'open'"), nullable=False),
        sa.Column("last_seq", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("pending_question", sa.String(), nullable=True),
        sa.Column("questions_asked", sa.Integer(), nullable=True),
        sa.Column("questions_expected", sa.Integer(), nullable=True),
        sa.Column("emergency_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("emergency_category", sa.String(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_message_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status in ('open', 'closed')", name="ck_conversation_status"),
        sa.CheckConstraint("(status = 'closed') = (closed_at is not null)", name="ck_conversation_closed"),
        sa.CheckConstraint("language in ('fr', 'en')", name="ck_conversation_language"),
        sa.CheckConstraint("(emergency_at is null) = (emergency_category is null)", name="ck_conversation_emergency"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_conversation_patient_id"),
        sa.ForeignKeyConstraint(["consent_id"], ["consent.id"], name="fk_conversation_consent_id"),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name="fk_conversation_data_key_id"),
        sa.PrimaryKeyConstraint("id", name="pk_conversation"),
    )
    op.create_index("ix_conversation_patient_id", "conversation", ["patient_id"])
    op.create_index("ix_conversation_owner_id_created_at", "conversation", ["owner_id", "created_at"])
    op.create_table(
        "message",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("conversation_id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=True),
        sa.Column("client_msg_id", sa.Uuid(), nullable=True),
        sa.Column("answers_seq", sa.Integer(), nullable=True),
        sa.Column("body_enc", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("role in ('patient', 'assistant', 'nurse', 'system')", name="ck_message_role"),
        sa.CheckConstraint(
            "kind in ('text', 'question', 'emergency', 'notice', 'nurse_question', 'nurse_answer', 'read_back')",
            name="ck_message_kind",
        ),
        sa.CheckConstraint("seq > 0", name="ck_message_seq"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], name="fk_message_conversation_id"),
        sa.PrimaryKeyConstraint("id", name="pk_message"),
        sa.UniqueConstraint("conversation_id", "seq", name="uq_message_conversation_id_seq"),
        sa.UniqueConstraint("conversation_id", "client_msg_id", name="uq_message_conversation_id_client_msg_id"),
        sa.UniqueConstraint(
            "conversation_id", "answers_seq", "kind", name="uq_message_conversation_id_answers_seq_kind"
        ),
    )


def downgrade() -> None:
    op.drop_table("message")
    op.drop_table("conversation")
