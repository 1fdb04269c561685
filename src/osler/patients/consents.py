"""Consents: versioned, bound to a purpose, withdrawable."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, update

from osler.core import clock
from osler.core.db import Session
from osler.core.ids import new_id
from osler.patients.tables import ConsentRow


@dataclass(frozen=True, slots=True)
class Consent:
    id: UUID
    patient_id: UUID
    purpose: str
    text_version: str
    language: str
    given_by: str
    given_at: datetime
    withdrawn_at: datetime | None


async def record_consent(
    session: Session, *, patient_id: UUID, purpose: str, text_version: str, text: str, language: str, given_by: str
) -> UUID:
    """Store that the patient (`self`) or their `guardian` agreed to exactly this `text`; return the consent id."""
    row = ConsentRow(
        id=new_id(),
        patient_id=patient_id,
        purpose=purpose,
        text_version=text_version,
        text_sha256=hashlib.sha256(text.encode()).digest(),
        language=language,
        given_by=given_by,
        given_at=clock.now(),
        withdrawn_at=None,
    )
    session.add(row)
    await session.flush()
    return row.id


async def has_consent(session: Session, *, patient_id: UUID, purpose: str) -> bool:
    """Say whether a consent for `purpose` stands."""
    found = await session.scalar(
        select(ConsentRow.id)
        .where(ConsentRow.patient_id == patient_id, ConsentRow.purpose == purpose, ConsentRow.withdrawn_at.is_(None))
        .limit(1)
    )
    return found is not None


async def agreed_by_self(session: Session, *, patient_id: UUID) -> bool:
    """Say whether a record is about whoever wrote: somebody agreed, and nobody did so as a guardian."""
    given_by = await session.scalars(select(ConsentRow.given_by).where(ConsentRow.patient_id == patient_id))
    return set(given_by.all()) == {"self"}


async def withdraw_consent(session: Session, *, patient_id: UUID, purpose: str) -> int:
    """Withdraw every standing consent for `purpose` and return how many there were."""
    withdrawn = await session.scalars(
        update(ConsentRow)
        .where(ConsentRow.patient_id == patient_id, ConsentRow.purpose == purpose, ConsentRow.withdrawn_at.is_(None))
        .values(withdrawn_at=clock.now())
        .returning(ConsentRow.id)
    )
    return len(withdrawn.all())


async def list_consents(session: Session, *, patient_id: UUID) -> list[Consent]:
    """Return every consent of a patient, newest first."""
    rows = await session.scalars(
        select(ConsentRow).where(ConsentRow.patient_id == patient_id).order_by(ConsentRow.given_at.desc())
    )
    return [
        Consent(r.id, r.patient_id, r.purpose, r.text_version, r.language, r.given_by, r.given_at, r.withdrawn_at)
        for r in rows
    ]
