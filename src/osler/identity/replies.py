"""What the routes of identity share: reading who calls, and handing out sessions."""

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from osler.core import db
from osler.core.auth import Actor
from osler.core.http import csrf_token
from osler.core.settings import Settings
from osler.identity import accounts, browser
from osler.identity.admission import Caller
from osler.identity.passwords import PasswordTooCommon, PasswordTooLong, PasswordTooPersonal, PasswordTooShort
from osler.identity.schemas import ActorOut, SessionOut
from osler.identity.sessions import SignedIn

PASSWORD_PROBLEMS: Final = (PasswordTooShort, PasswordTooLong, PasswordTooCommon, PasswordTooPersonal)


def settings_of(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def caller_of(request: Request, actor: Actor) -> Caller:
    return Caller(actor=actor, device=browser.device_of(request))


async def session_out(session: db.Session, actor: Actor) -> SessionOut:
    """Describe who the browser is, to the browser."""
    if actor.id is None:
        return SessionOut(actor=None, csrf_token=None, totp_required=False)
    summary = (await accounts.summaries(session, [actor.id])).get(actor.id) if actor.is_signed_in else None
    shown = ActorOut.model_validate(
        {
            "id": actor.id,
            "kind": actor.kind,
            "roles": sorted(actor.roles),
            "display_name": summary.display_name if summary else None,
            "language": summary.language if summary else None,
            "aal": actor.aal,
        }
    )
    return SessionOut(actor=shown, csrf_token=csrf_token(actor), totp_required=actor.needs_totp)


async def enter(request: Request, response: Response, signed_in: SignedIn) -> SessionOut:
    """Hand a new session to the browser."""
    browser.set_session_cookie(response, signed_in.cookie, settings_of(request))
    async with db.transaction() as session:
        return await session_out(session, signed_in.actor)
