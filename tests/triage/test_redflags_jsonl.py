"""`osler redflags`: one answer per line, whatever the line holds."""

import io
import json
from typing import Any

from osler.triage.redflags import run


def _answers(*lines: str) -> list[dict[str, Any]]:
    out = io.StringIO()
    run(io.StringIO("\n".join(lines) + "\n"), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_answer_has_the_promised_shape() -> None:
    (answer,) = _answers(json.dumps({"id": "a", "text": "il s'étouffe, il ne peut plus tousser ni parler"}))
    assert answer["id"] == "a"
    assert answer["level"] == "emergency"
    flag = next(f for f in answer["flags"] if f["id"] == "RF40")
    assert set(flag) >= {"id", "level", "spans", "source"}
    assert all(0 <= start < end for start, end in flag["spans"])
    assert answer["lang"] == "fr"
    assert answer["ms"] >= 0


def test_a_broken_line_does_not_stop_the_run() -> None:
    answers = _answers(
        "{",
        '"text"',
        json.dumps({"text": "no id"}),
        json.dumps({"id": 1}),
        json.dumps({"id": 2, "text": 5}),
        json.dumps({"id": 3, "text": "x", "lang": "de"}),
        json.dumps({"id": 4, "text": "x", "age": "old"}),
        json.dumps({"id": 5, "text": "x", "context": "x"}),
        json.dumps({"id": 6, "text": "x", "context": [3]}),
        json.dumps({"id": 7, "text": "x" * 8001}),
        "[" * 5000,
        json.dumps({"id": 8, "text": "bonjour"}),
    )
    assert [("error" in a, a.get("id")) for a in answers] == [
        (True, None),
        (True, None),
        (True, None),
        (True, 1),
        (True, 2),
        (True, 3),
        (True, 4),
        (True, 5),
        (True, 6),
        (True, 7),
        (True, None),
        (False, 8),
    ]


def test_a_ten_megabyte_line_is_skipped_and_the_next_one_answered() -> None:
    answers = _answers("x" * 10_000_000, json.dumps({"id": "b", "text": "hello"}))
    assert ["error" in answer for answer in answers] == [True, False]


def test_nul_and_lone_surrogates_are_only_spaces() -> None:
    (answer,) = _answers('{"id": "a", "text": "\\ud800 not\\u0000 breathing, he collapsed"}')
    assert answer["level"] == "emergency"


def test_context_may_be_strings_or_turns() -> None:
    turns = [{"role": "patient", "text": "my chest hurts"}, {"role": "assistant", "text": "Into your arm or jaw?"}]
    strings = ["my chest hurts", "Does it go into your arm or jaw?"]
    answers = _answers(*(json.dumps({"id": 1, "text": "yes", "context": c}) for c in (turns, strings)))
    assert [a["level"] for a in answers] == ["emergency", "emergency"]


def test_empty_lines_are_passed_over() -> None:
    assert len(_answers("", "   ", json.dumps({"id": 1, "text": ""}))) == 1
