"""Telling the practitioners by e-mail that a report was passed on to them."""

from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import aliased

from osler import identity, notifications
from osler.core.auth import Role
from osler.core.db import Session
from osler.triage.tables import DecisionRow, ReportRow


async def announce_escalation(session: Session, *, decision_id: UUID, origin: str) -> None:
    """Write to every practitioner, once, unless the decision was undone. `origin` is the address for the link."""
    undoing = aliased(DecisionRow)
    row = (
        await session.execute(
            select(ReportRow.id, ReportRow.reference)
            .join(DecisionRow, DecisionRow.report_id == ReportRow.id)
            .where(DecisionRow.id == decision_id, ~exists().where(undoing.undoes_id == DecisionRow.id))
        )
    ).one_or_none()
    if row is None:
        return
    practice = await identity.get_practice(session)
    for user_id, email, language in await identity.staff_emails(session, roles={Role.PRACTITIONER}):
        await notifications.send_email(
            session,
            template="report_escalated",
            to=email,
            language=language,
            dedupe_key=f"report_escalated:{decision_id}:{user_id}",
            context={
                "reference": row.reference,
                "practice": practice.name,
                "link": f"{origin}/queue/{row.id}",
            },
        )
