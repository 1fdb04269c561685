"""Decide the level of one message, alone or after earlier turns."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

from osler.triage.language import CURRENT, Assertion, Mention, load_lexicon
from osler.triage.language import warm_up as warm_up_language
from osler.triage.redflags.rules import LEVELS, Rule, Tier, load_rules
from osler.triage.redflags.turns import Told, Turn, listen

Span = tuple[int, int]

_UNSURE_QUESTION = {
    "fr": "Pour être sûr de bien comprendre : est-ce que ce symptôme est présent en ce moment ?",
    "en": "To be sure I understand: is that symptom there right now?",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """`said_now`: this message brought it about; False when earlier turns alone raise it as high."""

    id: str
    level: str
    spans: tuple[Span, ...]
    source: str
    label: str
    said_now: bool


@dataclass(frozen=True, slots=True)
class Suppressed:
    id: str
    reason: str
    span: Span | None


@dataclass(frozen=True, slots=True)
class Decision:
    """Spans are half-open character offsets in the message itself, never in an earlier turn."""

    level: str
    flags: tuple[Flag, ...]
    suppressed: tuple[Suppressed, ...]
    question: str | None
    lang: str
    ms: float
    version: str


class _View:
    """The mentions that count, by concept, and what is known of the patient."""

    __slots__ = ("_by_concept", "_patient")

    def __init__(self, told: Sequence[Told], allowed: frozenset[Assertion] | None, patient: frozenset[str]) -> None:
        by_concept: dict[str, list[Mention]] = {}
        for item in told:
            if allowed is None or item.mention.assertion in allowed:
                by_concept.setdefault(item.mention.concept, []).append(item.mention)
        self._by_concept = by_concept
        self._patient = patient

    def of(self, concept: str) -> Sequence[Mention]:
        return self._by_concept.get(concept, ())

    def patient(self, question: str) -> bool:
        return question in self._patient


_SURE = frozenset({Assertion.PRESENT, Assertion.THIRD_PARTY})
_WITH_RESOLVED = CURRENT | {Assertion.RESOLVED}


def decide(
    text: str,
    *,
    lang: str | None = None,
    age: float | None = None,
    sex: str | None = None,
    context: Sequence[Turn | str] = (),
) -> Decision:
    """Decide the level of a patient's message; `age` is in years.

    `context` holds the earlier turns, oldest first; a plain string is a patient's turn unless it ends with a
    question mark and is followed by an answer. Earlier findings combine with this message; a later denial is
    recorded in `suppressed` as a correction and lowers nothing.
    """
    started = time.perf_counter()
    told, reading = listen(text, lang, context)
    told.sort(key=lambda item: not item.own)  # What this message says comes first: it is the better evidence.
    rule_set = load_rules()
    language = reading.lang
    patient = _patient(age, sex, told)
    flags: list[Flag] = []
    suppressed: list[Suppressed] = []
    question: str | None = None
    views = _Views.of(told, patient)
    before = _Views.of([item for item in told if not item.own], patient)
    states = {item.mention.assertion for item in told}
    everything = _View(told, None, patient) if states - _WITH_RESOLVED else None
    own = {id(item.mention) for item in told if item.own}
    named_now = {i.mention.concept for i in told if i.own and i.mention.is_current and i.mention.kind != "qualifier"}
    for rule in rule_set.rules:
        raised = _raise(rule, views)
        if raised is not None:
            said_now = _is_higher(raised, _raise(rule, before)) or rule.names_any(named_now)
            flags.append(_as_flag(rule, raised, own, language, said_now=said_now))
            question = question or _ask(rule, raised, language)
        elif everything is not None:
            suppressed.extend(_suppressed(rule, everything, own))
    suppressed.extend(_corrections(told))
    level = max((flag.level for flag in flags), key=LEVELS.index, default="none")
    if level == "none" and Assertion.UNSURE in {i.mention.assertion for i in told if i.own}:
        level, question = "ask", _UNSURE_QUESTION[language]
    if level == "emergency":
        question = None
    flags.sort(key=lambda flag: (-LEVELS.index(flag.level), flag.id))
    elapsed = (time.perf_counter() - started) * 1000
    version = f"{rule_set.version}+{rule_set.content_hash}"
    return Decision(level, tuple(flags), tuple(suppressed), question, language, round(elapsed, 3), version)


@dataclass(frozen=True, slots=True)
class _Views:
    """What surely is so; `wider` also counts what is unsure, then what has gone (marked True)."""

    sure: _View
    wider: tuple[tuple[_View, bool], ...]

    @classmethod
    def of(cls, told: Sequence[Told], patient: frozenset[str]) -> "_Views":
        states = {item.mention.assertion for item in told}
        kinds = ((CURRENT, False, Assertion.UNSURE), (_WITH_RESOLVED, True, Assertion.RESOLVED))
        wider = tuple((_View(told, allowed, patient), gone) for allowed, gone, needed in kinds if needed in states)
        return cls(_View(told, _SURE, patient), wider)


@dataclass(frozen=True, slots=True)
class _Raised:
    level: str
    evidence: list[Mention]
    is_sure: bool


def _raise(rule: Rule, views: _Views) -> _Raised | None:
    found = _first(rule, views.sure)
    if found is not None:
        return _Raised(found[0].level, found[1], True)
    for view, resolved in views.wider:
        found = _first(rule, view)
        if found is None:
            continue
        tier, evidence = found
        level = tier.level if resolved and rule.lasting else "urgent" if resolved else "ask"
        return _Raised(min(level, tier.level, key=LEVELS.index), evidence, False)
    return None


def _ask(rule: Rule, raised: _Raised, lang: str) -> str | None:
    if raised.is_sure and raised.level == rule.level:
        return None
    return rule.question.get(lang) or (None if raised.is_sure else _UNSURE_QUESTION[lang])


def _first(rule: Rule, view: _View) -> tuple[Tier, list[Mention]] | None:
    for tier in rule.tiers:
        for test in tier.tests:
            evidence = test(view)
            if evidence is not None:
                return tier, evidence
    return None


def _is_higher(raised: _Raised, before: _Raised | None) -> bool:
    return before is None or LEVELS.index(before.level) < LEVELS.index(raised.level)


def _as_flag(rule: Rule, raised: _Raised, own: set[int], lang: str, *, said_now: bool) -> Flag:
    spans = sorted({mention.span for mention in raised.evidence if id(mention) in own})
    return Flag(rule.id, raised.level, tuple(spans), rule.source, rule.label[lang], said_now)


def _suppressed(rule: Rule, everything: _View, own: set[int]) -> list[Suppressed]:
    found = _first(rule, everything)
    if found is None:
        return []
    _, evidence = found
    for mention in evidence:
        if mention.assertion not in CURRENT:
            span = mention.trigger_span if id(mention) in own else None
            return [Suppressed(rule.id, str(mention.assertion), span or (mention.span if id(mention) in own else None))]
    return []


def _corrections(told: Sequence[Told]) -> list[Suppressed]:
    """Record what this message denies after an earlier turn had said it."""
    earlier = {i.mention.concept for i in told if not i.own and i.mention.assertion in CURRENT}
    denied = [
        i.mention
        for i in told
        if i.own and i.mention.assertion in {Assertion.NEGATED, Assertion.RESOLVED} and i.mention.concept in earlier
    ]
    if not denied:
        return []
    rules = load_rules().rules
    found: list[Suppressed] = []
    for rule in rules:
        concepts = frozenset().union(*rule.tiers[0].concepts)
        hit = next((m for m in denied if m.concept in concepts), None)
        if hit is not None:
            found.append(Suppressed(rule.id, "correction", hit.span))
    return found


def _patient(age: float | None, sex: str | None, told: Sequence[Told]) -> frozenset[str]:
    known: set[str] = set()
    if sex:
        known.add("female" if sex.lower().startswith(("f", "w")) else "male")
    ages = [v.value for item in told for v in item.mention.values if v.kind == "age"]
    years = age if age is not None else max(ages, default=None)
    if age is not None and age < 1 and ages:
        years = min(ages)  # "0 years" says less than "8 months old".
    if years is not None:
        known.update(f"over_{limit}" for limit in (40, 45, 50, 60) if years >= limit)
        known.add("adult" if years >= 16 else "child")
        if years < 0.25:
            known.add("infant")
    return frozenset(known)


def warm_up() -> str:
    """Load rules and lexicon ahead of the first message; return the version of the rules."""
    warm_up_language()
    rule_set = load_rules()
    decide("j'ai mal à la poitrine depuis 20 minutes et je transpire, my father had a stroke years ago")
    return f"{rule_set.version}+{rule_set.content_hash}"


def engine_version() -> str:
    rule_set = load_rules()
    return f"{rule_set.version}+{rule_set.content_hash}.{load_lexicon().version}"
