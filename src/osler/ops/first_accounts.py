"""What an operator sets up from the command line before anybody can sign in."""

from osler import identity
from osler.core import audit, crypto, db
from osler.core.auth import STAFF, SYSTEM
from osler.core.settings import Settings


async def add_admin(settings: Settings, *, email: str, name: str, password: str, language: str) -> None:
    """Make an administrator. Raises the problems of `identity.create_admin`, and `ValueError`."""
    if language not in ("fr", "en"):
        raise ValueError("the language must be fr or en")
    async with db.transaction() as session:
        await crypto.init(session, settings.keys_path)
        user_id = await identity.create_admin(
            session, email=email, password=password, display_name=name, language=language
        )
        await audit.record(session, actor=SYSTEM, action="user:create_admin", resource=("User", user_id))


async def set_practice(
    settings: Settings, *, name: str, country: str, tzid: str, phone: str | None, language: str
) -> None:
    """Set the practice up, or change it; what is not named here stays as it is. Raises `ValueError`."""
    if not name.strip():
        raise ValueError("the practice needs a name")
    if len(country.strip()) != 2 or not country.strip().isalpha():
        raise ValueError("the country must be two letters, such as FR")
    async with db.transaction() as session:
        await crypto.init(session, settings.keys_path)
        before = await identity.find_practice(session)
        practice = await identity.save_practice(
            session,
            name=name,
            country=country,
            tzid=tzid,
            phone=phone,
            languages=("fr", "en") if before is None else before.languages,
            default_language=language,
            totp_roles=STAFF if before is None else before.totp_roles,
        )
        await audit.record(session, actor=SYSTEM, action="practice:set", resource=("Practice", practice.id))
