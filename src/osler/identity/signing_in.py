"""Signing in: password, then second factor. Whether an account exists shows neither in answer nor in time.

These functions open transactions of their own. A refused attempt must stay counted and on the audit trail although
the request fails, and no connection is held while a password is hashed.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from osler.core import audit, clock, db
from osler.core.auth import Actor, Kind
from osler.core.crypto import token_hash
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.ids import new_id
from osler.core.log import get_logger
from osler.core.settings import SessionSettings
from osler.identity import passwords, recovery_codes, sessions, throttle, totp
from osler.identity.emails import email_index
from osler.identity.events import VisitorIdentified
from osler.identity.identified import hand_over
from osler.identity.sessions import SignedIn
from osler.identity.tables import PendingLogin, User, UserStatus
from osler.identity.throttle import TooManyAttempts
from osler.identity.totp import WrongCode

PENDING_LIFETIME: Final = timedelta(minutes=5)
MAX_CODES_PER_LOGIN: Final = 5

log = get_logger()


class LoginFailed(Problem):
    status = 401
    title = "The e-mail address or the password is not right"


class PendingLoginExpired(Problem):
    status = 401
    title = "Please enter your password again"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who knocks: the actor of the browser so far (nobody, a visitor, or somebody signed in) and its device."""

    actor: Actor
    device: str | None


@dataclass(frozen=True, slots=True)
class SecondFactorNeeded:
    """The password was right; `cookie` identifies this attempt while the code is asked for."""

    cookie: str


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is known about an e-mail address before its password is checked."""

    user_id: UUID
    password_hash: str
    is_active: bool
    has_totp: bool


async def log_in(
    caller: Caller, *, email: str, password: str, settings: SessionSettings
) -> SignedIn | SecondFactorNeeded:
    """Check a password and begin a session, or ask for the second factor.

    Raises `TooManyAttempts`, `LoginFailed`, `Busy`.
    """
    index = email_index(email)
    known = await check_password(caller, index=index, password=password, action="account:login")
    if known is None:
        raise LoginFailed
    new_hash = await passwords.hash_password(password) if passwords.needs_rehash(known.password_hash) else None
    async with db.transaction() as session:
        if not await still_holds(session, known):
            raise LoginFailed
        if new_hash is not None:
            await session.execute(update(User).where(User.id == known.user_id).values(password_hash=new_hash))
        own, network = throttle.account_bucket(index), throttle.address_bucket(caller.actor.address)
        if known.has_totp:
            needed = await _ask_for_code(session, caller, user_id=known.user_id)
            await throttle.settle(session, give_back=[network])
            return needed
        signed_in = await admit(
            session, caller, user_id=known.user_id, aal=1, action="account:login", settings=settings
        )
        await throttle.settle(session, reset=[own], give_back=[network])
        return signed_in


async def check_password(caller: Caller, *, index: bytes, password: str, action: str) -> Credentials | None:
    """Spend one attempt on an e-mail's password; return whose it is when it is right, else record the failure.

    Raises `TooManyAttempts`, `Busy`.
    """
    async with db.transaction() as session:
        known = await find_credentials(session, index)
        network = throttle.address_bucket(caller.actor.address)
        verdict = await throttle.spend(session, throttle.account_bucket(index), network)
        if verdict.is_new_block:
            await _record_failure(session, caller, index=index, action=action, reason="blocked")
    if verdict.wait is not None:
        log.info("login_throttled", wait_s=round(verdict.wait.total_seconds()))
        raise TooManyAttempts(verdict.wait)
    is_active = known is not None and known.is_active
    is_right = await passwords.verify_password(known.password_hash if known and is_active else None, password)
    if known is not None and is_right:
        return known
    async with db.transaction() as session:
        await _record_failure(session, caller, index=index, action=action, reason="wrong_credentials")
    return None


async def find_credentials(session: Session, index: bytes) -> Credentials | None:
    """Return what an e-mail's fingerprint leads to."""
    row = (
        await session.execute(
            select(User.id, User.password_hash, User.status, User.totp_confirmed_at).where(User.email_index == index)
        )
    ).one_or_none()
    if row is None:
        return None
    return Credentials(row.id, row.password_hash, row.status == UserStatus.ACTIVE, row.totp_confirmed_at is not None)


async def still_holds(session: Session, known: Credentials) -> bool:
    """Say whether nothing changed while the password was being checked, and hold it so."""
    row = (
        await session.execute(
            select(User.status, User.password_hash, User.totp_confirmed_at)
            .where(User.id == known.user_id)
            .with_for_update(key_share=True)
        )
    ).one()
    return (row.status, row.password_hash, row.totp_confirmed_at is not None) == (
        UserStatus.ACTIVE,
        known.password_hash,
        known.has_totp,
    )


async def _record_failure(session: Session, caller: Caller, *, index: bytes, action: str, reason: str) -> None:
    await audit.record(
        session,
        actor=caller.actor,
        action=action,
        resource=("User", None),
        outcome="failed",
        reason=reason,
        details={"email_index": index.hex()},
    )


