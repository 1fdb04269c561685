"""Emergencies: raised in the message's own transaction, shown at once, and repeated until a named person took note."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from osler.core import audit, clock, live
from osler.core.auth import SYSTEM, Actor
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.events import publish
from osler.core.ids import new_id
from osler.triage.events import EmergencyAcknowledged, EmergencyRaised
from osler.triage.par import Urgency
from osler.triage.priorities import get_targets, priority
from osler.triage.reports import QUEUE_TOPIC, is_open, lock_or_create, touch
from osler.triage.tables import AlertRow, ReportRow


class AlertNotFound(Problem):
    status = 404
    title = "This alert does not exist"


@dataclass(frozen=True, slots=True)
class Alert:
    """`alert_count` is how often staff were alerted so far: each time nobody acknowledged in time, once more."""

    id: UUID
    report_id: UUID
    reference: str
    conversation_id: UUID
    patient_id: UUID
    flag_ids: tuple[str, ...]
    raised_at: datetime
    acknowledged_by: UUID | None
    acknowledged_at: datetime | None
    alert_count: int
    last_alert_at: datetime


_ALERTS = select(
    AlertRow.id,
    AlertRow.report_id,
    ReportRow.reference,
    AlertRow.conversation_id,
    ReportRow.patient_id,
    AlertRow.flag_ids,
    AlertRow.raised_at,
    AlertRow.acknowledged_by,
    AlertRow.acknowledged_at,
    AlertRow.alert_count,
    AlertRow.last_alert_at,
).join(ReportRow, ReportRow.id == AlertRow.report_id)


async def list_open_alerts(session: Session) -> list[Alert]:
    """Return what nobody has acknowledged, the oldest first, at most 100."""
    rows = await session.execute(
        _ALERTS.where(AlertRow.acknowledged_at.is_(None)).order_by(AlertRow.raised_at, AlertRow.id).limit(100)
    )
    return [_alert(row) for row in rows]


async def list_alerts_of(session: Session, report_id: UUID) -> list[Alert]:
    """Return every alert of a report, the latest first."""
    rows = await session.execute(_ALERTS.where(AlertRow.report_id == report_id).order_by(AlertRow.raised_at.desc()))
    return [_alert(row) for row in rows]


async def get_alert(session: Session, alert_id: UUID) -> Alert:
    """Raises `AlertNotFound`."""
    row = (await session.execute(_ALERTS.where(AlertRow.id == alert_id))).one_or_none()
    if row is None:
        raise AlertNotFound
    return _alert(row)


def _alert(row: Any) -> Alert:
    values = dict(row._mapping)
    return Alert(**values | {"flag_ids": tuple(row.flag_ids)})


async def acknowledge(session: Session, *, alert_id: UUID, actor: Actor) -> Alert:
    """Note that the actor takes care of an emergency; the first of many stays the one who did.

    Raises `AlertNotFound`.
    """
    acknowledged = (
        await session.execute(
            update(AlertRow)
            .where(AlertRow.id == alert_id, AlertRow.acknowledged_at.is_(None))
            .values(acknowledged_by=actor.id, acknowledged_at=clock.now())
            .returning(AlertRow.id)
            .execution_options(synchronize_session=False)
        )
    ).scalar_one_or_none()
    alert = await get_alert(session, alert_id)
    if acknowledged is not None:
        await _announce_acknowledged(session, alert, actor)
    return alert


async def acknowledge_for_report(session: Session, *, report_id: UUID, actor: Actor) -> None:
    """Acknowledge the open alert of a report, if it has one."""
    open_id = await session.scalar(
        select(AlertRow.id).where(AlertRow.report_id == report_id, AlertRow.acknowledged_at.is_(None))
    )
    if open_id is not None:
        await acknowledge(session, alert_id=open_id, actor=actor)


async def has_open_alert(session: Session, report_id: UUID) -> bool:
    found = await session.scalar(
        select(AlertRow.id).where(AlertRow.report_id == report_id, AlertRow.acknowledged_at.is_(None))
    )
    return found is not None


async def _announce_acknowledged(session: Session, alert: Alert, actor: Actor) -> None:
    await audit.record(
        session, actor=actor, action="alert:acknowledge", resource=("Alert", alert.id), patient_id=alert.patient_id
    )
    await publish(session, EmergencyAcknowledged(str(alert.report_id), str(alert.id)))
    await live.notify(session, QUEUE_TOPIC, alert_id=str(alert.id), report_id=str(alert.report_id))


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
