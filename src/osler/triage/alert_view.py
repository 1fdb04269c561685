"""Alerts as staff see them: everybody that there is one, only those who may read records about whom and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from osler import identity, patients
from osler.core.auth import Actor, decide
from osler.core.db import Session
from osler.triage.alerts import Alert
from osler.triage.queue import PatientCard, patient_card
from osler.triage.shown import record_shown


@dataclass(frozen=True, slots=True)
class AlertCard:
    """`patient` is `None` and `flag_ids` is empty for staff who may not read them."""

    id: UUID
    report_id: UUID
    reference: str
    conversation_id: UUID
    patient: PatientCard | None
    flag_ids: tuple[str, ...]
    raised_at: datetime
    alert_count: int
    last_alert_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: UUID | None
    acknowledged_by_name: str | None


async def show_alerts(session: Session, *, actor: Actor, alerts: Sequence[Alert]) -> list[AlertCard]:
    """Return alerts as this actor may see them, and record whose they were shown."""
    sees_patients = decide(actor, "patient:read").is_allowed
    sees_flags = decide(actor, "report:read").is_allowed
    known = await patients.summaries(session, {alert.patient_id for alert in alerts}) if sees_patients else {}
    people = await identity.summaries(session, {alert.acknowledged_by for alert in alerts if alert.acknowledged_by})
    if sees_patients:
        await record_shown(session, actor=actor, patient_of={alert.report_id: alert.patient_id for alert in alerts})
    return [
        AlertCard(
            id=alert.id,
            report_id=alert.report_id,
            reference=alert.reference,
            conversation_id=alert.conversation_id,
            patient=patient_card(known[alert.patient_id]) if sees_patients else None,
            flag_ids=alert.flag_ids if sees_flags else (),
            raised_at=alert.raised_at,
            alert_count=alert.alert_count,
            last_alert_at=alert.last_alert_at,
            acknowledged_at=alert.acknowledged_at,
            acknowledged_by=alert.acknowledged_by,
            acknowledged_by_name=people[alert.acknowledged_by].display_name if alert.acknowledged_by else None,
        )
        for alert in alerts
    ]
