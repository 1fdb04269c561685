from datetime import UTC, datetime, timedelta

import httpx
from identity_people import enrol, log_in, make_user
from sqlalchemy import func, select

from osler.core import clock, db
from osler.core.auth import Role
from osler.core.jobs import periodic
from osler.identity.tables import BrowserSession, PendingLogin, Tally, TotpUse
from osler.identity.tasks import remove_expired

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def counts() -> list[int]:
    async with db.transaction() as session:
        tables = (BrowserSession, PendingLogin, Tally, TotpUse)
        return [await session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]


async def clean() -> None:
    async with db.transaction() as session:
        await remove_expired(session)


async def test_what_has_run_out_is_removed_and_nothing_else(client: httpx.AsyncClient) -> None:
    with clock.freeze(NOON):
        await make_user("admin@exemple.fr", Role.ADMIN)
        await log_in(client, "admin@exemple.fr")
        await enrol(client)
        await log_in(client, "admin@exemple.fr")
        before = await counts()
        assert before[0] == before[1] == before[3] == 1
        await clean()
        assert await counts() == before
        clock.advance(timedelta(days=1, seconds=1))
        await clean()
        assert await counts() == [0, 0, 0, 0]


def test_it_runs_every_hour() -> None:
    assert remove_expired.name in periodic()
