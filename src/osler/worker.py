"""Runs the jobs of every domain until told to stop."""

import asyncio
import signal

from osler import (
    triage,
    wiring,  # noqa: F401 - so that every task and subscriber is known
)
from osler.core import crypto, db, job_runner, log, revisions
from osler.core.settings import Settings, get_settings

QUEUES = ("default", "ml")


async def run(settings: Settings, *, stop: asyncio.Event) -> None:
    """Connect this process, run jobs until `stop`, and give back within ten seconds what is still running then.

    Raises `RuntimeError` when the database is unnamed or not at this code's revision.
    """
    if settings.database_url is None:
        raise RuntimeError("OSLER_DATABASE_URL is not set; `osler worker` starts the embedded database and sets it")
    engine = db.init(settings.database_url, pool_size=settings.pool_size)
    try:
        if await revisions.current(engine) != revisions.head():
            raise RuntimeError("the database is not at the current revision; run `osler migrate`")
        async with db.transaction() as session:
            await crypto.init(session, settings.keys_path)
        await asyncio.to_thread(triage.warm_up)  # Otherwise the first patient of the day waits for it.
        await job_runner.run(stop=stop, queues=QUEUES, concurrency=settings.worker_concurrency)
    finally:
        await db.dispose()


async def main() -> None:
    """Be a worker process: settings from the environment, `stop` on SIGTERM and SIGINT."""
    settings = get_settings()
    log.configure(settings.log_level, as_json=settings.log_json)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await run(settings, stop=stop)
