"""Tables of patients: the registry, identifiers and consents."""

import sqlalchemy as sa
from alembic import op

revision = "0004_patients"
down_revision = "0003_identity"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "patient",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("data_key_id", sa.Uuid(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("merged_into", sa.Uuid(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.LargeBinary(), nullable=True)
            for name in (
                *("name_enc", "birth_date_enc", "sex_enc", "phone_enc", "email_enc"),
                *("name_index", "phone_index", "email_index"),
            )
        ),
        sa.Column("version", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status in ('provisional', 'active', 'merged')", name="ck_patient_status"),
        sa.CheckConstraint("status = 'provisional' or name_enc is not null", name="ck_patient_identified"),
        sa.CheckConstraint("language in ('fr', 'en')", name="ck_patient_language"),
        sa.CheckConstraint("(status = 'merged') = (merged_into is not null)", name="ck_patient_merged"),
        sa.ForeignKeyConstraint(["user_id"], ["identity_user.id"], name="fk_patient_user_id"),
        sa.ForeignKeyConstraint(["data_key_id"], ["data_key.id"], name="fk_patient_data_key_id"),
        sa.ForeignKeyConstraint(["merged_into"], ["patient.id"], name="fk_patient_merged_into"),
        sa.PrimaryKeyConstraint("id", name="pk_patient"),
        sa.UniqueConstraint("user_id", name="uq_patient_user_id"),
    )
    for column in ("name_index", "phone_index", "email_index"):
        op.create_index(f"ix_patient_{column}", "patient", [column])
    op.create_table(
        "patient_identifier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("system", sa.String(), nullable=False),
        sa.Column("value_enc", sa.LargeBinary(), nullable=False),
        sa.Column("value_index", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_patient_identifier_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_patient_identifier"),
        sa.UniqueConstraint("system", "value_index", name="uq_patient_identifier_system_value_index"),
    )
    op.create_index("ix_patient_identifier_patient_id", "patient_identifier", ["patient_id"])
    op.create_table(
        "consent",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("text_version", sa.String(), nullable=False),
        sa.Column("text_sha256", sa.LargeBinary(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("given_by", sa.String(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("given_by in ('self', 'guardian')", name="ck_consent_given_by"),
        sa.CheckConstraint("withdrawn_at is null or withdrawn_at >= given_at", name="ck_consent_withdrawn"),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name="fk_consent_patient_id"),
        sa.PrimaryKeyConstraint("id", name="pk_consent"),
    )
    op.create_index("ix_consent_patient_purpose", "consent", ["patient_id", "purpose"])


def downgrade() -> None:
    for table in ("consent", "patient_identifier", "patient"):
        op.drop_table(table)
