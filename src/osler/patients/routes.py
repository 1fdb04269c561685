"""Patients over HTTP. Every read of a record is in the audit trail."""

from typing import Annotated
from uuid import UUID

from fastapi import Query
from sqlalchemy.orm.exc import StaleDataError

from osler import identity
from osler.core import audit
from osler.core.errors import Conflict
from osler.core.http import ActorDep, Requires, SessionDep, create_router, problems
from osler.patients.consents import list_consents
from osler.patients.normal_forms import InvalidPhone
from osler.patients.registry import (
    IdentifierTaken,
    Identity,
    PatientNotFound,
    create_provisional,
    find_by_user,
    get_row,
    get_summary,
    identify,
)
from osler.patients.schemas import ConsentOut, PatientIn, PatientOut, PatientPatch
from osler.patients.search import add_identifier, search

router = create_router("patients")


@router.get("/patients", dependencies=[Requires("patient:search")])
async def list_patients(
    session: SessionDep, actor: ActorDep, q: Annotated[str, Query(min_length=2, max_length=200)]
) -> list[PatientOut]:
    """Find patients by their whole name, telephone, e-mail or identifier."""
    practice = await identity.get_practice(session)
    found = await search(session, query=q, country=practice.country)
    for patient in found:
        await audit.record(
            session, actor=actor, action="patient:search", resource=("Patient", patient.id), patient_id=patient.id
        )
    return [PatientOut.of(patient) for patient in found]


@router.post(
    "/patients",
    status_code=201,
    dependencies=[Requires("patient:write")],
    responses=problems(InvalidPhone, IdentifierTaken),
)
async def create_patient(session: SessionDep, actor: ActorDep, body: PatientIn) -> PatientOut:
    practice = await identity.get_practice(session)
    patient_id = await create_provisional(session, language=body.language)
    await identify(
        session,
        patient_id,
        identity=Identity(body.name, body.birth_date, body.sex, body.phone, body.email),
        country=practice.country,
    )
    if body.ins is not None:
        await add_identifier(session, patient_id=patient_id, system="urn:oid:1.2.250.1.213.1.4.8", value=body.ins)
    await audit.record(
        session, actor=actor, action="patient:write", resource=("Patient", patient_id), patient_id=patient_id
    )
    return PatientOut.of(await get_summary(session, patient_id))


@router.get("/patients/{patient_id}", dependencies=[Requires("patient:search")], responses=problems(PatientNotFound))
async def get_patient(session: SessionDep, actor: ActorDep, patient_id: UUID) -> PatientOut:
    patient = await get_summary(session, patient_id)
    await audit.record(
        session, actor=actor, action="patient:read", resource=("Patient", patient_id), patient_id=patient_id
    )
    return PatientOut.of(patient)


@router.patch(
    "/patients/{patient_id}",
    dependencies=[Requires("patient:write")],
    responses=problems(PatientNotFound, InvalidPhone, Conflict),
)
async def update_patient(session: SessionDep, actor: ActorDep, patient_id: UUID, body: PatientPatch) -> PatientOut:
    practice = await identity.get_practice(session)
    if (await get_row(session, patient_id)).version != body.version:
        raise Conflict
    try:
        await identify(
            session,
            patient_id,
            identity=Identity(body.name, body.birth_date, body.sex, body.phone, body.email),
            country=practice.country,
        )
    except StaleDataError as error:
        raise Conflict from error
    await audit.record(
        session, actor=actor, action="patient:write", resource=("Patient", patient_id), patient_id=patient_id
    )
    return PatientOut.of(await get_summary(session, patient_id))


@router.get("/me/patient", dependencies=[Requires("patient:read")], responses=problems(PatientNotFound))
async def get_my_patient(session: SessionDep, actor: ActorDep) -> PatientOut:
    """The signed-in patient's own record."""
    patient_id = None if actor.id is None else await find_by_user(session, actor.id)
    if patient_id is None:
        raise PatientNotFound
    await audit.record(
        session, actor=actor, action="patient:read", resource=("Patient", patient_id), patient_id=patient_id
    )
    return PatientOut.of(await get_summary(session, patient_id))


@router.get("/me/consents", dependencies=[Requires("consent:read")])
async def list_my_consents(session: SessionDep, actor: ActorDep) -> list[ConsentOut]:
    """What the signed-in patient agreed to; empty for somebody without a record."""
    patient_id = None if actor.id is None else await find_by_user(session, actor.id)
    if patient_id is None:
        return []
    await audit.record(
        session, actor=actor, action="consent:read", resource=("Patient", patient_id), patient_id=patient_id
    )
    return [ConsentOut.of(consent) for consent in await list_consents(session, patient_id=patient_id)]
