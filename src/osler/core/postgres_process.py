"""The postmaster as a process: finding a running one, starting one, waiting for it, stopping it."""

from __future__ import annotations

import os
import re
import resource
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from osler.core.postgres_cluster import environment
from osler.core.postgres_errors import EmbeddedPostgresError, explain, explain_os_error
from osler.core.postgres_layout import Home, Say
from osler.core.postgres_locks import make_socket_dir, remove_socket_dir
from osler.core.postgres_programs import Programs

DEFAULT_PORT = 54320
_MARK = "osler.launcher=on"
_POLL_S = 0.02
_ATTEMPTS = 6
_FAST_STOP_S = 20.0
_IMMEDIATE_STOP_S = 5.0


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says. `status` is "starting", "ready", "stopping" or "standby", "" while it is written."""

    pid: int
    port: int
    socket_dir: Path
    status: str


def read_postmaster(home: Home) -> Postmaster | None:
    """The live postmaster of this cluster, or None when there is none or the file is left from a killed one."""
    try:
        lines = (home.pgdata / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise explain_os_error(error, directory=home.path) from error
    # A single-user backend writes its process id as a negative number.
    pid = abs(int(lines[0])) if lines and re.fullmatch(r"-?\d+", lines[0]) else 0
    if not pid or not _works_in(pid, home.pgdata):
        return None
    lines += [""] * (8 - len(lines))
    return Postmaster(pid, int(lines[3] or 0), Path(lines[4]), lines[7].strip())


def is_ours(home: Home) -> bool:
    """Whether the postmaster that last took this cluster was started here and not by hand."""
    try:
        return _MARK in (home.pgdata / "postmaster.opts").read_text(encoding="utf-8")
    except OSError:
        return False


def _works_in(pid: int, pgdata: Path) -> bool:
    # PostgreSQL changes into its data directory, so a process that merely inherited an old process id is told apart.
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        try:
            return os.path.samefile(process.cwd(), pgdata)
        except psutil.AccessDenied:
            # Where the system hides working directories, a doubt must never lead to two servers on one cluster.
            return process.name() == "postgres" and process.uids().real == pgdata.stat().st_uid
    except (psutil.Error, OSError):
        return False


def launch(home: Home, tools: Programs, *, port: int | None, timeout_s: float, say: Say) -> Postmaster:
    """Start a postmaster where none is alive. `port` is a wish: a taken one is replaced by a free one.

    Raises: `EmbeddedPostgresError`.
    """
    wishes = _ports(home, port)
    wish = next(wishes)
    complaint = ""
    for _ in range(_ATTEMPTS):
        try:
            started = _launch_once(home, tools, port=wish, timeout_s=timeout_s, say=say)
        except OSError as error:
            raise explain_os_error(error, directory=home.path) from error
        if isinstance(started, Postmaster):
            _remember_port(home, started.port)
            return started
        complaint = started
        if re.search(r"could not bind|could not create any TCP/IP sockets|Address already in use", complaint):
            say(f"Port {wish} is taken, trying another one.")
            wish = next(wishes)
        elif re.search(r"lock file .* already exists|bogus data in lock file|lock file .* is empty", complaint):
            _clear_stale_lock(home)
        elif "pre-existing shared memory block" in complaint:
            say("Waiting for the processes of the previous run to end.")
            _end_leftovers(home)
        else:
            break
    raise explain(complaint, directory=home.path, doing="Starting PostgreSQL")


def _launch_once(home: Home, tools: Programs, *, port: int, timeout_s: float, say: Say) -> Postmaster | str:
    """One attempt: the running postmaster, or what PostgreSQL wrote before it gave up."""
    socket_dir = make_socket_dir(home)
    log_sizes = {path: path.stat().st_size for path in home.log_dir.glob("*.log")}
    home.startup_log.unlink(missing_ok=True)
    command = [tools.path("postgres"), "-D", str(home.pgdata), "-p", str(port), "-c", _MARK]
    command += ["-c", "listen_addresses=127.0.0.1", "-c", f'unix_socket_directories="{socket_dir}"']
    command += ["-c", f"log_directory={home.log_dir}"]
    fd = os.open(home.startup_log, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        home.account.own(home.startup_log)
        process = subprocess.Popen(  # noqa: S603 our own words
            command,
            cwd=home.path,
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=fd,
            stderr=fd,
            # A Ctrl-C in the terminal is for us: we stop the database after its users.
            start_new_session=True,
            umask=0o077,
            **home.account.drop(),
        )
    finally:
        os.close(fd)
    with suppress(OSError, AttributeError):
        # A core dump would hold patient data in the clear.
        resource.prlimit(process.pid, resource.RLIMIT_CORE, (0, 0))
    # Reaps the postmaster whenever it ends, so that it never lingers as a process that looks alive.
    threading.Thread(target=process.wait, name="postgres-reaper", daemon=True).start()
    try:
        ready = wait_until_ready(home, process.pid, timeout_s=timeout_s, say=say)
    except KeyboardInterrupt:
        process.send_signal(signal.SIGINT)
        raise
    if ready:
        return ready
    remove_socket_dir(socket_dir)
    return _written_since(home, log_sizes)


def wait_until_ready(home: Home, pid: int, *, timeout_s: float, say: Say) -> Postmaster | None:
    """Wait for connections to be accepted; None when the process ended first."""
    begun = time.monotonic()
    has_told = False
    while psutil.pid_exists(pid) and not _is_zombie(pid):
        found = read_postmaster(home)
        if found and found.pid == pid and found.status == "ready":
            return found
        waited_s = time.monotonic() - begun
        if waited_s > 3 and not has_told:
            say("PostgreSQL is replaying its log after an unclean stop.")
            has_told = True
        if waited_s > timeout_s:
            raise EmbeddedPostgresError(
                f"PostgreSQL (process {pid}) has not become ready within {timeout_s:.0f} seconds: "
                f"its log in {home.log_dir} says why."
            )
        time.sleep(_POLL_S)
    return None


def shut_down(home: Home, running: Postmaster, *, say: Say) -> None:
    """Fast shutdown, then immediate, then kill; each bounded. Removes the socket directory."""
    for request, patience_s in ((signal.SIGINT, _FAST_STOP_S), (signal.SIGQUIT, _IMMEDIATE_STOP_S)):
        with suppress(ProcessLookupError):
            os.kill(running.pid, request)
        if wait_until_gone(running.pid, timeout_s=patience_s):
            break
        say(f"PostgreSQL has not stopped within {patience_s:.0f} seconds, insisting.")
    else:
        _end_leftovers(home)
    remove_socket_dir(running.socket_dir)


def wait_until_gone(pid: int, *, timeout_s: float) -> bool:
    deadline = time.monotonic() + timeout_s
    while psutil.pid_exists(pid) and not _is_zombie(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_S)
    return True


def _is_zombie(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.Error:
        return True


def _written_since(home: Home, log_sizes: dict[Path, int]) -> str:
    written = home.startup_log.read_text(encoding="utf-8", errors="replace")
    for path in sorted(home.log_dir.glob("postgres-*.log")):
        with path.open("rb") as log:
            # The file of a weekday is cut off when its week comes round.
            log.seek(min(log_sizes.get(path, 0), path.stat().st_size))
            written += log.read().decode(errors="replace")
    return written


def _clear_stale_lock(home: Home) -> None:
    """Remove a lock file whose process is dead or is no PostgreSQL of this cluster."""
    holder = read_postmaster(home)
    if holder:
        raise foreign_holder(home, holder)
    (home.pgdata / "postmaster.pid").unlink(missing_ok=True)


def foreign_holder(home: Home, holder: Postmaster) -> EmbeddedPostgresError:
    return EmbeddedPostgresError(
        f"Another PostgreSQL (process {holder.pid}), which Osler did not start, is using the database in {home.path}: "
        "stop it, or set OSLER_DATABASE_URL to use it."
    )


def _end_leftovers(home: Home) -> None:
    """End the backends that outlived a killed postmaster of this cluster."""
    left = [pid for pid in psutil.pids() if _works_in(pid, home.pgdata)]
    for request in (signal.SIGQUIT, signal.SIGKILL):
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, request)
        left = [pid for pid in left if not wait_until_gone(pid, timeout_s=_IMMEDIATE_STOP_S)]


def _ports(home: Home, port: int | None) -> Iterator[int]:
    """The wish, the port of the last run so that addresses stay valid, our usual one, then any free one.

    A wish for port 0 goes straight to any free one.
    """
    wishes = [port, _last_port(home), DEFAULT_PORT] if port != 0 else []
    yield from (wish for wish in dict.fromkeys(wishes) if wish and _is_free(wish))
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free = int(probe.getsockname()[1])
        yield free


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _last_port(home: Home) -> int | None:
    try:
        return int((home.path / "port").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def _remember_port(home: Home, port: int) -> None:
    note = home.path / "port"
    try:
        note.write_text(f"{port}\n", encoding="ascii")
        home.hand_over(note)
    except OSError as error:
        raise explain_os_error(error, directory=home.path) from error
