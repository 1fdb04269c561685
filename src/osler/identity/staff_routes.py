"""HTTP: the administrator's view of staff accounts and invitations."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request

from osler.core.errors import CrossSiteRequest, NotFound
from osler.core.http import ActorDep, Requires, SessionDep, create_router, problems
from osler.identity import invitations, staff
from osler.identity.accounts import EmailTaken
from osler.identity.invitations import Invitation, InvitationPending
from osler.identity.replies import settings_of
from osler.identity.schemas import (
    InvitationIn,
    InvitationOut,
    NewInvitationOut,
    UserOut,
    UserPageOut,
    UserPatch,
    user_out,
)
from osler.identity.sessions import ConfirmationRequired
from osler.identity.staff import LastAdmin

router = create_router("identity")

READ = [Requires("user:read")]
WRITE = [Requires("user:write")]


@router.get("/users", dependencies=READ)
async def list_users(
    session: SessionDep,
    actor: ActorDep,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 100,
) -> UserPageOut:
    page = await staff.list_staff(session, actor=actor, after=after, limit=limit)
    return UserPageOut(items=[user_out(account) for account in page.items], next_after=page.next_after)


@router.patch(
    "/users/{user_id}",
    dependencies=WRITE,
    responses=problems(NotFound, LastAdmin, ConfirmationRequired, CrossSiteRequest),
)
async def update_user(session: SessionDep, actor: ActorDep, user_id: UUID, patch: UserPatch) -> UserOut:
    account = await staff.update_staff(session, actor=actor, user_id=user_id, roles=patch.roles, status=patch.status)
    return user_out(account)


@router.get("/invitations", dependencies=READ)
async def list_invitations(session: SessionDep, actor: ActorDep) -> list[InvitationOut]:
    return [_out(each) for each in await invitations.list_invitations(session, actor=actor)]


@router.post(
    "/invitations",
    status_code=201,
    dependencies=WRITE,
    responses=problems(EmailTaken, InvitationPending, ConfirmationRequired, CrossSiteRequest),
)
async def invite(request: Request, session: SessionDep, actor: ActorDep, form: InvitationIn) -> NewInvitationOut:
    invitation, accept_url = await invitations.invite(
        session,
        actor=actor,
        email=form.email,
        roles=set(form.roles),
        language=form.language,
        origin=settings_of(request).origin,
    )
    return NewInvitationOut(invitation=_out(invitation), accept_url=accept_url)


@router.delete(
    "/invitations/{invitation_id}",
    status_code=204,
    dependencies=WRITE,
    responses=problems(NotFound, CrossSiteRequest),
)
async def withdraw_invitation(session: SessionDep, actor: ActorDep, invitation_id: UUID) -> None:
    await invitations.withdraw(session, actor=actor, invitation_id=invitation_id)


def _out(invitation: Invitation) -> InvitationOut:
    return InvitationOut.model_validate(
        {
            "id": invitation.id,
            "email": invitation.email,
            "roles": sorted(invitation.roles),
            "language": invitation.language,
            "created_at": invitation.created_at,
            "expires_at": invitation.expires_at,
        }
    )
