"""Which revision of the schema this code needs and the database has; without loading Alembic, which is slow."""

import re
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

MIGRATIONS: Final = Path(__file__).resolve().parents[3] / "migrations"


def head() -> str | None:
    """Return the newest revision of this code: history is one line, and file names begin with their date."""
    newest = max((MIGRATIONS / "versions").glob("*.py"), default=None)
    if newest is None:
        return None
    found = re.search(r'^revision = "(\w+)"', newest.read_text(), re.MULTILINE)
    return None if found is None else found[1]


async def current(engine: AsyncEngine) -> str | None:
    """Return the revision that the database is at; `None` for a database without a history."""
    async with engine.connect() as connection:
        if await connection.scalar(text("select to_regclass('alembic_version')")) is None:
            return None
        revision: str | None = await connection.scalar(text("select version_num from alembic_version"))
    return revision
