"""Browser sessions: begun with a new random cookie, ended by removing the row, both told to every process."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, delete, event, func, insert, select, update
from sqlalchemy.orm import SessionTransaction

from osler.core import clock, live
from osler.core.auth import STAFF, Actor, Kind, Role
from osler.core.crypto import token_hash
from osler.core.db import Session
from osler.core.errors import NotFound, NotSignedIn, Problem
from osler.core.ids import new_id
from osler.core.settings import SessionSettings
from osler.identity.session_cache import cache
from osler.identity.tables import BrowserSession, Practice, User, UserRole, UserStatus

# A visit without an account ends for good after this long, however often it is used.
VISITOR_ABSOLUTE: Final = timedelta(days=7)
# How exact "last seen" is: one write per session and minute, not one per request.
SEEN_EVERY: Final = timedelta(minutes=1)
CONFIRMED_FOR: Final = timedelta(minutes=10)


class ConfirmationRequired(Problem):
    status = 403
    title = "Please confirm your password"


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun. `cookie` exists only here and in the browser."""

    actor: Actor
    cookie: str


@dataclass(frozen=True, slots=True)
class DeviceSession:
    """A session as its owner sees it."""

    id: UUID
    device: str | None
    created_at: datetime
    last_seen_at: datetime
    is_current: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What a cookie stands for, and until when it may be believed without asking again."""

    actor: Actor
    expires_at: datetime


async def begin(
    session: Session,
    *,
    settings: SessionSettings,
    user_id: UUID | None = None,
    visitor_id: UUID | None = None,
    aal: int,
    device: str | None,
    address: str | None,
) -> SignedIn:
    """Begin a session of a user or of a visitor and return its actor with the cookie's value.

    Raises `NotSignedIn` for an account that was disabled a moment ago.
    """
    now, cookie = clock.now(), secrets.token_urlsafe(32)
    await session.execute(
        insert(BrowserSession).values(
            id=new_id(),
            token_hash=token_hash(cookie),
            user_id=user_id,
            visitor_id=visitor_id,
            aal=aal,
            device=device,
            created_at=now,
            last_seen_at=now,
            confirmed_at=now,
            expires_at=now + (VISITOR_ABSOLUTE if user_id is None else settings.absolute),
        )
    )
    found = await find(session, token_hash(cookie), settings=settings)
    if found is None:
        raise NotSignedIn
    return SignedIn(at_address(found.actor, address), cookie)


def at_address(actor: Actor, address: str | None) -> Actor:
    """Return the actor as seen from `address`."""
    if actor.address == address:
        return actor
    return Actor(
        id=actor.id,
        kind=actor.kind,
        roles=actor.roles,
        session_id=actor.session_id,
        aal=actor.aal,
        needs_totp=actor.needs_totp,
        on_behalf_of=actor.on_behalf_of,
        address=address,
    )


_ROLES = (
    select(func.array_agg(UserRole.role))
    .where(UserRole.user_id == BrowserSession.user_id, UserRole.revoked_at.is_(None))
    .scalar_subquery()
)
_FIND = select(
    BrowserSession.id,
    BrowserSession.user_id,
    BrowserSession.visitor_id,
    BrowserSession.aal,
    BrowserSession.last_seen_at,
    BrowserSession.expires_at,
    User.status,
    _ROLES.label("roles"),
    select(Practice.totp_roles).scalar_subquery().label("totp_roles"),
).outerjoin(User, User.id == BrowserSession.user_id)


async def find(session: Session, hashed: bytes, *, settings: SessionSettings) -> Found | None:
    """Return what a cookie's hash stands for and note that it was seen; `None` when it is unknown or over."""
    row = (await session.execute(_FIND.where(BrowserSession.token_hash == hashed))).one_or_none()
    found = None if row is None else _judge(row, settings)
    if row is not None and found is not None and clock.now() - row.last_seen_at >= SEEN_EVERY:
        await session.execute(
            update(BrowserSession).where(BrowserSession.id == row.id).values(last_seen_at=clock.now())
        )
    return found


async def is_session_live(session: Session, session_id: UUID, *, settings: SessionSettings) -> bool:
    """Say whether a session still counts, without counting as its use; for long connections."""
    row = (await session.execute(_FIND.where(BrowserSession.id == session_id))).one_or_none()
    return row is not None and _judge(row, settings) is not None


