"""Where the embedded PostgreSQL keeps its files, and under which operating-system account it may reach them."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from osler.core.postgres_errors import EmbeddedPostgresError, explain_os_error

Say = Callable[[str], None]

REFUGE = Path("/var/lib/osler")

# Ids that neither distributions nor systemd hand out (systemd.io/UIDS-GIDS, "60706…61183 unused"), below the 65536
# that rootless containers map. A shared account such as nobody would let every other program that runs as nobody
# read the patients' files.
_SPARE_UIDS = range(60800, 60900)
_LOCKS = frozenset({"start.lock", "users.lock"})
_OUR_NAMES = _LOCKS | {"pgdata", "pgdata.new", "log", "password", "superuser-password", "initdb-password"}
_OUR_NAMES |= {"port", "moved-to"}


class Drop(TypedDict, total=False):
    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Account:
    """The user id PostgreSQL runs under; `is_dropped_to` when this process is root and must give root up."""

    uid: int
    gid: int
    is_dropped_to: bool

    def drop(self) -> Drop:
        return Drop(user=self.uid, group=self.gid, extra_groups=[]) if self.is_dropped_to else Drop()

    def own(self, path: Path) -> None:
        if self.is_dropped_to:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_enter(self, directory: Path) -> bool:
        command = ["/bin/sh", "-c", 'cd -- "$1"', "sh", str(directory)]
        done = subprocess.run(command, cwd="/", capture_output=True, check=False, **self.drop())  # noqa: S603 our words
        return done.returncode == 0


@dataclass(frozen=True, slots=True)
class Home:
    """One cluster and everything that belongs to it. Only `pgdata` and `log` belong to the PostgreSQL account."""

    path: Path
    account: Account

    @property
    def pgdata(self) -> Path:
        return self.path / "pgdata"

    @property
    def log_dir(self) -> Path:
        return self.path / "log"

    @property
    def startup_log(self) -> Path:
        return self.path / "log" / "startup.log"

    @property
    def password_file(self) -> Path:
        return self.path / "password"

    @property
    def superuser_password_file(self) -> Path:
        return self.path / "superuser-password"

    def hand_over(self, path: Path) -> None:
        """Give a file that root has just made to the user whose directory this is."""
        if os.geteuid() == 0 and (owner := self.path.stat()).st_uid != 0:
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def settle(data_dir: Path, *, refuge: Path, say: Say) -> Home:
    """Find or make the directory for the cluster of `data_dir`, which moves to `refuge` when root alone can reach it.

    Raises: `EmbeddedPostgresError`.
    """
    data_dir = data_dir.expanduser().resolve()
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        path = _moved_to(data_dir) or data_dir
        account = _account_for(path)
        _refuse_strangers(path)
        _set_mode(path, account)
        if not account.can_enter(path):
            path = _move_away(data_dir, account, refuge=refuge, say=say)
        if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
            raise PermissionError
    except OSError as error:
        raise explain_os_error(error, directory=data_dir) from error
    return Home(path, account)


def find(data_dir: Path) -> Home | None:
    """The home that `settle` and the launcher made earlier, or None; changes nothing."""
    data_dir = data_dir.expanduser().resolve()
    try:
        path = _moved_to(data_dir) or data_dir
        names = {entry.name for entry in path.iterdir()} if path.is_dir() else set()
        is_made_here = "pgdata" in names or bool(names and names <= _OUR_NAMES)
        return Home(path, _account_for(path)) if is_made_here else None
    except OSError as error:
        raise explain_os_error(error, directory=data_dir) from error


def empty(home: Home) -> None:
    """Delete the cluster and keep the locks, which somebody may be waiting for."""
    try:
        for name in _OUR_NAMES - _LOCKS:
            path = home.path / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
    except OSError as error:
        raise explain_os_error(error, directory=home.path) from error


def remove(home: Home, data_dir: Path) -> None:
    """Delete what `settle` and the launcher have made and nothing else."""
    empty(home)
    try:
        for name in _LOCKS:
            (home.path / name).unlink(missing_ok=True)
        (data_dir.expanduser().resolve() / "moved-to").unlink(missing_ok=True)
        if not any(home.path.iterdir()):
            home.path.rmdir()
    except OSError as error:
        raise explain_os_error(error, directory=home.path) from error


def _moved_to(data_dir: Path) -> Path | None:
    note = data_dir / "moved-to"
    return Path(note.read_text(encoding="utf-8").strip()).resolve() if note.is_file() else None


def _account_for(path: Path) -> Account:
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), is_dropped_to=False)
    for existing in (path / "pgdata", path):
        if existing.exists() and (owner := existing.stat()).st_uid != 0:
            return Account(owner.st_uid, owner.st_gid, is_dropped_to=True)
    spare = next(uid for uid in _SPARE_UIDS if not has_name(uid))
    return Account(spare, spare, is_dropped_to=True)


def has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _refuse_strangers(path: Path) -> None:
    if not path.exists():
        raise EmbeddedPostgresError(f"The database was moved to {path}, which is gone: restore it from a backup.")
    names = {entry.name for entry in path.iterdir()}
    if "PG_VERSION" in names:
        version = (path / "PG_VERSION").read_text(encoding="ascii").strip()
        raise EmbeddedPostgresError(
            f"{path} is a PostgreSQL {version} data directory that Osler did not make: "
            "choose an empty directory, or start that server yourself and set OSLER_DATABASE_URL."
        )
    if names - _OUR_NAMES:
        raise EmbeddedPostgresError(
            f"The directory {path} is not empty and was not made by Osler: choose an empty directory for the database."
        )


def _set_mode(path: Path, account: Account) -> None:
    # Root keeps the passwords in a directory PostgreSQL may cross but not list; nobody else has business there.
    if path.stat().st_uid == os.geteuid():
        path.chmod(0o711 if account.is_dropped_to else 0o700)


def _move_away(data_dir: Path, account: Account, *, refuge: Path, say: Say) -> Path:
    if (data_dir / "pgdata").exists():
        raise EmbeddedPostgresError(
            f"The database in {data_dir} can no longer be reached by the user id {account.uid} that runs it: "
            "move the directory to a place that user can enter."
        )
    refuge.mkdir(parents=True, exist_ok=True)
    path = refuge.resolve() / f"postgres-{secrets.token_hex(4)}"
    path.mkdir(mode=0o711)
    path.chmod(0o711)
    if not account.can_enter(path):
        path.rmdir()
        raise EmbeddedPostgresError(
            f"PostgreSQL does not run as root, and other users can reach neither {data_dir} nor {refuge}: "
            "choose a data directory that other users may enter."
        )
    try:
        with (data_dir / "moved-to").open("x", encoding="utf-8") as note:
            note.write(f"{path}\n")
    except FileExistsError:
        # Another process starting at the same moment has chosen first.
        path.rmdir()
        return _moved_to(data_dir) or data_dir
    say(f"{data_dir} can be entered by root only, so the database lives in {path}.")
    return path


def make_log_dir(home: Home) -> None:
    try:
        if not home.log_dir.exists():
            home.log_dir.mkdir(mode=0o700)
            home.account.own(home.log_dir)
    except OSError as error:
        raise explain_os_error(error, directory=home.path) from error
