"""Read one message: symptoms present and absent, when and how much, history, drugs, allergies, measurements."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from osler.triage.facts_drugs import AllergyMention, DrugMention, denies_drugs, read_allergies, read_drugs
from osler.triage.facts_lexicon import lexicon
from osler.triage.language.clauses import Clause, split_clauses
from osler.triage.language.context import Assertion, Context
from osler.triage.language.detect import detect
from osler.triage.language.matching import Match
from osler.triage.language.normalise import Normalised, fold, normalise
from osler.triage.language.values import Value, read_values

Status = Literal["present", "absent", "resolved", "past", "family"]

FACTS_VERSION = "1"

_STATUS: dict[Assertion, Status] = {
    Assertion.PRESENT: "present",
    Assertion.THIRD_PARTY: "present",
    Assertion.UNSURE: "present",
    Assertion.RESOLVED: "resolved",
    Assertion.NEGATED: "absent",
    Assertion.PAST: "past",
    Assertion.FAMILY: "family",
}
_CONTEXT_KIND = {"history": "history", "family": "history", "event": "event", "admin": "event"}
_VITALS = frozenset({"temperature", "blood_pressure", "pulse", "saturation", "glucose", "respiratory_rate"})
# The clinician's shorthand, read before the quantities of plain speech: "HR 110, RR 24, SpO2 93%".
_CHARTED: tuple[tuple[str, str, float, float, re.Pattern[str]], ...] = (
    (
        "respiratory_rate", "/min", 4, 90,
        re.compile(
            r"(?:\brr\b|\bresp(?:iratory|irations?)?\b(?: rate)?|\bfrequence respiratoire\b|\bfr\b)[^0-9.;,]{0,16}?(\d{1,2})\b"
        ),
    ),
    (
        "pulse", "/min", 20, 300,
        re.compile(r"(?:\bhr\b|\bheart rate\b|\bpulse(?: rate)?\b|\bfc\b|\bfrequence cardiaque\b|\bpouls\b)[^0-9.;,]{0,14}?(\d{2,3})\b(?!\s?%)"),
    ),
    (
        "saturation", "%", 40, 100,
        re.compile(r"(?:\bspo2\b|\bsao2\b|\bo2 sats?\b|\bsats?\b|\bsaturation\b|\boxygen saturation\b)[^0-9.;,]{0,14}?(\d{2,3})\b"),
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
class Fact:
    """One finding in one message; `start` and `end` are characters of the original text."""

    code: str
    kind: str
    status: Status
    start: int
    end: int
    severity: str | None = None


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


@dataclass(frozen=True, slots=True)
class MessageFacts:
    lang: str
    facts: tuple[Fact, ...]
    aspects: tuple[Aspect, ...]
    drugs: tuple[DrugMention, ...]
    allergies: tuple[AllergyMention, ...]
    denies_allergies: tuple[int, int] | None
    denies_drugs: bool
    measures: tuple[Measure, ...]
    age: Measure | None
    gestation: Measure | None
    sex: str | None
    word_count: int


_CASE = re.compile(
    r"\b(?:\d{1,3}[ -]?(?:year|month|week|day|yo\b|y/o|ans\b|mois\b)[^.]{0,40}\b(?:man|woman|male|female|boy|girl|gentleman|lady|"
    r"infant|child|patient|homme|femme|garcon|fille|patiente|enfant|nourrisson)\b|\b(?:man|woman|male|female|boy|girl|gentleman|lady|"
    r"infant|homme|femme|garcon|patiente?)\b[^.]{0,30}\b(?:aged?|agee?|de)\b[^.]{0,4}\d{1,3}|\bpatiente? (?:presents|consulte))"
)
# "A five-day history of fever" is the present illness, not the past one; the word keeps its length.
_COURSE_OF = re.compile(r"((?:hour|day|week|month|year)s?['’]? )history(?= of)", re.IGNORECASE)
_CASE_BREAK = re.compile(
    r" (?=(?:with (?:a |an )?(?:past |known |long |strong |prior |remote )?(?:medical )?history|who has a history|known for|presents?\b|presented|presenting|comes? (?:to|in)|"
    r"came (?:to|in)|is brought|was brought|brought|complains|complaining|is seen|reports|develops|developed|calls|"
    r"aux? antecedents?|avec (?:un |des )?antecedents?|sans antecedents?|consulte|se presente|est amene|vient (?:pour|consulter)|adresse|appelle|"
    r"presente\b|se plaint)\b)"
)


@lru_cache(maxsize=2048)
def separate_case(text: str) -> str:
    """Mark, in a third-person case text, where the history ends and the complaint begins.

    The result has the length of `text`, so offsets stay. "A man with a history of asthma presents with chest pain"
    otherwise reads as one clause about somebody's past.
    """
    text = _COURSE_OF.sub(lambda match: match.group(1) + "stretch", text)
    folded = fold(text)
    if not _CASE.search(folded[:400]):
        return text
    characters = list(text)
    for match in _CASE_BREAK.finditer(folded):
        characters[match.start()] = ";"
    return "".join(characters)


@lru_cache(maxsize=4096)
def read_message(text: str, lang: str | None = None, topic: str | None = None) -> MessageFacts:
    """Read one message; pure, so that a growing transcript costs one reading per new message.

    `topic` names the quantity that was just asked for ("temperature", "age").
    """
    words = lexicon()
    normal = normalise(separate_case(text))
    corrected = tuple(map(words.matcher.correct, normal.words))
    if corrected != normal.words:
        normal = Normalised(
            normal.text, normal.folded, corrected, normal.starts, normal.ends, normal.breaks, normal.places,
            normal.question_ends,
        )  # fmt: skip
    values = tuple(read_values(normal, topic))
    found = words.matcher.find(normal, corrected, values)
    clauses = split_clauses(normal)
    context = Context(normal, corrected, clauses, found)
    mine = {code: matches for code, matches in found.items() if code in words.terms}
    for code, matches in mine.items():
        context.cover(code, matches, _context_kind(code))
    facts, places = _facts(mine, normal, context)
    measures = _measures(normal, values)
    allergies, denied = read_allergies(normal)
    drugs = read_drugs(normal, context, allergies)
    return MessageFacts(
        lang=lang or detect(corrected),
        facts=facts,
        aspects=_aspects(normal, [v for v in values if not _inside(v, drugs)], places, clauses),
        drugs=drugs,
        allergies=allergies,
        denies_allergies=denied,
        denies_drugs=denies_drugs(normal),
        measures=measures,
        age=_age(normal, values),
        gestation=next((_measure(v) for v in values if v.kind == "gestation"), None),
        sex=_sex(normal),
        word_count=len(corrected),
    )


def _opens_next(text: Normalised, first: int, at: int) -> bool:
    """Say whether a "no" after a finding denies what follows, and not the finding, which no other word denies."""
    words = text.words
    follows = at + 1 < len(words) and words[at] in _OPENING and not text.breaks[at + 1]
    return follows and (not first or words[first - 1] not in _OPENING | _BARE_NEGATIONS)


def _inside(value: Value, drugs: tuple[DrugMention, ...]) -> bool:
    """Say whether a quantity belongs to a drug: "twice a day" is no duration of the illness."""
    return any(drug.start <= value.span[0] < drug.end for drug in drugs)


def _context_kind(code: str) -> str:
    """Return the kind of the language layer: what has been stays true of an event or an illness, not of a symptom."""
    return _CONTEXT_KIND.get(lexicon().terms[code].kind, "symptom")


def _facts(
    mine: dict[str, list[Match]], text: Normalised, context: Context
) -> tuple[tuple[Fact, ...], list[tuple[int, int, str, str]]]:
    """Return the findings and where they stand in words: (first, last, code, kind)."""
    terms = lexicon().terms
    facts: list[Fact] = []
    places: list[tuple[int, int, str, str]] = []
    for code, matches in mine.items():
        kind = terms[code].kind
        for match in matches:
            verdict = context.judge(match, _context_kind(code))
            status = _of_whom(_STATUS.get(verdict.assertion), kind, match[0], text, context)
            if (
                status == "absent"
                and verdict.trigger == (match[1], match[1] + 1)
                and _opens_next(text, match[0], match[1])
            ):
                # "Chest pain, no cough": the no belongs to what follows.
                status = "present"
            if verdict.assertion is Assertion.IDIOM and code in _NOT_IDIOMS:
                status = "present"
            if verdict.assertion is Assertion.HYPOTHETICAL and kind in {"trigger", "feature"}:
                # "When I climb the stairs" is how it comes on.
                status = "present"
            if kind == "admin" and verdict.assertion is not Assertion.NEGATED:
                # A request is put as a question or a wish; that does not make it hypothetical.
                status = "present"
            if status is None:
                continue
            severity = "severe" if context.qualifier("ctx_severe", match) else None
            severity = severity or ("mild" if context.qualifier("ctx_mild", match) else None)
            first, last, _ = match
            facts.append(Fact(code, kind, status, text.starts[first], text.ends[last - 1], severity))
            places.append((first, last, code, kind))
    facts.sort(key=lambda fact: (fact.start, fact.end, fact.code))
    return tuple(facts), places


_RELATIVES = frozenset(
    """father dad mother mum mom brother sister uncle aunt cousin grandfather grandmother grandma grandpa parents family
    pere papa mere maman frere soeur oncle tante cousine famille""".split()
)
_SELF = frozenset("i je my mon ma mes me moi myself".split())
_REACH = 8
# "Bloody" is an oath and also what it says.
_NOT_IDIOMS = frozenset({"blood_in_stool", "blood_in_urine", "vomiting_blood", "haemoptysis", "heavy_bleeding"})
_OPENING = frozenset({"no", "non", "aucun", "aucune", "not", "pas"})
_BARE_NEGATIONS = frozenset({"ni", "sans", "without", "nor"})
_PRESENT_VERBS = frozenset(
    "has have is am are presents complains gets develops keeps still ai est suis presente souffre sens ressens".split()
)
_PAST_VERBS = frozenset("had was were been avait etait ete used history antecedents antecedent deja already eu".split())


def _of_whom(status: Status | None, kind: str, first: int, text: Normalised, context: Context) -> Status | None:
    """Tell a relative's illness from the patient's.

    The shared judgement takes "a man … ten days ago" for a relative's past; here only a word for a relative counts.
    """
    sentence = context.clause(first).sentence
    start = next(
        (i for i in range(first, max(-1, first - _REACH - 1), -1) if context.clause(i).sentence != sentence),
        max(-1, first - _REACH - 1),
    )
    before = text.words[start + 1 : first]
    relative = next((i for i in range(len(before) - 1, -1, -1) if before[i] in _RELATIVES), None)
    after = before[relative + 1 :] if relative is not None else ()
    is_relative = relative is not None and not _SELF & set(after)
    if first and text.words[first - 1] in _BARE_NEGATIONS:
        return "absent"
    if status == "family" and kind != "family" and relative is None and not _RELATIVES & set(text.words):
        status = "present" if kind in {"history", "event"} else "past"
    if status == "present" and kind == "history" and is_relative:
        return "family"
    if status == "past" and kind not in {"history", "family"}:
        near = set(before)
        return "present" if near & _PRESENT_VERBS and not near & _PAST_VERBS else "past"
    return status


def _measure(value: Value) -> Measure:
    return Measure(value.kind, value.value, value.unit, value.span[0], value.span[1], value.low)


def _measures(text: Normalised, values: tuple[Value, ...]) -> tuple[Measure, ...]:
    """Vital signs, in the order of the text."""
    charted = [
        Measure(kind, float(match.group(1)), unit, match.start(1), match.end(1))
        for kind, unit, low, high, pattern in _CHARTED
        for match in pattern.finditer(text.folded)
        if low <= int(match.group(1)) <= high
    ]
    others = [
        _measure(value)
        for value in values
        if value.kind in _VITALS
        and not any(known.start < value.span[1] and value.span[0] < known.end for known in charted)
        and not (value.kind == "pulse" and _NOT_A_PULSE.search(text.folded, max(0, value.span[0] - 24), value.span[0]))
    ]
    return tuple(sorted([*others, *charted], key=lambda measure: measure.start))


def _age(text: Normalised, values: tuple[Value, ...]) -> Measure | None:
    family = {"father", "mother", "brother", "sister", "pere", "mere", "frere", "soeur", "uncle", "oncle", "smoking"}
    for value in values:
        if value.kind == "age":
            before = set(text.words[max(0, value.words[0] - 6) : value.words[0]])
            if not before & family:
                return _measure(value)
    match = _FALLBACK_AGE.search(text.folded[:160])
    if (
        match
        and 0 < int(match.group(1)) < 120
        and not text.folded[: match.start()].rstrip().endswith(("depuis", "for"))
    ):
        return Measure("age", float(match.group(1)), "a", match.start(1), match.end())
    return None


def _sex(text: Normalised) -> str | None:
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


def _aspects(
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
