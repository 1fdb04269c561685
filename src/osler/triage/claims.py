"""Who works on a report: the primary key of `triage_claim` decides who of many was first."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal
from uuid import UUID

from sqlalchemy import case, delete, or_, select, true, update
from sqlalchemy.dialects.postgresql import insert

from osler import identity
from osler.core import audit, clock
from osler.core.auth import Actor
from osler.core.db import Session
from osler.core.errors import Problem
from osler.triage.par import Urgency
from osler.triage.priorities import get_targets
from osler.triage.reports import ReportNotFound, signal
from osler.triage.tables import ClaimRow, ReportRow

# How exact "last seen" is: the owner's reading of the report renews the claim at most this often.
SEEN_EVERY: Final = timedelta(minutes=1)
TakeOver = Literal["owner_absent", "handover", "emergency"]


class AlreadyClaimed(Problem):
    """`owner_id` and `owner_name` say who is working on it."""

    status = 409
    title = "Somebody else is working on this report"


class ReportNotOpen(Problem):
    status = 409
    title = "This report does not wait for a nurse"


@dataclass(frozen=True, slots=True)
class Claim:
    """`is_idle` says that the owner has not been seen for so long that anybody may take over."""

    user_id: UUID
    owner_name: str
    claimed_at: datetime
    is_idle: bool


def is_decidable(row: ReportRow) -> bool:
    """Say whether nurses may work on a report: everything but drafts without an emergency, and closed ones."""
    return row.status not in ("draft", "closed") or (row.status == "draft" and row.urgency == Urgency.EMERGENCY)


async def claim(session: Session, *, report_id: UUID, actor: Actor, take_over: TakeOver | None = None) -> None:
    """Make the actor the owner of a report; claiming one's own again renews it.

    Another nurse's claim falls to the actor when its owner has not been seen for the practice's idle time, or when
    `take_over` says why it should. Raises: `ReportNotFound`, `ReportNotOpen`, `AlreadyClaimed`.
    """
    row = await session.get(ReportRow, report_id)
    if row is None:
        raise ReportNotFound
    if not is_decidable(row):
        raise ReportNotOpen
    await hold(session, row, actor=actor, by_force=take_over is not None)
    await audit.record(
        session,
        actor=actor,
        action="report:claim",
        resource=("Report", row.id),
        patient_id=row.patient_id,
        reason=take_over,
    )
    await signal(session, report_id=row.id, conversation_id=row.conversation_id)


async def hold(session: Session, row: ReportRow, *, actor: Actor, by_force: bool = False) -> None:
    """Take or renew the claim for the actor. Raises `AlreadyClaimed`."""
    if actor.id is None:
        raise AlreadyClaimed
    now = clock.now()
    idle_before = now - (await get_targets(session)).claim_idle_after
    mine = ClaimRow.user_id == actor.id
    statement = insert(ClaimRow).values(report_id=row.id, user_id=actor.id, claimed_at=now, seen_at=now)
    statement = statement.on_conflict_do_update(
        index_elements=["report_id"],
        set_={
            "user_id": actor.id,
            "claimed_at": case((mine, ClaimRow.claimed_at), else_=now),
            "seen_at": now,
        },
        where=true() if by_force else or_(mine, ClaimRow.seen_at < idle_before),
    )
    for _attempt in range(2):  # The owner may let go between the two statements.
        if await session.scalar(statement.returning(ClaimRow.report_id)) is not None:
            return
        owner_id = await session.scalar(select(ClaimRow.user_id).where(ClaimRow.report_id == row.id))
        if owner_id is not None:
            owners = await identity.summaries(session, [owner_id])
            raise AlreadyClaimed(owner_id=str(owner_id), owner_name=owners[owner_id].display_name)
    raise AlreadyClaimed


async def release(session: Session, *, report_id: UUID, actor: Actor) -> None:
    """Let go of a report; letting go of one that is not one's own changes nothing. Raises `ReportNotFound`."""
    row = await session.get(ReportRow, report_id)
    if row is None:
        raise ReportNotFound
    let_go = await session.scalar(
        delete(ClaimRow)
        .where(ClaimRow.report_id == report_id, ClaimRow.user_id == actor.id)
        .returning(ClaimRow.report_id)
    )
    if let_go is None:
        return
    await audit.record(
        session, actor=actor, action="report:release", resource=("Report", report_id), patient_id=row.patient_id
    )
    await signal(session, report_id=row.id, conversation_id=row.conversation_id)


async def note_presence(session: Session, *, report_id: UUID, actor: Actor) -> None:
    """Renew the actor's claim because they are looking at the report."""
    now = clock.now()
    await session.execute(
        update(ClaimRow)
        .where(ClaimRow.report_id == report_id, ClaimRow.user_id == actor.id, ClaimRow.seen_at < now - SEEN_EVERY)
        .values(seen_at=now)
    )
