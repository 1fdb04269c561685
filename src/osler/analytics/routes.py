"""Figures over HTTP. They count and time; they name nobody, so reading them leaves no row in the audit trail."""

from osler import triage
from osler.analytics.schemas import QueueFiguresOut
from osler.core.http import Requires, SessionDep, create_router

router = create_router("analytics")


@router.get("/analytics/queue", dependencies=[Requires("figures:read")])
async def get_queue_figures(session: SessionDep) -> QueueFiguresOut:
    """How the nurses' queue is doing now, and did in the last 24 hours and 7 days."""
    return QueueFiguresOut.model_validate(await triage.queue_figures(session))
