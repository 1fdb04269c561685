"""The assessment of a conversation: report, urgency and next question, as one pure function of the transcript."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from osler.triage.emergency import EmergencyCard, category_of, emergency_card
from osler.triage.facts import Case, Folding
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
    """`emergency` is the fixed screen, present exactly when `urgency` is emergency."""

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


class _Peaks:
    """Which beginnings of conversations reached an emergency; bounded, shared by threads, and only a short cut."""

    def __init__(self) -> None:
        self._known: OrderedDict[int, Verdict | None] = OrderedDict()
        self._lock = Lock()

    def get(self, key: int) -> tuple[bool, Verdict | None]:
        with self._lock:
            if key not in self._known:
                return False, None
            self._known.move_to_end(key)
            return True, self._known[key]

    def put(self, key: int, verdict: Verdict | None) -> None:
        with self._lock:
            self._known[key] = verdict
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)


_peaks = _Peaks()


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
    case, peak = _fold(turns, lang=lang, age=age, sex=sex)
    gaps = gaps_of(case)
    verdict = judge(case, gaps, (), None)
    if peak is not None and verdict.level is not Urgency.EMERGENCY:
        verdict = Verdict(Urgency.EMERGENCY, tuple(dict.fromkeys((*peak.reasons, *verdict.reasons))))
    step = next_step(case, verdict.level)
    par = build(case, verdict, gaps, flags=(), suppressed=(), flag_versions={})
    card = None
    if verdict.level is Urgency.EMERGENCY:
        is_child = case.age is not None and case.age < ADULT_AGE
        card = emergency_card(lang=lang, country=country, category=category_of((), is_child=is_child))
    return Assessment(lang, par, step, verdict.level, verdict.reasons, (), card)


def _fold(turns: Sequence[Turn], *, lang: str, age: float | None, sex: str | None) -> tuple[Case, Verdict | None]:
    """Read every turn; return the case and the first emergency on the way, if there was one."""
    folding = Folding(lang=lang, age=age, sex=sex)
    key = hash((lang, age, sex))
    peak: Verdict | None = None
    for index, turn in enumerate(turns):
        folding.take(turn, index)
        key = hash((key, turn))
        if turn.role != "patient" or peak is not None:
            continue
        known, peak = _peaks.get(key)
        if not known:
            peak = emergency_of(folding.case)
            _peaks.put(key, peak)
    return folding.case, peak


def _language(turns: Sequence[Turn]) -> str:
    said = " ".join(turn.text[:_LANGUAGE_SAMPLE] for turn in turns if turn.role == "patient")
    return detect(normalise(said[: 2 * _LANGUAGE_SAMPLE]).words)
