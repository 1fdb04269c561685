"""The second half of signing in: a right password waits five minutes, and five tries, for its code.

Like `signing_in`, this opens transactions of its own, so that a wrong code stays counted although the request fails.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, insert, select, update

from osler.core import audit, clock, db
from osler.core.crypto import token_hash
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.ids import new_id
from osler.core.settings import SessionSettings
from osler.identity import recovery_codes, throttle, totp
from osler.identity.admission import Caller, admit
from osler.identity.sessions import SignedIn
from osler.identity.tables import PendingLogin, User, UserStatus
from osler.identity.throttle import TooManyAttempts
from osler.identity.totp import WrongCode

LIFETIME: Final = timedelta(minutes=5)
MAX_TRIES: Final = 5


class PendingLoginExpired(Problem):
    status = 401
    title = "Please enter your password again"


@dataclass(frozen=True, slots=True)
class SecondFactorNeeded:
    """The password was right; `cookie` identifies this attempt while the code is asked for."""

    cookie: str


async def begin(session: Session, caller: Caller, *, user_id: UUID) -> SecondFactorNeeded:
    """Note that a user's password was right and a code is needed."""
    cookie, now = secrets.token_urlsafe(32), clock.now()
    await session.execute(
        insert(PendingLogin).values(
            id=new_id(),
            token_hash=token_hash(cookie),
            user_id=user_id,
            attempts=0,
            created_at=now,
            expires_at=now + LIFETIME,
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


async def finish(caller: Caller, *, cookie: str, code: str, settings: SessionSettings) -> SignedIn:
    """Finish a login with an authenticator or recovery code.

    Raises `PendingLoginExpired` after five wrong codes or five minutes, `WrongCode`, `TooManyAttempts`.
    """
    hashed = token_hash(cookie)
    async with db.transaction() as session:
        user_id = await _spend_try(session, hashed)
        verdict = None if user_id is None else await throttle.spend(session, throttle.second_factor_bucket(user_id))
        if verdict is not None and verdict.is_new_block:
            await _record_wrong_code(session, caller, user_id=user_id, reason="blocked")
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
            PendingLogin.attempts < MAX_TRIES,
            PendingLogin.expires_at > clock.now(),
        )
        .values(attempts=PendingLogin.attempts + 1)
        .returning(PendingLogin.user_id)
    )


async def _try_code(
    session: Session, caller: Caller, *, hashed: bytes, user_id: UUID, code: str, settings: SessionSettings
) -> SignedIn | None:
    """Begin the session if the code is right; of parallel submissions of one pending login, one begins it."""
    pending = (
        await session.execute(
            select(PendingLogin.id, PendingLogin.created_at).where(PendingLogin.token_hash == hashed).with_for_update()
        )
    ).one_or_none()
    user = (
        await session.execute(
            select(User.status, User.totp_secret_enc, User.email_index, User.password_changed_at)
            .where(User.id == user_id)
            .with_for_update(key_share=True)
        )
    ).one()
    if pending is None or user.status != UserStatus.ACTIVE or user.totp_secret_enc is None:
        raise PendingLoginExpired
    if pending.created_at < user.password_changed_at:
        raise PendingLoginExpired
    way = None
    if await totp.spend_code(session, user_id=user_id, sealed_secret=user.totp_secret_enc, code=code):
        way = "totp"
    elif await recovery_codes.spend(session, user_id=user_id, code=code):
        way = "recovery_code"
    if way is None:
        await _record_wrong_code(session, caller, user_id=user_id, reason="wrong_code")
        return None
    await session.execute(delete(PendingLogin).where(PendingLogin.id == pending.id))
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


async def _record_wrong_code(session: Session, caller: Caller, *, user_id: UUID | None, reason: str) -> None:
    await audit.record(
        session,
        actor=caller.actor,
        action="account:login_second_factor",
        resource=("User", user_id),
        outcome="failed",
        reason=reason,
    )


async def remove_expired(session: Session) -> int:
    """Remove pending logins that nobody finished."""
    gone = await session.scalars(
        delete(PendingLogin).where(PendingLogin.expires_at <= clock.now()).returning(PendingLogin.id)
    )
    return len(gone.all())
