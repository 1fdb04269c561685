"""Red flags: whether a patient's message describes an emergency. Deterministic, and only ever raises."""

from osler.triage.redflags.deciding import Decision, Flag, Suppressed, decide, engine_version, warm_up
from osler.triage.redflags.jsonl import run
from osler.triage.redflags.rules import LEVELS, Rule, RuleError, RuleSet, load_rules
from osler.triage.redflags.turns import Turn

__all__ = [
    "LEVELS",
    "Decision",
    "Flag",
    "Rule",
    "RuleError",
    "RuleSet",
    "Suppressed",
    "Turn",
    "decide",
    "engine_version",
    "load_rules",
    "run",
    "warm_up",
]
