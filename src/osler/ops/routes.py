"""Whether this installation works: for load balancers, for a monitoring system, and for an administrator."""

import hmac
from typing import Final

from fastapi import Depends, FastAPI, Request, Response
from starlette.requests import HTTPConnection

from osler import __version__
from osler.core import clock
from osler.core.http import Policy, Public, Requires, create_router
from osler.core.settings import Settings
from osler.ops import health, metrics
from osler.ops.readiness import Readiness
from osler.ops.schemas import CheckOut, HealthOut, LiveOut, ReadyOut

router = create_router("ops")

SCHEME: Final = "bearer "


class TokenOr(Policy):
    """Lets a monitoring system in by its token; everybody else needs what the action asks for."""

    async def __call__(self, connection: HTTPConnection) -> None:
        settings: Settings = connection.app.state.settings
        sent = connection.headers.get("authorization", "")
        if settings.metrics_token is not None and sent.lower().startswith(SCHEME):
            expected = settings.metrics_token.get_secret_value()
            if hmac.compare_digest(sent[len(SCHEME) :].strip().encode(), expected.encode()):
                return
        await super().__call__(connection)


@router.get("/health/live", dependencies=[Public("A process supervisor asks it; it names nothing.")])
async def get_live() -> LiveOut:
    """Answer while the event loop turns; says nothing about the database."""
    return LiveOut(status="ok")


@router.get(
    "/health/ready",
    dependencies=[Public("A load balancer asks it; it names dependencies and no data.")],
    responses={503: {"model": ReadyOut, "description": "Something that every request needs is missing"}},
)
async def get_ready(request: Request, response: Response) -> ReadyOut:
    """Say whether requests can be served now; 503 when not."""
    checks = await _readiness(request.app).checks()
    is_ready = all(checks.values())
    response.status_code = 200 if is_ready else 503
    return ReadyOut(status="ready" if is_ready else "not_ready", checks=checks)


def _readiness(app: FastAPI) -> Readiness:
    if not hasattr(app.state, "readiness"):
        app.state.readiness = Readiness()
    found: Readiness = app.state.readiness
    return found


@router.get("/health", dependencies=[Requires("health:read")])
async def get_health(request: Request) -> HealthOut:
    """How every part is doing, for an administrator; answers 200 also when something is down."""
    found = await health.examine(request.app.state.settings)
    return HealthOut(
        status=found.status,
        version=__version__,
        started_at=health.STARTED_AT,
        now=clock.now(),
        checks=[CheckOut.model_validate(check) for check in found.checks],
    )


@router.get("/metrics", dependencies=[Depends(TokenOr("health:read"))], response_class=Response)
async def get_metrics(request: Request) -> Response:
    """Figures for Prometheus, with `Authorization: Bearer` and the token of `OSLER_METRICS_TOKEN`, or as administrator.

    With several API processes each answers for itself.
    """
    found = await health.examine(request.app.state.settings)
    return Response(metrics.render(found), media_type=metrics.MEDIA_TYPE)
