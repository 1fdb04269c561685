"""Letting somebody in whose identity has been proved, and out again."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import update

from osler.core import audit, clock
from osler.core.auth import Actor, Kind
from osler.core.db import Session
from osler.core.log import get_logger
from osler.core.settings import SessionSettings
from osler.identity import sessions
from osler.identity.events import VisitorIdentified
from osler.identity.identified import hand_over
from osler.identity.sessions import SignedIn
from osler.identity.tables import User

log = get_logger()


@dataclass(frozen=True, slots=True)
class Caller:
    """Who knocks: the actor of the browser so far (nobody, a visitor, or somebody signed in) and its device."""

    actor: Actor
    device: str | None


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
