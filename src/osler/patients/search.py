"""Exact search over sealed fields, through their blind indexes."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError

from osler.core import clock, crypto, db
from osler.core.db import Session
from osler.core.ids import new_id
from osler.patients.normal_forms import InvalidPhone, normal_email, normal_name, normal_phone
from osler.patients.registry import IdentifierTaken, PatientSummary, get_row, summarise
from osler.patients.tables import Patient, PatientIdentifier

PAGE = 50


async def search(session: Session, *, query: str, country: str) -> list[PatientSummary]:
    """Return the patients whose full name, phone, e-mail or identifier is exactly `query`, newest first, at most 50."""
    conditions = [
        Patient.name_index == crypto.blind_index("patient.name", normal_name(query)),
        Patient.email_index == crypto.blind_index("patient.email", normal_email(query)),
        Patient.id.in_(
            select(PatientIdentifier.patient_id).where(
                PatientIdentifier.value_index == crypto.blind_index("patient.identifier", _normal_identifier(query))
            )
        ),
    ]
    try:
        phone = normal_phone(query, country)
    except InvalidPhone:
        pass
    else:
        conditions.append(Patient.phone_index == crypto.blind_index("patient.phone", phone))
    rows = await session.scalars(
        select(Patient)
        .where(or_(*conditions), Patient.status == "active")
        .order_by(Patient.created_at.desc())
        .limit(PAGE)
    )
    return [await summarise(session, row) for row in rows.all()]


async def ids_by_name(session: Session, name: str) -> list[UUID]:
    """Return the patients whose full name is exactly `name`, newest first, at most 50."""
    found = await session.scalars(
        select(Patient.id)
        .where(Patient.name_index == crypto.blind_index("patient.name", normal_name(name)), Patient.status == "active")
        .order_by(Patient.created_at.desc())
        .limit(PAGE)
    )
    return list(found.all())


async def add_identifier(session: Session, *, patient_id: UUID, system: str, value: str) -> None:
    """Note a number that `system` knows the patient by. Raises: `PatientNotFound`, `IdentifierTaken`."""
    row = await get_row(session, patient_id)
    key = await crypto.data_key(session, row.data_key_id)
    identifier_id = new_id()
    try:
        async with session.begin_nested():
            session.add(
                PatientIdentifier(
                    id=identifier_id,
                    patient_id=patient_id,
                    system=system,
                    value_enc=key.encrypt(value, ("patient_identifier", "value_enc", identifier_id)),
                    value_index=crypto.blind_index("patient.identifier", _normal_identifier(value)),
                    created_at=clock.now(),
                )
            )
    except IntegrityError as error:
        if db.constraint_of(error) == "uq_patient_identifier_system_value_index":
            raise IdentifierTaken from error
        raise


def _normal_identifier(value: str) -> str:
    return "".join(c for c in value.upper() if c.isalnum())
