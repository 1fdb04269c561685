"""One claimed job from start to end: a slot, a transaction, and a success, another try or a burial."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job

from osler.core import db, jobs
from osler.core.log import get_logger

log = get_logger()

MAX_CRASHES = 3
LONGEST_RETRY = timedelta(minutes=15)

_ACKNOWLEDGE = """
WITH done AS (DELETE FROM job WHERE id = $1 AND queue_manager_id = $2 RETURNING id, priority, entrypoint)
INSERT INTO job_log (job_id, status, priority, entrypoint) SELECT id, 'successful', priority, entrypoint FROM done
RETURNING job_id
"""
_MARK_ALONE = """
UPDATE job SET headers = headers || jsonb_build_object('alone', $2::uuid::text) WHERE id = $1 AND queue_manager_id = $2
"""


@dataclass(frozen=True, slots=True)
class Timing:
    """How patient a worker is. A job whose worker was silent for `heartbeat` belongs to whoever takes it."""

    heartbeat: timedelta = timedelta(seconds=6)
    poll: timedelta = timedelta(seconds=2)
    drain: timedelta = timedelta(seconds=10)
    first_retry: timedelta = timedelta(seconds=1)


class JobBuried(Exception):
    """Ends a job for good; carries the class name of the last error and nothing of its text."""


class _Superseded(Exception):
    """Another worker owns the job by now, so this run must leave no trace."""


@dataclass(slots=True)
class Slots:
    """Bounds how many handlers run at once, and lets one of them run alone."""

    size: int
    _free: asyncio.Semaphore = field(init=False)
    _turn: asyncio.Lock = field(init=False, default_factory=asyncio.Lock)

    def __post_init__(self) -> None:
        self._free = asyncio.Semaphore(self.size)

    @asynccontextmanager
    async def take(self, *, alone: bool) -> AsyncIterator[None]:
        taken = 0
        try:
            # Everybody queues at the turn, so nobody slips in while one waits for all the slots.
            async with self._turn:
                for _ in range(self.size if alone else 1):
                    await self._free.acquire()
                    taken += 1
            yield
        finally:
            for _ in range(taken):
                self._free.release()


@dataclass(slots=True)
class Performer:
    """Runs the handlers of one worker and remembers which are running."""

    slots: Slots
    timing: Timing
    running: set[asyncio.Task[Any]] = field(default_factory=set)

    async def perform(self, task: jobs.Task, job: Job) -> None:
        """Run one claimed job. Raises `RetryRequested` or `JobBuried` instead of whatever the handler raised."""
        crashes = _crashes(job)
        current = asyncio.current_task()
        if current is None:
            raise RuntimeError("a job runs in a task")
        if crashes >= MAX_CRASHES:
            log.error("job_buried", job_id=job.id, task=task.name, crashes=crashes, error="WorkerCrashed")
            raise JobBuried("WorkerCrashed")
        self.running.add(current)
        started = time.perf_counter()
        try:
            with structlog.contextvars.bound_contextvars(job_id=job.id, task=task.name, attempt=job.attempts + 1):
                async with self.slots.take(alone=crashes > 0):
                    started = time.perf_counter()
                    await _run(task, job, crashes)
                log.info("job_finished", duration_ms=_since(started))
        except asyncio.CancelledError:
            # pgqueuer would take the job for cancelled by its owner; it only has to be run again.
            log.warning("job_interrupted", job_id=job.id, task=task.name, duration_ms=_since(started))
            raise RetryRequested(timedelta(0), "Interrupted") from None
        except _Superseded:
            log.warning("job_superseded", job_id=job.id, task=task.name, duration_ms=_since(started))
        except Exception as error:  # One of the two outermost loops: a handler may fail in any way.
            raise self._failure(task, job, error, started) from None
        finally:
            self.running.discard(current)

    def _failure(self, task: jobs.Task, job: Job, error: Exception, started: float) -> Exception:
        name = type(error).__name__
        attempt = job.attempts + 1
        is_last = attempt >= task.max_attempts
        log.error(
            "job_buried" if is_last else "job_failed",
            job_id=job.id,
            task=task.name,
            attempt=attempt,
            duration_ms=_since(started),
            exc_info=error,
        )
        return JobBuried(name) if is_last else RetryRequested(self._delay(job.attempts), name)

    def _delay(self, failures: int) -> timedelta:
        delay: timedelta = min(self.timing.first_retry * 2 ** min(failures, 20), LONGEST_RETRY)
        return delay * random.uniform(0.5, 1.5)  # noqa: S311 - spreads retries, guards nothing


async def _run(task: jobs.Task, job: Job, crashes: int) -> None:
    if crashes:
        async with db.transaction() as session:
            await execute(session, _MARK_ALONE, (job.id, job.queue_manager_id))
    log.info("job_started")
    async with db.transaction() as session:
        await task.handler(session, **task.decode(job.payload or b"{}"))
        acknowledged = await execute(session, _ACKNOWLEDGE, (job.id, job.queue_manager_id))
        if acknowledged.first() is None:
            raise _Superseded


async def execute(session: db.Session, statement: str, values: tuple[Any, ...]) -> sa.CursorResult[Any]:
    return await (await session.connection()).exec_driver_sql(statement, values)


def _crashes(job: Job) -> int:
    crashes = (job.headers or {}).get("crashes", 0)
    return crashes if isinstance(crashes, int) else 0


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)
