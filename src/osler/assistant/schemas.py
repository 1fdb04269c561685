"""What goes over HTTP, SSE and the WebSocket."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, model_validator

Language = Literal["fr", "en"]
ReportStatus = Literal["draft", "submitted", "awaiting_patient", "reviewed", "escalated", "closed"]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ConsentIn(In):
    version: Annotated[str, Field(max_length=40)]
    adult_or_guardian: Literal["self", "guardian"]
    accepted: Literal[True]


class ConversationIn(In):
    language: Language
    consent: ConsentIn


class MessageIn(In):
    """`client_msg_id` is chosen by the client, once per message; sending it again is harmless."""

    client_msg_id: UUID
    # The real limit is in characters after parsing and has a problem of its own; this one only bounds the work.
    text: Annotated[str, Field(max_length=100_000)]


class ContactIn(In):
    """Who is asking; `phone` or `email` must be there, so that the practice can answer."""

    name: Line
    phone: Line | None = None
    email: Line | None = None
    birth_date: date | None = None

    @model_validator(mode="after")
    def _is_reachable(self) -> "ContactIn":
        if self.phone is None and self.email is None:
            raise ValueError("a telephone number or an e-mail address is needed")
        return self


class SubmitIn(In):
    contact: ContactIn | None = None


class NumberOut(BaseModel):
    number: str
    label: str
    how: Literal["call", "text"]


class EmergencyOut(BaseModel):
    """One screen with one main action; nothing else is shown with it."""

    category: str
    title: str
    instruction: str
    primary: NumberOut
    others: list[NumberOut]


class QuickReplyOut(BaseModel):
    value: str
    label: str


class MessageOut(BaseModel):
    id: UUID
    seq: int
    role: Literal["patient", "assistant", "nurse", "system"]
    kind: Literal["text", "question", "emergency", "notice", "nurse_question", "nurse_answer", "read_back"]
    text: str
    question_id: str | None
    why: str | None
    quick_replies: list[QuickReplyOut]
    client_msg_id: UUID | None
    answers_seq: int | None
    created_at: AwareDatetime


class MessagePage(BaseModel):
    """`last_seq` is the conversation's; ask again after the last message here until both agree."""

    items: list[MessageOut]
    last_seq: int


class SentOut(BaseModel):
    """The message is stored. `emergency` is the screen to show at once; `replay` says it had been stored before."""

    id: UUID
    seq: int
    client_msg_id: UUID
    level: Literal["emergency", "urgent", "ask", "none"]
    replay: bool
    emergency: EmergencyOut | None


class ProgressOut(BaseModel):
    asked: int
    of: int


class ReportOut(BaseModel):
    """`urgency` is told only when it is an emergency."""

    id: UUID
    reference: str
    status: ReportStatus
    urgency: Literal["emergency"] | None
    submitted_at: AwareDatetime | None
    reviewed_at: AwareDatetime | None


class ConversationState(BaseModel):
    """Everything a client needs besides the messages.

    `understood` is what the report repeats of the patient's words. `is_identified` says that submitting needs no
    contact; `can_submit` that there is a report nobody has sent yet.
    """

    id: UUID
    language: Language
    status: Literal["open", "closed"]
    last_seq: int
    created_at: AwareDatetime
    closed_at: AwareDatetime | None
    pending_question: str | None
    progress: ProgressOut | None
    report: ReportOut | None
    report_status: ReportStatus | None
    can_submit: bool
    is_identified: bool
    emergency: EmergencyOut | None
    # The shape of a report is triage's (docs: the PAR); clients read the parts they know.
    understood: dict[str, Any] | None


class ConversationItem(BaseModel):
    id: UUID
    language: Language
    status: Literal["open", "closed"]
    last_seq: int
    created_at: AwareDatetime
    last_message_at: AwareDatetime | None
    report: ReportOut | None


class ConversationList(BaseModel):
    conversations: list[ConversationItem]


class StartedOut(BaseModel):
    """`csrf_token` goes into `X-CSRF-Token` of this session's unsafe requests."""

    id: UUID
    state: ConversationState
    messages: list[MessageOut]
    csrf_token: str


class CheckboxOut(BaseModel):
    id: str
    label: str


class ConsentTextOut(BaseModel):
    version: str
    title: str
    paragraphs: list[str]
    checkboxes: list[CheckboxOut]


class PracticeOut(BaseModel):
    name: str
    country: str
    phone: str | None
    tzid: str


class FrontDeskOut(BaseModel):
    """What a visitor sees before anything is stored. `emergency` is the medical screen of the practice's country."""

    language: Language
    languages: list[Language]
    practice: PracticeOut
    emergency: EmergencyOut
    emergency_numbers: list[NumberOut]
    consent: ConsentTextOut


class PatientReportOut(BaseModel):
    """A patient's own view of the report."""

    report: ReportOut | None
    emergency: EmergencyOut | None
    understood: dict[str, Any] | None
