"""Facts read from one message: what, since when, how much, which drug, whose."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osler.triage.facts_answers import short_answer
from osler.triage.facts_lexicon import lexicon
from osler.triage.facts_reading import MessageFacts, read_message
from osler.triage.facts_subject import separate_case


def _status(text: str, code: str) -> set[str]:
    return {fact.status for fact in read_message(text).facts if fact.code == code}


@pytest.mark.parametrize(
    ("text", "present", "absent"),
    [
        ("J’ai mal à la tête depuis hier, pas de fièvre", {"headache"}, {"fever"}),
        ("chest pain when I climb stairs, no shortness of breath", {"chest_pain", "exertional"}, {"breathlessness"}),
        ("je suis essoufflé et mes chevilles sont gonflées", {"breathlessness", "leg_swelling"}, set()),
        ("g mal o ventre et je vomis, pas de diarrhée", {"abdominal_pain", "vomiting"}, {"diarrhoea"}),
        ("He denies chest pain, fever or cough but feels dizzy", {"dizziness"}, {"chest_pain", "fever", "cough"}),
        ("palpitations sans douleur dans la poitrine ni malaise", {"palpitations"}, {"chest_pain"}),
        ("I have fever, no cough, no rash", {"fever"}, {"cough", "rash"}),
        ("A five-day history of fever and headache", {"fever", "headache"}, set()),
    ],
)
def test_symptoms_are_read_as_present_or_absent(text: str, present: set[str], absent: set[str]) -> None:
    read = read_message(text)
    assert present <= {fact.code for fact in read.facts if fact.status == "present"}
    assert absent <= {fact.code for fact in read.facts if fact.status == "absent"}


def test_a_relatives_illness_is_kept_apart() -> None:
    assert _status("My dad had diabetes and I have a cough", "diabetes") == {"family"}
    assert _status("Ma mère a du diabète", "diabetes") == {"family"}
    assert _status("I have diabetes", "diabetes") == {"present"}


def test_a_case_text_separates_history_from_complaint() -> None:
    text = "A 58-year-old man with a history of hypertension presents with crushing chest pain for 2 hours."
    assert _status(text, "hypertension") == {"present"}
    assert _status(text, "chest_pain") == {"present"}
    read = read_message(text)
    assert read.age is not None
    assert read.age.value == 58
    assert read.sex == "male"
    assert len(separate_case(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "code", "dose", "rhythm", "is_taken"),
    [
        ("je prends du Kardégic 75 mg le matin", "aspirin", "75 mg", "le matin", True),
        ("bisoprolol 2,5 mg matin et soir", "bisoprolol", "2,5 mg", "matin et soir", True),
        ("I take Eliquis 5 mg twice a day", "apixaban", "5 mg", "twice a day", True),
        ("levothyrox 75", "levothyroxine", "75", None, True),
        ("I stopped ramipril last month", "ramipril", None, None, False),
        ("I dont take any aspirin", "aspirin", None, None, False),
        ("metformine 1000 mg", "metformin", "1000 mg", None, True),
    ],
)
def test_drugs_are_read_with_dose_and_rhythm(
    text: str, code: str, dose: str | None, rhythm: str | None, is_taken: bool
) -> None:
    (drug,) = read_message(text).drugs
    assert (drug.drug.code, drug.dose, drug.rhythm, drug.is_taken) == (code, dose, rhythm, is_taken)
    assert 0 <= drug.start < drug.end <= len(text)


def test_an_allergy_is_not_a_medicine() -> None:
    read = read_message("Allergique à la pénicilline, je prends du paracétamol 1 g")
    assert [allergy.text for allergy in read.allergies] == ["pénicilline"]
    assert [drug.drug.code for drug in read.drugs] == ["paracetamol"]


@pytest.mark.parametrize("text", ["no known allergies", "pas d’allergie", "Aucune allergie connue", "NKDA"])
def test_no_allergy_is_a_statement_of_its_own(text: str) -> None:
    read = read_message(text)
    assert read.denies_allergies is not None
    assert read.allergies == ()


def test_charted_vital_signs_are_read() -> None:
    read = read_message("T 38.3°C, BP 144/92, HR 110, respiratory rate 22, SpO2 92% on room air")
    values = {measure.kind: measure.value for measure in read.measures}
    assert values == {
        "temperature": 38.3, "blood_pressure": 144, "pulse": 110, "respiratory_rate": 22, "saturation": 92,
    }  # fmt: skip


def test_an_age_at_an_event_is_no_pulse_and_a_dose_rhythm_no_duration() -> None:
    assert read_message("my dad had a heart attack at 52").measures == ()
    assert read_message("I take ramipril 5 mg twice a day").aspects == ()


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("mal de tête depuis 3 jours", "duration", 3 * 1440.0),
        ("chest pain for 20 minutes", "duration", 20.0),
        ("headache, 7/10", "severity", 7.0),
        ("headache, 5 out of 10", "severity", 5.0),
    ],
)
def test_the_story_is_read_with_its_figures(text: str, kind: str, value: float) -> None:
    assert (kind, value) in {(aspect.kind, aspect.value) for aspect in read_message(text).aspects}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("oui", "yes"), ("Oui, depuis lundi", "yes"), ("yep", "yes"), ("non", "no"), ("Not at all", "no"),
        ("un peu", "some"), ("yes a bit", "some"), ("je ne sais pas", "unknown"), ("jsp", "unknown"),
        ("no idea", "unknown"), ("no i don't know", "unknown"), ("stop", "stop"), ("Je veux arrêter", "stop"),
        ("stop please", "stop"), ("it does not stop", None), ("j'ai mal au dos", None), ("aucun", "no"), ("", None),
    ],
)  # fmt: skip
def test_short_answers(text: str, answer: str | None) -> None:
    assert short_answer(text) == answer


def test_every_term_has_labels_in_both_languages() -> None:
    for term in lexicon().terms.values():
        assert term.en
        assert term.fr


def _spans(read: MessageFacts) -> list[tuple[int, int]]:
    found = [(f.start, f.end) for f in read.facts]
    found += [(a.start, a.end) for a in read.aspects]
    found += [(d.start, d.end) for d in read.drugs]
    found += [(a.start, a.end) for a in read.allergies]
    found += [(m.start, m.end) for m in read.measures]
    return found


_WORDS = st.sampled_from(
    """mal à la tête ventre poitrine depuis hier 3 jours pas de fièvre je prends bisoprolol 5 mg allergique au latex
    chest pain for 20 minutes no cough BP 180/110 a 45-year-old man presents with history of asthma ; . , ? ☠ \ud83d ﬁ
    é œil stop oui non 39,5 °C twice a day""".split()
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_WORDS | st.text(max_size=6), max_size=40).map(" ".join))
def test_spans_stay_inside_the_text(text: str) -> None:
    for start, end in _spans(read_message(text)):
        assert 0 <= start <= end <= len(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    read_message(text)
    short_answer(text)


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("headache", ["My head has hurt since yesterday evening", "I’ve got a sore head", "ma tête me fait mal"]),
        ("headache", ["mon crâne me lance", "j’ai la tête dans un étau", "la tête me fait souffrir"]),
        (
            "abdominal_pain",
            ["my tummy hurts", "my stomach is killing me", "ça me tord le ventre", "mon estomac me brûle"],
        ),
        ("palpitations", ["j’ai le cœur qui bat n’importe comment", "mon cœur s’affole", "my heart is going crazy"]),
        ("palpitations", ["je sens mon cœur battre très fort", "my heart is beating really fast"]),
        ("breathlessness", ["I can’t get enough air on stairs", "I’m out of puff", "je cherche mon air"]),
        ("breathlessness", ["l’air ne rentre pas", "je n’arrive plus à reprendre mon souffle", "je suffoque"]),
        ("syncope", ["je tourne de l’œil", "j’ai tourné de l’œil ce matin", "I passed out in the shower"]),
        ("dizziness", ["my head is spinning", "je me sens partir", "ça tangue"]),
        ("back_pain", ["mon dos me lance", "my lower back has hurt for a week", "I’ve done my back in"]),
        ("chest_pain", ["ça me serre la poitrine", "mon thorax me fait souffrir", "ça me brûle dans la poitrine"]),
        ("fever", ["je suis brûlant", "I’m hot and shivery", "j’ai de la température"]),
    ],
)
def test_each_complaint_is_known_by_many_words(code: str, texts: list[str]) -> None:
    assert {text: _status(text, code) for text in texts} == {text: {"present"} for text in texts}


@pytest.mark.parametrize("text", ["the pain came back yesterday", "I came back from work and my knee hurts"])
def test_what_comes_back_is_no_back(text: str) -> None:
    assert _status(text, "back_pain") == set()


def test_a_headache_since_this_morning_is_not_worse_in_the_morning() -> None:
    for text in ("Headache since this morning", "headache and cough for two days", "mal de tête depuis hier matin"):
        assert _status(text, "morning_headache") == set(), text
    for text in ("headaches every morning", "my headache gets worse on coughing", "j’ai mal à la tête tous les matins"):
        assert _status(text, "morning_headache") == {"present"}, text


def test_a_dose_that_was_changed_is_no_course_of_the_illness() -> None:
    for text in (
        "mon traitement contre la tension a été augmenté il y a un mois",
        "on m’a augmenté le ramipril",
        "the doctor is increasing my insulin",
        "le dosage de mon levothyrox a été augmenté",
    ):
        assert _status(text, "worsening") == set(), text
    for text in (
        "malgré le traitement ça augmente",
        "la douleur augmente malgré le doliprane",
        "I take ramipril and the swelling is increasing",
        "my medicine was increased but the pain is getting worse",
    ):
        assert _status(text, "worsening") == {"present"}, text
    assert _status("ma dose a diminué", "improving") == set()


def test_the_same_as_usual_says_nothing_of_the_course() -> None:
    for text in ("it is the same as usual for me", "c’est pareil que les autres fois", "comme d’habitude"):
        assert _status(text, "constant") == set(), text
        assert _status(text, "same_as_usual") == {"present"}, text
    assert _status("the pain stays the same", "constant") == {"present"}
