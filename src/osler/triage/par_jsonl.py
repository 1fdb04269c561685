"""Reports for transcripts given as JSON lines: what `osler par` runs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

from osler.triage.assessment import assess
from osler.triage.interview_turns import Role, Turn
from osler.triage.par import Json, sources_of

MAX_LINE = 1_000_000
MAX_TURNS = 200
MAX_TURN_TEXT = 20_000
MAX_AGE = 130
MAX_ID = 200
_ROLES: dict[str, Role] = {"patient": "patient", "user": "patient", "assistant": "assistant", "nurse": "nurse"}
_SEXES = {"male": "male", "m": "male", "man": "male", "female": "female", "f": "female", "woman": "female"}


class BadLine(ValueError):
    """A line that cannot be assessed; the message says why, without repeating the line."""


def run(stdin: TextIO, stdout: TextIO) -> int:
    """Assess one transcript per line and return how many lines were refused.

    A broken line gives `{"id"?, "error"}` and the run goes on. The output is ASCII: a transcript may hold characters
    that no encoding accepts.
    """
    refused = 0
    for line in _lines(stdin):
        if not line.strip():
            continue
        answer = answer_line(line)
        refused += "error" in answer
        stdout.write(json.dumps(answer, separators=(",", ":")) + "\n")
        stdout.flush()
    return refused


def _lines(stdin: TextIO) -> Iterator[str]:
    """Yield lines, never holding more than the limit of one; the rest of a longer one is skipped."""
    while line := stdin.readline(MAX_LINE + 1):
        if len(line) > MAX_LINE and not line.endswith("\n"):
            while (rest := stdin.readline(MAX_LINE)) and not rest.endswith("\n"):
                pass
        yield line


def answer_line(line: str) -> dict[str, Json]:
    """Return the report for one line of input, or what is wrong with it."""
    line_id: Json = None
    try:
        if len(line) > MAX_LINE:
            raise BadLine(f"the line is longer than {MAX_LINE} characters")
        raw = _object(line)
        found = raw.get("id")
        if found is not None and (not isinstance(found, str | int) or len(str(found)) > MAX_ID):
            raise BadLine(f"`id` must be a string or a number of at most {MAX_ID} characters")
        line_id = found
        return _report(raw, line_id)
    except BadLine as error:
        return {"id": line_id, "error": str(error)} if line_id is not None else {"error": str(error)}


def _object(line: str) -> dict[str, object]:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine("the line is not JSON") from error
    if not isinstance(raw, dict):
        raise BadLine("the line is not a JSON object")
    return raw


def _report(raw: dict[str, object], line_id: Json) -> dict[str, Json]:
    turns = _turns(raw.get("turns"))
    lang = raw.get("lang")
    if lang is not None and (not isinstance(lang, str) or lang not in {"fr", "en"}):
        raise BadLine("`lang` must be fr or en")
    country = raw.get("country", "FR")
    if not isinstance(country, str):
        raise BadLine("`country` must be a string")
    found = assess(turns, lang=lang, age=_age(raw), sex=_sex(raw), country=country)
    par = found.par
    report = par.to_line()
    spans: list[Json] = [{"turn": s.turn, "start": s.start, "end": s.end} for s in sources_of(par)]
    return {"id": line_id, **report, "spans": spans}


def _turns(raw: object) -> list[Turn]:
    if not isinstance(raw, list) or not raw:
        raise BadLine("`turns` must be a list with at least one turn")
    if len(raw) > MAX_TURNS:
        raise BadLine(f"more than {MAX_TURNS} turns")
    turns = []
    for index, item in enumerate(raw):
        if not isinstance(item, dict):
            raise BadLine(f"turn {index} is not an object")
        role = _ROLES.get(str(item.get("role", "patient")))
        text = item.get("text")
        if role is None:
            raise BadLine(f"turn {index}: `role` must be patient or assistant")
        if not isinstance(text, str):
            raise BadLine(f"turn {index}: `text` must be a string")
        if len(text) > MAX_TURN_TEXT:
            raise BadLine(f"turn {index}: `text` is longer than {MAX_TURN_TEXT} characters")
        question = item.get("question_id")
        turns.append(Turn(None, index, role, text, question if isinstance(question, str) else None))
    if not any(turn.role == "patient" and turn.text.strip() for turn in turns):
        raise BadLine("no turn of the patient has any text")
    return turns


def _age(raw: dict[str, object]) -> float | None:
    age = raw.get("age")
    if age is None:
        return None
    if isinstance(age, bool) or not isinstance(age, int | float) or not 0 <= age <= MAX_AGE:
        raise BadLine(f"`age` must be a number of years between 0 and {MAX_AGE}")
    return float(age)


def _sex(raw: dict[str, object]) -> str | None:
    sex = raw.get("sex")
    if sex is None:
        return None
    if not isinstance(sex, str):
        raise BadLine("`sex` must be a string")
    return _SEXES.get(sex.strip().lower())
