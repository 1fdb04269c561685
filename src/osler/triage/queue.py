"""The nurses' queue: emergencies nobody has acknowledged, then what is most pressing, then longest waiting."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, case, or_, select, tuple_

from osler import identity, patients
from osler.core import clock, crypto
from osler.core.auth import Actor
from osler.core.db import Session
from osler.triage.claims import Claim
from osler.triage.cursors import Value, read_cursor, write_cursor
from osler.triage.par import Urgency
from osler.triage.priorities import UNACKNOWLEDGED, get_targets
from osler.triage.reports import read_reference
from osler.triage.tables import AlertRow, ClaimRow, ReportRow

PAGE: Final = 25
LARGEST_PAGE: Final = 100
View = Literal["open", "draft", "submitted", "awaiting_patient", "escalated", "reviewed", "any"]
IS_OPEN: Final = or_(
    ReportRow.status.in_(("submitted", "awaiting_patient", "escalated")),
    and_(ReportRow.status == "draft", ReportRow.urgency == Urgency.EMERGENCY.value),
)


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """`text` is a patient's whole name or a report's reference; empty tuples and `None` leave things open."""

    view: View = "open"
    urgencies: tuple[Urgency, ...] = ()
    complaint: str | None = None
    language: str | None = None
    is_mine: bool = False
    is_unclaimed: bool = False
    text: str | None = None


@dataclass(frozen=True, slots=True)
class PatientCard:
    """Enough to recognise a patient; `name` is `None` for a visitor who has not said who they are."""

    id: UUID
    name: str | None
    birth_date: str | None
    age: int | None
    sex: str | None


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One line of the queue. `words` are the start of the chief complaint as the patient put it.

    `alert_id` is set while the emergency waits for somebody to acknowledge it.
    """

    id: UUID
    reference: str
    conversation_id: UUID
    patient: PatientCard
    status: str
    urgency: Urgency
    assessed_urgency: Urgency
    complaint: str | None
    words: str | None
    language: str
    flag_ids: tuple[str, ...]
    version: int
    waiting_since: datetime
    target_at: datetime
    answered_at: datetime | None
    submitted_at: datetime | None
    reviewed_at: datetime | None
    claim: Claim | None
    alert_id: UUID | None
    alert_round: int | None


