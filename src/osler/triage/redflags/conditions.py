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


class ConditionError(ValueError):
    """A rule's condition cannot be read."""


@dataclass(frozen=True, slots=True)
class Parsed:
    test: Condition
    concepts: frozenset[str]


def parse_condition(text: str) -> Parsed:
    """Compile a condition such as `chest_pain and (sweating or strong(nausea)) and not mild_word`.

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
        parts = [_compile(value, concepts) for value in node.values]
        return _all(parts) if isinstance(node.op, ast.And) else _any(parts)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _compile(node.operand, concepts)
        return lambda view: [] if inner(view) is None else None
    if isinstance(node, ast.Name):
        return _name(node.id, concepts)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node.func.id, node.args, concepts)
    raise ConditionError(f"{ast.dump(node)} is not allowed in a condition")


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
