"""A report as JSON: what `Par.to_json` writes, typed for the generated client."""

from typing import Literal

from pydantic import BaseModel

from osler.triage.par import Urgency

KnownStatus = Literal["stated", "none_known", "not_asked", "unknown"]


class SourceOut(BaseModel):
    """Characters `[start, end)` of the original text of one message."""

    message_id: str | None
    seq: int
    start: int
    end: int


class DetailOut(BaseModel):
    text: str
    source: SourceOut
    value: str | float | None
    unit: str | None


class ComplaintOut(BaseModel):
    code: str
    label: str


class ChiefComplaintOut(BaseModel):
    text: str
    source: SourceOut


class FindingOut(BaseModel):
    code: str
    label: str
    status: Literal["present", "unknown"]
    source: list[SourceOut]
    onset: DetailOut | None
    duration: DetailOut | None
    severity: DetailOut | None
    course: DetailOut | None


class NegativeOut(BaseModel):
    code: str
    label: str
    source: list[SourceOut]


class HistoryItemOut(BaseModel):
    code: str
    label: str
    source: SourceOut
    subject: Literal["patient", "family"]


class MedicationOut(BaseModel):
    """`confirmed` is null until drug and dose were read back to the patient; `is_taken` is false once stopped."""

    code: str
    name: str
    source: SourceOut
    drug_class: str | None
    dose: str | None
    frequency: str | None
    confirmed: bool | None
    is_taken: bool


class AllergyOut(BaseModel):
    label: str
    source: SourceOut


class VitalOut(BaseModel):
    kind: str
    value: float
    unit: str
    source: SourceOut
    confirmed: bool | None


class RaisedFlagOut(BaseModel):
    id: str
    level: Literal["emergency", "urgent", "ask"]
    label: str
    source: list[SourceOut]
    reference: str


class SuppressedFlagOut(BaseModel):
    id: str
    reason: str
    source: SourceOut | None


class ReasonOut(BaseModel):
    id: str
    text: str
    source: list[SourceOut]
    reference: str | None


class GapOut(BaseModel):
    code: str
    label: str
    question_id: str | None


class CorrectionOut(BaseModel):
    """`code` is null when `text` is the patient's own words."""

    text: str
    source: SourceOut
    code: str | None


class ParOut(BaseModel):
    """The preliminary assessment report: information collected for a nurse, never a diagnosis."""

    version: int
    lang: str
    complaint: ComplaintOut
    complaints: list[ComplaintOut]
    chief_complaint: ChiefComplaintOut | None
    findings: list[FindingOut]
    negatives: list[NegativeOut]
    history: list[HistoryItemOut]
    medications: list[MedicationOut]
    medications_status: KnownStatus
    allergies: list[AllergyOut]
    allergies_status: KnownStatus
    vitals: list[VitalOut]
    age: float | None
    sex: str | None
    red_flags: list[RaisedFlagOut]
    suppressed: list[SuppressedFlagOut]
    corrections: list[CorrectionOut]
    urgency: Urgency
    reasons: list[ReasonOut]
    gaps: list[GapOut]
    summary: str
    engine_versions: dict[str, str]
