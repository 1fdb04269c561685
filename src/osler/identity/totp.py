"""The second factor: codes of an authenticator app (RFC 6238), each good for one success."""

import hmac
import secrets
import unicodedata
from base64 import b32encode
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from uuid import UUID

import pyotp
import segno
from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert

from osler.core import clock
from osler.core.crypto import practice_key
from osler.core.db import Session
from osler.core.errors import Problem
from osler.identity import recovery_codes
from osler.identity.tables import TotpUse, User

STEP_S: Final = 30
DRIFT_STEPS: Final = (0, -1, 1)
SECRET_BYTES: Final = 20


class TotpAlreadyOn(Problem):
    status = 409
    title = "The second factor is already set up"


class TotpNotStarted(Problem):
    status = 409
    title = "Start setting up the second factor first"


class WrongCode(Problem):
    status = 400
    title = "This code is not right, or was used before"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator app needs; shown once."""

    secret: str
    uri: str
    qr_svg: str


async def start_enrolment(session: Session, *, user_id: UUID, email: str, issuer: str) -> Enrolment:
    """Give a user a new secret that counts once it is confirmed. Raises `TotpAlreadyOn`."""
    secret = b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
    sealed = practice_key().encrypt(secret, ("identity_user", "totp_secret_enc", user_id))
    stored = await session.scalar(
        update(User)
        .where(User.id == user_id, User.totp_confirmed_at.is_(None))
        .values(totp_secret_enc=sealed)
        .returning(User.id)
    )
    if stored is None:
        raise TotpAlreadyOn
    # The colon separates issuer and account in the label.
    uri = pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name=issuer.replace(":", " "))
    return Enrolment(secret, uri, qr_svg(uri))


def qr_svg(text: str) -> str:
    """Return a QR code as an SVG document of its own, without styles or scripts."""
    buffer = BytesIO()
    code = segno.make(text, error="m", micro=False)
    code.save(buffer, kind="svg", xmldecl=False, svgclass=None, lineclass=None, border=4, light="#fff", omitsize=True)
    return buffer.getvalue().decode().strip()


async def confirm_enrolment(session: Session, *, user_id: UUID, code: str) -> list[str] | None:
    """Switch the second factor on and return the recovery codes; `None` when the code is wrong.

    Raises `TotpAlreadyOn`, `TotpNotStarted`.
    """
    user = (
        await session.execute(
            select(User.totp_secret_enc, User.totp_confirmed_at).where(User.id == user_id).with_for_update()
        )
    ).one()
    if user.totp_confirmed_at is not None:
        raise TotpAlreadyOn
    if user.totp_secret_enc is None:
        raise TotpNotStarted
    if not await spend_code(session, user_id=user_id, sealed_secret=user.totp_secret_enc, code=code):
        return None
    await session.execute(update(User).where(User.id == user_id).values(totp_confirmed_at=clock.now()))
    return await recovery_codes.replace(session, user_id=user_id)


async def spend_code(session: Session, *, user_id: UUID, sealed_secret: bytes, code: str) -> bool:
    """Say whether `code` is right now and was never used; of parallel submissions one is told yes."""
    secret = practice_key(sealed_secret).decrypt_text(sealed_secret, ("identity_user", "totp_secret_enc", user_id))
    step = matching_step(secret, code)
    if step is None:
        return False
    spent = insert(TotpUse).values(user_id=user_id, step=step, used_at=clock.now())
    return await session.scalar(spent.on_conflict_do_nothing().returning(TotpUse.step)) is not None


def matching_step(secret: str, code: str) -> int | None:
    """Return the time step whose code this is: now, or one step of 30 s before or after."""
    given = unicodedata.normalize("NFKC", code).replace(" ", "").encode()
    totp, now = pyotp.TOTP(secret), int(clock.now().timestamp()) // STEP_S
    matches = [step for step in (now + d for d in DRIFT_STEPS) if _is_same(totp.generate_otp(step), given)]
    return matches[0] if matches else None


def _is_same(expected: str, given: bytes) -> bool:
    return hmac.compare_digest(expected.encode(), given)


async def switch_off(session: Session, *, user_id: UUID) -> None:
    """Remove a user's second factor and its recovery codes."""
    await session.execute(update(User).where(User.id == user_id).values(totp_secret_enc=None, totp_confirmed_at=None))
    await session.execute(delete(TotpUse).where(TotpUse.user_id == user_id))
    await recovery_codes.remove(session, user_id=user_id)
