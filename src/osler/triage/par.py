"""The Preliminary Assessment Report: what was said, sorted, with the place it was said in; never a diagnosis."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

PAR_VERSION = 1

AskedStatus = Literal["stated", "none_known", "not_asked", "unknown"]

# A JSON tree: the report is stored, sent and compared in this form.
Json = str | int | float | bool | None | list["Json"] | dict[str, "Json"]


class Urgency(StrEnum):
    """How soon somebody should look, from the most to the least pressing."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    SOON = "soon"
    ROUTINE = "routine"
    SELF_CARE = "self_care"

    @property
    def rank(self) -> int:
        """0 for self-care to 4 for emergency."""
        return _RANKS[self.value]


_RANKS = {"self_care": 0, "routine": 1, "soon": 2, "urgent": 3, "emergency": 4}


def most_urgent(*levels: Urgency) -> Urgency:
    return max(levels, key=lambda level: level.rank)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the words stand: characters `[start, end)` of the original text of one turn.

    `turn` is the index in the transcript; `message_id` and `seq` are those of the stored message.
    """

    message_id: str | None
    seq: int
    turn: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Detail:
    """One property of a finding in the patient's words, with a number when one could be read."""

    text: str
    source: Source
    value: str | float | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Complaint:
    code: str
    label: str


@dataclass(frozen=True, slots=True)
class ChiefComplaint:
    text: str
    source: Source


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    label: str
    status: Literal["present", "unknown"]
    source: tuple[Source, ...]
    onset: Detail | None = None
    duration: Detail | None = None
    severity: Detail | None = None
    course: Detail | None = None


@dataclass(frozen=True, slots=True)
class Negative:
    code: str
    label: str
    source: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class HistoryItem:
    """`subject` is `family` for what a relative has or had."""

    code: str
    label: str
    source: Source
    subject: Literal["patient", "family"] = "patient"


@dataclass(frozen=True, slots=True)
class Medication:
    """`confirmed` is None until the drug and its dose were read back to the patient."""

    code: str
    name: str
    source: Source
    drug_class: str | None = None
    dose: str | None = None
    frequency: str | None = None
    confirmed: bool | None = None
    is_taken: bool = True


@dataclass(frozen=True, slots=True)
class Allergy:
    label: str
    source: Source


@dataclass(frozen=True, slots=True)
class Vital:
    kind: str
    value: float
    unit: str
    source: Source
    confirmed: bool | None = None


@dataclass(frozen=True, slots=True)
class RaisedFlag:
    """`reference` names the guideline and its year."""

    id: str
    level: Literal["emergency", "urgent", "ask"]
    label: str
    source: tuple[Source, ...]
    reference: str


@dataclass(frozen=True, slots=True)
class SuppressedFlag:
    id: str
    reason: str
    source: Source | None


@dataclass(frozen=True, slots=True)
class Reason:
    id: str
    text: str
    source: tuple[Source, ...] = ()
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that matters and is not known; `question_id` is the question that would fill it."""

    code: str
    label: str
    question_id: str | None


@dataclass(frozen=True, slots=True)
class Correction:
    """What the patient later took back or changed: kept for the nurse, never used to lower an emergency.

    `text` is the patient's words, or the label of `code` when it was a question that was answered otherwise.
    """

    text: str
    source: Source
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Par:
    lang: str
    complaint: Complaint
    complaints: tuple[Complaint, ...]
    chief_complaint: ChiefComplaint | None
    findings: tuple[Finding, ...]
    negatives: tuple[Negative, ...]
    history: tuple[HistoryItem, ...]
    medications: tuple[Medication, ...]
    medications_status: AskedStatus
    allergies: tuple[Allergy, ...]
    allergies_status: AskedStatus
    vitals: tuple[Vital, ...]
    age: float | None
    sex: str | None
    red_flags: tuple[RaisedFlag, ...]
    suppressed: tuple[SuppressedFlag, ...]
    corrections: tuple[Correction, ...]
    urgency: Urgency
    reasons: tuple[Reason, ...]
    gaps: tuple[Gap, ...]
    summary: str
    engine_versions: dict[str, str]
    version: int = PAR_VERSION

    def to_json(self) -> dict[str, Json]:
        """Return the report as a JSON tree; sources name the message (`message_id`, `seq`)."""
        tree = _plain(self, by_turn=False)
        if not isinstance(tree, dict):
            raise TypeError("a report is an object")
        return tree

    def to_line(self) -> dict[str, Json]:
        """Return the report for `osler par`: sources name the index of the turn."""
        tree = _plain(self, by_turn=True)
        if not isinstance(tree, dict):
            raise TypeError("a report is an object")
        return tree


def _plain(value: object, *, by_turn: bool) -> Json:
    if isinstance(value, Source):
        if by_turn:
            return {"turn": value.turn, "start": value.start, "end": value.end}
        return {"message_id": value.message_id, "seq": value.seq, "start": value.start, "end": value.end}
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, tuple | list):
        return [_plain(item, by_turn=by_turn) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item, by_turn=by_turn) for key, item in value.items()}
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name), by_turn=by_turn) for field in dataclasses.fields(value)}
    raise TypeError(f"no JSON form for {type(value).__name__}")


def sources_of(par: Par) -> list[Source]:
    """Every place the report points to, in reading order and without repetition."""
    found: set[Source] = set()

    def walk(value: object) -> None:
        if isinstance(value, Source):
            found.add(value)
        elif isinstance(value, tuple | list):
            for item in value:
                walk(item)
        elif dataclasses.is_dataclass(value):
            for field in dataclasses.fields(value):
                walk(getattr(value, field.name))

    walk(par)
    return sorted(found, key=lambda source: (source.turn, source.start, source.end))
