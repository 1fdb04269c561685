"""People of the tests of ops."""

import httpx

from osler import identity
from osler.core import db
from osler.core.auth import Role

PASSWORD = "une phrase assez longue"


async def sign_in(client: httpx.AsyncClient, role: Role) -> None:
    """Make somebody with `role`, and sign them in."""
    async with db.transaction() as session:
        await identity.save_practice(session, name="Cabinet", country="FR", tzid="Europe/Paris", totp_roles=frozenset())
        await identity.create_user(
            session, email=f"{role}@example.org", password=PASSWORD, display_name="Ada Novak", roles={role}
        )
    answer = await client.post("/api/login", json={"email": f"{role}@example.org", "password": PASSWORD})
    assert answer.status_code == 200, answer.text
