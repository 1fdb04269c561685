"""The trail: whole rows, refused changes, and an act that fails when its row cannot be written."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from osler.core import audit, crypto, db
from osler.core.auth import SYSTEM
from osler.core.ids import new_id
from osler.core.settings import Settings
from osler.core.tables import AuditEvent


async def test_row_is_intact_as_written(db_session: db.Session) -> None:
    await audit.record(
        db_session, actor=SYSTEM, action="patient:read", resource=("Patient", new_id()), patient_id=new_id()
    )
    event = (await db_session.scalars(select(AuditEvent))).one()
    assert audit.is_intact(event)


@pytest.mark.parametrize("column", ["action", "outcome", "reason", "details"])
async def test_row_altered_behind_the_trigger_is_noticed(db_session: db.Session, column: str) -> None:
    await audit.record(db_session, actor=SYSTEM, action="patient:read", resource=("Patient", None))
    event = (await db_session.scalars(select(AuditEvent))).one()
    db_session.expunge(event)
    setattr(event, column, {"n": 1} if column == "details" else "changed")
    assert not audit.is_intact(event)


@pytest.mark.parametrize(
    "statement", ["update audit_event set outcome = 'denied'", "delete from audit_event", "truncate audit_event"]
)
async def test_rows_can_only_be_added(database: Settings, statement: str) -> None:
    async with db.transaction() as session:
        await audit.record(session, actor=SYSTEM, action="patient:read", resource=("Patient", None))
    with pytest.raises(DBAPIError, match="append-only"):
        async with db.transaction() as session:
            await session.execute(text(statement))


async def test_act_fails_when_its_row_cannot_be_written(database: Settings) -> None:
    async with db.transaction() as session:
        await session.execute(text("alter table audit_event add constraint closed check (false) not valid"))
    with pytest.raises(DBAPIError):
        await _write_key_and_audit()
    async with db.transaction() as session:
        assert await session.scalar(text("select count(*) from data_key")) == 0


async def _write_key_and_audit() -> None:
    async with db.transaction() as session:
        await crypto.new_data_key(session, new_id())
        await audit.record(session, actor=SYSTEM, action="patient:write", resource=("Patient", None))
