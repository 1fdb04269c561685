"""Inviting staff: an administrator offers roles to an e-mail address; whoever holds the link takes them up."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from osler import notifications
from osler.core import audit, clock, db
from osler.core.auth import Actor, Role
from osler.core.crypto import practice_key, token_hash
from osler.core.db import Session
from osler.core.errors import NotFound, Problem
from osler.core.ids import new_id
from osler.core.settings import SessionSettings
from osler.identity import accounts, passwords, practices, sessions, throttle
from osler.identity.accounts import EmailTaken
from osler.identity.admission import Caller, admit
from osler.identity.emails import email_index
from osler.identity.sessions import SignedIn
from osler.identity.tables import Invitation as InvitationRow
from osler.identity.tables import User
from osler.identity.throttle import TooManyAttempts

VALID_FOR: Final = timedelta(days=7)


class InvitationInvalid(Problem):
    """Unknown, taken up, withdrawn and expired are one answer."""

    status = 404
    title = "This invitation is no longer valid"


class InvitationPending(Problem):
    status = 409
    title = "This e-mail address was invited a moment ago"


@dataclass(frozen=True, slots=True)
class Invitation:
    id: UUID
    email: str
    roles: frozenset[Role]
    language: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """What the person invited sees before accepting."""

    email: str
    roles: frozenset[Role]
    language: str
    practice_name: str
    expires_at: datetime


_OPEN = (
    InvitationRow.accepted_at.is_(None),
    InvitationRow.withdrawn_at.is_(None),
)


async def invite(
    session: Session, *, actor: Actor, email: str, roles: Collection[Role], language: str, origin: str
) -> tuple[Invitation, str]:
    """Offer roles to an e-mail address and return the offer with the link that accepts it, also sent by e-mail.

    Only a hash of the link's token is kept. A new offer to the same address replaces the old one.
    Raises `EmailTaken`, `InvitationPending`, `sessions.ConfirmationRequired`.
    """
    await sessions.require_confirmed(session, actor)
    index = email_index(email)
    if await session.scalar(select(User.id).where(User.email_index == index)) is not None:
        raise EmailTaken
    now, invitation_id, token = clock.now(), new_id(), secrets.token_urlsafe(32)
    await session.execute(
        update(InvitationRow).where(InvitationRow.email_index == index, *_OPEN).values(withdrawn_at=now)
    )
    try:
        async with session.begin_nested():
            await session.execute(
                insert(InvitationRow).values(
                    id=invitation_id,
                    token_hash=token_hash(token),
                    email_enc=practice_key().encrypt(email, ("identity_invitation", "email_enc", invitation_id)),
                    email_index=index,
                    roles=sorted(roles),
                    language=language,
                    invited_by=actor.id,
                    created_at=now,
                    expires_at=now + VALID_FOR,
                )
            )
    except IntegrityError as error:
        if db.constraint_of(error) == "uq_identity_invitation_open":
            raise InvitationPending from error
        raise
    await audit.record(
        session,
        actor=actor,
        action="invitation:create",
        resource=("Invitation", invitation_id),
        details={"roles": " ".join(sorted(roles)), "email_index": index.hex()},
    )
    # In the fragment, so that the token reaches neither server logs nor referrers.
    link = f"{origin}/invitation#{token}"
    await notifications.send_email(
        session,
        template="invitation",
        to=email,
        language=language,
        dedupe_key=f"invitation:{invitation_id}",
        context={"practice": await practices.name_of(session), "link": link, "hours": VALID_FOR // timedelta(hours=1)},
    )
    return Invitation(invitation_id, email, frozenset(roles), language, now, now + VALID_FOR), link


async def list_invitations(session: Session, *, actor: Actor) -> list[Invitation]:
    """Return the offers that can still be taken up, the newest first."""
    rows = await session.scalars(
        select(InvitationRow)
        .where(*_OPEN, InvitationRow.expires_at > clock.now())
        .order_by(InvitationRow.id.desc())
        .limit(100)
    )
    found = [
        Invitation(
            id=row.id,
            email=_open_email(row.id, row.email_enc),
            roles=frozenset(Role(role) for role in row.roles),
            language=row.language,
            created_at=row.created_at,
            expires_at=row.expires_at,
        )
        for row in rows
    ]
    await audit.record(
        session, actor=actor, action="invitation:list", resource=("Invitation", None), details={"count": len(found)}
    )
    return found


async def withdraw(session: Session, *, actor: Actor, invitation_id: UUID) -> None:
    """Take an offer back. Raises `NotFound` when it is not open."""
    withdrawn = await session.scalar(
        update(InvitationRow)
        .where(InvitationRow.id == invitation_id, *_OPEN)
        .values(withdrawn_at=clock.now())
        .returning(InvitationRow.id)
    )
    if withdrawn is None:
        raise NotFound
    await audit.record(session, actor=actor, action="invitation:withdraw", resource=("Invitation", invitation_id))


async def look_up(session: Session, *, actor: Actor, token: str) -> Offer:
    """Return the offer behind a link. Raises `InvitationInvalid`."""
    row = await session.scalar(
        select(InvitationRow).where(
            InvitationRow.token_hash == token_hash(token), *_OPEN, InvitationRow.expires_at > clock.now()
        )
    )
    if row is None:
        raise InvitationInvalid
    await audit.record(session, actor=actor, action="invitation:read", resource=("Invitation", row.id))
    return Offer(
        email=_open_email(row.id, row.email_enc),
        roles=frozenset(Role(role) for role in row.roles),
        language=row.language,
        practice_name=await practices.name_of(session),
        expires_at=row.expires_at,
    )


async def accept(
    caller: Caller, *, token: str, display_name: str, password: str, language: str | None, settings: SessionSettings
) -> SignedIn:
    """Make the account that was offered and begin its session; a link works once.

    Opens transactions of its own. Raises `InvitationInvalid`, `EmailTaken`, `TooManyAttempts`, the problems of
    `passwords.check_password`, `Busy`.
    """
    async with db.transaction() as session:
        verdict = await throttle.spend(session, throttle.registration_bucket(caller.actor.address))
    if verdict.wait is not None:
        raise TooManyAttempts(verdict.wait)
    async with db.transaction() as session:
        offer = await look_up(session, actor=caller.actor, token=token)
        await accounts.check_new_password(session, password, email=offer.email, display_name=display_name)
    hashed = await passwords.hash_password(password)
    async with db.transaction() as session:
        row = await session.scalar(
            select(InvitationRow)
            .where(InvitationRow.token_hash == token_hash(token), *_OPEN, InvitationRow.expires_at > clock.now())
            .with_for_update()
        )
        if row is None:
            raise InvitationInvalid
        user_id = await accounts.add_user(
            session,
            email=offer.email,
            password_hash=hashed,
            display_name=display_name,
            roles=[Role(role) for role in row.roles],
            language=language or row.language,
            granted_by=row.invited_by,
        )
        row.accepted_at, row.accepted_by = clock.now(), user_id
        await session.flush()
        return await admit(session, caller, user_id=user_id, aal=1, action="invitation:accept", settings=settings)


def _open_email(invitation_id: UUID, sealed: bytes) -> str:
    return practice_key(sealed).decrypt_text(sealed, ("identity_invitation", "email_enc", invitation_id))
