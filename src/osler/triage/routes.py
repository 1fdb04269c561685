"""Triage over HTTP. Every report that is shown is in the audit trail; the queue's lines once per quarter of an hour."""

from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Query, Request, Response
from fastapi.responses import StreamingResponse

from osler import conversations, identity
from osler.core import audit, clock
from osler.core.auth import Actor
from osler.core.db import Session
from osler.core.errors import TooManyRequests
from osler.core.http import ActorDep, Requires, SessionDep, create_router, problems
from osler.core.settings import Settings
from osler.triage import claims, my_reports, report_view, review, undoing
from osler.triage.alert_view import show_alerts
from osler.triage.alerts import AlertNotFound, acknowledge, list_open_alerts
from osler.triage.claims import AlreadyClaimed, ReportNotOpen
from osler.triage.cursors import InvalidCursor
from osler.triage.par import Urgency
from osler.triage.par_language import Language
from osler.triage.queue import LARGEST_PAGE, PAGE, QueueFilter, View, read_page
from osler.triage.queue_stream import encode, follow, refuse_too_many
from osler.triage.report_view import VersionNotFound, view_report
from osler.triage.reports import ReportNotFound
from osler.triage.review import EmergencyNotAcknowledged, SameUrgency
from osler.triage.review_case import ReportChanged
from osler.triage.schemas import (
    AlertOut,
    ApproveIn,
    ClaimIn,
    EscalateIn,
    MyReportOut,
    OpenAlertsOut,
    OverrideIn,
    QueueChangeOut,
    QueuePageOut,
    ReportOut,
    ReportVersionOut,
    RequestInformationIn,
    UndoIn,
)
from osler.triage.shown import record_shown
from osler.triage.undoing import NothingToUndo, UndoTooLate

router = create_router("triage")

_Lang = Annotated[Language | None, Query(description="Of the labels; without it, that of the conversation.")]

_DECISION = problems(
    ReportNotFound, ReportNotOpen, ReportChanged, AlreadyClaimed, identity.PracticeMissing, EmergencyNotAcknowledged
)


class EventStream(StreamingResponse):
    """Server-sent events; named here so that the generated client knows what they carry."""

    media_type = "text/event-stream"


_QUEUE_EVENTS: dict[int | str, dict[str, Any]] = {
    **problems(TooManyRequests),
    200: {
        "model": QueueChangeOut | OpenAlertsOut,
        "description": "Events `queue` (QueueChangeOut), `alert` (OpenAlertsOut) and `ping`.",
    },
}
_ALERT_EVENTS: dict[int | str, dict[str, Any]] = {
    **problems(TooManyRequests),
    200: {"model": OpenAlertsOut, "description": "Events `alert` (OpenAlertsOut) and `ping`."},
}


@router.get(
    "/triage/queue",
    dependencies=[Requires("report:read")],
    response_model=QueuePageOut,
    responses=problems(InvalidCursor),
)
async def list_queue(
    session: SessionDep,
    actor: ActorDep,
    status: View = "open",
    urgency: Annotated[list[Urgency] | None, Query()] = None,
    complaint: Annotated[str | None, Query(max_length=64)] = None,
    language: Annotated[str | None, Query(pattern="^(fr|en)$")] = None,
    mine: bool = False,
    unclaimed: bool = False,
    q: Annotated[str | None, Query(min_length=2, max_length=200)] = None,
    cursor: Annotated[str | None, Query(max_length=400)] = None,
    limit: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = PAGE,
) -> Response:
    """The most pressing first, then the longest waiting. `q` is a patient's whole name or a report's reference."""
    wanted = QueueFilter(
        view=status,
        urgencies=tuple(urgency or ()),
        complaint=complaint,
        language=language,
        is_mine=mine,
        is_unclaimed=unclaimed,
        text=q,
    )
    page = await read_page(session, actor=actor, wanted=wanted, limit=limit, cursor=cursor)
    await record_shown(session, actor=actor, patient_of={entry.id: entry.patient.id for entry in page.entries})
    # Straight from the dataclasses, which have the fields of QueuePageOut (a test holds them together): validating
    # every line once more would be a third of the time of the busiest page there is.
    content = {"items": page.entries, "next_cursor": page.next_cursor, "now": clock.now()}
    body = orjson.dumps(content, default=_plain, option=orjson.OPT_UTC_Z)
    return Response(body, media_type="application/json")


