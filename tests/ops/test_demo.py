"""The whole product on one command: started, used, killed in parts, stopped, started again, forgotten."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil
import pytest

from osler.core.settings import Settings
from osler.ops.demo import free_port

READY_S = 120.0


@dataclass
class Running:
    """A demo as an operator sees it."""

    process: subprocess.Popen[str]
    output: Path
    data_dir: Path

    @property
    def said(self) -> str:
        return self.output.read_text()

    @property
    def origin(self) -> str:
        found = re.search(r"Osler runs on (http://\S+)", self.said)
        assert found, self.said
        return found[1]

    @property
    def users(self) -> dict[str, tuple[str, str]]:
        """E-mail and password by role, read from the printed table."""
        rows = re.findall(r"^  (\w+)  .*?  (\S+@\S+)  +(\S{19})$", self.said.replace("   ", "  "), re.MULTILINE)
        return {role: (email, password) for role, email, password in rows}

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(40)


def until(is_true: Callable[[], bool], *, within_s: float) -> None:
    deadline = time.monotonic() + within_s
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def start(data_dir: Path, tmp_path: Path) -> Running:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OSLER_")}
    output = tmp_path / f"said-{time.monotonic_ns()}.txt"
    with output.open("w") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "osler.cli", "demo"],
            env=kept | {"OSLER_DATA_DIR": str(data_dir), "OSLER_PORT": "0"},
            stdout=file,
            stderr=file,
            text=True,
            start_new_session=True,
        )
    running = Running(process, output, data_dir)
    until(lambda: "Ctrl-C stops" in running.said or process.poll() is not None, within_s=READY_S)
    assert process.poll() is None, running.said
    return running


def processes_of(data_dir: Path) -> list[psutil.Process]:
    """Everything that names the data directory in its command line or its environment."""
    found = []
    for process in psutil.process_iter():
        try:
            words = [*process.cmdline(), process.environ().get("OSLER_DATA_DIR", "")]
            if process.status() != psutil.STATUS_ZOMBIE and any(str(data_dir) in word for word in words):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return found


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path / "a place with spaces"
    place.mkdir()
    # PostgreSQL gives up root and must be able to reach its files.
    for directory in (tmp_path, *list(tmp_path.parents)[:3]):
        if directory.stat().st_uid == os.geteuid() and directory != Path("/tmp"):
            directory.chmod(directory.stat().st_mode | 0o011)
    yield place
    for process in processes_of(place):
        process.kill()


@contextmanager
def sign_in(running: Running, role: str) -> Iterator[httpx.Client]:
    email, password = running.users[role]
    with httpx.Client(base_url=running.origin, headers={"origin": running.origin}) as client:
        answer = client.post("/api/login", json={"email": email, "password": password})
        assert answer.status_code == 200, answer.text
        yield client


def queue(client: httpx.Client) -> list[dict[str, str]]:
    answer = client.get("/api/triage/queue", params={"status": "any"})
    assert answer.status_code == 200, answer.text
    items: list[dict[str, str]] = answer.json()["items"]
    return items


def is_ready(running: Running) -> bool:
    try:
        return httpx.get(f"{running.origin}/api/health/ready").status_code == 200
    except httpx.HTTPError:
        return False


def pid_in_note(running: Running, index: int) -> int:
    return int(json.loads((running.data_dir / "demo-processes.json").read_text())[index]["pid"])


def test_demo_from_the_first_start_to_the_reset(data_dir: Path, tmp_path: Path) -> None:
    first = start(data_dir, tmp_path)
    assert set(first.users) == {"admin", "nurse", "secretary", "practitioner", "patient"}
    assert (data_dir / "demo-users.json").stat().st_mode & 0o077 == 0
    with sign_in(first, "nurse") as nurse:
        items = queue(nurse)
        alerts = nurse.get("/api/triage/alerts").json()
    assert len(items) == 8
    assert {item["status"] for item in items} >= {"submitted", "awaiting_patient", "escalated", "reviewed"}
    assert {item["language"] for item in items} == {"fr", "en"}
    assert "emergency" in {item["urgency"] for item in items}
    assert not [alert for alert in alerts if alert["acknowledged_at"] is None]
    with sign_in(first, "admin") as admin:
        assert admin.get("/api/session").json()["totp_required"] is True

    refused = start_and_fail(data_dir)
    assert f"already runs in {data_dir} on {first.origin}" in refused

    _is_restarted_when_killed(first)

    assert first.stop() == 0
    assert first.said.rstrip().endswith("Stopped.")
    assert processes_of(data_dir) == []

    second = start(data_dir, tmp_path)
    assert second.users == first.users
    with sign_in(second, "nurse") as nurse:
        assert {item["id"] for item in queue(nurse)} == {item["id"] for item in items}
    second.process.kill()
    second.process.wait()

    third = start(data_dir, tmp_path)
    assert third.users == first.users
    third.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    assert third.stop() == 0  # A second signal during the stop disturbs nothing.
    assert processes_of(data_dir) == []

    assert "are gone" in run("--reset", data_dir=data_dir).stderr
    assert list(data_dir.iterdir()) == []
    assert "no demo to forget" in run("--reset", data_dir=data_dir).stderr


def _is_restarted_when_killed(running: Running) -> None:
    os.kill(pid_in_note(running, 0), signal.SIGKILL)
    until(lambda: "The API was ended by SIGKILL" in running.said, within_s=10)
    until(lambda: is_ready(running), within_s=30)
    os.kill(pid_in_note(running, 1), signal.SIGKILL)
    until(lambda: "The worker was ended by SIGKILL" in running.said, within_s=10)
    postmaster = int((running.data_dir / "postgres" / "pgdata" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(postmaster, signal.SIGKILL)
    until(lambda: "The database had stopped; it runs again." in running.said, within_s=30)
    until(lambda: is_ready(running), within_s=30)
    with sign_in(running, "nurse") as nurse:
        assert len(queue(nurse)) == 8


def run(*words: str, data_dir: Path) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OSLER_")}
    return subprocess.run(
        [sys.executable, "-m", "osler.cli", "demo", *words],
        env=kept | {"OSLER_DATA_DIR": str(data_dir)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def start_and_fail(data_dir: Path) -> str:
    done = run(data_dir=data_dir)
    assert done.returncode == 1
    assert len(done.stderr.strip().splitlines()) == 1
    return done.stderr


def test_reset_leaves_an_installation_alone_that_is_not_the_demo(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{}")
    done = run("--reset", data_dir=tmp_path)
    assert done.returncode == 1
    assert "is left alone" in done.stderr
    assert (tmp_path / "keys.json").exists()


def test_reset_refuses_an_external_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "osler.cli", "demo", "--reset"],
        env=os.environ | {"OSLER_DATA_DIR": str(tmp_path), "OSLER_DATABASE_URL": "postgresql://localhost/x"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "external database" in done.stderr


def test_taken_port_gives_the_next_free_one() -> None:

    said: list[str] = []
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        taken = holder.getsockname()[1]
        assert free_port(Settings(port=taken), said.append) > taken
    assert said[0].startswith(f"Port {taken} is taken")
