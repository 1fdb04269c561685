"""Whether this process can serve requests now, found out by trying."""

import asyncio
import time
from functools import cache
from typing import Final

import asyncpg
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from osler.core import crypto, db, revisions
from osler.core.live import hub

PATIENCE_S: Final = 2.0
# Public and unauthenticated: however often it is asked, the database is asked once per second.
KEPT_FOR_S: Final = 1.0

_REVISION = text("select version_num from alembic_version")


class Readiness:
    """The last look, kept for a second and shared by everybody who asks at the same time."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._looked_at = float("-inf")
        self._checks: dict[str, bool] = {}

    async def checks(self) -> dict[str, bool]:
        """Return what every request needs, and whether it is there."""
        async with self._lock:
            if time.monotonic() - self._looked_at > KEPT_FOR_S:
                self._checks = await look()
                self._looked_at = time.monotonic()
            return dict(self._checks)


@cache
def head() -> str | None:
    """Return the newest revision of this code, read from its files once."""
    return revisions.head()


async def look() -> dict[str, bool]:
    """Try everything that a request needs."""
    revision = await _revision()
    return {
        "database": revision is not None,
        "migrations": revision is not None and revision == head(),
        "keys": has_keys(),
        "live": hub.is_connected,
    }


async def _revision() -> str | None:
    try:
        async with asyncio.timeout(PATIENCE_S), db.transaction() as session:
            found: str | None = await session.scalar(_REVISION)
            return found
    except (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, RuntimeError):
        return None


def has_keys() -> bool:
    """Say whether this process can open what the practice sealed."""
    try:
        crypto.practice_key()
    except crypto.CryptoError:
        return False
    return True
