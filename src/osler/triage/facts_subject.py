"""Of whom and of when a finding is said, where the shared judgement needs help: case texts and relatives."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from functools import lru_cache
from typing import Literal

from osler.triage.language.context import Context
from osler.triage.language.normalise import Normalised, fold

Status = Literal["present", "absent", "resolved", "past", "family"]

_PERSON = (
    r"(?:man|woman|male|female|boy|girl|gentleman|lady|infant|child|patient|homme|femme|garcon|fille|patiente|enfant|"
    r"nourrisson)"
)
_CASE = re.compile(
    rf"\b(?:\d{{1,3}}[ -]?(?:year|month|week|day|yo\b|y/o|ans\b|mois\b)[^.]{{0,40}}\b{_PERSON}\b"
    rf"|{_PERSON}\b[^.]{{0,30}}\b(?:aged?|agee?|de)\b[^.]{{0,4}}\d{{1,3}}|patiente? (?:presents|consulte))"
)
# "A five-day history of fever" is the present illness, not the past one; the word keeps its length.
_COURSE_OF = re.compile(r"((?:hour|day|week|month|year)s?['’]? )history(?= of)", re.IGNORECASE)
_CASE_BREAK = re.compile(
    r" (?=(?:with (?:a |an )?(?:past |known |long |strong |prior |remote )?(?:medical )?history|who has a history|"
    r"known for|presents?\b|presented|presenting|comes? (?:to|in)|came (?:to|in)|is brought|was brought|brought|"
    r"complains|complaining|is seen|reports|develops|developed|calls|aux? antecedents?|avec (?:un |des )?antecedents?|"
    r"sans antecedents?|consulte|se presente|est amene|vient (?:pour|consulter)|adresse|appelle|presente\b|"
    r"se plaint)\b)"
)


@lru_cache(maxsize=2048)
def separate_case(text: str) -> str:
    """Mark, in a third-person case text, where the history ends and the complaint begins.

    The result has the length of `text`, so offsets stay. "A man with a history of asthma presents with chest pain"
    otherwise reads as one clause about somebody's past.
    """
    text = _COURSE_OF.sub(lambda match: match.group(1) + "stretch", text)
    folded = fold(text)
    if not _CASE.search(folded[:400]):
        return text
    characters = list(text)
    for match in _CASE_BREAK.finditer(folded):
        characters[match.start()] = ";"
    return "".join(characters)


_RELATIVES = frozenset(
    """father dad mother mum mom brother sister uncle aunt cousin grandfather grandmother grandma grandpa parents family
    pere papa mere maman frere soeur oncle tante cousine famille""".split()
)
_SELF = frozenset("i je my mon ma mes me moi myself".split())
_REACH = 8
# A change of an amount, which may be that of a treatment as well as that of a symptom.
_CHANGES = ("augment", "increas", "diminu", "decreas", "reduc", "progress")
_TREATMENTS = (
    "traitement", "dose", "dosage", "posologie", "medicament", "comprime", "cachet", "ordonnance", "treatment",
    "medicine", "medication", "tablet", "pill", "prescription", "insulin", "dosing",
)  # fmt: skip
_DESPITE = frozenset("malgre despite with avec sous on without sans since depuis after apres besides".split())
_ARTICLES = frozenset("mon ma mes le la les l un une du des my the this that ce cette his her son sa ses votre".split())
_OTHER_SUBJECT = frozenset("ca cela it elle elles douleur douleurs pain pains and et but mais".split())
_BEFORE, _AFTER = 8, 4
_OPENING = frozenset({"no", "non", "aucun", "aucune", "not", "pas"})
_BARE_NEGATIONS = frozenset({"ni", "sans", "without", "nor"})
_PRESENT_VERBS = frozenset(
    "has have is am are presents complains gets develops keeps still ai est suis presente souffre sens ressens".split()
)
_PAST_VERBS = frozenset("had was were been avait etait ete used history antecedents antecedent deja already eu".split())


def of_whom(status: Status | None, kind: str, first: int, text: Normalised, context: Context) -> Status | None:
    """Tell a relative's illness from the patient's.

    The shared judgement takes "a man … ten days ago" for a relative's past; here only a word for a relative counts.
    """
    sentence = context.clause(first).sentence
    start = next(
        (i for i in range(first, max(-1, first - _REACH - 1), -1) if context.clause(i).sentence != sentence),
        max(-1, first - _REACH - 1),
    )
    before = text.words[start + 1 : first]
    relative = next((i for i in range(len(before) - 1, -1, -1) if before[i] in _RELATIVES), None)
    after = before[relative + 1 :] if relative is not None else ()
    is_relative = relative is not None and not _SELF & set(after)
    if first and text.words[first - 1] in _BARE_NEGATIONS:
        return "absent"
    if status == "family" and kind != "family" and relative is None and not _RELATIVES & set(text.words):
        status = "present" if kind in {"history", "event"} else "past"
    if status == "present" and kind == "history" and is_relative:
        return "family"
    if status == "past" and kind not in {"history", "family"}:
        near = set(before)
        return "present" if near & _PRESENT_VERBS and not near & _PAST_VERBS else "past"
    return status


def opens_next(text: Normalised, first: int, at: int) -> bool:
    """Say whether a "no" after a finding denies what follows, and not the finding, which no other word denies."""
    words = text.words
    follows = at + 1 < len(words) and words[at] in _OPENING and not text.breaks[at + 1]
    return follows and (not first or words[first - 1] not in _OPENING | _BARE_NEGATIONS)


def is_of_treatment(text: Normalised, match: tuple[int, int], symptoms: Iterable[int], drugs: Container[int]) -> bool:
    """Say whether what grew or shrank is a treatment: "my dose was increased" is no course of the illness.

    `symptoms` and `drugs` are places of words. In doubt it is the illness.
    """
    words, (first, last) = text.words, match
    if not any(word.startswith(_CHANGES) for word in words[first:last]):
        return False

    def is_treatment(at: int) -> bool:
        return at in drugs or words[at].startswith(_TREATMENTS)

    for at in range(last, min(len(words), last + _AFTER)):
        if text.breaks[at]:
            break
        if is_treatment(at):
            return all(words[between] in _ARTICLES | {"of", "de"} for between in range(last, at))
    taken = set(symptoms)
    for at in range(first - 1, max(-1, first - 1 - _BEFORE), -1):
        if text.breaks[at + 1] or at in taken or words[at] in _OTHER_SUBJECT:
            return False
        if is_treatment(at):
            before = at - 1
            while before >= 0 and words[before] in _ARTICLES:
                before -= 1
            return before < 0 or words[before] not in _DESPITE
    return False
