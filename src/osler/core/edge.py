"""The outermost layer of HTTP: bounded sizes and times, request ids, security headers and request metrics.

Pure ASGI, so that it also covers what never reaches a route. The server (Granian) bounds header times and sizes.
"""

import asyncio
import time
from collections.abc import Callable, MutableMapping
from contextlib import suppress
from typing import Any, Final

import orjson
from prometheus_client import Counter, Histogram
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.contextvars import bind_contextvars, clear_contextvars

from osler.core.errors import BodyTooLarge, Problem, RequestTimeout, UnsupportedMediaType
from osler.core.ids import new_id
from osler.core.log import get_logger

CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "font-src 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'; require-trusted-types-for 'script'"
)
HEADERS: Final = (
    (b"content-security-policy", CSP.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"x-frame-options", b"DENY"),
)
BODY_METHODS: Final = frozenset({"POST", "PUT", "PATCH", "DELETE"})

REQUESTS = Counter("osler_http_requests_total", "Answers by route and status class.", ["method", "route", "status"])
DURATION = Histogram(
    "osler_http_request_seconds",
    "Seconds from the first byte read to the last byte sent.",
    ["route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
log = get_logger()


class _Refused(Exception):
    """Raised into the application to make it stop reading; what it answers then is dropped."""


class Edge:
    """Wrap the application; `max_body_bytes` and `request_timeout_s` bound what a client may send."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int, request_timeout_s: float, is_secure: bool) -> None:
        self.app = app
        self.max_body_bytes = max_body_bytes
        self.request_timeout_s = request_timeout_s
        self.headers = (
            (*HEADERS, (b"strict-transport-security", b"max-age=63072000; includeSubDomains")) if is_secure else HEADERS
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        clear_contextvars()
        request_id = str(new_id())
        bind_contextvars(request_id=request_id)
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        await self._http(scope, receive, send, request_id)

    async def _http(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        started, status, has_started = time.perf_counter(), 500, False
        refusal = self._refusal(scope)

        async def send_with_headers(message: Message) -> None:
            nonlocal status, has_started
            if message["type"] == "http.response.start":
                status, has_started = message["status"], True
                self._add_headers(message, scope["path"], request_id)
            await send(message)

        def refuse(problem: Problem) -> None:
            nonlocal refusal
            refusal = problem

        async def send_unless_refused(message: Message) -> None:
            if refusal is None or has_started:
                await send_with_headers(message)

        try:
            if refusal is None:
                with suppress(_Refused):
                    await self.app(scope, self._bounded(receive, refuse), send_unless_refused)
            if refusal is not None and not has_started:
                await send_problem(send_with_headers, refusal)
        finally:
            route = getattr(scope.get("route"), "path", "unmatched")
            REQUESTS.labels(scope["method"], route, f"{status // 100}xx").inc()
            DURATION.labels(route).observe(time.perf_counter() - started)

    def _refusal(self, scope: Scope) -> Problem | None:
        headers = dict(scope["headers"])
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self.max_body_bytes:
            return BodyTooLarge(limit_bytes=self.max_body_bytes)
        has_body = length != b"0" or b"transfer-encoding" in headers
        if has_body and scope["method"] in BODY_METHODS:
            media_type = headers.get(b"content-type", b"").split(b";")[0].strip().lower()
            if media_type != b"application/json":
                return UnsupportedMediaType()
        return None

    def _bounded(self, receive: Receive, refuse: Callable[[Problem], None]) -> Receive:
        deadline = time.monotonic() + self.request_timeout_s
        received, is_complete = 0, False

        async def bounded() -> MutableMapping[str, Any]:
            nonlocal received, is_complete
            if is_complete:  # Only a disconnect can follow, and streams wait for it as long as they like.
                return await receive()
            try:
                async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                    message = await receive()
            except TimeoutError as error:
                refuse(RequestTimeout())
                raise _Refused from error
            received += len(message.get("body", b""))
            if received > self.max_body_bytes:
                refuse(BodyTooLarge(limit_bytes=self.max_body_bytes))
                raise _Refused
            is_complete = not message.get("more_body", False)
            return message

        return bounded

    def _add_headers(self, message: Message, path: str, request_id: str) -> None:
        headers = message["headers"] = [*message.get("headers", ()), *self.headers]
        headers.append((b"x-request-id", request_id.encode()))
        if path.startswith("/api/"):
            MutableHeaders(scope=message).setdefault("cache-control", "no-store")


async def send_problem(send: Send, problem: Problem) -> None:
    """Answer with a problem from outside any route."""
    body = orjson.dumps(problem.to_dict())
    headers = [(b"content-type", b"application/problem+json"), (b"content-length", str(len(body)).encode())]
    if problem.status in (408, 413):
        headers.append((b"connection", b"close"))
    await send({"type": "http.response.start", "status": problem.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
