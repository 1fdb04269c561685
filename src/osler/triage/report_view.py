"""One report as a nurse works with it: content, trail of decisions, frozen versions, who holds it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select

from osler import identity
from osler.core import clock, crypto
from osler.core.db import Session
from osler.core.errors import Problem
from osler.triage.alerts import Alert, list_alerts_of
from osler.triage.par_language import Language, in_language
from osler.triage.queue import QueueEntry, get_entry
from osler.triage.reports import ReportNotFound, open_content
from osler.triage.tables import DecisionRow, ReportRow, ReportVersionRow
from osler.triage.undoing import UNDO_WINDOW


class VersionNotFound(Problem):
    status = 404
    title = "This version of the report was not kept"


@dataclass(frozen=True, slots=True)
class Decision:
    """`words` are the note, reason or question as typed; `is_undone` says that a later row takes it back."""

    id: UUID
    kind: str
    report_version: int
    actor_id: UUID
    actor_name: str
    urgency_before: str
    urgency_after: str
    words: str | None
    is_undone: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FrozenVersion:
    version: int
    reason: str
    urgency: str
    frozen_at: datetime


@dataclass(frozen=True, slots=True)
class ReportView:
    """`content` is `None` while only the alert exists; `undo_until` is set for who may still take a decision back."""

    entry: QueueEntry
    content: dict[str, Any] | None
    engine_versions: dict[str, Any]
    through_seq: int
    decisions: tuple[Decision, ...]
    versions: tuple[FrozenVersion, ...]
    alerts: tuple[Alert, ...]
    undo_until: datetime | None


async def view_report(
    session: Session, *, report_id: UUID, reader_id: UUID | None, lang: Language | None = None
) -> ReportView:
    """Return one report for `reader_id`, labelled in `lang` or, without it, in the language of its conversation.

    Whoever shows it records the read. Raises `ReportNotFound`.
    """
    entry, row = await get_entry(session, report_id), await session.get(ReportRow, report_id)
    if entry is None or row is None:
        raise ReportNotFound
    decisions = await _decisions(session, row)
    versions = await session.execute(
        select(ReportVersionRow.version, ReportVersionRow.reason, ReportVersionRow.urgency, ReportVersionRow.frozen_at)
        .where(ReportVersionRow.report_id == report_id)
        .order_by(ReportVersionRow.version)
    )
    return ReportView(
        entry=entry,
        content=_told(await open_content(session, row), lang),
        engine_versions=row.engine_versions,
        through_seq=row.through_seq,
        decisions=tuple(decisions),
        versions=tuple(FrozenVersion(*version) for version in versions),
        alerts=tuple(await list_alerts_of(session, report_id)),
        undo_until=_undo_until(decisions, reader_id),
    )


def _told(content: dict[str, Any] | None, lang: Language | None) -> dict[str, Any] | None:
    return content if content is None or lang is None else in_language(content, lang)


def _undo_until(decisions: list[Decision], reader_id: UUID | None) -> datetime | None:
    if not decisions or decisions[-1].kind == "undo" or decisions[-1].actor_id != reader_id:
        return None
    until = decisions[-1].created_at + UNDO_WINDOW
    return until if until > clock.now() else None


async def _decisions(session: Session, row: ReportRow) -> list[Decision]:
    found = await session.scalars(
        select(DecisionRow).where(DecisionRow.report_id == row.id).order_by(DecisionRow.created_at, DecisionRow.id)
    )
    rows = found.all()
    names = await identity.summaries(session, {decision.actor_id for decision in rows})
    undone = {decision.undoes_id for decision in rows}
    return [
        Decision(
            id=decision.id,
            kind=decision.kind,
            report_version=decision.report_version,
            actor_id=decision.actor_id,
            actor_name=names[decision.actor_id].display_name,
            urgency_before=decision.urgency_before,
            urgency_after=decision.urgency_after,
            words=await open_words(session, row, decision),
            is_undone=decision.id in undone,
            created_at=decision.created_at,
        )
        for decision in rows
    ]


async def open_words(session: Session, row: ReportRow, decision: DecisionRow) -> str | None:
    """Return what the nurse typed with a decision."""
    if decision.reason_enc is None:
        return None
    key = await crypto.data_key(session, row.data_key_id)
    return key.decrypt_text(decision.reason_enc, ("triage_decision", "reason_enc", decision.id))


async def get_version(
    session: Session, *, report_id: UUID, version: int, lang: Language | None = None
) -> tuple[UUID, dict[str, Any] | None]:
    """Return the patient and the content of a frozen version, labelled in `lang` or as it was frozen.

    Whoever shows it records the read. Raises `ReportNotFound`, `VersionNotFound`.
    """
    row = await session.get(ReportRow, report_id)
    if row is None:
        raise ReportNotFound
    frozen = await session.get(ReportVersionRow, (report_id, version))
    if frozen is None:
        raise VersionNotFound
    if frozen.content_enc is None:
        return row.patient_id, None
    key = await crypto.data_key(session, row.data_key_id)
    place = ("triage_report_version", "content_enc", f"{report_id}/{version}")
    return row.patient_id, _told(orjson.loads(key.decrypt(frozen.content_enc, place)), lang)
