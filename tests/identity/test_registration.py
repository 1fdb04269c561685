import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from identity_people import PASSWORD, Clients, adopt, audit_rows, log_in, make_user, register
from sqlalchemy import func, select
from starlette.requests import HTTPConnection

from osler import identity
from osler.core import clock, db
from osler.core.auth import Kind, Role
from osler.core.edge import Edge
from osler.identity import identified
from osler.identity.events import VisitorIdentified
from osler.identity.tables import BrowserSession, User

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture
def handed_over() -> Iterator[list[VisitorIdentified]]:
    """What the domains above are told, in the transaction of the sign-in."""
    heard: list[VisitorIdentified] = []
    before = list(identified._heirs)

    @identity.on_identified
    async def hear(session: db.Session, event: VisitorIdentified) -> None:
        assert session.in_transaction()
        heard.append(event)

    yield heard
    identified._heirs[:] = before


async def visit(app: Edge, client: httpx.AsyncClient) -> UUID:
    """Make the browser an anonymous visitor's and return the visitor's id."""
    scope = {"type": "http", "headers": [], "client": ("127.0.0.1", 1), "app": app.app}
    async with db.transaction() as session:
        actor, cookie = await identity.start_visitor_session(session, HTTPConnection(scope))
    client.cookies.set("osler", cookie, domain="127.0.0.1", path="/")
    adopt(client, (await client.get("/api/session")).json())
    assert actor.id is not None
    return actor.id


async def test_a_visitor_has_a_session_and_no_account(app: Edge, client: httpx.AsyncClient) -> None:
    visitor_id = await visit(app, client)
    shown = (await client.get("/api/session")).json()["actor"]
    assert shown == {
        "id": str(visitor_id),
        "kind": "visitor",
        "roles": [],
        "display_name": None,
        "language": None,
        "aal": 0,
    }
    for path in ("/api/me", "/api/me/sessions"):
        assert (await client.get(path)).status_code == 401
    assert (await client.get("/api/users")).status_code == 403


async def test_a_patient_registers_at_the_end_of_a_chat_and_keeps_it(
    app: Edge, client: httpx.AsyncClient, handed_over: list[VisitorIdentified]
) -> None:
    visitor_id, visit_cookie = await visit(app, client), client.cookies["osler"]
    response = await register(client)
    assert response.status_code == 201
    actor = response.json()["actor"]
    assert (actor["kind"], actor["roles"]) == (Kind.PATIENT, ["patient"])
    assert handed_over == [VisitorIdentified(visitor_id=str(visitor_id), user_id=actor["id"])]
    assert client.cookies["osler"] != visit_cookie
    async with db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(BrowserSession)) == 1


async def test_signing_in_hands_the_visit_over_to_a_patient_but_not_to_staff(
    app: Edge, client: httpx.AsyncClient, handed_over: list[VisitorIdentified]
) -> None:
    patient = await make_user("alix@exemple.fr", Role.PATIENT)
    await make_user("nour@exemple.fr", Role.NURSE)
    await visit(app, client)
    await log_in(client, "nour@exemple.fr")
    assert handed_over == []
    await client.post("/api/logout")
    visitor_id = await visit(app, client)
    await log_in(client, "alix@exemple.fr")
    assert handed_over == [VisitorIdentified(visitor_id=str(visitor_id), user_id=str(patient))]


async def test_a_failing_hand_over_undoes_the_registration(app: Edge, client: httpx.AsyncClient) -> None:
    before = list(identified._heirs)

    @identity.on_identified
    async def fail(_session: db.Session, _event: VisitorIdentified) -> None:
        raise RuntimeError("the domain above could not")

    try:
        await visit(app, client)
        assert (await register(client)).status_code == 500
    finally:
        identified._heirs[:] = before
    async with db.transaction() as session:
        assert await session.scalar(select(func.count()).select_from(User)) == 0


