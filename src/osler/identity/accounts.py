"""Accounts: who can sign in, what they are called, which roles they hold."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from osler.core import clock, db
from osler.core.auth import STAFF, Role
from osler.core.crypto import practice_key
from osler.core.db import Session
from osler.core.errors import NotFound, Problem
from osler.core.ids import new_id
from osler.identity import passwords, practices
from osler.identity.display_names import check_display_name
from osler.identity.emails import check_email, email_index
from osler.identity.tables import RecoveryCode, User, UserRole, UserStatus


class EmailTaken(Problem):
    """Only for administrators and the command line: to anybody else it would say who has an account."""

    status = 409
    title = "An account with this e-mail address exists already"


@dataclass(frozen=True, slots=True)
class UserSummary:
    """What other domains may know about a user."""

    id: UUID
    display_name: str
    roles: frozenset[Role]
    language: str
    status: str


@dataclass(frozen=True, slots=True)
class Account:
    """What the person behind an account, and an administrator, may see of it."""

    id: UUID
    email: str
    display_name: str
    roles: frozenset[Role]
    language: str
    status: str
    has_totp: bool
    recovery_codes_left: int
    created_at: datetime
    last_login_at: datetime | None


async def create_user(
    session: Session,
    *,
    email: str,
    password: str,
    display_name: str,
    roles: Collection[Role],
    language: str = "fr",
    granted_by: UUID | None = None,
) -> UUID:
    """Make an account from the command line or for a synthetic practice, and return its id.

    Raises `EmailTaken`, the problems of `passwords.check_password`, `ValueError` for a malformed e-mail or name.
    """
    email, display_name = check_email(email), check_display_name(display_name)
    await check_new_password(session, password, email=email, display_name=display_name)
    hashed = await passwords.hash_password(password)
    return await add_user(
        session,
        email=email,
        password_hash=hashed,
        display_name=display_name,
        roles=roles,
        language=language,
        granted_by=granted_by,
    )


async def create_admin(session: Session, *, email: str, password: str, display_name: str, language: str = "fr") -> UUID:
    """Make an administrator, for a fresh installation or when the last one is gone. Raises what `create_user` does."""
    return await create_user(
        session,
        email=email,
        password=password,
        display_name=display_name,
        roles={Role.ADMIN},
        language=language,
    )


async def check_new_password(session: Session, password: str, *, email: str, display_name: str) -> None:
    """Refuse a password that this person should not use. Raises the problems of `passwords.check_password`."""
    practice = await practices.find_practice(session)
    passwords.check_password(password, personal=[email, display_name, practice.name if practice else ""])


async def add_user(
    session: Session,
    *,
    email: str,
    password_hash: str,
    display_name: str,
    roles: Collection[Role],
    language: str,
    granted_by: UUID | None = None,
) -> UUID:
    """Store an account whose fields have been checked; two with one e-mail cannot exist. Raises `EmailTaken`."""
    user_id, now, key = new_id(), clock.now(), practice_key()
    try:
        async with session.begin_nested():
            await session.execute(
                insert(User).values(
                    id=user_id,
                    email_enc=key.encrypt(email, ("identity_user", "email_enc", user_id)),
                    email_index=email_index(email),
                    display_name_enc=key.encrypt(display_name, ("identity_user", "display_name_enc", user_id)),
                    password_hash=password_hash,
                    password_changed_at=now,
                    language=language,
                    status=UserStatus.ACTIVE,
                    created_at=now,
                )
            )
    except IntegrityError as error:
        if db.constraint_of(error) == "uq_identity_user_email_index":
            raise EmailTaken from error
        raise
    await grant(session, user_id=user_id, roles=roles, granted_by=granted_by)
    return user_id


async def grant(session: Session, *, user_id: UUID, roles: Iterable[Role], granted_by: UUID | None) -> None:
    """Add roles that the user does not hold yet."""
    rows = [
        {"id": new_id(), "user_id": user_id, "role": role.value, "granted_by": granted_by, "granted_at": clock.now()}
        for role in sorted(roles)
    ]
    if rows:
        await session.execute(insert(UserRole), rows)


async def revoke(session: Session, *, user_id: UUID, roles: Iterable[Role], revoked_by: UUID | None) -> None:
    """Take roles away; the rows stay as history."""
    await session.execute(
        update(UserRole)
        .where(UserRole.user_id == user_id, UserRole.role.in_(list(roles)), UserRole.revoked_at.is_(None))
        .values(revoked_by=revoked_by, revoked_at=func.greatest(clock.now(), UserRole.granted_at))
    )


async def roles_of(session: Session, ids: Collection[UUID]) -> dict[UUID, frozenset[Role]]:
    """Return the roles that each user holds now."""
    rows = await session.execute(
        select(UserRole.user_id, func.array_agg(UserRole.role))
        .where(UserRole.user_id.in_(ids), UserRole.revoked_at.is_(None))
        .group_by(UserRole.user_id)
    )
    return {user_id: frozenset(Role(role) for role in roles) for user_id, roles in rows}


async def summaries(session: Session, ids: Collection[UUID]) -> dict[UUID, UserSummary]:
    """Return who these users are; ids without an account (visitors) are left out."""
    if not ids:
        return {}
    rows = (
        await session.execute(
            select(User.id, User.display_name_enc, User.language, User.status).where(User.id.in_(ids))
        )
    ).all()
    roles = await roles_of(session, [row.id for row in rows])
    return {
        row.id: UserSummary(
            id=row.id,
            display_name=open_display_name(row.id, row.display_name_enc),
            roles=roles.get(row.id, frozenset()),
            language=row.language,
            status=row.status,
        )
        for row in rows
    }


async def staff_emails(session: Session, roles: Collection[Role] = STAFF) -> list[tuple[UUID, str, str]]:
    """Return id, e-mail and language of every active user who holds one of `roles`."""
    holders = select(UserRole.user_id).where(UserRole.role.in_(list(roles)), UserRole.revoked_at.is_(None))
    rows = await session.execute(
        select(User.id, User.email_enc, User.language)
        .where(User.id.in_(holders), User.status == UserStatus.ACTIVE)
        .order_by(User.id)
    )
    return [(row.id, open_email(row.id, row.email_enc), row.language) for row in rows]


async def get_account(session: Session, user_id: UUID) -> Account:
    """Return one account. Raises `NotFound`."""
    found = await accounts(session, [user_id])
    if not found:
        raise NotFound
    return found[0]


async def accounts(session: Session, ids: Collection[UUID]) -> list[Account]:
    """Return these accounts, the oldest first."""
    rows = (await session.scalars(select(User).where(User.id.in_(ids)).order_by(User.id))).all()
    roles = await roles_of(session, [row.id for row in rows])
    left = await session.execute(
        select(RecoveryCode.user_id, func.count())
        .where(RecoveryCode.user_id.in_(ids), RecoveryCode.used_at.is_(None))
        .group_by(RecoveryCode.user_id)
    )
    codes = {user_id: count for user_id, count in left}
    return [
        Account(
            id=row.id,
            email=open_email(row.id, row.email_enc),
            display_name=open_display_name(row.id, row.display_name_enc),
            roles=roles.get(row.id, frozenset()),
            language=row.language,
            status=row.status,
            has_totp=row.totp_confirmed_at is not None,
            recovery_codes_left=codes.get(row.id, 0),
            created_at=row.created_at,
            last_login_at=row.last_login_at,
        )
        for row in rows
    ]


def open_email(user_id: UUID, sealed: bytes) -> str:
    return practice_key(sealed).decrypt_text(sealed, ("identity_user", "email_enc", user_id))


def open_display_name(user_id: UUID, sealed: bytes) -> str:
    return practice_key(sealed).decrypt_text(sealed, ("identity_user", "display_name_enc", user_id))


async def update_account(
    session: Session, *, user_id: UUID, display_name: str | None = None, language: str | None = None
) -> None:
    """Change what somebody is called or the language they read; `None` leaves a field as it is."""
    values: dict[str, bytes | str] = {}
    if display_name is not None:
        row = ("identity_user", "display_name_enc", user_id)
        values["display_name_enc"] = practice_key().encrypt(display_name, row)
    if language is not None:
        values["language"] = language
    if values:
        await session.execute(update(User).where(User.id == user_id).values(**values))
