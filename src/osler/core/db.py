"""The database: one engine per process, one session per request or job."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import DateTime, MetaData, Uuid
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import LargeBinary

Session = AsyncSession
EncryptedBytes = LargeBinary

# A request that waits longer than this for a row has lost; the client hears 503 and may retry.
LOCK_TIMEOUT_MS = 3_000
STATEMENT_TIMEOUT_MS = 15_000


class Base(DeclarativeBase):
    """Every table of the house; constraint names follow one convention so that code can translate violations."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        bytes: LargeBinary,
    }


class _State:
    engine: AsyncEngine | None = None
    sessions: async_sessionmaker[AsyncSession] | None = None


def driver_url(url: str) -> str:
    """Return `url` with the house's driver (`postgresql://…` becomes `postgresql+asyncpg://…`)."""
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def create_engine(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """Return an engine whose errors never carry bound values."""
    return create_async_engine(
        driver_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=5,
        pool_pre_ping=False,
        hide_parameters=True,
        connect_args={
            "timeout": 5,
            "server_settings": {
                "application_name": "osler",
                "lock_timeout": str(LOCK_TIMEOUT_MS),
                "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                "idle_in_transaction_session_timeout": "30000",
            },
        },
    )


def init(url: str, *, pool_size: int = 10) -> AsyncEngine:
    """Connect this process to `url`. Call once, before anything else here."""
    _State.engine = create_engine(url, pool_size=pool_size)
    _State.sessions = async_sessionmaker(_State.engine, expire_on_commit=False)
    return _State.engine


def engine() -> AsyncEngine:
    """Return this process's engine. Raises `RuntimeError` before `init`."""
    if _State.engine is None:
        raise RuntimeError("the database is not initialised")
    return _State.engine


async def dispose() -> None:
    """Close every connection of this process."""
    if _State.engine is not None:
        await _State.engine.dispose()
    _State.engine = _State.sessions = None


@asynccontextmanager
async def transaction() -> AsyncIterator[Session]:
    """Open a session and commit it at the end; roll back when the block raises."""
    if _State.sessions is None:
        raise RuntimeError("the database is not initialised")
    async with _State.sessions() as session, session.begin():
        yield session


def constraint_of(error: BaseException) -> str | None:
    """Return the name of the constraint that an `IntegrityError` names, to tell one race from another."""
    cause: BaseException | None = error
    while cause is not None:
        name = getattr(cause, "constraint_name", None)
        if isinstance(name, str):
            return name
        cause = cause.__cause__ or getattr(cause, "orig", None)
    return None
