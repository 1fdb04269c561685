"""An application of identity alone, on the test's own database, with its live hub listening."""

from collections.abc import AsyncIterator

import pytest
from fastapi import FastAPI

from osler import identity
from osler.core import crypto, db, http
from osler.core.auth import Role
from osler.core.edge import Edge
from osler.core.live import hub
from osler.core.settings import Settings
from osler.identity.routes import routers


@pytest.fixture
async def app(settings: Settings) -> AsyncIterator[Edge]:
    """Identity behind the edge, with the cache of sessions in use as in production."""
    assert settings.database_url is not None
    inner = FastAPI()
    inner.state.settings = settings
    inner.state.authenticate = identity.authenticate
    http.install_problem_handlers(inner)
    for router in routers:
        inner.include_router(router)
    http.refuse_undeclared_routes(inner)
    db.init(settings.database_url, pool_size=settings.pool_size)
    async with db.transaction() as session:
        await crypto.init(session, settings.keys_path)
        await identity.save_practice(
            session,
            name="Cabinet des Tilleuls",
            country="FR",
            tzid="Europe/Paris",
            totp_roles=frozenset({Role.ADMIN}),
        )
    await hub.start(settings.database_url)
    async with identity.watch_revocations():
        yield Edge(inner, max_body_bytes=262_144, request_timeout_s=10, is_secure=False)
    await hub.stop()
    await db.dispose()
