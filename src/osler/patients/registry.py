"""The registry: one record per person, made before anybody knows who it is, and named later."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from osler.core import clock, crypto, db
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.ids import new_id
from osler.patients.normal_forms import normal_email, normal_name, normal_phone
from osler.patients.tables import Patient


class PatientNotFound(Problem):
    status = 404
    title = "This patient record does not exist"


class IdentifierTaken(Problem):
    status = 409
    title = "This belongs to another patient record"


@dataclass(frozen=True, slots=True)
class PatientSummary:
    """What other domains may know about a patient; an unknown value is `None`."""

    id: UUID
    status: str
    language: str
    display_name: str | None
    birth_date: date | None
    sex: str | None
    phone: str | None
    email: str | None
    user_id: UUID | None
    version: int

    def age_on(self, day: date) -> int | None:
        """Return the age in whole years on `day`."""
        if self.birth_date is None:
            return None
        had_birthday = (day.month, day.day) >= (self.birth_date.month, self.birth_date.day)
        return day.year - self.birth_date.year - (0 if had_birthday else 1)


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a person says they are. `phone` and `email` may be missing, but not both."""

    name: str
    birth_date: date | None = None
    sex: str | None = None
    phone: str | None = None
    email: str | None = None


async def create_provisional(session: Session, *, language: str) -> UUID:
    """Make a record with a key of its own for somebody who has not said who they are, and return its id."""
    patient_id = new_id()
    key = await crypto.new_data_key(session, patient_id)
    session.add(
        Patient(
            id=patient_id,
            data_key_id=key.id,
            status="provisional",
            language=language,
            created_at=clock.now(),
            updated_at=clock.now(),
        )
    )
    await session.flush()
    return patient_id


async def data_key_id(session: Session, patient_id: UUID) -> UUID:
    """Return the id of the key that a patient's rows are sealed with. Raises `PatientNotFound`."""
    found = await session.scalar(select(Patient.data_key_id).where(Patient.id == patient_id))
    if found is None:
        raise PatientNotFound
    return found


async def get_row(session: Session, patient_id: UUID) -> Patient:
    row = await session.get(Patient, patient_id)
    if row is None:
        raise PatientNotFound
    return row


async def summarise(session: Session, row: Patient) -> PatientSummary:
    """Open a record."""
    key = await crypto.data_key(session, row.data_key_id)

    def opened(column: str) -> str | None:
        sealed: bytes | None = getattr(row, column)
        return None if sealed is None else key.decrypt_text(sealed, ("patient", column, row.id))

    birth_date = opened("birth_date_enc")
    return PatientSummary(
        id=row.id,
        status=row.status,
        language=row.language,
        display_name=opened("name_enc"),
        birth_date=None if birth_date is None else date.fromisoformat(birth_date),
        sex=opened("sex_enc"),
        phone=opened("phone_enc"),
        email=opened("email_enc"),
        user_id=row.user_id,
        version=row.version,
    )


async def get_summary(session: Session, patient_id: UUID) -> PatientSummary:
    """Return one patient. Raises `PatientNotFound`. Whoever shows it records the read in the audit trail."""
    return await summarise(session, await get_row(session, patient_id))


async def summaries(session: Session, patient_ids: Collection[UUID]) -> dict[UUID, PatientSummary]:
    """Return the patients that exist among `patient_ids`, by id."""
    rows = (await session.scalars(select(Patient).where(Patient.id.in_(patient_ids)))).all()
    await crypto.load_data_keys(session, [row.data_key_id for row in rows])
    return {row.id: await summarise(session, row) for row in rows}


async def find_by_user(session: Session, user_id: UUID) -> UUID | None:
    """Return the record of a person who has an account."""
    return await session.scalar(select(Patient.id).where(Patient.user_id == user_id))


async def link_user(session: Session, *, patient_id: UUID, user_id: UUID) -> None:
    """Say that this record is about the person behind an account.

    Raises: `PatientNotFound`; `IdentifierTaken` when the account already has another record.
    """
    try:
        async with session.begin_nested():
            changed = await session.scalar(
                update(Patient)
                .where(Patient.id == patient_id, (Patient.user_id.is_(None)) | (Patient.user_id == user_id))
                .values(user_id=user_id, updated_at=clock.now())
                .returning(Patient.id)
            )
    except IntegrityError as error:
        if db.constraint_of(error) == "uq_patient_user_id":
            raise IdentifierTaken from error
        raise
    if changed is None:
        raise PatientNotFound


async def identify(session: Session, patient_id: UUID, *, identity: Identity, country: str) -> None:
    """Write who a patient is; a value that `identity` lacks keeps what is known.

    `country` (ISO 3166-1 alpha-2) reads national phone numbers. Raises: `PatientNotFound`, `InvalidPhone`.
    """
    row = await get_row(session, patient_id)
    key = await crypto.data_key(session, row.data_key_id)

    def seal(column: str, value: str) -> bytes:
        return key.encrypt(value, ("patient", column, row.id))

    row.name_enc = seal("name_enc", identity.name)
    row.name_index = crypto.blind_index("patient.name", normal_name(identity.name))
    if identity.birth_date is not None:
        row.birth_date_enc = seal("birth_date_enc", identity.birth_date.isoformat())
    if identity.sex is not None:
        row.sex_enc = seal("sex_enc", identity.sex)
    if identity.phone is not None:
        phone = normal_phone(identity.phone, country)
        row.phone_enc, row.phone_index = seal("phone_enc", phone), crypto.blind_index("patient.phone", phone)
    if identity.email is not None:
        row.email_enc = seal("email_enc", identity.email)
        row.email_index = crypto.blind_index("patient.email", normal_email(identity.email))
    if row.status == "provisional":
        row.status = "active"
    row.updated_at = clock.now()
    await session.flush()
