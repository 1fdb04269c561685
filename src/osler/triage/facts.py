"""What is known of the case so far: the facts of every message put together, each with its source."""

from __future__ import annotations

from dataclasses import replace

from osler.triage.facts_answers import short_answer
from osler.triage.facts_case import Case, Measured, SourcedAspect, Taken, add_source
from osler.triage.facts_lexicon import Drug
from osler.triage.facts_pairing import take_answer, take_confirmation, take_foreign_answer
from osler.triage.facts_reading import MessageFacts, read_message
from osler.triage.interview_questions import READ_BACK, questions, recognise
from osler.triage.interview_turns import Turn
from osler.triage.par import Source

MAX_TEXT = 20_000
# A first message of so many words says what is wrong, even in words that we do not know.
_SENTENCE = 4
# Fever by measurement, in degrees Celsius: NICE NG143 2019.
_FEVER = 38.0
_REACTIONS = frozenset(
    "rash hives itching face_swelling tongue_swelling nausea vomiting diarrhoea hay_fever known_allergy".split()
)
_TOPICS_OF_VALUES = frozenset({"temperature", "pulse", "age", "severity"})


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
    if item is not None and item.topic == "allergies":
        read = _as_allergy(read)
    answer = short_answer(text)
    whole = _source(turn, index, *_trimmed(text))
    if answer == "stop":
        case.has_stopped = True
        return
    case.has_stopped = False
    is_shrug = answer == "unknown" and not read.facts
    if case.first_words is None and text.strip() and not is_shrug:
        case.first_words = (text.strip(), whole)
    if case.chief is None and read.word_count >= _SENTENCE and item is None and not is_shrug:
        case.chief = (turn.text[whole.start : whole.end], whole)
    if link_id is not None and link_id.startswith(READ_BACK):
        take_confirmation(case, read, answer, link_id)
    _add_facts(case, read, turn, index)
    _add_details(case, read, turn, index)
    if item is not None:
        take_answer(case, item, read, answer, turn, index, whole)
    elif asked_text and answer is not None and not (link_id or "").startswith(READ_BACK):
        take_foreign_answer(case, asked_text, answer, whole)


def _as_allergy(read: MessageFacts) -> MessageFacts:
    """Read "penicillin gives me a rash" as an allergy: no medicine taken, no rash today."""
    return replace(read, facts=tuple(fact for fact in read.facts if fact.code not in _REACTIONS), drugs=())


def _add_facts(case: Case, read: MessageFacts, turn: Turn, index: int) -> None:
    for fact in read.facts:
        source = _source(turn, index, fact.start, fact.end)
        if fact.status in {"present", "resolved"}:
            if fact.code not in case.present and fact.status == "resolved":
                case.resolved.add(fact.code)
            add_source(case.present, fact.code, source)
            if fact.severity:
                (case.severe if fact.severity == "severe" else case.mild).add(fact.code)
            if case.chief is None and fact.kind in {"symptom", "event", "minor", "admin", "sign"}:
                case.chief = (turn.text[slice(*_trimmed(turn.text))], _source(turn, index, *_trimmed(turn.text)))
        elif fact.status == "absent":
            if fact.code in case.present and not _same_turn(case.present[fact.code], index):
                case.corrections.append((turn.text[fact.start : fact.end], source))
            add_source(case.absent, fact.code, source)
        else:
            add_source(case.past if fact.status == "past" else case.family, fact.code, source)


def _same_turn(sources: list[Source], index: int) -> bool:
    return all(source.turn == index for source in sources)


def _add_details(case: Case, read: MessageFacts, turn: Turn, index: int) -> None:
    if read.age is not None and case.age is None:
        case.age = read.age.value
        case.age_source = _source(turn, index, read.age.start, read.age.end)
    if read.sex is not None and case.sex is None:
        case.sex = read.sex
    if read.gestation is not None:
        source = _source(turn, index, read.gestation.start, read.gestation.end)
        case.gestation = Measured(read.gestation, source)
        add_source(case.present, "pregnant", source)
    for aspect in read.aspects:
        source = _source(turn, index, aspect.start, aspect.end)
        case.aspects.append(SourcedAspect(aspect, turn.text[aspect.start : aspect.end], source))
    for measure in read.measures:
        source = _source(turn, index, measure.start, measure.end)
        case.measures.append(Measured(measure, source))
        if measure.kind == "temperature" and measure.value >= _FEVER:
            add_source(case.present, "fever", source)
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
        known.unsettled = 0
    elif rhythm is not None:
        known.rhythm = rhythm
    if is_taken:
        case.medications_status = "stated"
