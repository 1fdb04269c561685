"""The questions, read from `questionnaires` (FHIR R4 Questionnaire, with our own fields beside the standard ones)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TypedDict

from osler.triage.facts_lexicon import lexicon
from osler.triage.language.normalise import fold

# Which complaint is asked about first when several stand together.
COMPLAINTS = (
    "chest_pain",
    "breathlessness",
    "syncope_dizziness",
    "palpitations",
    "headache",
    "abdominal_pain",
    "fever",
    "back_pain",
    "general",
)
READ_BACK = "read_back"
_LONG_ENOUGH = 20


class _OptionJson(TypedDict, total=False):
    valueCoding: dict[str, str]
    display_fr: str
    asserts: list[str]
    denies: list[str]


class _ItemJson(TypedDict, total=False):
    linkId: str
    type: str
    text: str
    text_fr: str
    why: str
    why_fr: str
    priority: int
    purpose: str
    asks_about: list[str]
    raises: list[str]
    finding: str
    label: str
    label_fr: str
    condition: dict[str, object]
    topic: str
    answerOption: list[_OptionJson]


@dataclass(frozen=True, slots=True)
class Option:
    code: str
    en: str
    fr: str
    asserts: tuple[str, ...]
    denies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Condition:
    not_sex: str | None = None
    age_from: float | None = None
    age_to: float | None = None
    complaints: tuple[str, ...] = ()
    not_complaints: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """`finding` is what a bare yes means; when it is absent a yes means every code of `asks_about`.

    `raises` names the urgency rules and red flags that an answer could bring; `purpose` says what a missing answer is.
    """

    link_id: str
    complaint: str
    en: str
    fr: str
    why_en: str
    why_fr: str
    priority: int
    purpose: str
    asks_about: tuple[str, ...]
    raises: tuple[str, ...]
    finding: str | None
    label_en: str
    label_fr: str
    condition: Condition
    topic: str | None
    options: tuple[Option, ...]

    @property
    def is_closed(self) -> bool:
        return any(option.code == "yes" for option in self.options)

    def text(self, lang: str) -> str:
        return self.fr if lang == "fr" else self.en

    def why(self, lang: str) -> str:
        return self.why_fr if lang == "fr" else self.why_en

    def label(self, lang: str) -> str:
        return self.label_fr if lang == "fr" else self.label_en


@dataclass(frozen=True, slots=True)
class Questions:
    items: dict[str, Item]
    titles: dict[str, tuple[str, str]]
    by_text: dict[str, str]
    findings: dict[str, tuple[str, str]]
    version: str


@cache
def questions() -> Questions:
    """Read every questionnaire.

    Raises: `ValueError` for two items with one `linkId`.
    """
    items: dict[str, Item] = {}
    titles: dict[str, tuple[str, str]] = {}
    digest = sha256()
    for entry in sorted((files("osler.triage") / "questionnaires").iterdir(), key=lambda e: e.name):
        if not entry.name.endswith(".json"):
            continue
        source = entry.read_text(encoding="utf-8")
        digest.update(source.encode())
        document = json.loads(source)
        code = str(document["name"])
        titles[code] = (document["title"], document["title_fr"])
        for raw in document["item"]:
            item = _item(code, raw)
            if item.link_id in items:
                raise ValueError(f"{item.link_id} stands twice in the questionnaires")
            items[item.link_id] = item
    by_text = {_key(text): item.link_id for item in items.values() for text in (item.en, item.fr)}
    findings = {item.finding: (item.label_en, item.label_fr) for item in items.values() if item.finding}
    return Questions(items, titles, by_text, findings, digest.hexdigest()[:12])


def _item(complaint: str, raw: _ItemJson) -> Item:
    condition = raw.get("condition", {})
    return Item(
        link_id=raw["linkId"],
        complaint=complaint,
        en=raw["text"],
        fr=raw["text_fr"],
        why_en=raw["why"],
        why_fr=raw["why_fr"],
        priority=raw["priority"],
        purpose=raw["purpose"],
        asks_about=tuple(raw["asks_about"]),
        raises=tuple(raw["raises"]),
        finding=raw.get("finding"),
        label_en=raw.get("label") or _label(raw["asks_about"][0], "en"),
        label_fr=raw.get("label_fr") or _label(raw["asks_about"][0], "fr"),
        condition=_condition(condition),
        topic=raw.get("topic"),
        options=tuple(
            Option(
                code=option["valueCoding"]["code"],
                en=option["valueCoding"]["display"],
                fr=option["display_fr"],
                asserts=tuple(option.get("asserts", ())),
                denies=tuple(option.get("denies", ())),
            )
            for option in raw.get("answerOption", ())
        ),
    )


def _condition(raw: dict[str, object]) -> Condition:
    def number(name: str) -> float | None:
        value = raw.get(name)
        return float(value) if isinstance(value, int | float) else None

    def codes(name: str) -> tuple[str, ...]:
        value = raw.get(name)
        return tuple(map(str, value)) if isinstance(value, list) else ()

    sex = raw.get("not_sex")
    return Condition(
        not_sex=str(sex) if sex else None,
        age_from=number("age_from"),
        age_to=number("age_to"),
        complaints=codes("complaints"),
        not_complaints=codes("not_complaints"),
    )


_TOPIC_LABELS = {
    "age": ("Age", "Âge"),
    "onset": ("When it started", "Date de début"),
    "severity": ("Severity", "Intensité"),
    "course": ("Course", "Évolution"),
    "history": ("Medical history", "Antécédents"),
    "medications": ("Medicines", "Médicaments"),
    "allergies": ("Allergies", "Allergies"),
    "temperature": ("Temperature", "Température"),
    "pulse": ("Pulse", "Pouls"),
    "complaint": ("Main complaint", "Motif principal"),
    "chest_pressure": ("Pressing or tight chest pain", "Serrement ou poids dans la poitrine"),
    "tearing_pain": ("Tearing pain", "Douleur comme une déchirure"),
}


def _label(code: str, lang: str) -> str:
    term = lexicon().terms.get(code)
    if term is not None:
        return term.label(lang)
    english, french = _TOPIC_LABELS.get(code, (code.replace("_", " "), code.replace("_", " ")))
    return french if lang == "fr" else english


def label_of(code: str, lang: str) -> str:
    """Return the plain words for a fact, whether it came from free text or from a question."""
    named = questions().findings.get(code)
    if named is not None:
        return named[1] if lang == "fr" else named[0]
    return _label(code, lang)


def is_labelled(code: str) -> bool:
    """Say whether a code of a report, maybe of an older one, still has words of its own."""
    return code in questions().findings or code in lexicon().terms or code in _TOPIC_LABELS


def _key(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in fold(text)).split())


def recognise(text: str) -> str | None:
    """Find which question an assistant's message asks, by its words; a message may greet or thank first."""
    key = _key(text)
    known = questions().by_text
    if key in known:
        return known[key]
    ends = [question for question in known if key.endswith(f" {question}")]
    held = ends or [question for question in known if len(question) > _LONG_ENOUGH and question in key]
    return known[max(held, key=len)] if held else None
