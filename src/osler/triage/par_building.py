"""Put a case into the form of a report."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from osler.triage import redflags
from osler.triage.assessment_flags import Flags
from osler.triage.facts_case import Case, SourcedAspect, complaints_of, fact_kind
from osler.triage.facts_lexicon import lexicon
from osler.triage.facts_reading import FACTS_VERSION
from osler.triage.interview_questions import READ_BACK, label_of, questions
from osler.triage.par import (
    Allergy,
    ChiefComplaint,
    Complaint,
    Correction,
    Detail,
    Finding,
    Gap,
    HistoryItem,
    Medication,
    Negative,
    Par,
    Source,
    Vital,
)
from osler.triage.par_summary import summary_of
from osler.triage.urgency import Verdict, rules
from osler.triage.urgency_signals import Open

_FINDING_KINDS = frozenset({"symptom", "feature", "trigger", "event", "sign", "minor", "admin"})
_HISTORY_KINDS = frozenset({"history", "family"})
_COURSES = ("worsening", "improving", "intermittent", "constant", "resolved")
_NOT_HISTORY = frozenset({"known_allergy", "no_medical_history"})
_MAX_GAPS = 12
DOSE_GAP = "dose:"


def build(case: Case, verdict: Verdict, gaps: Sequence[Open], flags: Flags) -> Par:
    """Return the report; every statement in it names its place in the transcript."""
    complaints = tuple(Complaint(code, _title(code, case.lang)) for code in complaints_of(case))
    findings = _findings(case)
    negatives = _negatives(case)
    history = _history(case)
    chief = case.chief or case.first_words
    raised = tuple(flags.raised[reason.id] for reason in flags.reasons())
    par = Par(
        lang=case.lang,
        complaint=complaints[0],
        complaints=complaints,
        chief_complaint=ChiefComplaint(text=chief[0], source=chief[1]) if chief is not None else None,
        findings=findings,
        negatives=negatives,
        history=history,
        medications=_medications(case),
        medications_status=case.medications_status,
        allergies=tuple(Allergy(label=text, source=source) for text, source in case.allergies),
        allergies_status=case.allergies_status,
        vitals=_vitals(case),
        age=case.age,
        sex=case.sex,
        red_flags=raised,
        suppressed=tuple(flags.suppressed.values()),
        corrections=tuple(_correction(text, source, case.lang) for text, source in case.corrections),
        urgency=verdict.level,
        reasons=verdict.reasons,
        gaps=_gaps(case, gaps),
        summary="",
        engine_versions={
            "facts": f"{FACTS_VERSION}-{lexicon().version}",
            "questionnaires": questions().version,
            "urgency": rules()[1],
            "red_flags": redflags.engine_version(),
        },
    )
    return replace(par, summary=summary_of(par.to_json()))


def _title(code: str, lang: str) -> str:
    english, french = questions().titles[code]
    return french if lang == "fr" else english


def _correction(text: str, source: Source, lang: str) -> Correction:
    if text in lexicon().terms or text in questions().findings:
        return Correction(text=label_of(text, lang), source=source, code=text)
    return Correction(text=text, source=source)


def _findings(case: Case) -> tuple[Finding, ...]:
    found = []
    main = _main_finding(case)
    for code, sources in case.present.items():
        kind = fact_kind(code)
        if kind not in _FINDING_KINDS:
            continue
        is_main = code == main
        found.append(
            Finding(
                code=code,
                label=label_of(code, case.lang),
                status="present",
                source=tuple(sources),
                onset=_detail(case, code, "onset", is_main=is_main),
                duration=_detail(case, code, "duration", is_main=is_main),
                severity=_detail(case, code, "severity", is_main=is_main),
                course=_course(case) if is_main else None,
            )
        )
    for code, sources in case.unknown.items():
        if (
            code not in case.present
            and code not in case.absent
            and (code in lexicon().terms or code in questions().findings)
        ):
            found.append(Finding(code=code, label=label_of(code, case.lang), status="unknown", source=tuple(sources)))
    found.sort(key=lambda finding: (finding.code != main, finding.status == "unknown"))
    return tuple(found)


_COMPLAINT_CODES = (
    "chest_pain", "breathlessness", "syncope", "palpitations", "headache", "abdominal_pain", "fever", "back_pain",
    "dizziness", "vertigo",
)  # fmt: skip


def _main_finding(case: Case) -> str | None:
    """The finding that the story's onset, severity and course belong to."""
    for code in _COMPLAINT_CODES:
        if code in case.present:
            return code
    return next((code for code in case.present if fact_kind(code) in {"symptom", "event", "minor"}), None)


