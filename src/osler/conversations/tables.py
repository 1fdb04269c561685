"""Rows of conversations. What was said is sealed with the patient's key; the rest is ids, times and codes."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from osler.core.db import Base


class ConversationRow(Base):
    """One thread. `owner_id` is a visitor's or a user's id; `last_seq` hands out the numbers of its messages."""

    __tablename__ = "conversation"
    __table_args__ = (
        CheckConstraint("status in ('open', 'closed')", name="status"),
        CheckConstraint("(status = 'closed') = (closed_at is not null)", name="closed"),
        CheckConstraint("language in ('fr', 'en')", name="language"),
        CheckConstraint("(emergency_at is null) = (emergency_category is null)", name="emergency"),
        Index("ix_conversation_owner_id_created_at", "owner_id", "created_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    patient_id: Mapped[UUID] = mapped_column(ForeignKey("patient.id"), index=True)
    owner_id: Mapped[UUID]
    consent_id: Mapped[UUID] = mapped_column(ForeignKey("consent.id"))
    data_key_id: Mapped[UUID] = mapped_column(ForeignKey("data_key.id"))
    language: Mapped[str]
    status: Mapped[str] = mapped_column(server_default=text("'open'"))
    last_seq: Mapped[int] = mapped_column(server_default=text("0"))
    pending_question: Mapped[str | None]
    questions_asked: Mapped[int | None]
    questions_expected: Mapped[int | None]
    emergency_at: Mapped[datetime | None]
    emergency_category: Mapped[str | None]
    created_at: Mapped[datetime]
    last_message_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class MessageRow(Base):
    """One thing somebody said. `seq` has no gaps; `answers_seq` makes a reply of one kind exist once per question."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "client_msg_id"),
        UniqueConstraint("conversation_id", "answers_seq", "kind"),
        CheckConstraint("role in ('patient', 'assistant', 'nurse', 'system')", name="role"),
        CheckConstraint(
            "kind in ('text', 'question', 'emergency', 'notice', 'nurse_question', 'nurse_answer', 'read_back')",
            name="kind",
        ),
        CheckConstraint("seq > 0", name="seq"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    conversation_id: Mapped[UUID] = mapped_column(ForeignKey("conversation.id"))
    seq: Mapped[int]
    role: Mapped[str]
    kind: Mapped[str]
    author_id: Mapped[UUID | None]
    client_msg_id: Mapped[UUID | None]
    answers_seq: Mapped[int | None]
    body_enc: Mapped[bytes]
    created_at: Mapped[datetime]
