"""Facts that identity announces."""

from dataclasses import dataclass

from osler.core.events import Event


@dataclass(frozen=True, slots=True)
class VisitorIdentified(Event):
    """An anonymous visitor turned out to be, or became, a patient with an account."""

    visitor_id: str
    user_id: str


@dataclass(frozen=True, slots=True)
class PatientRegistered(Event):
    """A patient made an account; `visitor_id` is empty when there was no visit before."""

    user_id: str
    visitor_id: str