def _plain(value: object) -> str:
    """Return an id as text: the driver's are of a subclass that orjson does not know."""
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"no JSON form for {type(value).__name__}")


@router.get(
    "/triage/queue/live",
    dependencies=[Requires("report:read")],
    response_class=EventStream,
    responses=_QUEUE_EVENTS,
)
async def watch_queue(request: Request, actor: ActorDep, drafts: bool = False) -> EventStream:
    """What changes in the queue, and the open alerts; `drafts` adds conversations that are still going on."""
    return _stream(request, actor, with_queue=True, with_drafts=drafts)


@router.get(
    "/triage/alerts/live",
    dependencies=[Requires("alert:read")],
    response_class=EventStream,
    responses=_ALERT_EVENTS,
)
async def watch_alerts(request: Request, actor: ActorDep) -> EventStream:
    """The open alerts alone, for all staff."""
    return _stream(request, actor, with_queue=False)


def _stream(request: Request, actor: Actor, *, with_queue: bool, with_drafts: bool = False) -> EventStream:
    refuse_too_many(actor)
    settings: Settings = request.app.state.settings
    events = follow(actor, sessions=settings.sessions, with_queue=with_queue, with_drafts=with_drafts)
    return EventStream(encode(events), headers={"cache-control": "no-store", "x-accel-buffering": "no"})


@router.get("/triage/reports/{report_id}", dependencies=[Requires("report:read")], responses=problems(ReportNotFound))
async def get_report(session: SessionDep, actor: ActorDep, report_id: UUID, lang: _Lang = None) -> ReportOut:
    """One report with its trail; reading it keeps the reader's claim alive."""
    shown = await _report(session, actor, report_id, lang)
    await claims.note_presence(session, report_id=report_id, actor=actor)
    await audit.record(
        session,
        actor=actor,
        action="report:read",
        resource=("Report", report_id),
        patient_id=shown.entry.patient.id,
        details={"version": shown.entry.version},
    )
    return shown


@router.get(
    "/triage/reports/{report_id}/versions/{version}",
    dependencies=[Requires("report:read")],
    responses=problems(ReportNotFound, VersionNotFound),
)
async def get_report_version(
    session: SessionDep, actor: ActorDep, report_id: UUID, version: int, lang: _Lang = None
) -> ReportVersionOut:
    """A version as it was frozen when the patient sent it, added to it, or a nurse decided on it."""
    patient_id, content = await report_view.get_version(session, report_id=report_id, version=version, lang=lang)
    await audit.record(
        session,
        actor=actor,
        action="report:read",
        resource=("Report", report_id),
        patient_id=patient_id,
        details={"version": version},
    )
    return ReportVersionOut.model_validate({"report_id": report_id, "version": version, "content": content})


@router.post(
    "/triage/reports/{report_id}/claim",
    dependencies=[Requires("report:review")],
    responses=problems(ReportNotFound, ReportNotOpen, AlreadyClaimed),
)
async def claim_report(
    session: SessionDep, actor: ActorDep, report_id: UUID, body: ClaimIn, lang: _Lang = None
) -> ReportOut:
    await claims.claim(session, report_id=report_id, actor=actor, take_over=body.take_over)
    return await _report(session, actor, report_id, lang)


@router.delete(
    "/triage/reports/{report_id}/claim",
    status_code=204,
    dependencies=[Requires("report:review")],
    responses=problems(ReportNotFound),
)
async def release_report(session: SessionDep, actor: ActorDep, report_id: UUID) -> None:
    await claims.release(session, report_id=report_id, actor=actor)


@router.post("/triage/reports/{report_id}/approve", dependencies=[Requires("report:review")], responses=_DECISION)
async def approve_report(
    session: SessionDep, actor: ActorDep, report_id: UUID, body: ApproveIn, lang: _Lang = None
) -> ReportOut:
    await review.approve(session, report_id=report_id, actor=actor, version=body.report_version, note=body.note)
    return await _report(session, actor, report_id, lang)


@router.post(
    "/triage/reports/{report_id}/override",
    dependencies=[Requires("report:review")],
    responses=_DECISION | problems(SameUrgency),
)
async def override_report(
    session: SessionDep, actor: ActorDep, report_id: UUID, body: OverrideIn, lang: _Lang = None
) -> ReportOut:
    await review.override(
        session,
        report_id=report_id,
        actor=actor,
        version=body.report_version,
        urgency=body.urgency,
        reason=body.reason,
    )
    return await _report(session, actor, report_id, lang)


