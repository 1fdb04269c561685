"""The letters of the house, in French and English: what happened and where to look, never about whom or why.

An e-mail travels and lies around in the open, so no template has a place for a name or a clinical word.
"""

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

LANGUAGES: Final = ("fr", "en")


@dataclass(frozen=True, slots=True)
class Letter:
    """Subject and body with `{fields}`; the body is plain text."""

    subject: str
    body: str

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(self.subject + self.body) if name)


TEMPLATES: Final[dict[str, dict[str, Letter]]] = {
    "invitation": {
        "fr": Letter(
            "Invitation à rejoindre {practice} sur Osler",
            "Bonjour,\n\n"
            "{practice} vous invite à ouvrir votre compte sur Osler. Ouvrez ce lien pour choisir votre mot de "
            "passe\u00a0:\n\n{link}\n\n"
            "Le lien ne sert qu’une fois et expire dans {hours}\u00a0heures. Si vous n’attendiez pas cette invitation, "
            "ignorez ce message.\n",
        ),
        "en": Letter(
            "Invitation to join {practice} on Osler",
            "Hello,\n\n"
            "{practice} invites you to open your Osler account. Follow this link to choose your password:\n\n{link}\n\n"
            "The link works once and expires in {hours} hours. If you were not expecting this invitation, ignore this "
            "message.\n",
        ),
    },
    "password_changed": {
        "fr": Letter(
            "Votre mot de passe Osler a été modifié",
            "Bonjour,\n\n"
            "Le mot de passe de votre compte Osler ({practice}) vient d’être modifié et vos autres sessions ont été "
            "fermées.\n\n"
            "Si ce n’est pas vous, prévenez sans attendre l’administrateur du cabinet.\n",
        ),
        "en": Letter(
            "Your Osler password was changed",
            "Hello,\n\n"
            "The password of your Osler account ({practice}) has just been changed and your other sessions were "
            "ended.\n\n"
            "If this was not you, tell the administrator of the practice at once.\n",
        ),
    },
    "emergency_unacknowledged": {
        "fr": Letter(
            "[Osler] Alerte {reference} sans réponse depuis {minutes}\u00a0min",
            "Une alerte de la file de {practice} attend depuis {minutes}\u00a0minutes et personne n’en a encore accusé "
            "réception (rappel n°\u00a0{round}).\n\n"
            "Alerte\u00a0: {reference}\n"
            "Ouvrir la file\u00a0: {link}\n\n"
            "Les rappels s’arrêtent dès qu’une personne de l’équipe accuse réception.\n",
        ),
        "en": Letter(
            "[Osler] Alert {reference} unanswered for {minutes} min",
            "An alert in the queue of {practice} has been waiting for {minutes} minutes and nobody has acknowledged "
            "it yet (reminder no. {round}).\n\n"
            "Alert: {reference}\n"
            "Open the queue: {link}\n\n"
            "The reminders stop as soon as a member of staff acknowledges it.\n",
        ),
    },
    "report_escalated": {
        "fr": Letter(
            "[Osler] Le dossier {reference} vous est transmis",
            "Bonjour,\n\n"
            "L’équipe de {practice} demande votre avis sur le dossier {reference}.\n\n"
            "Ouvrir le dossier\u00a0: {link}\n",
        ),
        "en": Letter(
            "[Osler] Report {reference} has been passed to you",
            "Hello,\n\n"
            "The team of {practice} asks for your opinion on report {reference}.\n\n"
            "Open the report: {link}\n",
        ),
    },
}


def get_letter(template: str, language: str) -> Letter:
    """Return the letter in `language`, in English for a language we do not write. Raises `KeyError` without one."""
    letters = TEMPLATES[template]
    return letters.get(language, letters["en"])


def fill(letter: Letter, context: Mapping[str, str | int]) -> tuple[str, str]:
    """Return subject (one line) and body. Raises `KeyError` when a field is missing."""
    subject = letter.subject.format_map(context)
    return " ".join(subject.split()), letter.body.format_map(context)
