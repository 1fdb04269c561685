"""What two processes on one machine agree by: file locks, and the private directory of the socket."""

from __future__ import annotations

import fcntl
import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from osler.core.postgres_errors import EmbeddedPostgresError, explain_os_error
from osler.core.postgres_layout import Account, Home

_MAX_SOCKET_PATH_BYTES = 103


@contextmanager
def locked(home: Home, *, timeout_s: float) -> Iterator[None]:
    """Be the only process that starts or stops this cluster; the kernel lets go when the holder dies."""
    try:
        fd = open_lock(home, "start.lock")
    except OSError as error:
        raise explain_os_error(error, directory=home.path) from error
    try:
        deadline = time.monotonic() + timeout_s
        while not try_lock(fd, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(
                    f"Another Osler process has been starting or stopping the database in {home.path} for more than "
                    f"{timeout_s:.0f} seconds: end that process and start again."
                )
            time.sleep(0.05)
        yield
    finally:
        os.close(fd)


def open_lock(home: Home, name: str) -> int:
    path = home.path / name
    is_new = not path.exists()
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    if is_new:
        home.hand_over(path)
    return fd


def try_lock(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def take_hold(home: Home) -> int:
    """A shared lock that tells other processes that this one uses the database; it ends with this process."""
    try:
        fd = open_lock(home, "users.lock")
    except OSError as error:
        raise explain_os_error(error, directory=home.path) from error
    try_lock(fd, fcntl.LOCK_SH)
    return fd


def hold_alone(fd: int) -> bool:
    """Turn a hold into an exclusive one if nobody else has one."""
    return try_lock(fd, fcntl.LOCK_EX)


def socket_dir(home: Home) -> Path:
    """A short path, because a socket address holds about a hundred bytes and a data directory may be longer."""
    name = "osler-" + hashlib.sha256(os.fsencode(home.path)).hexdigest()[:10]
    return _socket_root(home.account) / name


def make_socket_dir(home: Home) -> Path:
    """An empty directory that only the PostgreSQL account can enter; nothing may be listening in the old one."""
    path = socket_dir(home)
    try:
        path.mkdir(mode=0o700)
        home.account.own(path)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != home.account.uid or stat.S_IMODE(found.st_mode) != 0o700:
            # Somebody else took the name in a shared directory: never trust it, take one that cannot be guessed.
            path = Path(tempfile.mkdtemp(prefix="osler-", dir=path.parent))
            home.account.own(path)
        for leftover in path.glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)
    return path


def remove_socket_dir(path: Path) -> None:
    with suppress(OSError):
        for leftover in path.glob(".s.PGSQL.*"):
            leftover.unlink(missing_ok=True)
        path.rmdir()


def _socket_root(account: Account) -> Path:
    # Not XDG_RUNTIME_DIR: it is deleted when the user logs out, and the server may run on.
    candidates = [Path("/tmp"), Path(tempfile.gettempdir())]  # noqa: S108 the directory made inside is private
    longest_name = "/osler-0123456789/.s.PGSQL.65535"
    for root in candidates:
        fits = len(os.fsencode(root)) + len(longest_name) <= _MAX_SOCKET_PATH_BYTES
        # A comma separates several hosts in a connection address.
        if fits and "," not in str(root) and os.access(root, os.W_OK | os.X_OK) and account.can_enter(root):
            return root
    raise EmbeddedPostgresError(
        f"There is no directory for the database socket, {candidates[0]} cannot be written: set TMPDIR to a short path."
    )
