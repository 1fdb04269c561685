"""Figures in a message: vital signs, age, how long and how strong."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from osler.triage.language.clauses import Clause
from osler.triage.language.normalise import Normalised
from osler.triage.language.values import Value

_VITALS = frozenset({"temperature", "blood_pressure", "pulse", "saturation", "glucose", "respiratory_rate"})
# The clinician's shorthand, read before the quantities of plain speech: "HR 110, RR 24, SpO2 93%".
_CHARTED: tuple[tuple[str, str, float, float, re.Pattern[str]], ...] = (
    (
        "respiratory_rate", "/min", 4, 90,
        re.compile(
            r"\b(?:rr|resp(?:iratory|irations?)?(?: rate)?|frequence respiratoire|fr)\b[^0-9.;,]{0,16}?(\d{1,2})\b"
        ),
    ),
    (
        "pulse", "/min", 20, 300,
        re.compile(
            r"\b(?:hr|heart rate|pulse(?: rate)?|fc|frequence cardiaque|pouls)\b[^0-9.;,]{0,14}?(\d{2,3})\b(?!\s?%)"
        ),
    ),
    (
        "saturation", "%", 40, 100,
        re.compile(r"\b(?:spo2|sao2|o2 sats?|sats?|saturation)\b[^0-9.;,]{0,14}?(\d{2,3})\b"),
    ),
)  # fmt: skip
_NOT_A_PULSE = re.compile(r"attack|disease|failure|crise|infarct|surgery|operat|stent|bypass|pontage|rythme|age|aged")
_SCORE = re.compile(r"\b(\d{1,2})\s{0,2}(?:/|out of|sur)\s{0,2}10\b(?!/)")
_FALLBACK_AGE = re.compile(r"\b(\d{1,3})[ -]?(?:y/?o|yo|yrs?|year[- ]olds?|years?[- ]old|ans)\b")
_MALE = frozenset("man male gentleman boy homme garcon monsieur fils mr m".split())
_FEMALE = frozenset("woman female lady girl femme fille dame madame mrs ms f".split())
_DETERMINERS = frozenset("a an old une un une aged the le la jeune young this cette cet ce is".split())
# "Gone within two minutes", "every two hours": not when the illness began.
_RELIEF = frozenset("within after every apres chaque toutes en bout per".split())
_SINCE = frozenset("since depuis for pendant over lasting dure during last past durant".split())


@dataclass(frozen=True, slots=True)
class Aspect:
    """Onset, duration or severity; `of` is the finding it stands next to, if any. Durations are in minutes."""

    kind: Literal["onset", "duration", "severity"]
    start: int
    end: int
    value: float | str | None
    unit: str | None
    of: str | None


@dataclass(frozen=True, slots=True)
class Measure:
    """`low` is the diastolic of a blood pressure."""

    kind: str
    value: float
    unit: str
    start: int
    end: int
    low: float | None = None


def measure_of(value: Value) -> Measure:
    return Measure(value.kind, value.value, value.unit, value.span[0], value.span[1], value.low)


def measures_of(text: Normalised, values: tuple[Value, ...]) -> tuple[Measure, ...]:
    """Vital signs, in the order of the text."""
    charted = [
        Measure(kind, float(match.group(1)), unit, match.start(1), match.end(1))
        for kind, unit, low, high, pattern in _CHARTED
        for match in pattern.finditer(text.folded)
        if low <= int(match.group(1)) <= high
    ]
    others = [
        measure_of(value)
        for value in values
        if value.kind in _VITALS
        and not any(known.start < value.span[1] and value.span[0] < known.end for known in charted)
        and not (value.kind == "pulse" and _NOT_A_PULSE.search(text.folded, max(0, value.span[0] - 24), value.span[0]))
    ]
    return tuple(sorted([*others, *charted], key=lambda measure: measure.start))


def age_of(text: Normalised, values: tuple[Value, ...]) -> Measure | None:
    family = {"father", "mother", "brother", "sister", "pere", "mere", "frere", "soeur", "uncle", "oncle", "smoking"}
    for value in values:
        if value.kind == "age":
            before = set(text.words[max(0, value.words[0] - 6) : value.words[0]])
            if not before & family:
                return measure_of(value)
    match = _FALLBACK_AGE.search(text.folded[:160])
    if (
        match
        and 0 < int(match.group(1)) < 120
        and not text.folded[: match.start()].rstrip().endswith(("depuis", "for"))
    ):
        return Measure("age", float(match.group(1)), "a", match.start(1), match.end())
    return None


def sex_of(text: Normalised) -> str | None:
    for i, word in enumerate(text.words):
        if word not in _MALE and word not in _FEMALE:
            continue
        before = set(text.words[max(0, i - 2) : i])
        if len(word) > 2 and not before & _DETERMINERS:
            continue
        if len(word) <= 2 and not before & {"old", "yo", "y", "ans"}:
            continue
        return "male" if word in _MALE else "female"
    return None


def aspects_of(
    text: Normalised, values: list[Value], places: list[tuple[int, int, str, str]], clauses: tuple[Clause, ...]
) -> tuple[Aspect, ...]:
    sentence_of = [clause.sentence for clause in clauses for _ in range(clause.first, clause.last)]
    aspects: list[Aspect] = []
    for value in values:
        if value.kind not in {"duration", "ago", "severity"}:
            continue
        nearest = _nearest(value, places, sentence_of)
        if nearest is not None and nearest[3] not in {"symptom", "feature", "course", "trigger", "sign", "minor"}:
            continue
        of = nearest[2] if nearest is not None and nearest[3] in {"symptom", "minor", "sign"} else None
        if value.kind == "severity":
            aspects.append(Aspect("severity", *value.span, value.value, "/10", of))
            continue
        before = text.words[value.words[0] - 1] if value.words[0] else ""
        if before in _RELIEF:
            continue
        kind: Literal["onset", "duration"] = "duration" if value.kind == "duration" and before in _SINCE else "onset"
        if value.kind == "duration" and kind == "onset":
            kind = "duration"
        start = text.starts[value.words[0] - 1] if before in _SINCE else value.span[0]
        aspects.append(Aspect(kind, start, value.span[1], value.value, "min", of))
    known = [(aspect.start, aspect.end) for aspect in aspects if aspect.kind == "severity"]
    aspects.extend(s for s in _scores(text) if not any(start < s.end and s.start < end for start, end in known))
    return tuple(aspects)


def _scores(text: Normalised) -> list[Aspect]:
    """Severity written as a score: "7/10", "7 out of 10", "7 sur 10"."""
    return [
        Aspect("severity", match.start(1), match.end(), float(match.group(1)), "/10", None)
        for match in _SCORE.finditer(text.folded)
        if float(match.group(1)) <= 10
    ]


def _nearest(
    value: Value, places: list[tuple[int, int, str, str]], sentence_of: list[int]
) -> tuple[int, int, str, str] | None:
    first, last = value.words
    sentence = sentence_of[first]
    best: tuple[int, tuple[int, int, str, str]] | None = None
    for place in places:
        if sentence_of[place[0]] != sentence or place[3] in {"feature", "course", "trigger"}:
            continue
        distance = place[0] - last if place[0] >= last else first - place[1] if place[1] <= first else 0
        if best is None or distance < best[0]:
            best = (max(distance, 0), place)
    return best[1] if best is not None else None
