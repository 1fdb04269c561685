"""Short answers: yes, no, a little, I do not know, stop."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from osler.triage.language.normalise import normalise

Answer = Literal["yes", "no", "some", "unknown", "stop"]


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    found = (tuple(normalise(phrase.strip()).words) for phrase in text.split("|"))
    return tuple(sorted(found, key=len, reverse=True))


_STOP = _phrases(
    "stop | stop please | please stop | arrêter | arrêtez | arrête | j'arrête | je veux arrêter | je préfère arrêter | "
    "on arrête | i want to stop | quit | end | end the interview | no more questions | plus de questions | terminer | "
    "je souhaite arrêter | let's stop | je m'arrête là | ça suffit | enough | that's enough | stop the questions"
)
_UNKNOWN = _phrases(
    "i don't know | don't know | dont know | not sure | i am not sure | no idea | i have no idea | i can't say | "
    "hard to say | can't remember | i don't remember | unsure | maybe | perhaps | je ne sais pas | je sais pas | "
    "sais pas | jsp | chais pas | aucune idée | pas sûr | pas sûre | je ne suis pas sûr | je ne suis pas sûre | "
    "difficile à dire | je ne me souviens plus | je ne me souviens pas | peut-être | peut être | je ne saurais dire | "
    "i dunno | unknown | skip | pass | passer | je passe | prefer not to say | je préfère ne pas répondre"
)
_SOME = _phrases(
    "un peu | a bit | a little | a little bit | légèrement | slightly | somewhat | parfois | sometimes | un "
    "petit peu | "
    "un tout petit peu | kind of | sort of | plus ou moins | more or less | de temps en temps | occasionally | rarement"
)
_YES = _phrases(
    "yes | yeah | yep | yup | oui | ouais | ui | ouep | si | y | o | exact | exactement | exactly | correct | right | "
    "that's right | that is right | that's correct | tout à fait | absolument | absolutely | c'est ça | c'est exact | "
    "c'est correct | c'est bien ça | bien sûr | of course | definitely | sure | ok | okay | d'accord | "
    "affirmatif | en effet | effectivement | vrai | true | juste | both | les deux | all of them | toutes"
)
_NO = _phrases(
    "no | non | nope | nan | nah | n | not at all | pas du tout | aucun | aucune | aucun des deux | none | none "
    "of them | "
    "none of these | none of those | nothing | rien | rien de tout ça | jamais | never | "
    "pas vraiment | not really | not that i know of | pas que je sache | negatif | "
    "no none | neither | ni l'un ni l'autre | faux | wrong | incorrect | ce n'est pas ça"
)
# These count only as a whole message: "it does not stop" is no "no".
_WHOLE: dict[tuple[str, ...], Answer] = {
    **dict.fromkeys(_phrases("i do | i am | i have | it does | it is | i did | it did | je crois | i think so"), "yes"),
    **dict.fromkeys(
        _phrases("i don't | i'm not | it doesn't | i haven't | i didn't | it isn't | je ne crois pas | pas ça"), "no"
    ),
}
_SHORT = 6


def _starts(words: tuple[str, ...], phrases: tuple[tuple[str, ...], ...]) -> bool:
    return any(words[: len(phrase)] == phrase for phrase in phrases)


def _is(words: tuple[str, ...], phrases: tuple[tuple[str, ...], ...]) -> bool:
    return words in phrases


@lru_cache(maxsize=4096)
def short_answer(text: str) -> Answer | None:
    """Read the answer at the head of a message.

    "Yes, since Monday" is a yes; "no idea" is no "no"; a stop counts only when it is the whole message, because
    "stop" also stands in symptoms.
    """
    words = normalise(text[:200]).words
    if not words:
        return None
    polite = tuple(word for word in words if word not in {"please", "merci", "thanks", "svp", "thank", "you", "sorry"})
    if _is(words, _STOP) or (polite and _is(polite, _STOP)):
        return "stop"
    if words in _WHOLE:
        return _WHOLE[words]
    heads: tuple[tuple[Answer, tuple[tuple[str, ...], ...]], ...] = (
        ("unknown", _UNKNOWN),
        ("some", _SOME),
        ("no", _NO),
        ("yes", _YES),
    )
    rest = words[1:] if words[0] in {"ben", "bah", "euh", "well", "um", "uh", "oh", "ah", "hmm"} else words
    for answer, phrases in heads:
        if _starts(rest, phrases):
            return _settle(answer, rest)
    return None


def _settle(answer: Answer, words: tuple[str, ...]) -> Answer | None:
    """Look past the first word: "yes a bit" is a little, "no i do not know" is not known."""
    tail = words[1:]
    if answer in {"yes", "no"} and len(words) <= _SHORT and tail:
        if _starts(tail, _UNKNOWN):
            return "unknown"
        if answer == "yes" and _starts(tail, _SOME):
            return "some"
    if answer == "unknown" and len(words) > 2 * _SHORT:
        return None
    return answer
