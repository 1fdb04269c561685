"""Puts the HTTP application together. Nothing imports it; the server loads `osler.app:create`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from osler import __version__, identity, wiring
from osler.core import crypto, db, http, log, revisions, tracing
from osler.core.edge import Edge
from osler.core.live import hub
from osler.core.settings import Settings, get_settings
from osler.core.web import mount_web

ROUTERS: tuple[APIRouter, ...] = wiring.routers


def operation_id(route: APIRoute) -> str:
    """Name an operation after its function, so that the generated client reads `bookAppointment()`."""
    head, *tail = route.name.split("_")
    return head + "".join(word.title() for word in tail)


def build(settings: Settings) -> FastAPI:
    """Return the application without its outermost layer, with every route declared and checked."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        if settings.database_url is None:
            raise RuntimeError("OSLER_DATABASE_URL is not set; `osler serve` starts the embedded database and sets it")
        engine = db.init(settings.database_url, pool_size=settings.pool_size)
        try:
            if await revisions.current(engine) != revisions.head():
                raise RuntimeError("the database is not at the current revision; run `osler migrate`")
            async with db.transaction() as session:
                await crypto.init(session, settings.keys_path)
            await hub.start(settings.database_url)
            async with identity.watch_revocations():
                yield
        finally:
            await hub.stop()
            await db.dispose()

    app = FastAPI(
        title="Osler",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        generate_unique_id_function=operation_id,
    )
    app.state.settings = settings
    app.state.authenticate = wiring.authenticate
    http.install_problem_handlers(app)
    for router in ROUTERS:
        app.include_router(router)
    http.refuse_undeclared_routes(app)
    mount_web(app, settings.web_dist or Path(__file__).resolve().parents[2] / "web" / "dist")
    return app


def wrap(app: FastAPI, settings: Settings) -> ASGIApp:
    """Put the outermost layer around the application."""
    return Edge(
        tracing.instrument(app, settings),
        max_body_bytes=settings.max_body_bytes,
        request_timeout_s=settings.request_timeout_s,
        is_secure=settings.is_secure,
    )


def create() -> ASGIApp:
    """Return the application for a server, from this process's settings."""
    settings = get_settings()
    log.configure(settings.log_level, as_json=settings.log_json)
    return wrap(build(settings), settings)
