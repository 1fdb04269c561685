"""The 44 rules, read from data and checked as they are read."""

from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any

from osler.triage.language import load_lexicon
from osler.triage.redflags.conditions import Condition, ConditionError, parse_condition

LEVELS = ("none", "ask", "urgent", "emergency")
LANGUAGES = ("fr", "en")


class RuleError(ValueError):
    """A rule lacks something it must have; the message names the rule."""


@dataclass(frozen=True, slots=True)
class Source:
    name: str
    year: int


@dataclass(frozen=True, slots=True)
class Example:
    lang: str
    text: str
    positive: bool


@dataclass(frozen=True, slots=True)
class Tier:
    """Conditions, any of which sets the rule at this level."""

    level: str
    tests: tuple[Condition, ...]
    concepts: tuple[frozenset[str], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """One red flag. `lasting` means that it stays at its level after the symptom has gone (a TIA)."""

    id: str
    level: str
    label: dict[str, str]
    sources: tuple[Source, ...]
    tiers: tuple[Tier, ...]
    question: dict[str, str]
    lasting: bool
    examples: tuple[Example, ...]

    @property
    def source(self) -> str:
        return "; ".join(f"{s.name} ({s.year})" for s in self.sources)

    def names_any(self, concepts: set[str]) -> bool:
        return any(not named.isdisjoint(concepts) for tier in self.tiers for named in tier.concepts)


@dataclass(frozen=True, slots=True)
class RuleSet:
    version: str
    content_hash: str
    rules: tuple[Rule, ...]
    by_id: dict[str, Rule]


@cache
def load_rules() -> RuleSet:
    """Read and check every rule file.

    Raises: `RuleError` when a rule lacks a source, a label, a question it needs or an example, or names an
    unknown concept.
    """
    import yaml  # noqa: PLC0415  Only the first decision pays for the parser.

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    digest = sha256(load_lexicon().version.encode())
    rules: list[Rule] = []
    version = ""
    for entry in sorted((files("osler.triage.redflags") / "rules").iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".yaml"):
            continue
        source = entry.read_text(encoding="utf-8")
        digest.update(source.encode())
        document = yaml.load(source, Loader=loader)  # noqa: S506  Both loaders are safe ones.
        version = max(version, str(document["version"]))
        rules.extend(build_rule(raw) for raw in document["rules"])
    by_id = {rule.id: rule for rule in rules}
    if len(by_id) != len(rules):
        raise RuleError("two rules share an id")
    rules.sort(key=lambda rule: rule.id)
    return RuleSet(version, digest.hexdigest()[:12], tuple(rules), by_id)


def build_rule(raw: dict[str, Any]) -> Rule:
    """Build one rule from its YAML mapping (Any: that is what a parser gives)."""
    rule_id = str(raw.get("id", "?"))
    for field in ("level", "label", "sources", "when", "examples"):
        if not raw.get(field):
            raise RuleError(f"{rule_id}: no {field}")
    if raw["level"] not in ("urgent", "emergency"):
        raise RuleError(f"{rule_id}: unknown level {raw['level']!r}")
    sources = tuple(Source(str(s.get("name", "")), int(s.get("year", 0))) for s in raw["sources"])
    if not all(s.name and 1990 < s.year < 2100 for s in sources):
        raise RuleError(f"{rule_id}: a source needs a name and a year")
    tiers = [_tier(rule_id, raw["level"], raw["when"])]
    tiers.extend(_tier(rule_id, level, raw[level]) for level in ("urgent", "ask") if raw.get(level))
    question = dict(raw.get("question") or {})
    if len(tiers) > 1 and set(question) != set(LANGUAGES):
        raise RuleError(f"{rule_id}: a rule that can be unsure needs its question in both languages")
    if set(raw["label"]) != set(LANGUAGES):
        raise RuleError(f"{rule_id}: the label is needed in both languages")
    examples = tuple(
        Example(lang, text, kind == "positive")
        for lang, kinds in raw["examples"].items()
        for kind, texts in kinds.items()
        for text in texts
    )
    for lang in LANGUAGES:
        for positive in (True, False):
            if not any(e.lang == lang and e.positive is positive for e in examples):
                raise RuleError(f"{rule_id}: no {'positive' if positive else 'negative'} example in {lang}")
    return Rule(
        rule_id, raw["level"], dict(raw["label"]), sources, tuple(tiers), question, bool(raw.get("lasting")), examples
    )


def _tier(rule_id: str, level: str, conditions: list[str]) -> Tier:
    known = load_lexicon().kinds
    tests: list[Condition] = []
    needed: list[frozenset[str]] = []
    for text in conditions:
        try:
            parsed = parse_condition(text)
        except ConditionError as error:
            raise RuleError(f"{rule_id}: {error}") from error
        unknown = sorted(name for name in parsed.concepts if known.get(name, "word") in {"word", "trigger"})
        if unknown:
            raise RuleError(f"{rule_id}: {', '.join(unknown)} cannot be used in a condition")
        tests.append(parsed.test)
        needed.append(parsed.concepts)
    return Tier(level, tuple(tests), tuple(needed))
