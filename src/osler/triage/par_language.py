"""A stored report in the reader's language: labels are written again from their codes, the patient's words stay."""

from __future__ import annotations

from typing import Any, Final, Literal

from osler.triage import redflags
from osler.triage.facts_lexicon import lexicon
from osler.triage.interview_questions import is_labelled, label_of, questions
from osler.triage.par_building import DOSE_GAP, dose_label
from osler.triage.par_summary import summary_of
from osler.triage.urgency import reason_text

Language = Literal["fr", "en"]
_Tree = dict[str, Any]  # A part of a report's JSON.
FREE_TEXT: Final = "free_text"


def in_language(content: dict[str, Any], lang: Language) -> dict[str, Any]:
    """Return a report (its JSON) with its labels in `lang`; the one given is not changed.

    A frozen report may hold codes that later rules do not know: those keep the label they were stored with.
    """
    if content["lang"] == lang:
        return content
    medications = [_medication(drug, lang) for drug in content["medications"]]
    names = {drug["code"]: drug for drug in medications}
    told = content | {
        "lang": lang,
        "complaint": _complaint(content["complaint"], lang),
        "complaints": [_complaint(complaint, lang) for complaint in content["complaints"]],
        "findings": [_finding(finding, lang) for finding in content["findings"]],
        "negatives": [_labelled(negative, lang) for negative in content["negatives"]],
        "history": [_labelled(item, lang) for item in content["history"]],
        "medications": medications,
        "red_flags": [_flag(flag, lang) for flag in content["red_flags"]],
        "corrections": [_correction(correction, lang) for correction in content["corrections"]],
        "reasons": [_reason(reason, lang) for reason in content["reasons"]],
        "gaps": [_gap(gap, names, lang) for gap in content["gaps"]],
    }
    return told | {"summary": summary_of(told)}


def _labelled(item: _Tree, lang: Language) -> _Tree:
    if item["code"] == FREE_TEXT or not is_labelled(item["code"]):
        return item
    return item | {"label": label_of(item["code"], lang)}


def _complaint(complaint: _Tree, lang: Language) -> _Tree:
    title = questions().titles.get(complaint["code"])
    return complaint if title is None else complaint | {"label": title[lang == "fr"]}


def _finding(finding: _Tree, lang: Language) -> _Tree:
    course = finding["course"]
    if course is not None and isinstance(course["value"], str) and is_labelled(course["value"]):
        finding = finding | {"course": course | {"text": label_of(course["value"], lang)}}
    return _labelled(finding, lang)


def _medication(drug: _Tree, lang: Language) -> _Tree:
    known = lexicon().drugs.get(drug["code"])
    return drug if known is None else drug | {"name": known.label(lang)}


def _flag(flag: _Tree, lang: Language) -> _Tree:
    rule = redflags.load_rules().by_id.get(flag["id"])
    return flag if rule is None else flag | {"label": rule.label[lang]}


def _correction(correction: _Tree, lang: Language) -> _Tree:
    code = correction.get("code")
    if code is None or not is_labelled(code):
        return correction
    return correction | {"text": label_of(code, lang)}


def _reason(reason: _Tree, lang: Language) -> _Tree:
    rule = redflags.load_rules().by_id.get(reason["id"])
    text = reason_text(reason["id"], lang) if rule is None else rule.label[lang]
    return reason if text is None else reason | {"text": text}


def _gap(gap: _Tree, drugs: dict[str, _Tree], lang: Language) -> _Tree:
    drug = drugs.get(gap["code"].removeprefix(DOSE_GAP)) if gap["code"].startswith(DOSE_GAP) else None
    if drug is not None:
        return gap | {"label": dose_label(drug["name"], drug["dose"], lang)}
    item = questions().items.get(gap["question_id"] or "")
    return gap if item is None else gap | {"label": item.label(lang)}
