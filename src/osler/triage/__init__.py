"""Red flags, the guided interview, urgency, the report (PAR), and the nurses' queue that decides on it."""

from osler.triage import redflags
from osler.triage.alerts import acknowledge_for_report, raise_alert
from osler.triage.assessment import Assessment, assess, warm_up
from osler.triage.claims import claim
from osler.triage.drafts import (
    ReportClosed,
    ReportNotReady,
    close_draft,
    record_patient_answer,
    save_draft,
    submit,
)
from osler.triage.emergency import (
    Category,
    EmergencyCard,
    Number,
    category_of,
    emergency_card,
    emergency_numbers,
    emergency_text,
)
from osler.triage.events import EmergencyAcknowledged, EmergencyRaised, ReportReviewed, ReportSubmitted
from osler.triage.figures import QueueFigures, ReviewFigures, WaitingFigures, queue_figures
from osler.triage.interview_step import Progress, QuickReply, Step
from osler.triage.interview_turns import Turn
from osler.triage.par import Par, Urgency
from osler.triage.reports import ReportNotFound, ReportSummary, report_content, report_of_conversation
from osler.triage.review import approve, escalate, override, request_information

__all__ = [
    "Assessment",
    "Category",
    "EmergencyAcknowledged",
    "EmergencyCard",
    "EmergencyRaised",
    "Number",
    "Par",
    "Progress",
    "QueueFigures",
    "QuickReply",
    "ReportClosed",
    "ReportNotFound",
    "ReportNotReady",
    "ReportReviewed",
    "ReportSubmitted",
    "ReportSummary",
    "ReviewFigures",
    "Step",
    "Turn",
    "Urgency",
    "WaitingFigures",
    "acknowledge_for_report",
    "approve",
    "assess",
    "category_of",
    "claim",
    "close_draft",
    "emergency_card",
    "emergency_numbers",
    "emergency_text",
    "escalate",
    "override",
    "queue_figures",
    "raise_alert",
    "record_patient_answer",
    "redflags",
    "report_content",
    "report_of_conversation",
    "request_information",
    "save_draft",
    "submit",
    "warm_up",
]
