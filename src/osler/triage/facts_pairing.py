"""Answers paired with their questions: a yes, a no, a number, "I do not know", a quick reply."""

from __future__ import annotations

from osler.triage.facts_answers import Answer
from osler.triage.facts_case import Case, SourcedAspect, Taken, add_source
from osler.triage.facts_figures import Aspect
from osler.triage.facts_reading import MessageFacts, read_message
from osler.triage.interview_questions import READ_BACK, Item, Option
from osler.triage.interview_turns import Turn
from osler.triage.language.normalise import fold
from osler.triage.par import Source

_ONSET_MINUTES = {"minutes": 30.0, "hours": 240.0, "yesterday": 1200.0, "days": 4320.0, "weeks": 14400.0}


def _option(item: Item, text: str, answer: Answer | None) -> Option | None:
    """Find the quick reply that a message repeats: its value, its label, or a plain yes or no."""
    key = fold(text).strip(" .!,;:\u00a0")
    for option in item.options:
        if key in {option.code, fold(option.en), fold(option.fr)}:
            return option
    wanted = {"yes": "yes", "no": "no", "some": "yes", "unknown": "unknown"}.get(answer or "")
    named = next((option for option in item.options if option.code == wanted), None)
    if named is None and answer == "no":
        named = next((option for option in item.options if option.code == "none"), None)
    return named


def take_answer(
    case: Case, item: Item, read: MessageFacts, answer: Answer | None, turn: Turn, index: int, whole: Source
) -> None:
    option = _option(item, turn.text, answer)
    said = {fact.code for fact in read.facts}
    is_shrug = item.topic == "complaint" and answer == "unknown" and not read.facts
    if is_shrug or (option is not None and option.code == "unknown"):
        case.answered[item.link_id] = "unknown"
        for code in (item.finding, *item.asks_about):
            if code is not None:
                add_source(case.unknown, code, whole)
        return _topic_unknown(case, item)
    if option is not None:
        case.answered[item.link_id] = option.code
        _apply(case, item, option, said, whole)
    elif _is_about(case, item, read, turn.text):
        case.answered[item.link_id] = "text"
        if item.finding is not None and any(f.code in item.asks_about and f.status == "present" for f in read.facts):
            add_source(case.present, item.finding, whole)
    else:
        case.misses[item.link_id] = case.misses.get(item.link_id, 0) + 1
        return None
    return _topic(case, item, option, read, turn, index, whole)


def _apply(case: Case, item: Item, option: Option, said: set[str], whole: Source) -> None:
    asserts, denies = option.asserts, option.denies
    if item.is_closed and option.code == "yes" and not asserts:
        asserts = (item.finding,) if item.finding is not None else item.asks_about
    if item.is_closed and option.code == "no" and not denies:
        denies = item.asks_about
    for code in asserts:
        add_source(case.present, code, whole)
    for code in denies:
        if code in said:
            continue
        if code in case.present:
            case.corrections.append((code, whole))
        add_source(case.absent, code, whole)


def _is_about(case: Case, item: Item, read: MessageFacts, text: str) -> bool:
    """Tell an answer in free words from a message about something else."""
    if item.topic in {"complaint", "history", "medications", "allergies"}:
        return bool(text.strip())
    if item.topic == "onset":
        return (
            bool(read.aspects) or any(fact.kind in {"feature", "course"} for fact in read.facts) or read.word_count <= 4
        )
    if item.topic == "severity":
        return (
            any(a.kind == "severity" for a in read.aspects)
            or bool(case.severe | case.mild)
            or _bare_number(text) is not None
        )
    if item.topic in {"temperature", "pulse"}:
        return any(m.kind == item.topic for m in read.measures)
    if item.topic == "age":
        return read.age is not None or _bare_number(text) is not None
    if item.topic == "course":
        return any(fact.kind == "course" for fact in read.facts)
    return any(fact.code in item.asks_about for fact in read.facts)


def _bare_number(text: str) -> float | None:
    digits = text.strip().split("/")[0].strip(" .!").replace(",", ".")
    return float(digits) if digits.replace(".", "", 1).isdigit() and digits.isascii() and len(digits) < 6 else None


def _topic_unknown(case: Case, item: Item) -> None:
    if item.topic == "allergies" and case.allergies_status == "not_asked":
        case.allergies_status = "unknown"
    if item.topic == "medications" and case.medications_status == "not_asked":
        case.medications_status = "unknown"
    if item.topic == "history" and case.history_status == "not_asked":
        case.history_status = "unknown"


def _topic(
    case: Case, item: Item, option: Option | None, read: MessageFacts, turn: Turn, index: int, whole: Source
) -> None:
    text = turn.text[whole.start : whole.end]
    none = option is not None and option.code in {"none", "no"}
    if item.topic == "allergies" and case.allergies_status != "stated":
        case.allergies_status = "none_known" if none else "stated"
        if not none and not read.allergies:
            case.allergies.append((text[:160], whole))
    elif item.topic == "medications" and not read.drugs:
        case.medications_status = "none_known" if none else "stated"
        if not none:
            case.drugs[text[:80]] = Taken("unrecognised", text[:160], text[:160], None, None, None, True, whole)
    elif item.topic == "history":
        case.history_status = "none_known" if none else "stated"
        if not none and not any(fact.kind in {"history", "event"} for fact in read.facts):
            case.free_history.append((text[:160], whole))
    elif item.topic == "severity":
        number = float(option.code) if option is not None and option.code.isdigit() else _bare_number(text)
        if number is not None and 0 <= number <= 10 and not any(a.kind == "severity" for a in read.aspects):
            case.aspects.append(
                SourcedAspect(Aspect("severity", whole.start, whole.end, number, "/10", None), text, whole)
            )
    elif item.topic == "onset" and not any(a.kind in {"onset", "duration"} for a in read.aspects):
        minutes = _ONSET_MINUTES.get(option.code) if option is not None else None
        case.aspects.append(
            SourcedAspect(
                Aspect("onset", whole.start, whole.end, minutes, "min" if minutes else None, None), text, whole
            )
        )
    elif item.topic == "age" and case.age is None and (number := _bare_number(text)) is not None and 0 < number < 120:
        case.age, case.age_source = number, whole
    elif item.topic == "complaint" and case.chief is None:
        case.chief = (text, whole)
    del index


def take_foreign_answer(case: Case, asked_text: str, answer: Answer, whole: Source) -> None:
    """Pair a yes or a no with a question that is not ours, by the findings that the question names."""
    for fact in read_message(asked_text[:2000], case.lang).facts:
        if answer in {"yes", "some"}:
            add_source(case.present, fact.code, whole)
        elif answer == "no":
            add_source(case.absent, fact.code, whole)
        else:
            add_source(case.unknown, fact.code, whole)


def take_confirmation(case: Case, read: MessageFacts, answer: Answer | None, link_id: str) -> None:
    """Settle what was read back: yes confirms, no leaves it for the nurse, a new dose is read back again."""
    corrected = {mention.drug.code for mention in read.drugs}
    for name in link_id.removeprefix(READ_BACK + ":").split(","):
        case.read_back.add(name)
        drug = case.drugs.get(name)
        if drug is not None and name not in corrected:
            drug.confirmed = {"yes": True, "no": False}.get(answer or "", drug.confirmed)
            drug.unsettled += drug.confirmed is None
        for measured in case.measures:
            if measured.measure.kind == name:
                measured.confirmed = {"yes": True, "no": False}.get(answer or "", measured.confirmed)
    case.answered[link_id] = answer or "text"
