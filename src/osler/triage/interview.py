"""The guided interview: which question comes next, and when to end, as a pure function of the case."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from osler.triage.facts_case import Case, complaints_of
from osler.triage.interview_questions import READ_BACK, Item, questions
from osler.triage.interview_step import Progress, QuickReply, Step
from osler.triage.par import Urgency
from osler.triage.urgency import levels_of
from osler.triage.urgency_signals import Open, only_admin, only_minor

MAX_QUESTIONS = 12
_MAX_TRIES = 2
_STORY_TOPICS = {"onset": ("onset", "duration"), "severity": ("severity",)}
_COURSES = ("improving", "worsening", "constant", "intermittent")
_VITAL_WORDS = {
    "temperature": ("temperature", "température"),
    "blood_pressure": ("blood pressure", "tension"),
    "pulse": ("pulse", "pouls"),
    "saturation": ("oxygen level", "saturation"),
    "glucose": ("blood sugar", "glycémie"),
    "respiratory_rate": ("breathing rate", "fréquence respiratoire"),
}
_UNITS = {"Cel": "°C", "mm[Hg]": "mmHg", "/min": "/min", "%": "%", "mmol/L": "mmol/L"}


def is_wanted(case: Case, item: Item, complaints: Sequence[str]) -> bool:
    """Say whether a question belongs to this case and is not answered by what was already said."""
    condition = item.condition
    if item.complaint not in {"core", *complaints} or item.link_id in case.answered:
        return False
    if condition.complaints and not set(condition.complaints) & set(complaints):
        return False
    if condition.not_complaints and set(complaints) <= set(condition.not_complaints):
        return False
    if condition.not_sex is not None and case.sex == condition.not_sex:
        return False
    if case.age is not None and condition.age_from is not None and case.age < condition.age_from:
        return False
    if case.age is not None and condition.age_to is not None and case.age > condition.age_to:
        return False
    if condition.age_from is not None and case.age is None and item.complaint != "core":
        return False
    return not _is_known(case, item)


def _is_known(case: Case, item: Item) -> bool:
    topic = item.topic
    if topic in _STORY_TOPICS:
        said = any(a.aspect.kind in _STORY_TOPICS[topic] for a in case.aspects)
        return said or (topic == "severity" and bool((case.severe | case.mild) & case.present.keys()))
    if topic == "age":
        return case.age is not None
    if topic == "course":
        return any(code in case.present for code in _COURSES)
    if topic in {"temperature", "pulse"}:
        return any(m.measure.kind == topic for m in case.measures)
    if topic == "medications":
        return case.medications_status != "not_asked"
    if topic == "allergies":
        return case.allergies_status != "not_asked"
    if topic == "history":
        # What was volunteered is rarely the whole history, so only an explicit "none" spares the question.
        return case.history_status != "not_asked" or "no_medical_history" in case.present
    if topic == "complaint":
        return bool(case.present) or case.chief is not None
    if item.finding is not None and item.finding in case.present:
        return True
    codes = item.asks_about
    if any(code in case.present for code in codes):
        return True
    return bool(codes) and all(code in case.absent for code in codes)


def open_questions(case: Case) -> list[Item]:
    """Return the questions still worth asking, the one that could change the urgency most first."""
    complaints = complaints_of(case)
    items = [item for item in questions().items.values() if is_wanted(case, item, complaints)]
    order = {code: position for position, code in enumerate(complaints)}
    return sorted(items, key=lambda item: (item.priority, order.get(item.complaint, 0), item.link_id))


def gaps_of(case: Case) -> list[Open]:
    """Return what matters and is not known, asked or not; what was answered "I do not know" included."""
    gaps = [
        Open(item.asks_about[0], item.link_id, item.purpose, item.link_id in case.asked)
        for item in open_questions(case)
        if item.purpose != "detail"
    ]
    for link_id, answer in case.answered.items():
        item = questions().items.get(link_id)
        if item is not None and answer == "unknown" and not _is_known(case, item):
            gaps.append(Open(item.asks_about[0], link_id, item.purpose, was_asked=True))
    return gaps


def next_step(case: Case, urgency: Urgency, flag_question: tuple[str, str] | None = None) -> Step:
    """Decide what the assistant says next.

    `flag_question` is (link id, text) of what the red-flag engine wants settled; it goes before everything else.
    An emergency ends the interview at once. A question is asked at most twice, the second time in other words.
    """
    asked = len(case.asked)
    if urgency is Urgency.EMERGENCY:
        return _finish(case, "emergency")
    if case.has_stopped:
        return _finish(case, "stopped")
    to_confirm = _unconfirmed(case)
    if asked >= MAX_QUESTIONS:
        return _finish(case, "limit")
    if flag_question is not None and flag_question[0] not in case.asked:
        return _ask_flag(case, *flag_question)
    candidates = [item for item in open_questions(case) if case.misses.get(item.link_id, 0) < _MAX_TRIES]
    if only_admin(case):
        candidates = []
    elif only_minor(case):
        candidates = [item for item in candidates if item.purpose != "detail" and item.topic != "history"]
    room = MAX_QUESTIONS - asked - (1 if to_confirm else 0)
    chosen = _choose(case, candidates, urgency, room)
    if chosen is not None:
        return _ask(case, chosen, min(MAX_QUESTIONS, asked + min(len(candidates), room) + bool(to_confirm)))
    if to_confirm:
        return _read_back(case, to_confirm)
    return _finish(case, "complete")


def _choose(case: Case, candidates: list[Item], urgency: Urgency, room: int) -> Item | None:
    if not candidates or room <= 0:
        return None
    if candidates[0].purpose == "complaint":
        return candidates[0]
    raising = [item for item in candidates if item.raises and levels_of(item.raises).rank > urgency.rank]
    dangers = [item for item in raising if item.purpose in {"danger", "person", "complaint"}]
    if dangers:
        return dangers[0]

    # When the places run out, what was never asked comes before asking again, and finer detail comes last.
    def rank(item: Item) -> tuple[bool, bool, int, str]:
        return item.purpose == "detail", case.misses.get(item.link_id, 0) > 0, item.priority, item.link_id

    return min(candidates, key=rank)


def _ask(case: Case, item: Item, of: int) -> Step:
    text = item.text(case.lang)
    if case.misses.get(item.link_id, 0):
        text = (
            f"Pour être sûr de bien comprendre\u00a0: {text[0].lower()}{text[1:]}"
            if case.lang == "fr"
            else f"Just to be sure I understand: {text[0].lower()}{text[1:]}"
        )
    return Step(
        kind="question",
        link_id=item.link_id,
        text=text,
        why=item.why(case.lang),
        quick_replies=tuple(QuickReply(o.code, o.fr if case.lang == "fr" else o.en) for o in item.options),
        progress=Progress(asked=len(case.asked), of=max(of, len(case.asked) + 1)),
    )


def _ask_flag(case: Case, link_id: str, text: str) -> Step:
    french = case.lang == "fr"
    return Step(
        kind="question",
        link_id=link_id,
        text=text,
        why="Votre réponse peut changer l’urgence." if french else "Your answer may change the urgency.",
        quick_replies=(
            QuickReply("yes", "Oui" if french else "Yes"),
            QuickReply("no", "Non" if french else "No"),
            QuickReply("unknown", "Je ne sais pas" if french else "I don’t know"),
        ),
        progress=Progress(asked=len(case.asked), of=MAX_QUESTIONS),
    )


def _unconfirmed(case: Case) -> list[tuple[str, str]]:
    """Return (name, words) of every dose and figure that was not read back yet."""
    french = case.lang == "fr"
    found = [
        (drug.code, " ".join(filter(None, (drug.name_fr if french else drug.name_en, drug.dose, drug.rhythm))))
        for drug in case.drugs.values()
        if drug.dose is not None and drug.confirmed is None and drug.is_taken and drug.unsettled < _MAX_TRIES
    ]
    for measured in case.measures:
        kind = measured.measure.kind
        if kind in _VITAL_WORDS and measured.confirmed is None and kind not in case.read_back:
            words = (
                f"{_VITAL_WORDS[kind][french]} {_figure(measured.measure.value, measured.measure.low, french=french)}"
            )
            found.append((kind, f"{words}\u00a0{_UNITS.get(measured.measure.unit, measured.measure.unit)}"))
    return found[:6]


def _figure(value: float, low: float | None, *, french: bool) -> str:
    text = f"{value:g}" if low is None else f"{value:g}/{low:g}"
    return text.replace(".", ",") if french else text


def _read_back(case: Case, items: list[tuple[str, str]]) -> Step:
    words = " ; ".join(text for _, text in items) if case.lang == "fr" else "; ".join(text for _, text in items)
    french = case.lang == "fr"
    return Step(
        kind="read_back",
        link_id=f"{READ_BACK}:{','.join(dict.fromkeys(name for name, _ in items))}",
        text=f"J’ai noté\u00a0: {words}. Est-ce exact\u00a0?".replace(" ; ", "\u00a0; ")
        if french
        else f"I noted: {words}. Is that right?",
        why="Un chiffre mal noté peut induire en erreur." if french else "A figure noted wrongly can mislead.",
        quick_replies=(
            QuickReply("yes", "Oui, c’est exact" if french else "Yes, that’s right"),
            QuickReply("no", "Non, je corrige" if french else "No, let me correct it"),
            QuickReply("unknown", "Je ne sais pas" if french else "I don’t know"),
        ),
        progress=Progress(asked=len(case.asked), of=min(MAX_QUESTIONS, len(case.asked) + 1)),
    )


_CLOSING = {
    ("fr", "complete"): "Merci, j’ai ce qu’il faut. Vos réponses peuvent maintenant être envoyées à l’infirmière.",
    ("fr", "limit"): "Merci, j’ai ce qu’il faut. Vos réponses peuvent maintenant être envoyées à l’infirmière.",
    ("fr", "stopped"): "D’accord, on s’arrête là. Ce que vous avez dit peut être envoyé à l’infirmière tel quel.",
    ("fr", "emergency"): "Les questions s’arrêtent ici. Appelez maintenant le numéro affiché.",
    ("en", "complete"): "Thank you, that is all I need. Your answers can now be sent to the nurse.",
    ("en", "limit"): "Thank you, that is all I need. Your answers can now be sent to the nurse.",
    ("en", "stopped"): "All right, we stop here. What you said can be sent to the nurse as it is.",
    ("en", "emergency"): "The questions end here. Please call the number shown now.",
}


def _finish(case: Case, reason: Literal["complete", "stopped", "emergency", "limit"]) -> Step:
    asked = len(case.asked)
    return Step(
        kind="finish",
        link_id=None,
        text=_CLOSING[(case.lang, reason)],
        why=None,
        quick_replies=(),
        progress=Progress(asked=asked, of=asked),
        reason=reason,
    )
