"""Signing in with a password. Whether an account exists shows neither in answer nor in time.

These functions open transactions of their own. A refused attempt must stay counted and on the audit trail although
the request fails, and no connection is held while a password is hashed.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from osler.core import audit, db
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.log import get_logger
from osler.core.settings import SessionSettings
from osler.identity import passwords, pending_logins, throttle
from osler.identity.admission import Caller, admit
from osler.identity.emails import email_index
from osler.identity.pending_logins import SecondFactorNeeded
from osler.identity.sessions import SignedIn
from osler.identity.tables import User, UserStatus
from osler.identity.throttle import TooManyAttempts

log = get_logger()


class LoginFailed(Problem):
    status = 401
    title = "The e-mail address or the password is not right"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What is known about an e-mail address before its password is checked."""

    user_id: UUID
    password_hash: str
    password_changed_at: datetime
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
            needed = await pending_logins.begin(session, caller, user_id=known.user_id)
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
    columns = (User.id, User.password_hash, User.password_changed_at, User.status, User.totp_confirmed_at)
    row = (await session.execute(select(*columns).where(User.email_index == index))).one_or_none()
    if row is None:
        return None
    return Credentials(
        user_id=row.id,
        password_hash=row.password_hash,
        password_changed_at=row.password_changed_at,
        is_active=row.status == UserStatus.ACTIVE,
        has_totp=row.totp_confirmed_at is not None,
    )


async def still_holds(session: Session, known: Credentials) -> bool:
    """Say whether nothing changed while the password was being checked, and hold it so.

    The hash itself may have changed: two sign-ins at once both renew a weak one.
    """
    columns = (User.status, User.password_changed_at, User.totp_confirmed_at)
    row = (
        await session.execute(select(*columns).where(User.id == known.user_id).with_for_update(key_share=True))
    ).one()
    return (row.status, row.password_changed_at, row.totp_confirmed_at is not None) == (
        UserStatus.ACTIVE,
        known.password_changed_at,
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
