"""What the health routes say, and to whom."""

import asyncio
from pathlib import Path

import asyncpg
import httpx
import pytest
from ops_people import sign_in
from sqlalchemy import text
from starlette.types import ASGIApp

from osler.app import build, wrap
from osler.core import crypto, db, job_runner
from osler.core.auth import Role
from osler.core.live import hub
from osler.core.settings import Settings
from osler.ops import health
from osler.ops.readiness import Readiness, look

TOKEN = "a-token-of-32-letters-and-digits"


def states(answer: httpx.Response) -> dict[str, str]:
    return {check["name"]: check["state"] for check in answer.json()["checks"]}


async def test_live_answers_anybody(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/health/live")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready_when_everything_that_a_request_needs_is_there(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/health/ready")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "checks": {"database": True, "migrations": True, "keys": True, "live": True},
    }


async def test_not_ready_with_another_revision_in_the_database(client: httpx.AsyncClient) -> None:
    async with db.transaction() as session:
        await session.execute(text("update alembic_version set version_num = 'older'"))
    answer = await client.get("/api/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": True, "migrations": False, "keys": True, "live": True}


async def test_not_ready_without_live_signals(client: httpx.AsyncClient) -> None:
    await hub.stop()
    assert (await client.get("/api/health/ready")).json()["checks"]["live"] is False


async def test_not_ready_without_a_database(database: Settings) -> None:
    await db.dispose()
    db.init("postgresql://127.0.0.1:1/osler")
    assert (await look())["database"] is False
    assert (await look())["migrations"] is False


