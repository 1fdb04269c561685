"""Made-up patients of the demo practice: what they write, and what the nurses do about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody of the staff does, `after_min` minutes after the report arrived."""

    kind: Literal["acknowledge", "claim", "approve", "request_information", "escalate"]
    by: str
    after_min: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation. `answers` holds replies by question; every other question is answered with no.

    `began_min` is how many minutes ago it began. Without `name` the patient is the one with an account.
    """

    language: Literal["fr", "en"]
    began_min: float
    opening: str
    answers: Mapping[str, str] = field(default_factory=dict)
    name: str | None = None
    birth_date: date | None = None
    phone: str | None = None
    acts: tuple[Act, ...] = ()


# Telephone numbers: ARCEP's 06 39 98 range and Ofcom's 07700 900 range, both kept for works of fiction.
CASES: Final = (
    Case(
        language="fr",
        began_min=312,
        name="Bernard Caillaud",
        birth_date=date(1951, 3, 14),
        phone="+33639980142",
        opening=(
            "Bonjour, j'ai eu un petit mal de tête comme d'habitude en fin de journée hier, ça serre un peu le front. "
            "J'ai 74 ans et je voulais savoir si je dois avancer mon rendez-vous."
        ),
        answers={
            "headache.usual": "Oui",
            "core.severity": "2",
            "core.onset": "Hier",
            "core.course": "Ça s'améliore",
            "core.history": "Une hypertension, suivie depuis dix ans",
            "core.medications": "Amlodipine 5 mg le matin",
            "core.age": "74",
        },
        acts=(
            Act(
                "approve",
                "nurse",
                34,
                "Vous pouvez garder votre rendez-vous habituel. Notez votre tension matin et soir pendant trois jours.",
            ),
        ),
    ),
    Case(
        language="en",
        began_min=205,
        name="Harriet Colby",
        birth_date=date(1968, 11, 2),
        phone="+447700900318",
        opening=(
            "Hello, over the last two weeks I get out of breath when I climb the stairs to my flat, a bit more each "
            "day. I am fine when I sit. I am 57 and I have high cholesterol."
        ),
        answers={
            "core.severity": "5",
            "core.onset": "Weeks or longer ago",
            "core.course": "Worse",
            "core.history": "High cholesterol, nothing else",
            "core.medications": "Atorvastatin 20 mg in the evening",
            "core.allergies": "Penicillin",
            "core.age": "57",
        },
        acts=(
            Act(
                "escalate",
                "nurse2",
                12,
                "Breathless on one flight of stairs and worse each day, at risk. Please look at it today.",
            ),
        ),
    ),
    Case(
        language="fr",
        began_min=148,
        opening=(
            "Bonjour, depuis deux semaines j'ai des palpitations le soir, quelques minutes, quand je suis au calme. "
            "Je n'en ai pas en ce moment. J'ai 34 ans."
        ),
        answers={
            "core.severity": "2",
            "core.onset": "Il y a plusieurs semaines ou plus",
            "core.course": "Ça va et ça vient",
            "core.history": "Aucune maladie connue",
            "core.medications": "Aucun, à part du paracétamol de temps en temps",
            "palpitations.pulse": "72",
            "core.age": "34",
        },
        acts=(
            Act(
                "request_information",
                "nurse",
                21,
                "Bonjour Madame, prenez-vous du café, du thé ou des boissons énergisantes, et combien par jour ?",
            ),
        ),
    ),
    Case(
        language="fr",
        began_min=96,
        name="Lucien Barbier",
        birth_date=date(1983, 6, 27),
        phone="+33639980377",
        opening=(
            "Bonjour, j'ai la tête qui tourne un peu quand je me lève depuis que mon traitement pour la tension "
            "a été augmenté il y a une semaine. Je ne suis pas tombé. J'ai 42 ans."
        ),
        answers={
            "core.severity": "2",
            "core.onset": "Il y a quelques jours",
            "core.course": "Ça reste pareil",
            "core.history": "Hypertension",
            "core.medications": "Ramipril 10 mg le matin",
            "core.age": "42",
        },
    ),
    Case(
        language="en",
        began_min=71,
        name="Desmond Achebe",
        birth_date=date(1947, 1, 9),
        phone="+447700900455",
        opening=(
            "Good morning. I am 78 and I have atrial fibrillation. Since yesterday my heart beats irregularly and I "
            "feel tired, my pulse is 104. No pain, no faint."
        ),
        answers={
            "palpitations.pulse": "104",
            "core.severity": "5",
            "core.onset": "Yesterday",
            "core.course": "Same",
            "core.history": "Atrial fibrillation for four years",
            "core.medications": "Apixaban and bisoprolol, as prescribed",
            "core.age": "78",
        },
        acts=(Act("claim", "nurse2", 62),),
    ),
    Case(
        language="fr",
        began_min=44,
        name="Nadia Ferhat",
        birth_date=date(1990, 9, 5),
        phone="+33639980264",
        opening=(
            "Bonjour, j'ai mal au bas du dos depuis trois jours après avoir porté des cartons. "
            "Ça fait mal quand je me penche, ça ne descend pas dans la jambe. J'ai 35 ans, pas de fièvre."
        ),
        answers={
            "core.severity": "5",
            "core.onset": "Il y a quelques jours",
            "core.course": "Ça s'améliore",
            "core.history": "Aucune maladie connue",
            "core.medications": "Paracétamol 1 g trois fois par jour",
            "core.age": "35",
        },
    ),
    Case(
        language="fr",
        began_min=26,
        name="Gérard Montfort",
        birth_date=date(1959, 12, 19),
        phone="+33639980591",
        opening=(
            "J'ai une douleur qui serre dans la poitrine depuis une demi-heure, ça va dans le bras gauche "
            "et je transpire beaucoup"
        ),
        acts=(Act("acknowledge", "nurse", 0.6),),
    ),
    Case(
        language="en",
        began_min=14,
        name="Priya Nair",
        birth_date=date(1995, 4, 30),
        phone="+447700900672",
        opening=(
            "Hi, I have had a cough and a fever since yesterday, 38.6 this morning. I am 30, otherwise healthy, "
            "I am drinking normally and I can walk around the flat."
        ),
        answers={
            "fever.temperature": "38.6",
            "fever.focus": "Cough",
            "core.severity": "5",
            "core.onset": "Yesterday",
            "core.course": "Same",
            "core.history": "No known illness",
            "core.medications": "Paracetamol 500 mg",
            "core.age": "30",
        },
    ),
)
