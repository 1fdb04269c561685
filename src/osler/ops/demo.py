"""Everything on one machine: the embedded database, the synthetic practice, API, worker and web, until Ctrl-C."""

import errno
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from osler.core import postgres
from osler.core.settings import Settings
from osler.ops import demo_users
from osler.ops.source_changes import SourceChanges
from osler.ops.supervisor import Child, Program, end_leftovers, remember, stop_all

Say = Callable[[str], None]

READY_WITHIN_S: Final = 90.0
TICK_S: Final = 0.2
DATABASE_EVERY_S: Final = 1.0
PORTS_TRIED: Final = 50
OUR_NAMES: Final = ("keys.json", "blobs", "log", demo_users.FILE, "demo-processes.json", "demo.lock")


class DemoRefused(Exception):
    """Why the demo cannot start or be reset; one sentence."""


@dataclass(frozen=True, slots=True)
class Demo:
    """Where it runs and what it runs."""

    settings: Settings
    say: Say
    is_dev: bool = False

    @property
    def data_dir(self) -> Path:
        return self.settings.data_dir.expanduser().resolve()


def run(settings: Settings, *, say: Say, show: Say, is_dev: bool = False) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP, then stop everything. `show` prints what the operator asked for.

    Raises: `DemoRefused`, `EmbeddedPostgresError`, `DatabaseUnusable`.
    """
    demo = Demo(settings, say, is_dev)
    with _until_signalled(say), _alone(demo.data_dir):
        if end_leftovers(demo.data_dir / "demo-processes.json"):
            say("Ended what a killed run had left behind.")
        port = free_port(settings, say)
        origin = f"http://{settings.host}:{port}"
        _note_address(demo.data_dir, origin)
        with _database(demo) as server:
            environment = _environment(demo, server, port)
            _prepare(environment)
            _supervise(demo, server, environment, origin, show)


def reset(settings: Settings) -> bool:
    """Delete the demo's database, keys and files; False when there was nothing. Raises: `DemoRefused`."""
    data_dir = settings.data_dir.expanduser().resolve()
    if settings.database_url is not None:
        raise DemoRefused("OSLER_DATABASE_URL names an external database: empty it there, or unset the variable.")
    if not data_dir.is_dir() or not any((data_dir / name).exists() for name in (*OUR_NAMES, "postgres")):
        return False
    if (data_dir / "keys.json").exists() and not (data_dir / demo_users.FILE).exists():
        raise DemoRefused(f"{data_dir} belongs to an installation that is not the demo: it is left alone.")
    with _alone(data_dir):
        end_leftovers(data_dir / "demo-processes.json")
        postgres.destroy(data_dir / "postgres")
        for name in OUR_NAMES:
            path = data_dir / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    return True


@contextmanager
def _until_signalled(say: Say) -> Iterator[None]:
    """Leave the block at the first SIGINT, SIGTERM or SIGHUP; later ones cannot disturb the stop."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        for number in signals:
            signal.signal(number, _ignore)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in signals}
    try:
        yield
    except KeyboardInterrupt:
        say("Stopped.")
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore(_number: int, _frame: FrameType | None) -> None:
    """Do nothing; unlike SIG_IGN this is not inherited by child processes."""


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    """Be the only demo on a data directory; the kernel lets go when this process dies."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        fd = os.open(data_dir / "demo.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise DemoRefused(f"The data directory {data_dir} cannot be used: {error.strerror}.") from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(fd)
        raise DemoRefused(f"Osler already runs in {data_dir}{_address_of(data_dir)}: stop it first.") from error
    try:
        yield
    finally:
        os.close(fd)


def _note_address(data_dir: Path, origin: str) -> None:
    (data_dir / "demo.lock").write_text(json.dumps({"pid": os.getpid(), "origin": origin}), encoding="ascii")


def _address_of(data_dir: Path) -> str:
    with suppress(OSError, ValueError, KeyError, TypeError):
        note = json.loads((data_dir / "demo.lock").read_text(encoding="ascii"))
        return f" on {note['origin']} (process {note['pid']})"
    return ""


def free_port(settings: Settings, say: Say) -> int:
    """Return the wished port, else the next free one."""
    if settings.port == 0:
        with socket.socket() as probe:
            probe.bind((settings.host, 0))
            return int(probe.getsockname()[1])
    for port in range(settings.port, min(settings.port + PORTS_TRIED, 65536)):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except OSError as error:
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise DemoRefused(f"This machine has no address {settings.host} to listen on.") from error
                continue
        if port != settings.port:
            say(f"Port {settings.port} is taken, using {port}.")
        return port
    raise DemoRefused(f"No port from {settings.port} on is free: set OSLER_PORT to a free one.")


def _database(demo: Demo) -> AbstractContextManager[postgres.Server | None]:
    if demo.settings.database_url is not None:
        return nullcontext()
    return postgres.start(demo.data_dir / "postgres", bin_dir=demo.settings.postgres_bin, on_progress=demo.say)


