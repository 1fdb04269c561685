"""Fixtures of the whole suite: one throw-away PostgreSQL, one migrated template, one clone per test."""

import asyncio
import fcntl
import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import asyncpg
import httpx
import pytest
from starlette.types import ASGIApp

from osler.app import build, wrap
from osler.core import crypto, db, log, migrations, postgres
from osler.core.settings import Settings

TEMPLATE = "osler_template"
_numbers = itertools.count()


@pytest.fixture(scope="session", autouse=True)
def _quiet_logs() -> None:
    log.configure("warning")


@pytest.fixture(scope="session")
def postgres_dsn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the suite's PostgreSQL (superuser-free role that may create databases), shared by all workers."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    with postgres.start_for_tests(shared / "postgres") as server:
        with (shared / "template.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            asyncio.run(_make_template(server.connection))
        yield server.connection.dsn


async def _make_template(connection: postgres.Connection) -> None:
    maintenance = await asyncpg.connect(connection.superuser_dsn)
    try:
        if await maintenance.fetchval("select 1 from pg_database where datname = $1", TEMPLATE):
            return
        await maintenance.execute(f"create database {TEMPLATE}_new template template1")
        dsn = database_dsn(connection.superuser_dsn, f"{TEMPLATE}_new")
        superuser = await asyncpg.connect(dsn)
        await postgres.ensure_extensions(superuser)
        owner = connection.dsn
        role = await _role_of(owner)
        await superuser.execute(f"grant all on schema public to {role}")
        await superuser.close()
        engine = db.create_engine(database_dsn(owner, f"{TEMPLATE}_new"))
        await migrations.upgrade(engine)
        await engine.dispose()
        await maintenance.execute(f"alter database {TEMPLATE}_new rename to {TEMPLATE}")
        await maintenance.execute(f"alter database {TEMPLATE} is_template true")
    finally:
        await maintenance.close()


async def _role_of(dsn: str) -> str:
    connection = await asyncpg.connect(dsn)
    try:
        role: str = await connection.fetchval("select current_user")
        return role
    finally:
        await connection.close()


def database_dsn(dsn: str, name: str) -> str:
    """Return `dsn` pointing at the database `name`."""
    url = db.make_url(dsn).set(database=name)
    return url.render_as_string(hide_password=False)


@pytest.fixture
async def database_url(postgres_dsn: str) -> AsyncIterator[str]:
    """A fresh, migrated database of this test's own."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    connection = await asyncpg.connect(postgres_dsn)
    await connection.execute(f"create database {name} template {TEMPLATE}")
    yield database_dsn(postgres_dsn, name)
    await connection.execute(f"drop database {name} with (force)")
    await connection.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    """Settings of a small installation on this test's database."""
    return Settings(database_url=database_url, data_dir=tmp_path / "data", pool_size=5)


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Settings]:
    """This process connected to the test's database, with keys loaded; for tests that need no HTTP."""
    assert settings.database_url is not None
    db.init(settings.database_url, pool_size=settings.pool_size)
    async with db.transaction() as session:
        await crypto.init(session, settings.keys_path)
    yield settings
    await db.dispose()


@pytest.fixture
async def db_session(database: Settings) -> AsyncIterator[db.Session]:
    """A session in a transaction of its own, committed at the end of the test."""
    async with db.transaction() as session:
        yield session


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[ASGIApp]:
    """The whole application, started."""
    inner = build(settings)
    async with inner.router.lifespan_context(inner):
        yield wrap(inner, settings)


Clients = Callable[[], AbstractAsyncContextManager[httpx.AsyncClient]]


@pytest.fixture
def new_client(app: ASGIApp, settings: Settings) -> Clients:
    """Open a browser-like client with a cookie jar of its own: `async with new_client() as client`."""

    @asynccontextmanager
    async def open_client() -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        headers = {"origin": settings.origin}
        async with httpx.AsyncClient(transport=transport, base_url=settings.origin, headers=headers) as client:
            yield client

    return open_client


@pytest.fixture
async def client(new_client: Clients) -> AsyncIterator[httpx.AsyncClient]:
    """One browser-like client, not signed in."""
    async with new_client() as opened:
        yield opened
