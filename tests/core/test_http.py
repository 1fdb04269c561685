"""The edge: one shape of error, nothing echoed, sizes and times bounded, headers on every answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import text
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp

from osler.core import db, http
from osler.core.auth import ANONYMOUS, Actor, Kind, Role
from osler.core.edge import Edge
from osler.core.errors import Conflict, Problem
from osler.core.http import ActorDep, Public, Requires, SessionDep, csrf_token, problems
from osler.core.settings import Settings

CANARY = "Zéphyrine-Canari-4711"
SESSION = UUID(int=99)


class NoteIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: Annotated[str, Field(max_length=10)]
    level: int = 0


class Gone(Problem):
    status = 410
    title = "It is gone"


def routes() -> APIRouter:
    router = APIRouter(prefix="/api")

    @router.post("/notes", dependencies=[Public("a test")], responses=problems(Gone, Conflict))
    async def create_note(body: NoteIn) -> dict[str, int]:
        if body.level == 1:
            raise Gone("No more.", code="x")
        if body.level == 2:
            raise ValueError(CANARY)
        return {"length": len(body.text)}

    @router.post("/late", dependencies=[Public("a test")])
    async def fail_at_commit(session: SessionDep) -> dict[str, bool]:
        await session.execute(text("create table parent (id int primary key)"))
        await session.execute(text("create table child (id int references parent deferrable initially deferred)"))
        await session.execute(text("insert into child values (1)"))
        return {"stored": True}

    @router.get("/slow-lock", dependencies=[Public("a test")])
    async def lock_forever(session: SessionDep) -> None:
        await session.execute(text("set local lock_timeout = '50ms'"))
        await session.execute(text("lock table audit_event in access exclusive mode"))

    @router.post("/reports", dependencies=[Requires("report:review")])
    async def review(actor: ActorDep) -> dict[str, Any]:
        return {"kind": actor.kind}

    return router


@pytest.fixture
async def edge(database: Settings) -> ASGIApp:
    app = FastAPI()
    app.state.settings = database

    async def authenticate(connection: HTTPConnection) -> Actor:
        role = connection.headers.get("x-test-role")
        if role is None:
            return ANONYMOUS
        return Actor(UUID(int=1), Kind.STAFF, frozenset({Role(role)}), SESSION)

    app.state.authenticate = authenticate
    http.install_problem_handlers(app)
    app.include_router(routes())
    return Edge(app, max_body_bytes=16_384, request_timeout_s=0.3, is_secure=True)


@pytest.fixture
async def web(edge: ASGIApp) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=edge, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        yield client


HOSTILE = [
    f'{{"text": "{CANARY} and much more"}}',
    f'{{"text": "ok", "{CANARY}": 1}}',
    f'{{"text": {{"{CANARY}": 1}}}}',
    f'{{"text": "ok", "level": "{CANARY}"}}',
    '{"text": "ok", "level": NaN}',
    '{"text": "\\ud800", "level": "x"}',
    f'{{"text": "{CANARY}"',
    f'["{CANARY}"]',
    "null",
    "",
    '{"text": "ok", "level": 1e999}',
    "[" * 5_000,
]


@pytest.mark.parametrize("body", HOSTILE)
async def test_refusal_never_repeats_what_was_sent(web: httpx.AsyncClient, body: str) -> None:
    answer = await web.post("/api/notes", content=body.encode(), headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert {"type", "title", "status"} <= answer.json().keys()
    assert "Canari" not in answer.text


async def test_binary_junk_is_a_problem(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/notes", content=bytes(range(256)), headers={"content-type": "application/json"})
    assert answer.status_code == 400


async def test_problem_has_its_type_status_and_members(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/notes", json={"text": "x", "level": 1})
    assert answer.status_code == 410
    assert answer.json() == {
        "type": "/problems/gone",
        "title": "It is gone",
        "status": 410,
        "detail": "No more.",
        "code": "x",
    }


async def test_bug_answers_500_with_an_id_and_nothing_else(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/notes", json={"text": "x", "level": 2})
    assert answer.status_code == 500
    assert "Canari" not in answer.text
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


async def test_failing_commit_is_never_a_success(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/late", json={})
    assert answer.status_code == 500


async def test_lock_timeout_asks_to_try_again(web: httpx.AsyncClient) -> None:
    async with db.transaction() as session:
        await session.execute(text("lock table audit_event in access exclusive mode"))
        answer = await web.get("/api/slow-lock")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/api/none", 404), ("PUT", "/api/notes", 405)])
async def test_unknown_address_or_method_has_the_same_shape(
    web: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await web.request(method, path)
    assert answer.status_code == status
    assert answer.json()["status"] == status


async def test_declared_length_over_the_limit_is_refused_unread(web: httpx.AsyncClient) -> None:
    answer = await web.post("/api/notes", content=b"x" * 20_000, headers={"content-type": "application/json"})
    assert answer.status_code == 413


async def test_stream_over_the_limit_is_cut(web: httpx.AsyncClient) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1_000

    answer = await web.post("/api/notes", content=chunks(), headers={"content-type": "application/json"})
    assert answer.status_code == 413


async def test_body_that_dawdles_is_cut(edge: ASGIApp) -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(5)
        return {"type": "http.request", "body": b"{", "more_body": True}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/notes",
        "raw_path": b"/api/notes",
        "query_string": b"",
        "headers": [(b"content-type", b"application/json"), (b"content-length", b"10")],
        "server": ("127.0.0.1", 8000),
        "scheme": "http",
        "root_path": "",
        "http_version": "1.1",
    }
    await edge(scope, receive, send)
    assert sent[0]["status"] == 408


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_only_json_is_read(web: httpx.AsyncClient, media_type: str) -> None:
    answer = await web.post("/api/notes", content=b'{"text":"x"}', headers={"content-type": media_type})
    assert answer.status_code == 415


async def test_every_answer_carries_the_security_headers(web: httpx.AsyncClient) -> None:
    for answer in (await web.post("/api/notes", json={"text": "x"}), await web.get("/api/none")):
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["strict-transport-security"]
        assert answer.headers["x-request-id"]


async def test_no_session_is_401_wrong_role_403(web: httpx.AsyncClient) -> None:
    assert (await web.post("/api/reports", json={})).status_code == 401
    answer = await web.post("/api/reports", json={}, headers={"x-test-role": "secretary"})
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/forbidden"


async def test_unsafe_request_needs_the_token_of_its_session(web: httpx.AsyncClient) -> None:
    headers = {"x-test-role": "nurse"}
    assert (await web.post("/api/reports", json={}, headers=headers)).status_code == 403
    token = csrf_token(Actor(UUID(int=1), Kind.STAFF, session_id=SESSION))
    assert token is not None
    other = csrf_token(Actor(UUID(int=1), Kind.STAFF, session_id=UUID(int=98)))
    assert other is not None
    for wrong in (other, "１２３", ""):
        sent = httpx.Headers([(b"x-test-role", b"nurse"), (b"x-csrf-token", wrong.encode())])
        assert (await web.post("/api/reports", json={}, headers=sent)).status_code == 403
    assert (await web.post("/api/reports", json={}, headers=headers | {"x-csrf-token": token})).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
async def test_request_from_another_site_is_refused(web: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await web.post("/api/notes", json={"text": "x"}, headers=headers)
    assert answer.status_code == 403
    assert answer.json()["type"] == "/problems/cross-site-request"
