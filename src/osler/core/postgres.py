"""The embedded PostgreSQL: one call starts it, or joins the one that is already running on the same directory.

Several processes may hold the same cluster; the last one to let go stops it. When a holder is killed the database
runs on, and the next `start` takes it over.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from osler.core import postgres_cluster as cluster
from osler.core import postgres_layout as layout
from osler.core import postgres_locks as locks
from osler.core import postgres_process as process
from osler.core.postgres_check import REQUIRED_EXTENSIONS, check_external, ensure_extensions
from osler.core.postgres_database import Connection, connection_to, furnish
from osler.core.postgres_errors import DatabaseUnusable, EmbeddedPostgresError
from osler.core.postgres_layout import Home, Say
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
_THROW_AWAY_AGE_S = 6 * 3600


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
        if self._hold is None or process.read_postmaster(home):
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
                is_last = locks.hold_alone(hold)
                found = process.read_postmaster(home) if is_last else None
                if found and process.is_ours(home):
                    process.shut_down(home, found, say=self._plan.say)
                elif is_last and not found:
                    locks.remove_socket_dir(self.connection.socket_dir)
                if is_last and self._plan.is_throw_away:
                    layout.empty(home)
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


def start_for_tests(base_dir: Path, *, bin_dir: Path | None = None) -> Server:
    """Start or join one throw-away cluster without durability, whose role may create databases.

    Any number of processes may call it with the same `base_dir` at once, which names the cluster; the files lie in
    the system's temporary directory, where PostgreSQL can reach them. The last `stop` deletes it, and what killed
    runs left behind is deleted by later ones.
    """
    shelf = Path(tempfile.gettempdir()).resolve() / f"osler-tests-{os.geteuid()}"
    key = hashlib.sha256(os.fsencode(base_dir.resolve())).hexdigest()[:12]
    home = layout.settle(shelf / key, refuge=layout.REFUGE, say=_silent)
    _sweep(shelf)
    return _start(_Plan(home, cluster.TEST_SETTINGS, bin_dir, 0, "osler", layout.REFUGE, _silent))


def _sweep(shelf: Path) -> None:
    """Delete the throw-away clusters of yesterday that no live process holds."""
    for path in shelf.iterdir():
        if time.time() - path.stat().st_mtime > _THROW_AWAY_AGE_S:
            with suppress(EmbeddedPostgresError):
                destroy(path)


def running(data_dir: Path, *, database: str = "osler") -> Connection | None:
    """How to reach the cluster that is running on `data_dir`, without holding it; None when none of ours is ready."""
    home = layout.find(data_dir)
    found = process.read_postmaster(home) if home else None
    if not home or not found or found.status != "ready" or not process.is_ours(home):
        return None
    return connection_to(home, found, database)


def destroy(data_dir: Path) -> None:
    """Stop and delete the cluster of `data_dir`, wherever it lives; other files there are left alone.

    Raises: `EmbeddedPostgresError` when a live process holds it.
    """
    home = layout.find(data_dir)
    if not home:
        return
    with _start_lock(home):
        hold = locks.take_hold(home)
        try:
            if not locks.hold_alone(hold):
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
        hold = locks.take_hold(plan.home)
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
        connection = connection_to(home, ready, plan.database)
        furnish(home, connection, plan.database, is_throw_away=plan.is_throw_away)
        return connection, True
    layout.make_log_dir(home)
    tools = programs(plan.bin_dir, account=home.account, refuge=plan.refuge, say=plan.say)
    if not home.pgdata.exists():
        cluster.create(home, tools, is_durable=not plan.is_throw_away, say=plan.say)
    cluster.check_version(home, tools)
    cluster.configure(home, tools, plan.settings)
    launched = process.launch(home, tools, port=plan.port, timeout_s=_START_TIMEOUT_S, say=plan.say)
    try:
        connection = connection_to(home, launched, plan.database)
        furnish(home, connection, plan.database, is_throw_away=plan.is_throw_away)
    except BaseException:
        process.shut_down(home, launched, say=plan.say)
        raise
    return connection, False


def _start_lock(home: Home) -> AbstractContextManager[None]:
    return locks.locked(home, timeout_s=_START_TIMEOUT_S)
