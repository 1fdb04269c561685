"""The server in front of the application: what it bounds, and how it stops."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from tests.assistant.live_server import free_port
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from osler import identity
from osler.core import crypto, db
from osler.core.auth import Role
from osler.core.settings import Settings

PASSWORD = "une phrase assez longue"


@pytest.fixture
async def server(settings: Settings) -> AsyncIterator[tuple[str, subprocess.Popen[bytes]]]:
    """The real server on the test's database, with a practice and a nurse."""
    assert settings.database_url
    db.init(settings.database_url)
    async with db.transaction() as session:
        await crypto.init(session, settings.keys_path)
        await identity.save_practice(session, name="Cabinet", country="FR", tzid="Europe/Paris", totp_roles=frozenset())
        await identity.create_user(
            session, email="ada@example.org", password=PASSWORD, display_name="Ada Novak", roles={Role.NURSE}
        )
    await db.dispose()
    port = free_port()
    environment = os.environ | {
        "OSLER_DATABASE_URL": settings.database_url,
        "OSLER_DATA_DIR": str(settings.data_dir),
        "OSLER_PORT": str(port),
        "OSLER_LOG_LEVEL": "error",
    }
    origin = f"http://127.0.0.1:{port}"
    process = await asyncio.to_thread(start, environment, origin)
    yield origin, process
    process.terminate()  # Not kill: the worker processes would outlive the main one.
    process.wait(15)


def start(environment: dict[str, str], origin: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-m", "osler.cli", "serve", "--no-migrate"], env=environment)
    for _ in range(600):
        with suppress(httpx.HTTPError):
            if httpx.get(f"{origin}/api/health/ready").status_code == 200:
                break
        time.sleep(0.1)
    return process


def stop(process: subprocess.Popen[bytes]) -> float:
    before = time.monotonic()
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == 0
    return time.monotonic() - before


async def open_socket(origin: str, client: httpx.AsyncClient) -> ClientConnection:
    front_desk = (await client.get("/api/front-desk")).json()
    consent = {"version": front_desk["consent"]["version"], "adult_or_guardian": "self", "accepted": True}
    started = await client.post("/api/conversations", json={"language": "fr", "consent": consent})
    assert started.status_code == 201, started.text
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    address = f"{origin.replace('http', 'ws')}/api/conversations/{started.json()['id']}/live"
    return await connect(address, additional_headers={"cookie": cookie, "origin": origin})


async def test_open_sockets_and_streams_do_not_delay_the_stop(server: tuple[str, subprocess.Popen[bytes]]) -> None:
    origin, process = server
    async with httpx.AsyncClient(base_url=origin, headers={"origin": origin}) as patient:
        live = await open_socket(origin, patient)
        await live.send('{"type":"hello","after":0}')
        await live.recv()
        async with httpx.AsyncClient(base_url=origin, headers={"origin": origin}) as nurse:
            await nurse.post("/api/login", json={"email": "ada@example.org", "password": PASSWORD})
            async with nurse.stream("GET", "/api/triage/alerts/live") as stream:
                assert stream.status_code == 200
                assert await asyncio.to_thread(stop, process) < 5
    with suppress(ConnectionClosed):
        async for _ in live:  # Whatever was on its way before the close frame.
            pass
    assert live.close_code == 1012


async def test_slow_and_huge_headers_are_cut_off(server: tuple[str, subprocess.Popen[bytes]]) -> None:
    origin, _ = server
    port = int(origin.rpartition(":")[2])
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n")
    before = time.monotonic()
    async with asyncio.timeout(10):
        assert await reader.read() == b""
    assert time.monotonic() - before > 3
    writer.close()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\nX-Big: " + b"a" * 200_000 + b"\r\n\r\n")
    async with asyncio.timeout(10):
        assert b" 431 " in await reader.readline()
    writer.close()


async def test_second_server_on_the_same_port_is_refused(
    server: tuple[str, subprocess.Popen[bytes]], settings: Settings, tmp_path: Path
) -> None:
    origin, _ = server
    port = origin.rpartition(":")[2]
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "osler.cli", "serve", "--no-migrate"],
        env=os.environ
        | {"OSLER_DATABASE_URL": settings.database_url or "", "OSLER_DATA_DIR": str(tmp_path), "OSLER_PORT": port},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert re.search(rf"osler: port {port} is taken: set OSLER_PORT", done.stderr)
