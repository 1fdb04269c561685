"""Keeps child processes running: starts them, starts them again with back-off when they die, stops them together."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from osler.ops.lifeline import PARENT

Say = Callable[[str], None]

STOP_PATIENCE_S: Final = 12.0
FIRST_DELAY_S: Final = 0.5
LONGEST_DELAY_S: Final = 30.0
# A child that has lived this long starts again at once, whatever happened before.
STEADY_AFTER_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `is_ours` programs follow their parent by themselves (`lifeline`)."""

    name: str
    command: Sequence[str]
    log: Path | None = None
    cwd: Path | None = None


class Child:
    """One supervised process, in a session of its own so that a Ctrl-C in the terminal does not reach it."""

    def __init__(self, program: Program, environment: Mapping[str, str], say: Say) -> None:
        self.program = program
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None
        self._say = say
        self._started_at = 0.0
        self._delay_s = FIRST_DELAY_S
        self._due_at: float | None = None

    def start(self) -> None:
        self._due_at = None
        self._started_at = time.monotonic()
        log = subprocess.DEVNULL if self.program.log is None else _open_log(self.program.log)
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own words
                self.program.command,
                cwd=self.program.cwd,
                env={**os.environ, **self.environment, PARENT: str(os.getpid())},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        finally:
            if log != subprocess.DEVNULL:
                os.close(log)

    def tend(self) -> bool:
        """Start the process again if it has died and its delay is over; True when it has just been started."""
        now = time.monotonic()
        if self._due_at is not None:
            if now < self._due_at:
                return False
            self.start()
            return True
        if self.process is None or self.process.poll() is None:
            return False
        end_group(self.process.pid)
        if now - self._started_at >= STEADY_AFTER_S:
            self._delay_s = FIRST_DELAY_S
        self._due_at = now + self._delay_s
        self._say(f"{self.program.name} {_how(self.process.returncode)}; starting it again in {self._delay_s:g} s.")
        self._delay_s = min(self._delay_s * 2, LONGEST_DELAY_S)
        return False

    def restart(self) -> None:
        """Stop the process and start it anew at once, for a reason that is not its fault."""
        stop_all([self])
        self._delay_s = FIRST_DELAY_S
        self.start()


def stop_all(children: Iterable[Child]) -> None:
    """Ask all to end, wait together, and kill what has not ended within `STOP_PATIENCE_S`."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        if process.poll() is None:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_PATIENCE_S
    for process in running:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.0, deadline - time.monotonic()))
        end_group(process.pid)
        process.wait()


def end_group(group: int) -> None:
    """Kill whatever is left of a process group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def remember(children: Iterable[Child], note: Path) -> None:
    """Write down which processes run, so that a later start can end them if this process is killed."""
    entries = [
        {"pid": child.process.pid, "created": _created(child.process.pid)}
        for child in children
        if child.process is not None and child.process.poll() is None
    ]
    draft = note.with_name(note.name + ".new")
    draft.write_text(json.dumps(entries), encoding="ascii")
    draft.replace(note)


def end_leftovers(note: Path) -> int:
    """End the processes that a killed run left behind and return how many there were."""
    try:
        entries = json.loads(note.read_text(encoding="ascii"))
        found = [process for entry in entries if (process := _same(int(entry["pid"]), float(entry["created"])))]
    except FileNotFoundError:
        return 0
    except (ValueError, TypeError, KeyError):
        found = []
    for process in found:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, alive = psutil.wait_procs(found, timeout=STOP_PATIENCE_S)
    for process in found:
        end_group(process.pid)
    psutil.wait_procs(alive, timeout=2)
    note.unlink(missing_ok=True)
    return len(found)


def _same(pid: int, created: float) -> psutil.Process | None:
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        if abs(process.create_time() - created) < 1 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    return None


def _created(pid: int) -> float:
    with suppress(psutil.Error):
        return psutil.Process(pid).create_time()
    return 0.0


def _open_log(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)


def _how(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with exit code {code}"
