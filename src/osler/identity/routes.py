"""HTTP: signing in and out, registering, accepting an invitation, and who this browser is."""

from typing import Final

from fastapi import Request, Response

from osler.core.errors import Busy, CrossSiteRequest
from osler.core.http import ActorDep, Public, SessionDep, create_router, problems
from osler.identity import (
    account_routes,
    admission,
    browser,
    invitations,
    pending_logins,
    registration,
    signing_in,
    staff_routes,
)
from osler.identity.accounts import EmailTaken
from osler.identity.invitations import InvitationInvalid
from osler.identity.pending_logins import PendingLoginExpired, SecondFactorNeeded
from osler.identity.registration import RegistrationRefused
from osler.identity.replies import PASSWORD_PROBLEMS, caller_of, enter, session_out, settings_of
from osler.identity.schemas import (
    CodeIn,
    InvitationAcceptIn,
    LoginIn,
    LoginOut,
    OfferOut,
    RegisterIn,
    SessionOut,
    TokenIn,
)
from osler.identity.signing_in import LoginFailed
from osler.identity.throttle import TooManyAttempts
from osler.identity.totp import WrongCode

# What was typed into forms must not outlive the session on a shared machine. Answers are never cached, so the
# browser's cache holds nothing but the application's own files.
CLEAR_ON_LOGOUT: Final = '"cookies", "storage"'

router = create_router("identity")


@router.get("/session", dependencies=[Public("A page asks who it is shown to before it can offer to sign in.")])
async def get_session(session: SessionDep, actor: ActorDep) -> SessionOut:
    return await session_out(session, actor)


@router.post(
    "/login",
    dependencies=[Public("Signing in comes before having a session.")],
    responses=problems(LoginFailed, TooManyAttempts, CrossSiteRequest, Busy),
)
async def login(request: Request, response: Response, actor: ActorDep, form: LoginIn) -> LoginOut:
    settings = settings_of(request)
    begun = await signing_in.log_in(
        caller_of(request, actor), email=form.email, password=form.password, settings=settings.sessions
    )
    if isinstance(begun, SecondFactorNeeded):
        lifetime_s = int(pending_logins.LIFETIME.total_seconds())
        browser.set_pending_cookie(response, begun.cookie, settings, lifetime_s=lifetime_s)
        return LoginOut(totp_required=True, session=None)
    return LoginOut(totp_required=False, session=await enter(request, response, begun))


@router.post(
    "/login/totp",
    dependencies=[Public("The second half of signing in; the pending login's cookie says whose.")],
    responses=problems(PendingLoginExpired, WrongCode, TooManyAttempts, CrossSiteRequest),
)
async def login_with_totp(request: Request, response: Response, actor: ActorDep, form: CodeIn) -> SessionOut:
    settings = settings_of(request)
    name = browser.pending_cookie_name(settings)
    begun = await pending_logins.finish(
        caller_of(request, actor), cookie=request.cookies.get(name, ""), code=form.code, settings=settings.sessions
    )
    browser.clear_cookie(response, name, settings)
    return await enter(request, response, begun)


@router.post(
    "/logout",
    status_code=204,
    dependencies=[Public("Leaving works for everybody, also when the session is over already.")],
    responses=problems(CrossSiteRequest),
)
async def logout(request: Request, response: Response, session: SessionDep, actor: ActorDep) -> None:
    settings = settings_of(request)
    await admission.log_out(session, actor)
    browser.clear_cookie(response, browser.cookie_name(settings), settings)
    response.headers["clear-site-data"] = CLEAR_ON_LOGOUT


@router.post(
    "/register",
    status_code=201,
    dependencies=[Public("Patients make their own account.")],
    responses=problems(RegistrationRefused, *PASSWORD_PROBLEMS, TooManyAttempts, CrossSiteRequest, Busy),
)
async def register(request: Request, response: Response, actor: ActorDep, form: RegisterIn) -> SessionOut:
    begun = await registration.register(
        caller_of(request, actor),
        email=form.email,
        password=form.password,
        display_name=form.display_name,
        language=form.language,
        settings=settings_of(request).sessions,
    )
    return await enter(request, response, begun)


@router.post(
    "/invitations/lookup",
    dependencies=[Public("Whoever holds an invitation's link has no account yet.")],
    responses=problems(InvitationInvalid, CrossSiteRequest),
)
async def look_up_invitation(session: SessionDep, actor: ActorDep, link: TokenIn) -> OfferOut:
    offer = await invitations.look_up(session, actor=actor, token=link.token)
    return OfferOut(
        email=offer.email,
        roles=sorted(offer.roles),
        language=offer.language,
        practice_name=offer.practice_name,
        expires_at=offer.expires_at,
    )


@router.post(
    "/invitations/accept",
    status_code=201,
    dependencies=[Public("Accepting an invitation makes the account.")],
    responses=problems(InvitationInvalid, EmailTaken, *PASSWORD_PROBLEMS, TooManyAttempts, CrossSiteRequest, Busy),
)
async def accept_invitation(
    request: Request, response: Response, actor: ActorDep, form: InvitationAcceptIn
) -> SessionOut:
    begun = await invitations.accept(
        caller_of(request, actor),
        token=form.token,
        display_name=form.display_name,
        password=form.password,
        language=form.language,
        settings=settings_of(request).sessions,
    )
    return await enter(request, response, begun)


routers = (router, account_routes.router, staff_routes.router)
