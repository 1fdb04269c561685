"""Rows of identity: the practice, its accounts, their roles, sessions and second factors."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from osler.core.db import Base, EncryptedBytes

ROLES_SQL = "'patient', 'nurse', 'secretary', 'practitioner', 'admin'"
STAFF_ROLES_SQL = "'nurse', 'secretary', 'practitioner', 'admin'"


class UserStatus(StrEnum):
    ACTIVE = "active"
    DISABLED = "disabled"


class Practice(Base):
    """The practice that this installation serves: exactly one row."""

    __tablename__ = "practice"
    __table_args__ = (
        CheckConstraint("is_only", name="singleton"),
        CheckConstraint("country ~ '^[A-Z]{2}$'", name="country"),
        CheckConstraint("default_language = any (languages)", name="default_language"),
        CheckConstraint(f"totp_roles <@ array[{STAFF_ROLES_SQL}]::varchar[]", name="totp_roles"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    is_only: Mapped[bool] = mapped_column(unique=True)
    name: Mapped[str]
    country: Mapped[str]
    tzid: Mapped[str]
    phone: Mapped[str | None]
    languages: Mapped[list[str]] = mapped_column(ARRAY(String))
    default_language: Mapped[str]
    totp_roles: Mapped[list[str]] = mapped_column(ARRAY(String))
    updated_at: Mapped[datetime]


class User(Base):
    """Somebody who can sign in. E-mail and name are sealed; the e-mail is found by its blind index."""

    __tablename__ = "identity_user"
    __table_args__ = (
        CheckConstraint("status in ('active', 'disabled')", name="status"),
        CheckConstraint("totp_confirmed_at is null or totp_secret_enc is not null", name="totp"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email_enc: Mapped[bytes] = mapped_column(EncryptedBytes)
    email_index: Mapped[bytes] = mapped_column(unique=True)
    display_name_enc: Mapped[bytes] = mapped_column(EncryptedBytes)
    password_hash: Mapped[str]
    password_changed_at: Mapped[datetime]
    language: Mapped[str]
    status: Mapped[str]
    totp_secret_enc: Mapped[bytes | None] = mapped_column(EncryptedBytes)
    totp_confirmed_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_login_at: Mapped[datetime | None]


class UserRole(Base):
    """One role of one user, with its history: a revoked role stays as a row."""

    __tablename__ = "identity_role"
    __table_args__ = (
        CheckConstraint(f"role in ({ROLES_SQL})", name="role"),
        CheckConstraint("revoked_at is null or revoked_at >= granted_at", name="revoked"),
        Index("uq_identity_role_active", "user_id", "role", unique=True, postgresql_where=text("revoked_at is null")),
        Index("ix_identity_role_active_role", "role", postgresql_where=text("revoked_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id"))
    role: Mapped[str]
    granted_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity_user.id"))
    granted_at: Mapped[datetime]
    revoked_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity_user.id"))
    revoked_at: Mapped[datetime | None]


class BrowserSession(Base):
    """One browser, of a user or of an anonymous visitor. The cookie's SHA-256 is kept, never the cookie.

    A session that ended has no row; the audit trail remembers it.
    """

    __tablename__ = "identity_session"
    __table_args__ = (
        CheckConstraint("num_nonnulls(user_id, visitor_id) = 1", name="subject"),
        CheckConstraint("aal in (0, 1, 2)", name="aal"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity_user.id"), index=True)
    visitor_id: Mapped[UUID | None] = mapped_column(index=True)
    aal: Mapped[int]
    device: Mapped[str | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    confirmed_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class PendingLogin(Base):
    """A right password that still waits for its second factor."""

    __tablename__ = "identity_pending_login"
    __table_args__ = (CheckConstraint("attempts between 0 and 5", name="attempts"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id"))
    attempts: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class TotpUse(Base):
    """A time step that a user has spent; the key makes every code good for one success."""

    __tablename__ = "identity_totp_use"

    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id"), primary_key=True)
    step: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    used_at: Mapped[datetime] = mapped_column(index=True)


class RecoveryCode(Base):
    """One of a user's ten codes for a lost phone, hashed; it works once."""

    __tablename__ = "identity_recovery_code"
    __table_args__ = (Index("uq_identity_recovery_code_hash", "user_id", "code_hash", unique=True),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id"))
    code_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Invitation(Base):
    """An offer of staff roles to an e-mail address, open until accepted, withdrawn or expired."""

    __tablename__ = "identity_invitation"
    __table_args__ = (
        CheckConstraint(f"roles <@ array[{STAFF_ROLES_SQL}]::varchar[] and cardinality(roles) > 0", name="roles"),
        CheckConstraint("accepted_at is null or withdrawn_at is null", name="outcome"),
        CheckConstraint("(accepted_at is null) = (accepted_by is null)", name="accepted"),
        Index(
            "uq_identity_invitation_open",
            "email_index",
            unique=True,
            postgresql_where=text("accepted_at is null and withdrawn_at is null"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    email_enc: Mapped[bytes] = mapped_column(EncryptedBytes)
    email_index: Mapped[bytes]
    roles: Mapped[list[str]] = mapped_column(ARRAY(String))
    language: Mapped[str]
    invited_by: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity_user.id"))
    withdrawn_at: Mapped[datetime | None]


class Tally(Base):
    """Attempts counted against an account, an address or a second factor. The key is keyed hash, not the e-mail."""

    __tablename__ = "identity_throttle"

    key: Mapped[bytes] = mapped_column(primary_key=True)
    attempts: Mapped[int]
    window_started_at: Mapped[datetime]
    strikes: Mapped[int]
    blocked_until: Mapped[datetime | None]
    updated_at: Mapped[datetime] = mapped_column(index=True)
