"""Patients who make an account, and visitors who have none yet."""

from uuid import uuid4

from starlette.requests import HTTPConnection

from osler.core import audit, db
from osler.core.auth import Actor, Kind, Role
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.events import publish
from osler.core.settings import SessionSettings
from osler.identity import accounts, browser, passwords, sessions, signing_in, throttle
from osler.identity.admission import Caller, admit
from osler.identity.emails import email_index
from osler.identity.events import PatientRegistered
from osler.identity.sessions import SignedIn
from osler.identity.throttle import TooManyAttempts


class RegistrationRefused(Problem):
    """One answer for every reason. It is not proof that an account exists, and it says nothing else."""

    status = 409
    title = "An account cannot be made with these details"


async def start_visitor_session(session: Session, connection: HTTPConnection) -> tuple[Actor, str]:
    """Begin the session of an anonymous visitor; give the cookie to `set_session_cookie`.

    The actor's id is a random subject that owns what the visitor does, until they sign in.
    """
    settings = connection.app.state.settings
    begun = await sessions.begin(
        session,
        settings=settings.sessions,
        visitor_id=uuid4(),
        aal=0,
        device=browser.device_of(connection),
        address=browser.client_address(connection, settings),
    )
    await audit.record(session, actor=begun.actor, action="session:visit", resource=("Session", begun.actor.session_id))
    return begun.actor, begun.cookie


async def register(
    caller: Caller, *, email: str, password: str, display_name: str, language: str, settings: SessionSettings
) -> SignedIn:
    """Make a patient's account and begin its session; with the right password of an existing one, sign in to it.

    A patient finishes at the end of a chat, perhaps without knowing whether they came before, so nothing is sent
    by e-mail first. Opens transactions of its own, like `signing_in`.
    Raises `TooManyAttempts`, `RegistrationRefused`, the problems of `passwords.check_password`, `Busy`.
    """
    index = email_index(email)
    async with db.transaction() as session:
        await accounts.check_new_password(session, password, email=email, display_name=display_name)
    async with db.transaction() as session:
        known = await signing_in.find_credentials(session, index)
        verdict = await throttle.spend(session, throttle.registration_bucket(caller.actor.address))
    if verdict.wait is not None:
        raise TooManyAttempts(verdict.wait)
    if known is not None:
        return await _sign_in_instead(caller, index=index, password=password, settings=settings)
    hashed = await passwords.hash_password(password)
    try:
        async with db.transaction() as session:
            user_id = await accounts.add_user(
                session,
                email=email,
                password_hash=hashed,
                display_name=display_name,
                roles={Role.PATIENT},
                language=language,
            )
            signed_in = await admit(
                session, caller, user_id=user_id, aal=1, action="account:register", settings=settings
            )
            visitor_id = caller.actor.id if caller.actor.kind is Kind.VISITOR else None
            await publish(session, PatientRegistered(user_id=str(user_id), visitor_id=str(visitor_id or "")))
    except accounts.EmailTaken:
        # Somebody, most likely the same person twice, was a moment faster.
        return await _sign_in_instead(caller, index=index, password=password, settings=settings)
    return signed_in


async def _sign_in_instead(caller: Caller, *, index: bytes, password: str, settings: SessionSettings) -> SignedIn:
    """Sign in to an account that exists, if it is a patient's without a second factor and the password proves it."""
    known = await signing_in.check_password(caller, index=index, password=password, action="account:register")
    if known is None or known.has_totp:
        raise RegistrationRefused
    async with db.transaction() as session:
        held = await accounts.roles_of(session, [known.user_id])
        if held.get(known.user_id) != frozenset({Role.PATIENT}) or not await signing_in.still_holds(session, known):
            raise RegistrationRefused
        signed_in = await admit(
            session, caller, user_id=known.user_id, aal=1, action="account:login", settings=settings
        )
        network = throttle.address_bucket(caller.actor.address)
        await throttle.settle(session, reset=[throttle.account_bucket(index)], give_back=[network])
        return signed_in
