"""The HTTP edge: dependencies that routes share, declared policies, and problems as answers."""

import hmac
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

import orjson
from asyncpg.exceptions import PostgresConnectionError
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute, APIWebSocketRoute
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute, Mount, Route
from structlog.contextvars import bind_contextvars, get_contextvars

from osler.core import crypto, db
from osler.core.auth import RULES, Actor, Kind, decide
from osler.core.db import Session
from osler.core.errors import (
    Busy,
    CrossSiteRequest,
    Forbidden,
    InvalidRequest,
    MalformedBody,
    MethodNotAllowed,
    NotFound,
    NotSignedIn,
    Problem,
    StepUpRequired,
)
from osler.core.log import get_logger
from osler.core.settings import Settings

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER: Final = "x-csrf-token"
# SQLSTATEs after which the same request may simply be sent again: lock and statement timeouts, deadlocks,
# serialisation failures, too many connections, a server that is starting or going down.
RETRY_SQLSTATES: Final = frozenset({"55P03", "57014", "40001", "40P01", "53300", "57P01", "57P02", "57P03"})

log = get_logger()
Authenticator = Callable[[HTTPConnection], Awaitable[Actor]]


async def _session() -> AsyncIterator[Session]:
    async with db.transaction() as session:
        yield session


# scope="function": commit *before* the response leaves, so a 201 means it is stored.
SessionDep = Annotated[Session, Depends(_session, scope="function")]


async def current_actor(connection: HTTPConnection) -> Actor:
    """Return who is behind this connection, from its session cookie; anonymous without one."""
    known = getattr(connection.state, "actor", None)
    if isinstance(known, Actor):
        return known
    authenticate: Authenticator = connection.app.state.authenticate
    actor = await authenticate(connection)
    connection.state.actor = actor
    if actor.id is not None:
        bind_contextvars(actor_id=str(actor.id))
    return actor


ActorDep = Annotated[Actor, Depends(current_actor)]


def csrf_token(actor: Actor) -> str | None:
    """Return the token that unsafe requests of this session must carry in `X-CSRF-Token`."""
    if actor.session_id is None:
        return None
    return crypto.mac("session", b"csrf|" + actor.session_id.bytes)[1].hex()[:32]


def is_same_origin(connection: HTTPConnection) -> bool | None:
    """Say whether a browser sent this from the application's own pages; `None` when no browser header tells."""
    settings: Settings = connection.app.state.settings
    origin = connection.headers.get("origin")
    if origin is not None:
        return origin == settings.origin or urlsplit(origin).netloc == connection.headers.get("host", "")
    site = connection.headers.get("sec-fetch-site")
    return None if site is None else site in ("same-origin", "none")


class Policy:
    """What a route asks of whoever calls it. Every route has exactly one, or the application does not start."""

    def __init__(self, action: str | None, *, why_public: str | None = None) -> None:
        if action is not None and action not in RULES:
            raise KeyError(f"no rule for the action {action!r}")
        self.action = action
        self.why_public = why_public

    async def __call__(self, connection: HTTPConnection) -> None:
        is_unsafe = connection.scope["type"] == "websocket" or connection.scope["method"] not in SAFE_METHODS
        same_origin = is_same_origin(connection) if is_unsafe else True
        if same_origin is False:
            raise CrossSiteRequest
        if self.action is None:
            return
        actor = await current_actor(connection)
        if actor.kind is Kind.ANONYMOUS:
            raise NotSignedIn
        decision = decide(actor, self.action)
        if not decision.is_allowed:
            log.info("access_denied", action=self.action, why=decision.reason)
            raise StepUpRequired if decision.reason == "second_factor_missing" else Forbidden
        if is_unsafe and connection.scope["type"] == "http":
            sent = connection.headers.get(CSRF_HEADER, "").encode()
            if not hmac.compare_digest(sent, (csrf_token(actor) or "none").encode()):
                raise CrossSiteRequest("The page is out of date; reload it and try again.")


def Requires(action: str) -> Any:
    """Declare what a route asks for: an action of `core.auth.RULES`."""
    return Depends(Policy(action))


def Public(why: str) -> Any:
    """Declare that anyone may call a route, and why."""
    return Depends(Policy(None, why_public=why))


def create_router(tag: str) -> APIRouter:
    """Return a domain's router under `/api`; its tag is the domain's name."""
    return APIRouter(prefix="/api", tags=[tag])


