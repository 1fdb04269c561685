"""People of the tests: accounts by one call, browsers that sign in."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pyotp
from sqlalchemy import select

from osler import identity
from osler.core import clock, db
from osler.core.auth import Role
from osler.core.tables import AuditEvent

Clients = Callable[[], AbstractAsyncContextManager[httpx.AsyncClient]]
PASSWORD = "cuivre-lampe-verger-41"


async def make_user(
    email: str, *roles: Role, password: str = PASSWORD, display_name: str = "Camille Roux", language: str = "fr"
) -> UUID:
    async with db.transaction() as session:
        return await identity.create_user(
            session, email=email, password=password, display_name=display_name, roles=set(roles), language=language
        )


async def log_in(client: httpx.AsyncClient, email: str, password: str = PASSWORD) -> httpx.Response:
    response = await client.post("/api/login", json={"email": email, "password": password})
    if response.status_code == 200:
        adopt(client, response.json()["session"])
    return response


def adopt(client: httpx.AsyncClient, session: dict[str, Any] | None) -> None:
    """Carry the session's token on every later request, as the web application does."""
    if session is not None:
        client.headers["x-csrf-token"] = session["csrf_token"]


async def register(client: httpx.AsyncClient, email: str = "alix@exemple.fr", **changes: str) -> httpx.Response:
    form = {"email": email, "password": PASSWORD, "display_name": "Alix Moreau", "language": "fr"} | changes
    response = await client.post("/api/register", json=form)
    if response.status_code == 201:
        adopt(client, response.json())
    return response


async def enrol(client: httpx.AsyncClient) -> tuple[str, list[str]]:
    """Set up a second factor and return its secret and the recovery codes."""
    secret = (await client.post("/api/me/totp")).json()["secret"]
    response = await client.post("/api/me/totp/confirm", json={"code": code_at(secret, steps=-1)})
    assert response.status_code == 200, response.text
    adopt(client, (await client.get("/api/session")).json())
    return secret, response.json()["recovery_codes"]


def code_at(secret: str, *, steps: int = 0) -> str:
    return pyotp.TOTP(secret).at(clock.now() + timedelta(seconds=30 * steps))


async def audit_rows(action: str) -> list[AuditEvent]:
    async with db.transaction() as session:
        rows = await session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.seq))
        return list(rows)
