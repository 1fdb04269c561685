"""A nurse decides: approve, override, ask the patient, pass on to a practitioner; and takes it back within seconds.

Every decision is a row that is never changed. It names the version it was made on, which is frozen with it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from osler import conversations, identity
from osler.conversations import Conversation
from osler.core import audit, clock, crypto
from osler.core.auth import Actor
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.events import publish
from osler.core.ids import new_id
from osler.core.jobs import enqueue
from osler.triage import answers
from osler.triage.alerts import acknowledge_for_report, has_open_alert
from osler.triage.claims import ReportNotOpen, hold, is_decidable
from osler.triage.events import ReportReviewed
from osler.triage.par import Urgency
from osler.triage.priorities import priority
from osler.triage.reports import ReportNotFound, freeze, lock_report, touch
from osler.triage.tables import ClaimRow, DecisionRow, ReportRow
from osler.triage.tasks import send_escalation

UNDO_WINDOW: Final = timedelta(seconds=10)
Kind = Literal["approve", "override", "request_information", "escalate", "undo"]


class ReportChanged(Problem):
    """`version` is the present one: look at it, then decide on it."""

    status = 409
    title = "The report has changed since you opened it"


class SameUrgency(Problem):
    status = 422
    title = "The report has this urgency already; approve it, or choose another"


class EmergencyNotAcknowledged(Problem):
    status = 409
    title = "Acknowledge the emergency before you lower its urgency"


class NothingToUndo(Problem):
    status = 409
    title = "There is no decision of yours to undo"


class UndoTooLate(Problem):
    status = 409
    title = "A decision can be undone for ten seconds only"


@dataclass(slots=True)
class _Case:
    """What one decision is about: the locked report, its locked conversation, the practice and the nurse."""

    row: ReportRow
    conversation: Conversation
    practice: identity.Practice
    actor: Actor
    actor_id: UUID


async def approve(session: Session, *, report_id: UUID, actor: Actor, version: int, note: str | None = None) -> None:
    """Confirm the urgency and answer the patient; `note` is added to what they read.

    Raises: `ReportNotFound`, `ReportNotOpen`, `ReportChanged`, `AlreadyClaimed`.
    """
    case = await _open_case(session, report_id=report_id, actor=actor, version=version)
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
    case = await _open_case(session, report_id=report_id, actor=actor, version=version)
    if urgency == case.row.urgency:
        raise SameUrgency
    if case.row.urgency == Urgency.EMERGENCY and await has_open_alert(session, report_id):
        raise EmergencyNotAcknowledged
    message_id = await _answer(session, case, urgency=urgency, note=None)
    if urgency is Urgency.EMERGENCY:
        await conversations.mark_emergency(session, case.conversation.id, category="medical")
    await _decide(
        session, case, kind="override", urgency=urgency, status="reviewed", words=reason, message_id=message_id
    )


async def request_information(session: Session, *, report_id: UUID, actor: Actor, version: int, question: str) -> None:
    """Ask the patient something, in the nurse's own words; the answer brings the report back.

    Raises: `conversations.ConversationClosed`, and what `approve` raises.
    """
    case = await _open_case(session, report_id=report_id, actor=actor, version=version)
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
    case = await _open_case(session, report_id=report_id, actor=actor, version=version)
    await acknowledge_for_report(session, report_id=report_id, actor=actor)
    text = answers.escalated_text(language=case.conversation.language, practice=case.practice)
    message_id = await _say(session, case, kind="nurse_answer", text=text)
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


async def undo(session: Session, *, report_id: UUID, actor: Actor, version: int) -> None:
    """Take back the actor's own decision, if it is the last one and at most ten seconds old.

    The patient is told; a question that was answered in the meantime stays asked.
    Raises: `NothingToUndo`, `UndoTooLate`, `ReportNotFound`, `ReportChanged`.
    """
    case = await _open_case(session, report_id=report_id, actor=actor, version=version, is_claimed=False)
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
    message_id = await _say(session, case, kind="notice", text=text)
    await _restore(session, case, last, message_id)


async def _restore(session: Session, case: _Case, last: DecisionRow, message_id: UUID | None) -> None:
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
    await _audit(session, case, "undo")
    await touch(session, row)


async def _open_case(
    session: Session, *, report_id: UUID, actor: Actor, version: int, is_claimed: bool = True
) -> _Case:
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
    return _Case(row, conversation, practice, actor, actor.id)


async def _answer(session: Session, case: _Case, *, urgency: Urgency, note: str | None) -> UUID | None:
    text = answers.decided_text(language=case.conversation.language, urgency=urgency, note=note, practice=case.practice)
    return await _say(session, case, kind="nurse_answer", text=text)


async def _say(session: Session, case: _Case, *, kind: str, text: str) -> UUID | None:
    """Write into the thread; a patient who closed it reads the same among their reports."""
    if case.conversation.is_closed:
        return None
    said = await conversations.append_to(
        session, case.conversation, role="nurse", kind=kind, text=text, author_id=case.actor.id
    )
    return said.id


async def _decide(
    session: Session,
    case: _Case,
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
    _move(row, status=status, urgency=urgency, now=now)
    if status == "reviewed":
        await session.execute(delete(ClaimRow).where(ClaimRow.report_id == row.id))
    await _audit(session, case, kind)
    await publish(session, ReportReviewed(str(row.id), str(decision_id), kind))
    await touch(session, row)
    return decision_id


def _move(row: ReportRow, *, status: str, urgency: Urgency, now: datetime) -> None:
    if row.status == "reviewed" and status != "reviewed":
        row.waiting_since = now
    row.status, row.urgency, row.answered_at = status, urgency.value, None
    row.reviewed_at = now if status == "reviewed" else None
    row.paused_at = (row.paused_at or now) if status == "awaiting_patient" else None
    row.priority = priority(urgency, status)


async def _seal(session: Session, row: ReportRow, decision_id: UUID, words: str | None) -> bytes | None:
    if words is None:
        return None
    key = await crypto.data_key(session, row.data_key_id)
    return key.encrypt(words, ("triage_decision", "reason_enc", decision_id))


async def _audit(session: Session, case: _Case, kind: str) -> None:
    await audit.record(
        session,
        actor=case.actor,
        action=f"report:{kind}",
        resource=("Report", case.row.id),
        patient_id=case.row.patient_id,
        details={"report_version": case.row.version},
    )
