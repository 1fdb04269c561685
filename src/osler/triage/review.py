"""A nurse decides: approve, override, ask the patient, pass on to a practitioner.

Every decision is a row that is never changed. It names the version it was made on, which is frozen with it.
"""

from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy import delete, insert

from osler import conversations
from osler.core import clock, crypto
from osler.core.auth import Actor
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.events import publish
from osler.core.ids import new_id
from osler.core.jobs import enqueue
from osler.triage import answers
from osler.triage.alerts import acknowledge_for_report, has_open_alert
from osler.triage.events import ReportReviewed
from osler.triage.par import Urgency
from osler.triage.priorities import get_targets, priority
from osler.triage.reports import freeze, touch
from osler.triage.review_case import Case, open_case, record_decision, say
from osler.triage.tables import ClaimRow, DecisionRow, ReportRow
from osler.triage.tasks import send_escalation
from osler.triage.undoing import UNDO_WINDOW

Kind = Literal["approve", "override", "request_information", "escalate", "undo"]


class SameUrgency(Problem):
    status = 422
    title = "The report has this urgency already; approve it, or choose another"


class EmergencyNotAcknowledged(Problem):
    status = 409
    title = "Acknowledge the emergency before you lower its urgency"


async def approve(session: Session, *, report_id: UUID, actor: Actor, version: int, note: str | None = None) -> None:
    """Confirm the urgency and answer the patient; `note` is added to what they read.

    Raises: `ReportNotFound`, `ReportNotOpen`, `ReportChanged`, `AlreadyClaimed`.
    """
    case = await open_case(session, report_id=report_id, actor=actor, version=version)
    await acknowledge_for_report(session, report_id=report_id, actor=actor)
    urgency = Urgency(case.row.urgency)
    message_id = await _answer(session, case, urgency=urgency, note=note)
    await _decide(session, case, kind="approve", urgency=urgency, status="reviewed", words=note, message_id=message_id)


async def override(
    session: Session, *, report_id: UUID, actor: Actor, version: int, urgency: Urgency, reason: str
) -> None:
    """Set another urgency and answer the patient; `reason` is for colleagues, not for the patient.

    Only this can lower an emergency, and only after somebody acknowledged it. Raises: `SameUrgency`,
    `EmergencyNotAcknowledged`, and what `approve` raises.
    """
    case = await open_case(session, report_id=report_id, actor=actor, version=version)
    if urgency == case.row.urgency:
        raise SameUrgency
    if case.row.urgency == Urgency.EMERGENCY and await has_open_alert(session, report_id):
        raise EmergencyNotAcknowledged
    message_id = await _answer(session, case, urgency=urgency, note=None)
    if urgency is Urgency.EMERGENCY and case.conversation.emergency_category is None:
        await conversations.mark_emergency(session, case.conversation.id, category="medical")
    await _decide(
        session, case, kind="override", urgency=urgency, status="reviewed", words=reason, message_id=message_id
    )


async def request_information(session: Session, *, report_id: UUID, actor: Actor, version: int, question: str) -> None:
    """Ask the patient something, in the nurse's own words; the answer brings the report back.

    Raises: `conversations.ConversationClosed`, and what `approve` raises.
    """
    case = await open_case(session, report_id=report_id, actor=actor, version=version)
    await acknowledge_for_report(session, report_id=report_id, actor=actor)
    asked = await conversations.append_to(
        session, case.conversation, role="nurse", kind="nurse_question", text=question, author_id=actor.id
    )
    await _decide(
        session,
        case,
        kind="request_information",
        urgency=Urgency(case.row.urgency),
        status="awaiting_patient",
        words=question,
        message_id=asked.id,
    )


async def escalate(session: Session, *, report_id: UUID, actor: Actor, version: int, reason: str) -> None:
    """Pass a report on to the practitioners, who also get an e-mail once the decision can no longer be undone.

    Raises what `approve` raises.
    """
    case = await open_case(session, report_id=report_id, actor=actor, version=version)
    await acknowledge_for_report(session, report_id=report_id, actor=actor)
    text = answers.escalated_text(language=case.conversation.language, practice=case.practice)
    message_id = await say(session, case, kind="nurse_answer", text=text)
    decision_id = await _decide(
        session,
        case,
        kind="escalate",
        urgency=Urgency(case.row.urgency),
        status="escalated",
        words=reason,
        message_id=message_id,
    )
    await enqueue(session, send_escalation, run_after=UNDO_WINDOW, decision_id=str(decision_id))


async def _answer(session: Session, case: Case, *, urgency: Urgency, note: str | None) -> UUID | None:
    text = answers.decided_text(
        language=case.conversation.language,
        urgency=urgency,
        note=note,
        practice=case.practice,
        kind_of_emergency=case.conversation.emergency_category,
    )
    return await say(session, case, kind="nurse_answer", text=text)


async def _decide(
    session: Session,
    case: Case,
    *,
    kind: Kind,
    urgency: Urgency,
    status: str,
    words: str | None,
    message_id: UUID | None,
) -> UUID:
    row, now, decision_id = case.row, clock.now(), new_id()
    await freeze(session, row, reason="decided")
    await session.execute(
        insert(DecisionRow).values(
            id=decision_id,
            report_id=row.id,
            report_version=row.version,
            actor_id=case.actor_id,
            kind=kind,
            urgency_before=row.urgency,
            urgency_after=urgency.value,
            status_before=row.status,
            status_after=status,
            waiting_since_before=row.waiting_since,
            target_at_before=row.target_at,
            answered_at_before=row.answered_at,
            reason_enc=await _seal(session, row, decision_id, words),
            message_id=message_id,
            created_at=now,
        )
    )
    await _move(session, row, status=status, urgency=urgency, now=now)
    if status == "reviewed":
        await session.execute(delete(ClaimRow).where(ClaimRow.report_id == row.id))
    await record_decision(session, case, kind)
    await publish(session, ReportReviewed(str(row.id), str(decision_id), kind))
    await touch(session, row)
    return decision_id


async def _move(session: Session, row: ReportRow, *, status: str, urgency: Urgency, now: datetime) -> None:
    if row.status == "reviewed" and status != "reviewed":
        row.waiting_since = now
        row.target_at = (await get_targets(session)).due(urgency, now)
    row.status, row.urgency, row.answered_at = status, urgency.value, None
    row.reviewed_at = now if status == "reviewed" else None
    row.paused_at = (row.paused_at or now) if status == "awaiting_patient" else None
    row.priority = priority(urgency, status)


async def _seal(session: Session, row: ReportRow, decision_id: UUID, words: str | None) -> bytes | None:
    if words is None:
        return None
    key = await crypto.data_key(session, row.data_key_id)
    return key.encrypt(words, ("triage_decision", "reason_enc", decision_id))
