"""Drugs with their dose and rhythm, and allergies, as said in one message."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from osler.triage.facts_lexicon import Drug, lexicon
from osler.triage.language.context import Assertion, Context
from osler.triage.language.normalise import Normalised, normalise

_DOSE = re.compile(
    r"\s{0,3}(?:[a-z()\-]{1,14}\s){0,2}?(?P<dose>\d{1,4}(?:[.,]\d{1,3})?(?:/\d{1,4}(?:[.,]\d{1,3})?)?\s?"
    r"(?:mg|milligrammes?|milligrams?|g|mcg|microgrammes?|micrograms?|ui|iu|unites?|units?|ml|gouttes?|drops?"
    r"|bouffees?|puffs?|comprimes?|cp|cachets?|tablets?|pills?|gelules?|sachets?)\b)"
)
_BARE = re.compile(
    r"\s(?P<dose>\d{1,4}(?:[.,]\d{1,3})?)(?=\s*(?:$|[,.;)]|le |matin|soir|par |once|twice|daily|a day|et |and ))"
)
_RHYTHM = re.compile(
    r"(?P<rhythm>(?:\d|une?|deux|trois|quatre|once|twice|one|two|three|four)\s?(?:fois|times|x)?\s?(?:par|/|a|"
    r"per|each)\s?"
    r"(?:jour|j\b|day|d\b|semaine|week|mois|month)|matin,? midi et soir|matin et soir|le matin|le soir|"
    r"au coucher|chaque "
    r"(?:jour|matin|soir)|tous les (?:jours|matins|soirs)|par jour|every (?:day|morning|night|evening)|daily|each "
    r"(?:day|morning|night)|(?:in the )?morning and (?:night|evening)|at (?:night|bedtime)|in the (?:morning|evening)|"
    r"\b(?:bd|bid|tds|tid|od|qd|qid|prn)\b|toutes les \d{1,2} ?h(?:eures)?|every \d{1,2} hours|si besoin|as needed|"
    r"when needed|a day|per day)"
)
_REACH = 60
_ALLERGY_TO = re.compile(
    r"\b(?:allerg(?:ic|ique)s?\s+(?:to|a la|a le|aux|au|a|a l')|allerg(?:y|ie|ies)\s+(?:to|a la|a l'|aux|au|a))\s*"
    r"(?P<what>[^.;!?\n]{2,80})"
)
_ALLERGY_BEFORE = re.compile(r"\b(?P<what>[a-z]{3,20})\s+allerg(?:y|ies)\b")
_NO_ALLERGY = re.compile(
    r"\b(?:no (?:known )?(?:drug |food |medication )?allerg|not allergic|nkda|pas d.?\s?allerg|aucune? allerg|"
    r"sans allerg|"
    r"n.?ai pas d.?\s?allerg|pas allergique|never had (?:an )?allerg|den(?:y|ies) (?:any )?allerg|"
    r"don.?t have (?:any )?allerg)"
)
_NO_DRUG = re.compile(
    r"\b(?:(?:take|taking|takes|on|having|use)\s(?:no|any)\s(?:regular\s)?(?:medicines?|medications?|meds|drugs|"
    r"tablets|treatment)"
    r"|no (?:regular |current |daily )?(?:medicines?|medications?|meds)\b|(?:aucun|pas de|sans) (?:medicaments?|"
    r"traitements?)"
    r"|(?:prends|prend) (?:rien|aucun|pas de)\b)"
)
_ENDS = re.compile(
    r"\b(?:and i|et je|et j|but|mais|depuis|since|which|qui|et il|et elle|and he|and she|sinon|otherwise|et suis)\b|,"
)
_STOPPED = frozenset("stopped stop stopping arrete arreter stoppe cessed ceased quit longer".split())
_DENIALS = frozenset("not no never without pas aucun aucune jamais sans ni".split())
_NOT_SUBSTANCES = frozenset(
    "any my seasonal known food drug the no other some with of severe skin and or bad has".split()
)


@dataclass(frozen=True, slots=True)
class DrugMention:
    """`dose` and `rhythm` are the patient's own characters; `start`, `end` cover drug, dose and rhythm."""

    drug: Drug
    dose: str | None
    rhythm: str | None
    is_taken: bool
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class AllergyMention:
    text: str
    start: int
    end: int


