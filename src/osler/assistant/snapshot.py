"""A conversation's state as its patient may see it: never an urgency below emergency, never a rule or a reason."""

from typing import Any, Final, get_args

from osler import patients, triage
from osler.assistant.emergencies import card_json, emergency_card
from osler.assistant.schemas import (
    ConversationState,
    EmergencyOut,
    MessageOut,
    ProgressOut,
    QuickReplyOut,
    ReportOut,
    ReportStatus,
)
from osler.assistant.scripts import category_of
from osler.conversations import Conversation, Message
from osler.core.db import Session

UNDERSTOOD: Final = (
    "complaint",
    "chief_complaint",
    "findings",
    "negatives",
    "history",
    "medications",
    "medications_status",
    "allergies",
    "allergies_status",
    "vitals",
    "gaps",
)


async def state_of(session: Session, conversation: Conversation) -> ConversationState:
    """Read the state around a conversation that was just loaded."""
    report = await triage.report_of_conversation(session, conversation.id)
    understood = await understood_of(session, conversation)
    patient = await patients.get_summary(session, conversation.patient_id)
    asked = conversation.questions_asked
    return ConversationState(
        id=conversation.id,
        language="en" if conversation.language == "en" else "fr",
        status="closed" if conversation.is_closed else "open",
        last_seq=conversation.last_seq,
        created_at=conversation.created_at,
        closed_at=conversation.closed_at,
        pending_question=conversation.pending_question,
        progress=None if asked is None else ProgressOut(asked=asked, of=conversation.questions_expected or asked),
        report=report_out(report),
        report_status=status_of(report),
        can_submit=report is not None and not report.is_sent and report.status != "closed" and understood is not None,
        is_identified=patient.display_name is not None or patient.user_id is not None,
        emergency=await emergency_of(session, conversation, report),
        understood=understood,
    )


def status_of(report: triage.ReportSummary | None) -> ReportStatus | None:
    return None if report is None else next(known for known in get_args(ReportStatus) if known == report.status)


def report_out(report: triage.ReportSummary | None) -> ReportOut | None:
    """Return what a patient may know about their report."""
    if report is None:
        return None
    return ReportOut.model_validate(
        {
            "id": report.id,
            "reference": report.reference,
            "status": report.status,
            "urgency": "emergency" if report.is_emergency else None,
            "submitted_at": report.submitted_at,
            "reviewed_at": report.reviewed_at,
        }
    )


async def emergency_of(
    session: Session, conversation: Conversation, report: triage.ReportSummary | None
) -> EmergencyOut | None:
    """Return the emergency screen of a conversation that became one, unless a nurse has lowered its urgency since."""
    if conversation.emergency_at is None or (report is not None and not report.is_emergency):
        return None
    card = await emergency_card(session, conversation.language, category_of(conversation.emergency_category))
    return EmergencyOut.model_validate(card_json(card))


async def understood_of(session: Session, conversation: Conversation) -> dict[str, Any] | None:
    """Return the part of the report that repeats what the patient said."""
    content = await triage.report_content(session, conversation.id)
    return None if content is None else {part: content[part] for part in UNDERSTOOD if part in content}


def message_out(message: Message) -> MessageOut:
    return MessageOut.model_validate(
        {
            "id": message.id,
            "seq": message.seq,
            "role": message.role,
            "kind": message.kind,
            "text": message.text,
            "question_id": message.question_id,
            "why": message.why,
            "quick_replies": [QuickReplyOut(value=r.value, label=r.label) for r in message.quick_replies],
            "client_msg_id": message.client_msg_id if message.role == "patient" else None,
            "answers_seq": message.answers_seq,
            "created_at": message.created_at,
        }
    )
