"""The summary of a report: fixed sentences filled with the patient's own facts, and no diagnosis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from osler.triage.facts_case import Case
from osler.triage.par import Complaint, Finding, HistoryItem, Negative, RaisedFlag

_MAX_WORDS = 24
_MAX_ITEMS = 8


def summary_of(
    case: Case,
    complaints: Sequence[Complaint],
    findings: Sequence[Finding],
    negatives: Sequence[Negative],
    history: Sequence[HistoryItem],
    flags: Sequence[RaisedFlag],
) -> str:
    """Say who, what, since when, what is there, what is not, in at most eight short sentences."""
    french = case.lang == "fr"
    sentences = [_person(case, complaints, french=french)]
    quote = case.chief or case.first_words
    if quote is not None:
        words = _shortened(quote[0])
        sentences.append(f"Dit\u00a0: «\u00a0{words}\u00a0»." if french else f"Says: “{words}”.")
    sentences.append(_story(findings, french=french))
    present = [finding.label for finding in findings if finding.status == "present"]
    sentences.append(_list("Signes présents" if french else "Present", present, french=french))
    sentences.append(_list("Signes absents" if french else "Absent", [n.label for n in negatives], french=french))
    own = [item.label for item in history if item.subject == "patient"]
    family = [item.label for item in history if item.subject == "family"]
    sentences.append(_list("Antécédents" if french else "History", own, french=french))
    sentences.append(_list("Dans la famille" if french else "In the family", family, french=french))
    taken = [drug for drug in case.drugs.values() if drug.is_taken]
    names = [" ".join(filter(None, (d.name_fr if french else d.name_en, d.dose, d.rhythm))) for d in taken]
    sentences.append(_list("Médicaments" if french else "Medicines", names, french=french))
    sentences.append(flags_sentence(flags, lang=case.lang))
    return " ".join(sentence for sentence in sentences if sentence)


def flags_sentence(flags: Iterable[RaisedFlag], *, lang: str) -> str:
    french = lang == "fr"
    raised = [flag.label for flag in flags if flag.level != "ask"]
    return _list("Signaux d’alerte" if french else "Red flags", raised, french=french)


def _person(case: Case, complaints: Sequence[Complaint], *, french: bool) -> str:
    titles = ", ".join(complaint.label.lower() for complaint in complaints)
    age = _age(case.age, french=french)
    sex = {"male": ("man", "homme"), "female": ("woman", "femme")}.get(case.sex or "", ("person", "personne"))[french]
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


def _story(findings: Sequence[Finding], *, french: bool) -> str:
    if not findings:
        return ""
    main = findings[0]
    parts = (
        ("début" if french else "onset", main.onset),
        ("durée" if french else "duration", main.duration),
        ("intensité" if french else "severity", main.severity),
        ("évolution" if french else "course", main.course),
    )
    colon = "\u00a0: " if french else ": "
    told = [f"{name}{colon}{detail.text}" for name, detail in parts if detail is not None]
    return f"{main.label}{colon}{', '.join(told)}." if told else ""


def _list(title: str, items: Iterable[str], *, french: bool) -> str:
    unique = list(dict.fromkeys(item for item in items if item))
    if not unique:
        return ""
    rest = len(unique) - _MAX_ITEMS
    more = f" (+{rest})" if rest > 0 else ""
    return f"{title}{chr(0xA0) if french else ''}: {'; '.join(unique[:_MAX_ITEMS])}{more}."
