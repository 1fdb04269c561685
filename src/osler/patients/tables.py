"""Rows of the registry. What identifies a person is sealed with that person's own key; search goes by blind index."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from osler.core.db import Base


class Patient(Base):
    """One person. `provisional` until somebody said who it is; a visitor's conversation starts as one."""

    __tablename__ = "patient"
    __table_args__ = (
        CheckConstraint("status in ('provisional', 'active', 'merged')", name="status"),
        CheckConstraint("status = 'provisional' or name_enc is not null", name="identified"),
        CheckConstraint("language in ('fr', 'en')", name="language"),
        CheckConstraint("(status = 'merged') = (merged_into is not null)", name="merged"),
        Index("ix_patient_name_index", "name_index"),
        Index("ix_patient_phone_index", "phone_index"),
        Index("ix_patient_email_index", "email_index"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID | None] = mapped_column(ForeignKey("identity_user.id"), unique=True)
    data_key_id: Mapped[UUID] = mapped_column(ForeignKey("data_key.id"))
    status: Mapped[str]
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("patient.id"))
    language: Mapped[str]
    name_enc: Mapped[bytes | None]
    birth_date_enc: Mapped[bytes | None]
    sex_enc: Mapped[bytes | None]
    phone_enc: Mapped[bytes | None]
    email_enc: Mapped[bytes | None]
    name_index: Mapped[bytes | None]
    phone_index: Mapped[bytes | None]
    email_index: Mapped[bytes | None]
    version: Mapped[int] = mapped_column(server_default=text("1"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads it from the class


class PatientIdentifier(Base):
    """A number that some system knows the patient by (INS, hospital number), once per system and value."""

    __tablename__ = "patient_identifier"
    __table_args__ = (UniqueConstraint("system", "value_index"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    system: Mapped[str]
    value_enc: Mapped[bytes]
    value_index: Mapped[bytes]
    created_at: Mapped[datetime]


class ConsentRow(Base):
    """What a patient, or their guardian, agreed to: one version of one text, for one purpose."""

    __tablename__ = "consent"
    __table_args__ = (
        CheckConstraint("given_by in ('self', 'guardian')", name="given_by"),
        CheckConstraint("withdrawn_at is null or withdrawn_at >= given_at", name="withdrawn"),
        Index("ix_consent_patient_purpose", "patient_id", "purpose"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"))
    purpose: Mapped[str]
    text_version: Mapped[str]
    text_sha256: Mapped[bytes]
    language: Mapped[str]
    given_by: Mapped[str]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
