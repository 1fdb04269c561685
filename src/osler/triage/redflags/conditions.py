"""The conditions of the rules: concepts joined by `and`, `or`, `not`, and a few named questions."""

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from osler.triage.language import Mention


class View(Protocol):
    """What a condition may ask about: mentions that count, and the patient."""

    def of(self, concept: str) -> Sequence[Mention]: ...

    def patient(self, question: str) -> bool: ...


Evidence = list[Mention]
Condition = Callable[[View], Evidence | None]

_PATIENT = frozenset({"infant", "child", "adult", "over_40", "over_45", "over_50", "over_60", "female", "male"})


_MILD = "mild_word"
_FINDINGS = frozenset({"symptom", "disease", "lack", "event"})


class ConditionError(ValueError):
    """A rule's condition cannot be read."""


@dataclass(frozen=True, slots=True)
class Parsed:
    test: Condition
    concepts: frozenset[str]


def parse_condition(text: str) -> Parsed:
    """Compile a condition such as `chest_pain and (sweating or strong(nausea)) and not mild_word`.

    `not mild_word`: not every finding has a word like "slight" beside it.
    `strong(x)`: x without a word like "slight" beside it. `severe(x)`: x with a word like "unbearable".
    `near(a, b, n)`: a and b with at most n words between. `is_child` and the like ask about the patient.
    """
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise ConditionError(f"cannot read {text!r}") from error
    concepts: set[str] = set()
    return Parsed(_compile(tree, concepts), frozenset(concepts))


def _compile(node: ast.expr, concepts: set[str]) -> Condition:
    if isinstance(node, ast.BoolOp):
        values, guarded = _without_mild(node.values) if isinstance(node.op, ast.And) else (node.values, False)
        parts = [_compile(value, concepts) for value in values]
        if isinstance(node.op, ast.Or):
            return _any(parts)
        return _not_all_mild(_all(parts)) if guarded else _all(parts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _compile(node.operand, concepts)
        return lambda view: [] if inner(view) is None else None
    if isinstance(node, ast.Name):
        return _name(node.id, concepts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node.func.id, node.args, concepts)
    raise ConditionError(f"{ast.dump(node)} is not allowed in a condition")


def _without_mild(values: list[ast.expr]) -> tuple[list[ast.expr], bool]:
    """Take `not mild_word` out of a conjunction: it asks about the findings beside it, not about the message."""
    kept: list[ast.expr] = []
    guarded = False
    for value in values:
        inner = value.operand if isinstance(value, ast.UnaryOp) and isinstance(value.op, ast.Not) else None
        if isinstance(inner, ast.Name) and inner.id == _MILD:
            guarded = True
            continue
        if isinstance(inner, ast.BoolOp) and isinstance(inner.op, ast.Or):
            others = [v for v in inner.values if not (isinstance(v, ast.Name) and v.id == _MILD)]
            guarded = guarded or len(others) < len(inner.values)
            rest = others[0] if len(others) == 1 else ast.BoolOp(ast.Or(), others)
            kept.append(ast.UnaryOp(ast.Not(), rest))
            continue
        kept.append(value)
    return kept, guarded


def _not_all_mild(test: Condition) -> Condition:
    def guarded(view: View) -> Evidence | None:
        evidence = test(view)
        if evidence is None:
            return None
        findings = [m for m in evidence if m.kind in _FINDINGS]
        return None if findings and all(m.severity == "mild" for m in findings) else evidence

    return guarded


def _all(parts: list[Condition]) -> Condition:
    def test(view: View) -> Evidence | None:
        evidence: Evidence = []
        for part in parts:
            found = part(view)
            if found is None:
                return None
            evidence.extend(found)
        return evidence

    return test


def _any(parts: list[Condition]) -> Condition:
    def test(view: View) -> Evidence | None:
        for part in parts:
            found = part(view)
            if found is not None:
                return found
        return None

    return test


def _name(name: str, concepts: set[str]) -> Condition:
    if name.startswith("is_") and name[3:] in _PATIENT:
        question = name[3:]
        return lambda view: [] if view.patient(question) else None
    concepts.add(name)
    return lambda view: list(found[:2]) if (found := view.of(name)) else None


def _call(name: str, args: list[ast.expr], concepts: set[str]) -> Condition:
    names = [arg.id for arg in args if isinstance(arg, ast.Name)]
    concepts.update(names)
    if name == "strong" and len(names) == 1:
        return lambda view: [m for m in view.of(names[0]) if m.severity != "mild"][:2] or None
    if name == "severe" and len(names) == 1:
        return lambda view: [m for m in view.of(names[0]) if m.severity == "severe"][:2] or None
    if name == "near" and len(names) == 2 and isinstance(args[-1], ast.Constant) and isinstance(args[-1].value, int):
        return _near(names[0], names[1], args[-1].value)
    raise ConditionError(f"unknown question {name}")


def _near(left: str, right: str, words: int) -> Condition:
    def test(view: View) -> Evidence | None:
        for a in view.of(left):
            for b in view.of(right):
                gap = max(a.words[0], b.words[0]) - min(a.words[1], b.words[1])
                if gap <= words and a.words != b.words:
                    return [a, b]
        return None

    return test
