"""The red flags of a whole transcript: the engine's decision on each patient turn, put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, cast

from osler.triage import redflags
from osler.triage.facts import MAX_TEXT
from osler.triage.facts_answers import short_answer
from osler.triage.facts_subject import separate_case
from osler.triage.interview_turns import Turn
from osler.triage.par import RaisedFlag, Reason, Source, SuppressedFlag, Urgency

FLAG_QUESTION = "flag:"
# The engine reads the earlier turns again for each message; what was said long before has had its own decision.
_LOOK_BACK = 24
_PLAIN = 5
_RANK = {"ask": 0, "urgent": 1, "emergency": 2}
_URGENCY = {"ask": Urgency.URGENT, "urgent": Urgency.URGENT, "emergency": Urgency.EMERGENCY}


@dataclass(slots=True)
class Flags:
    """`question` is what the engine wants to know of the latest message; nothing here is ever taken away."""

    raised: dict[str, RaisedFlag] = field(default_factory=dict)
    suppressed: dict[tuple[str, str], SuppressedFlag] = field(default_factory=dict)
    question: tuple[str, str] | None = None
    version: str = ""

    @property
    def level(self) -> Urgency | None:
        levels = [_URGENCY[flag.level] for flag in self.raised.values()]
        return max(levels, key=lambda level: level.rank, default=None)

    def take(self, decision: redflags.Decision, turn: Turn, index: int) -> None:
        """Add what the engine decided on one turn.

        An ambiguous flag that the next answer settles is dropped; an urgent or emergency one stays for good.
        """
        self.version = decision.version
        now = {flag.id for flag in decision.flags}
        for flag_id in [i for i, flag in self.raised.items() if flag.level == "ask" and i not in now]:
            del self.raised[flag_id]
        for flag in decision.flags:
            known = self.raised.get(flag.id)
            level = flag.level if known is None or _RANK[flag.level] > _RANK[known.level] else known.level
            spans = flag.spans or ((0, len(turn.text.rstrip())),)
            sources = tuple(_source(turn, index, span) for span in spans)
            self.raised[flag.id] = RaisedFlag(
                id=flag.id,
                level=cast("Literal['emergency', 'urgent', 'ask']", level),  # the engine's own three words
                label=flag.label,
                source=tuple(dict.fromkeys((*(known.source if known else ()), *sources)))[:8],
                reference=flag.source,
            )
        for item in decision.suppressed:
            source = _source(turn, index, item.span) if item.span is not None else None
            self.suppressed.setdefault((item.id, item.reason), SuppressedFlag(item.id, item.reason, source))
        asking = next((flag.id for flag in decision.flags), "") if decision.question else ""
        self.question = (FLAG_QUESTION + asking, decision.question) if decision.question else None

    def reasons(self) -> tuple[Reason, ...]:
        ordered = sorted(self.raised.values(), key=lambda flag: (-_RANK[flag.level], flag.id))
        return tuple(
            Reason(id=flag.id, text=flag.label, source=flag.source, reference=flag.reference) for flag in ordered
        )


def _source(turn: Turn, index: int, span: tuple[int, int]) -> Source:
    return Source(message_id=turn.id, seq=turn.seq, turn=index, start=span[0], end=span[1])


def decide_turn(
    turns: Sequence[Turn], index: int, *, lang: str, age: float | None, sex: str | None
) -> redflags.Decision:
    """Ask the engine about one patient turn, in the light of those before it."""
    context = [
        _context_turn(turn)
        for position, turn in enumerate(turns[max(0, index - _LOOK_BACK) : index], max(0, index - _LOOK_BACK))
        if turn.role != "system" and not _is_denied(turns, position)
    ]
    text = separate_case(turns[index].text[:MAX_TEXT])
    return redflags.decide(text, lang=lang, age=age, sex=sex, context=context)


def _context_turn(turn: Turn) -> redflags.Turn | str:
    role = "patient" if turn.role == "patient" else "assistant"
    return {"role": role, "text": separate_case(turn.text[:MAX_TEXT])}


def _is_denied(turns: Sequence[Turn], position: int) -> bool:
    """Say whether a turn is a question that was answered with a plain no or "I do not know".

    Such a question brings nothing to the engine: its words are not the patient's. The facts keep the answer.
    """
    if turns[position].role == "patient" or position + 1 >= len(turns) or turns[position + 1].role != "patient":
        return False
    answer = turns[position + 1].text
    return short_answer(answer) in {"no", "unknown"} and len(answer.split()) <= _PLAIN
