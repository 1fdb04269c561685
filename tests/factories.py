"""One call per thing a test needs: a practice, a person with a role, a browser that is signed in."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import UUID

import httpx

from osler import identity
from osler.core import db
from osler.core.auth import Role
from osler.core.ids import new_id

PASSWORD = "cuivre-lampe-verger-41"
Clients = Callable[[], AbstractAsyncContextManager[httpx.AsyncClient]]


async def make_practice(*, country: str = "FR") -> None:
    """Write the practice of this test's database; nobody must have a second factor."""
    async with db.transaction() as session:
        await identity.save_practice(
            session, name="Cabinet des Tilleuls", country=country, tzid="Europe/Paris", totp_roles=frozenset()
        )


async def make_user(role: Role, *, email: str | None = None, display_name: str = "Camille Aubert") -> tuple[UUID, str]:
    """Make an account with one role; return its id and e-mail. The password is `PASSWORD`."""
    email = email or f"{role.value}-{new_id().hex[-8:]}@cabinet.example"
    async with db.transaction() as session:
        user_id = await identity.create_user(
            session, email=email, password=PASSWORD, display_name=display_name, roles={role}, language="fr"
        )
    return user_id, email


@asynccontextmanager
async def signed_in(new_client: Clients, role: Role, **user: str) -> AsyncIterator[httpx.AsyncClient]:
    """Open a browser signed in as a new user with `role`; it sends its CSRF token with every request."""
    _, email = await make_user(role, **user)
    async with new_client() as client:
        answer = await client.post("/api/login", json={"email": email, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        client.headers["x-csrf-token"] = (await client.get("/api/session")).json()["csrf_token"]
        yield client
