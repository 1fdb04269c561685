"""The interview: what is asked, in which order, and when it ends."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osler.triage.assessment import Assessment, assess
from osler.triage.interview import MAX_QUESTIONS
from osler.triage.interview_questions import COMPLAINTS, questions, recognise
from osler.triage.interview_turns import Turn
from osler.triage.par import Urgency
from osler.triage.urgency import rules


def _play(first: str, answers: Sequence[str], *, lang: str = "en", **known: object) -> tuple[list[Turn], Assessment]:
    """Answer every question in turn, the last answer again and again, until the interview ends."""
    turns = [Turn("m0", 0, "patient", first)]
    for number in range(3 * MAX_QUESTIONS):
        found = assess(turns, lang=lang, **known)  # type: ignore[arg-type]  # age and sex by name
        if found.step.kind == "finish":
            return turns, found
        answer = answers[min(number, len(answers) - 1)]
        turns.append(Turn(f"a{number}", len(turns), "assistant", found.step.text, found.step.link_id, found.step.kind))
        turns.append(Turn(f"p{number}", len(turns), "patient", answer))
    raise AssertionError("the interview did not end")


def _asked(turns: Sequence[Turn]) -> list[str]:
    return [turn.question_id for turn in turns if turn.question_id is not None]


def test_every_question_speaks_both_languages_and_says_why() -> None:
    for item in questions().items.values():
        for text in (item.en, item.fr, item.why_en, item.why_fr, item.label_en, item.label_fr):
            assert text.strip(), item.link_id
        assert item.en.endswith("?")
        assert item.fr.endswith("\u00a0?"), item.link_id
        assert "'" not in item.fr, item.link_id
        for option in item.options:
            assert option.en
            assert option.fr
        if item.topic != "complaint":
            assert "unknown" in {option.code for option in item.options}, item.link_id


def test_every_complaint_has_a_questionnaire_and_every_raise_is_a_rule() -> None:
    assert set(questions().titles) == {*COMPLAINTS, "core"}
    known = {rule.id for rule in rules()[0]}
    for item in questions().items.values():
        assert all(code.startswith("RF") or code in known for code in item.raises), item.link_id


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_our_own_questions_are_recognised_by_their_words(lang: str) -> None:
    for item in questions().items.values():
        for said in (item.text(lang), f"Merci. {item.text(lang)}"):
            found = recognise(said)
            # Two complaints may share one question, word for word.
            assert found is not None
            assert questions().items[found].text(lang) == item.text(lang)


def test_what_was_said_is_not_asked_again() -> None:
    first = (
        "I am a 34-year-old man with a headache since yesterday, 5 out of 10, no fever. It came on slowly. I take no "
        "medicines and have no allergies."
    )
    turns, _ = _play(first, ["no"])
    asked = _asked(turns)
    assert not {"core.age", "core.onset", "core.severity", "core.allergies", "core.medications"} & set(asked)
    assert "headache.sudden" in asked


def test_what_could_change_the_urgency_is_asked_first() -> None:
    found = assess([Turn(None, 0, "patient", "J’ai mal au dos depuis hier")], lang="fr")
    assert found.step.link_id == "back_pain.saddle"
    assert found.step.why
    assert {reply.value for reply in found.step.quick_replies} == {"yes", "no", "unknown"}


def test_a_yes_to_a_danger_question_ends_the_interview_in_an_emergency() -> None:
    turns, found = _play("J’ai mal au dos depuis une semaine", ["oui"], lang="fr")
    assert found.urgency is Urgency.EMERGENCY
    assert found.step.reason == "emergency"
    assert len(_asked(turns)) == 1
    assert found.emergency is not None


def test_an_emergency_stays_when_the_patient_takes_it_back() -> None:
    turns = [
        Turn("1", 1, "patient", "I have crushing chest pain going into my left arm and I am sweating, for an hour"),
        Turn("2", 2, "patient", "Actually no, I am not sweating and I have no chest pain, forget it"),
    ]
    assert assess(turns[:1]).urgency is Urgency.EMERGENCY
    later = assess(turns)
    assert later.urgency is Urgency.EMERGENCY
    assert later.par.corrections


def test_stop_ends_the_interview_and_keeps_the_gaps() -> None:
    _, found = _play("I have a headache", ["no", "stop"])
    assert found.step.kind == "finish"
    assert found.step.reason == "stopped"
    assert found.par.gaps


def test_the_interview_goes_on_when_the_patient_does() -> None:
    turns = [
        Turn(None, 0, "patient", "I have a headache"),
        Turn(None, 1, "assistant", questions().items["headache.sudden"].en, "headache.sudden", "question"),
        Turn(None, 2, "patient", "stop"),
        Turn(None, 3, "patient", "Sorry, the pain is on the left side"),
    ]
    assert assess(turns[:3]).step.reason == "stopped"
    assert assess(turns).step.kind == "question"


def test_an_off_topic_answer_is_asked_once_more_then_left_as_a_gap() -> None:
    turns, found = _play("J’ai mal à la tête depuis hier", ["le ciel est bleu aujourd’hui"], lang="fr")
    asked = _asked(turns)
    assert asked[:2] == ["headache.sudden", "headache.sudden"]
    assert asked.count("headache.sudden") == 2
    assert turns[3].text.startswith("Pour être sûr")
    assert "headache.sudden" in {gap.question_id for gap in found.par.gaps}


def test_i_do_not_know_is_a_gap_and_never_lowers() -> None:
    _, known = _play("I have a headache since yesterday, I am 30", ["no"])
    _, unknown = _play("I have a headache since yesterday, I am 30", ["I don’t know"])
    assert unknown.urgency.rank >= known.urgency.rank
    assert unknown.urgency.rank >= Urgency.URGENT.rank
    assert "headache.sudden" in {gap.question_id for gap in unknown.par.gaps}


def test_self_care_only_after_every_question_that_could_be_a_flag() -> None:
    alone = assess([Turn(None, 0, "patient", "I have a runny nose since yesterday")], lang="en")
    assert alone.urgency is not Urgency.SELF_CARE
    _, found = _play("I have a runny nose since yesterday, I am a 30-year-old man", ["no"])
    assert found.urgency is Urgency.SELF_CARE
    assert not [gap for gap in found.par.gaps if gap.code in {"danger_signs", "fever"}]


def test_doses_and_figures_are_read_back_and_confirmed() -> None:
    first = "I am a 50-year-old man with back pain for a week, 4/10. I take bisoprolol 5 mg once a day."
    turns, found = _play(first, ["no", "no", "no", "no", "no", "no", "no", "no", "no", "yes"])
    (read_back,) = [turn for turn in turns if turn.kind == "read_back"]
    assert "bisoprolol 5 mg once a day" in read_back.text
    drug = next(drug for drug in found.par.medications if drug.code == "bisoprolol")
    answer = turns[turns.index(read_back) + 1].text
    assert drug.confirmed is (answer == "yes")


def test_a_corrected_dose_replaces_the_first() -> None:
    turns = [
        Turn(None, 0, "patient", "Mal de dos, je prends du bisoprolol 5 mg"),
        Turn(None, 1, "assistant", "J’ai noté : bisoprolol 5 mg. Est-ce exact ?", "read_back:bisoprolol", "read_back"),
        Turn(None, 2, "patient", "Non, bisoprolol 2,5 mg"),
    ]
    drug = assess(turns, lang="fr").par.medications[0]
    assert drug.dose == "2,5 mg"
    assert drug.confirmed is None


def test_not_knowing_a_dose_is_asked_once_more_and_left_as_a_gap() -> None:
    first = "I am a 50-year-old man with back pain for a week, 4/10. I take ramipril 5 mg. No allergies."
    turns, found = _play(first, ["no"] * 3 + ["I don’t know"])
    assert [turn.kind for turn in turns].count("read_back") == 2
    drug = found.par.medications[0]
    assert (drug.dose, drug.confirmed) == ("5 mg", None)
    assert "Dose to be confirmed: ramipril 5 mg" in {gap.label for gap in found.par.gaps}


@pytest.mark.parametrize(("lang", "shrug"), [("en", "I don’t know"), ("fr", "Je ne sais pas")])
def test_not_knowing_what_is_wrong_is_no_complaint(lang: str, shrug: str) -> None:
    main = questions().items["general.main"]
    turns = [
        Turn(None, 0, "patient", shrug),
        Turn(None, 1, "assistant", main.text(lang), main.link_id, "question"),
        Turn(None, 2, "patient", shrug),
    ]
    found = assess(turns, lang=lang)
    assert found.par.chief_complaint is None
    assert found.step.link_id != "general.main"
    assert "general.main" in {gap.question_id for gap in found.par.gaps}
    turns.append(Turn(None, 3, "patient", "ma tête me fait mal" if lang == "fr" else "my head hurts"))
    par = assess(turns, lang=lang).par
    assert par.chief_complaint is not None
    assert par.chief_complaint.text == turns[3].text


def test_a_measured_fever_is_a_fever() -> None:
    assert assess([Turn(None, 0, "patient", "my temperature is 39.2")], lang="en").par.complaint.code == "fever"


def test_a_second_complaint_brings_its_own_questions() -> None:
    turns = [Turn(None, 0, "patient", "I have back pain"), Turn(None, 1, "patient", "and now my chest hurts")]
    found = assess(turns, lang="en")
    assert [complaint.code for complaint in found.par.complaints] == ["chest_pain", "back_pain"]
    asked = _asked(_play("I have back pain, and now my chest hurts", ["no"])[0])
    assert {"chest_pain.now", "back_pain.saddle"} <= set(asked)


def test_a_request_for_a_paper_is_not_interviewed() -> None:
    found = assess([Turn(None, 0, "patient", "I need a repeat prescription for my statin")], lang="en")
    assert found.step.kind == "finish"
    assert found.urgency is Urgency.ROUTINE


def test_an_answer_to_a_question_of_a_foreign_transcript_is_paired() -> None:
    turns = [
        Turn(None, 0, "patient", "My chest hurts"),
        Turn(None, 1, "assistant", "Do you have a fever?"),
        Turn(None, 2, "patient", "no"),
        Turn(None, 3, "assistant", "Is there any swelling of your ankles?"),
        Turn(None, 4, "patient", "yes"),
    ]
    par = assess(turns, lang="en").par
    assert "fever" in {negative.code for negative in par.negatives}
    assert "leg_swelling" in {finding.code for finding in par.findings}


_OPENINGS = st.sampled_from(
    ["J’ai mal à la tête", "chest pain", "je suis essoufflé", "palpitations since Monday", "I feel dizzy",
    "mal au ventre",
     "j’ai 38,5 de fièvre", "back pain", "je me sens bizarre", "hello", "runny nose and cough", "☠"]
)  # fmt: skip
_REPLIES = st.sampled_from(
    ["oui", "non", "yes", "no", "un peu", "je ne sais pas", "I don't know", "7", "45", "depuis trois jours", "better",
     "ramipril 5 mg", "none", "pénicilline", "what?", "the sky is blue", "", "38.5", "headache too", "120/80"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(_OPENINGS, st.lists(_REPLIES, min_size=1, max_size=15), st.sampled_from(["fr", "en"]))
def test_every_interview_ends_within_the_limit(first: str, answers: list[str], lang: str) -> None:
    turns, found = _play(first, answers, lang=lang)
    assert len(_asked(turns)) <= MAX_QUESTIONS
    assert found.step.progress.asked <= found.step.progress.of <= MAX_QUESTIONS
    assert found.step.text


@settings(max_examples=40, deadline=None)
@given(_OPENINGS, st.lists(_REPLIES, min_size=3, max_size=8), st.data())
def test_not_knowing_never_lowers_below_a_no(first: str, answers: list[str], data: st.DataObject) -> None:
    turns, _ = _play(first, answers)
    places = [i for i, turn in enumerate(turns) if turn.role == "patient" and i and short_no(turn.text)]
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    unknown = [*turns]
    unknown[place] = Turn(turns[place].id, turns[place].seq, "patient", "I don’t know")
    assert assess(unknown, lang="en").urgency.rank >= assess(turns, lang="en").urgency.rank


def short_no(text: str) -> bool:
    return text in {"no", "non"}
