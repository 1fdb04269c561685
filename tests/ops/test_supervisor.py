"""Children of the supervisor: started again when they die, and never left behind."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from osler.ops import supervisor
from osler.ops.supervisor import Child, Program, end_leftovers, remember, stop_all

SLEEP = (sys.executable, "-c", "import time; time.sleep(60)")
STUBBORN = (
    sys.executable,
    "-c",
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)",
)


def until(is_true: Callable[[], bool], *, within_s: float = 10) -> None:
    deadline = time.monotonic() + within_s
    while not is_true():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def pid_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def test_child_that_dies_starts_again_after_a_growing_delay() -> None:
    said: list[str] = []
    child = Child(Program("The API", (sys.executable, "-c", "raise SystemExit(3)")), {}, said.append)
    child.start()
    until(lambda: (child.tend(), len(said) >= 3)[1])
    stop_all([child])
    assert said[0] == "The API ended with exit code 3; starting it again in 0.5 s."
    assert said[1].endswith("in 1 s.")
    assert said[2].endswith("in 2 s.")


def test_killed_child_is_named_with_its_signal() -> None:
    said: list[str] = []
    child = Child(Program("The worker", SLEEP), {}, said.append)
    child.start()
    os.kill(pid_of(child), signal.SIGKILL)
    until(lambda: child.tend() or bool(said))
    assert said == ["The worker was ended by SIGKILL; starting it again in 0.5 s."]
    until(child.tend)
    stop_all([child])


def test_stubborn_child_and_its_own_children_are_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervisor, "STOP_PATIENCE_S", 0.5)
    log = tmp_path / "log" / "child.log"
    child = Child(Program("x", ("/bin/sh", "-c", f'{sys.executable} -c "$0" & wait', STUBBORN[2]), log), {}, print)
    child.start()
    until(lambda: log.exists() and "ready" in log.read_text())
    grandchildren = psutil.Process(pid_of(child)).children(recursive=True)
    assert grandchildren
    stop_all([child])
    until(lambda: all(is_gone(process.pid) for process in grandchildren))
    assert log.stat().st_mode & 0o077 == 0


def test_child_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    """The parent starts a child that follows it, says its id, and is killed."""
    code = (
        "import sys, time\n"
        "from osler.ops.supervisor import Child, Program\n"
        "inner = 'from osler.ops.lifeline import follow_parent; follow_parent(); import time; time.sleep(60)'\n"
        "child = Child(Program('x', (sys.executable, '-c', inner)), {}, print)\n"
        "child.start(); time.sleep(1); print(child.process.pid, flush=True); time.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert not is_gone(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: is_gone(pid))


def test_leftovers_of_a_killed_run_are_ended(tmp_path: Path) -> None:
    note = tmp_path / "processes.json"
    child = Child(Program("x", SLEEP), {}, print)
    child.start()
    remember([child], note)
    assert end_leftovers(note) == 1
    assert not note.exists()
    assert is_gone(pid_of(child))
    stop_all([child])


def test_process_that_merely_has_the_same_number_is_left_alone(tmp_path: Path) -> None:
    note = tmp_path / "processes.json"
    other = subprocess.Popen(SLEEP)
    note.write_text(json.dumps([{"pid": other.pid, "created": psutil.Process(other.pid).create_time() - 100}]))
    assert end_leftovers(note) == 0
    assert other.poll() is None
    other.kill()
    other.wait()


@pytest.mark.parametrize("content", ["", "{", "[1]", '[{"pid": "x"}]', "null"])
def test_damaged_note_is_forgotten(tmp_path: Path, content: str) -> None:
    note = tmp_path / "processes.json"
    note.write_text(content)
    assert end_leftovers(note) == 0
    assert not note.exists()
