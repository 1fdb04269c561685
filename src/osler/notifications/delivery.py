"""One attempt at one letter: claimed under a lease, handed over, and its outcome written by whoever still holds it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import func, or_, select, update

from osler.core import clock, crypto, db
from osler.core.db import Session
from osler.core.log import get_logger
from osler.core.settings import SmtpSettings
from osler.notifications.smtp import Mail, NotDelivered, transmit
from osler.notifications.tables import OutboxRow
from osler.notifications.templates import fill, get_letter

TABLE: Final = "notification_outbox"
MAX_ATTEMPTS: Final = 12
FIRST_RETRY: Final = timedelta(seconds=10)
LONGEST_RETRY: Final = timedelta(hours=1)
GRACE: Final = timedelta(seconds=5)

log = get_logger()


@dataclass(frozen=True, slots=True)
class OutboxCounts:
    """Letters by state. `oldest_wait_s` is how long the oldest unsent one has been due; 0 when none is."""

    queued: int
    sending: int
    sent: int
    failed: int
    not_configured: int
    oldest_wait_s: float


@dataclass(frozen=True, slots=True)
class _Claim:
    id: UUID
    fence: int
    attempts: int
    template: str
    row: Any  # A row of the outbox, as columns, still sealed.


async def deliver(outbox_id: UUID, *, smtp: SmtpSettings) -> timedelta | None:
    """Try once to send a letter, and return after which time to try again; `None` when there is nothing more to do.

    `sending` is committed before the server hears of the letter. A worker that dies in between leaves a lease; the
    next one sends again under the same Message-ID, which receivers take for the same letter.
    """
    claim = await _claim(outbox_id, smtp=smtp)
    if claim is None:
        return await _pause_before_next(outbox_id)
    try:
        await transmit(_open(claim), settings=smtp)
    except NotDelivered as error:
        return await _fail(claim, error)
    await _finish(claim, state="sent", sent_at=clock.now(), recipient_enc=None, context_enc=None, last_error=None)
    return None


async def _claim(outbox_id: UUID, *, smtp: SmtpSettings) -> _Claim | None:
    now = clock.now()
    is_due = or_(OutboxRow.state == "queued", (OutboxRow.state == "sending") & (OutboxRow.lease_until < now))
    async with db.transaction() as session:
        if smtp.host is None:
            await _set_aside(session, outbox_id)
            return None
        row = (
            await session.execute(
                update(OutboxRow)
                .where(OutboxRow.id == outbox_id, is_due, OutboxRow.due_at <= now)
                .values(
                    state="sending",
                    lease_until=now + 2 * timedelta(seconds=smtp.timeout_s) + GRACE,
                    fence=OutboxRow.fence + 1,
                    attempts=OutboxRow.attempts + 1,
                )
                .returning(*OutboxRow.__table__.columns)
            )
        ).one_or_none()
    return None if row is None else _Claim(row.id, row.fence, row.attempts, row.template, row)


async def _pause_before_next(outbox_id: UUID) -> timedelta | None:
    """Return when to look again at a letter that could not be claimed: when it is due, or its lease is over."""
    async with db.transaction() as session:
        row = (
            await session.execute(
                select(func.coalesce(OutboxRow.lease_until, OutboxRow.due_at).label("at")).where(
                    OutboxRow.id == outbox_id, OutboxRow.state.in_(("queued", "sending"))
                )
            )
        ).one_or_none()
    return None if row is None else max(row.at - clock.now(), timedelta(0)) + timedelta(seconds=1)


def _open(claim: _Claim) -> Mail:
    """Return the letter in clear. Raises `NotDelivered` for one that this version cannot write any more."""
    row = claim.row
    if claim.attempts > MAX_ATTEMPTS:  # Its workers died every time, so nobody ever counted.
        raise NotDelivered("TooManyAttempts", is_final=True)
    try:
        key = crypto.practice_key(row.recipient_enc)
        recipient = key.decrypt_text(row.recipient_enc, (TABLE, "recipient_enc", row.id))
        words = crypto.practice_key(row.context_enc).decrypt(row.context_enc, (TABLE, "context_enc", row.id))
        subject, body = fill(get_letter(row.template, row.language), orjson.loads(words))
    except (crypto.CryptoError, KeyError):
        raise NotDelivered("Unreadable", is_final=True) from None
    return Mail(row.dedupe_key, recipient, subject, body, row.created_at)


async def _set_aside(session: Session, outbox_id: UUID) -> None:
    changed = await session.scalar(
        update(OutboxRow)
        .where(OutboxRow.id == outbox_id, OutboxRow.state == "queued")
        .values(state="not_configured", recipient_enc=None, context_enc=None)
        .returning(OutboxRow.template)
    )
    if changed is not None:
        log.warning("email_not_configured", outbox_id=str(outbox_id), template=changed)


async def _fail(claim: _Claim, error: NotDelivered) -> timedelta | None:
    if error.is_final or claim.attempts >= MAX_ATTEMPTS:
        await _finish(claim, state="failed", last_error=error.code, context_enc=None)
        log.error("email_failed", outbox_id=str(claim.id), template=claim.template, code=error.code)
        return None
    pause: timedelta = min(FIRST_RETRY * 2 ** (claim.attempts - 1), LONGEST_RETRY)
    await _finish(claim, state="queued", due_at=clock.now() + pause, last_error=error.code)
    log.warning("email_delayed", outbox_id=str(claim.id), template=claim.template, code=error.code)
    return pause


async def _finish(claim: _Claim, *, state: str, **values: datetime | str | None) -> None:
    """Write the outcome, unless the lease ran out and somebody else took the letter."""
    async with db.transaction() as session:
        kept = await session.scalar(
            update(OutboxRow)
            .where(OutboxRow.id == claim.id, OutboxRow.state == "sending", OutboxRow.fence == claim.fence)
            .values(state=state, lease_until=None, **values)
            .returning(OutboxRow.id)
        )
    if kept is None:
        log.warning("email_claim_lost", outbox_id=str(claim.id))
    elif state == "sent":
        log.info("email_sent", outbox_id=str(claim.id), template=claim.template, attempts=claim.attempts)


async def stranded(session: Session, *, for_longer_than: timedelta) -> list[UUID]:
    """Return the letters that should have been tried by now and have no worker: their job was lost."""
    before = clock.now() - for_longer_than
    found = await session.scalars(
        select(OutboxRow.id)
        .where(
            or_(
                (OutboxRow.state == "queued") & (OutboxRow.due_at < before),
                (OutboxRow.state == "sending") & (OutboxRow.lease_until < before),
            )
        )
        .order_by(OutboxRow.due_at)
        .limit(200)
    )
    return list(found.all())


async def outbox_counts(session: Session) -> OutboxCounts:
    """Return how the outbox stands, for health."""
    found = await session.execute(select(OutboxRow.state, func.count().label("n")).group_by(OutboxRow.state))
    counts = {row.state: row.n for row in found}
    oldest = await session.scalar(
        select(func.min(OutboxRow.due_at)).where(
            OutboxRow.state.in_(("queued", "sending")), OutboxRow.due_at <= clock.now()
        )
    )
    return OutboxCounts(
        **{state: counts.get(state, 0) for state in ("queued", "sending", "sent", "failed", "not_configured")},
        oldest_wait_s=0.0 if oldest is None else (clock.now() - oldest).total_seconds(),
    )
