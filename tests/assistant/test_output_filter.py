"""What must never reach a patient, and what must pass."""

import pytest

from osler.assistant.output_filter import find_breach

BREACHES = {
    "diagnosis": [
        "You have angina.",
        "You probably have the flu.",
        "You may have a pulmonary embolism.",
        "This is a heart attack.",
        "It is probably a migraine.",
        "It sounds like a panic attack.",
        "Your symptoms suggest pneumonia.",
        "The diagnosis is appendicitis.",
        "I think you are having a stroke.",
        "Thank you. You are having a heart attack.",
        "Your risk of a heart attack is 12 %.",
        "You’ve got tonsillitis.",
        "Vous avez une angine.",
        "Vous avez probablement la grippe.",
        "Vous faites un infarctus.",
        "C’est une migraine.",
        "C’est sans doute un infarctus.",
        "Il s’agit probablement d’une embolie pulmonaire.",
        "Cela ressemble à une crise d’angoisse.",
        "Vos symptômes évoquent une pneumonie.",
        "Le diagnostic est clair.",
        "Je pense que vous avez une phlébite.",
        "Vous souffrez d’une gastrite.",
        "VOUS AVEZ UN CANCER",
    ],
    "dosing": [
        "Take 500 mg of paracetamol.",
        "You can take 2 tablets.",
        "The usual dose is two a day.",
        "Prenez 1 g toutes les six heures.",
        "Vous pouvez prendre 2 comprimés.",
        "La posologie habituelle est de deux par jour, la dose maximale aussi.",
    ],
    "medication_change": [
        "Stop your apixaban.",
        "Stop taking it tonight.",
        "You should stop your beta-blocker before the test.",
        "Double your ramipril today.",
        "Take some ibuprofen.",
        "Keep taking your tablets.",
        "I recommend rest.",
        "Arrêtez votre bêta-bloquant.",
        "Arrêtez de prendre ce traitement.",
        "Prenez du paracétamol.",
        "Doublez la dose.",
        "Ne prenez pas d’ibuprofène.",
        "Je vous conseille de rester au lit.",
        "Continuez votre traitement.",
    ],
    "test_interpretation": [
        "Your troponin is high.",
        "Your results are normal.",
        "The ECG looks fine.",
        "Votre troponine est élevée.",
        "Vos résultats sont tout à fait normaux.",
        "Votre tension est trop haute.",
    ],
    "reassurance": [
        "There is nothing to worry about.",
        "Don’t worry.",
        "It is not serious.",
        "You will be fine.",
        "This can wait until tomorrow.",
        "It's just stress.",
        "Ce n’est rien.",
        "Rien de grave.",
        "Ne vous inquiétez pas.",
        "Rassurez-vous, ça va passer.",
        "Vous pouvez attendre demain.",
        "Ce n’est pas une urgence.",
        "Êtes-vous rassuré ? Tout va bien.",
    ],
}
FINE = [
    "Do you have a fever?",
    "Avez-vous de la fièvre ?",
    "Vous prenez de l’apixaban 5 mg deux fois par jour, c’est bien cela ?",
    "You take apixaban 5 mg twice a day: is that right?",
    "Did the pain start suddenly? A sudden start helps the nurse decide how soon to call you.",
    "If you have chest pain, call 15.",
    "Si vous avez du mal à respirer, appelez le 15.",
    "Thank you, you have answered all the questions.",
    "Merci, vous avez répondu à toutes les questions.",
    "You can stop at any time.",
    "Vous pouvez arrêter à tout moment.",
    "Ne prenez pas le volant, ne restez pas seul et gardez votre téléphone à portée de main.",
    "Depuis quand avez-vous mal ?",
    "A nurse will read your answers.",
    "Quels médicaments prenez-vous ?",
    "Which medicines do you take?",
    "Keep the packaging near you and do not stay alone.",
    "Have you had a test result lately?",
]


@pytest.mark.parametrize(("rule", "words"), [(rule, words) for rule, all_ in BREACHES.items() for words in all_])
def test_breach_is_blocked(rule: str, words: str) -> None:
    assert find_breach(words) is not None
    assert find_breach(f"Merci pour ces précisions. {words} Une infirmière lira vos réponses.") is not None


@pytest.mark.parametrize("words", FINE)
def test_harmless_sentence_passes(words: str) -> None:
    assert find_breach(words) is None
