"""What can go wrong with the database at start-up, in one sentence each for the person who starts it."""

from __future__ import annotations

import errno
import os
import re
from pathlib import Path


class EmbeddedPostgresError(Exception):
    """One sentence: what is wrong with the embedded PostgreSQL and what to do about it."""


class DatabaseUnusable(Exception):
    """One sentence: why the PostgreSQL at `OSLER_DATABASE_URL` cannot be used and what to do about it."""


_WAL_SEGMENT_BYTES = 16 * 1024 * 1024

# First match wins: a full disk also produces "could not write" and "could not create" lines further down.
_EXPLANATIONS = (
    (
        r"No space left on device|Disk quota exceeded|Check free disk space",
        "The disk that holds {directory} is full: free some space there and start again.",
    ),
    (r"Read-only file system", "The file system of {directory} is read-only: choose a directory that can be written."),
    (
        r"could not look up effective user ID (\d+)",
        "This process runs under a user id ({0}) that has no account, which initdb refuses: "
        "give the id an entry in /etc/passwd or start Osler under another user.",
    ),
    (
        r"initialized by PostgreSQL version (\d+)",
        "The database in {directory} was made by PostgreSQL {0}: set OSLER_POSTGRES_BIN to the programs of that "
        "version, or carry the data over with pg_dump.",
    ),
    (
        r"Permission denied|has wrong ownership|has invalid permissions|Operation not permitted",
        "Permission was refused on {directory}: start Osler under the user who owns it or choose another directory.",
    ),
    (
        r"Cannot allocate memory|could not create shared memory|could not map anonymous shared memory",
        "There is not enough memory left to start PostgreSQL: stop other programs and start again.",
    ),
    (
        r"could not locate a valid checkpoint record|incorrect checksum in control file|PANIC:.*(?:pg_control|WAL)",
        "The database in {directory} is damaged: restore it from a backup before starting again.",
    ),
)


def explain(output: str, *, directory: Path, doing: str) -> EmbeddedPostgresError:
    """Turn what PostgreSQL wrote into one sentence; `doing` opens it when nothing is recognised."""
    if not any(re.search(pattern, output) for pattern, _ in _EXPLANATIONS) and _is_full(directory):
        # A full disk may have swallowed the complaint as well.
        output += "No space left on device"
    for pattern, sentence in _EXPLANATIONS:
        found = re.search(pattern, output)
        if found:
            return EmbeddedPostgresError(sentence.format(*found.groups(), directory=directory))
    complaints = re.findall(r"(?:FATAL|PANIC|ERROR|error):\s*(.+)", output) or output.strip().splitlines()
    reason = complaints[-1].strip().rstrip(".") if complaints else "it gave no reason"
    return EmbeddedPostgresError(f"{doing} failed in {directory}: {reason}.")


def _is_full(directory: Path) -> bool:
    space = os.statvfs(directory)
    return space.f_bavail * space.f_frsize < _WAL_SEGMENT_BYTES


def explain_os_error(error: OSError, *, directory: Path) -> EmbeddedPostgresError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return explain("No space left on device", directory=directory, doing="")
    if error.errno == errno.EROFS:
        return explain("Read-only file system", directory=directory, doing="")
    if isinstance(error, PermissionError):
        return explain("Permission denied", directory=directory, doing="")
    if isinstance(error, FileExistsError | NotADirectoryError):
        return EmbeddedPostgresError(f"{directory} is not a directory: choose another place for the database.")
    return EmbeddedPostgresError(f"{directory} cannot be used for the database: {error.strerror or error}.")
