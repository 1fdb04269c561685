"""Earlier turns: what was said before, and what a short answer to a question means."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from osler.triage.language import Assertion, Mention, Reading, normalise, read


class Turn(TypedDict):
    role: str
    text: str


@dataclass(frozen=True, slots=True)
class Told:
    """A mention, and whether the message being decided said it (`own`) or an earlier turn."""

    mention: Mention
    own: bool


_YES = frozenset(
    """yes yeah yep yup ya aye yea sure definitely absolutely indeed correct exactly oui ouais ouaip si mouais
    affirmatif effectivement absolument exactement tout uhhuh mhm totally right true both slightly bit
    beaucoup parfois peu sometimes completely clairement carrement voila ui wi ye yess yh ok""".split()
)
_NO = frozenset("no non nope nah not nan pas aucun aucune never jamais none nada rien nein neither".split())
_UNCERTAIN = frozenset("maybe perhaps peut possibly guess suppose probablement probably think crois sure".split())
_UNKNOWING = frozenset("know sais sait idea idee clue dunno remember souviens rappelle".split())
_HALF_NO = frozenset({"pas", "not"})
_LISTENING = 12
_LACK = "asks_"
# In the words before what a question asks for, these make "no" the good answer.
_TROUBLE = frozenset(
    """no not without lack loss less little almost hardly trouble troubles difficulty difficulties difficult problem
    problems hard unable cannot cant pain hurt stopped short new pas sans aucun aucune moins peu presque perte
    probleme problemes difficulte difficultes difficile mal gene peine douleur impossible impossibilite incapable
    arret nouveau""".split()
)
_TROUBLE_REACH = 5
_FIRST_PERSON = {
    "your": "my", "yourself": "myself", "you": "I", "yours": "mine",
    "vos": "mes", "votre": "mon", "vous": "me",
}  # fmt: skip
_SECOND_PERSON = re.compile(r"\b(?:" + "|".join(_FIRST_PERSON) + r")\b", re.IGNORECASE)
_TOPICS = (
    ("temperature", frozenset({"temperature", "fever", "fievre", "temp", "thermometer", "thermometre"})),
    ("blood_pressure", frozenset({"tension", "pressure", "bp"})),
    ("pulse", frozenset({"pulse", "pouls", "rate", "frequence", "bpm", "cardiaque"})),
    ("saturation", frozenset({"saturation", "oxygen", "oxygene", "oximeter"})),
    ("glucose", frozenset({"sugar", "glucose", "glycemie", "sucre"})),
    ("age", frozenset({"age", "old"})),
    ("gestation", frozenset({"pregnant", "enceinte", "grossesse", "pregnancy", "along"})),
    ("tablets", frozenset({"tablets", "comprimes", "pills", "cachets", "combien", "many"})),
)


def listen(text: str, lang: str | None, context: Sequence[Turn | str]) -> tuple[list[Told], Reading]:
    """Return every mention of the conversation, answers paired with their questions, and the reading of `text`."""
    told: list[Told] = []
    question: str | None = None
    turns = [_turn(turn, position, context) for position, turn in enumerate(context)]
    for role, said in turns:
        if role != "patient":
            question = said
            continue
        told.extend(Told(m, False) for m in _understand(said, lang, question)[0])
        question = None
    mentions, reading = _understand(text, lang, question)
    told.extend(Told(m, True) for m in mentions)
    return told, reading


def _turn(turn: Turn | str | Mapping[str, str], position: int, context: Sequence[Turn | str]) -> tuple[str, str]:
    if isinstance(turn, str):
        # Without roles, a turn that is only a question and not the first one was put by the assistant.
        asked = turn.rstrip().endswith("?") and (position > 0 or len(context) == 1)
        return ("assistant" if asked else "patient", turn)
    role = str(turn.get("role", "patient")).lower()
    return ("patient" if role in {"patient", "user", "human", "caller"} else "assistant", str(turn.get("text", "")))


def _understand(text: str, lang: str | None, question: str | None) -> tuple[list[Mention], Reading]:
    if question is None:
        reading = read(text, lang)
        return list(reading.mentions), reading
    asked_words = frozenset(normalise(question).words)
    topic = next((name for name, words in _TOPICS if words & asked_words), None)
    reading = read(text, lang, topic=topic)
    answer = _answer(text)
    if answer is None:
        if len(reading.words) > _LISTENING:
            return list(reading.mentions), reading
        return [*reading.mentions, *_echo(text, question, reading)], reading
    asked = _asked(question)
    span = (0, len(text.rstrip()))
    first = _first_word_span(text) or span
    if answer is Assertion.NEGATED:
        # "Is she breathing?" "No": the finding is the lack of what was asked.
        asked = [replace(m, concept=m.concept.removeprefix(_LACK)) if m.concept.startswith(_LACK) else m for m in asked]
        lacking = {m.concept for m in _asked(question) if m.concept.startswith(_LACK)}
    else:
        lacking = set()
    own = {m.concept for m in reading.mentions}
    paired = [
        replace(
            m,
            span=first,
            assertion=Assertion.PRESENT if _LACK + m.concept in lacking else answer,
            trigger_span=None,
            words=(0, 1),
            values=(),
        )
        for m in asked
        if answer is not Assertion.NEGATED or m.concept not in own
    ]
    return [*reading.mentions, *paired], reading


def _answer(text: str) -> Assertion | None:
    """Return what a short answer amounts to; "maybe" counts as yes, "I am not sure" leaves it open (R3)."""
    words = normalise(text).words
    if not words or (words[0] not in _YES and _is_unknowing(words[:7])):
        return None  # "I don't know" answers nothing: whatever was open stays open.
    for i, word in enumerate(words[:3]):
        if word in _NO:
            following = words[i + 1] if i + 1 < len(words) and word in _HALF_NO else ""
            if following == "mal":
                return Assertion.PRESENT  # "Pas mal": quite a lot.
            return Assertion.UNSURE if following in {"sure", "sur", "certain"} else Assertion.NEGATED
        if word in _YES and not (word in {"peu", "tout", "bit", "right", "ok"} and len(words) > 4):
            return Assertion.PRESENT
        if word in _UNCERTAIN:
            return Assertion.PRESENT
    return None


def _is_unknowing(words: Sequence[str]) -> bool:
    """Say whether the speaker does not know; "je sais comment" and "I know how" are no such thing."""
    if "dunno" in words or "clue" in words:
        return True
    return not _UNKNOWING.isdisjoint(words) and not {"not", "pas", "no", "plus", "ne", "aucune"}.isdisjoint(words)


def _first_word_span(text: str) -> tuple[int, int] | None:
    normal = normalise(text)
    return (normal.starts[0], normal.ends[0]) if normal.words else None


def _asked(question: str) -> list[Mention]:
    """Return the findings a question names, whatever its grammar does to them ("You have no fever?")."""
    own = _SECOND_PERSON.sub(lambda m: _FIRST_PERSON[m.group().lower()], question)
    reading = read(own)
    named = [m for m in reading.mentions if m.assertion is not Assertion.IDIOM]
    return [m for m in named if not m.concept.startswith(_LACK) or _asks_for_health(m, named, reading)]


def _asks_for_health(lack: Mention, named: Sequence[Mention], reading: Reading) -> bool:
    """Say whether "no" would be the bad answer: to "do you pass urine?", but not to "trouble urinating?"."""
    inside = any(m.kind != "qualifier" and m.words[0] < lack.words[1] and lack.words[0] < m.words[1] for m in named)
    before = reading.words[max(0, lack.words[0] - _TROUBLE_REACH) : lack.words[1]]
    return not inside and _TROUBLE.isdisjoint(before)


def _echo(text: str, question: str, reading: Reading) -> list[Mention]:
    """Read a fragment together with its question: "Where does it hurt?" — "In my left arm"."""
    joined = read(f"{question.rstrip(' ?!.')} {text}")
    shift = len(question.rstrip(" ?!.")) + 1
    known = {m.concept for m in reading.mentions}
    echoed = []
    for mention in joined.mentions:
        if mention.span[1] > shift and mention.concept not in known and mention.assertion is not Assertion.IDIOM:
            start = max(0, mention.span[0] - shift)
            echoed.append(
                replace(mention, span=(start, mention.span[1] - shift), assertion=Assertion.PRESENT, trigger_span=None)
            )
    return echoed
