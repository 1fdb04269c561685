"""A practice, and visitors who have agreed and started."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.types import ASGIApp
from tests.conftest import Clients

from osler import identity
from osler.assistant import consent_text
from osler.assistant.tasks import process_turn
from osler.core import db


@dataclass
class Visitor:
    """A browser with a conversation of its own."""

    client: httpx.AsyncClient
    id: UUID
    state: dict[str, Any]

    @property
    def url(self) -> str:
        return f"/api/conversations/{self.id}"

    async def say(self, text: str, client_msg_id: UUID | None = None) -> httpx.Response:
        body = {"client_msg_id": str(client_msg_id or uuid4()), "text": text}
        return await self.client.post(f"{self.url}/messages", json=body)

    async def messages(self, after: int = 0) -> list[dict[str, Any]]:
        page = await self.client.get(f"{self.url}/messages", params={"after": after})
        assert page.status_code == 200
        items: list[dict[str, Any]] = page.json()["items"]
        return items

    async def turn(self) -> None:
        """Let the assistant take its turn, as the worker does."""
        async with db.transaction() as session:
            await process_turn(session, conversation_id=str(self.id))

    async def hear(self, text: str) -> list[dict[str, Any]]:
        """Say something, let the assistant take its turn and return what it said."""
        sent = await self.say(text)
        assert sent.status_code == 201, sent.text
        await self.turn()
        return await self.messages(after=sent.json()["seq"])

    async def snapshot(self) -> dict[str, Any]:
        answer = await self.client.get(self.url)
        assert answer.status_code == 200
        state: dict[str, Any] = answer.json()
        return state


def start_body(language: str = "fr", given_by: str = "self") -> dict[str, Any]:
    consent = {"version": consent_text.VERSION, "adult_or_guardian": given_by, "accepted": True}
    return {"language": language, "consent": consent}


async def start_on(client: httpx.AsyncClient, **options: str) -> Visitor:
    answer = await client.post("/api/conversations", json=start_body(**options))
    assert answer.status_code == 201, answer.text
    started = answer.json()
    client.headers["x-csrf-token"] = started["csrf_token"]
    return Visitor(client, UUID(started["id"]), started["state"])


@pytest.fixture
async def practice(app: ASGIApp) -> identity.Practice:
    async with db.transaction() as session:
        return await identity.save_practice(
            session, name="des Tilleuls", country="FR", tzid="Europe/Paris", phone="01 23 45 67 89"
        )


@pytest.fixture
async def visitor(practice: identity.Practice, client: httpx.AsyncClient) -> Visitor:
    return await start_on(client)


@pytest.fixture
async def english_visitor(practice: identity.Practice, client: httpx.AsyncClient) -> Visitor:
    return await start_on(client, language="en")


@pytest.fixture
async def stranger(practice: identity.Practice, new_client: Clients) -> AsyncIterator[Visitor]:
    """Somebody else with a conversation of their own."""
    async with AsyncExitStack() as stack:
        yield await start_on(await stack.enter_async_context(new_client()))
