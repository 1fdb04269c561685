"""Runs jobs: pgqueuer claims, schedules and keeps heartbeats; this file gives each handler its transaction and its end.

Kept out of `jobs` because only workers need pgqueuer.
"""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import sqlalchemy as sa
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.applications import PgQueuer
from pgqueuer.domain.errors import PgqException, RetryRequested
from pgqueuer.domain.models import Job, Schedule, TracebackRecord
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import JOB_STATUS, Channel
from sqlalchemy.exc import SQLAlchemyError

from osler.core import db, jobs
from osler.core.ids import new_id
from osler.core.job_schema import CHANNEL, QUEUE_NAMES
from osler.core.log import get_logger

log = get_logger()

MAX_CRASHES = 3
LONGEST_RETRY = timedelta(minutes=15)
# What a lost, refused or overloaded database looks like from here.
DATABASE_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError, PgqException)

_ACKNOWLEDGE = """
WITH done AS (DELETE FROM job WHERE id = $1 AND queue_manager_id = $2 RETURNING id, priority, entrypoint)
INSERT INTO job_log (job_id, status, priority, entrypoint) SELECT id, 'successful', priority, entrypoint FROM done
RETURNING job_id
"""
_RETRY = """
UPDATE job SET status = 'queued', execute_after = now() + $3::interval, attempts = attempts + 1, updated = now(),
    queue_manager_id = NULL, headers = coalesce(headers, '{}') || jsonb_build_object('error', $4::text)
WHERE id = $1 AND queue_manager_id = $2
"""
_BURY = """
UPDATE job SET status = 'failed', attempts = attempts + 1, updated = now(), queue_manager_id = NULL,
    headers = coalesce(headers, '{}') || jsonb_build_object('error', $3::text)
WHERE id = $1 AND queue_manager_id = $2
"""
_MARK_ALONE = """
UPDATE job SET headers = headers || jsonb_build_object('alone', $2::uuid::text) WHERE id = $1 AND queue_manager_id = $2
"""
_SEEN = """
INSERT INTO job_worker (id, queues) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET last_seen = now()
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


class _Queries(Queries):
    """pgqueuer's statements, except the ends of a job.

    The original ones do not ask who owns the row, delete the job of a cancelled task, and store the text of errors.
    """

    async def log_jobs(self, job_status: list[tuple[Job, JOB_STATUS, TracebackRecord | None]]) -> None:
        for job, status, record in job_status:
            # A success has deleted its row in the handler's own transaction.
            if status != "successful":
                error = record.exception_message if record else status
                await self.driver.execute(_BURY, job.id, job.queue_manager_id, error)

    async def retry_job(self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        error = traceback_record.exception_message if traceback_record else None
        await self.driver.execute(_RETRY, job.id, job.queue_manager_id, delay, error)


@dataclass(slots=True)
class _Slots:
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
class _Performer:
    """Runs the handlers of one worker and remembers which are running."""

    slots: _Slots
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
            await _execute(session, _MARK_ALONE, (job.id, job.queue_manager_id))
    log.info("job_started")
    async with db.transaction() as session:
        await task.handler(session, **task.decode(job.payload or b"{}"))
        acknowledged = await _execute(session, _ACKNOWLEDGE, (job.id, job.queue_manager_id))
        if acknowledged.first() is None:
            raise _Superseded


async def _execute(session: db.Session, statement: str, values: tuple[Any, ...]) -> sa.CursorResult[Any]:
    return await (await session.connection()).exec_driver_sql(statement, values)


def _crashes(job: Job) -> int:
    crashes = (job.headers or {}).get("crashes", 0)
    return crashes if isinstance(crashes, int) else 0


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)


async def run(
    *, stop: asyncio.Event, queues: Sequence[str] = ("default",), concurrency: int = 4, timing: Timing | None = None
) -> None:
    """Run the jobs of `queues` until `stop`, through any number of database restarts.

    At the end, running handlers have `timing.drain` to finish; those that do not are interrupted and run again
    elsewhere. `db.init` comes first.
    """
    timing = timing or Timing()
    worker_id = new_id()
    pause = 0.1
    log.info("worker_started", worker_id=str(worker_id), queues=list(queues), concurrency=concurrency)
    presence = asyncio.create_task(_stay_visible(worker_id, queues, timing))
    try:
        while not stop.is_set():
            try:
                connection = await _connect()
                pause = 0.1
                await _serve(connection, stop=stop, queues=queues, concurrency=concurrency, timing=timing)
            except DATABASE_LOST as error:
                log.warning("worker_database_lost", worker_id=str(worker_id), error=type(error).__name__)
                await _wait_any(asyncio.sleep(pause), stop.wait())
                pause = min(pause * 2, 2)
                # The pool's connections went with the server; the first users of each would only find out by failing.
                await db.engine().dispose()
    finally:
        presence.cancel()
        await asyncio.wait({presence})
        await _leave(worker_id)
        log.info("worker_stopped", worker_id=str(worker_id))


async def _connect() -> asyncpg.Connection:
    url = db.engine().url.set(drivername="postgresql")
    return await asyncpg.connect(
        url.render_as_string(hide_password=False),
        timeout=5,
        command_timeout=30,
        server_settings={"application_name": "osler-worker"},
    )


async def _serve(
    connection: asyncpg.Connection, *, stop: asyncio.Event, queues: Sequence[str], concurrency: int, timing: Timing
) -> None:
    """Run jobs over one connection until `stop`; raise one of `DATABASE_LOST` when the connection ends first."""
    lost = asyncio.Event()
    connection.add_termination_listener(lambda _connection: lost.set())
    performer = _Performer(_Slots(concurrency), timing)
    queuer = _queuer(connection, performer, queues)
    batch = max(1, concurrency // 2)
    run_loop = queuer.run if queuer.sm.registry else queuer.qm.run
    running = asyncio.create_task(
        run_loop(
            batch_size=batch,
            max_concurrent_tasks=max(2 * batch, concurrency),
            dequeue_timeout=timing.poll,
            heartbeat_timeout=timing.heartbeat,
            shutdown_on_listener_failure=True,
            log_aggregation_interval=timedelta(0),
        )
    )
    try:
        await _wait_any(asyncio.shield(running), stop.wait(), lost.wait())
        queuer.shutdown.set()
        await asyncio.wait({running}, timeout=timing.drain.total_seconds() - 2)
        for handler in list(performer.running):
            handler.cancel()
        await asyncio.wait({running}, timeout=1)
    finally:
        running.cancel()
        await asyncio.wait({running})
        connection.terminate()
    if not running.cancelled() and (error := running.exception()):
        raise error
    if lost.is_set() and not stop.is_set():
        raise asyncpg.InterfaceError("the connection ended")


def _queuer(connection: asyncpg.Connection, performer: _Performer, queues: Iterable[str]) -> PgQueuer:
    names = DBSettings.model_validate(QUEUE_NAMES)
    queries = _Queries(
        AsyncpgDriver(connection),
        qbe=QueryBuilderEnvironment(names),
        qbq=QueryQueueBuilder(names),
        qbs=QuerySchedulerBuilder(names),
    )
    queuer = PgQueuer(queries.driver, channel=Channel(CHANNEL), queries=queries)
    wanted = set(queues)
    for task in jobs.tasks().values():
        if task.queue in wanted:
            queuer.entrypoint(task.name, on_failure="hold", accepts_context=False)(_handler(performer, task))
            if expression := jobs.periodic().get(task.name):
                queuer.schedule(task.name, expression, accepts_context=False)(_ticker(task))
    return queuer


def _handler(performer: _Performer, task: jobs.Task) -> Callable[[Job], Coroutine[Any, Any, None]]:
    async def handle(job: Job) -> None:
        await performer.perform(task, job)

    return handle


def _ticker(task: jobs.Task) -> Callable[[Schedule], Coroutine[Any, Any, None]]:
    async def tick(_schedule: Schedule) -> None:
        try:
            async with db.transaction() as session:
                await jobs.enqueue(session, task, dedupe_key="tick")
        except DATABASE_LOST as error:
            log.warning("job_tick_missed", task=task.name, error=type(error).__name__)

    return tick


async def _stay_visible(worker_id: UUID, queues: Sequence[str], timing: Timing) -> None:
    while True:
        try:
            async with db.transaction() as session:
                await _execute(session, _SEEN, (worker_id, list(queues)))
        except DATABASE_LOST as error:
            log.warning("worker_heartbeat_missed", worker_id=str(worker_id), error=type(error).__name__)
        await asyncio.sleep(timing.heartbeat.total_seconds() / 2)


async def _leave(worker_id: UUID) -> None:
    try:
        async with db.transaction() as session:
            await _execute(session, "DELETE FROM job_worker WHERE id = $1", (worker_id,))
    except DATABASE_LOST as error:
        log.warning("worker_heartbeat_missed", worker_id=str(worker_id), error=type(error).__name__)


async def _wait_any(*awaitables: Coroutine[Any, Any, Any] | asyncio.Future[Any]) -> None:
    waiting = {asyncio.ensure_future(each) for each in awaitables}
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waiting:
            each.cancel()


@jobs.cron("17 3 * * *")
@jobs.task("core.prune_job_log")
async def prune_job_log(session: db.Session) -> None:
    """Forget what ran more than a week ago, and workers not seen for a day."""
    await _execute(session, "DELETE FROM job_log WHERE created < now() - interval '7 days'", ())
    await _execute(session, "DELETE FROM job_worker WHERE last_seen < now() - interval '1 day'", ())
