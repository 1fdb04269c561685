"""How the queue is doing: counts, waits and agreement, from what is stored; `None` where nothing was measured."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import text

from osler.core import clock
from osler.core.db import Session
from osler.triage.par import Urgency

WINDOWS: Final = (timedelta(hours=24), timedelta(days=7))
STATUSES: Final = ("draft", "submitted", "awaiting_patient", "escalated")


@dataclass(frozen=True, slots=True)
class WaitingFigures:
    """What waits for a nurse now; times in seconds. Reports that wait for their patient are not among them."""

    count: int
    p50_s: float | None
    p90_s: float | None
    oldest_s: float | None
    within_target_share: float | None


@dataclass(frozen=True, slots=True)
class ReviewFigures:
    """Final decisions (approved or overridden, not undone) of the last `hours`; shares are of `decided`."""

    hours: int
    submitted: int
    decided: int
    overridden: int
    raised: int
    lowered: int
    agreement_share: float | None
    within_target_share: float | None
    time_to_review_p50_s: float | None
    time_to_review_p90_s: float | None
    acknowledged: int
    time_to_acknowledge_p50_s: float | None
    time_to_acknowledge_p90_s: float | None


@dataclass(frozen=True, slots=True)
class QueueFigures:
    as_of: datetime
    open_by_urgency: dict[Urgency, int]
    by_status: dict[str, int]
    waiting: WaitingFigures
    unacknowledged_emergencies: int
    oldest_unacknowledged_s: float | None
    reviews: tuple[ReviewFigures, ...]


_OPEN: Final = (
    "(status in ('submitted', 'awaiting_patient', 'escalated') or (status = 'draft' and urgency = 'emergency'))"
)
_NOW: Final = "cast(:now as timestamptz)"
_COUNTS = text(f"""
select status, urgency, {_OPEN} as is_open, count(*) as n from triage_report
where status in ('draft', 'submitted', 'awaiting_patient', 'escalated') group by 1, 2, 3
""")  # noqa: S608 - constants only
_WAITING = text(f"""
select count(*) as count,
       percentile_cont(0.5) within group (order by wait_s) as p50_s,
       percentile_cont(0.9) within group (order by wait_s) as p90_s,
       max(wait_s) as oldest_s,
       avg((target_at >= {_NOW})::int)::float8 as within_target_share
from (
    select extract(epoch from {_NOW} - waiting_since)::float8 as wait_s, target_at from triage_report
    where {_OPEN} and status <> 'awaiting_patient'
) as waiting
""")  # noqa: S608 - constants only
_ALERTS = text(f"""
select count(*) as n, max(extract(epoch from {_NOW} - raised_at))::float8 as oldest_s
from triage_alert where acknowledged_at is null
""")  # noqa: S608 - constants only
_RANK: Final = "array_position(array['self_care', 'routine', 'soon', 'urgent', 'emergency'], {})"
_REVIEWS = text(f"""
with decided as (
    select d.kind, {_RANK.format("d.urgency_after")} - {_RANK.format("d.urgency_before")} as step,
           d.created_at <= d.target_at_before as is_in_time,
           extract(epoch from d.created_at - d.waiting_since_before)::float8 as took_s
    from triage_decision d
    where d.kind in ('approve', 'override') and d.created_at >= :since
      and not exists (select from triage_decision u where u.undoes_id = d.id)
), acknowledged as (
    select extract(epoch from acknowledged_at - raised_at)::float8 as took_s
    from triage_alert where acknowledged_at >= :since
)
select (select count(*) from triage_report where submitted_at >= :since) as submitted,
       count(*) as decided,
       count(*) filter (where kind = 'override') as overridden,
       count(*) filter (where step > 0) as raised,
       count(*) filter (where step < 0) as lowered,
       avg((kind = 'approve')::int)::float8 as agreement_share,
       avg(is_in_time::int)::float8 as within_target_share,
       percentile_cont(0.5) within group (order by took_s) as time_to_review_p50_s,
       percentile_cont(0.9) within group (order by took_s) as time_to_review_p90_s,
       (select count(*) from acknowledged) as acknowledged,
       (select percentile_cont(0.5) within group (order by took_s) from acknowledged) as time_to_acknowledge_p50_s,
       (select percentile_cont(0.9) within group (order by took_s) from acknowledged) as time_to_acknowledge_p90_s
from decided
""")  # noqa: S608 - constants only


async def queue_figures(session: Session) -> QueueFigures:
    """Return the figures of this moment and of the last 24 hours and 7 days. They name nobody."""
    now = clock.now()
    open_by_urgency = dict.fromkeys(Urgency, 0)
    by_status = dict.fromkeys(STATUSES, 0)
    for row in await session.execute(_COUNTS):
        by_status[row.status] += row.n
        if row.is_open:
            open_by_urgency[Urgency(row.urgency)] += row.n
    waiting = (await session.execute(_WAITING, {"now": now})).one()
    alerts = (await session.execute(_ALERTS, {"now": now})).one()
    return QueueFigures(
        as_of=now,
        open_by_urgency=open_by_urgency,
        by_status=by_status,
        waiting=WaitingFigures(**waiting._mapping),
        unacknowledged_emergencies=alerts.n,
        oldest_unacknowledged_s=alerts.oldest_s,
        reviews=tuple([await _reviews(session, now, window) for window in WINDOWS]),
    )


async def _reviews(session: Session, now: datetime, window: timedelta) -> ReviewFigures:
    row: Any = (await session.execute(_REVIEWS, {"since": now - window})).one()
    return ReviewFigures(hours=int(window.total_seconds() // 3600), **row._mapping)
