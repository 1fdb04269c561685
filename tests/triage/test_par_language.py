"""A report read in the other language: labels from codes, the patient's words and their places as they were."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import Clients
from tests.factories import make_practice, signed_in
from tests.triage import scene

from osler.core.auth import Role
from osler.triage import redflags
from osler.triage.assessment import assess
from osler.triage.facts_lexicon import lexicon
from osler.triage.interview_questions import label_of, questions
from osler.triage.interview_turns import Turn
from osler.triage.par_language import Language, in_language
from osler.triage.urgency import rules

CASES = Path(__file__).parents[2] / "evals" / "triage"
STORY = (
    "Bonjour, j’ai 54 ans, j’ai mal au ventre depuis hier soir, 6/10, ça s’aggrave. Pas de fièvre. Je prends du "
    "ramipril 5 mg le matin et du paracétamol, je suis allergique à la pénicilline, hypertendu, et mon père a eu un "
    "infarctus."
)
OTHER: dict[str, Language] = {"fr": "en", "en": "fr"}
Tree = dict[str, Any]


def _report(*texts: str, lang: str = "fr") -> Tree:
    turns = [Turn("018f", seq, "patient", text) for seq, text in enumerate(texts, 1)]
    report: Tree = assess(turns, lang=lang).par.to_json()
    return report


def _texts() -> list[tuple[str, str]]:
    found = []
    for path in sorted(CASES.glob("cases*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines()[::4]:
            case = json.loads(line)
            turns = case.get("turns") or [{"text": case.get("text", "")}]
            text = "\n".join(turn["text"] if isinstance(turn, dict) else str(turn) for turn in turns)
            if text.strip():
                found.append((case.get("lang") or "fr", text))
    return found


def _without_labels(value: Any) -> Any:
    """Keep what must not change: codes, places, the patient's words, figures."""
    if isinstance(value, list):
        return [_without_labels(item) for item in value]
    if not isinstance(value, dict):
        return value
    told = {"lang", "summary", "label", "name"}
    if "reference" in value or isinstance(value.get("code"), str) or value.get("value") in COURSES:
        told |= {"text"}
    return {key: _without_labels(item) for key, item in value.items() if key not in told}


COURSES = ("worsening", "improving", "intermittent", "constant", "resolved")


def test_a_french_report_reads_in_english() -> None:
    original = _report(STORY)
    kept = copy.deepcopy(original)
    report = in_language(original, "en")
    assert original == kept
    assert report["lang"] == "en"
    assert report["complaint"]["label"] == questions().titles["abdominal_pain"][0]
    labels = {item["code"]: item["label"] for part in ("findings", "negatives", "history") for item in report[part]}
    terms = lexicon().terms
    assert {code: labels[code] for code in ("fever", "hypertension")} == {
        code: questions().findings.get(code, (terms[code].en,))[0] for code in ("fever", "hypertension")
    }
    assert report["findings"][0]["course"]["text"] == terms["worsening"].en
    assert [drug["dose"] for drug in report["medications"]] == ["5 mg", None]
    assert report["chief_complaint"] == original["chief_complaint"]
    assert [allergy["label"] for allergy in report["allergies"]] == ["pénicilline"]
    assert report["summary"].startswith("Person aged 54. Complaint: abdominal pain.")
    assert "“Bonjour, j’ai 54 ans" in report["summary"]
    assert "Signes" not in report["summary"]
    assert all(gap["label"] == questions().items[gap["question_id"]].label_en for gap in report["gaps"])


def test_the_same_language_is_the_same_report() -> None:
    report = _report(STORY)
    assert in_language(report, "fr") is report


def test_many_reports_come_back_as_they_were() -> None:
    texts = _texts()
    assert len(texts) > 100
    for lang, text in texts:
        report = _report(text, lang=lang)
        there = in_language(report, OTHER[lang])
        assert in_language(there, OTHER[lang]) == there
        assert in_language(there, OTHER[OTHER[lang]]) == report, text
        assert _without_labels(there) == _without_labels(report), text


def _of_everything(lang: Language) -> Tree:
    """A report with every code there is, labelled in `lang`."""
    place = {"message_id": None, "seq": 1, "start": 0, "end": 1}
    report = _report(STORY)
    codes = [*lexicon().terms, *questions().findings]
    finding = {"status": "present", "source": [place], "onset": None, "duration": None, "severity": None}
    report["findings"] = [
        finding | {"code": code, "label": "?", "course": {"text": "?", "source": place, "value": course, "unit": None}}
        for code, course in zip(codes, COURSES * len(codes), strict=False)
    ]
    report["negatives"] = [{"code": code, "label": "?", "source": [place]} for code in codes]
    report["complaints"] = [{"code": code, "label": "?"} for code in questions().titles if code != "core"]
    report["medications"] = [
        {"code": code, "name": "?", "source": place, "dose": None, "frequency": None} for code in lexicon().drugs
    ]
    flags = redflags.load_rules().rules
    report["red_flags"] = [
        {"id": rule.id, "level": "urgent", "label": "?", "source": [], "reference": rule.source} for rule in flags
    ]
    ids = [rule.id for rule in (*rules()[0], *flags)] + ["U00", "U95", "U96", "U97", "U98", "U99"]
    report["reasons"] = [{"id": rule_id, "text": "?", "source": [], "reference": None} for rule_id in ids]
    report["gaps"] = [{"code": link, "label": "?", "question_id": link} for link in questions().items]
    report["corrections"] = [{"code": code, "text": "?", "source": place} for code in codes]
    report["lang"] = OTHER[lang]
    relabelled: Tree = in_language(report, lang)
    return relabelled


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_code_has_words_in_both_languages(lang: Language) -> None:
    report = _of_everything(lang)
    assert '"?"' not in json.dumps({key: report[key] for key in report if key != "history"})
    assert in_language(in_language(report, OTHER[lang]), lang) == report


