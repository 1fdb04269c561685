"""`osler redflags`: JSON lines in, JSON lines out."""

import json
from collections.abc import Iterator
from typing import IO, Any

from osler.triage.redflags.deciding import Decision, decide, warm_up
from osler.triage.redflags.turns import Turn

MAX_LINE = 262_144
MAX_TEXT = 8_000
MAX_TURNS = 200
_MAX_ID = 200


class LineError(ValueError):
    """One input line cannot be decided; the message says why."""


def run(stdin: IO[str], stdout: IO[str]) -> int:
    """Answer each line with one line, in order; return how many lines were refused.

    A line that cannot be read gives {"id"?, "error"}; lines over 256 KiB are skipped without being kept.
    """
    warm_up()  # So that the first line's `ms` is a decision's, too.
    refused = 0
    for line, too_long in _lines(stdin):
        if not too_long and not line.strip():
            continue
        answer = answer_line(line, too_long=too_long)
        refused += "error" in answer
        stdout.write(json.dumps(answer, ensure_ascii=True) + "\n")
        stdout.flush()
    return refused


def _lines(stdin: IO[str]) -> Iterator[tuple[str, bool]]:
    while chunk := stdin.readline(MAX_LINE + 1):
        if len(chunk) <= MAX_LINE or chunk.endswith("\n"):
            yield chunk, False
            continue
        while chunk and not chunk.endswith("\n"):
            chunk = stdin.readline(MAX_LINE + 1)
        yield "", True


def answer_line(line: str, *, too_long: bool = False) -> dict[str, Any]:
    """Return the JSON answer to one line (Any: it is JSON)."""
    if too_long:
        return {"error": f"the line is longer than {MAX_LINE} characters"}
    row: Any = None
    try:
        row = _parse(line)
        decision = decide(
            _text(row.get("text"), "text"),
            lang=_lang(row.get("lang")),
            age=_age(row.get("age")),
            sex=_sex(row.get("sex")),
            context=_context(row.get("context")),
        )
    except LineError as error:
        answer: dict[str, Any] = {"error": str(error)}
        if isinstance(row, dict) and _is_id(row.get("id")):
            answer = {"id": row["id"], **answer}
        return answer
    return _answer(row.get("id"), decision)


def _parse(line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise LineError("the line is not valid JSON") from error
    if not isinstance(row, dict):
        raise LineError("the line is not a JSON object")
    if "id" not in row:
        raise LineError("id is missing")
    if not _is_id(row["id"]):
        raise LineError(f"id must be a string of at most {_MAX_ID} characters, or a number")
    return row


def _is_id(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= _MAX_ID
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63


def _text(value: object, field: str) -> str:
    if not isinstance(value, str):
        raise LineError(f"{field} must be a string")
    if len(value) > MAX_TEXT:
        raise LineError(f"{field} is longer than {MAX_TEXT} characters")
    return value


def _lang(value: object) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value[:2].lower() in {"fr", "en"}:
        return value[:2].lower()
    if value in {"mixed", "mul", "und"}:
        return None
    raise LineError("lang must be fr or en")


def _age(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 130:
        raise LineError("age must be a number of years between 0 and 130")
    return float(value)


def _sex(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > 20:
        raise LineError("sex must be a short string")
    return value


def _context(value: object) -> list[Turn | str]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise LineError("context must be a list of turns")
    if len(value) > MAX_TURNS:
        raise LineError(f"context has more than {MAX_TURNS} turns")
    turns: list[Turn | str] = []
    for item in value:
        if isinstance(item, str):
            turns.append(_text(item, "a turn of context"))
        elif isinstance(item, dict):
            role = item.get("role", "patient")
            if not isinstance(role, str):
                raise LineError("the role of a turn must be a string")
            turns.append({"role": role, "text": _text(item.get("text"), "a turn of context")})
        else:
            raise LineError("a turn of context must be a string or an object with role and text")
    return turns


def _answer(row_id: object, decision: Decision) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "id": row_id,
        "level": decision.level,
        "flags": [
            {
                "id": f.id,
                "level": f.level,
                "spans": [list(s) for s in f.spans],
                "source": f.source,
                "label": f.label,
                "said_now": f.said_now,
            }
            for f in decision.flags
        ],
        "suppressed": [
            {"id": s.id, "reason": s.reason, "span": list(s.span) if s.span else None} for s in decision.suppressed
        ],
    }
    if decision.question is not None:
        answer["question"] = decision.question
    return {**answer, "lang": decision.lang, "ms": decision.ms}
