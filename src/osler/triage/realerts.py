"""Alerting again: an emergency that nobody acknowledged goes to all staff, until somebody does."""

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, update

from osler import identity, notifications
from osler.core import audit, clock, live
from osler.core.auth import SYSTEM
from osler.core.db import Session
from osler.core.log import get_logger
from osler.triage.reports import QUEUE_TOPIC
from osler.triage.tables import AlertRow, ReportRow

# Screens alert every round for as long as it takes. Letters go out in rounds 1, 2, 4, 8, 16 and 32 after the first
# alert, so that a night without staff ends in six letters per person and not in six hundred.
LAST_EMAIL_ROUND: Final = 32

log = get_logger()


def sends_email(reminder: int) -> bool:
    """Say whether the `reminder`-th alert after the first goes out by e-mail too."""
    return 1 <= reminder <= LAST_EMAIL_ROUND and reminder & (reminder - 1) == 0


async def realert_due(session: Session, *, after: timedelta, origin: str) -> int:
    """Repeat every alert that has waited for `after` since its last round, and return how many there were.

    An acknowledgement and a repetition of the same alert exclude each other through its row; two workers share the
    work. `origin` is the address of this installation, for the link.
    """
    now = clock.now()
    due = (
        select(AlertRow.id)
        .where(AlertRow.acknowledged_at.is_(None), AlertRow.last_alert_at <= now - after)
        .order_by(AlertRow.last_alert_at)
        .limit(50)
        .with_for_update(skip_locked=True)
    )
    rows = (
        await session.execute(
            update(AlertRow)
            .where(AlertRow.id.in_(due), ReportRow.id == AlertRow.report_id)
            .values(alert_count=AlertRow.alert_count + 1, last_alert_at=now)
            .returning(
                AlertRow.id,
                AlertRow.report_id,
                AlertRow.raised_at,
                AlertRow.alert_count,
                ReportRow.reference,
                ReportRow.patient_id,
            )
            .execution_options(synchronize_session=False)
        )
    ).all()
    for row in rows:
        await _repeat(session, row, origin=origin)
    return len(rows)


async def _repeat(session: Session, row: Any, *, origin: str) -> None:  # Any: a row of the statement above.
    reminder = row.alert_count - 1
    await live.notify(session, QUEUE_TOPIC, alert_id=str(row.id), report_id=str(row.report_id))
    recipients = 0
    if sends_email(reminder):
        practice = await identity.find_practice(session)
        for user_id, email, language in await identity.staff_emails(session):
            await notifications.send_email(
                session,
                template="emergency_unacknowledged",
                to=email,
                language=language,
                dedupe_key=f"emergency_unacknowledged:{row.id}:{reminder}:{user_id}",
                context={
                    "reference": row.reference,
                    "minutes": max(1, round((clock.now() - row.raised_at).total_seconds() / 60)),
                    "round": reminder,
                    "practice": "Osler" if practice is None else practice.name,
                    "link": f"{origin}/queue",
                },
            )
            recipients += 1
    await audit.record(
        session,
        actor=SYSTEM,
        action="alert:repeat",
        resource=("Alert", row.id),
        patient_id=row.patient_id,
        details={"reminder": reminder, "letters": recipients},
    )
    log.warning("emergency_unacknowledged", alert_id=str(row.id), reminder=reminder, letters=recipients)
