"""Whether this installation works: for load balancers, for a monitoring system, and for an administrator."""

from fastapi import FastAPI, Request, Response

from osler.core.http import Public, create_router
from osler.ops.readiness import Readiness
from osler.ops.schemas import LiveOut, ReadyOut

router = create_router("ops")


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