def _environment(demo: Demo, server: postgres.Server | None, port: int) -> dict[str, str]:
    url = server.connection.url if server else demo.settings.database_url
    return {"OSLER_DATABASE_URL": url or "", "OSLER_DATA_DIR": str(demo.data_dir), "OSLER_PORT": str(port)}


def osler(*words: str) -> Sequence[str]:
    """Return the command line of an `osler` command in this environment."""
    return (sys.executable, "-m", "osler.cli", *words)


def _prepare(environment: Mapping[str, str]) -> None:
    """Migrate and make the synthetic practice, in a process of its own so that this one stays small."""
    process = subprocess.Popen(  # noqa: S603 - our own words
        osler("prepare-demo"),
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        code = process.wait()
    except KeyboardInterrupt:
        process.terminate()
        process.wait()
        raise
    if code != 0:
        raise DemoRefused("The demo could not be prepared, for the reason above.")


def _programs(demo: Demo) -> list[Program]:
    logs = demo.data_dir / "log"
    programs = [
        Program("The API", osler("serve", "--no-migrate"), logs / "api.log"),
        Program("The worker", osler("worker"), logs / "worker.log"),
    ]
    if demo.is_dev:
        web = Path(__file__).resolve().parents[3] / "web"
        programs.append(Program("Vite", ("npm", "run", "--silent", "dev"), logs / "vite.log", web))
    return programs


def _supervise(demo: Demo, server: postgres.Server | None, environment: dict[str, str], origin: str, show: Say) -> None:
    note = demo.data_dir / "demo-processes.json"
    children = [Child(program, {**environment, "OSLER_API": origin}, demo.say) for program in _programs(demo)]
    _keep_last_logs(demo.data_dir / "log")
    try:
        for child in children:
            child.start()
        remember(children, note)
        _wait_until_ready(children[0], origin)
        show(_welcome(demo, origin))
        _tend(demo, server, children, note)
    finally:
        demo.say("\nStopping …")
        stop_all(children)
        note.unlink(missing_ok=True)


def _tend(demo: Demo, server: postgres.Server | None, children: list[Child], note: Path) -> None:
    """Watch everything for ever; left by a signal only."""
    changes = SourceChanges() if demo.is_dev else None
    database_at = 0.0
    while True:
        time.sleep(TICK_S)
        if any([child.tend() for child in children]):
            remember(children, note)
        if time.monotonic() >= database_at:
            database_at = time.monotonic() + DATABASE_EVERY_S
            if server is not None:
                _tend_database(demo, server, children)
            if changes is not None and changes.are_new():
                demo.say("The code has changed; starting API and worker again.")
                for child in children[:2]:
                    child.restart()
                remember(children, note)


def _tend_database(demo: Demo, server: postgres.Server, children: list[Child]) -> None:
    before = server.connection.url
    try:
        has_restarted = server.ensure_running()
    except postgres.EmbeddedPostgresError as error:
        demo.say(f"The database has stopped and cannot be started: {error}")
        time.sleep(5)
        return
    if has_restarted:
        demo.say("The database had stopped; it runs again.")
    if server.connection.url != before:
        for child in children[:2]:
            child.environment = {**child.environment, "OSLER_DATABASE_URL": server.connection.url}
            child.restart()


def _wait_until_ready(api: Child, origin: str) -> None:
    deadline = time.monotonic() + READY_WITHIN_S
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    while time.monotonic() < deadline:
        with suppress(urllib.error.URLError, OSError):
            opener.open(f"{origin}/api/health/ready", timeout=2).close()
            return
        if api.process is not None and api.process.poll() is not None:
            break
        time.sleep(0.05)
    raise DemoRefused(f"The API does not become ready; {api.program.log} says why.{_last_line(api.program.log)}")


def _last_line(log: Path | None) -> str:
    """Return what the API said last, without the server's remark that it said something."""
    if log is None or not log.is_file():
        return ""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    said = [line for line in lines if not line.startswith("[ERROR] Unexpected exit")]
    return f" Its last words: {said[-1][:300]}" if said else ""


def _keep_last_logs(logs: Path) -> None:
    """Keep the logs of the run before, and no older ones."""
    for log in logs.glob("*.log"):
        log.replace(log.with_name(log.name + ".1"))


def _welcome(demo: Demo, origin: str) -> str:
    users = demo_users.load(demo.data_dir)
    rows = [("Role", "Name", "E-mail", "Password"), *((u.role, u.name, u.email, u.password) for u in users)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    table = ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    table.insert(1, "  " + "  ".join("─" * width for width in widths))
    where = [f"Osler runs on {origin}", f"Data and logs are in {demo.data_dir}; Ctrl-C stops everything."]
    if demo.is_dev:
        where.append("Vite serves the pages on http://localhost:5173 and reloads them on change.")
    hint = "The administrator sets up a second factor at the first sign-in. Everything here is made up."
    return "\n".join(["", where[0], "", *(line.rstrip() for line in table), "", hint, *where[1:]])
