"""What somebody signed in may change about their own sign-in: password, second factor, recovery codes.

Guessing the current password is throttled like guessing at the login; such attempts stay counted although the
request fails, so these functions open transactions of their own.
"""

from uuid import UUID

from sqlalchemy import select, update

from osler import notifications
from osler.core import audit, clock, db
from osler.core.auth import Actor
from osler.core.errors import NotSignedIn, Problem
from osler.core.settings import SessionSettings
from osler.identity import accounts, passwords, practices, recovery_codes, sessions, throttle, totp
from osler.identity.admission import Caller
from osler.identity.sessions import SignedIn
from osler.identity.tables import User
from osler.identity.throttle import TooManyAttempts
from osler.identity.totp import Enrolment, TotpNotStarted, WrongCode


class WrongPassword(Problem):
    status = 403
    title = "The current password is not right"


def user_id_of(actor: Actor) -> UUID:
    """Return the id of a signed-in user. Raises `NotSignedIn` for visitors, who have a session but no account."""
    if not actor.is_signed_in or actor.id is None:
        raise NotSignedIn
    return actor.id


async def confirm_password(actor: Actor, *, password: str, action: str) -> None:
    """Let somebody prove that they are still the owner of their session, which then counts as confirmed.

    Raises `WrongPassword`, `TooManyAttempts`, `Busy`.
    """
    user_id = user_id_of(actor)
    bucket = throttle.confirmation_bucket(user_id)
    async with db.transaction() as session:
        stored = await session.scalar(select(User.password_hash).where(User.id == user_id))
        verdict = await throttle.spend(session, bucket)
        if verdict.is_new_block:
            await _record(session, actor, user_id=user_id, action=action, outcome="failed", reason="blocked")
    if verdict.wait is not None:
        raise TooManyAttempts(verdict.wait)
    is_right = await passwords.verify_password(stored, password)
    async with db.transaction() as session:
        if is_right and actor.session_id is not None:
            await sessions.mark_confirmed(session, actor.session_id)
            await _record(
                session, actor, user_id=user_id, action=action, outcome="success", reason="password_confirmed"
            )
            await throttle.settle(session, reset=[bucket])
        else:
            await _record(session, actor, user_id=user_id, action=action, outcome="failed", reason="wrong_password")
    if not is_right:
        raise WrongPassword


async def _record(
    session: db.Session, actor: Actor, *, user_id: UUID, action: str, outcome: audit.Outcome, reason: str
) -> None:
    await audit.record(session, actor=actor, action=action, resource=("User", user_id), outcome=outcome, reason=reason)


async def change_password(caller: Caller, *, current: str, new: str, settings: SessionSettings) -> SignedIn:
    """Change a password, end every other session, replace this one and tell the owner by e-mail.

    Raises `WrongPassword`, `TooManyAttempts`, the problems of `passwords.check_password`, `Busy`.
    """
    user_id = user_id_of(caller.actor)
    await confirm_password(caller.actor, password=current, action="account:password_change")
    async with db.transaction() as session:
        account = await accounts.get_account(session, user_id)
        await accounts.check_new_password(session, new, email=account.email, display_name=account.display_name)
    hashed = await passwords.hash_password(new)
    async with db.transaction() as session:
        await session.execute(
            update(User).where(User.id == user_id).values(password_hash=hashed, password_changed_at=clock.now())
        )
        ended = await sessions.end_all(session, user_id=user_id)
        begun = await _begin_again(session, caller, user_id=user_id, aal=caller.actor.aal, settings=settings)
        await notifications.send_email(
            session,
            template="password_changed",
            to=account.email,
            language=account.language,
            dedupe_key=f"password_changed:{begun.actor.session_id}",
            context={"practice": await practices.name_of(session)},
        )
        await audit.record(
            session,
            actor=begun.actor,
            action="account:password_change",
            resource=("User", user_id),
            details={"sessions_ended": ended},
        )
    return begun


async def start_totp(session: db.Session, actor: Actor) -> Enrolment:
    """Begin setting up a second factor. Raises `TotpAlreadyOn`, `sessions.ConfirmationRequired`."""
    user_id = user_id_of(actor)
    await sessions.require_confirmed(session, actor)
    account = await accounts.get_account(session, user_id)
    issuer = await practices.name_of(session)
    enrolment = await totp.start_enrolment(session, user_id=user_id, email=account.email, issuer=issuer)
    await audit.record(session, actor=actor, action="account:totp_start", resource=("User", user_id))
    return enrolment


async def confirm_totp(caller: Caller, *, code: str, settings: SessionSettings) -> tuple[SignedIn, list[str]]:
    """Switch the second factor on, end other sessions, replace this one; return it with the recovery codes.

    Raises `WrongCode`, `TotpAlreadyOn`, `TotpNotStarted`, `TooManyAttempts`.
    """
    user_id = user_id_of(caller.actor)
    bucket = throttle.second_factor_bucket(user_id)
    async with db.transaction() as session:
        verdict = await throttle.spend(session, bucket)
    if verdict.wait is not None:
        raise TooManyAttempts(verdict.wait)
    async with db.transaction() as session:
        codes = await totp.confirm_enrolment(session, user_id=user_id, code=code)
        if codes is None:
            raise WrongCode
        await sessions.end_all(session, user_id=user_id)
        begun = await _begin_again(session, caller, user_id=user_id, aal=2, settings=settings)
        await audit.record(session, actor=begun.actor, action="account:totp_confirm", resource=("User", user_id))
        await throttle.settle(session, reset=[bucket])
    return begun, codes


async def disable_totp(caller: Caller, *, password: str, settings: SessionSettings) -> SignedIn:
    """Switch the second factor off, end other sessions, replace this one by a weaker one.

    Raises `WrongPassword`, `TotpNotStarted`, `TooManyAttempts`, `Busy`.
    """
    user_id = user_id_of(caller.actor)
    await confirm_password(caller.actor, password=password, action="account:totp_disable")
    async with db.transaction() as session:
        if not (await accounts.get_account(session, user_id)).has_totp:
            raise TotpNotStarted
        await totp.switch_off(session, user_id=user_id)
        await sessions.end_all(session, user_id=user_id)
        begun = await _begin_again(session, caller, user_id=user_id, aal=1, settings=settings)
        await audit.record(session, actor=begun.actor, action="account:totp_disable", resource=("User", user_id))
    return begun


async def renew_recovery_codes(actor: Actor, *, password: str) -> list[str]:
    """Replace the recovery codes. Raises `WrongPassword`, `TotpNotStarted`, `TooManyAttempts`, `Busy`."""
    user_id = user_id_of(actor)
    await confirm_password(actor, password=password, action="account:recovery_codes")
    async with db.transaction() as session:
        if not (await accounts.get_account(session, user_id)).has_totp:
            raise TotpNotStarted
        codes = await recovery_codes.replace(session, user_id=user_id)
        await audit.record(session, actor=actor, action="account:recovery_codes", resource=("User", user_id))
    return codes


async def _begin_again(
    session: db.Session, caller: Caller, *, user_id: UUID, aal: int, settings: SessionSettings
) -> SignedIn:
    return await sessions.begin(
        session,
        settings=settings,
        user_id=user_id,
        aal=aal,
        device=caller.device,
        address=caller.actor.address,
    )
