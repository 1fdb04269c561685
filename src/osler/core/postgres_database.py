"""The addresses of a running cluster, and what must be in it before Osler can use it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg

from osler.core import postgres_cluster as cluster
from osler.core.postgres_check import ensure_extensions
from osler.core.postgres_errors import explain
from osler.core.postgres_layout import Home
from osler.core.postgres_process import Postmaster

_CONNECT_TIMEOUT_S = 30.0


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach a running cluster. The addresses hold passwords: never log them."""

    url: str = field(repr=False)
    """`postgresql+asyncpg://` over the unix socket, as the role that owns the database and is no superuser."""
    dsn: str = field(repr=False)
    """The same for asyncpg and libpq."""
    superuser_dsn: str = field(repr=False)
    tcp_dsn: str = field(repr=False)
    socket_dir: Path
    host: str
    port: int
    pid: int


def furnish(home: Home, connection: Connection, database: str, *, is_throw_away: bool) -> None:
    """Make what is missing: the role, the database, the extensions. An earlier run may have been interrupted.

    Raises: `EmbeddedPostgresError`.
    """
    _in_own_loop(_furnish(home, connection, database, is_throw_away=is_throw_away))


async def _furnish(home: Home, connection: Connection, database: str, *, is_throw_away: bool) -> None:
    try:
        await _make_database(home, connection, database, is_throw_away=is_throw_away)
        inside = await asyncpg.connect(_in_database(connection.superuser_dsn, database), timeout=_CONNECT_TIMEOUT_S)
        try:
            await ensure_extensions(inside)
        finally:
            await inside.close()
    except (asyncpg.PostgresError, OSError) as error:
        raise explain(str(error), directory=home.path, doing="Preparing the database") from error


async def _make_database(home: Home, connection: Connection, database: str, *, is_throw_away: bool) -> None:
    admin = await asyncpg.connect(connection.superuser_dsn, timeout=_CONNECT_TIMEOUT_S)
    try:
        if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", cluster.ROLE):
            password = cluster.read_password(home.password_file)
            rights = "LOGIN CREATEDB" if is_throw_away else "LOGIN"
            await admin.execute(f"CREATE ROLE {cluster.ROLE} {rights} PASSWORD '{password}'")
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            await admin.execute(f'CREATE DATABASE "{database}" OWNER {cluster.ROLE}')
    finally:
        await admin.close()


def _in_own_loop(work: Coroutine[Any, Any, None]) -> None:  # Any: what the loop sends in and gets back is nobody's
    """Run `work` to its end on a thread of its own, because the caller may be inside a running event loop."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, work).result()


def connection_to(home: Home, found: Postmaster, database: str) -> Connection:
    password = cluster.read_password(home.password_file)
    superuser_password = cluster.read_password(home.superuser_password_file)
    socket = f"host={quote(str(found.socket_dir), safe='/')}&port={found.port}"
    dsn = f"postgresql://{cluster.ROLE}:{password}@/{database}?{socket}"
    return Connection(
        url=dsn.replace("postgresql://", "postgresql+asyncpg://", 1),
        dsn=dsn,
        superuser_dsn=f"postgresql://{cluster.SUPERUSER}:{superuser_password}@/postgres?{socket}",
        tcp_dsn=f"postgresql://{cluster.ROLE}:{password}@127.0.0.1:{found.port}/{database}",
        socket_dir=found.socket_dir,
        host="127.0.0.1",
        port=found.port,
        pid=found.pid,
    )


def _in_database(superuser_dsn: str, database: str) -> str:
    return superuser_dsn.replace("@/postgres?", f"@/{database}?", 1)
