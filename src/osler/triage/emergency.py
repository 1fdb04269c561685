"""Fixed emergency scripts and the numbers of the practice's country; nothing generates or edits them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Category = Literal["medical", "suicide", "poisoning", "violence", "child"]


@dataclass(frozen=True, slots=True)
class Number:
    """`how` is `text` for a line that is written to rather than called."""

    number: str
    label: str
    how: Literal["call", "text"] = "call"


@dataclass(frozen=True, slots=True)
class EmergencyCard:
    """One screen, one main action: `primary`."""

    category: Category
    title: str
    instruction: str
    primary: Number
    others: tuple[Number, ...]

    @property
    def text(self) -> str:
        """The same screen as one message, for a transcript."""
        return f"{self.title} {self.instruction}"


# Flags that call for another number than the ambulance. Every other flag is medical.
_CATEGORY_OF_FLAG: dict[str, Category] = {
    "RF11": "suicide",
    "RF12": "poisoning",
    "RF37": "poisoning",
    "RF38": "violence",
}

# What threatens life in minutes is served first when several flags stand together.
_ORDER: tuple[Category, ...] = ("poisoning", "medical", "suicide", "child", "violence")

_Line = tuple[str, str, str]  # number, French label, English label; a number starting with "sms:" is written to.

_LINES: dict[str, dict[str, _Line]] = {
    "FR": {
        "ambulance": ("15", "SAMU", "Ambulance (SAMU)"),
        "any": ("112", "Numéro d’urgence européen", "European emergency number"),
        "deaf": (
            "sms:114",
            "Par SMS, si vous ne pouvez ni parler ni entendre",
            "By text, if you cannot speak or hear",
        ),
        "suicide": (
            "3114",
            "Prévention du suicide, 24 h/24",
            "Suicide prevention, 24 hours a day",
        ),
        "child": ("119", "Enfance en danger, 24 h/24", "Children in danger, 24 hours a day"),
        "police": ("17", "Police secours", "Police"),
        "violence": ("3919", "Violences Femmes Info, 24 h/24", "Violence helpline, 24 hours a day"),
        "poison": ("01 40 05 48 48", "Centre antipoison de Paris, 24 h/24", "Paris poison centre, 24 hours a day"),
    },
    "GB": {
        "ambulance": ("999", "Urgences", "Emergency services"),
        "any": ("112", "Numéro d’urgence européen", "European emergency number"),
        "deaf": ("sms:999", "Par SMS, si votre téléphone est inscrit", "By text, if your phone is registered"),
        "suicide": ("116 123", "Samaritans, 24 h/24", "Samaritans, 24 hours a day"),
        "child": ("0800 1111", "Childline", "Childline"),
        "police": ("999", "Police", "Police"),
        "violence": (
            "0808 2000 247",
            "Violences domestiques, 24 h/24",
            "Domestic Abuse Helpline, 24 hours a day",
        ),
        "poison": ("111", "NHS 111", "NHS 111"),
        "advice": ("111", "NHS 111", "NHS 111"),
    },
    "US": {
        "ambulance": ("911", "Urgences", "Emergency services"),
        "deaf": ("sms:911", "Par SMS, là où c’est possible", "By text, where available"),
        "suicide": ("988", "Ligne de prévention du suicide, 24 h/24", "Suicide and Crisis Lifeline, 24 hours a day"),
        "child": ("1-800-422-4453", "Childhelp, 24 h/24", "Childhelp, 24 hours a day"),
        "police": ("911", "Police", "Police"),
        "violence": ("1-800-799-7233", "Violences domestiques, 24 h/24", "Domestic Violence Hotline, 24 hours a day"),
        "poison": ("1-800-222-1222", "Centre antipoison, 24 h/24", "Poison Help, 24 hours a day"),
    },
    "BE": {
        "ambulance": ("112", "Urgences", "Emergency services"),
        "suicide": ("0800 32 123", "Prévention du suicide, 24 h/24", "Suicide prevention, 24 hours a day"),
        "child": ("103", "Écoute-Enfants", "Children’s helpline"),
        "police": ("112", "Police", "Police"),
        "violence": (
            "0800 30 030",
            "Écoute violences conjugales, 24 h/24",
            "Violence helpline, 24 hours a day",
        ),
        "poison": ("070 245 245", "Centre antipoisons, 24 h/24", "Poison centre, 24 hours a day"),
    },
    "CH": {
        "ambulance": ("144", "Urgences sanitaires", "Ambulance"),
        "any": ("112", "Numéro d’urgence européen", "European emergency number"),
        "suicide": ("143", "La Main Tendue, 24 h/24", "Emotional support, 24 hours a day"),
        "child": ("147", "Pro Juventute, 24 h/24", "Pro Juventute, 24 hours a day"),
        "police": ("117", "Police", "Police"),
        "poison": ("145", "Tox Info Suisse, 24 h/24", "Tox Info Suisse, 24 hours a day"),
    },
    "CA": {
        "ambulance": ("911", "Urgences", "Emergency services"),
        "suicide": (
            "988",
            "Aide en cas de crise de suicide, 24 h/24",
            "Suicide Crisis Helpline, 24 hours a day",
        ),
        "child": ("1-800-668-6868", "Jeunesse, J’écoute, 24 h/24", "Kids Help Phone, 24 hours a day"),
        "police": ("911", "Police", "Police"),
        "poison": ("1-844-764-7669", "Centre antipoison", "Poison centre"),
    },
    "LU": {
        "ambulance": ("112", "Urgences", "Emergency services"),
        "suicide": ("45 45 45", "SOS Détresse", "SOS Détresse"),
        "child": ("116 111", "Kanner-Jugendtelefon", "Children’s helpline"),
        "police": ("113", "Police", "Police"),
        "violence": ("2060 1060", "Aide aux victimes de violences domestiques", "Domestic violence helpline"),
        "poison": ("8002 5500", "Centre antipoisons, 24 h/24", "Poison centre, 24 hours a day"),
    },
    "": {"ambulance": ("112", "Numéro d’urgence", "Emergency number"), "police": ("112", "Police", "Police")},
}

# The first line that the country has is the main action; the others follow.
_CHOICE: dict[Category, tuple[str, ...]] = {
    "medical": ("ambulance", "any", "deaf"),
    "poisoning": ("ambulance", "poison", "any", "deaf", "suicide"),
    "suicide": ("suicide", "ambulance", "any", "deaf"),
    "violence": ("police", "deaf", "violence", "ambulance", "any"),
    "child": ("child", "police", "ambulance", "any", "deaf"),
}

_SCRIPTS: dict[str, dict[Category, tuple[str, str]]] = {
    "fr": {
        "medical": (
            "Appelez le {number} maintenant.",
            "Ce que vous décrivez demande une aide médicale sans attendre. Dites où vous êtes et ce qui se passe. "
            "Ne prenez pas le volant, ne restez pas seul et gardez votre téléphone à portée de main.",
        ),
        "poisoning": (
            "Appelez le {number} maintenant, même si vous vous sentez bien.",
            "Dites ce qui a été pris ou respiré, en quelle quantité et à quelle heure. Gardez l’emballage près de "
            "vous et ne restez pas seul. S’il y a une fumée ou un gaz, sortez d’abord à l’air libre.",
        ),
        "suicide": (
            "Appelez le {number} maintenant. Quelqu’un va vous écouter.",
            "Vous comptez, et vous n’avez pas à traverser ce moment seul. Éloignez-vous de ce qui pourrait vous "
            "blesser et demandez à une personne proche de venir auprès de vous. Si le danger est immédiat, appelez le "
            "{ambulance}.",
        ),
        "violence": (
            "Si vous êtes en danger, appelez le {number} maintenant.",
            "Ce que vous vivez n’est pas de votre faute. Si vous le pouvez sans risque, éloignez-vous et rejoignez un "
            "lieu où il y a du monde. Une équipe peut vous écouter et vous aider.",
        ),
        "child": (
            "Appelez le {number} maintenant.",
            "Un enfant peut être en danger. L’appel est confidentiel et quelqu’un vous dira quoi faire. Si le danger "
            "est immédiat, appelez le {police}.",
        ),
    },
    "en": {
        "medical": (
            "Call {number} now.",
            "What you describe needs medical help without delay. Say where you are and what is happening. Do not "
            "drive yourself, do not stay alone, and keep your phone within reach.",
        ),
        "poisoning": (
            "Call {number} now, even if you feel well.",
            "Say what was taken or breathed in, how much and when. Keep the packaging near you and do not stay alone. "
            "If there is smoke or gas, get out into fresh air first.",
        ),
        "suicide": (
            "Contact {number} now. Someone will listen to you.",
            "You matter, and you do not have to get through this moment alone. Move away from anything you could use "
            "to hurt yourself and ask someone close to come and be with you. If you are in immediate danger, call "
            "{ambulance}.",
        ),
        "violence": (
            "If you are in danger, call {number} now.",
            "What is happening to you is not your fault. If you can do it without risk, move away and go where there "
            "are other people. There are people who can listen and help you.",
        ),
        "child": (
            "Call {number} now.",
            "A child may be in danger. The call is confidential and someone will tell you what to do. If the danger "
            "is immediate, call {police}.",
        ),
    },
}

_ALIASES = {"UK": "GB"}


def _country(country: str) -> str:
    code = country.strip().upper()
    code = _ALIASES.get(code, code)
    return code if code in _LINES else ""


def _number(line: _Line, lang: str) -> Number:
    raw, french, english = line
    label = french if lang == "fr" else english
    if raw.startswith("sms:"):
        return Number(number=raw.removeprefix("sms:"), label=label, how="text")
    return Number(number=raw, label=label)


def emergency_numbers(country: str, lang: str) -> tuple[Number, ...]:
    """All lines that the country has, the ambulance first; 112 alone for a country we hold no list of."""
    return tuple(_number(line, lang) for line in _LINES[_country(country)].values())


def emergency_card(*, lang: str, country: str = "FR", category: Category = "medical") -> EmergencyCard:
    """Return the fixed screen for one kind of emergency."""
    lines = _LINES[_country(country)]
    numbers: list[Number] = []
    for key in _CHOICE[category]:
        if key in lines:
            number = _number(lines[key], lang)
            if all((number.number, number.how) != (known.number, known.how) for known in numbers):
                numbers.append(number)
    title, instruction = _SCRIPTS["fr" if lang == "fr" else "en"][category]
    words = {"number": numbers[0].number, "ambulance": lines["ambulance"][0], "police": lines["police"][0]}
    return EmergencyCard(
        category=category,
        title=title.format(**words),
        instruction=instruction.format(**words),
        primary=numbers[0],
        others=tuple(numbers[1:]),
    )


def emergency_text(lang: str, *, country: str = "FR", category: Category = "medical") -> str:
    """The fixed script as one message."""
    return emergency_card(lang=lang, country=country, category=category).text


def category_of(flag_ids: Iterable[str], *, is_child: bool = False) -> Category:
    """Choose the script for the flags raised; `is_child` says that the victim of violence is a child."""
    categories = {_CATEGORY_OF_FLAG.get(flag_id, "medical") for flag_id in flag_ids}
    if "violence" in categories and is_child:
        categories = (categories - {"violence"}) | {"child"}
    for category in _ORDER:
        if category in categories:
            return category
    return "medical"
