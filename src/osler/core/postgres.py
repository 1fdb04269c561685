"""The embedded PostgreSQL: one call starts it, or joins the one that is already running on the same directory.

Several processes may hold the same cluster; the last one to let go stops it. When a holder is killed the database
runs on, and the next `start` takes it over.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import re
from collections.abc import Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import asyncpg

from osler.core import postgres_cluster as cluster
from osler.core import postgres_layout as layout
from osler.core import postgres_process as process
from osler.core.postgres_check import REQUIRED_EXTENSIONS, check_external, ensure_extensions
from osler.core.postgres_errors import DatabaseUnusable, EmbeddedPostgresError, explain, explain_os_error
from osler.core.postgres_layout import Home, Say
from osler.core.postgres_process import Postmaster
from osler.core.postgres_programs import programs

__all__ = [
    "REQUIRED_EXTENSIONS",
    "Connection",
    "DatabaseUnusable",
    "EmbeddedPostgresError",
    "Server",
    "check_external",
    "destroy",
    "ensure_extensions",
    "running",
    "start",
    "start_for_tests",
]

_START_TIMEOUT_S = 120.0
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


@dataclass(frozen=True, slots=True)
class _Plan:
    home: Home
    settings: Mapping[str, str]
    bin_dir: Path | None
    port: int | None
    database: str
    refuge: Path
    say: Say

    @property
    def is_throw_away(self) -> bool:
        return self.settings is cluster.TEST_SETTINGS


class Server:
    """A hold on a running cluster, let go by `stop` or at the end of a `with` block."""

    def __init__(self, plan: _Plan, connection: Connection, *, hold: int, was_adopted: bool) -> None:
        self.connection = connection
        self.was_adopted = was_adopted
        self._plan = plan
        self._hold: int | None = hold

    def ensure_running(self) -> bool:
        """Start PostgreSQL again if it has died; True if that was needed. Addresses stay valid if the port is free."""
        home = self._plan.home
        if process.read_postmaster(home):
            return False
        with _start_lock(home):
            self.connection, was_adopted = _run(self._plan)
        return not was_adopted

    def stop(self) -> None:
        """Let go, and stop PostgreSQL unless another live process still holds it. May be called twice."""
        if self._hold is None:
            return
        home = self._plan.home
        with _start_lock(home):
            hold, self._hold = self._hold, None
            try:
                is_last = layout.try_lock(hold, fcntl.LOCK_EX)
                found = process.read_postmaster(home) if is_last else None
                if found and process.is_ours(home):
                    process.shut_down(home, found, say=self._plan.say)
            finally:
                os.close(hold)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _silent(_: str) -> None:
    """Say nothing."""


def start(
    data_dir: Path,
    *,
    bin_dir: Path | None = None,
    port: int | None = None,
    database: str = "osler",
    on_progress: Say = _silent,
    refuge: Path = layout.REFUGE,
) -> Server:
    """Start PostgreSQL on `data_dir`, making the cluster, the role, the database and its extensions when missing.

    `port` is a wish. `refuge` takes what PostgreSQL could not reach without being root. Blocks until connections
    are accepted; may be called inside a running event loop, which it blocks as well.

    Raises: `EmbeddedPostgresError`.
    """
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,62}", database):
        raise EmbeddedPostgresError(f"{database!r} cannot name a database: use small letters, digits and underscores.")
    home = layout.settle(data_dir, refuge=refuge, say=on_progress)
    return _start(_Plan(home, cluster.SETTINGS, bin_dir, port, database, refuge, on_progress))


def start_for_tests(base_dir: Path, *, bin_dir: Path | None = None, refuge: Path = layout.REFUGE) -> Server:
    """Start or join one throw-away cluster without durability, whose role may create databases.

    Any number of processes may call it with the same directory at once; `destroy` removes it after the last `stop`.
    """
    home = layout.settle(base_dir, refuge=refuge, say=_silent)
    return _start(_Plan(home, cluster.TEST_SETTINGS, bin_dir, None, "osler", refuge, _silent))


def running(data_dir: Path, *, database: str = "osler") -> Connection | None:
    """How to reach the cluster that is running on `data_dir`, without holding it; None when none of ours is ready."""
    home = layout.find(data_dir)
    found = process.read_postmaster(home) if home else None
    if not home or not found or found.status != "ready" or not process.is_ours(home):
        return None
    return _connection(home, found, database)


def destroy(data_dir: Path) -> None:
    """Stop and delete the cluster of `data_dir`, wherever it lives; other files there are left alone.

    Raises: `EmbeddedPostgresError` when a live process holds it.
    """
    home = layout.find(data_dir)
    if not home:
        return
    with _start_lock(home):
        hold = _take_hold(home)
        try:
            if not layout.try_lock(hold, fcntl.LOCK_EX):
                raise EmbeddedPostgresError(f"The database in {home.path} is in use: stop Osler first.")
            found = process.read_postmaster(home)
            if found and not process.is_ours(home):
                raise process.foreign_holder(home, found)
            if found:
                process.shut_down(home, found, say=_silent)
            layout.remove(home, data_dir)
        finally:
            os.close(hold)


def _start(plan: _Plan) -> Server:
    with _start_lock(plan.home):
        hold = _take_hold(plan.home)
        try:
            connection, was_adopted = _run(plan)
        except BaseException:
            os.close(hold)
            raise
    return Server(plan, connection, hold=hold, was_adopted=was_adopted)


def _run(plan: _Plan) -> tuple[Connection, bool]:
    """Adopt the live postmaster or launch one; the caller holds the start lock."""
    home = plan.home
    found = process.read_postmaster(home)
    if found and not process.is_ours(home):
        raise process.foreign_holder(home, found)
    if found and found.status == "stopping":
        process.wait_until_gone(found.pid, timeout_s=_START_TIMEOUT_S)
    elif found and (ready := process.wait_until_ready(home, found.pid, timeout_s=_START_TIMEOUT_S, say=plan.say)):
        plan.say("PostgreSQL is already running.")
        connection = _connection(home, ready, plan.database)
        _in_own_loop(_furnish(connection, plan))
        return connection, True
    tools = programs(plan.bin_dir, account=home.account, refuge=plan.refuge, say=plan.say)
    if not home.pgdata.exists():
        cluster.create(home, tools, is_durable=not plan.is_throw_away, say=plan.say)
    cluster.check_version(home, tools)
    cluster.configure(home, tools, plan.settings)
    launched = process.launch(home, tools, port=plan.port, timeout_s=_START_TIMEOUT_S, say=plan.say)
    connection = _connection(home, launched, plan.database)
    try:
        _in_own_loop(_furnish(connection, plan))
    except BaseException:
        process.shut_down(home, launched, say=plan.say)
        raise
    return connection, False


async def _furnish(connection: Connection, plan: _Plan) -> None:
    """Make the role, the database and the extensions; each step may have been done by an earlier, interrupted run."""
    try:
        await _make_database(connection, plan)
        inside = await asyncpg.connect(
            _in_database(connection.superuser_dsn, plan.database), timeout=_CONNECT_TIMEOUT_S
        )
        try:
            await ensure_extensions(inside)
        finally:
            await inside.close()
    except (asyncpg.PostgresError, OSError) as error:
        raise explain(str(error), directory=plan.home.path, doing="Preparing the database") from error


async def _make_database(connection: Connection, plan: _Plan) -> None:
    admin = await asyncpg.connect(connection.superuser_dsn, timeout=_CONNECT_TIMEOUT_S)
    try:
        if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", cluster.ROLE):
            password = cluster.read_password(plan.home.password_file)
            rights = "LOGIN CREATEDB" if plan.is_throw_away else "LOGIN"
            await admin.execute(f"CREATE ROLE {cluster.ROLE} {rights} PASSWORD '{password}'")
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", plan.database):
            await admin.execute(f'CREATE DATABASE "{plan.database}" OWNER {cluster.ROLE}')
    finally:
        await admin.close()


def _in_own_loop(work: Coroutine[Any, Any, None]) -> None:  # Any: what the loop sends in and gets back is nobody's
    """Run `work` to its end on a thread of its own, because the caller may be inside a running event loop."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(asyncio.run, work).result()


def _connection(home: Home, found: Postmaster, database: str) -> Connection:
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


def _start_lock(home: Home) -> AbstractContextManager[None]:
    return layout.locked(home, timeout_s=_START_TIMEOUT_S)


def _take_hold(home: Home) -> int:
    """A shared lock that tells other processes that this one uses the database; it ends with this process."""
    try:
        fd = layout.open_lock(home, "users.lock")
    except OSError as error:
        raise explain_os_error(error, directory=home.path) from error
    layout.try_lock(fd, fcntl.LOCK_SH)
    return fd
