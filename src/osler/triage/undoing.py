"""Taking a decision back, for ten seconds: one more row of the trail, and a word to the patient."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from osler.core import clock
from osler.core.auth import Actor
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.ids import new_id
from osler.triage import answers
from osler.triage.par import Urgency
from osler.triage.priorities import priority
from osler.triage.reports import touch
from osler.triage.review_case import Case, open_case, record_decision, say
from osler.triage.tables import ClaimRow, DecisionRow

UNDO_WINDOW: Final = timedelta(seconds=10)


class NothingToUndo(Problem):
    status = 409
    title = "There is no decision of yours to undo"


class UndoTooLate(Problem):
    status = 409
    title = "A decision can be undone for ten seconds only"


async def undo(session: Session, *, report_id: UUID, actor: Actor, version: int) -> None:
    """Take back the actor's own decision, if it is the last one and at most ten seconds old.

    The patient is told; a question that was answered in the meantime stays asked.
    Raises: `NothingToUndo`, `UndoTooLate`, `ReportNotFound`, `ReportChanged`.
    """
    case = await open_case(session, report_id=report_id, actor=actor, version=version, is_claimed=False)
    row = case.row
    last = await session.scalar(
        select(DecisionRow)
        .where(DecisionRow.report_id == report_id)
        .order_by(DecisionRow.created_at.desc(), DecisionRow.id.desc())
        .limit(1)
    )
    if last is None or last.kind == "undo" or last.actor_id != actor.id:
        raise NothingToUndo
    if (row.status, row.urgency) != (last.status_after, last.urgency_after):
        raise NothingToUndo("The report has moved on since your decision.")
    if clock.now() - last.created_at > UNDO_WINDOW:
        raise UndoTooLate
    is_question = last.kind == "request_information"
    text = answers.withdrawn_text(language=case.conversation.language, is_question=is_question)
    message_id = await say(session, case, kind="notice", text=text)
    await _restore(session, case, last, message_id)


async def _restore(session: Session, case: Case, last: DecisionRow, message_id: UUID | None) -> None:
    row, now = case.row, clock.now()
    await session.execute(
        insert(DecisionRow).values(
            id=new_id(),
            report_id=row.id,
            report_version=row.version,
            actor_id=case.actor_id,
            kind="undo",
            urgency_before=row.urgency,
            urgency_after=last.urgency_before,
            status_before=row.status,
            status_after=last.status_before,
            waiting_since_before=row.waiting_since,
            target_at_before=row.target_at,
            answered_at_before=row.answered_at,
            message_id=message_id,
            undoes_id=last.id,
            created_at=now,
        )
    )
    row.status, row.urgency = last.status_before, last.urgency_before
    row.waiting_since, row.target_at = last.waiting_since_before, last.target_at_before
    row.answered_at = last.answered_at_before
    row.paused_at = last.created_at if row.status == "awaiting_patient" else None
    if row.status != "reviewed":
        row.reviewed_at = None
    row.priority = priority(Urgency(row.urgency), row.status)
    claim = upsert(ClaimRow).values(report_id=row.id, user_id=case.actor_id, claimed_at=now, seen_at=now)
    await session.execute(claim.on_conflict_do_nothing())
    await record_decision(session, case, "undo")
    await touch(session, row)
