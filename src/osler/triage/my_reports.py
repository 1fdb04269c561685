"""A patient's own reports: what was understood, where it stands, what the team answered; no jargon, no codes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from osler import conversations, identity
from osler.core.db import Session
from osler.triage import answers
from osler.triage.par import Urgency
from osler.triage.report_view import open_words
from osler.triage.reports import ReportNotFound, open_content
from osler.triage.tables import DecisionRow, ReportRow

_STATUS: Final[dict[str, dict[str, str]]] = {
    "fr": {
        "draft": "Pas encore envoyé à l’équipe",
        "submitted": "Envoyé\u00a0: une infirmière ou un infirmier va le lire",
        "awaiting_patient": "L’équipe vous a posé une question",
        "reviewed": "L’équipe a répondu",
        "escalated": "Transmis à un médecin du cabinet",
        "closed": "Fermé sans avoir été envoyé",
    },
    "en": {
        "draft": "Not sent to the team yet",
        "submitted": "Sent: a nurse will read it",
        "awaiting_patient": "The team has asked you a question",
        "reviewed": "The team has answered",
        "escalated": "Passed on to a doctor of the practice",
        "closed": "Closed without being sent",
    },
}


@dataclass(frozen=True, slots=True)
class Understood:
    """What the patient said, sorted; labels are in the language of the conversation."""

    complaint: str | None
    words: str | None
    findings: tuple[str, ...]
    negatives: tuple[str, ...]
    history: tuple[str, ...]
    medications: tuple[str, ...]
    allergies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MyReport:
    id: UUID
    reference: str
    conversation_id: UUID
    patient_id: UUID
    language: str
    status: str
    status_text: str
    is_emergency: bool
    understood: Understood
    answers: tuple[Answer, ...]
    created_at: datetime
    sent_at: datetime | None
    answered_at: datetime | None


def understood_of(content: dict[str, Any]) -> Understood:
    """Return the part of a report (its JSON) that is the patient's own account, without flags, urgency or reasons."""
    chief = content.get("chief_complaint")
    return Understood(
        complaint=content["complaint"]["label"],
        words=None if chief is None else chief["text"],
        findings=_labels(item for item in content["findings"] if item["status"] == "present"),
        negatives=_labels(content["negatives"]),
        history=_labels(content["history"]),
        medications=tuple(_medication(item, content["lang"]) for item in content["medications"]),
        allergies=_labels(content["allergies"]),
    )


def _medication(item: dict[str, Any], lang: str) -> str:
    words = [part for part in (item["name"], item.get("dose"), item.get("frequency")) if part]
    if not item["is_taken"]:
        words.append("(n’est plus pris)" if lang == "fr" else "(no longer taken)")
    return " ".join(words)


def _labels(items: Any) -> tuple[str, ...]:  # Any: objects of the report's JSON.
    return tuple(item["label"] for item in items)


async def list_own_reports(session: Session, *, owner_id: UUID) -> list[MyReport]:
    """Return the reports of somebody's own conversations, newest first. Whoever shows them records the read."""
    owned = {conversation.id: conversation for conversation in await conversations.list_for_owner(session, owner_id)}
    rows = await session.scalars(
        select(ReportRow).where(ReportRow.conversation_id.in_(list(owned))).order_by(ReportRow.id.desc())
    )
    return await _open(session, rows.all(), owned)


async def get_own_report(session: Session, *, owner_id: UUID, report_id: UUID) -> MyReport:
    """Return one report of somebody's own. Raises `ReportNotFound`, also for other people's."""
    row = await session.get(ReportRow, report_id)
    if row is None:
        raise ReportNotFound
    conversation = await conversations.get(session, row.conversation_id)
    if conversation.owner_id != owner_id:
        raise ReportNotFound
    return (await _open(session, [row], {conversation.id: conversation}))[0]


async def _open(
    session: Session, rows: Collection[ReportRow], threads: Mapping[UUID, conversations.Conversation]
) -> list[MyReport]:
    if not rows:
        return []
    practice = await identity.get_practice(session)
    undoing = aliased(DecisionRow)
    found = await session.scalars(
        select(DecisionRow)
        .outerjoin(undoing, undoing.undoes_id == DecisionRow.id)
        .where(DecisionRow.report_id.in_([row.id for row in rows]), DecisionRow.kind != "undo", undoing.id.is_(None))
        .order_by(DecisionRow.created_at, DecisionRow.id)
    )
    decisions = found.all()
    reports = []
    for row in rows:
        own = [decision for decision in decisions if decision.report_id == row.id]
        kind = threads[row.conversation_id].emergency_category
        said = [Answer(await _text(session, row, decision, practice, kind), decision.created_at) for decision in own]
        reports.append(_my_report(row, await open_content(session, row), said))
    return reports


async def _text(
    session: Session,
    row: ReportRow,
    decision: DecisionRow,
    practice: identity.Practice,
    kind_of_emergency: str | None,
) -> str:
    if decision.kind == "request_information":
        return await open_words(session, row, decision) or ""
    if decision.kind == "escalate":
        return answers.escalated_text(language=row.language, practice=practice)
    note = await open_words(session, row, decision) if decision.kind == "approve" else None
    urgency = Urgency(decision.urgency_after)
    return answers.decided_text(
        language=row.language, urgency=urgency, note=note, practice=practice, kind_of_emergency=kind_of_emergency
    )


def _my_report(row: ReportRow, content: dict[str, Any] | None, said: list[Answer]) -> MyReport:
    nothing = Understood(None, None, (), (), (), (), ())
    return MyReport(
        id=row.id,
        reference=row.reference,
        conversation_id=row.conversation_id,
        patient_id=row.patient_id,
        language=row.language,
        status=row.status,
        status_text=_STATUS[row.language][row.status],
        is_emergency=row.urgency == Urgency.EMERGENCY,
        understood=nothing if content is None else understood_of(content),
        answers=tuple(said),
        created_at=row.created_at,
        sent_at=row.submitted_at,
        answered_at=row.reviewed_at,
    )