@cache
def _by_words() -> tuple[dict[tuple[str, ...], Drug], int]:
    table = {normalise(name).words: drug for name, drug in lexicon().drug_of_word.items()}
    return table, max(map(len, table))


def read_drugs(text: Normalised, context: Context, allergies: tuple[AllergyMention, ...]) -> tuple[DrugMention, ...]:
    """Return the drugs named, in the order of the text, without those that the patient is allergic to."""
    found: list[tuple[int, int, Drug]] = []
    table, longest = _by_words()
    i = 0
    while i < len(text.words):
        for size in range(min(longest, len(text.words) - i), 0, -1):
            drug = table.get(text.words[i : i + size])
            if drug is not None:
                found.append((i, i + size, drug))
                i += size - 1
                break
        i += 1
    mentions = []
    for position, (first, last, drug) in enumerate(found):
        start, end = text.starts[first], text.ends[last - 1]
        if any(allergy.start <= start < allergy.end for allergy in allergies):
            continue
        limit = text.starts[found[position + 1][0]] if position + 1 < len(found) else len(text.folded)
        verdict = context.judge((first, last, ()), "history").assertion
        if verdict in {Assertion.HYPOTHETICAL, Assertion.INFORMATION, Assertion.IDIOM, Assertion.FAMILY}:
            continue
        stopped = not _STOPPED.isdisjoint(text.words[max(0, first - 4) : first])
        taken = verdict not in {Assertion.NEGATED, Assertion.PAST} and not stopped and not _is_denied(text, first)
        mentions.append(_with_dose(text, drug, start, end, min(limit, end + _REACH), is_taken=taken))
    return tuple(mentions)


def _is_denied(text: Normalised, first: int) -> bool:
    """Say whether a "no" stands just before a drug: "I do not take any aspirin"."""
    start = first
    while start > 0 and first - start < 5 and not text.breaks[start]:
        start -= 1
    return not _DENIALS.isdisjoint(text.words[start:first])


def _with_dose(text: Normalised, drug: Drug, start: int, end: int, limit: int, *, is_taken: bool) -> DrugMention:
    after = text.folded[end:limit]
    stop = re.search(r"[.;\n](?!\d)", after)
    after = after[: stop.start()] if stop else after
    dose = _DOSE.match(after) or _BARE.match(after)
    rhythm = _RHYTHM.search(after)
    last = end + max(dose.end("dose") if dose else 0, rhythm.end("rhythm") if rhythm else 0)

    def original(match: re.Match[str] | None, name: str) -> str | None:
        return text.text[end + match.start(name) : end + match.end(name)].strip() if match else None

    return DrugMention(drug, original(dose, "dose"), original(rhythm, "rhythm"), is_taken, start, last)


def read_allergies(text: Normalised) -> tuple[tuple[AllergyMention, ...], tuple[int, int] | None]:
    """Return the allergies named, and where the patient says there is none."""
    denied = _NO_ALLERGY.search(text.folded)
    found: list[AllergyMention] = []
    for match in _ALLERGY_TO.finditer(text.folded):
        start, end = match.span("what")
        cut = _ENDS.search(match.group("what"))
        end = start + cut.start() if cut else end
        _add(found, text, start, end, denied)
    for match in _ALLERGY_BEFORE.finditer(text.folded):
        if match.group("what") not in _NOT_SUBSTANCES:
            _add(found, text, *match.span("what"), denied)
    return tuple(found), denied.span() if denied and not found else None


def denies_drugs(text: Normalised) -> bool:
    """Say whether the patient states that no medicine is taken."""
    return _NO_DRUG.search(text.folded) is not None


def _add(found: list[AllergyMention], text: Normalised, start: int, end: int, denied: re.Match[str] | None) -> None:
    while end > start and not text.folded[end - 1].isalnum():
        end -= 1
    while start < end and not text.folded[start].isalnum():
        start += 1
    overlaps_denial = denied is not None and denied.start() <= start <= denied.end() + 12
    if end - start >= 2 and not overlaps_denial:
        found.append(AllergyMention(text.text[start:end], start, end))
