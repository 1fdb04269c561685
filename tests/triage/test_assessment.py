"""`assess` as a whole: the same answer every time, quickly, and with every statement in its place."""

import time
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osler.triage.assessment import assess, warm_up
from osler.triage.interview_questions import questions
from osler.triage.interview_turns import Turn
from osler.triage.par import Urgency, sources_of

_OPENINGS = {
    "chest_pain": ("My chest hurts", "J’ai mal dans la poitrine"),
    "palpitations": ("I have palpitations", "J’ai des palpitations"),
    "breathlessness": ("I am a bit short of breath", "Je suis un peu essoufflé"),
    "syncope_dizziness": ("I feel dizzy", "J’ai des étourdissements"),
    "headache": ("I have a headache", "J’ai mal à la tête"),
    "abdominal_pain": ("My belly hurts", "J’ai mal au ventre"),
    "fever": ("I have a fever", "J’ai de la fièvre"),
    "back_pain": ("I have back pain", "J’ai mal au dos"),
    "general": ("I feel odd", "Je me sens bizarre"),
    "core": ("I have a headache", "J’ai mal à la tête"),
}

_PIECES = st.sampled_from(
    ["j’ai mal à la poitrine", "depuis 20 minutes", "my father had a stroke", "38,7 de fièvre", "BP 182/121",
    "no cough",
     "ramipril 5 mg le matin", "allergic to penicillin", "A 45-year-old man presents with", "history of asthma", ".",
     ";",
     "oui", "non", "je ne sais pas", "stop", "☠", "\ud83d", "\x00", "ﬁèvre", "ET MAINTENANT", "pas mal au ventre",
     "7/10"]
)  # fmt: skip
_TEXTS = st.lists(_PIECES, max_size=6).map(" ".join)


@st.composite
def _transcripts(draw: st.DrawFn) -> list[Turn]:
    ids = sorted(questions().items)
    turns = []
    for seq in range(draw(st.integers(1, 8))):
        if draw(st.booleans()):
            turns.append(Turn(f"m{seq}", seq, "patient", draw(_TEXTS)))
        else:
            item = questions().items[draw(st.sampled_from(ids))]
            turns.append(Turn(f"m{seq}", seq, "assistant", item.fr, item.link_id, "question"))
    return turns


@settings(max_examples=120, deadline=None)
@given(_transcripts())
def test_the_same_transcript_gives_the_same_assessment(turns: list[Turn]) -> None:
    first = assess(turns)
    assert assess(list(turns)) == first
    assert first.par.to_json() == assess(turns).par.to_json()


@settings(max_examples=120, deadline=None)
@given(_transcripts())
def test_every_source_lies_inside_a_patients_message(turns: list[Turn]) -> None:
    for source in sources_of(assess(turns).par):
        turn = turns[source.turn]
        assert turn.role == "patient"
        assert (source.message_id, source.seq) == (turn.id, turn.seq)
        assert 0 <= source.start <= source.end <= len(turn.text)


@settings(max_examples=80, deadline=None)
@given(_transcripts(), _TEXTS)
def test_an_emergency_is_never_lost(turns: list[Turn], more: str) -> None:
    if assess(turns, lang="fr").is_emergency:
        after = assess([*turns, Turn("x", len(turns), "patient", more)], lang="fr")
        assert after.is_emergency
        assert after.emergency is not None
        assert after.reasons


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_no_to_one_of_our_questions_is_never_an_emergency(lang: str) -> None:
    for item in questions().items.values():
        turns = [
            Turn(None, 0, "patient", _OPENINGS[item.complaint][lang == "fr"]),
            Turn(None, 1, "assistant", item.text(lang), item.link_id, "question"),
        ]
        for said in ("non", "je ne sais pas") if lang == "fr" else ("no", "I don’t know"):
            found = assess([*turns, Turn(None, 2, "patient", said)], lang=lang)
            assert not found.is_emergency, (item.link_id, said, found.reasons)


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_yes_reaches_the_level_that_the_question_is_asked_for(lang: str) -> None:
    for link_id in (
        "chest_pain.radiation", "breathlessness.rest", "headache.sudden", "back_pain.saddle", "fever.rash",
        "abdominal_pain.rigid", "palpitations.faint", "syncope_dizziness.neuro", "general.danger",
    ):  # fmt: skip
        item = questions().items[link_id]
        turns = [
            Turn(None, 0, "patient", _OPENINGS[item.complaint][lang == "fr"]),
            Turn(None, 1, "assistant", item.text(lang), item.link_id, "question"),
            Turn(None, 2, "patient", "oui" if lang == "fr" else "yes"),
        ]
        assert assess(turns, lang=lang).urgency is Urgency.EMERGENCY, link_id


def test_every_quick_reply_is_understood_by_label_and_by_value() -> None:
    for item in questions().items.values():
        for option in item.options:
            for said in (option.code, option.fr):
                turns = [
                    Turn(None, 0, "patient", _OPENINGS[item.complaint][1]),
                    Turn(None, 1, "assistant", item.fr, item.link_id, "question"),
                    Turn(None, 2, "patient", said),
                ]
                found = assess(turns, lang="fr")
                assert found.step.link_id != item.link_id, (item.link_id, said)


def test_the_language_is_found_when_it_is_not_given() -> None:
    assert assess([Turn(None, 0, "patient", "J’ai mal à la tête depuis hier")]).lang == "fr"
    assert assess([Turn(None, 0, "patient", "My head hurts since yesterday")]).lang == "en"


def test_nothing_said_is_not_self_care() -> None:
    found = assess([], lang="fr")
    assert found.urgency.rank >= Urgency.SOON.rank
    assert found.step.link_id == "general.main"
    assert assess([Turn(None, 0, "patient", "   ")], lang="fr").urgency.rank >= Urgency.SOON.rank


def test_a_suicide_emergency_shows_its_own_line() -> None:
    found = assess([Turn(None, 0, "patient", "J’ai les médicaments devant moi, je veux en finir ce soir")], lang="fr")
    assert found.emergency is not None
    assert found.emergency.category in {"suicide", "poisoning"}
    assert "3114" in {found.emergency.primary.number, *(other.number for other in found.emergency.others)}


def _conversation() -> list[Turn]:
    turns: list[Turn] = [Turn("m0", 0, "patient", "J’ai mal au dos depuis deux semaines, surtout le matin, 45 ans")]
    for number in range(12):
        step = assess(turns, lang="fr").step
        if step.kind == "finish":
            break
        turns.append(Turn(f"a{number}", len(turns), "assistant", step.text, step.link_id, step.kind))
        turns.append(Turn(f"p{number}", len(turns), "patient", "non" if number % 3 else "non, rien de tout cela"))
    return turns


def _cpu_ms(turns: Sequence[Turn]) -> float:
    started = time.process_time()
    assess(turns, lang="fr")
    return (time.process_time() - started) * 1000


def test_a_new_message_costs_one_reading() -> None:
    """The bar is 5 ms; a busy machine is given four times that, and an assessment from nothing would still fail it."""
    warm_up()
    turns = _conversation()
    assess(turns, lang="fr")
    costs = [
        _cpu_ms([*turns, Turn(f"x{n}", len(turns), "patient", f"j’ai aussi mal au genou depuis {n} jours")])
        for n in range(2, 22)
    ]
    assert sorted(costs)[len(costs) // 2] < 20