def test_words_that_no_rule_knows_any_more_stay() -> None:
    report = _report(STORY)
    place = report["findings"][0]["source"][0]
    old = {
        "findings": [report["findings"][0] | {"code": "gone", "label": "Signe ancien", "course": None}],
        "history": [{"code": "free_text", "label": "opéré du genou", "source": place, "subject": "patient"}],
        "medications": [report["medications"][0] | {"code": "gone", "name": "vieux sirop"}],
        "red_flags": [{"id": "RF999", "level": "urgent", "label": "Ancien", "source": [place], "reference": "X"}],
        "reasons": [{"id": "U999", "text": "Ancienne raison", "source": [], "reference": None}],
        "gaps": [{"code": "gone", "label": "Ancienne question", "question_id": "gone"}],
        "corrections": [{"text": "fièvre", "source": place}],
    }
    read = in_language(report | old, "en")
    assert {key: read[key] for key in old} == old
    assert "Signe ancien" in read["summary"]
    assert "opéré du genou" in read["summary"]


def test_a_finding_taken_back_on_a_question_is_a_label_and_the_patients_words_are_not() -> None:
    question = next(item for item in questions().items.values() if "fever" in item.asks_about and item.is_closed)
    turns = [
        Turn(None, 1, "patient", "J’ai mal au ventre et de la fièvre."),
        Turn(None, 2, "assistant", question.fr, question.link_id),
        Turn(None, 3, "patient", "Non"),
    ]
    report: Tree = assess(turns, lang="fr").par.to_json()
    [correction] = [item for item in report["corrections"] if item["code"] == "fever"]
    [read] = [item for item in in_language(report, "en")["corrections"] if item["code"] == "fever"]
    assert (correction["text"], read["text"]) == (label_of("fever", "fr"), label_of("fever", "en"))


def test_a_dose_to_confirm_names_the_drug_in_the_language_of_the_reader() -> None:
    report = _report("Je prends de l’aspirine 75 mg, j’ai mal au dos.")
    [drug] = report["medications"]
    gap = {"code": f"dose:{drug['code']}", "label": "?", "question_id": f"read_back:{drug['code']}"}
    [read] = in_language(report | {"gaps": [gap]}, "en")["gaps"]
    assert read["label"] == f"Dose to be confirmed: {lexicon().drugs[drug['code']].en} {drug['dose']}"


def test_a_stopped_drug_is_not_in_the_summary() -> None:
    report = _report("J’ai mal au dos, j’ai arrêté le ramipril.")
    assert [drug["is_taken"] for drug in report["medications"]] == [False]
    assert "ramipril" in report["chief_complaint"]["text"]
    assert "Medicines" not in in_language(report, "en")["summary"]


async def test_a_nurse_reads_a_french_report_in_english(new_client: Clients) -> None:
    await make_practice()
    case, report = await scene.make_submitted()
    url = f"/api/triage/reports/{report.id}"
    async with signed_in(new_client, Role.NURSE) as nurse:
        stored = (await nurse.get(url)).json()
        assert (await nurse.get(url, params={"lang": "fr"})).json()["content"] == stored["content"]
        english = (await nurse.get(url, params={"lang": "en"})).json()
        frozen = (await nurse.get(f"{url}/versions/{report.version}", params={"lang": "en"})).json()
        claimed = (await nurse.post(f"{url}/claim", params={"lang": "en"}, json={})).json()
        decided = await nurse.post(
            f"{url}/escalate",
            params={"lang": "en"},
            json={"report_version": report.version, "reason": "To be examined."},
        )
        assert (await nurse.get(url, params={"lang": "de"})).status_code == 422
    assert stored["content"]["lang"] == "fr"
    assert english["entry"]["language"] == case.language == "fr"
    assert english["content"] == frozen["content"] == claimed["content"] == decided.json()["content"]
    assert english["content"]["complaint"]["label"] == questions().titles["headache"][0]
    assert english["content"]["chief_complaint"] == stored["content"]["chief_complaint"]
    assert english["content"]["summary"].startswith("Complaint: headache. Says: “J’ai mal à la tête")
