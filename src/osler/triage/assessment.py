"""The assessment of a conversation: report, urgency and next question, as one pure function of the transcript."""

from __future__ import annotations

from dataclasses import dataclass

from osler.triage.emergency import EmergencyCard
from osler.triage.interview_step import Step
from osler.triage.par import Par, Reason, Urgency


@dataclass(frozen=True, slots=True)
class Assessment:
    """`emergency` is the fixed screen, present exactly when `urgency` is emergency."""

    lang: str
    par: Par
    step: Step
    urgency: Urgency
    reasons: tuple[Reason, ...]
    flag_ids: tuple[str, ...]
    emergency: EmergencyCard | None

    @property
    def is_emergency(self) -> bool:
        return self.urgency is Urgency.EMERGENCY