def _judge(row: Row[Any], settings: SessionSettings) -> Found | None:
    roles = frozenset(Role(role) for role in row.roles or ())
    if row.user_id is not None and (row.status != UserStatus.ACTIVE or not roles):
        return None
    kind = Kind.VISITOR if row.user_id is None else Kind.STAFF if roles & STAFF else Kind.PATIENT
    idle = {Kind.VISITOR: settings.visitor_idle, Kind.STAFF: settings.staff_idle, Kind.PATIENT: settings.patient_idle}
    expires_at = min(row.expires_at, row.last_seen_at + idle[kind])
    if clock.now() >= expires_at:
        return None
    totp_roles = STAFF if row.totp_roles is None else {Role(role) for role in row.totp_roles}
    actor = Actor(
        id=row.user_id or row.visitor_id,
        kind=kind,
        roles=roles,
        session_id=row.id,
        aal=row.aal,
        needs_totp=settings.require_staff_totp and row.aal < 2 and bool(roles & STAFF & totp_roles),
    )
    return Found(actor, expires_at)


async def end(session: Session, session_id: UUID) -> None:
    """End one session; its cookie stops working and its live connections close once this commits."""
    await session.execute(delete(BrowserSession).where(BrowserSession.id == session_id))
    await _announce(session, [session_id])


async def end_all(session: Session, *, user_id: UUID, keep: UUID | None = None) -> int:
    """End every session of a user, except `keep`, and return how many ended."""
    statement = delete(BrowserSession).where(BrowserSession.user_id == user_id).returning(BrowserSession.id)
    if keep is not None:
        statement = statement.where(BrowserSession.id != keep)
    ended = (await session.scalars(statement)).all()
    await _announce(session, ended)
    return len(ended)


async def end_own(session: Session, *, user_id: UUID, session_id: UUID) -> None:
    """End one of a user's own sessions. Raises `NotFound` for anybody else's."""
    ended = await session.scalar(
        delete(BrowserSession)
        .where(BrowserSession.id == session_id, BrowserSession.user_id == user_id)
        .returning(BrowserSession.id)
    )
    if ended is None:
        raise NotFound
    await _announce(session, [ended])


async def refresh(session: Session, *, user_id: UUID) -> None:
    """Make every process read a user's sessions anew, after their roles or factors changed."""
    ids = await session.scalars(select(BrowserSession.id).where(BrowserSession.user_id == user_id))
    await _announce(session, ids.all(), is_over=False)


async def _announce(session: Session, session_ids: Sequence[UUID], *, is_over: bool = True) -> None:
    for session_id in session_ids:
        if is_over:
            await live.notify(session, f"session:{session_id}", session_id=str(session_id))
        await live.notify(session, cache.TOPIC, session_id=str(session_id))
    gone = frozenset(session_ids)

    def forget(_session: object, transaction: SessionTransaction) -> None:
        if transaction.parent is None:  # Not at the end of a savepoint: others could still read what is going.
            cache.drop(gone)

    # This process must not wait for its own signal: the next request may follow the answer within a millisecond.
    event.listen(session.sync_session, "after_transaction_end", forget)


async def list_sessions(session: Session, *, user_id: UUID, current: UUID | None) -> list[DeviceSession]:
    """Return a user's sessions, the one last seen first."""
    rows = await session.execute(
        select(BrowserSession.id, BrowserSession.device, BrowserSession.created_at, BrowserSession.last_seen_at)
        .where(BrowserSession.user_id == user_id, BrowserSession.expires_at > clock.now())
        .order_by(BrowserSession.last_seen_at.desc(), BrowserSession.id.desc())
        .limit(100)
    )
    return [DeviceSession(*row, is_current=row.id == current) for row in rows]


async def mark_confirmed(session: Session, session_id: UUID) -> None:
    """Note that whoever holds this session has just proved the password."""
    await session.execute(
        update(BrowserSession).where(BrowserSession.id == session_id).values(confirmed_at=clock.now())
    )


async def require_confirmed(session: Session, actor: Actor) -> None:
    """Refuse unless this session proved the password in the last ten minutes. Raises `ConfirmationRequired`."""
    confirmed_at = await session.scalar(
        select(BrowserSession.confirmed_at).where(BrowserSession.id == actor.session_id)
    )
    if confirmed_at is None or clock.now() - confirmed_at >= CONFIRMED_FOR:
        raise ConfirmationRequired


async def remove_expired(session: Session, *, settings: SessionSettings) -> int:
    """Remove sessions past their absolute end, and those unused for longer than any idle time."""
    now = clock.now()
    longest_idle = max(settings.staff_idle, settings.patient_idle, settings.visitor_idle)
    gone = await session.scalars(
        delete(BrowserSession)
        .where((BrowserSession.expires_at <= now) | (BrowserSession.last_seen_at <= now - longest_idle))
        .returning(BrowserSession.id)
    )
    return len(gone.all())
