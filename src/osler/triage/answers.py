"""What a patient reads about a nurse's decision: fixed sentences around the nurse's own words."""

from typing import Final, get_args

from osler import identity
from osler.triage.emergency import Category, emergency_numbers, emergency_text
from osler.triage.par import Urgency

_INTRO: Final = {
    "fr": "L’équipe soignante a lu votre demande.",
    "en": "The nursing team has read your request.",
}
# What to do next, in plain words. None of them says that something can wait.
_NEXT: Final[dict[str, dict[Urgency, str]]] = {
    "fr": {
        Urgency.URGENT: "Vous devez voir un soignant aujourd’hui. {call} sans attendre pour convenir d’une heure.",
        Urgency.SOON: "Vous devez voir un soignant dans les prochains jours. {call} pour prendre rendez-vous.",
        Urgency.ROUTINE: "L’équipe vous propose un rendez-vous ordinaire. {call} pour le prendre.",
        Urgency.SELF_CARE: "D’après ce que vous avez écrit, l’équipe ne vous demande pas de rendez-vous aujourd’hui.",
    },
    "en": {
        Urgency.URGENT: "You need to be seen today. {call} without delay to agree on a time.",
        Urgency.SOON: "You need to be seen in the next few days. {call} to book an appointment.",
        Urgency.ROUTINE: "The team suggests an ordinary appointment. {call} to book it.",
        Urgency.SELF_CARE: "From what you wrote, the team is not asking you to come in today.",
    },
}
_CALL: Final = {
    "fr": ("Appelez le cabinet", "Appelez le cabinet au {phone}"),
    "en": ("Call the practice", "Call the practice on {phone}"),
}
_CLOSING: Final = {
    "fr": (
        "Si quelque chose s’aggrave, change ou vous inquiète, écrivez-le ici sans attendre. "
        "En cas d’urgence, appelez le {number}."
    ),
    "en": (
        "If anything gets worse, changes or worries you, write it here without delay. In an emergency, call {number}."
    ),
}
_ESCALATED: Final = {
    "fr": "L’équipe soignante a transmis votre demande à un médecin du cabinet.",
    "en": "The nursing team has passed your request on to a doctor of the practice.",
}
_WITHDRAWN: Final = {
    "fr": "Ne tenez pas compte du message précédent de l’équipe\u00a0: votre demande est en cours de relecture.",
    "en": "Please disregard the team’s previous message: your request is being read again.",
}
_QUESTION_WITHDRAWN: Final = {
    "fr": "L’équipe a retiré sa question\u00a0: vous n’avez pas besoin d’y répondre.",
    "en": "The team has withdrawn its question: there is no need to answer it.",
}


def decided_text(
    *, language: str, urgency: Urgency, note: str | None, practice: identity.Practice, kind_of_emergency: str | None
) -> str:
    """Return what the patient reads when a nurse approved or overrode the urgency; `note` are her own words.

    `kind_of_emergency` is the conversation's, so that the same numbers are repeated that its patient saw first.
    """
    if urgency is Urgency.EMERGENCY:
        category: Category = next((known for known in get_args(Category) if known == kind_of_emergency), "medical")
        parts = [emergency_text(language, country=practice.country, category=category)]
        return "\n\n".join([*parts, note] if note else parts)
    call, call_on = _CALL[language]
    call = call if practice.phone is None else call_on.format(phone=practice.phone)
    parts = [f"{_INTRO[language]} {_NEXT[language][urgency].format(call=call)}"]
    if note:
        parts.append(note)
    return "\n\n".join([*parts, closing_text(language=language, practice=practice)])


def escalated_text(*, language: str, practice: identity.Practice) -> str:
    return f"{_ESCALATED[language]}\n\n{closing_text(language=language, practice=practice)}"


def withdrawn_text(*, language: str, is_question: bool) -> str:
    return (_QUESTION_WITHDRAWN if is_question else _WITHDRAWN)[language]


def closing_text(*, language: str, practice: identity.Practice) -> str:
    number = emergency_numbers(practice.country, language)[0].number
    return _CLOSING[language].format(number=number)
