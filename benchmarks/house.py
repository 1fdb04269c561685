"""A whole installation for a benchmark: its own database, API and worker, in a directory that is thrown away."""

import asyncio
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.load import Connection
from osler import identity
from osler.core import crypto, db, migrations, postgres
from osler.core.auth import Role
from osler.core.settings import Settings

PASSWORD = "cuivre-lampe-verger-41"
NURSE = "nurse@bench.example"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def resident_mb(pids: Sequence[int]) -> float:
    """Return the memory of process trees in MB, shared pages split between those who share them (PSS)."""
    total = 0
    for pid in pids:
        try:
            tree = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        except psutil.NoSuchProcess:
            continue
        for process in tree:
            try:
                total += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
    return total / 1_000_000


@dataclass
class House:
    settings: Settings
    database: postgres.Connection
    port: int
    bare_port: int
    seconds_to_ready: float = 0.0
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def pids(self, *names: str) -> list[int]:
        return [self.processes[name].pid for name in names]

    def spawn(self, name: str, command: Sequence[str], extra: dict[str, str]) -> None:
        self.processes[name] = subprocess.Popen(
            command,
            env=os.environ | extra,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    async def wait(self, port: int, path: str) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            connection = Connection("127.0.0.1", port)
            try:
                if (await connection.request("GET", path)).status in (200, 404, 405):
                    return
            except (OSError, asyncio.IncompleteReadError):
                await asyncio.sleep(0.05)
            finally:
                connection.close()
        raise SystemExit(f"the server on port {port} did not become ready")

    async def sign_in(self) -> Connection:
        """Return a connection signed in as a nurse."""
        connection = Connection("127.0.0.1", self.port)
        answer = await connection.request("POST", "/api/login", {"email": NURSE, "password": PASSWORD})
        assert answer.status == 200, answer.body
        session = (await connection.request("GET", "/api/session")).json()
        connection.csrf = session["csrf_token"]  # type: ignore[index]
        return connection

    async def visit(self) -> tuple[Connection, str]:
        """Return a new visitor's connection and their conversation."""
        connection = Connection("127.0.0.1", self.port)
        desk = (await connection.request("GET", "/api/front-desk?lang=fr")).json()
        consent = {"version": desk["consent"]["version"], "adult_or_guardian": "self", "accepted": True}  # type: ignore[index]
        answer = await connection.request("POST", "/api/conversations", {"language": "fr", "consent": consent})
        assert answer.status == 201, answer.body
        started = answer.json()
        connection.csrf = started["csrf_token"]  # type: ignore[index]
        return connection, str(started["id"])  # type: ignore[index]


def message(text: str) -> dict[str, str]:
    return {"client_msg_id": str(uuid.uuid4()), "text": text}


async def _prepare(settings: Settings) -> None:
    assert settings.database_url is not None
    engine = db.init(settings.database_url, pool_size=2)
    await migrations.upgrade(engine)
    async with db.transaction() as session:
        await crypto.init(session, settings.keys_path)
        await identity.save_practice(
            session, name="Cabinet des Tilleuls", country="FR", tzid="Europe/Paris", totp_roles=frozenset()
        )
        await identity.create_user(
            session, email=NURSE, password=PASSWORD, display_name="Camille", roles={Role.NURSE}, language="fr"
        )
    await db.dispose()


@contextmanager
def open_house() -> Iterator[House]:
    """Start everything, and the bare reference beside it; stop and delete it at the end."""
    place = Path(tempfile.mkdtemp(prefix="osler-bench-"))
    with postgres.start(place / "postgres") as server:
        settings = Settings(database_url=server.connection.url, data_dir=place / "data")
        asyncio.run(_prepare(settings))
        house = House(settings, server.connection, free_port(), free_port())
        environment = {
            "OSLER_DATABASE_URL": server.connection.url,
            "OSLER_DATA_DIR": str(settings.data_dir),
            "OSLER_PORT": str(house.port),
            "OSLER_LOG_LEVEL": "warning",
        }
        osler = [sys.executable, "-c", "from osler.cli import main; main()"]
        granian = [sys.executable, "-m", "granian", "--interface", "asgi", "--loop", "uvloop", "--no-log"]
        try:
            started = time.perf_counter()
            house.spawn("api", [*osler, "serve", "--no-migrate"], environment)
            asyncio.run(house.wait(house.port, "/api/health/live"))
            house.seconds_to_ready = time.perf_counter() - started
            house.spawn("worker", [*osler, "worker"], environment)
            bare = [*granian, "--port", str(house.bare_port), "benchmarks.bare:app"]
            house.spawn("bare", bare, {"BARE_DSN": server.connection.tcp_dsn})
            asyncio.run(house.wait(house.bare_port, "/none"))
            yield house
        finally:
            for process in house.processes.values():
                os.killpg(process.pid, signal.SIGTERM)
            for process in house.processes.values():
                try:
                    process.wait(15)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
    postgres.destroy(place / "postgres")
    shutil.rmtree(place, ignore_errors=True)