def test_only_an_async_function_of_two_can_inherit() -> None:
    with pytest.raises(TypeError):
        identity.on_identified(lambda _session, _event: None)  # type: ignore[arg-type,return-value]


async def test_whoever_registers_twice_with_the_same_password_is_signed_in(new_client: Clients) -> None:
    async with new_client() as first, new_client() as second:
        one = await register(first)
        two = await register(second, email="ALIX@exemple.fr", display_name="Somebody Else")
    assert one.status_code == two.status_code == 201
    assert one.json()["actor"] == two.json()["actor"]


async def test_registering_a_taken_address_without_its_password_is_refused_and_throttled(
    new_client: Clients,
) -> None:
    async with new_client() as owner, new_client() as other:
        await register(owner)
        with clock.freeze(NOON):
            statuses = [(await register(other, password="not-their-password")).status_code for _ in range(11)]
            assert (await log_in(other, "alix@exemple.fr")).status_code == 429
    assert statuses == [409] * 10 + [429]


@pytest.mark.parametrize("role", [Role.NURSE, Role.ADMIN])
async def test_staff_do_not_sign_in_through_the_patients_form(client: httpx.AsyncClient, role: Role) -> None:
    await make_user("nour@exemple.fr", role)
    refused = await register(client, email="nour@exemple.fr")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/registration-refused")


async def test_nobody_can_make_themselves_staff(client: httpx.AsyncClient) -> None:
    form = {"email": "a@exemple.fr", "password": PASSWORD, "display_name": "A", "language": "fr", "roles": ["admin"]}
    assert (await client.post("/api/register", json=form)).status_code == 422


async def test_one_network_makes_thirty_accounts_per_ten_minutes(client: httpx.AsyncClient) -> None:
    with clock.freeze(NOON):
        statuses = []
        for n in range(31):
            client.cookies.clear()
            client.headers.pop("x-csrf-token", None)
            statuses.append((await register(client, email=f"person{n}@exemple.fr")).status_code)
    assert statuses == [201] * 30 + [429]


async def test_two_registrations_of_one_address_at_once_make_one_account(new_client: Clients) -> None:
    async def attempt() -> httpx.Response:
        async with new_client() as client:
            return await register(client)

    responses = await asyncio.gather(*(attempt() for _ in range(6)))
    assert {response.status_code for response in responses} == {201}
    assert len({response.json()["actor"]["id"] for response in responses}) == 1


@pytest.mark.parametrize(
    ("changes", "status", "named"),
    [
        ({"password": "xkqzvwyj"}, 400, "/problems/password-too-short"),
        ({"password": "motdepasse2024"}, 400, "/problems/password-too-common"),
        ({"password": "Alix.Moreau-2024"}, 400, "/problems/password-too-personal"),
        ({"password": "Tilleuls-des-26"}, 400, "/problems/password-too-personal"),
        ({"password": "é" * 600}, 400, "/problems/password-too-long"),
        ({"email": "not an address"}, 422, "/problems/invalid-request"),
        ({"email": "a@b"}, 422, "/problems/invalid-request"),
        ({"display_name": "\u200b \n"}, 422, "/problems/invalid-request"),
        ({"display_name": "x" * 121}, 422, "/problems/invalid-request"),
        ({"language": "tlh"}, 422, "/problems/invalid-request"),
    ],
)
async def test_bad_forms_are_refused_by_name(
    client: httpx.AsyncClient, changes: dict[str, str], status: int, named: str
) -> None:
    response = await register(client, **changes)
    assert (response.status_code, response.json()["type"]) == (status, named)
    assert next(iter(changes.values())) not in response.text


async def test_registering_is_on_the_audit_trail(client: httpx.AsyncClient) -> None:
    actor = (await register(client)).json()["actor"]
    (row,) = await audit_rows("account:register")
    assert (str(row.actor_id), row.resource_id, row.outcome) == (actor["id"], actor["id"], "success")
