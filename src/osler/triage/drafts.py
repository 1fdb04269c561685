"""From the first message to a report that was sent: written live, then handed to the nurses by its patient."""

from collections.abc import Sequence
from uuid import UUID

import orjson
from sqlalchemy import literal, update

from osler import conversations
from osler.core import audit, clock, crypto
from osler.core.auth import SYSTEM, Actor
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.events import publish
from osler.triage.alerts import open_alert
from osler.triage.assessment import Assessment
from osler.triage.events import ReportSubmitted
from osler.triage.par import Par, Urgency
from osler.triage.par_alerts import with_alert
from osler.triage.priorities import AWAITING_PATIENT_PENALTY, get_targets, priority
from osler.triage.reports import (
    ReportSummary,
    freeze,
    is_open,
    lock_or_create,
    lock_report,
    reassess,
    reopen,
    seal_content,
    seal_words,
    signal,
    summarise,
    touch,
)
from osler.triage.tables import ReportRow


class ReportNotReady(Problem):
    """The first assessment of the conversation is still being made; the same request works a moment later."""

    status = 409
    title = "The report is not ready yet; please try again in a moment"
    retry_after_s = 1


class ReportClosed(Problem):
    status = 409
    title = "This report is closed"


async def save_draft(
    session: Session, *, conversation_id: UUID, patient_id: UUID, assessment: Assessment, through_seq: int
) -> ReportSummary:
    """Store what is known after the patient's message number `through_seq`, and tell whoever is watching.

    The same assessment again, or an older one, changes nothing. An emergency never falls; after the patient sent the
    report its urgency only rises, and new words of the patient bring a reviewed report back into the queue. An
    assessment that first finds an emergency raises the alert too.
    """
    found = assessment.urgency
    row = await lock_or_create(
        session, conversation_id=conversation_id, patient_id=patient_id, language=assessment.lang, urgency=found
    )
    par = assessment.par
    if row.assessed_urgency == Urgency.EMERGENCY:
        par = with_alert(par, row.flag_ids, await _messages_of_alert(session, row, par))
    content = orjson.dumps(par.to_json(), option=orjson.OPT_SORT_KEYS)
    digest = crypto.blind_index("triage_report.content", content.decode())
    is_known = through_seq == row.through_seq and digest == row.content_digest
    is_over = row.status == "closed" and found is not Urgency.EMERGENCY
    if through_seq < row.through_seq or is_known or is_over:
        return summarise(row)
    flag_ids = [flag.id for flag in assessment.par.red_flags if flag.level == "emergency"]
    is_alarming = found is Urgency.EMERGENCY and (
        row.version == 0 or row.assessed_urgency != found or not set(flag_ids) <= set(row.flag_ids)
    )
    brings_news = through_seq > row.through_seq
    row.content_enc = await seal_content(session, row, content)
    chief = assessment.par.chief_complaint
    row.words_enc = None if chief is None else await seal_words(session, row, chief.text)
    row.content_digest = digest
    row.through_seq = through_seq
    row.complaint = assessment.par.complaint.code
    row.engine_versions = dict(assessment.par.engine_versions)
    await reassess(session, row, found)
    comes_back = brings_news and row.status == "reviewed"
    if comes_back or (is_alarming and row.status in ("reviewed", "awaiting_patient", "closed")):
        await reopen(session, row)
    await touch(session, row)
    if row.status != "draft":
        await freeze(session, row, reason="amended")
    await audit.record(
        session, actor=SYSTEM, action="report:assess", resource=("Report", row.id), patient_id=row.patient_id
    )
    if is_alarming:
        await open_alert(session, row, flag_ids=flag_ids, message_id=None)
    return summarise(row)


async def _messages_of_alert(session: Session, row: ReportRow, par: Par) -> Sequence[conversations.Message]:
    """Read the messages only if an alert knows a flag that the report does not."""
    if set(row.flag_ids) <= {flag.id for flag in par.red_flags if flag.level == "emergency"}:
        return ()
    return await conversations.list_messages(session, row.conversation_id)


async def submit(session: Session, *, conversation_id: UUID, actor: Actor) -> ReportSummary:
    """Send the report to the nurses; sending it again changes nothing.

    Raises: `ReportNotReady` before the first assessment, `ReportClosed`.
    """
    row = await lock_report(session, conversation_id)
    if row is None or row.content_enc is None:
        raise ReportNotReady
    if row.status == "closed":
        raise ReportClosed
    if row.submitted_at is not None:
        return summarise(row)
    now = row.submitted_at = clock.now()
    if row.status == "reviewed" or not is_open(row):
        row.waiting_since = now
        row.target_at = (await get_targets(session)).due(Urgency(row.urgency), now)
    if row.status in ("draft", "reviewed"):
        row.status, row.reviewed_at = "submitted", None
        row.priority = priority(Urgency(row.urgency), row.status)
    await touch(session, row)
    await freeze(session, row, reason="submitted")
    await publish(session, ReportSubmitted(str(row.id), str(conversation_id)))
    await audit.record(
        session, actor=actor, action="report:submit", resource=("Report", row.id), patient_id=row.patient_id
    )
    return summarise(row)


async def record_patient_answer(session: Session, *, conversation_id: UUID) -> bool:
    """Bring a report that waits for its patient back into the queue, and say whether one did.

    Call it for every message of the patient, in that message's transaction. The report keeps the place it had: the
    clock stood still while the patient was asked.
    """
    now = clock.now()
    found = (
        await session.execute(
            update(ReportRow)
            .where(ReportRow.conversation_id == conversation_id, ReportRow.status == "awaiting_patient")
            .values(
                status="submitted",
                priority=ReportRow.priority - AWAITING_PATIENT_PENALTY,
                target_at=ReportRow.target_at + (literal(now) - ReportRow.paused_at),
                paused_at=None,
                answered_at=now,
                updated_at=now,
                version=ReportRow.version + 1,
            )
            .returning(ReportRow.id)
            .execution_options(synchronize_session=False)
        )
    ).scalar_one_or_none()
    if found is None:
        return False
    await signal(session, report_id=found, conversation_id=conversation_id)
    return True


async def close_draft(session: Session, *, conversation_id: UUID) -> None:
    """Take a report that was never sent out of the drafts, when its conversation ends; an emergency stays."""
    row = await lock_report(session, conversation_id)
    if row is not None and row.status == "draft" and row.urgency != Urgency.EMERGENCY:
        row.status = "closed"
        await touch(session, row)
