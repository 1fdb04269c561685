"""Rows of the plumbing: keys and the audit trail."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from osler.core.db import Base


class PracticeKey(Base):
    """A key of the practice, wrapped by the key file; one active per purpose, old ones kept to read old rows."""

    __tablename__ = "practice_key"
    __table_args__ = (
        CheckConstraint("purpose in ('data', 'index', 'audit', 'session')", name="purpose"),
        Index("uq_practice_key_active", "purpose", unique=True, postgresql_where=text("is_active")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    kek_id: Mapped[str]
    wrapped: Mapped[bytes]
    is_active: Mapped[bool]
    created_at: Mapped[datetime]


class DataKey(Base):
    """The key of one patient, wrapped by the practice key. Erasing `wrapped` makes everything under it unreadable."""

    __tablename__ = "data_key"
    __table_args__ = (
        UniqueConstraint("subject_id", "version"),
        CheckConstraint("(wrapped is null) = (destroyed_at is not null)", name="destroyed"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(index=True)
    version: Mapped[int]
    practice_key_id: Mapped[UUID] = mapped_column(ForeignKey("practice_key.id"))
    wrapped: Mapped[bytes | None]
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class AuditEvent(Base):
    """Who did what to which record. Rows are only ever added (a trigger refuses anything else).

    `mac` covers every column but `seq` and the sealing columns; the sealer fills those later.
    """

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("ix_audit_event_patient_at", "patient_id", "at"),
        Index("ix_audit_event_actor_at", "actor_id", "at"),
    )

    seq: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    actor_kind: Mapped[str]
    on_behalf_of: Mapped[UUID | None]
    session_id: Mapped[UUID | None]
    address: Mapped[str | None]
    request_id: Mapped[str | None]
    action: Mapped[str]
    patient_id: Mapped[UUID | None]
    resource_type: Mapped[str]
    resource_id: Mapped[str | None]
    outcome: Mapped[str]
    reason: Mapped[str | None]
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    key_id: Mapped[UUID]
    mac: Mapped[bytes]
    sealed_n: Mapped[int | None] = mapped_column(BigInteger)
    sealed_at: Mapped[datetime | None]
