import asyncio
from typing import Any

import pytest
from sqlalchemy import func, select

from osler import identity
from osler.core import db
from osler.core.auth import STAFF, Role
from osler.core.settings import Settings
from osler.identity.tables import Practice

TILLEULS: dict[str, Any] = {"name": " Cabinet des Tilleuls ", "country": "fr", "tzid": "Europe/Paris"}


async def test_before_it_is_set_up_there_is_no_practice(db_session: db.Session) -> None:
    assert await identity.find_practice(db_session) is None
    with pytest.raises(identity.PracticeMissing):
        await identity.get_practice(db_session)


async def test_saving_twice_changes_the_one_practice(database: Settings) -> None:
    async with db.transaction() as session:
        first = await identity.save_practice(session, **TILLEULS)
    assert (first.name, first.country, first.totp_roles) == ("Cabinet des Tilleuls", "FR", STAFF)
    async with db.transaction() as session:
        second = await identity.save_practice(
            session, **TILLEULS | {"phone": "+33 1 23 45 67 89"}, totp_roles=frozenset({Role.ADMIN})
        )
    assert (second.id, second.phone, second.totp_roles) == (first.id, "+33 1 23 45 67 89", frozenset({Role.ADMIN}))


async def test_two_processes_setting_up_at_once_make_one_practice(database: Settings) -> None:
    async def save() -> None:
        async with db.transaction() as session:
            await identity.save_practice(session, **TILLEULS)

    await asyncio.gather(*(save() for _ in range(5)))
    async with db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(Practice)) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"tzid": "Europe/Nowhere"},
        {"default_language": "de"},
        {"languages": ["fr", "de"]},
        {"languages": ["en"], "default_language": "fr"},
        {"totp_roles": frozenset({Role.PATIENT})},
    ],
)
async def test_what_does_not_exist_is_refused(db_session: db.Session, changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"time zone|languages|second factor"):
        await identity.save_practice(db_session, **TILLEULS | changes)
