"""Facts that triage announces."""

from dataclasses import dataclass

from osler.core.events import Event


@dataclass(frozen=True, slots=True)
class ReportSubmitted(Event):
    """A patient sent a report; it waits for a nurse."""

    report_id: str
    conversation_id: str


@dataclass(frozen=True, slots=True)
class ReportReviewed(Event):
    """A nurse decided on a report; she may still undo it for a few seconds."""

    report_id: str
    decision_id: str
    kind: str


@dataclass(frozen=True, slots=True)
class EmergencyRaised(Event):
    """A report became an emergency, or shows a new sign of one."""

    report_id: str
    alert_id: str


@dataclass(frozen=True, slots=True)
class EmergencyAcknowledged(Event):
    """A named person took note of an emergency."""

    report_id: str
    alert_id: str
