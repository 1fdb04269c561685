"""What the urgency rules look at: the facts of a case, its figures, and what is not known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from osler.triage.facts_case import Case, Measured, complaints_of, fact_kind
from osler.triage.par import Source

Signals = dict[str, tuple[Source, ...]]

_HOUR = 60.0
_DAY = 1440.0
_CARDIAC = (
    "infarction", "coronary_disease", "stent", "atrial_fibrillation", "heart_failure", "valve_disease", "pacemaker",
    "cardiomyopathy", "aneurysm",
)  # fmt: skip
_RISK = (
    "hypertension",
    "diabetes",
    "smoker",
    "dyslipidaemia",
    "family_heart_disease",
    "kidney_disease",
    "stroke_history",
)
_CARDIAC_CLASSES = frozenset({"nitrate", "antiplatelet", "antiarrhythmic", "arni", "antianginal", "digoxin"})
# Alone or together, these may wait for the pharmacist: nothing here can be a red flag by itself.
BENIGN = frozenset(
    """runny_nose sore_throat cough itching eczema cold_sore_mouth stye hay_fever minor_other minor_wound sunburn
    insect_sting constipation heartburn body_aches sinus_pain red_eye vaginal_discharge food_exposure sick_contact
    insomnia hives improving intermittent constant resolved ear_pain tooth_pain fatigue after_meals same_as_usual
    reproducible rash sputum nausea loss_of_appetite""".split()
)
_MINOR = frozenset(
    """runny_nose eczema cold_sore_mouth stye hay_fever minor_other minor_wound sunburn insect_sting constipation
    vaginal_discharge itching sore_throat cough heartburn red_eye""".split()
)
_NEEDS_A_LOOK = frozenset(
    {"red_eye", "heartburn", "sputum", "sinus_pain", "ear_pain", "tooth_pain", "rash", "fatigue", "hives"}
)
_ADMIN = frozenset({"repeat_prescription", "appointment_request", "test_results", "certificate"})
_SERIOUS = frozenset({"chest_pain", "breathlessness", "syncope_dizziness", "palpitations", "abdominal_pain"})

# NEWS2, Royal College of Physicians 2017: (upper bound included, points) in rising order.
_NEWS2: dict[str, tuple[tuple[float, int], ...]] = {
    "respiratory_rate": ((8, 3), (11, 1), (20, 0), (24, 2), (inf, 3)),
    "saturation": ((91, 3), (93, 2), (95, 1), (inf, 0)),
    "blood_pressure": ((90, 3), (100, 2), (110, 1), (219, 0), (inf, 3)),
    "pulse": ((40, 3), (50, 1), (90, 0), (110, 1), (130, 2), (inf, 3)),
    "temperature": ((35.0, 3), (36.0, 1), (38.0, 0), (39.0, 1), (inf, 2)),
}
NEWS2_ADULT_AGE = 16

_LEVELS: dict[str, tuple[tuple[str, str, float], ...]] = {
    "saturation": (("sat<=91", "<=", 91), ("sat<=93", "<=", 93), ("sat<=87", "<=", 87)),
    "pulse": (
        ("hr>=100", ">=", 100), ("hr>=110", ">=", 110), ("hr>=120", ">=", 120), ("hr>=131", ">=", 131),
        ("hr>=150", ">=", 150), ("hr<=40", "<=", 40),
    ),
    "blood_pressure": (("sbp<=90", "<=", 90), ("sbp<=100", "<=", 100)),
    "respiratory_rate": (("rr>=21", ">=", 21), ("rr>=25", ">=", 25), ("rr>=60", ">=", 60)),
    "temperature": (
        ("temp>=38", ">=", 38.0), ("temp>=39.5", ">=", 39.5), ("temp>=40", ">=", 40.0), ("temp<=35", "<=", 35.0),
        ("fever", ">=", 38.0),
    ),
    "glucose": (
        ("glucose>=14", ">=", 14), ("glucose>=20", ">=", 20), ("glucose<=3.9", "<=", 3.9), ("glucose<=3", "<=", 3.0),
    ),
}  # fmt: skip
_AGES_FROM = (30, 35, 40, 50, 60, 65, 75)
_AGES_BELOW = (0.25, 0.5, 1, 2, 5, 16, 18, 30)


@dataclass(frozen=True, slots=True)
class Open:
    """A question that matters and has no answer: `may_raise` is the highest level an answer could bring."""

    code: str
    link_id: str
    purpose: str
    was_asked: bool


def signals_of(case: Case, gaps: Iterable[Open] = ()) -> Signals:
    """Return every code that a rule may name, with the words it rests on."""
    found: Signals = {code: tuple(sources[:3]) for code, sources in case.present.items()}
    for table, prefix in ((case.past, "past:"), (case.family, "family:")):
        for code, sources in table.items():
            found.setdefault(prefix + code, tuple(sources[:2]))
            # An illness of long ago is still a history; a symptom of long ago is not a symptom.
            if prefix == "past:" and fact_kind(code) == "history":
                found.setdefault(code, tuple(sources[:2]))
    for code in case.severe & case.present.keys():
        found[f"severe:{code}"] = found[code]
        if fact_kind(code) in {"symptom", "minor", "event"}:
            found["severe:any"] = found[code]
    for drug in case.drugs.values():
        if drug.is_taken and drug.drug_class:
            found[f"drug:{drug.drug_class}"] = (drug.source,)
    if "drug:anticoagulant" in found:
        found.setdefault("anticoagulated", found["drug:anticoagulant"])
    if "anticoagulated" in found:
        found.setdefault("drug:anticoagulant", found["anticoagulated"])
    _add_person(found, case)
    _add_times(found, case)
    _add_measures(found, case)
    _add_groups(found, case)
    _add_unknowns(found, case, gaps)
    return found


def _add_person(found: Signals, case: Case) -> None:
    source = (case.age_source,) if case.age_source is not None else ()
    if case.age is None:
        found["age_unknown"] = ()
        found["adult"] = ()
    else:
        found.update({f"age>={limit}": source for limit in _AGES_FROM if case.age >= limit})
        found.update({f"age<{limit:g}": source for limit in _AGES_BELOW if case.age < limit})
        if case.age >= NEWS2_ADULT_AGE:
            found["adult"] = source
    if case.sex == "male":
        found["male"] = ()


def _add_times(found: Signals, case: Case) -> None:
    times = [
        (a.aspect.value, a.source, a.aspect.kind)
        for a in case.aspects
        if a.aspect.kind in {"onset", "duration"} and isinstance(a.aspect.value, float | int)
    ]
    has_lasted = any(float(minutes) >= 7 * _DAY for minutes, _, _ in times)
    for minutes, source, kind in times:
        if kind == "duration" and has_lasted:
            # Beside "for three weeks", a short time is the length of one bout.
            continue
        for name, limit in (("acute:6h", 6 * _HOUR), ("acute:24h", 26 * _HOUR), ("lasting_days", 10 * _DAY)):
            if float(minutes) <= limit:
                found.setdefault(name, (source,))
    if times:
        longest, source, _ = max(times, key=lambda time: float(time[0]))
        for name, limit in (("lasting:3d", 3), ("lasting:5d", 5), ("lasting:7d", 7), ("lasting:3w", 21)):
            if float(longest) >= limit * _DAY:
                found[name] = (source,)
        if "acute:24h" in found:
            # What began today counts, however long something else has lasted.
            for name in ("lasting:3w", "lasting:7d", "lasting:3d"):
                found.pop(name, None)
    for aspect in case.aspects:
        value = aspect.aspect.value
        if aspect.aspect.kind == "severity" and isinstance(value, float | int):
            if value >= 8:
                found["pain>=8"] = (aspect.source,)
            if value <= 3:
                found["pain<=3"] = (aspect.source,)
    if "lasting:3w" in found and not {"worsening", "severe:any", "sudden_onset", "pain>=8"} & found.keys():
        found["lasting:3w_stable"] = found["lasting:3w"]
        if {"same_as_usual", "intermittent", "constant", "improving"} & found.keys():
            found["chronic_stable"] = found["lasting:3w"]


def _add_measures(found: Signals, case: Case) -> None:
    for measured in case.measures:
        value, source = measured.measure.value, (measured.source,)
        for name, sign, limit in _LEVELS.get(measured.measure.kind, ()):
            if (value >= limit) if sign == ">=" else (value <= limit):
                found[name] = (*found.get(name, ()), *source)
        if measured.measure.kind == "blood_pressure":
            low = measured.measure.low or 0
            if value >= 180 or low >= 120:
                found["bp>=180/120"] = source
            if value >= 140 or low >= 90:
                found["bp>=140/90"] = source
    if case.age is not None and case.age < NEWS2_ADULT_AGE:
        return
    score, is_red, sources = news2(case.measures, is_confused=case.has("confusion", "drowsy"))
    if score >= 3:
        found["news2>=3"] = sources
    if score >= 5:
        found["news2>=5"] = sources
    if score >= 7:
        found["news2>=7"] = sources
    if is_red:
        found["news2_red"] = sources


def news2(measures: Iterable[Measured], *, is_confused: bool) -> tuple[int, bool, tuple[Source, ...]]:
    """Return the NEWS2 score of what was measured, whether one value alone scores three, and the sources.

    What was not measured scores nothing, so the score is a lower bound. The worst value of each kind counts.

    References
    ----------
    Royal College of Physicians, National Early Warning Score (NEWS) 2, 2017.
    """
    worst: dict[str, tuple[int, Source]] = {}
    for measured in measures:
        bands = _NEWS2.get(measured.measure.kind)
        if bands is None:
            continue
        points = next(points for limit, points in bands if measured.measure.value <= limit)
        if measured.measure.kind not in worst or points > worst[measured.measure.kind][0]:
            worst[measured.measure.kind] = (points, measured.source)
    total = sum(points for points, _ in worst.values()) + (3 if is_confused and worst else 0)
    scored = tuple(source for points, source in worst.values() if points)
    return total, any(points == 3 for points, _ in worst.values()), scored


def _add_groups(found: Signals, case: Case) -> None:
    cardiac = [code for code in _CARDIAC if code in found]
    classes = [f"drug:{name}" for name in _CARDIAC_CLASSES if f"drug:{name}" in found]
    if cardiac or classes:
        found["cardiac_history"] = tuple(source for code in (*cardiac, *classes) for source in found[code][:1])
    risks = [code for code in _RISK if code in found]
    if risks:
        found["risk_factor"] = tuple(source for code in risks for source in found[code][:1])
    if "reproducible" in found and not {
        "radiation_arm_jaw", "sweating", "acs_signs", "exertional", "breathless_at_rest", "chest_pressure", "syncope",
        "cardiac_history", "palpitations",
    } & found.keys():  # fmt: skip
        found["reproducible_benign"] = found["reproducible"]
        if {"lasting:3d", "injury"} & found.keys() or (case.age is not None and case.age < 40):
            found["chest_benign"] = found["reproducible"]
    if "headache" in found and {"same_as_usual", "migraine_history"} & found.keys():
        found["migraine_usual"] = found["headache"]
    if "headache" in case.mild or "pain<=3" in found:
        found["headache_mild"] = found.get("headache", ())
    if "prolonged_standing_heat" in found or "standing_trigger" in found:
        found["vasovagal"] = found.get("prolonged_standing_heat") or found["standing_trigger"]
    if "head_turning" in found and "vertigo" in found:
        found["vertigo_positional"] = found["head_turning"]
    symptoms = {code for code in case.present if fact_kind(code) in {"symptom", "event", "minor", "sign"}}
    if symptoms and symptoms <= BENIGN:
        found["minor_only"] = ()
    for complaint in complaints_of(case):
        found[f"complaint:{complaint}"] = ()
        if complaint in _SERIOUS:
            found["serious_complaint"] = ()


def _add_unknowns(found: Signals, case: Case, gaps: Iterable[Open]) -> None:
    for code, sources in case.unknown.items():
        found[f"unknown:{code}"] = tuple(sources[:2])
    for gap in gaps:
        if gap.was_asked and gap.purpose == "danger":
            found["unknown_danger"] = ()
        if gap.was_asked and gap.purpose == "background":
            found["unknown_background"] = ()
    if not case.present and case.patient_turns and not case.measures:
        found["nothing_understood"] = (case.first_words[1],) if case.first_words else ()


def only_admin(case: Case) -> bool:
    """The message asks for a paper, a date or a result, and names no symptom."""
    kinds = {fact_kind(code) for code in case.present}
    return bool(_ADMIN & case.present.keys()) and not kinds & {"symptom", "event", "sign", "feature"}


def only_minor(case: Case) -> bool:
    """Every symptom named is one that a pharmacist sees, and it has not lasted."""
    symptoms = {code for code in case.present if fact_kind(code) in {"symptom", "event", "minor", "sign"}}
    return (
        bool(symptoms & _MINOR)
        and not symptoms - BENIGN
        and not symptoms & _NEEDS_A_LOOK
        and not case.severe & symptoms
    )
