"""What a person may see of the queue, and do to it: counts, workers, and jobs that gave up. Never a payload."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from osler.core.db import Session
from osler.core.errors import NotFound


@dataclass(frozen=True, slots=True)
class QueueCounts:
    """`oldest_wait_s` is how long the oldest job has been due without being started; 0 when none is."""

    queued: int
    running: int
    dead: int
    oldest_wait_s: float


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A job that failed for the last time. `error` is the class name of its last error."""

    id: int
    task: str
    attempts: int
    crashes: int
    error: str
    created_at: datetime
    died_at: datetime


@dataclass(frozen=True, slots=True)
class Worker:
    """`is_alive` means seen in the last 15 seconds, by the database's clock; a worker reports every three."""

    id: UUID
    queues: tuple[str, ...]
    started_at: datetime
    last_seen: datetime
    is_alive: bool


class DeadJobNotFound(NotFound):
    title = "No such failed job"


_COUNTS = sa.text("""
SELECT count(*) FILTER (WHERE status = 'queued') AS queued,
       count(*) FILTER (WHERE status = 'picked') AS running,
       count(*) FILTER (WHERE status = 'failed') AS dead,
       coalesce(extract(epoch FROM now() - min(execute_after)
           FILTER (WHERE status = 'queued' AND execute_after <= now())), 0)::float AS oldest_wait_s
FROM job
""")
_DEAD = sa.text("""
SELECT id, entrypoint AS task, attempts, coalesce((headers ->> 'crashes')::int, 0) AS crashes,
       coalesce(headers ->> 'error', '') AS error, created AS created_at, updated AS died_at
FROM job WHERE status = 'failed' ORDER BY updated DESC, id DESC LIMIT :limit
""")
_REVIVE = sa.text("""
UPDATE job SET status = 'queued', execute_after = now(), attempts = 0, headers = NULL, updated = now()
WHERE id = :id AND status = 'failed' RETURNING id
""")
_DISCARD = sa.text("DELETE FROM job WHERE id = :id AND status = 'failed' RETURNING id")
_WORKERS = sa.text("""
SELECT id, queues, started_at, last_seen, last_seen > now() - interval '15 s' AS is_alive
FROM job_worker ORDER BY last_seen DESC
""")


async def queue_counts(session: Session) -> QueueCounts:
    row = (await session.execute(_COUNTS)).one()
    return QueueCounts(**row._mapping)


async def list_dead_jobs(session: Session, *, limit: int = 100) -> list[DeadJob]:
    """Return the jobs that gave up, the latest first."""
    return [DeadJob(**row._mapping) for row in await session.execute(_DEAD, {"limit": limit})]


async def revive(session: Session, *, job_id: int) -> None:
    """Give a dead job all its attempts again. Raises `DeadJobNotFound`."""
    await _change(session, _REVIVE, job_id)


async def discard(session: Session, *, job_id: int) -> None:
    """Delete a dead job. Raises `DeadJobNotFound`."""
    await _change(session, _DISCARD, job_id)


async def list_workers(session: Session) -> list[Worker]:
    """Return the workers, the last seen first; one that died stays for a day with its last sign of life."""
    rows: list[Any] = list(await session.execute(_WORKERS))
    return [Worker(row.id, tuple(row.queues), row.started_at, row.last_seen, row.is_alive) for row in rows]


async def _change(session: Session, statement: sa.TextClause, job_id: int) -> None:
    if (await session.execute(statement, {"id": job_id})).first() is None:
        raise DeadJobNotFound
