"""The outbox: letters that must leave exactly once, written in the transaction that causes them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from osler.core.db import Base, EncryptedBytes


class OutboxRow(Base):
    """One e-mail. Address and words to fill in are sealed with the practice's key and erased once it has left.

    `fence` grows with every claim: a worker that was overtaken while it slept cannot write its outcome. `sending` is
    stored before anything is handed over, so that a crash can be told from a letter that never started.
    """

    __tablename__ = "notification_outbox"
    __table_args__ = (
        CheckConstraint("state in ('queued', 'sending', 'sent', 'failed', 'not_configured')", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at is not null)", name="sent"),
        CheckConstraint("(state = 'sending') = (lease_until is not null)", name="lease"),
        CheckConstraint("state in ('sent', 'failed', 'not_configured') or recipient_enc is not null", name="recipient"),
        Index("ix_notification_outbox_pending", "due_at", postgresql_where=text("state in ('queued', 'sending')")),
        Index("ix_notification_outbox_state", "state"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(unique=True)
    template: Mapped[str]
    language: Mapped[str]
    recipient_enc: Mapped[bytes | None] = mapped_column(EncryptedBytes)
    context_enc: Mapped[bytes | None] = mapped_column(EncryptedBytes)
    state: Mapped[str]
    attempts: Mapped[int] = mapped_column(server_default=text("0"))
    due_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))
    last_error: Mapped[str | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
