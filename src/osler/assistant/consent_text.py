"""What a patient agrees to before the first message. A changed text gets a new version; consents keep the old one."""

from dataclasses import dataclass
from typing import Final

VERSION: Final = "2026-11-20"
PURPOSE: Final = "conversation"


@dataclass(frozen=True, slots=True)
class Checkbox:
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class ConsentText:
    """`as_stored` is what the patient saw, as one text, for the proof of consent."""

    version: str
    title: str
    paragraphs: tuple[str, ...]
    checkboxes: tuple[Checkbox, ...]

    @property
    def as_stored(self) -> str:
        return "\n".join((self.title, *self.paragraphs, *(box.label for box in self.checkboxes)))


_TEXTS: Final = {
    "fr": ConsentText(
        version=VERSION,
        title="Avant de commencer",
        paragraphs=(
            "Cet assistant est un programme. Il recueille ce que vous ressentez et prépare un premier résumé, qu’une "
            "infirmière du cabinet lira. Ses questions suivent des règles écrites à l’avance.",
            "Ce n’est pas une consultation. L’assistant ne pose pas de diagnostic, ne prescrit rien et ne remplace ni "
            "un médecin ni un appel aux secours. Le résumé est préliminaire tant qu’un soignant ne l’a pas relu.",
            "En cas d’urgence, appelez le {ambulance} sans attendre, même au milieu de cette conversation.",
            "Ce que vous écrivez est conservé, chiffré, par le cabinet et n’est lu que par son équipe soignante. "
            "Rien n’est envoyé à une autre société. Vous pouvez demander à consulter ou à faire effacer vos données.",
            "Vous restez anonyme jusqu’au moment où vous choisissez d’envoyer votre résumé. Si vos réponses font "
            "penser à une urgence, l’équipe est prévenue aussitôt.",
        ),
        checkboxes=(
            Checkbox(
                "accepted",
                "J’ai lu ce texte et j’accepte que mes réponses soient enregistrées et lues par l’équipe soignante.",
            ),
            Checkbox(
                "self",
                "J’ai plus de 18 ans et j’écris pour moi-même.",
            ),
            Checkbox(
                "guardian",
                "J’ai plus de 18 ans et j’écris pour un enfant ou une personne dont je suis responsable.",
            ),
        ),
    ),
    "en": ConsentText(
        version=VERSION,
        title="Before you start",
        paragraphs=(
            "This assistant is a program. It collects what you are feeling and prepares a first summary, which a nurse "
            "of the practice will read. Its questions follow rules written in advance.",
            "This is not a consultation. The assistant makes no diagnosis, prescribes nothing, and replaces neither a "
            "doctor nor a call to the emergency services. The summary is preliminary until a clinician has read it.",
            "In an emergency, call {ambulance} straight away, even in the middle of this conversation.",
            "What you write is kept, encrypted, by the practice and is read only by its care team. Nothing is sent to "
            "another company. You can ask to see your data or to have it erased.",
            "You stay anonymous until you choose to send your summary. If your answers suggest an emergency, the team "
            "is alerted at once.",
        ),
        checkboxes=(
            Checkbox(
                "accepted",
                "I have read this text and I agree that my answers are recorded and read by the care team.",
            ),
            Checkbox("self", "I am over 18 and I am writing for myself."),
            Checkbox(
                "guardian",
                "I am over 18 and I am writing for a child or a person I am responsible for.",
            ),
        ),
    ),
}


def consent_text(language: str, *, ambulance: str) -> ConsentText:
    """Return the current text with the country's ambulance number in it."""
    text = _TEXTS[language]
    return ConsentText(
        version=text.version,
        title=text.title,
        paragraphs=tuple(paragraph.format(ambulance=ambulance) for paragraph in text.paragraphs),
        checkboxes=text.checkboxes,
    )
