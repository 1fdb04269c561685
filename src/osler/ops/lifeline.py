"""A child process ends when the process that started it does, even if that one was killed."""

import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from typing import Final

PARENT: Final = "OSLER_PARENT_PID"
_PR_SET_PDEATHSIG: Final = 1
_POLL_S: Final = 1.0


def follow_parent() -> None:
    """Send this process SIGTERM when its parent ends. Does nothing in a process that our supervisor did not start."""
    starter = os.environ.get(PARENT, "")
    if not starter.isdigit():
        return
    process = multiprocessing.parent_process()
    parent = int(starter) if process is None else process.pid
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    else:
        threading.Thread(target=_watch, args=(parent,), name="lifeline", daemon=True).start()
    if os.getppid() != parent:  # It ended before we began to follow it.
        os.kill(os.getpid(), signal.SIGTERM)


def _watch(parent: int | None) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_S)
    os.kill(os.getpid(), signal.SIGTERM)
