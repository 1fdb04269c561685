"""The report: its JSON form, its sources, its wording, and `osler par`."""

import io
import json
import re

import pytest

from osler.triage.assessment import assess
from osler.triage.interview_questions import questions
from osler.triage.interview_turns import Turn
from osler.triage.par_jsonl import MAX_TURN_TEXT, MAX_TURNS, run
from osler.triage.urgency import rules

CASE = (
    "Bonjour, j’ai 54 ans, j’ai mal au ventre depuis hier soir, 6/10, ça s’aggrave. Pas de fièvre. Je prends du "
    "ramipril 5 mg le matin, je suis allergique à la pénicilline, hypertendu, et mon père a eu un infarctus."
)

# Every key that docs and clients rely on.
KEYS = {
    "version", "lang", "complaint", "chief_complaint", "findings", "negatives", "history", "medications", "allergies",
    "allergies_status", "vitals", "red_flags", "suppressed", "urgency", "reasons", "gaps", "summary", "engine_versions",
}  # fmt: skip


def _turn(text: str) -> list[Turn]:
    return [Turn("018f", 1, "patient", text)]


def test_the_report_holds_what_was_said_where_it_was_said() -> None:
    par = assess(_turn(CASE), lang="fr").par
    words = lambda source: CASE[source.start : source.end]  # noqa: E731  One line says it.
    assert par.complaint.code == "abdominal_pain"
    assert par.chief_complaint is not None
    assert par.chief_complaint.text == CASE
    main = par.findings[0]
    assert words(main.source[0]) == "mal au ventre"
    assert main.severity is not None
    assert main.severity.value == 6
    assert main.duration is not None or main.onset is not None
    assert main.course is not None
    assert main.course.value == "worsening"
    assert [words(n.source[0]) for n in par.negatives if n.code == "fever"] == ["fièvre"]
    (drug,) = par.medications
    assert (drug.name, drug.dose, drug.frequency, drug.confirmed) == ("ramipril", "5 mg", "le matin", None)
    assert [allergy.label for allergy in par.allergies] == ["pénicilline"]
    assert par.allergies_status == "stated"
    assert {item.code for item in par.history if item.subject == "patient"} >= {"hypertension"}
    assert [item.code for item in par.history if item.subject == "family"] != []


def test_every_detail_quotes_the_words_at_its_source() -> None:
    par = assess(_turn(CASE), lang="fr").par
    for finding in par.findings:
        for detail in (finding.onset, finding.duration, finding.severity):
            if detail is not None:
                assert CASE[detail.source.start : detail.source.end] == detail.text


def test_the_json_form_is_the_contract() -> None:
    tree = assess(_turn(CASE), lang="fr").par.to_json()
    assert set(tree) >= KEYS
    assert json.loads(json.dumps(tree)) == tree
    source = tree["chief_complaint"]["source"]  # type: ignore[call-overload,index]  # a JSON tree
    assert source == {"message_id": "018f", "seq": 1, "start": 0, "end": len(CASE)}


def test_engine_versions_name_every_part() -> None:
    versions = assess(_turn(CASE), lang="fr").par.engine_versions
    assert set(versions) == {"facts", "questionnaires", "urgency", "red_flags"}
    assert all(versions.values())


_DIAGNOSES = re.compile(
    r"(?:^|[.:;] )(?:you have|you are having|vous avez|vous faites|this is an?|c’est une?)\b|\b(?:diagnos\w*|"
    r"safe|rien de grave|nothing to worry|you can wait|vous pouvez attendre|no danger|pas de danger)\b",
    re.IGNORECASE,
)


def _patient_texts() -> list[str]:
    texts = [text for item in questions().items.values() for text in (item.en, item.fr, item.why_en, item.why_fr)]
    return [text.replace("-vous", "") for text in texts]


@pytest.mark.parametrize("text", _patient_texts())
def test_no_question_names_a_diagnosis_or_reassures(text: str) -> None:
    assert not _DIAGNOSES.search(text)


