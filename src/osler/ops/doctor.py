"""Looks at an installation from outside and says what is wrong with it and what to do."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, Literal

import asyncpg
from sqlalchemy import text

from osler.core import crypto, db, postgres
from osler.core.postgres_check import require_version
from osler.core.settings import Settings
from osler.ops import health, settings_reference
from osler.ops.readiness import head

Level = Literal["ok", "warn", "fail"]

WEB_DIST: Final = Path(__file__).resolve().parents[3] / "web" / "dist"
OLDEST_PYTHON: Final = (3, 11)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, what was found, and what to do when it is not `ok`."""

    name: str
    level: Level
    found: str
    advice: str | None = None


async def examine(settings: Settings) -> list[Finding]:
    """Look at everything, changing nothing; one thing that is wrong hides no other."""
    alone: list[Callable[[Settings], Finding]] = [_python, _names, _disk, _key_file, _web, _email]
    return [*(look(settings) for look in alone), *await _database(settings)]


def _python(_settings: Settings) -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info[:2] < OLDEST_PYTHON:
        return Finding("python", "fail", found, "Install Python 3.11 or newer.")
    return Finding("python", "ok", found)


def _names(_settings: Settings) -> Finding:
    """A misspelt variable is ignored by the settings, so it is named here."""
    known = settings_reference.variables()
    unknown = sorted(name for name in os.environ if name.startswith("OSLER_") and name not in known)
    if unknown:
        return Finding("settings", "warn", f"unknown: {', '.join(unknown)}", "See docs/reference/settings.md.")
    return Finding("settings", "ok", "every OSLER_ variable is known")


def _disk(settings: Settings) -> Finding:
    existing = next(
        path for path in (settings.data_dir.resolve(), *settings.data_dir.resolve().parents) if path.exists()
    )
    check = health.disk(settings.model_copy(update={"data_dir": existing}))
    if not check.figures:
        return Finding("disk", "fail", f"{existing} cannot be read", "Let the user that runs Osler read and write it.")
    found = f"{check.figures['free_bytes'] / health.GIB:.1f} GiB free in {existing}"
    levels: dict[str, Level] = {"ok": "ok", "degraded": "warn", "down": "fail"}
    return Finding("disk", levels[check.state], found, None if check.state == "ok" else "Free some space.")


def _key_file(settings: Settings) -> Finding:
    if not settings.keys_path.exists():
        advice = "The first start makes it; if this database holds data already, restore it from its backup."
        return Finding("key file", "warn", f"{settings.keys_path} is missing", advice)
    try:
        crypto.load_key_file(settings.keys_path, create=False)
    except crypto.CryptoError as error:
        return Finding("key file", "fail", str(error), "Without this file nobody can read the records: keep a copy.")
    return Finding("key file", "ok", f"{settings.keys_path}, readable by its owner only")


def _web(settings: Settings) -> Finding:
    dist = settings.web_dist or WEB_DIST
    if not (dist / "index.html").is_file():
        return Finding("web", "fail", f"{dist} holds no built web application", "Run `make web`.")
    return Finding("web", "ok", str(dist))


def _email(settings: Settings) -> Finding:
    if settings.smtp.host is None:
        return Finding("e-mail", "warn", "no SMTP server is set, so no e-mail leaves", "Set OSLER_SMTP__HOST.")
    if not settings.smtp.starttls and settings.smtp.password is not None:
        return Finding("e-mail", "warn", "the password travels unencrypted", "Set OSLER_SMTP__STARTTLS=true.")
    return Finding("e-mail", "ok", f"{settings.smtp.host}:{settings.smtp.port}")


async def _database(settings: Settings) -> list[Finding]:
    url = settings.database_url
    if url is None:
        running = postgres.running(settings.data_dir / "postgres")
        if running is None:
            advice = "Start it with `make demo` or `osler serve`, then look again."
            return [Finding("database", "warn", "the embedded PostgreSQL is not running", advice)]
        url = running.url
    try:
        if settings.database_url is not None:
            await postgres.check_external(url)
        return await _inside(settings, url)
    except (postgres.DatabaseUnusable, postgres.EmbeddedPostgresError) as error:
        return [Finding("database", "fail", str(error), "See docs/howto/external-database.md.")]
    except health.UNREACHABLE as error:
        advice = "Check that PostgreSQL runs and accepts this user."
        return [Finding("database", "fail", f"no connection ({type(error).__name__})", advice)]


