"""Making a cluster: initdb, its settings and who may log in."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from osler.core.postgres_errors import EmbeddedPostgresError, explain, explain_os_error
from osler.core.postgres_layout import Account, Home, Say, has_name
from osler.core.postgres_programs import Programs

SUPERUSER = "postgres"
ROLE = "osler"

SETTINGS: Mapping[str, str] = {
    "max_connections": "60",
    "shared_buffers": "64MB",
    "effective_cache_size": "512MB",
    "work_mem": "4MB",
    "maintenance_work_mem": "64MB",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "1",
    "autovacuum_max_workers": "2",
    "jit": "off",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "min_wal_size": "64MB",
    "max_wal_size": "512MB",
    "checkpoint_timeout": "15min",
    "max_wal_senders": "4",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "idle_in_transaction_session_timeout": "30s",
    "password_encryption": "scram-sha-256",
    "unix_socket_permissions": "0700",
    "logging_collector": "on",
    "log_filename": "postgres-%a.log",
    "log_file_mode": "0600",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    # The log must hold no patient's words. Statements, parameters and the DETAIL of a refused row ("Key (email)=(…)
    # already exists") are left out, and so is every ERROR of a session, whose first line may quote a value: the
    # application receives those errors and logs them without their content.
    "log_min_messages": "log",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_lock_waits": "off",
    "log_temp_files": "-1",
    "log_autovacuum_min_duration": "-1",
}

# A cluster that is thrown away: nothing survives a power cut, and nothing waits for the disk.
TEST_SETTINGS: Mapping[str, str] = {
    **SETTINGS,
    "max_connections": "200",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "checkpoint_timeout": "1h",
    "max_wal_size": "2GB",
    "scram_iterations": "1",
}

# No separate I/O workers (three processes by default), which a small practice does not need.
_SETTINGS_SINCE_18: Mapping[str, str] = {"io_method": "sync", "autovacuum_worker_slots": "2"}

_LOGINS = """\
# Written by Osler at every start.
local all all scram-sha-256
local replication all scram-sha-256
host all all 127.0.0.1/32 scram-sha-256
host all all ::1/128 scram-sha-256
"""


def create(home: Home, tools: Programs, *, is_durable: bool, say: Say) -> None:
    """Make `home.pgdata` in one step: a cluster whose making was interrupted is made again.

    Raises: `EmbeddedPostgresError`.
    """
    say("Creating the database (first start only).")
    draft = home.path / "pgdata.new"
    try:
        shutil.rmtree(draft, ignore_errors=True)
        superuser_password = make_password(home, home.superuser_password_file)
        make_password(home, home.password_file)
        _initdb(home, tools, draft, password=superuser_password, is_durable=is_durable)
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as config:
            config.write("\ninclude 'osler.conf'  # Osler's own settings, which win over those above\n")
        draft.rename(home.pgdata)
        if is_durable:
            _fsync_directory(home.path)
    except OSError as error:
        raise explain_os_error(error, directory=home.path) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def configure(home: Home, tools: Programs, settings: Mapping[str, str]) -> None:
    """Write the settings and the login rules of this version of Osler over those of the last."""
    if tools.major >= 18:
        settings = {**settings, **_SETTINGS_SINCE_18}
    lines = [f"{name} = '{value}'\n" for name, value in settings.items()]
    try:
        _write(home.pgdata / "osler.conf", "# Written by Osler at every start.\n" + "".join(lines), home.account)
        _write(home.pgdata / "pg_hba.conf", _LOGINS, home.account)
    except OSError as error:
        raise explain_os_error(error, directory=home.path) from error


def check_version(home: Home, tools: Programs) -> None:
    try:
        major = int((home.pgdata / "PG_VERSION").read_text(encoding="ascii"))
    except (OSError, ValueError) as error:
        raise EmbeddedPostgresError(
            f"The database in {home.path} is damaged, it has no readable PG_VERSION: restore it from a backup."
        ) from error
    if major != tools.major:
        raise EmbeddedPostgresError(
            f"The database in {home.path} was made by PostgreSQL {major}, but the programs are PostgreSQL "
            f"{tools.major}: set OSLER_POSTGRES_BIN to the programs of version {major}, or carry the data over with "
            "pg_dump."
        )


def make_password(home: Home, path: Path) -> str:
    if not path.exists():
        _write_secret(path, secrets.token_urlsafe(32))
        home.hand_over(path)
    return read_password(path)


def read_password(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError as error:
        raise EmbeddedPostgresError(
            f"The password file {path} is gone: put it back from a backup, the database cannot be opened without it."
        ) from error
    except OSError as error:
        raise explain_os_error(error, directory=path.parent) from error


def _initdb(home: Home, tools: Programs, draft: Path, *, password: str, is_durable: bool) -> None:
    maker = _account_for_initdb(home.account)
    draft.mkdir(mode=0o700)
    maker.own(draft)
    secret = home.path / "initdb-password"
    secret.unlink(missing_ok=True)
    _write_secret(secret, password)
    maker.own(secret)
    locales = ["C.UTF-8", "en_US.UTF-8", "C"]
    try:
        while True:
            done = _run_initdb(tools, draft, secret, locales[0], maker=maker, is_durable=is_durable)
            # The type of letters comes from the system; not every system has the neutral UTF-8 locale.
            if done.returncode == 0 or "invalid locale" not in done.stderr or len(locales) == 1:
                break
            locales.pop(0)
    finally:
        secret.unlink()
    if done.returncode != 0:
        raise explain(done.stderr + done.stdout, directory=home.path, doing="Creating the database with initdb")
    if maker != home.account:
        for where, folders, files in os.walk(draft):
            for name in (*folders, *files):
                home.account.own(Path(where, name))
        home.account.own(draft)


def _run_initdb(
    tools: Programs, draft: Path, secret: Path, lc_ctype: str, *, maker: Account, is_durable: bool
) -> subprocess.CompletedProcess[str]:
    command = [tools.path("initdb"), "--pgdata", str(draft), "--username", SUPERUSER, "--pwfile", str(secret)]
    command += ["--auth", "scram-sha-256", "--encoding", "UTF8", "--data-checksums", "--no-clean"]
    # Text is sorted by code point and lower-cased by tables inside PostgreSQL, so no index depends on the machine.
    # `lc_ctype` is what pg_trgm and the full-text parser still ask the system: which characters are letters.
    command += ["--locale", "C", "--lc-ctype", lc_ctype]
    if tools.major >= 17:
        command += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    if not is_durable:
        command += ["--no-sync"]
    return subprocess.run(  # noqa: S603 our own words
        command,
        cwd=draft,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        umask=0o077,
        check=False,
        **maker.drop(),
    )


def environment() -> dict[str, str]:
    """Nothing of the caller's PG* variables, locale or secrets reaches the server."""
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    return {**kept, "LC_ALL": "C", "TZ": "UTC"}


def _account_for_initdb(account: Account) -> Account:
    """initdb, unlike the server, insists on a user id with a name; what it makes is handed over afterwards."""
    if not account.is_dropped_to or has_name(account.uid):
        return account
    named = [entry for entry in pwd.getpwall() if entry.pw_uid != 0]
    if not named:
        raise EmbeddedPostgresError("PostgreSQL does not run as root and there is no other account: add one.")
    chosen = next((entry for entry in named if entry.pw_name == "nobody"), named[0])
    return Account(chosen.pw_uid, chosen.pw_gid, is_dropped_to=True)


def _write_secret(path: Path, password: str) -> None:
    fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "w", encoding="ascii") as file:
        file.write(password)


def _write(path: Path, text: str, owner: Account) -> None:
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "w", encoding="utf-8") as file:
        file.write(text)
    owner.own(draft)
    draft.replace(path)


def _fsync_directory(path: Path) -> None:
    fd = os.open(path, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)
