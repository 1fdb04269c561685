"""How soon somebody should look, from rules kept as data: an id, a level, a reason and, if clinical, a source."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files

from osler.triage.facts_case import Case, complaints_of
from osler.triage.par import Reason, Urgency, most_urgent
from osler.triage.urgency_signals import Open, Signals, only_admin, only_minor, signals_of


@dataclass(frozen=True, slots=True)
class Rule:
    """Holds when every group has at least one of its codes and none of `unless` stands."""

    id: str
    level: Urgency
    groups: tuple[frozenset[str], ...]
    unless: frozenset[str]
    en: str
    fr: str
    reference: str | None

    def holds(self, signals: Signals) -> bool:
        names = signals.keys()
        return not self.unless & names and all(group & names for group in self.groups)


@dataclass(frozen=True, slots=True)
class Verdict:
    level: Urgency
    reasons: tuple[Reason, ...]


@cache
def rules() -> tuple[tuple[Rule, ...], str]:
    """Read the rules, the most pressing first, and the version of their text."""
    source = (files("osler.triage") / "urgency_rules" / "rules.json").read_text(encoding="utf-8")
    read = [
        Rule(
            id=raw["id"],
            level=Urgency(raw["level"]),
            groups=tuple(frozenset(group) for group in raw["all"]),
            unless=frozenset(raw.get("not", ())),
            en=raw["en"],
            fr=raw["fr"],
            reference=raw.get("source"),
        )
        for raw in json.loads(source)["rules"]
    ]
    read.sort(key=lambda rule: -rule.level.rank)
    return tuple(read), sha256(source.encode()).hexdigest()[:12]


# Reasons for the level that stands when no rule asks for more.
_BASES: dict[str, tuple[Urgency, str, str]] = {
    "U95": (Urgency.EMERGENCY, "An earlier message was an emergency; it stays one until a nurse decides.", ""),
    "U00": (Urgency.SOON, "No sign of an emergency was stated; a visit within days.", ""),
    "U96": (Urgency.ROUTINE, "An administrative request without a symptom.", ""),
    "U97": (Urgency.ROUTINE, "A small matter; some questions are not answered yet.", ""),
    "U98": (Urgency.SELF_CARE, "A small matter, and every question that could raise it was answered.", ""),
    "U99": (Urgency.ROUTINE, "Every question that could raise the urgency was answered no.", ""),
}
_BASES_FR = {
    "U95": "Un message précédent était une urgence\u00a0; elle le reste jusqu’à la décision d’une infirmière.",
    "U00": "Aucun signe d’urgence n’a été exprimé ; une consultation dans les jours qui viennent.",
    "U96": "Une demande administrative, sans signe de maladie.",
    "U97": "Une petite gêne ; certaines questions restent sans réponse.",
    "U98": "Une petite gêne, et toutes les questions qui pourraient l’aggraver ont une réponse.",
    "U99": "Toutes les questions qui pourraient augmenter l’urgence ont reçu un non.",
}
_MILD_COMPLAINTS = frozenset({"back_pain", "headache", "general", "fever"})
_MAX_REASONS = 6


def judge(case: Case, gaps: Sequence[Open], flags: Iterable[Reason], flag_level: Urgency | None) -> Verdict:
    """Decide the level: the most pressing of the red flags, the rules and the base level.

    Nothing lowers a level: an unknown answer can only add a rule.
    """
    signals = signals_of(case, gaps)
    held = [rule for rule in rules()[0] if rule.holds(signals)]
    base_id, base = _base(case, signals, gaps)
    level = most_urgent(base, *(rule.level for rule in held), *((flag_level,) if flag_level is not None else ()))
    reasons = [*flags]
    reasons.extend(_reason(rule, signals, case.lang) for rule in held if rule.level is level)
    reasons.extend(_reason(rule, signals, case.lang) for rule in held if rule.level is not level)
    if not reasons:
        reasons = [Reason(id=base_id, text=reason_text(base_id, case.lang) or "")]
    return Verdict(level, tuple(reasons[:_MAX_REASONS]))


def emergency_of(case: Case) -> Verdict | None:
    """Return the emergency that the rules see in a case, or None."""
    signals = signals_of(case)
    held = [rule for rule in rules()[0] if rule.level is Urgency.EMERGENCY and rule.holds(signals)]
    if not held:
        return None
    return Verdict(Urgency.EMERGENCY, tuple(_reason(rule, signals, case.lang) for rule in held[:_MAX_REASONS]))


def _base(case: Case, signals: Signals, gaps: Sequence[Open]) -> tuple[str, Urgency]:
    is_open = any(gap.purpose in {"danger", "person", "complaint"} for gap in gaps) or bool(case.unknown)
    if only_admin(case):
        return "U96", Urgency.ROUTINE
    if only_minor(case) and not {"lasting:3w", "lasting:7d", "worsening"} & signals.keys():
        if is_open or not case.answered or case.age is None:
            return "U97", Urgency.ROUTINE
        return "U98", Urgency.SELF_CARE
    mild = set(complaints_of(case)) <= _MILD_COMPLAINTS and not {"fever", "worsening", "pain>=8"} & signals.keys()
    if mild and case.answered and not is_open and not case.severe and case.present:
        return "U99", Urgency.ROUTINE
    return "U00", Urgency.SOON


def reason_text(rule_id: str, lang: str) -> str | None:
    """Return the words of a rule or of a base level, or None for an id that no rule has."""
    if rule_id in _BASES:
        return _BASES_FR[rule_id] if lang == "fr" else _BASES[rule_id][1]
    found = next((rule for rule in rules()[0] if rule.id == rule_id), None)
    return None if found is None else found.fr if lang == "fr" else found.en


def _reason(rule: Rule, signals: Signals, lang: str) -> Reason:
    sources = tuple(
        dict.fromkeys(source for group in rule.groups for code in sorted(group) for source in signals.get(code, ())[:1])
    )
    return Reason(id=rule.id, text=rule.fr if lang == "fr" else rule.en, source=sources[:6], reference=rule.reference)


def levels_of(rule_ids: Iterable[str]) -> Urgency:
    """Return the highest level among rule and red-flag ids; a red flag counts as an emergency."""
    known = {rule.id: rule.level for rule in rules()[0]}
    levels = [Urgency.EMERGENCY if rule_id.startswith("RF") else known[rule_id] for rule_id in rule_ids]
    return most_urgent(*levels) if levels else Urgency.ROUTINE
