"""How every part of the installation is doing, found out by trying each one."""

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final, Literal

import asyncpg
import psutil
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from osler import notifications
from osler.core import clock, db, job_console
from osler.core.db import Session
from osler.core.live import hub
from osler.core.settings import Settings
from osler.ops.readiness import has_keys, head

State = Literal["ok", "degraded", "down", "not_configured"]

GIB: Final = 1024**3
LITTLE_DISK_BYTES: Final = 2 * GIB
NO_DISK_BYTES: Final = GIB // 4
LONG_WAIT_S: Final = 30.0
LONG_LATENCY_MS: Final = 250.0
CLOCKS_APART_S: Final = 2.0
# Without these nobody is served: each of them down means that the whole is down.
ESSENTIAL: Final = frozenset({"database", "migrations", "keys", "live", "workers"})
STARTED_AT: Final = datetime.fromtimestamp(psutil.Process().create_time(), UTC)

_DATABASE = text("""
SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS size_bytes,
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()) AS connections,
       current_setting('max_connections')::int AS max_connections,
       (SELECT version_num FROM alembic_version) AS revision, clock_timestamp() AS now
""")
UNREACHABLE: Final = (SQLAlchemyError, asyncpg.PostgresError, asyncpg.InterfaceError, OSError)


@dataclass(frozen=True, slots=True)
class Check:
    """One part: its state, a code that says why it is not `ok`, and its figures in the units of their names."""

    name: str
    state: State
    reason: str | None = None
    detail: str | None = None
    figures: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    status: Literal["ok", "degraded", "down"]
    checks: tuple[Check, ...]


async def examine(settings: Settings) -> Health:
    """Try everything once."""
    checks = (*await _from_database(settings), _keys(), _live(), disk(settings))
    if any(check.state == "down" and check.name in ESSENTIAL for check in checks):
        return Health("down", checks)
    is_degraded = any(check.state in ("down", "degraded") for check in checks)
    return Health("degraded" if is_degraded else "ok", checks)


async def _from_database(settings: Settings) -> list[Check]:
    try:
        async with db.transaction() as session:
            return await from_tables(session, settings)
    except UNREACHABLE as error:
        reason = "unreachable"
        names = ("database", "migrations", "jobs", "workers", "email")
        return [Check(name, "down", reason, type(error).__name__ if name == "database" else None) for name in names]


async def from_tables(session: Session, settings: Settings) -> list[Check]:
    """Return what the database knows about itself, the jobs, the workers and the letters."""
    return [*await _database(session), *await _jobs(session), await _email(session, settings)]


async def _database(session: Session) -> list[Check]:
    before = time.perf_counter()
    row = (await session.execute(_DATABASE)).one()
    latency_ms = (time.perf_counter() - before) * 1000
    apart_s = abs((row.now - clock.now()).total_seconds())
    figures = {
        "latency_ms": round(latency_ms, 2),
        "size_bytes": float(row.size_bytes),
        "connections": float(row.connections),
        "max_connections": float(row.max_connections),
        "clock_difference_s": round(apart_s, 3),
    }
    reasons = {
        "slow": latency_ms > LONG_LATENCY_MS,
        "connections_short": row.connections > 0.9 * row.max_connections,
        "clocks_differ": apart_s > CLOCKS_APART_S,
    }
    reason = next((name for name, holds in reasons.items() if holds), None)
    is_current = row.revision == head()
    return [
        Check("database", "degraded" if reason else "ok", reason, f"PostgreSQL {row.version}", figures),
        Check("migrations", "ok" if is_current else "down", None if is_current else "behind", row.revision),
    ]


async def _jobs(session: Session) -> list[Check]:
    counts, workers = await job_console.queue_counts(session), await job_console.list_workers(session)
    alive = [worker for worker in workers if worker.is_alive]
    figures = {
        "queued": float(counts.queued),
        "running": float(counts.running),
        "dead": float(counts.dead),
        "oldest_wait_s": round(counts.oldest_wait_s, 1),
    }
    reason = "jobs_wait" if counts.oldest_wait_s > LONG_WAIT_S else "jobs_gave_up" if counts.dead else None
    seen_s = min(((clock.now() - worker.last_seen).total_seconds() for worker in workers), default=None)
    last_seen = {} if seen_s is None else {"last_seen_s": round(max(0.0, seen_s), 1)}
    return [
        Check("jobs", "degraded" if reason else "ok", reason, figures=figures),
        Check(
            "workers",
            "ok" if alive else "down",
            None if alive else "none_alive",
            figures={"alive": float(len(alive)), **last_seen},
        ),
    ]


async def _email(session: Session, settings: Settings) -> Check:
    counts = await notifications.outbox_counts(session)
    figures = {
        name: round(float(getattr(counts, name)), 1)
        for name in ("queued", "sending", "sent", "failed", "not_configured", "oldest_wait_s")
    }
    if settings.smtp.host is None:
        return Check("email", "not_configured", "no_smtp_host", figures=figures)
    reason = "letters_failed" if counts.failed else "letters_wait" if counts.oldest_wait_s > 600 else None
    return Check("email", "degraded" if reason else "ok", reason, figures=figures)


def _keys() -> Check:
    return Check("keys", "ok") if has_keys() else Check("keys", "down", "not_loaded")


def _live() -> Check:
    return Check("live", "ok") if hub.is_connected else Check("live", "down", "not_listening")


def disk(settings: Settings) -> Check:
    """Say how much room the data directory has."""
    try:
        usage = shutil.disk_usage(settings.data_dir)
    except OSError:
        return Check("disk", "down", "unreadable")
    figures = {"free_bytes": float(usage.free), "total_bytes": float(usage.total)}
    if usage.free < NO_DISK_BYTES:
        return Check("disk", "down", "full", figures=figures)
    is_little = usage.free < LITTLE_DISK_BYTES
    return Check("disk", "degraded" if is_little else "ok", "little_left" if is_little else None, figures=figures)
