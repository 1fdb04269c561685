"""Urgency rules: their data, NEWS2, and what may never lower a level."""

import json
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osler.triage.assessment import assess
from osler.triage.facts_case import Case, Measured
from osler.triage.facts_figures import Measure
from osler.triage.facts_lexicon import lexicon
from osler.triage.interview_questions import questions
from osler.triage.interview_turns import Turn
from osler.triage.par import Source, Urgency
from osler.triage.urgency import judge, rules
from osler.triage.urgency_signals import _AGES_BELOW, _AGES_FROM, news2, signals_of

HERE = Source(None, 0, 0, 0, 1)


def _urgency(text: str, **known: object) -> Urgency:
    return assess([Turn(None, 0, "patient", text)], **known).urgency  # type: ignore[arg-type]  # age and sex by name


def _derived() -> set[str]:
    case = Case(lang="en", age=40)
    names = set(signals_of(case))
    names |= {f"age>={limit}" for limit in _AGES_FROM} | {f"age<{limit:g}" for limit in _AGES_BELOW}
    return names


def test_every_rule_has_a_reason_in_both_languages() -> None:
    for rule in rules()[0]:
        assert rule.en.endswith(".")
        assert rule.fr.endswith(".")
        assert rule.groups


def test_rule_ids_are_unique_and_every_reference_has_its_year() -> None:
    raw = json.loads((files("osler.triage") / "urgency_rules" / "rules.json").read_text(encoding="utf-8"))["rules"]
    ids = [rule["id"] for rule in raw]
    assert len(ids) == len(set(ids))
    for rule in raw:
        if "source" in rule and not rule["source"].startswith(("CRB", "TOXBASE")):
            assert any(part.strip(";,").isdigit() for part in rule["source"].split()), rule["id"]


def test_every_plain_code_of_a_rule_is_a_known_fact() -> None:
    known = set(lexicon().terms) | set(questions().findings) | _derived()
    for item in questions().items.values():
        known |= set(item.asks_about) | {code for option in item.options for code in option.asserts}
    classes = {drug.drug_class for drug in lexicon().drugs.values()}
    computed = set(
        """acute:6h acute:24h lasting:3d lasting:5d lasting:7d lasting:3w lasting:3w_stable lasting_days chronic_stable
        severe:any pain>=8 pain<=3 male adult age_unknown cardiac_history risk_factor reproducible_benign chest_benign
        migraine_usual headache_mild vasovagal vertigo_positional minor_only serious_complaint unknown_danger
        unknown_background nothing_understood news2>=3 news2>=5 news2>=7 news2_red bp>=180/120 bp>=140/90 sat<=91
        sat<=93
        sat<=87 hr>=100 hr>=110 hr>=120 hr>=131 hr>=150 hr<=40 sbp<=90 sbp<=100 rr>=21 rr>=25 rr>=60 temp>=38 temp>=39.5
        temp>=40 temp<=35 glucose>=14 glucose>=20 glucose<=3.9 glucose<=3""".split()
    )
    for rule in rules()[0]:
        for code in frozenset().union(*rule.groups) | rule.unless:
            plain = code.removeprefix("severe:").removeprefix("past:").removeprefix("mild:")
            is_class = code.startswith("drug:") and code.removeprefix("drug:") in classes
            assert plain in known or code in computed or is_class, (rule.id, code)


# Royal College of Physicians, NEWS2, 2017, chart 1.
@pytest.mark.parametrize(
    ("kind", "value", "points"),
    [
        ("respiratory_rate", 8, 3), ("respiratory_rate", 9, 1), ("respiratory_rate", 12, 0), ("respiratory_rate", 21,
        2),
        ("respiratory_rate", 25, 3), ("saturation", 91, 3), ("saturation", 92, 2), ("saturation", 94, 1),
        ("saturation", 96, 0), ("blood_pressure", 90, 3), ("blood_pressure", 91, 2), ("blood_pressure", 101, 1),
        ("blood_pressure", 111, 0), ("blood_pressure", 220, 3), ("pulse", 40, 3), ("pulse", 41, 1), ("pulse", 51, 0),
        ("pulse", 91, 1), ("pulse", 111, 2), ("pulse", 131, 3), ("temperature", 35.0, 3), ("temperature", 35.1, 1),
        ("temperature", 36.1, 0), ("temperature", 38.1, 1), ("temperature", 39.1, 2),
    ],
)  # fmt: skip
def test_news2_bands(kind: str, value: float, points: int) -> None:
    measured = [Measured(Measure(kind, value, "", 0, 1), HERE)]
    score, is_red, _ = news2(measured, is_confused=False)
    assert score == points
    assert is_red is (points == 3)


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("I have crushing chest pain for 30 minutes going to my left arm and I am sweating", Urgency.EMERGENCY),
        ("douleur en étau dans la poitrine depuis une heure avec des sueurs, 60 ans", Urgency.EMERGENCY),
        ("fever, stiff neck and spots that do not fade", Urgency.EMERGENCY),
        ("Je rentre du Mali, 39,5 de fièvre et des frissons", Urgency.EMERGENCY),
        ("ma mère de 85 ans a de la fièvre et elle est confuse", Urgency.EMERGENCY),
        ("mild chest pain when I press on it for four days, I am 24", Urgency.SOON),
        ("burning when I pee and fever 38.7 with pain in my right flank", Urgency.URGENT),
        ("I twisted my ankle and cannot put weight on it", Urgency.URGENT),
        ("mal au genou depuis un mois, pas gonflé", Urgency.SOON),
    ],
)
def test_advice_is_at_least(text: str, least: Urgency) -> None:
    assert _urgency(text).rank >= least.rank


