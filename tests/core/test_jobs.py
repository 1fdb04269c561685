"""Jobs: made in the caller's transaction, run by any worker, never lost, and never done twice in the database."""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from job_support import CREATE_EFFECT, counts, effects, is_empty, leave, quotes, record, strike, until, working

from osler.core import db, job_console, postgres
from osler.core.jobs import Task, enqueue, every, install_sql, task
from osler.core.settings import Settings

CANARY = "Marie Canari 06 12 34 56 78"
gates: dict[str, asyncio.Event] = {}
arrivals: list[str] = []


@task("test.gated")
async def gated(session: db.Session, *, key: str) -> None:
    arrivals.append(key)
    await leave(session, key)
    await gates[key].wait()


@task("test.fails", max_attempts=2)
async def fails(session: db.Session, *, key: str) -> None:
    await leave(session, key)
    raise ValueError(CANARY)


@task("test.fails_once")
async def fails_once(session: db.Session, *, key: str) -> None:
    arrivals.append(key)
    if len(arrivals) == 1:
        raise ConnectionError(CANARY)
    await leave(session, key)


@task("test.counts_words")
async def counts_words(session: db.Session) -> None:
    words = await session.scalar(sa.text("select count(*) from effect where key like 'word%'"))
    await leave(session, f"counted {words}")


@pytest.fixture(autouse=True)
def _clean() -> None:
    gates.clear()
    arrivals.clear()


@pytest.fixture
async def queue(database: Settings) -> Settings:
    """A fresh database with a table for the handlers' effects."""
    async with db.transaction() as session:
        await session.execute(sa.text(CREATE_EFFECT))
    return database


async def make(task: Task, **options: Any) -> None:
    async with db.transaction() as session:
        await enqueue(session, task, **options)


async def seen() -> list[str]:
    async with db.transaction() as session:
        return await effects(session)


async def dead() -> list[job_console.DeadJob]:
    async with db.transaction() as session:
        return await job_console.list_dead_jobs(session)


@asynccontextmanager
async def worker_process(settings: Settings, *, may_die: bool) -> AsyncIterator[asyncio.subprocess.Process]:
    script = Path(__file__).with_name("job_support.py")
    environment = dict(os.environ) | ({"OSLER_TEST_MAY_DIE": "1"} if may_die else {})
    assert settings.database_url
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(script),
        settings.database_url,
        env=environment,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def test_rolled_back_caller_leaves_no_job(queue: Settings) -> None:
    # The enqueue is the first statement of the transaction: SQLAlchemy begins late, and the job must not be early.
    async with db.transaction() as session:
        await enqueue(session, record, key="never")
        await session.rollback()
    assert (await counts()).queued == 0


async def test_committed_job_runs_once(queue: Settings) -> None:
    async with working():
        await make(record, key="once")
        await until(is_empty)
    assert await seen() == ["once"]


async def test_two_workers_lose_and_double_none_of_200_jobs(queue: Settings) -> None:
    async with db.transaction() as session:
        for number in range(200):
            await enqueue(session, record, key=str(number))
    async with working(workers=2):
        await until(is_empty)
    assert sorted(await seen(), key=int) == [str(number) for number in range(200)]


async def test_job_starts_within_milliseconds_of_the_commit(queue: Settings) -> None:
    gates["now"] = asyncio.Event()
    gates["now"].set()
    async with working():
        await make(record, key="warm-up")
        await until(is_empty)
        waits = []
        for _ in range(20):
            arrivals.clear()
            await make(gated, key="now")
            committed = time.perf_counter()
            await until(lambda: _arrived(1), every_s=0.001)
            waits.append(time.perf_counter() - committed)
    # Far below the poll interval, so it is the notification that woke the worker.
    assert sorted(waits)[10] < 0.1


async def test_job_waits_for_run_after(queue: Settings) -> None:
    async with working():
        await make(record, key="later", run_after=timedelta(seconds=0.8))
        await make(record, key="now")
        await asyncio.sleep(0.5)
        assert await seen() == ["now"]
        await until(is_empty)
    assert await seen() == ["now", "later"]


async def test_higher_priority_starts_first(queue: Settings) -> None:
    urgent = Task("test.record", record.handler, "default", 8, 10, record.parameters, record.required)
    async with db.transaction() as session:
        await enqueue(session, record, key="routine")
        await enqueue(session, urgent, key="urgent")
    async with working(concurrency=1):
        await until(is_empty)
    assert await seen() == ["urgent", "routine"]


async def test_pending_jobs_of_one_key_coalesce(queue: Settings) -> None:
    for _ in range(3):
        await make(record, key="a", dedupe_key="conversation-1")
    await make(record, key="b", dedupe_key="conversation-2")
    await make(counts_words, dedupe_key="conversation-1")
    assert (await counts()).queued == 3


