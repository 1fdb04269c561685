"""Processes killed with -9 in the middle of a conversation: nothing acknowledged is lost, nothing is doubled."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from uuid import uuid4

import asyncpg
import httpx
import pytest
from tests.assistant.conftest import Visitor, start_on
from tests.assistant.live_server import LiveServer, live_server
from tests.assistant.realtime_client import RealtimeClient
from tests.assistant.test_realtime import live, set_up_practice
from websockets.exceptions import WebSocketException

from osler.core import db, migrations, postgres
from osler.core.settings import Settings

MESSAGES = 16


@pytest.fixture(scope="module")
async def server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LiveServer]:
    """A PostgreSQL of its own too, since it gets killed."""
    directory = tmp_path_factory.mktemp("chaos")
    with postgres.start_for_tests(directory / "postgres") as own:
        superuser = await asyncpg.connect(own.connection.superuser_dsn)
        await postgres.ensure_extensions(superuser)
        connection = await asyncpg.connect(own.connection.dsn)
        await superuser.execute(f"grant all on schema public to {await connection.fetchval('select current_user')}")
        # The suite's servers do without it for speed; an installation's does not.
        name = await connection.fetchval("select current_database()")
        await superuser.execute(f"alter database {name} set synchronous_commit = on")
        await connection.close()
        await superuser.close()
        engine = db.create_engine(own.connection.dsn)
        await migrations.upgrade(engine)
        await engine.dispose()
        settings = Settings(database_url=own.connection.dsn, data_dir=directory / "data", pool_size=5)
        await set_up_practice(settings)
        with live_server(settings, directory) as running:
            yield running


async def say_until_acknowledged(client: RealtimeClient, text: str) -> str:
    """Send one message like a patient client should: the same id again until it is acknowledged."""
    client_msg_id = uuid4()
    async with asyncio.timeout(60):
        while True:
            with suppress(TimeoutError, OSError, WebSocketException):
                if client.close_code is not None:
                    await client.open()
                await client.say(text, client_msg_id, timeout_s=3)
                return str(client_msg_id)
            await client.drop()
            await asyncio.sleep(0.2)


async def kill_worker(server: LiveServer) -> None:
    server.kill("worker")
    server.start("worker")


async def kill_api(server: LiveServer) -> None:
    server.kill("serve")
    server.start("serve")


async def kill_postgres(server: LiveServer) -> None:
    """Kill one of its processes: the whole server goes down and recovers from its log."""
    connection = await asyncpg.connect(server.settings.database_url)
    pid = await connection.fetchval("select pg_backend_pid()")
    os.kill(pid, signal.SIGKILL)
    with suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
        await connection.close(timeout=1)


@pytest.mark.parametrize("strike", [kill_worker, kill_api, kill_postgres])
async def test_nothing_acknowledged_is_lost_or_doubled(
    server: LiveServer, strike: Callable[[LiveServer], Awaitable[None]]
) -> None:
    async with AsyncExitStack() as stack:
        browser = httpx.AsyncClient(base_url=server.origin, headers={"origin": server.origin}, timeout=20)
        patient = await start_on(await stack.enter_async_context(browser))
        client = await live(server, patient).open()
        acknowledged = []
        for number in range(MESSAGES):
            if number == 6:
                await strike(server)
            acknowledged.append(await say_until_acknowledged(client, f"J’ai mal à la tête, message numéro {number}"))
            await asyncio.sleep(0.05)
        await client.drop()
        await check(server, patient, acknowledged, client)


async def check(server: LiveServer, patient: Visitor, acknowledged: list[str], client: RealtimeClient) -> None:
    assert server.settings.database_url is not None
    connection = await asyncpg.connect(server.settings.database_url)
    try:
        async with asyncio.timeout(60):
            while True:
                said, covered = await connection.fetchrow(
                    """
                    select max(seq) filter (where role = 'patient'), max(through_seq)
                    from message left join triage_report using (conversation_id) where conversation_id = $1
                    """,
                    patient.id,
                )
                if said == covered:
                    break
                await asyncio.sleep(0.2)
        assert await connection.fetchval("select count(*) from job where status = 'failed'") == 0
    finally:
        await connection.close()
    stored = await patient.messages()
    assert [message["seq"] for message in stored] == list(range(1, len(stored) + 1))
    assert [message["client_msg_id"] for message in stored if message["role"] == "patient"] == acknowledged
    replies = [(message["answers_seq"], message["kind"]) for message in stored if message["answers_seq"]]
    assert len(replies) == len(set(replies))
    assert client.duplicates == 0
    for seq, message in client.messages.items():
        assert stored[seq - 1] == message
    understood = (await patient.snapshot())["understood"]
    assert understood["chief_complaint"]["text"] == stored[1]["text"]
    assert understood["chief_complaint"]["source"]["seq"] == 2
