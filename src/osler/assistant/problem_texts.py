"""Details of problems in the conversation's language. Clients may ignore them and translate by `type`."""

from typing import Final

from starlette.requests import HTTPConnection

from osler.core.errors import Problem

_DETAILS: Final[dict[str, tuple[str, str]]] = {
    "/problems/text-too-long": (
        "Votre message est trop long : 8 000 caractères au plus. Rien n’est perdu : raccourcissez-le ou envoyez-le "
        "en plusieurs fois.",
        "Your message is too long: 8,000 characters at most. Nothing is lost: shorten it or send it in parts.",
    ),
    "/problems/text-not-readable": (
        "Ce message ne contient pas de texte lisible. Réécrivez-le avec des mots.",
        "This message contains no readable text. Please write it again in words.",
    ),
    "/problems/client-message-id-reused": (
        "Un autre message a déjà été envoyé sous cet identifiant. Renvoyez le vôtre.",
        "Another message was already sent under this id. Please send yours again.",
    ),
    "/problems/conversation-closed": (
        "Cette conversation est terminée. Vous pouvez en commencer une nouvelle.",
        "This conversation is closed. You can start a new one.",
    ),
    "/problems/conversation-full": (
        "Cette conversation a atteint sa longueur maximale. Envoyez votre résumé ou commencez-en une nouvelle.",
        "This conversation has reached its longest length. Send your summary or start a new one.",
    ),
    "/problems/conversation-not-found": (
        "Cette conversation n’existe pas, ou n’est pas la vôtre.",
        "This conversation does not exist, or is not yours.",
    ),
    "/problems/too-many-requests": (
        "Vous écrivez très vite. Attendez une seconde, puis renvoyez votre message.",
        "You are writing very fast. Wait a second, then send your message again.",
    ),
    "/problems/invalid-frame": (
        "Ce que votre navigateur a envoyé n’a pas été compris. Rechargez la page si cela se répète.",
        "What your browser sent was not understood. Reload the page if this happens again.",
    ),
    "/problems/frame-too-large": (
        "Ce que votre navigateur a envoyé est trop volumineux. Raccourcissez votre message.",
        "What your browser sent is too large. Please shorten your message.",
    ),
    "/problems/unknown-sequence": (
        "La conversation a été relue depuis le début.",
        "Please read the conversation again from its beginning.",
    ),
    "/problems/session-ended": (
        "Votre session est terminée. Reconnectez-vous pour continuer.",
        "Your session has ended. Sign in again to continue.",
    ),
    "/problems/forbidden": ("Vous ne pouvez pas écrire dans cette conversation.", "You cannot write here."),
    "/problems/busy": (
        "Le service est momentanément occupé. Votre message n’est pas perdu : renvoyez-le dans un instant.",
        "The service is busy. Your message is not lost: send it again in a moment.",
    ),
}


def localised(problem: Problem, language: str) -> Problem:
    """Return the same problem with a detail for its reader, unless it has one."""
    known = _DETAILS.get(problem.type_uri())
    if problem.detail is not None or known is None:
        return problem
    return type(problem)(known[0 if language == "fr" else 1], **dict(problem.members))


def language_of(connection: HTTPConnection) -> str:
    """Return the language a browser asks for first; French unless it is English."""
    return "en" if connection.headers.get("accept-language", "").strip().lower().startswith("en") else "fr"
