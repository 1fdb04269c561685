"""The registry: sealed at rest, found by exact value, never two records for one number."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, text
from tests.factories import Clients, make_practice, signed_in

from osler import patients
from osler.core import db
from osler.core.auth import Role
from osler.core.tables import AuditEvent
from osler.patients.normal_forms import InvalidPhone, normal_name, normal_phone
from osler.patients.registry import PatientSummary

ELODIE = {
    "name": "Élodie Le Gall",
    "birth_date": "1957-03-12",
    "sex": "female",
    "phone": "06 12 34 56 78",
    "email": "elodie.legall@example.org",
}


@pytest.fixture
async def secretary(new_client: Clients) -> AsyncIterator[httpx.AsyncClient]:
    await make_practice()
    async with signed_in(new_client, Role.SECRETARY) as client:
        yield client


async def test_record_comes_back_as_written(secretary: httpx.AsyncClient) -> None:
    created = await secretary.post("/api/patients", json=ELODIE)
    assert created.status_code == 201
    record = (await secretary.get(f"/api/patients/{created.json()['id']}")).json()
    assert record == created.json()
    assert record["phone"] == "+33612345678"


@pytest.mark.parametrize(
    "query", ["le gall elodie", "ELODIE LE-GALL", "+33 6 12 34 56 78", "0612345678", " Elodie.LeGall@example.org "]
)
async def test_patient_is_found_by_any_spelling_of_the_exact_value(secretary: httpx.AsyncClient, query: str) -> None:
    created = (await secretary.post("/api/patients", json=ELODIE)).json()
    found = (await secretary.get("/api/patients", params={"q": query})).json()
    assert [item["id"] for item in found] == [created["id"]]


async def test_part_of_a_name_finds_nobody(secretary: httpx.AsyncClient) -> None:
    await secretary.post("/api/patients", json=ELODIE)
    assert (await secretary.get("/api/patients", params={"q": "elodie"})).json() == []


async def test_nothing_personal_is_readable_in_the_database(secretary: httpx.AsyncClient) -> None:
    await secretary.post("/api/patients", json=ELODIE | {"ins": "2570312345678 90"})
    async with db.transaction() as session:
        for table in ("patient", "patient_identifier", "audit_event"):
            dump = str((await session.execute(text(f"select * from {table}"))).all())
            for canary in ("lodie", "Gall", "612345678", "1957", "2570312"):
                assert canary not in dump, f"{canary} in {table}"


async def test_every_read_is_in_the_audit_trail(secretary: httpx.AsyncClient) -> None:
    patient_id = (await secretary.post("/api/patients", json=ELODIE)).json()["id"]
    await secretary.get(f"/api/patients/{patient_id}")
    await secretary.get("/api/patients", params={"q": "0612345678"})
    async with db.transaction() as session:
        rows = await session.scalars(select(AuditEvent.action).where(AuditEvent.resource_type == "Patient"))
        assert sorted(rows.all()) == ["patient:read", "patient:search", "patient:write"]


async def test_second_record_with_the_same_identifier_is_a_409_problem(secretary: httpx.AsyncClient) -> None:
    racers = await asyncio.gather(
        *(secretary.post("/api/patients", json=ELODIE | {"ins": "2570312345678"}) for _ in range(5))
    )
    assert sorted(answer.status_code for answer in racers) == [201, 409, 409, 409, 409]


async def test_edit_of_an_old_version_is_a_409_problem(secretary: httpx.AsyncClient) -> None:
    record = (await secretary.post("/api/patients", json=ELODIE)).json()
    patch = {"version": record["version"], "name": "Élodie Martin"}
    answers = [await secretary.patch(f"/api/patients/{record['id']}", json=patch) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert answers[0].json()["name"] == "Élodie Martin"
    assert answers[0].json()["phone"] == "+33612345678"


@pytest.mark.parametrize("change", [{"phone": "abc"}, {"email": "no"}, {"birth_date": "2999-01-01"}, {"name": "  "}])
async def test_unusable_value_is_refused_without_an_echo(secretary: httpx.AsyncClient, change: dict[str, str]) -> None:
    answer = await secretary.post("/api/patients", json=ELODIE | change)
    assert answer.status_code == 422
    assert "Gall" not in answer.text


async def test_administrator_of_the_system_reads_no_record(new_client: Clients, secretary: httpx.AsyncClient) -> None:
    patient_id = (await secretary.post("/api/patients", json=ELODIE)).json()["id"]
    async with signed_in(new_client, Role.ADMIN) as admin:
        assert (await admin.get(f"/api/patients/{patient_id}")).status_code == 403


async def test_unknown_patient_is_404(secretary: httpx.AsyncClient) -> None:
    answer = await secretary.get("/api/patients/0190f5e4-7b1a-7c3d-8e2f-000000000000")
    assert answer.json()["type"] == "/problems/patient-not-found"


async def test_consent_stands_until_withdrawn(db_session: db.Session) -> None:
    patient_id = await patients.create_provisional(db_session, language="fr")
    await patients.record_consent(
        db_session,
        patient_id=patient_id,
        purpose="triage",
        text_version="1",
        text="…",
        language="fr",
        given_by="self",
    )
    assert await patients.has_consent(db_session, patient_id=patient_id, purpose="triage")
    assert not await patients.has_consent(db_session, patient_id=patient_id, purpose="research")
    assert await patients.withdraw_consent(db_session, patient_id=patient_id, purpose="triage") == 1
    assert not await patients.has_consent(db_session, patient_id=patient_id, purpose="triage")
    assert len(await patients.list_consents(db_session, patient_id=patient_id)) == 1


@given(st.text(min_size=1, max_size=60))
def test_name_and_its_normal_form_are_the_same_person(name: str) -> None:
    assert normal_name(normal_name(name)) == normal_name(name)
    assert normal_name(f"  {name.upper().lower()} ") == normal_name(name.upper().lower())


@pytest.mark.parametrize(
    ("phone", "country", "expected"),
    [
        ("06 12 34 56 78", "FR", "+33612345678"),
        ("07700 900123", "GB", "+447700900123"),
        ("+32 470 12 34 56", "FR", "+32470123456"),
    ],
)
def test_phone_is_kept_in_one_international_spelling(phone: str, country: str, expected: str) -> None:
    assert normal_phone(phone, country) == expected


@pytest.mark.parametrize("phone", ["", "12", "call me", "0" * 40])
def test_impossible_phone_is_refused(phone: str) -> None:
    with pytest.raises(InvalidPhone):
        normal_phone(phone, "FR")


@pytest.mark.parametrize(("day", "age"), [(date(2026, 3, 11), 68), (date(2026, 3, 12), 69), (date(2026, 12, 31), 69)])
def test_age_changes_on_the_birthday(day: date, age: int) -> None:
    person = PatientSummary(UUID(int=1), "active", "fr", "É", date(1957, 3, 12), None, None, None, None, 1)
    assert person.age_on(day) == age