def _detail(case: Case, code: str, kind: str, *, is_main: bool) -> Detail | None:
    chosen: SourcedAspect | None = None
    for aspect in case.aspects:
        if aspect.aspect.kind == kind and (aspect.aspect.of == code or (is_main and aspect.aspect.of is None)):
            chosen = aspect
    if chosen is None:
        return None
    return Detail(text=chosen.text, source=chosen.source, value=chosen.aspect.value, unit=chosen.aspect.unit)


def _course(case: Case) -> Detail | None:
    for code in _COURSES:
        if code in case.present:
            return Detail(text=label_of(code, case.lang), source=case.present[code][-1], value=code)
    return None


def _negatives(case: Case) -> tuple[Negative, ...]:
    kinds = _FINDING_KINDS | {"history", "family"}
    return tuple(
        Negative(code=code, label=label_of(code, case.lang), source=tuple(sources))
        for code, sources in case.absent.items()
        if code not in case.present and fact_kind(code) in kinds and code not in _NOT_HISTORY
    )


def _history(case: Case) -> tuple[HistoryItem, ...]:
    found = [
        HistoryItem(
            code=code,
            label=label_of(code, case.lang),
            source=sources[0],
            subject="family" if fact_kind(code) == "family" else "patient",
        )
        for code, sources in case.present.items()
        if fact_kind(code) in _HISTORY_KINDS and code not in _NOT_HISTORY
    ]
    found.extend(
        HistoryItem(code=code, label=label_of(code, case.lang), source=sources[0])
        for code, sources in case.past.items()
        if code not in case.present
    )
    found.extend(
        HistoryItem(code=code, label=label_of(code, case.lang), source=sources[0], subject="family")
        for code, sources in case.family.items()
        if code not in _NOT_HISTORY
    )
    found.extend(HistoryItem(code="free_text", label=text, source=source) for text, source in case.free_history)
    return tuple(found)


def _medications(case: Case) -> tuple[Medication, ...]:
    return tuple(
        Medication(
            code=drug.code,
            name=drug.name_fr if case.lang == "fr" else drug.name_en,
            source=drug.source,
            drug_class=drug.drug_class,
            dose=drug.dose,
            frequency=drug.rhythm,
            confirmed=drug.confirmed,
            is_taken=drug.is_taken,
        )
        for drug in case.drugs.values()
    )


def _vitals(case: Case) -> tuple[Vital, ...]:
    found: list[Vital] = []
    for measured in case.measures:
        measure = measured.measure
        if measure.kind == "blood_pressure":
            found.append(
                Vital("systolic_blood_pressure", measure.value, measure.unit, measured.source, measured.confirmed)
            )
            if measure.low is not None:
                found.append(
                    Vital("diastolic_blood_pressure", measure.low, measure.unit, measured.source, measured.confirmed)
                )
        else:
            found.append(Vital(measure.kind, measure.value, measure.unit, measured.source, measured.confirmed))
    if case.gestation is not None:
        found.append(
            Vital("gestation", case.gestation.measure.value, case.gestation.measure.unit, case.gestation.source)
        )
    return tuple(found)


def _gaps(case: Case, gaps: Sequence[Open]) -> tuple[Gap, ...]:
    items = questions().items
    found = [Gap(gap.code, items[gap.link_id].label(case.lang), gap.link_id) for gap in gaps[:_MAX_GAPS]]
    for drug in case.drugs.values():
        if drug.unsettled and drug.confirmed is None and drug.is_taken:
            name = drug.name_fr if case.lang == "fr" else drug.name_en
            label = dose_label(name, drug.dose, case.lang)
            found.append(Gap(f"{DOSE_GAP}{drug.code}", label, f"{READ_BACK}:{drug.code}"))
    return tuple(found)


def dose_label(name: str, dose: str | None, lang: str) -> str:
    return f"Dose à confirmer\u00a0: {name} {dose}" if lang == "fr" else f"Dose to be confirmed: {name} {dose}"
