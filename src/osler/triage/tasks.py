"""Jobs of triage."""

from datetime import timedelta
from uuid import UUID

from osler.core.db import Session
from osler.core.jobs import every, task
from osler.core.settings import get_settings
from osler.triage.escalation import announce_escalation
from osler.triage.realerts import realert_due


@every(timedelta(seconds=5))
async def realert_unacknowledged(session: Session) -> None:
    settings = get_settings()
    await realert_due(session, after=settings.realert_after, origin=settings.origin)


@task("triage.send_escalation")
async def send_escalation(session: Session, *, decision_id: str) -> None:
    await announce_escalation(session, decision_id=UUID(decision_id), origin=get_settings().origin)
