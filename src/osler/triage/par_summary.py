"""The summary of a report: fixed sentences filled with the patient's own facts, and no diagnosis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_MAX_WORDS = 24
_MAX_ITEMS = 8
_DETAILS = (
    ("onset", "onset", "début"),
    ("duration", "duration", "durée"),
    ("severity", "severity", "intensité"),
    ("course", "course", "évolution"),
)


def summary_of(content: Mapping[str, Any]) -> str:
    """Say who, what, since when, what is there, what is not, in at most nine short sentences.

    `content` is the JSON form of a report (any JSON, hence `Any`): its labels are taken as they stand, so the same
    sentences come out of a report that was just built and of a stored one that was put into another language.
    """
    french = content["lang"] == "fr"
    history = content["history"]
    taken = [drug for drug in content["medications"] if drug.get("is_taken", True)]
    lists = (
        ("Present", "Signes présents", _labels(f for f in content["findings"] if f["status"] == "present")),
        ("Absent", "Signes absents", _labels(content["negatives"])),
        ("History", "Antécédents", _labels(item for item in history if item["subject"] == "patient")),
        ("In the family", "Dans la famille", _labels(item for item in history if item["subject"] == "family")),
        ("Medicines", "Médicaments", [" ".join(filter(None, (d["name"], d["dose"], d["frequency"]))) for d in taken]),
        ("Red flags", "Signaux d’alerte", _labels(f for f in content["red_flags"] if f["level"] != "ask")),
    )
    sentences = [_person(content, french=french)]
    chief = content["chief_complaint"]
    if chief is not None:
        words = _shortened(chief["text"])
        sentences.append(f"Dit\u00a0: «\u00a0{words}\u00a0»." if french else f"Says: “{words}”.")
    sentences.append(_story(content["findings"], french=french))
    sentences.extend(_list(fr if french else en, items, french=french) for en, fr, items in lists)
    return " ".join(sentence for sentence in sentences if sentence)


def _labels(items: Iterable[Mapping[str, Any]]) -> list[str]:
    return [item["label"] for item in items]


def _person(content: Mapping[str, Any], *, french: bool) -> str:
    titles = ", ".join(label.lower() for label in _labels(content["complaints"]))
    age = _age(content["age"], french=french)
    sexes = {"male": ("man", "homme"), "female": ("woman", "femme")}
    sex = sexes.get(content["sex"] or "", ("person", "personne"))[french]
    if french:
        return f"Motif\u00a0: {titles}." if age is None else f"{sex.capitalize()} de {age}. Motif\u00a0: {titles}."
    return f"Complaint: {titles}." if age is None else f"{sex.capitalize()} aged {age}. Complaint: {titles}."


def _age(age: float | None, *, french: bool) -> str | None:
    if age is None:
        return None
    if age >= 2:
        return f"{age:.0f} ans" if french else f"{age:.0f}"
    months = round(age * 12)
    if months >= 1:
        return f"{months} mois" if french else f"{months} months"
    weeks = max(0, round(age * 52))
    return f"{weeks} semaines" if french else f"{weeks} weeks"


def _shortened(text: str) -> str:
    words = text.split()
    return " ".join(words[:_MAX_WORDS]) + (" …" if len(words) > _MAX_WORDS else "")


def _story(findings: list[Mapping[str, Any]], *, french: bool) -> str:
    if not findings:
        return ""
    main = findings[0]
    colon = "\u00a0: " if french else ": "
    told = [f"{fr if french else en}{colon}{main[kind]['text']}" for kind, en, fr in _DETAILS if main[kind] is not None]
    return f"{main['label']}{colon}{', '.join(told)}." if told else ""


def _list(title: str, items: Iterable[str], *, french: bool) -> str:
    unique = list(dict.fromkeys(item for item in items if item))
    if not unique:
        return ""
    rest = len(unique) - _MAX_ITEMS
    more = f" (+{rest})" if rest > 0 else ""
    return f"{title}{chr(0xA0) if french else ''}: {'; '.join(unique[:_MAX_ITEMS])}{more}."
