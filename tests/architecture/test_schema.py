"""Migrations and tables say the same, in both directions."""

import asyncpg
from alembic.script import ScriptDirectory

from osler import wiring  # noqa: F401 - loads every table
from osler.core import db, migrations, revisions


async def test_migrations_make_exactly_the_tables(database_url: str) -> None:
    engine = db.create_engine(database_url)
    try:
        assert await revisions.current(engine) == revisions.head()
        assert await migrations.drift(engine) == []
    finally:
        await engine.dispose()


async def test_migrations_go_down_and_up_again_on_an_empty_database(database_url: str) -> None:
    engine = db.create_engine(database_url)
    try:
        await migrations.downgrade(engine)
        connection = await asyncpg.connect(database_url)
        left = await connection.fetch(
            "select tablename from pg_tables where schemaname = 'public' and tablename <> 'alembic_version'"
        )
        await connection.close()
        assert left == []
        await migrations.upgrade(engine)
        assert await migrations.drift(engine) == []
    finally:
        await engine.dispose()


def test_newest_revision_is_read_right_from_the_files() -> None:
    assert revisions.head() == ScriptDirectory(str(revisions.MIGRATIONS)).get_current_head()
