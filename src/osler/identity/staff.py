"""What an administrator does with the accounts of the staff."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import exists, func, select, text, update

from osler.core import audit
from osler.core.auth import STAFF, Actor, Role
from osler.core.db import Session
from osler.core.errors import NotFound, Problem
from osler.identity import accounts, sessions
from osler.identity.accounts import Account
from osler.identity.tables import User, UserRole, UserStatus


class LastAdmin(Problem):
    status = 409
    title = "The practice needs at least one active administrator"


@dataclass(frozen=True, slots=True)
class StaffPage:
    items: list[Account]
    next_after: UUID | None


def _was_staff() -> exists:  # type: ignore[valid-type]
    return exists().where(UserRole.user_id == User.id, UserRole.role.in_(list(STAFF)))


async def list_staff(session: Session, *, actor: Actor, after: UUID | None, limit: int) -> StaffPage:
    """Return everybody who holds or held a staff role, the oldest account first; patients are not shown here."""
    statement = select(User.id).where(_was_staff()).order_by(User.id).limit(limit + 1)
    if after is not None:
        statement = statement.where(User.id > after)
    ids = (await session.scalars(statement)).all()
    items = await accounts.accounts(session, ids[:limit])
    await audit.record(session, actor=actor, action="user:list", resource=("User", None), details={"count": len(items)})
    return StaffPage(items, ids[limit - 1] if len(ids) > limit else None)


async def update_staff(
    session: Session,
    *,
    actor: Actor,
    user_id: UUID,
    roles: Collection[Role] | None = None,
    status: UserStatus | None = None,
) -> Account:
    """Change a colleague's roles or switch the account off or on; either ends their sessions at once.

    Changes of administrators queue up behind each other, so that two cannot remove the last one together.
    Raises `NotFound`, `LastAdmin`, `sessions.ConfirmationRequired`.
    """
    await sessions.require_confirmed(session, actor)
    await session.execute(text("select pg_advisory_xact_lock(hashtext('osler.identity.admins'))"))
    known = await session.scalar(
        select(User.status).where(User.id == user_id, _was_staff()).with_for_update(key_share=True)
    )
    if known is None:
        raise NotFound
    held = (await accounts.roles_of(session, [user_id])).get(user_id, frozenset())
    # A patient's role is nobody's to give or take here.
    wanted = held if roles is None else (held - STAFF) | frozenset(roles)
    await accounts.revoke(session, user_id=user_id, roles=held - wanted, revoked_by=actor.id)
    await accounts.grant(session, user_id=user_id, roles=wanted - held, granted_by=actor.id)
    if status is not None:
        await session.execute(update(User).where(User.id == user_id).values(status=status))
    if not await _count_admins(session):
        raise LastAdmin
    is_changed = wanted != held or status not in (None, known)
    if is_changed:
        keep = None if status is UserStatus.DISABLED else actor.session_id
        await sessions.end_all(session, user_id=user_id, keep=keep)
        await sessions.refresh(session, user_id=user_id)
    await audit.record(
        session,
        actor=actor,
        action="user:update",
        resource=("User", user_id),
        details={
            "roles_before": " ".join(sorted(held)),
            "roles": " ".join(sorted(wanted)),
            "status_before": known,
            "status": known if status is None else status.value,
        },
    )
    return await accounts.get_account(session, user_id)


async def _count_admins(session: Session) -> int:
    count = await session.scalar(
        select(func.count())
        .select_from(UserRole)
        .join(User, User.id == UserRole.user_id)
        .where(UserRole.role == Role.ADMIN, UserRole.revoked_at.is_(None), User.status == UserStatus.ACTIVE)
    )
    return count or 0
