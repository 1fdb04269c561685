"""What short answers to our own questions amount to, and whom a "no" belongs to."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from osler.triage.redflags import Turn, decide, load_rules

_NO = {
    "en": ("no", "Nope.", "not really", "No, not at all", "I don't know", "I'm not sure", "none"),
    "fr": ("non", "Non.", "pas vraiment", "non, pas du tout", "je ne sais pas", "je ne suis pas sûr", "aucun"),
}


def _items(items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield item
        yield from _items(item.get("item", []))


def _questions() -> Iterator[tuple[str, str]]:
    for entry in sorted((files("osler.triage") / "questionnaires").iterdir(), key=lambda e: e.name):
        if entry.name.endswith(".json"):
            for item in _items(json.loads(entry.read_text(encoding="utf-8"))["item"]):
                yield "en", item["text"]
                yield "fr", item["text_fr"]
    for rule in load_rules().rules:
        yield from rule.question.items()


@pytest.mark.parametrize(("lang", "question"), sorted(set(_questions())))
def test_no_to_our_own_question_is_no_emergency(lang: str, question: str) -> None:
    said = {"en": "Hello, my knee is a bit sore.", "fr": "Bonjour, j’ai un peu mal au genou."}[lang]
    context = [Turn(role="patient", text=said), Turn(role="assistant", text=question)]
    levels = {answer: decide(answer, context=context).level for answer in _NO[lang]}
    assert "emergency" not in levels.values(), levels


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Est-ce qu’elle respire normalement ?", "Non"),
        ("Respire-t-il ?", "non"),
        ("Can you wake her?", "no"),
        ("Vous n’avez pas vomi de sang ?", "si"),
        ("Are you short of breath even sitting still?", "yes"),
    ],
)
def test_the_bad_answer_is_an_emergency(question: str, answer: str) -> None:
    assert decide(answer, context=[Turn(role="assistant", text=question)]).level == "emergency"


@pytest.mark.parametrize(
    ("text", "flag_id"),
    [
        ("I have fever, stiff neck, no rash", "RF08"),
        ("chest pain going down my left arm, no fever", "RF01"),
        ("essoufflé au repos, pas de fièvre", "RF03"),
        ("6 week old, 38.5, no rash, no cough", "RF20"),
        ("pas de fièvre, pas de toux, mais la poitrine me serre et je transpire", "RF01"),
    ],
)
def test_a_no_belongs_to_the_finding_after_it(text: str, flag_id: str) -> None:
    assert flag_id in {flag.id for flag in decide(text).flags if flag.level == "emergency"}


def test_a_flag_tells_whether_this_message_raised_it() -> None:
    first = "J’ai une douleur qui serre dans la poitrine et dans le bras gauche depuis 30 minutes."
    assert [flag.said_now for flag in decide(first).flags] == [True]
    later = {
        text: decide(text, context=[first]) for text in ("Merci, à demain.", "La douleur dans la poitrine revient.")
    }
    assert [[flag.said_now for flag in decision.flags] for decision in later.values()] == [[False], [True]]
    assert {decision.level for decision in later.values()} == {"emergency"}