@dataclass(frozen=True, slots=True)
class QueuePage:
    entries: tuple[QueueEntry, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class _Order:
    """A total order of the list, and how its last line is written into a cursor."""

    name: str
    columns: tuple[Any, ...]
    is_descending: bool

    def sort(self, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
        return statement.order_by(*(c.desc() if self.is_descending else c.asc() for c in self.columns))

    def after(self, cursor: str) -> ColumnElement[bool]:
        values = [_decode(value) for value in read_cursor(self.name, cursor)]
        here = tuple_(*self.columns)
        place = tuple_(*values)
        return here < place if self.is_descending else here > place

    def cursor(self, row: Any) -> str:
        return write_cursor(self.name, [_encode(getattr(row, column.key)) for column in self.columns])


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_PLACE = case(
    (and_(AlertRow.id.is_not(None), ReportRow.urgency == Urgency.EMERGENCY.value), UNACKNOWLEDGED),
    else_=ReportRow.priority,
).label("place")
_BY_PRIORITY = _Order("priority", (_PLACE, ReportRow.waiting_since, ReportRow.id), is_descending=False)
_BY_REVIEW = _Order("review", (ReportRow.reviewed_at, ReportRow.id), is_descending=True)
_NEWEST = _Order("newest", (ReportRow.id,), is_descending=True)
_ORDERS: Final[Mapping[str, _Order]] = {"reviewed": _BY_REVIEW, "any": _NEWEST, "draft": _NEWEST}


def _encode(value: Any) -> Value:  # Any: a number, a time or an id of a row.
    if isinstance(value, datetime):
        return f"t{(value - _EPOCH) // timedelta(microseconds=1)}"
    return value if isinstance(value, int) else f"u{value}"


def _decode(value: Value) -> int | datetime | UUID:
    if isinstance(value, int):
        return value
    if value[0] == "t":
        return _EPOCH + timedelta(microseconds=int(value[1:]))
    return UUID(value[1:])


_LINES = (
    select(
        ReportRow.id,
        ReportRow.reference,
        ReportRow.conversation_id,
        ReportRow.patient_id,
        ReportRow.data_key_id,
        ReportRow.words_enc,
        ReportRow.status,
        ReportRow.urgency,
        ReportRow.assessed_urgency,
        _PLACE,
        ReportRow.complaint,
        ReportRow.language,
        ReportRow.flag_ids,
        ReportRow.version,
        ReportRow.waiting_since,
        ReportRow.target_at,
        ReportRow.answered_at,
        ReportRow.submitted_at,
        ReportRow.reviewed_at,
        ClaimRow.user_id.label("owner_id"),
        ClaimRow.claimed_at,
        ClaimRow.seen_at,
        AlertRow.id.label("alert_id"),
        AlertRow.alert_count,
    )
    .outerjoin(ClaimRow, ClaimRow.report_id == ReportRow.id)
    .outerjoin(AlertRow, and_(AlertRow.report_id == ReportRow.id, AlertRow.acknowledged_at.is_(None)))
)


async def read_page(
    session: Session, *, actor: Actor, wanted: QueueFilter, limit: int = PAGE, cursor: str | None = None
) -> QueuePage:
    """Return one page of at most 100 lines. Whoever shows it records the read of every patient on it.

    Raises `InvalidCursor`.
    """
    limit = min(limit, LARGEST_PAGE)
    order = _ORDERS.get(wanted.view, _BY_PRIORITY)
    statement = _LINES.where(*await _conditions(session, actor, wanted))
    if cursor is not None:
        statement = statement.where(order.after(cursor))
    rows = (await session.execute(order.sort(statement).limit(limit + 1))).all()
    shown = rows[:limit]
    return QueuePage(
        entries=tuple(await _entries(session, shown)),
        next_cursor=order.cursor(shown[-1]) if len(rows) > limit else None,
    )


async def list_changed(session: Session, *, report_ids: Collection[UUID], with_drafts: bool) -> list[QueueEntry]:
    """Return those of some reports that the queue shows now: the open ones, and drafts when they are watched."""
    is_shown = or_(IS_OPEN, ReportRow.status == "draft") if with_drafts else IS_OPEN
    rows = (await session.execute(_LINES.where(ReportRow.id.in_(report_ids), is_shown))).all()
    return await _entries(session, rows)


async def get_entry(session: Session, report_id: UUID) -> QueueEntry | None:
    rows = (await session.execute(_LINES.where(ReportRow.id == report_id))).all()
    return next(iter(await _entries(session, rows)), None)


async def _conditions(session: Session, actor: Actor, wanted: QueueFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.view == "open":
        conditions.append(IS_OPEN)
    elif wanted.view != "any":
        conditions.append(ReportRow.status == wanted.view)
    if wanted.urgencies:
        conditions.append(ReportRow.urgency.in_([urgency.value for urgency in wanted.urgencies]))
    if wanted.complaint is not None:
        conditions.append(ReportRow.complaint == wanted.complaint)
    if wanted.language is not None:
        conditions.append(ReportRow.language == wanted.language)
    if wanted.is_mine:
        conditions.append(ClaimRow.user_id == actor.id)
    if wanted.is_unclaimed:
        conditions.append(ClaimRow.user_id.is_(None))
    if wanted.text is not None:
        named = ReportRow.patient_id.in_(await patients.ids_by_name(session, wanted.text))
        reference = read_reference(wanted.text)
        conditions.append(named if reference is None else or_(named, ReportRow.reference == reference))
    return conditions


async def _entries(session: Session, rows: Sequence[Any]) -> list[QueueEntry]:  # Any: rows of `_LINES`.
    if not rows:
        return []
    known = await patients.summaries(session, {row.patient_id for row in rows})
    owner_ids = {row.owner_id for row in rows if row.owner_id is not None}
    owners = await identity.summaries(session, owner_ids)
    idle_before = clock.now() - (await get_targets(session)).claim_idle_after if owner_ids else None
    entries = []
    for row in rows:
        claim = None
        if row.owner_id is not None and idle_before is not None:
            name = owners[row.owner_id].display_name
            claim = Claim(row.owner_id, name, row.claimed_at, is_idle=row.seen_at < idle_before)
        entries.append(_entry(row, patient_card(known[row.patient_id]), claim, await _words(session, row)))
    return entries


def patient_card(patient: patients.PatientSummary) -> PatientCard:
    born = patient.birth_date
    return PatientCard(
        id=patient.id,
        name=patient.display_name,
        birth_date=None if born is None else born.isoformat(),
        age=patient.age_on(clock.now().date()),
        sex=patient.sex,
    )


async def _words(session: Session, row: Any) -> str | None:
    if row.words_enc is None:
        return None
    key = await crypto.data_key(session, row.data_key_id)
    return key.decrypt_text(row.words_enc, ("triage_report", "words_enc", row.id))


def _entry(row: Any, patient: PatientCard, claim: Claim | None, words: str | None) -> QueueEntry:
    return QueueEntry(
        id=row.id,
        reference=row.reference,
        conversation_id=row.conversation_id,
        patient=patient,
        status=row.status,
        urgency=Urgency(row.urgency),
        assessed_urgency=Urgency(row.assessed_urgency),
        complaint=row.complaint,
        words=words,
        language=row.language,
        flag_ids=tuple(row.flag_ids),
        version=row.version,
        waiting_since=row.waiting_since,
        target_at=row.target_at,
        answered_at=row.answered_at,
        submitted_at=row.submitted_at,
        reviewed_at=row.reviewed_at,
        claim=claim,
        alert_id=row.alert_id,
        alert_round=row.alert_count,
    )
