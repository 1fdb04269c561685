"""Read one message: symptoms present and absent, when and how much, history, drugs, allergies, measurements."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from osler.triage.facts_drugs import AllergyMention, DrugMention, denies_drugs, read_allergies, read_drugs
from osler.triage.facts_figures import Aspect, Measure, age_of, aspects_of, measure_of, measures_of, sex_of
from osler.triage.facts_lexicon import correct, lexicon
from osler.triage.facts_subject import Status, is_of_treatment, of_whom, opens_next, separate_case
from osler.triage.language.clauses import split_clauses
from osler.triage.language.context import Assertion, Context
from osler.triage.language.detect import detect
from osler.triage.language.matching import Match
from osler.triage.language.normalise import Normalised, normalise
from osler.triage.language.values import Value, read_values

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
# "Bloody" is an oath and also what it says.
_NOT_IDIOMS = frozenset({"blood_in_stool", "blood_in_urine", "vomiting_blood", "haemoptysis", "heavy_bleeding"})


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


@lru_cache(maxsize=4096)
def read_message(text: str, lang: str | None = None, topic: str | None = None) -> MessageFacts:
    """Read one message; pure, so that a growing transcript costs one reading per new message.

    `topic` names the quantity that was just asked for ("temperature", "age").
    """
    words = lexicon()
    normal = normalise(separate_case(text))
    corrected = tuple(map(correct, normal.words))
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
    measures = measures_of(normal, values)
    allergies, denied = read_allergies(normal)
    drugs = read_drugs(normal, context, allergies)
    _leave_out_treatment(mine, normal, drugs)
    facts, places = _facts(mine, normal, context)
    return MessageFacts(
        lang=lang or detect(corrected),
        facts=facts,
        aspects=aspects_of(normal, [v for v in values if not _inside(v, drugs)], places, clauses),
        drugs=drugs,
        allergies=allergies,
        denies_allergies=denied,
        denies_drugs=denies_drugs(normal),
        measures=measures,
        age=age_of(normal, values),
        gestation=next((measure_of(v) for v in values if v.kind == "gestation"), None),
        sex=sex_of(normal),
        word_count=len(corrected),
    )


def _inside(value: Value, drugs: tuple[DrugMention, ...]) -> bool:
    """Say whether a quantity belongs to a drug: "twice a day" is no duration of the illness."""
    return any(drug.start <= value.span[0] < drug.end for drug in drugs)


def _leave_out_treatment(mine: dict[str, list[Match]], text: Normalised, drugs: tuple[DrugMention, ...]) -> None:
    """Take out what is said of a dose, and not of the illness."""
    terms = lexicon().terms
    symptoms = {
        at
        for code, matches in mine.items()
        if terms[code].kind not in {"course", "history", "family"}
        for match in matches
        for at in range(match[0], match[1])
    }
    named = {i for i, start in enumerate(text.starts) if any(drug.start <= start < drug.end for drug in drugs)}
    for code in [code for code in mine if terms[code].kind == "course"]:
        mine[code] = [m for m in mine[code] if not is_of_treatment(text, (m[0], m[1]), symptoms, named)]


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
            status = of_whom(_STATUS.get(verdict.assertion), kind, match[0], text, context)
            if (
                status == "absent"
                and verdict.trigger == (match[1], match[1] + 1)
                and opens_next(text, match[0], match[1])
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
