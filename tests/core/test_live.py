"""Signals arrive after the commit, never without it, and a broken connection is said."""

import asyncio

import asyncpg
import pytest

from osler.core import db, live
from osler.core.live import QUEUE_LIMIT, Hub
from osler.core.settings import Settings


@pytest.fixture
async def hub(database: Settings):
    assert database.database_url is not None
    hub = Hub()
    await hub.start(database.database_url)
    yield hub
    await hub.stop()


async def test_signal_follows_the_commit(hub: Hub) -> None:
    async with hub.subscribe("queue") as subscription:
        async with db.transaction() as session:
            await live.notify(session, "queue", report_id="r-1")
            await asyncio.sleep(0.05)
            with pytest.raises(asyncio.QueueEmpty):
                subscription.get_nowait()
        async with asyncio.timeout(2):
            assert await subscription.get() == {"report_id": "r-1"}


async def test_rolled_back_signal_never_arrives(hub: Hub) -> None:
    async with hub.subscribe("queue") as subscription:
        with pytest.raises(RuntimeError, match="rolled back"):
            await _notify_and_fail()
        async with db.transaction() as session:
            await live.notify(session, "queue", report_id="r-2")
        async with asyncio.timeout(2):
            assert await subscription.get() == {"report_id": "r-2"}


async def _notify_and_fail() -> None:
    async with db.transaction() as session:
        await live.notify(session, "queue", report_id="r-1")
        raise RuntimeError("rolled back")


async def test_topics_do_not_mix_and_both_tabs_hear(hub: Hub) -> None:
    async with hub.subscribe("conversation:1") as one, hub.subscribe("conversation:1", "queue") as both:
        async with db.transaction() as session:
            await live.notify(session, "conversation:1", seq=1)
            await live.notify(session, "queue", report_id="r")
        async with asyncio.timeout(2):
            assert await one.get() == {"seq": 1}
            assert await both.get() == {"seq": 1}
            assert await both.get() == {"report_id": "r"}


async def test_slow_listener_is_told_that_it_missed_something(hub: Hub) -> None:
    async with hub.subscribe("queue") as subscription:
        async with db.transaction() as session:
            for number in range(QUEUE_LIMIT + 1):
                await live.notify(session, "queue", number=number)
        await asyncio.sleep(0.3)
        assert subscription.get_nowait() is None
        with pytest.raises(asyncio.QueueEmpty):
            subscription.get_nowait()


async def test_broken_connection_is_mended_and_said(hub: Hub, database: Settings) -> None:
    async with hub.subscribe("queue") as subscription:
        assert database.database_url is not None
        other = await asyncpg.connect(database.database_url)
        await other.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and query ilike 'listen%'"
        )
        await other.close()
        async with asyncio.timeout(5):
            assert await subscription.get() is None
        async with db.transaction() as session:
            await live.notify(session, "queue", report_id="after")
        async with asyncio.timeout(2):
            assert await subscription.get() == {"report_id": "after"}
