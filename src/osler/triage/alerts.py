"""Emergencies: raised in the message's own transaction, shown at once, and repeated until a named person took note."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import literal_column
from sqlalchemy.dialects.postgresql import insert

from osler.core import audit, clock, live
from osler.core.auth import SYSTEM
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.events import publish
from osler.core.ids import new_id
from osler.triage.events import EmergencyRaised
from osler.triage.par import Urgency
from osler.triage.priorities import get_targets, priority
from osler.triage.reports import QUEUE_TOPIC, is_open, lock_or_create, touch
from osler.triage.tables import AlertRow, ReportRow


class AlertNotFound(Problem):
    status = 404
    title = "This alert does not exist"


@dataclass(frozen=True, slots=True)
class Alert:
    """`round` is how often staff were alerted so far."""

    id: UUID
    report_id: UUID
    reference: str
    conversation_id: UUID
    patient_id: UUID
    flag_ids: tuple[str, ...]
    raised_at: datetime
    acknowledged_by: UUID | None
    acknowledged_at: datetime | None
    round: int
    last_alert_at: datetime


async def raise_alert(
    session: Session,
    *,
    conversation_id: UUID,
    patient_id: UUID,
    language: str,
    flag_ids: Iterable[str],
    message_id: UUID,
) -> bool:
    """Put a conversation at the top of the queue because of one message, and say whether staff are alerted anew.

    Belongs into the transaction that stores the message. A conversation has one open alert at most: further messages
    add their flags to it, and signs that somebody acknowledged already do not alert again, unless a nurse had
    lowered the urgency since.
    """
    row = await lock_or_create(
        session,
        conversation_id=conversation_id,
        patient_id=patient_id,
        language=language,
        urgency=Urgency.EMERGENCY,
    )
    wanted = tuple(dict.fromkeys(flag_ids))
    is_news = row.version == 0 or row.urgency != Urgency.EMERGENCY or not set(wanted) <= set(row.flag_ids)
    if not is_news and is_open(row):
        return False
    await _escalate(session, row)
    await touch(session, row)
    return await open_alert(session, row, flag_ids=wanted, message_id=message_id)


async def _escalate(session: Session, row: ReportRow) -> None:
    now = clock.now()
    if row.urgency != Urgency.EMERGENCY or not is_open(row):
        row.waiting_since = now
        row.target_at = (await get_targets(session)).due(Urgency.EMERGENCY, now)
    if row.status in ("reviewed", "awaiting_patient", "closed"):
        row.status, row.paused_at, row.reviewed_at = "submitted", None, None
    row.urgency = row.assessed_urgency = Urgency.EMERGENCY.value
    row.priority = priority(Urgency.EMERGENCY, row.status)


async def open_alert(session: Session, row: ReportRow, *, flag_ids: Iterable[str], message_id: UUID | None) -> bool:
    """Open an alert for a locked report, or add to its open one; return whether a new one was opened."""
    wanted = list(dict.fromkeys(flag_ids))
    row.flag_ids = [*row.flag_ids, *(flag for flag in wanted if flag not in row.flag_ids)]
    await session.flush()
    now = clock.now()
    statement = insert(AlertRow).values(
        id=new_id(),
        report_id=row.id,
        conversation_id=row.conversation_id,
        message_id=message_id,
        flag_ids=wanted,
        raised_at=now,
        alert_count=1,
        last_alert_at=now,
    )
    stored: Any = (
        await session.execute(
            statement.on_conflict_do_update(
                index_elements=["report_id"],
                index_where=AlertRow.acknowledged_at.is_(None),
                set_={"flag_ids": row.flag_ids},
            ).returning(AlertRow.id, literal_column("xmax = 0").label("is_new"))
        )
    ).one()
    await live.notify(session, QUEUE_TOPIC, alert_id=str(stored.id), report_id=str(row.id))
    await audit.record(
        session,
        actor=SYSTEM,
        action="alert:raise",
        resource=("Alert", stored.id),
        patient_id=row.patient_id,
        details={"flags": " ".join(wanted), "is_new": bool(stored.is_new)},
    )
    if stored.is_new:
        await publish(session, EmergencyRaised(str(row.id), str(stored.id)))
    return bool(stored.is_new)