@pytest.mark.parametrize("text", [text for rule in rules()[0] for text in (rule.en, rule.fr)])
def test_no_reason_names_a_diagnosis_or_reassures(text: str) -> None:
    assert not _DIAGNOSES.search(text)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_summary_is_in_the_language_of_the_report(lang: str) -> None:
    summary = assess(_turn("I have a headache, no fever, I take aspirin 75 mg"), lang=lang).par.summary
    assert ("Signes absents" in summary) is (lang == "fr")
    assert not _DIAGNOSES.search(summary)


def _run(*lines: str) -> list[dict[str, object]]:
    out = io.StringIO()
    run(io.StringIO("\n".join(lines) + "\n"), out)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_one_line_in_one_report_out() -> None:
    turns = [
        {"role": "patient", "text": "My chest hurts"},
        {"role": "assistant", "text": "Does the pain go into your arm or jaw?"},
        {"role": "patient", "text": "yes, the left arm, for an hour"},
    ]
    (report,) = _run(json.dumps({"id": "a1", "lang": "en", "age": 60, "sex": "male", "turns": turns}))
    assert report["id"] == "a1"
    assert report["urgency"] == "emergency"
    assert set(report) >= {"urgency", "red_flags", "reasons", "gaps", "findings", "spans"}
    for span in report["spans"]:  # type: ignore[attr-defined]  # a list of objects
        assert set(span) == {"turn", "start", "end"}
        assert 0 <= span["start"] <= span["end"] <= len(turns[span["turn"]]["text"])


def test_a_long_case_text_is_one_turn() -> None:
    text = "A 61-year-old man with a history of diabetes presents with crushing chest pain for an hour. "
    text += "He is tired. " * 300
    (report,) = _run(json.dumps({"id": 1, "turns": [{"role": "patient", "text": text}]}))
    assert report["urgency"] == "emergency"


@pytest.mark.parametrize(
    "line",
    [
        "not json", "[]", "3", "null", '{"id":"x"}', '{"id":"x","turns":[]}', '{"id":"x","turns":"a"}',
        '{"id":"x","turns":[{"role":"patient"}]}', '{"id":"x","turns":[{"role":"cat","text":"a"}]}',
        '{"id":"x","turns":[{"role":"assistant","text":"a"}]}', '{"id":"x","turns":[3]}',
        '{"id":"x","age":"old","turns":[{"text":"a"}]}', '{"id":"x","age":NaN,"turns":[{"text":"a"}]}',
        '{"id":"x","age":-1,"turns":[{"text":"a"}]}', '{"id":"x","lang":"de","turns":[{"text":"a"}]}',
        '{"id":"x","lang":["fr"],"turns":[{"text":"a"}]}', '{"id":{},"turns":[{"text":"a"}]}', "[" * 100_000,
        '{"id":"x","sex":3,"turns":[{"text":"a"}]}', '{"id":"x","country":3,"turns":[{"text":"a"}]}',
    ],
)  # fmt: skip
def test_a_broken_line_is_an_error_and_the_run_goes_on(line: str) -> None:
    answers = _run(line, json.dumps({"id": "good", "turns": [{"role": "patient", "text": "mal au dos"}]}))
    assert "error" in answers[0]
    assert answers[0].get("id") in {None, "x"}
    assert answers[1]["id"] == "good"
    assert "urgency" in answers[1]


def test_sizes_are_bounded() -> None:
    many = {"id": "m", "turns": [{"role": "patient", "text": "a"}] * (MAX_TURNS + 1)}
    long = {"id": "l", "turns": [{"role": "patient", "text": "a" * (MAX_TURN_TEXT + 1)}]}
    huge = '{"id":"h","turns":[{"text":"' + "a" * 1_500_000 + '"}]}'
    answers = _run(json.dumps(many), json.dumps(long), huge, json.dumps({"id": "ok", "turns": [{"text": "toux"}]}))
    assert ["error" in answer for answer in answers] == [True, True, True, False]


def test_strange_characters_pass_through() -> None:
    (report,) = _run('{"id":"s","turns":[{"role":"patient","text":"mal \\ud83d\\u0000 à la tête \\u202e 😀"}]}')
    assert report["id"] == "s"
    assert "error" not in report
