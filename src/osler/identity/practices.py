"""The practice that this installation serves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from osler.core import clock
from osler.core.auth import STAFF, Role
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.ids import new_id
from osler.identity.tables import Practice as PracticeRow

LANGUAGES: Final = ("fr", "en")


class PracticeMissing(Problem):
    status = 409
    title = "This installation has no practice yet"


@dataclass(frozen=True, slots=True)
class Practice:
    """What everybody may know about the practice. `country` is ISO 3166-1 alpha-2, `tzid` an IANA time zone."""

    id: UUID
    name: str
    country: str
    tzid: str
    phone: str | None
    languages: tuple[str, ...]
    default_language: str
    totp_roles: frozenset[Role]


async def find_practice(session: Session) -> Practice | None:
    """Return the practice, if it has been set up."""
    row = await session.scalar(select(PracticeRow))
    if row is None:
        return None
    return Practice(
        id=row.id,
        name=row.name,
        country=row.country,
        tzid=row.tzid,
        phone=row.phone,
        languages=tuple(row.languages),
        default_language=row.default_language,
        totp_roles=frozenset(Role(role) for role in row.totp_roles),
    )


async def get_practice(session: Session) -> Practice:
    """Return the practice. Raises `PracticeMissing`."""
    practice = await find_practice(session)
    if practice is None:
        raise PracticeMissing
    return practice


async def name_of(session: Session) -> str:
    """Return what letters and screens call the practice, before it has a name too."""
    return await session.scalar(select(PracticeRow.name)) or "Osler"


async def save_practice(
    session: Session,
    *,
    name: str,
    country: str,
    tzid: str,
    phone: str | None = None,
    languages: Sequence[str] = LANGUAGES,
    default_language: str = "fr",
    totp_roles: frozenset[Role] = STAFF,
) -> Practice:
    """Set the practice up, or change it. `totp_roles` must have a second factor, when the deployment asks for one.

    Raises `ValueError` for a time zone, language or role that does not exist.
    """
    if tzid not in available_timezones():
        raise ValueError("the time zone is not an IANA name")
    if default_language not in languages or not set(languages) <= set(LANGUAGES):
        raise ValueError(f"the languages must be among {', '.join(LANGUAGES)} and hold the default one")
    if not totp_roles <= STAFF:
        raise ValueError("only staff roles can require a second factor")
    values = {
        "name": name.strip(),
        "country": country.strip().upper(),
        "tzid": tzid,
        "phone": phone,
        "languages": list(languages),
        "default_language": default_language,
        "totp_roles": sorted(totp_roles),
        "updated_at": clock.now(),
    }
    statement = insert(PracticeRow).values(id=new_id(), is_only=True, **values)
    await session.execute(statement.on_conflict_do_update(index_elements=["is_only"], set_=values))
    session.expire_all()
    return await get_practice(session)