async def _ask_for_code(session: Session, caller: Caller, *, user_id: UUID) -> SecondFactorNeeded:
    cookie, now = secrets.token_urlsafe(32), clock.now()
    await session.execute(
        insert(PendingLogin).values(
            id=new_id(),
            token_hash=token_hash(cookie),
            user_id=user_id,
            attempts=0,
            created_at=now,
            expires_at=now + PENDING_LIFETIME,
        )
    )
    await audit.record(
        session,
        actor=caller.actor,
        action="account:login",
        resource=("User", user_id),
        reason="second_factor_needed",
    )
    return SecondFactorNeeded(cookie)


async def log_in_with_code(caller: Caller, *, cookie: str, code: str, settings: SessionSettings) -> SignedIn:
    """Finish a login with an authenticator or recovery code.

    Raises `PendingLoginExpired` after five wrong codes or five minutes, `WrongCode`, `TooManyAttempts`.
    """
    hashed = token_hash(cookie)
    async with db.transaction() as session:
        user_id = await _spend_try(session, hashed)
        verdict = None if user_id is None else await throttle.spend(session, throttle.second_factor_bucket(user_id))
    if user_id is None or verdict is None:
        raise PendingLoginExpired
    if verdict.wait is not None:
        raise TooManyAttempts(verdict.wait)
    async with db.transaction() as session:
        signed_in = await _try_code(session, caller, hashed=hashed, user_id=user_id, code=code, settings=settings)
    if signed_in is None:
        raise WrongCode
    return signed_in


async def _spend_try(session: Session, hashed: bytes) -> UUID | None:
    """Count one of the five tries of a pending login and return whose it is."""
    return await session.scalar(
        update(PendingLogin)
        .where(
            PendingLogin.token_hash == hashed,
            PendingLogin.attempts < MAX_CODES_PER_LOGIN,
            PendingLogin.expires_at > clock.now(),
        )
        .values(attempts=PendingLogin.attempts + 1)
        .returning(PendingLogin.user_id)
    )


async def _try_code(
    session: Session, caller: Caller, *, hashed: bytes, user_id: UUID, code: str, settings: SessionSettings
) -> SignedIn | None:
    """Begin the session if the code is right; of parallel submissions of one pending login, one begins it."""
    pending = await session.scalar(select(PendingLogin.id).where(PendingLogin.token_hash == hashed).with_for_update())
    user = (
        await session.execute(
            select(User.status, User.totp_secret_enc, User.email_index)
            .where(User.id == user_id)
            .with_for_update(key_share=True)
        )
    ).one()
    if pending is None or user.status != UserStatus.ACTIVE or user.totp_secret_enc is None:
        raise PendingLoginExpired
    way = None
    if await totp.spend_code(session, user_id=user_id, sealed_secret=user.totp_secret_enc, code=code):
        way = "totp"
    elif await recovery_codes.spend(session, user_id=user_id, code=code):
        way = "recovery_code"
    if way is None:
        await audit.record(
            session,
            actor=caller.actor,
            action="account:login_second_factor",
            resource=("User", user_id),
            outcome="failed",
            reason="wrong_code",
        )
        return None
    await session.execute(delete(PendingLogin).where(PendingLogin.id == pending))
    signed_in = await admit(
        session,
        caller,
        user_id=user_id,
        aal=2,
        action="account:login_second_factor",
        reason=way,
        settings=settings,
    )
    buckets = [throttle.second_factor_bucket(user_id), throttle.account_bucket(user.email_index)]
    await throttle.settle(session, reset=buckets)
    return signed_in


async def admit(
    session: Session,
    caller: Caller,
    *,
    user_id: UUID,
    aal: int,
    action: str,
    settings: SessionSettings,
    reason: str | None = None,
) -> SignedIn:
    """Begin a new session for a user whose identity has been proved, and end the one the browser had.

    What a visitor owned goes to the patient they turn out to be; a member of staff inherits nothing.
    """
    signed_in = await sessions.begin(
        session,
        settings=settings,
        user_id=user_id,
        aal=aal,
        device=caller.device,
        address=caller.actor.address,
    )
    before = caller.actor
    if before.session_id is not None:
        await sessions.end(session, before.session_id)
    if before.kind is Kind.VISITOR and signed_in.actor.kind is Kind.PATIENT:
        await hand_over(session, VisitorIdentified(visitor_id=str(before.id), user_id=str(user_id)))
    await session.execute(update(User).where(User.id == user_id).values(last_login_at=clock.now()))
    await audit.record(session, actor=signed_in.actor, action=action, resource=("User", user_id), reason=reason)
    log.info("session_started", user_id=str(user_id), aal=aal)
    return signed_in


async def log_out(session: Session, actor: Actor) -> None:
    """End the actor's session."""
    if actor.session_id is None:
        return
    await sessions.end(session, actor.session_id)
    await audit.record(session, actor=actor, action="account:logout", resource=("Session", actor.session_id))


async def remove_expired(session: Session) -> int:
    """Remove pending logins that nobody finished."""
    gone = await session.scalars(
        delete(PendingLogin).where(PendingLogin.expires_at <= clock.now()).returning(PendingLogin.id)
    )
    return len(gone.all())
