"""What is known of the case so far: the facts of every message put together, each with its source."""

from __future__ import annotations

from dataclasses import dataclass, field

from osler.triage.facts_answers import Answer, short_answer
from osler.triage.facts_lexicon import Drug, lexicon
from osler.triage.facts_reading import Aspect, Measure, MessageFacts, read_message
from osler.triage.interview_questions import READ_BACK, Item, Option, questions, recognise
from osler.triage.interview_turns import Turn
from osler.triage.language.normalise import fold
from osler.triage.par import AskedStatus, Source

MAX_TEXT = 20_000
_TOPICS_OF_VALUES = frozenset({"temperature", "pulse", "age", "severity"})


@dataclass(slots=True)
class Taken:
    """One drug as it stands after every message; the latest dose counts."""

    code: str
    name_en: str
    name_fr: str
    drug_class: str | None
    dose: str | None
    rhythm: str | None
    is_taken: bool
    source: Source
    confirmed: bool | None = None


@dataclass(slots=True)
class Measured:
    measure: Measure
    source: Source
    confirmed: bool | None = None


@dataclass(frozen=True, slots=True)
class SourcedAspect:
    aspect: Aspect
    text: str
    source: Source


@dataclass(slots=True)
class Case:
    """The state of one conversation, rebuilt from its transcript each time.

    A fact once present stays present: taking it back is kept in `corrections` and changes nothing else, because a
    frightened or hurried patient must not talk the urgency down.
    """

    lang: str
    age: float | None = None
    sex: str | None = None
    age_source: Source | None = None
    gestation: Measured | None = None
    present: dict[str, list[Source]] = field(default_factory=dict)
    resolved: set[str] = field(default_factory=set)
    severe: set[str] = field(default_factory=set)
    mild: set[str] = field(default_factory=set)
    absent: dict[str, list[Source]] = field(default_factory=dict)
    unknown: dict[str, list[Source]] = field(default_factory=dict)
    past: dict[str, list[Source]] = field(default_factory=dict)
    family: dict[str, list[Source]] = field(default_factory=dict)
    aspects: list[SourcedAspect] = field(default_factory=list)
    drugs: dict[str, Taken] = field(default_factory=dict)
    allergies: list[tuple[str, Source]] = field(default_factory=list)
    allergies_status: AskedStatus = "not_asked"
    medications_status: AskedStatus = "not_asked"
    history_status: AskedStatus = "not_asked"
    free_history: list[tuple[str, Source]] = field(default_factory=list)
    measures: list[Measured] = field(default_factory=list)
    corrections: list[tuple[str, Source]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    answered: dict[str, str] = field(default_factory=dict)
    misses: dict[str, int] = field(default_factory=dict)
    read_back: set[str] = field(default_factory=set)
    chief: tuple[str, Source] | None = None
    first_words: tuple[str, Source] | None = None
    has_stopped: bool = False
    patient_turns: int = 0

    def has(self, *codes: str) -> bool:
        return any(code in self.present for code in codes)


class Folding:
    """Takes the turns of a transcript one by one, in order."""

    def __init__(self, *, lang: str, age: float | None = None, sex: str | None = None) -> None:
        self.case = Case(lang=lang, age=age, sex=sex)
        self._pending: str | None = None
        self._pending_text = ""

    def take(self, turn: Turn, index: int) -> None:
        if turn.role in {"assistant", "nurse"}:
            link_id = turn.question_id or recognise(turn.text)
            if link_id is not None or turn.kind in {"question", "read_back", "nurse_question"} or "?" in turn.text:
                self._pending, self._pending_text = link_id, turn.text
                if link_id is not None and turn.role == "assistant":
                    self.case.asked.append(link_id)
        elif turn.role == "patient":
            self.case.patient_turns += 1
            _take(self.case, turn, index, self._pending, self._pending_text)
            self._pending, self._pending_text = None, ""


def _source(turn: Turn, index: int, start: int, end: int) -> Source:
    return Source(message_id=turn.id, seq=turn.seq, turn=index, start=start, end=end)


def _trimmed(text: str) -> tuple[int, int]:
    start = len(text) - len(text.lstrip())
    return start, max(start, len(text.rstrip()))


def _take(case: Case, turn: Turn, index: int, link_id: str | None, asked_text: str) -> None:
    text = turn.text[:MAX_TEXT]
    item = questions().items.get(link_id) if link_id else None
    topic = item.topic if item is not None and item.topic in _TOPICS_OF_VALUES else None
    read = read_message(text, case.lang, topic)
    answer = short_answer(text)
    whole = _source(turn, index, *_trimmed(text))
    if answer == "stop":
        case.has_stopped = True
        return
    case.has_stopped = False
    if case.first_words is None and text.strip():
        case.first_words = (text.strip(), whole)
    if link_id is not None and link_id.startswith(READ_BACK):
        _confirm(case, read, answer, link_id)
    _add_facts(case, read, turn, index)
    _add_details(case, read, turn, index)
    if item is not None:
        _answer(case, item, read, answer, turn, index, whole)
    elif asked_text and answer is not None and not (link_id or "").startswith(READ_BACK):
        _answer_foreign(case, asked_text, answer, whole)


def _add_facts(case: Case, read: MessageFacts, turn: Turn, index: int) -> None:
    for fact in read.facts:
        source = _source(turn, index, fact.start, fact.end)
        if fact.status in {"present", "resolved"}:
            if fact.code not in case.present and fact.status == "resolved":
                case.resolved.add(fact.code)
            _append(case.present, fact.code, source)
            if fact.severity:
                (case.severe if fact.severity == "severe" else case.mild).add(fact.code)
            if case.chief is None and fact.kind in {"symptom", "event", "minor", "admin", "sign"}:
                case.chief = (turn.text[slice(*_trimmed(turn.text))], _source(turn, index, *_trimmed(turn.text)))
        elif fact.status == "absent":
            if fact.code in case.present and not _same_turn(case.present[fact.code], index):
                case.corrections.append((turn.text[fact.start : fact.end], source))
            _append(case.absent, fact.code, source)
        else:
            _append(case.past if fact.status == "past" else case.family, fact.code, source)


def _same_turn(sources: list[Source], index: int) -> bool:
    return all(source.turn == index for source in sources)


def _append(table: dict[str, list[Source]], code: str, source: Source) -> None:
    sources = table.setdefault(code, [])
    if source not in sources and len(sources) < 8:
        sources.append(source)


def _add_details(case: Case, read: MessageFacts, turn: Turn, index: int) -> None:
    if read.age is not None and case.age is None:
        case.age = read.age.value
        case.age_source = _source(turn, index, read.age.start, read.age.end)
    if read.sex is not None and case.sex is None:
        case.sex = read.sex
    if read.gestation is not None:
        source = _source(turn, index, read.gestation.start, read.gestation.end)
        case.gestation = Measured(read.gestation, source)
        _append(case.present, "pregnant", source)
    for aspect in read.aspects:
        source = _source(turn, index, aspect.start, aspect.end)
        case.aspects.append(SourcedAspect(aspect, turn.text[aspect.start : aspect.end], source))
    for measure in read.measures:
        case.measures.append(Measured(measure, _source(turn, index, measure.start, measure.end)))
    for mention in read.drugs:
        _add_drug(
            case,
            mention.drug,
            mention.dose,
            mention.rhythm,
            _source(turn, index, mention.start, mention.end),
            is_taken=mention.is_taken,
        )
    for allergy in read.allergies:
        case.allergies.append((allergy.text, _source(turn, index, allergy.start, allergy.end)))
        case.allergies_status = "stated"
    if read.denies_drugs and not read.drugs and case.medications_status in {"not_asked", "unknown"}:
        case.medications_status = "none_known"
    if read.denies_allergies is not None and case.allergies_status in {"not_asked", "unknown"}:
        case.allergies_status = "none_known"


def _add_drug(case: Case, drug: Drug, dose: str | None, rhythm: str | None, source: Source, *, is_taken: bool) -> None:
    known = case.drugs.get(drug.code)
    if known is None:
        case.drugs[drug.code] = Taken(drug.code, drug.en, drug.fr, drug.drug_class, dose, rhythm, is_taken, source)
    elif dose is not None and dose != known.dose:
        # A second dose replaces the first and has to be read back again.
        known.dose, known.rhythm, known.source, known.confirmed = dose, rhythm or known.rhythm, source, None
    elif rhythm is not None:
        known.rhythm = rhythm
    if is_taken:
        case.medications_status = "stated"


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


def _answer(
    case: Case, item: Item, read: MessageFacts, answer: Answer | None, turn: Turn, index: int, whole: Source
) -> None:
    option = _option(item, turn.text, answer)
    said = {fact.code for fact in read.facts}
    if option is not None and option.code == "unknown":
        case.answered[item.link_id] = "unknown"
        for code in (item.finding, *item.asks_about):
            if code is not None:
                _append(case.unknown, code, whole)
        return _topic_unknown(case, item)
    if option is not None:
        case.answered[item.link_id] = option.code
        _apply(case, item, option, said, whole)
    elif _is_about(case, item, read, turn.text):
        case.answered[item.link_id] = "text"
        if item.finding is not None and any(f.code in item.asks_about and f.status == "present" for f in read.facts):
            _append(case.present, item.finding, whole)
    else:
        case.misses[item.link_id] = case.misses.get(item.link_id, 0) + 1
        return None
    return _topic(case, item, option, read, turn, index, whole)


def _apply(case: Case, item: Item, option: Option, said: set[str], whole: Source) -> None:
    asserts, denies = option.asserts, option.denies
    if item.is_closed and option.code == "yes" and not asserts:
        asserts = (item.finding,) if item.finding is not None else item.asks_about
    if item.is_closed and option.code == "no" and not denies:
        denies = item.asks_about if item.finding is None else tuple(dict.fromkeys((*item.asks_about, item.finding)))
    for code in asserts:
        _append(case.present, code, whole)
    for code in denies:
        if code in said:
            continue
        if code in case.present:
            case.corrections.append((code, whole))
        _append(case.absent, code, whole)


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


_ONSET_MINUTES = {"minutes": 30.0, "hours": 240.0, "yesterday": 1200.0, "days": 4320.0, "weeks": 14400.0}


def _answer_foreign(case: Case, asked_text: str, answer: Answer, whole: Source) -> None:
    """Pair a yes or a no with a question that is not ours, by the findings that the question names."""
    for fact in read_message(asked_text[:2000], case.lang).facts:
        if answer in {"yes", "some"}:
            _append(case.present, fact.code, whole)
        elif answer == "no":
            _append(case.absent, fact.code, whole)
        else:
            _append(case.unknown, fact.code, whole)


def _confirm(case: Case, read: MessageFacts, answer: Answer | None, link_id: str) -> None:
    """Settle what was read back: yes confirms, no leaves it for the nurse, a new dose is read back again."""
    corrected = {mention.drug.code for mention in read.drugs}
    for name in link_id.removeprefix(READ_BACK + ":").split(","):
        case.read_back.add(name)
        drug = case.drugs.get(name)
        if drug is not None and name not in corrected:
            drug.confirmed = {"yes": True, "no": False}.get(answer or "", drug.confirmed)
        for measured in case.measures:
            if measured.measure.kind == name:
                measured.confirmed = {"yes": True, "no": False}.get(answer or "", measured.confirmed)
    case.answered[link_id] = answer or "text"


def complaints_of(case: Case) -> tuple[str, ...]:
    """Return the complaints that were named, the most pressing first; `general` when none of the eight was."""
    found = [code for code, facts in _COMPLAINT_FACTS.items() if case.has(*facts)]
    return tuple(found) or ("general",)


_COMPLAINT_FACTS = {
    "chest_pain": ("chest_pain", "chest_pressure"),
    "breathlessness": ("breathlessness", "breathless_at_rest", "orthopnoea", "wheeze"),
    "syncope_dizziness": ("syncope", "dizziness", "vertigo"),
    "palpitations": ("palpitations",),
    "headache": ("headache",),
    "abdominal_pain": ("abdominal_pain", "rlq_pain", "ruq_pain", "llq_pain", "abdominal_rigid"),
    "fever": ("fever", "chills", "sore_throat", "cough", "dysuria", "spreading_redness"),
    "back_pain": ("back_pain", "flank_pain"),
}


def fact_kind(code: str) -> str:
    term = lexicon().terms.get(code)
    return term.kind if term is not None else "symptom"
