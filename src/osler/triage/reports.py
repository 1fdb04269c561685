"""The row of a report: found, locked, sealed, moved in the queue, and frozen whenever somebody may answer for it.

Whoever changes a report has locked its conversation first (`conversations.lock`, or an append), so that two ways to
the same pair of rows cannot block each other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from osler import patients
from osler.core import clock, crypto, live
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.ids import new_id
from osler.triage.par import Urgency, most_urgent
from osler.triage.priorities import get_targets, priority
from osler.triage.tables import ReportRow, ReportVersionRow

QUEUE_TOPIC: Final = "queue"
DRAFTS_TOPIC: Final = "queue:drafts"
WORDS_LIMIT: Final = 160
# Crockford's base 32 leaves out the letters that are mistaken for digits over the telephone.
_ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD: Final = str.maketrans("OIL", "011", "- ")


class ReportNotFound(Problem):
    status = 404
    title = "This report does not exist"


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """What other domains may know about a report without opening it."""

    id: UUID
    reference: str
    conversation_id: UUID
    patient_id: UUID
    status: str
    urgency: Urgency
    language: str
    version: int
    through_seq: int
    submitted_at: datetime | None
    reviewed_at: datetime | None

    @property
    def is_emergency(self) -> bool:
        return self.urgency is Urgency.EMERGENCY

    @property
    def is_sent(self) -> bool:
        return self.submitted_at is not None


def summarise(row: ReportRow) -> ReportSummary:
    return ReportSummary(
        id=row.id,
        reference=row.reference,
        conversation_id=row.conversation_id,
        patient_id=row.patient_id,
        status=row.status,
        urgency=Urgency(row.urgency),
        language=row.language,
        version=row.version,
        through_seq=row.through_seq,
        submitted_at=row.submitted_at,
        reviewed_at=row.reviewed_at,
    )


def new_reference() -> str:
    """Return eight characters that a person can read out; two reports may share them, so it finds, not identifies."""
    number = new_id().int & ((1 << 40) - 1)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(35, -1, -5))


def read_reference(typed: str) -> str | None:
    """Return the reference somebody typed, dashes and look-alikes put right; `None` if it cannot be one."""
    plain = typed.strip().upper().translate(_MISREAD)
    return plain if len(plain) == 8 and all(character in _ALPHABET for character in plain) else None


def is_open(row: ReportRow) -> bool:
    """Say whether the queue shows a report without being asked for it."""
    is_live_emergency = row.status == "draft" and row.urgency == Urgency.EMERGENCY
    return is_live_emergency or row.status in ("submitted", "awaiting_patient", "escalated")


async def report_of_conversation(session: Session, conversation_id: UUID) -> ReportSummary | None:
    """Return the report of a conversation, once there is one."""
    row = await session.scalar(select(ReportRow).where(ReportRow.conversation_id == conversation_id))
    return None if row is None else summarise(row)


async def report_content(session: Session, conversation_id: UUID) -> dict[str, Any] | None:
    """Return the report of a conversation as JSON, once there is one. Whoever shows it records the read."""
    row = await session.scalar(select(ReportRow).where(ReportRow.conversation_id == conversation_id))
    return None if row is None else await open_content(session, row)


async def lock_report(session: Session, conversation_id: UUID) -> ReportRow | None:
    """Return the report of a conversation, which nobody else can change until this transaction ends.

    Not the strongest lock: a claim that is being inserted checks its foreign key on this row, and a decision that
    holds the row waits for that claim.
    """
    return await session.scalar(
        select(ReportRow)
        .where(ReportRow.conversation_id == conversation_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )


async def lock_or_create(
    session: Session, *, conversation_id: UUID, patient_id: UUID, language: str, urgency: Urgency
) -> ReportRow:
    """Return the locked report of a conversation, an empty draft of `urgency` (version 0) if it had none."""
    row = await lock_report(session, conversation_id)
    if row is not None:
        return row
    now = clock.now()
    values = {
        "id": new_id(),
        "conversation_id": conversation_id,
        "patient_id": patient_id,
        "data_key_id": await patients.data_key_id(session, patient_id),
        "reference": new_reference(),
        "status": "draft",
        "urgency": urgency.value,
        "assessed_urgency": urgency.value,
        "priority": priority(urgency, "draft"),
        "language": language,
        "flag_ids": [],
        "version": 0,
        "through_seq": 0,
        "engine_versions": {},
        "waiting_since": now,
        "target_at": (await get_targets(session)).due(urgency, now),
        "created_at": now,
        "updated_at": now,
    }
    await session.execute(insert(ReportRow).values(values).on_conflict_do_nothing(index_elements=["conversation_id"]))
    created = await lock_report(session, conversation_id)
    if created is None:
        raise RuntimeError("a report that was just stored is gone")
    return created


async def reassess(session: Session, row: ReportRow, found: Urgency) -> None:
    """Take over what the rules found, within what they may change."""
    before, stands = Urgency(row.assessed_urgency), Urgency(row.urgency)
    if before is Urgency.EMERGENCY:
        found = Urgency.EMERGENCY
    row.assessed_urgency = found.value
    if row.status == "draft":
        stands = found
    elif found.rank > before.rank:
        stands = most_urgent(stands, found)
    if stands != row.urgency:
        row.urgency = stands.value
        row.target_at = (await get_targets(session)).due(stands, clock.now())
    row.priority = priority(stands, row.status)


async def reopen(session: Session, row: ReportRow) -> None:
    """Put a report back among those that wait for a nurse, from now on."""
    now = clock.now()
    row.status, row.paused_at, row.reviewed_at = "submitted", None, None
    row.waiting_since = row.answered_at = now
    row.target_at = (await get_targets(session)).due(Urgency(row.urgency), now)
    row.priority = priority(Urgency(row.urgency), row.status)


async def seal_content(session: Session, row: ReportRow, content: bytes) -> bytes:
    key = await crypto.data_key(session, row.data_key_id)
    return key.encrypt(content, ("triage_report", "content_enc", row.id))


async def seal_words(session: Session, row: ReportRow, words: str) -> bytes:
    """Seal the start of the chief complaint, for the queue."""
    short = words if len(words) <= WORDS_LIMIT else words[: WORDS_LIMIT - 1].rstrip() + "…"
    key = await crypto.data_key(session, row.data_key_id)
    return key.encrypt(short, ("triage_report", "words_enc", row.id))


async def open_content(session: Session, row: ReportRow) -> dict[str, Any] | None:
    """Return the report as JSON; `None` while only the alert exists. Whoever shows it records the read."""
    if row.content_enc is None:
        return None
    key = await crypto.data_key(session, row.data_key_id)
    content: dict[str, Any] = orjson.loads(key.decrypt(row.content_enc, ("triage_report", "content_enc", row.id)))
    return content


async def freeze(session: Session, row: ReportRow, *, reason: str) -> None:
    """Keep the present version for ever; freezing it twice changes nothing."""
    sealed = None
    if row.content_enc is not None:
        key = await crypto.data_key(session, row.data_key_id)
        content = key.decrypt(row.content_enc, ("triage_report", "content_enc", row.id))
        sealed = key.encrypt(content, ("triage_report_version", "content_enc", f"{row.id}/{row.version}"))
    await session.execute(
        insert(ReportVersionRow)
        .values(
            report_id=row.id,
            version=row.version,
            urgency=row.urgency,
            content_enc=sealed,
            engine_versions=row.engine_versions,
            through_seq=row.through_seq,
            reason=reason,
            frozen_at=clock.now(),
        )
        .on_conflict_do_nothing()
    )


async def touch(session: Session, row: ReportRow) -> None:
    """Count and store a change, and tell whoever is watching once it is committed."""
    row.version += 1
    row.updated_at = clock.now()
    await session.flush()
    is_private = row.status == "draft" and not is_open(row)
    await signal(session, report_id=row.id, conversation_id=row.conversation_id, is_draft=is_private)


async def signal(session: Session, *, report_id: UUID, conversation_id: UUID, is_draft: bool = False) -> None:
    await live.notify(session, DRAFTS_TOPIC if is_draft else QUEUE_TOPIC, report_id=str(report_id))
    await live.notify(session, f"conversation:{conversation_id}", state=True)