def policy_of(route: APIRoute | APIWebSocketRoute) -> Policy | None:
    """Return the policy that a route declares."""
    found = [d.call for d in route.dependant.dependencies if isinstance(d.call, Policy)]
    return found[0] if len(found) == 1 else None


def api_routes(routes: list[BaseRoute]) -> Iterator[APIRoute | APIWebSocketRoute]:
    """Walk every route that FastAPI serves, mounted applications included."""
    for route in routes:
        if isinstance(route, APIRoute | APIWebSocketRoute):
            yield route
        elif isinstance(route, Mount):
            yield from api_routes(list(route.routes or ()))
        elif not isinstance(route, Route):
            # FastAPI keeps an included router whole; its routes are found through it. A kind of route that
            # this code does not know raises here, rather than slipping past the policies.
            yield from api_routes(list(route.original_router.routes))  # type: ignore[attr-defined]


def refuse_undeclared_routes(app: FastAPI) -> None:
    """Raise `RuntimeError` when a route has no policy, or when two share a name."""
    names: set[str] = set()
    for route in api_routes(list(app.routes)):
        if policy_of(route) is None:
            raise RuntimeError(f"the route {route.path} declares no policy (Requires or Public)")
        if route.name in names:
            raise RuntimeError(f"two routes are called {route.name}")
        names.add(route.name)


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Describe the problems a route may answer with, for OpenAPI; types are literal so that clients can switch."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for status in sorted({kind.status for kind in kinds}):
        same = [kind for kind in kinds if kind.status == status]
        schema = {
            "type": "object",
            "required": ["type", "title", "status"],
            "properties": {
                "type": {"type": "string", "enum": [kind.type_uri() for kind in same]},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
            },
        }
        by_status[status] = {
            "description": "; ".join(kind.title for kind in same),
            "content": {"application/problem+json": {"schema": schema}},
        }
    return by_status


def problem_response(problem: Problem) -> Response:
    """Render a problem."""
    headers = {} if problem.retry_after_s is None else {"retry-after": str(problem.retry_after_s)}
    return _render(problem.to_dict(), headers)


def _render(body: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(body), body["status"], headers=headers, media_type="application/problem+json")


def _on_problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - registered for this class only
    return problem_response(error)


def _on_validation_error(_request: Request, error: Exception) -> Response:
    """Name the fields and what is wrong with them, never what was sent: a rejected value may be a patient's words."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    details = error.errors()
    if any(item["type"] == "json_invalid" for item in details):
        return problem_response(MalformedBody("The body is not valid JSON."))
    fields = [{"field": _known_location(item), "code": item["type"]} for item in details[:20]]
    return problem_response(InvalidRequest(fields=fields))


def _known_location(item: dict[str, Any]) -> str:
    """Return the path of a rejected field without the parts a client chose (unknown names, mapping keys)."""
    location = [str(part) for part in item["loc"]]
    if item["type"] == "extra_forbidden":
        location = [*location[:-1], "(unknown)"]
    return ".".join(part if part.isascii() and len(part) <= 40 else "(unknown)" for part in location)


def _on_http_exception(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == 404:
        return problem_response(NotFound())
    if error.status_code == 405:
        return problem_response(MethodNotAllowed())
    return problem_response(MalformedBody())


def _on_database_error(_request: Request, error: Exception) -> Response:
    """Answer 503 when sending the same request again can help; anything else is a bug."""
    if isinstance(error, DBAPIError) and not error.connection_invalidated:
        sqlstate = getattr(error.orig, "sqlstate", None)
        is_lost = isinstance(error.orig.__cause__ if error.orig else None, PostgresConnectionError | OSError)
        if not is_lost and sqlstate not in RETRY_SQLSTATES:
            return _on_bug(_request, error)
    log.warning("database_busy", exc_info=error)
    return problem_response(Busy())


def _on_bug(_request: Request, error: Exception) -> Response:
    log.error("request_failed", exc_info=error)
    problem = Problem(request_id=get_contextvars().get("request_id"))
    body = problem.to_dict() | {
        "type": "/problems/internal",
        "title": "Something went wrong on our side",
        "status": 500,
    }
    return _render(body, {})


def install_problem_handlers(app: FastAPI) -> None:
    """Make every way to fail answer in the one shape of RFC 9457."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)
    app.add_exception_handler(DBAPIError, _on_database_error)
    app.add_exception_handler(PoolTimeout, _on_database_error)
    app.add_exception_handler(OSError, _on_database_error)
    app.add_exception_handler(Exception, _on_bug)
