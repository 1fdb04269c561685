"""What the tests of ops share."""

import httpx
import pytest
from ops_people import sign_in

from osler.core.auth import Role


@pytest.fixture
async def admin(client: httpx.AsyncClient) -> httpx.AsyncClient:
    """A browser in which an administrator is signed in."""
    await sign_in(client, Role.ADMIN)
    return client
