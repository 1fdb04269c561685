"""Every address of the API: declared, named, and closed to whoever is not signed in."""

import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from osler import wiring
from osler.app import build
from osler.core.http import api_routes, policy_of, refuse_undeclared_routes
from osler.core.settings import Settings

# Whoever adds a line here says in the route why it is public.
PUBLIC = {
    ("GET", "/api/health/live"),
    ("GET", "/api/health/ready"),
    ("GET", "/api/front-desk"),
    ("GET", "/api/session"),
    ("POST", "/api/login"),
    ("POST", "/api/login/totp"),
    ("POST", "/api/logout"),
    ("POST", "/api/register"),
    ("POST", "/api/invitations/lookup"),
    ("POST", "/api/invitations/accept"),
    ("POST", "/api/conversations"),
}
FEATURES = Path(__file__).resolve().parents[2] / "web" / "src" / "features"


def document() -> dict[str, Any]:
    return build(Settings(database_url="postgresql://nowhere/osler")).openapi()


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, item in document()["paths"].items()
        for method, operation in item.items()
    ]


async def test_every_route_without_a_session_answers_401_except_the_public_list(client: httpx.AsyncClient) -> None:
    seen = set()
    for method, path, _ in operations():
        if (method, path) in PUBLIC:
            seen.add((method, path))
            continue
        url = re.sub(r"\{[^}]+\}", "0190f5e4-7b1a-7c3d-8e2f-000000000000", path)
        answer = await client.request(method, url, json={} if method != "GET" else None)
        assert answer.status_code == 401, f"{method} {path} answers {answer.status_code}"
        assert answer.json()["type"] == "/problems/not-signed-in"
    assert seen == PUBLIC, f"no longer there: {PUBLIC - seen}"


def test_public_routes_say_why() -> None:
    for route in api_routes(list(build(Settings(database_url="postgresql://nowhere/osler")).routes)):
        policy = policy_of(route)
        assert policy is not None
        if policy.action is None:
            assert policy.why_public, route.path


def test_application_does_not_start_with_an_undeclared_route() -> None:
    app, router = FastAPI(), APIRouter()

    @router.get("/api/forgotten")
    async def forgotten() -> None: ...

    app.include_router(router)
    with pytest.raises(RuntimeError, match="declares no policy"):
        refuse_undeclared_routes(app)


def test_tags_are_domains_and_features() -> None:
    tags = {tag for _, _, operation in operations() for tag in operation["tags"]}
    domains = {router.tags[0] for router in wiring.routers}
    assert tags <= domains
    assert tags <= {folder.name for folder in FEATURES.iterdir()}


def test_output_schemas_have_no_defaults() -> None:
    schemas = document()["components"]["schemas"]
    for name, schema in schemas.items():
        if name.endswith("Out"):
            missing = set(schema.get("properties", {})) - set(schema.get("required", ()))
            assert not missing, f"{name} leaves {missing} optional"


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/api/openapi.json", "/api/docs"])
async def test_no_documentation_is_served(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)
    assert "openapi" not in answer.text.lower()
    assert "swagger" not in answer.text.lower()
