"""The application as it runs: `osler serve` and `osler worker` as processes of their own, on this test's database."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from osler.core.settings import Settings


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class LiveServer:
    settings: Settings
    port: int
    log: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def live_url(self, conversation_id: object) -> str:
        return f"ws://127.0.0.1:{self.port}/api/conversations/{conversation_id}/live"

    def start(self, name: str) -> None:
        """Start `serve` or `worker`."""
        assert self.settings.database_url is not None
        environment = os.environ | {
            "OSLER_DATABASE_URL": self.settings.database_url,
            "OSLER_DATA_DIR": str(self.settings.data_dir),
            "OSLER_PORT": str(self.port),
            "OSLER_HOST": "127.0.0.1",
            "OSLER_POOL_SIZE": "5",
            "OSLER_LOG_LEVEL": "info",
        }
        command = [sys.executable, "-c", "from osler.cli import main; main()", name]
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                if httpx.get(f"{self.origin}/api/session", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            if self.processes["serve"].poll() is not None:
                break
            time.sleep(0.1)
        raise AssertionError(self.log.read_text()[-4000:])

    def kill(self, name: str) -> None:
        """End a process and its children like a power cut."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)

    def stop(self) -> None:
        for process in self.processes.values():
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)
        self.processes.clear()


@contextmanager
def live_server(settings: Settings, directory: Path) -> Iterator[LiveServer]:
    server = LiveServer(settings, free_port(), directory / f"server-{secrets.token_hex(4)}.log")
    try:
        server.start("serve")
        server.start("worker")
        server.wait_until_ready()
        yield server
    finally:
        server.stop()
