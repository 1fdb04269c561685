"""Runs the jobs of every domain until told to stop."""

import asyncio

import osler.wiring  # noqa: F401 - registers every task and subscriber
from osler.core import job_runner
from osler.core.settings import Settings

QUEUES = ("default", "ml")


async def run(settings: Settings, *, stop: asyncio.Event) -> None:
    """Run jobs until `stop`; the caller has called `db.init`, and sets `stop` on SIGTERM and SIGINT."""
    await job_runner.run(stop=stop, queues=QUEUES, concurrency=settings.worker_concurrency)
