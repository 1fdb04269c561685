"""HTTP: my account, my sessions, my second factor."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from osler.core import audit
from osler.core.errors import Busy, CrossSiteRequest, NotFound, NotSignedIn
from osler.core.http import ActorDep, Requires, SessionDep, create_router, problems
from osler.identity import account_security, accounts, sessions
from osler.identity.account_security import WrongPassword, user_id_of
from osler.identity.replies import PASSWORD_PROBLEMS, caller_of, enter, settings_of
from osler.identity.schemas import (
    CodeIn,
    DeviceSessionOut,
    EnrolmentOut,
    MeOut,
    MePatch,
    PasswordChangeIn,
    PasswordIn,
    RecoveryCodesOut,
    SessionOut,
    me_out,
)
from osler.identity.sessions import ConfirmationRequired
from osler.identity.throttle import TooManyAttempts
from osler.identity.totp import TotpAlreadyOn, TotpNotStarted, WrongCode

router = create_router("identity")

READ = [Requires("account:read")]
WRITE = [Requires("account:write")]


@router.get("/me", dependencies=READ, responses=problems(NotSignedIn))
async def get_me(session: SessionDep, actor: ActorDep) -> MeOut:
    account = await accounts.get_account(session, user_id_of(actor))
    await audit.record(session, actor=actor, action="account:read", resource=("User", account.id))
    return me_out(account)


@router.patch("/me", dependencies=WRITE, responses=problems(NotSignedIn, CrossSiteRequest))
async def update_me(session: SessionDep, actor: ActorDep, patch: MePatch) -> MeOut:
    user_id = user_id_of(actor)
    await accounts.update_account(session, user_id=user_id, display_name=patch.display_name, language=patch.language)
    await audit.record(
        session,
        actor=actor,
        action="account:update",
        resource=("User", user_id),
        details={"fields": " ".join(sorted(patch.model_fields_set))},
    )
    return me_out(await accounts.get_account(session, user_id))


@router.post(
    "/me/password",
    dependencies=WRITE,
    responses=problems(NotSignedIn, WrongPassword, *PASSWORD_PROBLEMS, TooManyAttempts, CrossSiteRequest, Busy),
)
async def change_password(request: Request, response: Response, actor: ActorDep, form: PasswordChangeIn) -> SessionOut:
    begun = await account_security.change_password(
        caller_of(request, actor),
        current=form.current_password,
        new=form.new_password,
        settings=settings_of(request).sessions,
    )
    return await enter(request, response, begun)


@router.post(
    "/me/confirm",
    status_code=204,
    dependencies=WRITE,
    responses=problems(NotSignedIn, WrongPassword, TooManyAttempts, CrossSiteRequest, Busy),
)
async def confirm_me(actor: ActorDep, form: PasswordIn) -> None:
    await account_security.confirm_password(actor, password=form.password, action="account:confirm")


@router.get("/me/sessions", dependencies=READ, responses=problems(NotSignedIn))
async def list_my_sessions(session: SessionDep, actor: ActorDep) -> list[DeviceSessionOut]:
    user_id = user_id_of(actor)
    found = await sessions.list_sessions(session, user_id=user_id, current=actor.session_id)
    await audit.record(session, actor=actor, action="session:list", resource=("User", user_id))
    return [DeviceSessionOut.model_validate(each) for each in found]


@router.delete(
    "/me/sessions",
    status_code=204,
    dependencies=WRITE,
    responses=problems(NotSignedIn, CrossSiteRequest),
)
async def end_my_other_sessions(session: SessionDep, actor: ActorDep) -> None:
    user_id = user_id_of(actor)
    ended = await sessions.end_all(session, user_id=user_id, keep=actor.session_id)
    await audit.record(
        session, actor=actor, action="session:end", resource=("User", user_id), details={"sessions_ended": ended}
    )


@router.delete(
    "/me/sessions/{session_id}",
    status_code=204,
    dependencies=WRITE,
    responses=problems(NotFound, NotSignedIn, CrossSiteRequest),
)
async def end_my_session(session: SessionDep, actor: ActorDep, session_id: UUID) -> None:
    await sessions.end_own(session, user_id=user_id_of(actor), session_id=session_id)
    await audit.record(session, actor=actor, action="session:end", resource=("Session", session_id))


@router.post(
    "/me/totp",
    dependencies=WRITE,
    responses=problems(NotSignedIn, ConfirmationRequired, TotpAlreadyOn, CrossSiteRequest),
)
async def start_totp(session: SessionDep, actor: ActorDep) -> EnrolmentOut:
    return EnrolmentOut.model_validate(await account_security.start_totp(session, actor))


@router.post(
    "/me/totp/confirm",
    dependencies=WRITE,
    responses=problems(NotSignedIn, WrongCode, TotpAlreadyOn, TotpNotStarted, TooManyAttempts, CrossSiteRequest),
)
async def confirm_totp(request: Request, response: Response, actor: ActorDep, form: CodeIn) -> RecoveryCodesOut:
    begun, codes = await account_security.confirm_totp(
        caller_of(request, actor), code=form.code, settings=settings_of(request).sessions
    )
    await enter(request, response, begun)
    return RecoveryCodesOut(recovery_codes=codes)


@router.delete(
    "/me/totp",
    status_code=204,
    dependencies=WRITE,
    responses=problems(NotSignedIn, WrongPassword, TotpNotStarted, TooManyAttempts, CrossSiteRequest, Busy),
)
async def disable_totp(
    request: Request, response: Response, actor: ActorDep, form: Annotated[PasswordIn, Body()]
) -> None:
    begun = await account_security.disable_totp(
        caller_of(request, actor), password=form.password, settings=settings_of(request).sessions
    )
    await enter(request, response, begun)


@router.post(
    "/me/recovery-codes",
    dependencies=WRITE,
    responses=problems(NotSignedIn, WrongPassword, TotpNotStarted, TooManyAttempts, CrossSiteRequest, Busy),
)
async def renew_recovery_codes(actor: ActorDep, form: PasswordIn) -> RecoveryCodesOut:
    return RecoveryCodesOut(recovery_codes=await account_security.renew_recovery_codes(actor, password=form.password))
