"""Tasks and helpers for the tests of jobs; run as a script, a worker process that may die in the middle of a job."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from osler.core import db, job_console, job_runner, log
from osler.core.job_performer import Timing
from osler.core.jobs import every, task

FAST = Timing(
    heartbeat=timedelta(seconds=1),
    poll=timedelta(seconds=0.2),
    drain=timedelta(seconds=3),
    first_retry=timedelta(seconds=0.05),
)
CREATE_EFFECT = (
    "create table effect (id bigserial primary key, key text not null, at timestamptz default clock_timestamp())"
)
_INSERT = sa.text("insert into effect (key) values (:key)")


async def effects(session: db.Session) -> list[str]:
    """Return what the handlers left behind, in order."""
    return list(await session.scalars(sa.text("select key from effect order by id")))


async def leave(session: db.Session, key: str) -> None:
    await session.execute(_INSERT, {"key": key})


@task("test.record")
async def record(session: db.Session, *, key: str) -> None:
    await leave(session, key)


@task("test.strike")
async def strike(session: db.Session, *, key: str) -> None:
    """Leave an effect, then take the whole process down if it is one that may be."""
    await leave(session, key)
    if os.environ.get("OSLER_TEST_MAY_DIE"):
        os.kill(os.getpid(), signal.SIGKILL)


@task("test.quotes", max_attempts=1)
async def quotes(session: db.Session, *, text: str) -> None:
    raise ValueError(text)


@every(timedelta(seconds=2))
@task("test.tick", queue="test-tick")
async def tick(session: db.Session) -> None:
    await leave(session, "tick")


async def counts() -> job_console.QueueCounts:
    async with db.transaction() as session:
        return await job_console.queue_counts(session)


async def until(
    condition: Callable[[], Coroutine[Any, Any, Any]], *, within: float = 10, every_s: float = 0.03
) -> None:
    deadline = time.monotonic() + within
    while not await condition():
        assert time.monotonic() < deadline, "still waiting"
        await asyncio.sleep(every_s)


async def is_empty() -> bool:
    now = await counts()
    return now.queued == now.running == 0


@asynccontextmanager
async def working(
    *, workers: int = 1, concurrency: int = 4, queues: tuple[str, ...] = ("default",)
) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    running = [
        asyncio.create_task(job_runner.run(stop=stop, queues=queues, concurrency=concurrency, timing=FAST))
        for _ in range(workers)
    ]
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.gather(*running)


async def main(dsn: str) -> None:
    log.configure("info")
    db.init(dsn)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await job_runner.run(stop=stop, timing=FAST)
    await db.dispose()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
