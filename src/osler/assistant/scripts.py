"""Every sentence the assistant says by itself, written by hand. `{phone}` and `{ambulance}` are the practice's."""

from dataclasses import dataclass
from typing import Final, get_args

from osler import identity, triage

_GREETING: Final = {
    "fr": "Bonjour. Je suis l’assistant automatique de l’accueil du cabinet {practice}. Décrivez avec vos mots ce qui "
    "vous arrive ; je vous poserai ensuite quelques questions, et une infirmière lira vos réponses.",
    "en": "Hello. I am the automated front-desk assistant of {practice}. Describe in your own words what is happening; "
    "I will then ask you a few questions, and a nurse will read your answers.",
}

# Keys are the intents of `intents.py`, then the situations of `turn.py`.
_SCRIPTS: Final[dict[str, dict[str, str]]] = {
    "human": {
        "fr": "Bien sûr. Vous pouvez joindre le cabinet{by_phone}. Vous pouvez aussi envoyer dès maintenant ce que "
        "vous avez écrit : une infirmière le lira et vous répondra ici.",
        "en": "Of course. You can reach the practice{by_phone}. You can also send what you have written right now: a "
        "nurse will read it and answer you here.",
    },
    "administrative": {
        "fr": "Pour les horaires, les rendez-vous et les questions administratives, le secrétariat du cabinet vous "
        "répondra{by_phone}. Ici, je recueille seulement ce que vous ressentez.",
        "en": "For opening hours, appointments and administrative questions, the practice’s reception will "
        "help you{by_phone}. Here I only collect what you are feeling.",
    },
    "medication": {
        "fr": "Les questions de médicament et de dose reviennent à votre médecin ou à votre pharmacien : je ne peux "
        "pas y répondre. Je garde votre question dans le résumé, et l’infirmière la lira.",
        "en": "Questions about medicines and doses are for your doctor or your pharmacist: I cannot answer them. I "
        "keep your question in the summary, and the nurse will read it.",
    },
    "test": {
        "fr": "Je ne peux pas interpréter un résultat d’examen : seul un professionnel de santé qui connaît votre "
        "dossier le peut. Je garde ce que vous indiquez, et l’infirmière le lira.",
        "en": "I cannot interpret a test result: only a health professional who knows your record can. I keep what "
        "you tell me, and the nurse will read it.",
    },
    "diagnosis": {
        "fr": "Je ne peux pas vous dire de quoi il s’agit : seul un professionnel de santé le peut. Mes questions "
        "servent à lui transmettre l’essentiel. Si votre état s’aggrave ou vous fait peur, appelez le {ambulance}.",
        "en": "I cannot tell you what is causing this: only a health professional can. My questions are there to "
        "give them the essentials. If you get worse or feel frightened, call {ambulance}.",
    },
    "reassurance": {
        "fr": "Je ne peux ni confirmer ni écarter cela. Ce que vous ressentez compte, quel que soit l’avis de votre "
        "entourage : une infirmière le lira. Si votre état s’aggrave, appelez le {ambulance}.",
        "en": "I can neither confirm that nor set it aside. What you feel matters, whatever the people around you "
        "think: a nurse will read it. If you get worse, call {ambulance}.",
    },
    "document": {
        "fr": "Je ne peux établir ni arrêt de travail, ni certificat, ni ordonnance, ni courrier : c’est un médecin "
        "qui en décide, après vous avoir vu. Le cabinet vous dira comment en faire la demande{by_phone}.",
        "en": "I cannot issue a sick note, a certificate, a prescription or a letter: a doctor decides on those after "
        "seeing you. The practice will tell you how to ask for one{by_phone}.",
    },
    "instructions": {
        "fr": "Mes règles restent les mêmes pour tout le monde : je recueille ce que vous ressentez, et une infirmière "
        "en décide. Continuons, si vous le voulez bien.",
        "en": "My rules stay the same for everyone: I collect what you are feeling, and a nurse decides. Let us go "
        "on, if you like.",
    },
    "received": {
        "fr": "Votre message a été transmis à l’équipe soignante, qui vous répondra ici.",
        "en": "Your message has been passed on to the care team, who will answer you here.",
    },
    "answer_received": {
        "fr": "Merci. Votre réponse a été transmise à l’infirmière.",
        "en": "Thank you. Your answer has been passed on to the nurse.",
    },
    "noted": {
        "fr": "C’est noté, je l’ai ajouté à votre résumé. Vous pouvez l’envoyer à l’infirmière quand vous voulez.",
        "en": "Noted: I have added this to your summary. You can send it to the nurse whenever you like.",
    },
    "sent": {
        "fr": "Votre résumé a été envoyé à l’équipe soignante. Une infirmière le lira et vous répondra ici. Si votre "
        "état s’aggrave entre-temps, appelez le {ambulance}.",
        "en": "Your summary has been sent to the care team. A nurse will read it and answer you here. If you get worse "
        "in the meantime, call {ambulance}.",
    },
    "after_emergency": {
        "fr": "Votre message a été transmis à l’équipe soignante. Si vous n’avez pas encore appelé le {emergency}, "
        "faites-le maintenant.",
        "en": "Your message has been passed on to the care team. If you have not contacted {emergency} yet, please do "
        "it now.",
    },
    "blocked": {
        "fr": "Je ne peux pas répondre à cela ici. L’équipe soignante lira votre message et vous répondra.",
        "en": "I cannot answer that here. The care team will read your message and answer you.",
    },
}
SCRIPT_IDS: Final = tuple(_SCRIPTS)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the fixed sentences depend on."""

    language: str
    practice: str
    phone: str | None
    country: str
    emergency: triage.Category


def setting_of(practice: identity.Practice, *, language: str, emergency_category: str | None = None) -> Setting:
    return Setting(
        language=language,
        practice=practice.name,
        phone=practice.phone,
        country=practice.country,
        emergency=category_of(emergency_category),
    )


def category_of(stored: str | None) -> triage.Category:
    """Return the kind of emergency a conversation row names; a medical one when it names none."""
    return next((known for known in get_args(triage.Category) if known == stored), "medical")


def greeting(setting: Setting) -> str:
    return _GREETING[setting.language].format(practice=setting.practice)


def say(script: str, setting: Setting) -> str:
    """Return a fixed sentence of `SCRIPT_IDS` in the conversation's language."""
    by_phone = ""
    if setting.phone is not None:
        by_phone = f" au {setting.phone}" if setting.language == "fr" else f" on {setting.phone}"
    medical = triage.emergency_card(lang=setting.language, country=setting.country)
    current = triage.emergency_card(lang=setting.language, country=setting.country, category=setting.emergency)
    return _SCRIPTS[script][setting.language].format(
        by_phone=by_phone, ambulance=medical.primary.number, emergency=current.primary.number
    )
