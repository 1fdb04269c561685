"""Tables of identity: the practice, accounts, roles, sessions, second factors, invitations, throttling."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003_identity"
down_revision = "0002_jobs"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)
NAMES = postgresql.ARRAY(sa.String())
STAFF_ROLES = "array['nurse', 'secretary', 'practitioner', 'admin']::varchar[]"


def upgrade() -> None:
    op.execute("set local lock_timeout = '2s'")
    _create_practice()
    _create_user_and_role()
    _create_sessions()
    _create_second_factors()
    _create_invitation_and_throttle()


def _create_practice() -> None:
    op.create_table(
        "practice",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("is_only", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("tzid", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("languages", NAMES, nullable=False),
        sa.Column("default_language", sa.String(), nullable=False),
        sa.Column("totp_roles", NAMES, nullable=False),
        sa.Column("updated_at", TIME, nullable=False),
        sa.CheckConstraint("is_only", name="ck_practice_singleton"),
        sa.CheckConstraint("country ~ '^[A-Z]{2}$'", name="ck_practice_country"),
        sa.CheckConstraint("default_language = any (languages)", name="ck_practice_default_language"),
        sa.CheckConstraint(f"totp_roles <@ {STAFF_ROLES}", name="ck_practice_totp_roles"),
        sa.PrimaryKeyConstraint("id", name="pk_practice"),
        sa.UniqueConstraint("is_only", name="uq_practice_is_only"),
    )


def _create_user_and_role() -> None:
    op.create_table(
        "identity_user",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_enc", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("display_name_enc", sa.LargeBinary(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("password_changed_at", TIME, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("totp_secret_enc", sa.LargeBinary(), nullable=True),
        sa.Column("totp_confirmed_at", TIME, nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_login_at", TIME, nullable=True),
        sa.CheckConstraint("status in ('active', 'disabled')", name="ck_identity_user_status"),
        sa.CheckConstraint("totp_confirmed_at is null or totp_secret_enc is not null", name="ck_identity_user_totp"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_user"),
        sa.UniqueConstraint("email_index", name="uq_identity_user_email_index"),
    )
    op.create_table(
        "identity_role",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("granted_by", sa.Uuid(), nullable=True),
        sa.Column("granted_at", TIME, nullable=False),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        sa.Column("revoked_at", TIME, nullable=True),
        sa.CheckConstraint(
            "role in ('patient', 'nurse', 'secretary', 'practitioner', 'admin')", name="ck_identity_role_role"
        ),
        sa.CheckConstraint("revoked_at is null or revoked_at >= granted_at", name="ck_identity_role_revoked"),
        sa.ForeignKeyConstraint(["user_id"], ["identity_user.id"], name="fk_identity_role_user_id"),
        sa.ForeignKeyConstraint(["granted_by"], ["identity_user.id"], name="fk_identity_role_granted_by"),
        sa.ForeignKeyConstraint(["revoked_by"], ["identity_user.id"], name="fk_identity_role_revoked_by"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_role"),
    )
    is_active = sa.text("revoked_at is null")
    op.create_index(
        "uq_identity_role_active", "identity_role", ["user_id", "role"], unique=True, postgresql_where=is_active
    )
    op.create_index("ix_identity_role_active_role", "identity_role", ["role"], postgresql_where=is_active)


def _create_sessions() -> None:
    op.create_table(
        "identity_session",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("visitor_id", sa.Uuid(), nullable=True),
        sa.Column("aal", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("last_seen_at", TIME, nullable=False),
        sa.Column("confirmed_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.CheckConstraint("num_nonnulls(user_id, visitor_id) = 1", name="ck_identity_session_subject"),
        sa.CheckConstraint("aal in (0, 1, 2)", name="ck_identity_session_aal"),
        sa.ForeignKeyConstraint(["user_id"], ["identity_user.id"], name="fk_identity_session_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_session"),
        sa.UniqueConstraint("token_hash", name="uq_identity_session_token_hash"),
    )
    op.create_index("ix_identity_session_user_id", "identity_session", ["user_id"])
    op.create_index("ix_identity_session_visitor_id", "identity_session", ["visitor_id"])
    op.create_index("ix_identity_session_expires_at", "identity_session", ["expires_at"])
    op.create_table(
        "identity_pending_login",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.CheckConstraint("attempts between 0 and 5", name="ck_identity_pending_login_attempts"),
        sa.ForeignKeyConstraint(["user_id"], ["identity_user.id"], name="fk_identity_pending_login_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_pending_login"),
        sa.UniqueConstraint("token_hash", name="uq_identity_pending_login_token_hash"),
    )
    op.create_index("ix_identity_pending_login_expires_at", "identity_pending_login", ["expires_at"])


def _create_second_factors() -> None:
    op.create_table(
        "identity_totp_use",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("used_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["identity_user.id"], name="fk_identity_totp_use_user_id"),
        sa.PrimaryKeyConstraint("user_id", "step", name="pk_identity_totp_use"),
    )
    op.create_index("ix_identity_totp_use_used_at", "identity_totp_use", ["used_at"])
    op.create_table(
        "identity_recovery_code",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("used_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["identity_user.id"], name="fk_identity_recovery_code_user_id"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_recovery_code"),
    )
    op.create_index("uq_identity_recovery_code_hash", "identity_recovery_code", ["user_id", "code_hash"], unique=True)


def _create_invitation_and_throttle() -> None:
    op.create_table(
        "identity_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("email_enc", sa.LargeBinary(), nullable=False),
        sa.Column("email_index", sa.LargeBinary(), nullable=False),
        sa.Column("roles", NAMES, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("invited_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("accepted_at", TIME, nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.CheckConstraint(f"roles <@ {STAFF_ROLES} and cardinality(roles) > 0", name="ck_identity_invitation_roles"),
        sa.CheckConstraint("accepted_at is null or withdrawn_at is null", name="ck_identity_invitation_outcome"),
        sa.CheckConstraint("(accepted_at is null) = (accepted_by is null)", name="ck_identity_invitation_accepted"),
        sa.ForeignKeyConstraint(["invited_by"], ["identity_user.id"], name="fk_identity_invitation_invited_by"),
        sa.ForeignKeyConstraint(["accepted_by"], ["identity_user.id"], name="fk_identity_invitation_accepted_by"),
        sa.PrimaryKeyConstraint("id", name="pk_identity_invitation"),
        sa.UniqueConstraint("token_hash", name="uq_identity_invitation_token_hash"),
    )
    op.create_index(
        "uq_identity_invitation_open",
        "identity_invitation",
        ["email_index"],
        unique=True,
        postgresql_where=sa.text("accepted_at is null and withdrawn_at is null"),
    )
    op.create_table(
        "identity_throttle",
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("window_started_at", TIME, nullable=False),
        sa.Column("strikes", sa.Integer(), nullable=False),
        sa.Column("blocked_until", TIME, nullable=True),
        sa.Column("updated_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_identity_throttle"),
    )
    op.create_index("ix_identity_throttle_updated_at", "identity_throttle", ["updated_at"])


def downgrade() -> None:
    for table in (
        "identity_throttle",
        "identity_invitation",
        "identity_recovery_code",
        "identity_totp_use",
        "identity_pending_login",
        "identity_session",
        "identity_role",
        "identity_user",
        "practice",
    ):
        op.drop_table(table)
