"""What goes over HTTP about reports, the queue and alerts."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from osler.triage.claims import TakeOver
from osler.triage.par import Urgency
from osler.triage.par_schemas import ParOut

Status = Literal["draft", "submitted", "awaiting_patient", "reviewed", "escalated", "closed"]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10, max_length=1000)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=1000)]
Version = Annotated[int, Field(ge=0, description="The report's `version` that the nurse was looking at.")]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class ClaimIn(_In):
    """`take_over` takes the report from another nurse, and says why; it stays in the audit trail."""

    take_over: TakeOver | None = None


class ApproveIn(_In):
    report_version: Version
    note: Annotated[Note | None, Field(description="Added to what the patient reads.")] = None


class OverrideIn(_In):
    report_version: Version
    urgency: Urgency
    reason: Annotated[Reason, Field(description="For colleagues; the patient does not see it.")]


class RequestInformationIn(_In):
    report_version: Version
    question: Annotated[Question, Field(description="Written to the patient as it stands.")]


class EscalateIn(_In):
    report_version: Version
    reason: Annotated[Reason, Field(description="For the practitioner; the patient does not see it.")]


class UndoIn(_In):
    report_version: Version


class PatientCardOut(_Out):
    """`name` is null for a visitor who has not said who they are."""

    id: UUID
    name: str | None
    birth_date: str | None
    age: int | None
    sex: str | None


class ClaimOut(_Out):
    """`is_idle`: the owner has not been seen for so long that anybody may claim the report."""

    user_id: UUID
    owner_name: str
    claimed_at: AwareDatetime
    is_idle: bool


class QueueItemOut(_Out):
    """`words`: the start of the chief complaint as the patient put it. `alert_id`: set until somebody acknowledges."""

    id: UUID
    reference: str
    conversation_id: UUID
    patient: PatientCardOut
    status: Status
    urgency: Urgency
    assessed_urgency: Urgency
    complaint: str | None
    words: str | None
    language: str
    flag_ids: list[str]
    version: int
    waiting_since: AwareDatetime
    target_at: AwareDatetime
    answered_at: AwareDatetime | None
    submitted_at: AwareDatetime | None
    reviewed_at: AwareDatetime | None
    claim: ClaimOut | None
    alert_id: UUID | None
    alert_round: int | None


class QueuePageOut(BaseModel):
    """`now` is the server's time, for clocks that do not agree with it."""

    items: list[QueueItemOut]
    next_cursor: str | None
    now: AwareDatetime


class AlertOut(_Out):
    """`patient` is null and `flag_ids` is empty for staff who may not read them."""

    id: UUID
    report_id: UUID
    reference: str
    conversation_id: UUID
    patient: PatientCardOut | None
    flag_ids: list[str]
    raised_at: AwareDatetime
    alert_count: int
    last_alert_at: AwareDatetime
    acknowledged_at: AwareDatetime | None
    acknowledged_by: UUID | None
    acknowledged_by_name: str | None


class QueueChangeOut(_Out):
    """The `queue` event. With `reload`, load the list again; otherwise put `changed` in and take `removed` out."""

    changed: list[QueueItemOut]
    removed: list[UUID]
    reload: bool


class OpenAlertsOut(_Out):
    """The `alert` event: every alert that nobody has acknowledged."""

    alerts: list[AlertOut]


class DecisionOut(_Out):
    id: UUID
    kind: Literal["approve", "override", "request_information", "escalate", "undo"]
    report_version: int
    actor_id: UUID
    actor_name: str
    urgency_before: Urgency
    urgency_after: Urgency
    words: str | None
    is_undone: bool
    created_at: AwareDatetime


class FrozenVersionOut(_Out):
    version: int
    reason: Literal["submitted", "amended", "decided"]
    urgency: Urgency
    frozen_at: AwareDatetime


class ReportAlertOut(_Out):
    id: UUID
    flag_ids: list[str]
    raised_at: AwareDatetime
    alert_count: int
    acknowledged_by: UUID | None
    acknowledged_at: AwareDatetime | None


class ReportOut(_Out):
    """`content` is null while only the alert exists; `undo_until` is set for who may still take a decision back."""

    entry: QueueItemOut
    content: ParOut | None
    through_seq: int
    decisions: list[DecisionOut]
    versions: list[FrozenVersionOut]
    alerts: list[ReportAlertOut]
    undo_until: AwareDatetime | None
    now: AwareDatetime


class ReportVersionOut(BaseModel):
    report_id: UUID
    version: int
    content: ParOut | None


class UnderstoodOut(_Out):
    complaint: str | None
    words: str | None
    findings: list[str]
    negatives: list[str]
    history: list[str]
    medications: list[str]
    allergies: list[str]


class AnswerOut(_Out):
    text: str
    at: AwareDatetime


class MyReportOut(_Out):
    id: UUID
    reference: str
    conversation_id: UUID
    language: str
    status: Status
    status_text: str
    is_emergency: bool
    understood: UnderstoodOut
    answers: list[AnswerOut]
    created_at: AwareDatetime
    sent_at: AwareDatetime | None
    answered_at: AwareDatetime | None
