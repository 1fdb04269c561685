"""The assessment of a conversation: report, urgency and next question, as one pure function of the transcript."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from osler.triage import redflags
from osler.triage.assessment_flags import Flags, decide_turn
from osler.triage.assessment_memory import Memory
from osler.triage.emergency import EmergencyCard, category_of, emergency_card
from osler.triage.facts import Folding
from osler.triage.facts_case import Case
from osler.triage.interview import gaps_of, next_step
from osler.triage.interview_step import Step
from osler.triage.interview_turns import Turn
from osler.triage.language.detect import detect
from osler.triage.language.normalise import normalise
from osler.triage.par import Par, Reason, Urgency
from osler.triage.par_building import build
from osler.triage.urgency import Verdict, emergency_of, judge

ADULT_AGE = 18
_LANGUAGE_SAMPLE = 2000
_REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Assessment:
    """`emergency` is the fixed screen, present exactly when `urgency` is emergency.

    `flag_ids` are the red flags of emergency level; it may be empty in an emergency that only the urgency rules saw.
    """

    lang: str
    par: Par
    step: Step
    urgency: Urgency
    reasons: tuple[Reason, ...]
    flag_ids: tuple[str, ...]
    emergency: EmergencyCard | None

    @property
    def is_emergency(self) -> bool:
        return self.urgency is Urgency.EMERGENCY


@dataclass(frozen=True, slots=True)
class _Moment:
    """What one patient turn brought: the engine's decision, and the emergency that the rules saw, if any."""

    decision: redflags.Decision
    emergency: Verdict | None


_moments: Memory[_Moment] = Memory(_REMEMBERED)


def assess(
    turns: Sequence[Turn],
    *,
    lang: str | None = None,
    age: float | None = None,
    sex: str | None = None,
    country: str = "FR",
) -> Assessment:
    """Assess a transcript, complete and in order; the same turns always give the same answer.

    An emergency once reached stays, whatever is said later. Readings of single messages are cached, so a new
    message costs about one reading.
    """
    lang = lang if lang in {"fr", "en"} else _language(turns)
    case, flags, peak = _fold(turns, lang=lang, age=age, sex=sex)
    gaps = gaps_of(case)
    verdict = judge(case, gaps, flags.reasons(), flags.level)
    if peak is not None and verdict.level is not Urgency.EMERGENCY:
        verdict = Verdict(Urgency.EMERGENCY, tuple(dict.fromkeys((*peak.reasons, *verdict.reasons))))
    step = next_step(case, verdict.level, flags.question)
    par = build(case, verdict, gaps, flags)
    card = None
    raised = [flag.id for flag in par.red_flags if flag.level == "emergency"]
    if verdict.level is Urgency.EMERGENCY:
        is_child = case.age is not None and case.age < ADULT_AGE
        category = category_of(raised or [reason.id for reason in verdict.reasons[:1]], is_child=is_child)
        card = emergency_card(lang=lang, country=country, category=category)
    return Assessment(lang, par, step, verdict.level, verdict.reasons, tuple(raised), card)


def _fold(
    turns: Sequence[Turn], *, lang: str, age: float | None, sex: str | None
) -> tuple[Case, Flags, Verdict | None]:
    """Read every turn; return the case, the flags, and the first emergency that the rules saw on the way."""
    folding = Folding(lang=lang, age=age, sex=sex)
    flags = Flags()
    key = hash((lang, age, sex))
    peak: Verdict | None = None
    for index, turn in enumerate(turns):
        folding.take(turn, index)
        key = hash((key, turn))
        if turn.role != "patient":
            continue
        moment = _moments.get(key)
        if moment is None:
            case = folding.case
            moment = _Moment(decide_turn(turns, index, lang=lang, age=case.age, sex=case.sex), emergency_of(case))
            _moments.put(key, moment)
        flags.take(moment.decision, turn, index)
        peak = peak or moment.emergency
    return folding.case, flags, peak


def _language(turns: Sequence[Turn]) -> str:
    said = " ".join(turn.text[:_LANGUAGE_SAMPLE] for turn in turns if turn.role == "patient")
    return detect(normalise(said[: 2 * _LANGUAGE_SAMPLE]).words)


def warm_up() -> str:
    """Read lexicons, rules and questions ahead of the first message; return the versions as one word."""
    version = redflags.warm_up()
    versions = assess([Turn(None, 0, "patient", "J’ai mal à la tête depuis hier.")]).par.engine_versions
    return "+".join([version, *versions.values()])