async def test_message_during_the_run_causes_another_run(queue: Settings) -> None:
    gates["key"] = asyncio.Event()
    async with working():
        await make(gated, key="key", dedupe_key="conversation")
        await until(lambda: _arrived(1))
        await make(gated, key="key", dedupe_key="conversation")
        await make(gated, key="key", dedupe_key="conversation")
        gates["key"].set()
        await until(is_empty)
    assert 2 <= len(await seen()) <= 3


async def _arrived(number: int) -> bool:
    return len(arrivals) >= number


async def test_coalesced_job_sees_the_change_that_is_not_yet_committed(queue: Settings) -> None:
    await make(counts_words, dedupe_key="c")
    async with db.transaction() as session:
        await leave(session, "word 1")
        await enqueue(session, counts_words, dedupe_key="c")
        async with working():
            await asyncio.sleep(0.5)
            await session.commit()
            await until(is_empty)
    assert (await seen())[-1] == "counted 1"


async def test_failed_job_is_retried_and_succeeds(queue: Settings) -> None:
    async with working():
        await make(fails_once, key="second time")
        await until(is_empty)
    assert arrivals == ["second time", "second time"]
    assert await seen() == ["second time"]


async def test_last_failure_waits_for_a_person_without_the_errors_text(
    queue: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    async with working():
        await make(fails, key="x")
        await until(lambda: dead())
    (job,) = await dead()
    assert (job.task, job.attempts, job.crashes, job.error) == ("test.fails", 2, 0, "ValueError")
    assert await seen() == [], "a failed handler leaves nothing"
    async with db.transaction() as session:
        for table in ("job", "job_log"):
            rows = await session.scalars(sa.text(f"select {table}::text from {table}"))
            assert not [row for row in rows if "Canari" in row]
    assert "Canari" not in caplog.text


async def test_dead_job_can_be_revived_and_discarded(queue: Settings) -> None:
    async with working():
        await make(fails, key="x")
        await until(lambda: dead())
        (job,) = await dead()
        async with db.transaction() as session:
            await job_console.revive(session, job_id=job.id)
        assert await dead() == []
        await until(lambda: dead())
    async with db.transaction() as session:
        await job_console.discard(session, job_id=job.id)
        with pytest.raises(job_console.DeadJobNotFound):
            await job_console.revive(session, job_id=job.id)
    assert await dead() == []


async def test_job_of_a_killed_worker_is_taken_over_within_seconds(queue: Settings) -> None:
    await make(strike, key="survivor")
    async with worker_process(queue, may_die=True) as process:
        assert await asyncio.wait_for(process.wait(), 20) == -signal.SIGKILL
    killed = time.monotonic()
    async with working():
        await until(is_empty)
    assert await seen() == ["survivor"]
    assert time.monotonic() - killed < 5


async def test_job_that_kills_three_workers_is_buried_and_its_neighbours_live(queue: Settings) -> None:
    async with db.transaction() as session:
        await enqueue(session, strike, key="poison")
        for number in range(6):
            await enqueue(session, record, key=str(number))
    for _ in range(3):
        async with worker_process(queue, may_die=True) as process:
            assert await asyncio.wait_for(process.wait(), 20) == -signal.SIGKILL
    async with working():
        await until(is_empty)
    (job,) = await dead()
    assert (job.task, job.crashes, job.error) == ("test.strike", 3, "WorkerCrashed")
    assert sorted(await seen()) == [str(number) for number in range(6)]


async def test_worker_that_lost_its_job_leaves_no_trace(queue: Settings) -> None:
    gates["k"] = asyncio.Event()
    await make(gated, key="k")
    async with working():
        await until(lambda: _arrived(1))
        async with db.transaction() as session:
            await session.execute(
                sa.text("update job set queue_manager_id = :other, heartbeat = now() + interval '1 h'"),
                {"other": uuid4()},
            )
        gates["k"].set()
        await asyncio.sleep(0.5)
    assert await seen() == []
    assert (await counts()).running == 1


async def test_stopping_worker_finishes_what_runs(queue: Settings) -> None:
    gates["k"] = asyncio.Event()
    async with working() as stop:
        await make(gated, key="k")
        await until(lambda: _arrived(1))
        stop.set()
        await asyncio.sleep(0.2)
        gates["k"].set()
    assert await seen() == ["k"]


async def test_stopping_worker_gives_back_what_does_not_finish(queue: Settings) -> None:
    gates["k"] = asyncio.Event()
    async with working():
        await make(gated, key="k")
        await until(lambda: _arrived(1))
    now = await counts()
    assert (now.queued, now.running, now.dead) == (1, 0, 0)
    gates["k"].set()
    async with working():
        await until(is_empty)
    assert await seen() == ["k"]


async def test_terminated_process_stops_cleanly(queue: Settings) -> None:
    async with worker_process(queue, may_die=False) as process:
        await until(lambda: _workers(1))
        process.terminate()
        assert await asyncio.wait_for(process.wait(), 10) == 0
    assert await _workers(0)


async def test_worker_shows_that_it_lives(queue: Settings) -> None:
    async with working():
        await until(lambda: _workers(1))
        async with db.transaction() as session:
            (worker,) = await job_console.list_workers(session)
        assert worker.is_alive
        assert worker.queues == ("default",)
        assert worker.last_seen >= worker.started_at
    assert await _workers(0)


async def _workers(number: int) -> bool:
    async with db.transaction() as session:
        return len(await job_console.list_workers(session)) == number


async def test_tick_fires_once_over_two_workers(queue: Settings) -> None:
    async with working(workers=2, queues=("test-tick",)):
        await until(lambda: _ticked(2))
    async with db.transaction() as session:
        ticks = list(await session.scalars(sa.text("select at from effect order by id")))
    assert all(later - earlier > timedelta(seconds=1.5) for earlier, later in pairwise(ticks))


async def _ticked(number: int) -> bool:
    return len(await seen()) >= number


async def test_worker_survives_cut_connections(queue: Settings) -> None:
    async with working():
        await make(record, key="before")
        await until(is_empty)
        async with db.transaction() as session:
            await enqueue(session, record, key="after")
            await session.execute(
                sa.text(
                    "select pg_terminate_backend(pid) from pg_stat_activity"
                    " where datname = current_database() and pid <> pg_backend_pid()"
                )
            )
        await db.engine().dispose()
        await until(is_empty)
    assert await seen() == ["before", "after"]


# A connection whose server was killed cannot be closed, only dropped; asyncpg warns when it is collected.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
async def test_worker_survives_a_killed_postgres(tmp_path: Path) -> None:
    with postgres.start(tmp_path / "postgres") as server:
        engine = db.init(server.connection.dsn)
        try:
            async with engine.begin() as connection:
                for statement in (CREATE_EFFECT, *install_sql()):
                    await connection.exec_driver_sql(statement)
            gates["k"] = asyncio.Event()
            async with working():
                await make(gated, key="k")
                await until(lambda: _arrived(1))
                os.kill(server.connection.pid, signal.SIGKILL)
                await until(lambda: asyncio.to_thread(server.ensure_running))
                gates["k"].set()
                await engine.dispose()
                await make(record, key="after")
                await until(is_empty, within=20)
            assert sorted(await seen()) == ["after", "k"]
        finally:
            await db.dispose()
    postgres.destroy(tmp_path / "postgres")


async def test_logs_name_the_job_and_quote_nothing(queue: Settings) -> None:
    await make(record, key=CANARY)
    await make(quotes, text=CANARY)
    async with worker_process(queue, may_die=False) as process:
        await until(lambda: dead())
        await until(is_empty)
        process.terminate()
        _, written = await process.communicate()
    lines = [json.loads(line) for line in written.splitlines()]
    events = [line["event"] for line in lines if line["event"].startswith("job_")]
    assert sorted(events) == ["job_buried", "job_finished", "job_started", "job_started"]
    assert "Canari" not in written.decode()


async def test_installing_twice_is_harmless(queue: Settings) -> None:
    async with db.transaction() as session:
        for statement in install_sql():
            await (await session.connection()).exec_driver_sql(statement)


@pytest.mark.parametrize(
    "payload",
    [{}, {"key": 1}, {"key": "a", "other": "b"}, {"key": None}, {"key": b"a"}, {"key": True}],
)
async def test_payload_the_handler_could_not_take_is_refused(queue: Settings, payload: dict[str, Any]) -> None:
    async with db.transaction() as session:
        with pytest.raises(TypeError):
            await enqueue(session, record, **payload)


async def test_payload_beyond_4_kb_is_refused(queue: Settings) -> None:
    async with db.transaction() as session:
        await enqueue(session, record, key="a" * 4000)
        with pytest.raises(ValueError, match="send ids"):
            await enqueue(session, record, key="é" * 2050)


def test_handler_with_other_parameters_is_refused() -> None:
    async def positional(session: db.Session, key: str) -> None: ...

    async def of_float(session: db.Session, *, key: float) -> None: ...

    async def reserved(session: db.Session, *, dedupe_key: str) -> None: ...

    def synchronous(session: db.Session) -> None: ...

    for handler in (positional, of_float, reserved, synchronous):
        with pytest.raises(TypeError):
            task("test.refused")(handler)  # type: ignore[arg-type]


def test_name_can_be_taken_once() -> None:
    with pytest.raises(ValueError, match=r"test\.record"):
        task("test.record")(record.handler)


@pytest.mark.parametrize("seconds", [0, 0.5, 7, 61, 90, 7 * 3600])
def test_interval_that_does_not_divide_evenly_is_refused(seconds: float) -> None:
    with pytest.raises(ValueError, match="evenly"):
        every(timedelta(seconds=seconds))
