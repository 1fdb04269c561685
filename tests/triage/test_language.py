"""Patient language: words, spelling, values, clauses and what is asserted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from osler.triage.language import Assertion, load_lexicon, normalise, read, read_values


def _assertions(text: str, concept: str) -> set[str]:
    return {str(m.assertion) for m in read(text).of(concept)}


def _values(text: str, kind: str) -> list[float]:
    return [v.value for v in read(text).values if v.kind == kind]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("J’ai mal à l’œil", ("je", "ai", "mal", "a", "le", "oeil")),
        ("I can't breathe", ("i", "can", "not", "breathe")),
        ("jai maaaal 😭", ("je", "ai", "mal")),
        ("cant feel my hand", ("can", "not", "feel", "my", "hand")),
        ("e\u0301tau", ("etau",)),
        ("\ud800chest\x00pain", ("chest", "pain")),
    ],
)
def test_words_are_plain_whatever_the_typing(text: str, words: tuple[str, ...]) -> None:
    assert normalise(text).words == words


@given(st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_spans_stay_inside_the_original_text(text: str) -> None:
    reading = read(text)
    for span in [m.span for m in reading.mentions] + [v.span for v in reading.values]:
        assert 0 <= span[0] < span[1] <= len(text)


@pytest.mark.parametrize("typed", ["poitrinne", "vertije", "respirration", "shoulderr", "numbb", "conaissance"])
def test_a_misspelt_word_is_brought_back(typed: str) -> None:
    matcher = load_lexicon().matcher
    assert matcher.word_symbols(matcher.correct(typed))


@pytest.mark.parametrize("word", ["paint", "poutine", "heard", "bloke", "march", "station"])
def test_a_real_word_is_left_alone(word: str) -> None:
    assert load_lexicon().matcher.correct(word) == word


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("38°5 de fièvre", "temperature", 38.5),
        ("thirty eight point five fever", "temperature", 38.5),
        ("trente-neuf cinq de température", "temperature", 39.5),
        ("temp 101.5 F", "temperature", 38.61),
        ("tension 18/11", "blood_pressure", 180),
        ("tension à 18 sur 11", "blood_pressure", 180),
        ("BP 215/125", "blood_pressure", 215),
        ("pressure two twenty over one thirty", "blood_pressure", 220),
        ("j'ai 21 de tension", "blood_pressure", 210),
        ("pulse 34 and dizzy", "pulse", 34),
        ("coeur à 170", "pulse", 170),
        ("saturation à 85 %", "saturation", 85),
        ("glycémie 4,5 g/L", "glucose", 24.98),
        ("glucose 520 mg/dL", "glucose", 28.86),
        ("sugars 25", "glucose", 25),
        ("my 6 week old", "age", 0.12),
        ("bébé de 2 mois", "age", 0.17),
        ("I'm 58", "age", 58),
        ("34 SA", "gestation", 34),
        ("8 weeks pregnant", "gestation", 8),
        ("36+4", "gestation", 36),
        ("depuis 20 minutes", "duration", 20),
        ("il y a deux heures", "ago", 120),
        ("for 3 days", "duration", 4320),
        ("1h30", "duration", 90),
        ("pain 8/10", "severity", 8),
        ("j'ai pris 12 comprimés", "count", 12),
    ],
)
def test_quantities_are_read_in_one_unit(text: str, kind: str, value: float) -> None:
    assert _values(text, kind) == [pytest.approx(value, abs=0.02)]


def test_a_french_blood_pressure_keeps_both_figures() -> None:
    (value,) = [v for v in read("j'ai 21/12 de tension").values if v.kind == "blood_pressure"]
    assert (value.value, value.low, value.unit) == (210, 120, "mm[Hg]")


@given(st.integers(min_value=350, max_value=430))
@settings(max_examples=60, deadline=None)
def test_every_temperature_reads_the_same_with_point_comma_and_degree(tenths: int) -> None:
    whole, rest = divmod(tenths, 10)
    expected = [pytest.approx(tenths / 10)]
    for text in (f"fever {whole}.{rest}", f"fièvre {whole},{rest}", f"fièvre {whole}°{rest}"):
        assert [v.value for v in read_values(normalise(text)) if v.kind == "temperature"] == expected


@given(st.floats(min_value=50, max_value=600))
@settings(max_examples=60, deadline=None)
def test_glucose_units_agree(mg_dl: float) -> None:
    shown = round(mg_dl)
    (mass,) = _values(f"glucose {shown} mg/dL", "glucose")
    (litre,) = _values(f"glycémie {shown / 100:.2f} g/L", "glucose")
    assert mass == pytest.approx(litre, abs=0.05)


@pytest.mark.parametrize("text", ["room 412", "chambre 39", "rue 18/11/2024", "fever 380", "tension 5/10"])
def test_implausible_figures_are_no_values(text: str) -> None:
    assert not [v for v in read(text).values if v.kind in {"temperature", "blood_pressure", "pulse", "glucose"}]


@pytest.mark.parametrize(
    "text",
    [
        "no chest pain",
        "no fever, cough or chest pain",
        "I don't have any chest pain",
        "je n'ai pas mal à la poitrine",
        "pas de fièvre ni de douleur dans la poitrine",
        "ni toux ni douleur thoracique",
        "chest pain: no",
        "douleur dans la poitrine ? non",
    ],
)
def test_a_plain_denial_negates(text: str) -> None:
    assert _assertions(text, "chest_pain") <= {"negated"}


@pytest.mark.parametrize(
    "text",
    [
        "no fever but chest pain",
        "pas de fièvre mais mal à la poitrine",
        "never had chest pain like this",
        "not just chest pain, my arm too",
        "I can't say I don't have chest pain",
        "je n'ai jamais eu mal à la poitrine comme ça",
        "no fever since yesterday chest pain",
        "pas seulement mal à la poitrine",
        "no idea why I have chest pain",
        "fever no, chest pain yes",
        "chest pain that won't go away",
    ],
)
def test_negation_never_reaches_too_far(text: str) -> None:
    assert "present" in _assertions(text, "chest_pain")


@pytest.mark.parametrize(
    ("text", "concept", "assertion"),
    [
        ("j'ai plus mal à la poitrine", "chest_pain", Assertion.UNSURE),
        ("j'ai pas mal à la poitrine", "chest_pain", Assertion.UNSURE),
        ("I had chest pain in 2015", "chest_pain", Assertion.PAST),
        ("en 2015 j'ai eu une douleur dans la poitrine", "chest_pain", Assertion.PAST),
        ("my father died of a stroke, family history of seizures", "seizure", Assertion.FAMILY),
        ("what should I do if I have chest pain?", "chest_pain", Assertion.HYPOTHETICAL),
        ("what are the signs of a seizure?", "seizure", Assertion.INFORMATION),
        ("my husband has chest pain", "chest_pain", Assertion.THIRD_PARTY),
        ("I had chest pain this morning, it's gone now", "chest_pain", Assertion.RESOLVED),
    ],
)
def test_who_when_and_how_surely(text: str, concept: str, assertion: Assertion) -> None:
    assert _assertions(text, concept) == {str(assertion)}


def test_the_language_is_found_and_both_are_always_read() -> None:
    assert read("j'ai mal à la poitrine").lang == "fr"
    assert read("my chest hurts a lot").lang == "en"
    assert read("my poitrine hurts and je transpire").of("chest_pain")