@router.post(
    "/triage/reports/{report_id}/request-information",
    dependencies=[Requires("report:review")],
    responses=problems(
        ReportNotFound,
        ReportNotOpen,
        ReportChanged,
        AlreadyClaimed,
        identity.PracticeMissing,
        conversations.ConversationClosed,
    ),
)
async def request_information(
    session: SessionDep, actor: ActorDep, report_id: UUID, body: RequestInformationIn, lang: _Lang = None
) -> ReportOut:
    await review.request_information(
        session, report_id=report_id, actor=actor, version=body.report_version, question=body.question
    )
    return await _report(session, actor, report_id, lang)


@router.post("/triage/reports/{report_id}/escalate", dependencies=[Requires("report:review")], responses=_DECISION)
async def escalate_report(
    session: SessionDep, actor: ActorDep, report_id: UUID, body: EscalateIn, lang: _Lang = None
) -> ReportOut:
    await review.escalate(session, report_id=report_id, actor=actor, version=body.report_version, reason=body.reason)
    return await _report(session, actor, report_id, lang)


@router.post(
    "/triage/reports/{report_id}/undo",
    dependencies=[Requires("report:review")],
    responses=problems(ReportNotFound, ReportNotOpen, ReportChanged, NothingToUndo, UndoTooLate),
)
async def undo_decision(
    session: SessionDep, actor: ActorDep, report_id: UUID, body: UndoIn, lang: _Lang = None
) -> ReportOut:
    """Take back one's own last decision, for ten seconds."""
    await undoing.undo(session, report_id=report_id, actor=actor, version=body.report_version)
    return await _report(session, actor, report_id, lang)


async def _report(session: Session, actor: Actor, report_id: UUID, lang: Language | None) -> ReportOut:
    view = await view_report(session, report_id=report_id, reader_id=actor.id, lang=lang)
    return ReportOut.model_validate(
        {field: getattr(view, field) for field in ReportOut.model_fields if field != "now"} | {"now": clock.now()},
        from_attributes=True,
    )


@router.get("/triage/alerts", dependencies=[Requires("alert:read")])
async def list_alerts(session: SessionDep, actor: ActorDep) -> list[AlertOut]:
    """Every emergency that nobody has acknowledged, the oldest first."""
    cards = await show_alerts(session, actor=actor, alerts=await list_open_alerts(session))
    return [AlertOut.model_validate(card) for card in cards]


@router.post(
    "/triage/alerts/{alert_id}/acknowledge",
    dependencies=[Requires("alert:acknowledge")],
    responses=problems(AlertNotFound),
)
async def acknowledge_alert(session: SessionDep, actor: ActorDep, alert_id: UUID) -> AlertOut:
    """Take note of an emergency; whoever comes second sees who was first."""
    alert = await acknowledge(session, alert_id=alert_id, actor=actor)
    cards = await show_alerts(session, actor=actor, alerts=[alert])
    return AlertOut.model_validate(cards[0])


@router.get("/my/reports", dependencies=[Requires("report:read_own")])
async def list_my_reports(session: SessionDep, actor: ActorDep) -> list[MyReportOut]:
    """The reports of one's own conversations, newest first."""
    if actor.id is None:
        return []
    reports = await my_reports.list_own_reports(session, owner_id=actor.id)
    await audit.record_each(
        session,
        actor=actor,
        action="report:read_own",
        resource_type="Report",
        patient_of={report.id: report.patient_id for report in reports},
    )
    return [MyReportOut.model_validate(report) for report in reports]


@router.get("/my/reports/{report_id}", dependencies=[Requires("report:read_own")], responses=problems(ReportNotFound))
async def get_my_report(session: SessionDep, actor: ActorDep, report_id: UUID) -> MyReportOut:
    if actor.id is None:
        raise ReportNotFound
    report = await my_reports.get_own_report(session, owner_id=actor.id, report_id=report_id)
    await audit.record(
        session,
        actor=actor,
        action="report:read_own",
        resource=("Report", report.id),
        patient_id=report.patient_id,
    )
    return MyReportOut.model_validate(report)