async def test_not_ready_without_keys(database: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(crypto._keyring, "active", {})
    assert (await look())["keys"] is False


async def test_many_who_ask_at_once_make_one_query(database: Settings) -> None:
    readiness = Readiness()
    async with db.transaction() as session:
        before = await session.scalar(
            text("select xact_commit from pg_stat_database where datname = current_database()")
        )
    answers = await asyncio.gather(*(readiness.checks() for _ in range(50)))
    assert all(answer == answers[0] for answer in answers)
    async with db.transaction() as session:
        await session.execute(text("select pg_stat_force_next_flush()"))
        after = await session.scalar(
            text("select xact_commit from pg_stat_database where datname = current_database()")
        )
    assert after - before < 10


@pytest.mark.parametrize("role", [Role.NURSE, Role.SECRETARY, Role.PRACTITIONER, Role.PATIENT])
async def test_only_administrators_see_the_parts(client: httpx.AsyncClient, role: Role) -> None:
    await sign_in(client, role)
    assert (await client.get("/api/health")).status_code == 403
    assert (await client.get("/api/metrics")).status_code == 403


async def test_health_without_a_worker_is_down(admin: httpx.AsyncClient) -> None:
    answer = await admin.get("/api/health")
    assert answer.status_code == 200
    assert answer.json()["status"] == "down"
    assert states(answer) == {
        "database": "ok",
        "migrations": "ok",
        "jobs": "ok",
        "workers": "down",
        "email": "not_configured",
        "keys": "ok",
        "live": "ok",
        "disk": "ok",
    }


async def test_health_with_a_worker_is_ok_and_a_killed_worker_is_noticed(admin: httpx.AsyncClient) -> None:
    stop = asyncio.Event()
    worker = asyncio.create_task(job_runner.run(stop=stop))
    try:
        for _ in range(200):
            answer = await admin.get("/api/health")
            if answer.json()["status"] == "ok":
                break
            await asyncio.sleep(0.05)
        assert states(answer)["workers"] == "ok"
    finally:
        stop.set()
        await worker
    async with db.transaction() as session:
        await session.execute(
            text(
                "insert into job_worker (id, queues, last_seen) "
                "values (gen_random_uuid(), '{default}', now() - interval '1 minute')"
            )
        )
    answer = await admin.get("/api/health")
    workers = next(check for check in answer.json()["checks"] if check["name"] == "workers")
    assert (workers["state"], workers["reason"]) == ("down", "none_alive")
    assert 55 < workers["figures"]["last_seen_s"] < 70


async def test_jobs_that_gave_up_degrade_and_jobs_that_wait_are_named(database: Settings) -> None:
    insert = (
        "insert into job (priority, queue_manager_id, created, updated, heartbeat, execute_after, status, entrypoint) "
        "values (0, null, now(), now(), now(), now() - interval '{wait}', '{status}', 'nobody')"
    )
    async with db.transaction() as session:
        await session.execute(text(insert.format(wait="0 s", status="failed")))
        jobs = next(c for c in await health.from_tables(session, database) if c.name == "jobs")
        assert (jobs.state, jobs.reason, jobs.figures["dead"]) == ("degraded", "jobs_gave_up", 1)
        await session.execute(text(insert.format(wait="2 minutes", status="queued")))
        jobs = next(c for c in await health.from_tables(session, database) if c.name == "jobs")
        assert (jobs.state, jobs.reason) == ("degraded", "jobs_wait")
        assert jobs.figures["oldest_wait_s"] >= 120


async def test_health_without_a_database_is_down_and_still_answers(database: Settings) -> None:
    await db.dispose()
    db.init("postgresql://127.0.0.1:1/osler")
    found = await health.examine(database)
    assert found.status == "down"
    assert {c.name for c in found.checks if c.reason == "unreachable"} == {
        "database",
        "migrations",
        "jobs",
        "workers",
        "email",
    }


def test_disk_that_cannot_be_read_is_down(tmp_path: Path) -> None:
    check = health.disk(Settings(data_dir=tmp_path / "nowhere"))
    assert (check.state, check.reason) == ("down", "unreadable")


async def test_metrics_need_an_administrator_or_the_token(settings: Settings, database_url: str) -> None:
    with_token = settings.model_copy(update={"metrics_token": Settings(metrics_token=TOKEN).metrics_token})
    inner = build(with_token)
    async with inner.router.lifespan_context(inner):
        app: ASGIApp = wrap(inner, with_token)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url=settings.origin) as client:
            assert (await client.get("/api/metrics")).status_code == 401
            wrong = await client.get("/api/metrics", headers={"authorization": "Bearer " + TOKEN[:-1] + "x"})
            assert wrong.status_code == 401
            assert TOKEN[:-1] not in wrong.text
            right = await client.get("/api/metrics", headers={"authorization": f"Bearer {TOKEN}"})
            assert right.status_code == 200
            assert (await client.get("/api/health", headers={"authorization": f"Bearer {TOKEN}"})).status_code == 401


async def test_token_counts_for_nothing_when_none_is_set(client: httpx.AsyncClient) -> None:
    for token in ("", "None", TOKEN):
        answer = await client.get("/api/metrics", headers={"authorization": f"Bearer {token}"})
        assert answer.status_code == 401


async def test_metrics_are_prometheus_text_without_addresses_of_records(admin: httpx.AsyncClient) -> None:
    await admin.get("/api/health")
    await admin.get("/api/patients/0190f5e4-7b1a-7c3d-8e2f-000000000000")
    answer = await admin.get("/api/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert 'osler_check_up{check="workers"} 0.0' in lines
    assert any(line.startswith("osler_database_size_bytes ") for line in lines)
    assert any(line.startswith("osler_http_requests_total{") for line in lines)
    assert "0190f5e4" not in answer.text
    names = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(names) == len(set(names))


async def test_size_of_the_database_is_true(admin: httpx.AsyncClient, settings: Settings) -> None:
    assert settings.database_url
    connection = await asyncpg.connect(settings.database_url)
    size = await connection.fetchval("select pg_database_size(current_database())")
    await connection.close()
    checks = {check["name"]: check for check in (await admin.get("/api/health")).json()["checks"]}
    assert checks["database"]["figures"]["size_bytes"] == pytest.approx(size, rel=0.2)
