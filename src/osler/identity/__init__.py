"""Who is who: the practice, accounts, roles, browser sessions, second factors, invitations."""

from osler.identity.accounts import EmailTaken, UserSummary, create_admin, create_user, staff_emails, summaries
from osler.identity.browser import authenticate, client_address, device_of, set_session_cookie
from osler.identity.events import PatientRegistered, VisitorIdentified
from osler.identity.identified import on_identified
from osler.identity.passwords import WeakPassword
from osler.identity.practices import Practice, PracticeMissing, find_practice, get_practice, save_practice
from osler.identity.registration import start_visitor_session
from osler.identity.session_cache import watch_revocations
from osler.identity.sessions import is_session_live

__all__ = [
    "EmailTaken",
    "PatientRegistered",
    "Practice",
    "PracticeMissing",
    "UserSummary",
    "VisitorIdentified",
    "WeakPassword",
    "authenticate",
    "client_address",
    "create_admin",
    "create_user",
    "device_of",
    "find_practice",
    "get_practice",
    "is_session_live",
    "on_identified",
    "save_practice",
    "set_session_cookie",
    "staff_emails",
    "start_visitor_session",
    "summaries",
    "watch_revocations",
]
