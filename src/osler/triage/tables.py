"""Rows of triage. What a patient said and what a nurse wrote is sealed with the patient's key."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Interval, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from osler.core.db import Base, EncryptedBytes

URGENCIES = "'emergency', 'urgent', 'soon', 'routine', 'self_care'"
STATUSES = "'draft', 'submitted', 'awaiting_patient', 'reviewed', 'escalated', 'closed'"
OPEN = "status in ('submitted', 'awaiting_patient', 'escalated') or (status = 'draft' and urgency = 'emergency')"


class ReportRow(Base):
    """The report of one conversation, as it stands now.

    `assessed_urgency` is what rules made of the transcript and only ever rises once it is an emergency; `urgency` is
    what counts, and differs from it when a nurse overrode it. `version` grows with everything a nurse should see
    before deciding. `through_seq` is the number of the last patient message that the content covers; `words_enc` the
    start of the chief complaint, so that the queue need not open every report.
    """

    __tablename__ = "triage_report"
    __table_args__ = (
        CheckConstraint(f"status in ({STATUSES})", name="status"),
        CheckConstraint(f"urgency in ({URGENCIES})", name="urgency"),
        CheckConstraint(f"assessed_urgency in ({URGENCIES})", name="assessed_urgency"),
        CheckConstraint("language in ('fr', 'en')", name="language"),
        CheckConstraint(
            "status in ('draft', 'closed') or content_enc is not null or assessed_urgency = 'emergency'", name="content"
        ),
        CheckConstraint("(status = 'awaiting_patient') = (paused_at is not null)", name="paused"),
        Index("ix_triage_report_open", "priority", "waiting_since", "id", postgresql_where=text(OPEN)),
        Index("ix_triage_report_status", "status", "priority", "waiting_since", "id"),
        Index("ix_triage_report_reviewed", "reviewed_at", "id", postgresql_where=text("status = 'reviewed'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"), unique=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    data_key_id: Mapped[UUID] = mapped_column(ForeignKey("data_key.id"))
    reference: Mapped[str] = mapped_column(index=True)
    status: Mapped[str]
    urgency: Mapped[str]
    assessed_urgency: Mapped[str]
    priority: Mapped[int]
    language: Mapped[str]
    complaint: Mapped[str | None]
    flag_ids: Mapped[list[str]] = mapped_column(ARRAY(String))
    words_enc: Mapped[bytes | None] = mapped_column(EncryptedBytes)
    content_enc: Mapped[bytes | None] = mapped_column(EncryptedBytes)
    content_digest: Mapped[bytes | None]
    version: Mapped[int]
    through_seq: Mapped[int]
    engine_versions: Mapped[dict[str, Any]] = mapped_column(JSONB)
    waiting_since: Mapped[datetime]
    target_at: Mapped[datetime]
    paused_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]


class ReportVersionRow(Base):
    """A report as it stood at one moment that somebody may have to answer for; never changed again."""

    __tablename__ = "triage_report_version"
    __table_args__ = (CheckConstraint("reason in ('submitted', 'amended', 'decided')", name="reason"),)

    report_id: Mapped[UUID] = mapped_column(ForeignKey("triage_report.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    urgency: Mapped[str]
    content_enc: Mapped[bytes | None] = mapped_column(EncryptedBytes)
    engine_versions: Mapped[dict[str, Any]] = mapped_column(JSONB)
    through_seq: Mapped[int]
    reason: Mapped[str]
    frozen_at: Mapped[datetime]


class ClaimRow(Base):
    """Who works on a report. The primary key decides who of many was first."""

    __tablename__ = "triage_claim"

    report_id: Mapped[UUID] = mapped_column(ForeignKey("triage_report.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id"), index=True)
    claimed_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class DecisionRow(Base):
    """One step of the decision trail; rows are only ever added, and an undo is a row of its own.

    `report_version` is the version that was decided on. The `*_before` columns are what an undo restores.
    """

    __tablename__ = "triage_decision"
    __table_args__ = (
        CheckConstraint("kind in ('approve', 'override', 'request_information', 'escalate', 'undo')", name="kind"),
        CheckConstraint("(kind = 'undo') = (undoes_id is not null)", name="undo"),
        CheckConstraint(
            "kind not in ('override', 'request_information', 'escalate') or reason_enc is not null", name="reason"
        ),
        CheckConstraint(f"urgency_before in ({URGENCIES}) and urgency_after in ({URGENCIES})", name="urgency"),
        Index("ix_triage_decision_report", "report_id", "created_at"),
        Index("ix_triage_decision_created_at", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("triage_report.id"))
    report_version: Mapped[int]
    actor_id: Mapped[UUID] = mapped_column(ForeignKey("identity_user.id"))
    kind: Mapped[str]
    urgency_before: Mapped[str]
    urgency_after: Mapped[str]
    status_before: Mapped[str]
    status_after: Mapped[str]
    waiting_since_before: Mapped[datetime]
    target_at_before: Mapped[datetime]
    answered_at_before: Mapped[datetime | None]
    reason_enc: Mapped[bytes | None] = mapped_column(EncryptedBytes)
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))
    undoes_id: Mapped[UUID | None] = mapped_column(ForeignKey("triage_decision.id"), unique=True)
    created_at: Mapped[datetime]


class AlertRow(Base):
    """An emergency that somebody must acknowledge; one open alert per report, told by a partial unique index."""

    __tablename__ = "triage_alert"
    __table_args__ = (
        CheckConstraint("(acknowledged_by is null) = (acknowledged_at is null)", name="acknowledged"),
        CheckConstraint("alert_count >= 1", name="alert_count"),
        Index("uq_triage_alert_open", "report_id", unique=True, postgresql_where=text("acknowledged_at is null")),
        Index("ix_triage_alert_due", "last_alert_at", postgresql_where=text("acknowledged_at is null")),
        Index("ix_triage_alert_report_id", "report_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("triage_report.id"))
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    message_id: Mapped[UUID | None] = mapped_column(ForeignKey("message.id"))
    flag_ids: Mapped[list[str]] = mapped_column(ARRAY(String))
    raised_at: Mapped[datetime]
    acknowledged_by: Mapped[UUID | None] = mapped_column(ForeignKey("identity_user.id"))
    acknowledged_at: Mapped[datetime | None]
    alert_count: Mapped[int]
    last_alert_at: Mapped[datetime]


class SettingRow(Base):
    """How this practice works its queue: one row. Targets say within which time a nurse should have decided."""

    __tablename__ = "triage_setting"
    __table_args__ = (CheckConstraint("is_only", name="singleton"),)

    is_only: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    emergency_target: Mapped[timedelta] = mapped_column(Interval)
    urgent_target: Mapped[timedelta] = mapped_column(Interval)
    soon_target: Mapped[timedelta] = mapped_column(Interval)
    routine_target: Mapped[timedelta] = mapped_column(Interval)
    self_care_target: Mapped[timedelta] = mapped_column(Interval)
    claim_idle_after: Mapped[timedelta] = mapped_column(Interval)
    updated_at: Mapped[datetime]
