"""What every decision needs: the locked conversation and report, the version that was looked at, and the claim."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from osler import conversations, identity
from osler.conversations import Conversation
from osler.core import audit
from osler.core.auth import Actor
from osler.core.db import Session
from osler.core.errors import Problem
from osler.triage.claims import ReportNotOpen, hold, is_decidable
from osler.triage.reports import ReportNotFound, lock_report
from osler.triage.tables import ReportRow


class ReportChanged(Problem):
    """`version` is the present one: look at it, then decide on it."""

    status = 409
    title = "The report has changed since you opened it"


@dataclass(slots=True)
class Case:
    """What one decision is about: the locked report, its locked conversation, the practice and the nurse."""

    row: ReportRow
    conversation: Conversation
    practice: identity.Practice
    actor: Actor
    actor_id: UUID


async def open_case(session: Session, *, report_id: UUID, actor: Actor, version: int, is_claimed: bool = True) -> Case:
    conversation_id = await session.scalar(select(ReportRow.conversation_id).where(ReportRow.id == report_id))
    if conversation_id is None or actor.id is None:
        raise ReportNotFound
    conversation = await conversations.lock(session, conversation_id)
    row = await lock_report(session, conversation_id)
    if row is None:
        raise ReportNotFound
    if not is_decidable(row):
        raise ReportNotOpen
    if row.version != version:
        raise ReportChanged(version=row.version)
    if is_claimed:
        await hold(session, row, actor=actor)
    practice = await identity.get_practice(session)
    return Case(row, conversation, practice, actor, actor.id)


async def say(session: Session, case: Case, *, kind: str, text: str) -> UUID | None:
    """Write into the thread; a patient who closed it reads the same among their reports."""
    if case.conversation.is_closed:
        return None
    said = await conversations.append_to(
        session, case.conversation, role="nurse", kind=kind, text=text, author_id=case.actor.id
    )
    return said.id


async def record_decision(session: Session, case: Case, kind: str) -> None:
    await audit.record(
        session,
        actor=case.actor,
        action=f"report:{kind}",
        resource=("Report", case.row.id),
        patient_id=case.row.patient_id,
        details={"report_version": case.row.version},
    )