@pytest.mark.parametrize(
    "text",
    [
        "I would like a repeat prescription for ramipril, I feel well",
        "j'ai un rhume depuis hier, le nez bouché, pas de fièvre",
        "I have a mouth ulcer since Monday",
    ],
)
def test_small_matters_are_neither_urgent_nor_left_alone_unasked(text: str) -> None:
    assert _urgency(text) is Urgency.ROUTINE


_REMARKS = (
    "My friend says it is nothing.", "I am Black.", "I am a white woman.", "I cannot pay for it.",
    "I live far from the hospital.", "It is probably just stress.", "Mon ami dit que ce n’est rien.",
    "Je n’ai pas les moyens.", "Je suis loin de l’hôpital.",
)  # fmt: skip
_COMPLAINTS = (
    "I have chest pressure for an hour and cold sweat.", "My left arm is weak since this morning.",
    "I have pain low in the belly on the right with fever.", "I have palpitations since yesterday, I am 70.",
    "J’ai mal au ventre depuis deux jours.", "J’ai de la fièvre à 39 et je tousse.",
)  # fmt: skip


@pytest.mark.parametrize("complaint", _COMPLAINTS)
@pytest.mark.parametrize("remark", _REMARKS)
def test_reassurance_race_and_cost_never_lower(complaint: str, remark: str) -> None:
    alone = _urgency(complaint)
    assert _urgency(f"{complaint} {remark}").rank >= alone.rank
    assert _urgency(f"{remark} {complaint}").rank >= alone.rank


_RAISING = st.sampled_from(
    ["radiation_arm_jaw", "stroke_signs", "confusion", "petechial_rash", "saddle_numbness", "breathless_at_rest",
     "vomiting_blood", "suicidal_thoughts", "abdominal_rigid", "vision_loss"]
)  # fmt: skip
_FACTS = st.sampled_from(
    ["chest_pain", "headache", "fever", "abdominal_pain", "back_pain", "cough", "runny_nose", "vomiting", "dizziness",
     "palpitations", "rash", "sore_throat", "breathlessness", "fatigue", "constipation"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.sets(_FACTS, min_size=1, max_size=5), _RAISING, st.none() | st.floats(0.1, 99))
def test_adding_a_red_flag_fact_never_lowers(codes: set[str], raising: str, age: float | None) -> None:
    before = Case(lang="en", age=age, present={code: [HERE] for code in codes}, patient_turns=1)
    after = replace(before, present={**before.present, raising: [HERE]})
    assert judge(after, (), (), None).level.rank >= judge(before, (), (), None).level.rank


@settings(max_examples=100, deadline=None)
@given(st.sets(_FACTS, min_size=1, max_size=5), st.sampled_from(list(Urgency)))
def test_a_flag_level_is_a_floor(codes: set[str], level: Urgency) -> None:
    case = Case(lang="fr", present={code: [HERE] for code in codes}, patient_turns=1)
    assert judge(case, (), (), level).level.rank >= level.rank


def test_unknown_danger_raises() -> None:
    case = Case(lang="en", age=30, present={"headache": [HERE]}, patient_turns=1)
    known = judge(case, (), (), None).level
    unknown = replace(case, unknown={"thunderclap": [HERE]})
    assert judge(unknown, (), (), None).level.rank >= known.rank


def test_ages_count_where_they_are_clinical() -> None:
    assert _urgency("my baby has a fever of 38.4", age=0.1) is Urgency.EMERGENCY
    assert _urgency("I have a headache", age=60).rank >= _urgency("I have a headache", age=25).rank