async def _inside(settings: Settings, url: str) -> list[Finding]:
    findings: list[Finding] = []
    connection = await asyncpg.connect(url.replace("postgresql+asyncpg://", "postgresql://", 1), timeout=5)
    try:
        require_version(connection.get_server_version().major)
        findings.append(Finding("database", "ok", f"PostgreSQL {await connection.fetchval('show server_version')}"))
        installed = {row["extname"] for row in await connection.fetch("select extname from pg_extension")}
        missing = [name for name in postgres.REQUIRED_EXTENSIONS if name not in installed]
        findings.append(
            Finding("extensions", "warn", f"missing: {', '.join(missing)}", "Run `osler migrate`.")
            if missing
            else Finding("extensions", "ok", ", ".join(postgres.REQUIRED_EXTENSIONS))
        )
        has_tables = await connection.fetchval("select to_regclass('alembic_version') is not null")
        revision = await connection.fetchval("select version_num from alembic_version") if has_tables else None
    finally:
        await connection.close()
    if revision != head():
        advice = "Run `osler migrate`."
        return [*findings, Finding("revision", "fail", f"{revision or 'none'}, but this code needs {head()}", advice)]
    return [*findings, Finding("revision", "ok", str(revision)), *await _inside_osler(settings, url)]


async def _inside_osler(settings: Settings, url: str) -> list[Finding]:
    """Look at what only Osler's own tables can say."""
    db.init(url, pool_size=1)
    try:
        async with db.transaction() as session:
            checks = {check.name: check for check in await health.from_tables(session, settings)}
            keys = await _keys_fit(session, settings)
    finally:
        await db.dispose()
    workers, jobs, clock = checks["workers"], checks["jobs"], checks["database"].figures["clock_difference_s"]
    apart = Finding("clock", "ok", f"{clock:.1f} s from the database's")
    return [
        keys,
        Finding("workers", "ok", f"{workers.figures['alive']:.0f} alive")
        if workers.state == "ok"
        else Finding("workers", "warn", "none has been seen in the last 15 seconds", "Start `osler worker`."),
        Finding("jobs", "ok", f"{jobs.figures['queued']:.0f} waiting")
        if jobs.state == "ok"
        else Finding(
            "jobs",
            "warn",
            f"{jobs.figures['dead']:.0f} gave up, the oldest waits {jobs.figures['oldest_wait_s']:.0f} s",
            "Look at the log of the worker.",
        ),
        apart
        if clock <= health.CLOCKS_APART_S
        else Finding("clock", "warn", apart.found, "Synchronise the clocks of both machines (NTP)."),
    ]


async def _keys_fit(session: db.Session, settings: Settings) -> Finding:
    if not await session.scalar(text("select exists (select from practice_key)")):
        return Finding("keys", "ok", "none yet")
    if not settings.keys_path.exists():
        advice = "Put back the key file that belongs to this database."
        return Finding("keys", "fail", "the database is sealed with a key file that is missing", advice)
    try:
        await crypto.init(session, settings.keys_path)
    except crypto.CryptoError as error:
        return Finding("keys", "fail", str(error), "Put back the key file that belongs to this database.")
    return Finding("keys", "ok", "the key file opens this database")


def as_text(findings: list[Finding]) -> str:
    """Return one line per finding, and one more for what to do."""
    width = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        lines.append(f"{finding.level:4}  {finding.name:{width}}  {finding.found}")
        if finding.advice and finding.level != "ok":
            lines.append(f"{'':4}  {'':{width}}  → {finding.advice}")
    return "\n".join(lines)


def as_json(findings: list[Finding]) -> str:
    return json.dumps([asdict(finding) for finding in findings], ensure_ascii=False)
