"""The state of one conversation, with the place of every fact."""

from __future__ import annotations

from dataclasses import dataclass, field

from osler.triage.facts_figures import Aspect, Measure
from osler.triage.facts_lexicon import lexicon
from osler.triage.par import AskedStatus, Source


@dataclass(slots=True)
class Taken:
    """One drug as it stands after every message; the latest dose counts.

    `unsettled` is how often it was read back to the patient without a yes, a no or another dose.
    """

    code: str
    name_en: str
    name_fr: str
    drug_class: str | None
    dose: str | None
    rhythm: str | None
    is_taken: bool
    source: Source
    confirmed: bool | None = None
    unsettled: int = 0


@dataclass(slots=True)
class Measured:
    measure: Measure
    source: Source
    confirmed: bool | None = None


@dataclass(frozen=True, slots=True)
class SourcedAspect:
    aspect: Aspect
    text: str
    source: Source


@dataclass(slots=True)
class Case:
    """The state of one conversation, rebuilt from its transcript each time.

    A fact once present stays present: taking it back is kept in `corrections` and changes nothing else, because a
    frightened or hurried patient must not talk the urgency down.
    """

    lang: str
    age: float | None = None
    sex: str | None = None
    age_source: Source | None = None
    gestation: Measured | None = None
    present: dict[str, list[Source]] = field(default_factory=dict)
    resolved: set[str] = field(default_factory=set)
    severe: set[str] = field(default_factory=set)
    mild: set[str] = field(default_factory=set)
    absent: dict[str, list[Source]] = field(default_factory=dict)
    unknown: dict[str, list[Source]] = field(default_factory=dict)
    past: dict[str, list[Source]] = field(default_factory=dict)
    family: dict[str, list[Source]] = field(default_factory=dict)
    aspects: list[SourcedAspect] = field(default_factory=list)
    drugs: dict[str, Taken] = field(default_factory=dict)
    allergies: list[tuple[str, Source]] = field(default_factory=list)
    allergies_status: AskedStatus = "not_asked"
    medications_status: AskedStatus = "not_asked"
    history_status: AskedStatus = "not_asked"
    free_history: list[tuple[str, Source]] = field(default_factory=list)
    measures: list[Measured] = field(default_factory=list)
    corrections: list[tuple[str, Source]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answered: dict[str, str] = field(default_factory=dict)
    misses: dict[str, int] = field(default_factory=dict)
    read_back: set[str] = field(default_factory=set)
    chief: tuple[str, Source] | None = None
    first_words: tuple[str, Source] | None = None
    has_stopped: bool = False
    patient_turns: int = 0

    def has(self, *codes: str) -> bool:
        return any(code in self.present for code in codes)


def add_source(table: dict[str, list[Source]], code: str, source: Source) -> None:
    sources = table.setdefault(code, [])
    if source not in sources and len(sources) < 8:
        sources.append(source)


_COMPLAINT_FACTS = {
    "chest_pain": ("chest_pain", "chest_pressure"),
    "breathlessness": ("breathlessness", "breathless_at_rest", "orthopnoea", "wheeze"),
    "syncope_dizziness": ("syncope", "dizziness", "vertigo"),
    "palpitations": ("palpitations",),
    "headache": ("headache",),
    "abdominal_pain": ("abdominal_pain", "rlq_pain", "ruq_pain", "llq_pain", "abdominal_rigid"),
    "fever": ("fever", "chills", "sore_throat", "cough", "dysuria", "spreading_redness"),
    "back_pain": ("back_pain", "flank_pain"),
}


def complaints_of(case: Case) -> tuple[str, ...]:
    """Return the complaints that were named, the most pressing first; `general` when none of the eight was."""
    found = [code for code, facts in _COMPLAINT_FACTS.items() if case.has(*facts)]
    return tuple(found) or ("general",)


def fact_kind(code: str) -> str:
    term = lexicon().terms.get(code)
    return term.kind if term is not None else "symptom"
