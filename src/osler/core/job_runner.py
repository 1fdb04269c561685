"""Runs jobs: pgqueuer claims them, keeps their heartbeats and the schedules; `job_performer` carries each one out.

Kept out of `jobs` because only workers need pgqueuer.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.qb import QueryBuilderEnvironment, QueryQueueBuilder, QuerySchedulerBuilder
from pgqueuer.adapters.persistence.queries import Queries
from pgqueuer.core.applications import PgQueuer
from pgqueuer.domain.errors import PgqException
from pgqueuer.domain.models import Job, Schedule, TracebackRecord
from pgqueuer.domain.settings import DBSettings
from pgqueuer.domain.types import JOB_STATUS, Channel
from sqlalchemy.exc import SQLAlchemyError

from osler.core import db, jobs
from osler.core.ids import new_id
from osler.core.job_performer import LONGEST_RETRY, JobBuried, Performer, Slots, Timing, execute
from osler.core.job_schema import CHANNEL, QUEUE_NAMES
from osler.core.log import get_logger

log = get_logger()

# What a lost, refused or overloaded database looks like from here.
DATABASE_LOST = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError, PgqException)

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
_SEEN = """
INSERT INTO job_worker (id, queues) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET last_seen = now()
"""


class _Queries(Queries):
    """pgqueuer's statements, except the ends of a job.

    The original ones do not ask who owns the row, delete the job of a cancelled task, and store the text of errors.
    """

    async def log_jobs(self, job_status: list[tuple[Job, JOB_STATUS, TracebackRecord | None]]) -> None:
        for job, status, record in job_status:
            if status == "successful":
                continue  # It deleted its row in the handler's own transaction.
            if record and record.exception_type == JobBuried.__name__:
                await self.driver.execute(_BURY, job.id, job.queue_manager_id, record.exception_message)
            else:  # Its way back into the queue failed: not the job's fault.
                error = record.exception_type if record else status
                await self.driver.execute(_RETRY, job.id, job.queue_manager_id, LONGEST_RETRY / 30, error)

    async def retry_job(self, job: Job, delay: timedelta, traceback_record: TracebackRecord | None) -> None:
        error = traceback_record.exception_message if traceback_record else None
        await self.driver.execute(_RETRY, job.id, job.queue_manager_id, delay, error)


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
    performer = Performer(Slots(concurrency), timing)
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


def _queuer(connection: asyncpg.Connection, performer: Performer, queues: Iterable[str]) -> PgQueuer:
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


def _handler(performer: Performer, task: jobs.Task) -> Callable[[Job], Coroutine[Any, Any, None]]:
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
                await execute(session, _SEEN, (worker_id, list(queues)))
        except DATABASE_LOST as error:
            log.warning("worker_heartbeat_missed", worker_id=str(worker_id), error=type(error).__name__)
        await asyncio.sleep(timing.heartbeat.total_seconds() / 2)


async def _leave(worker_id: UUID) -> None:
    try:
        async with db.transaction() as session:
            await execute(session, "DELETE FROM job_worker WHERE id = $1", (worker_id,))
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
    await execute(session, "DELETE FROM job_log WHERE created < now() - interval '7 days'", ())
    await execute(session, "DELETE FROM job_worker WHERE last_seen < now() - interval '1 day'", ())
