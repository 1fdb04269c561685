import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from identity_people import PASSWORD, Clients, audit_rows, enrol, log_in, make_user
from sqlalchemy import select, text

from osler.core import clock, db
from osler.core.auth import Role
from osler.identity.tables import Invitation

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADMIN = "admin@exemple.fr"
FORM = {"email": "Sam@exemple.fr", "roles": ["nurse"], "language": "en"}


async def invite(client: httpx.AsyncClient, **changes: object) -> httpx.Response:
    if not (await client.get("/api/session")).json()["actor"]:
        await make_user(ADMIN, Role.ADMIN)
        await log_in(client, ADMIN)
        await enrol(client)
    return await client.post("/api/invitations", json=FORM | changes)


def token_of(response: httpx.Response) -> str:
    assert response.status_code == 201, response.text
    address, _, token = response.json()["accept_url"].partition("#")
    assert address == "http://127.0.0.1:8000/invitation"
    return str(token)


def acceptance(token: str, **changes: str) -> dict[str, str]:
    return {"token": token, "display_name": "Sam Lee", "password": PASSWORD} | changes


async def test_an_invited_colleague_sees_the_offer_and_joins(new_client: Clients) -> None:
    async with new_client() as admin, new_client() as guest:
        token = token_of(await invite(admin))
        offer = (await guest.post("/api/invitations/lookup", json={"token": token})).json()
        assert (offer["email"], offer["roles"], offer["practice_name"]) == (
            "Sam@exemple.fr",
            ["nurse"],
            "Cabinet des Tilleuls",
        )
        joined = await guest.post("/api/invitations/accept", json=acceptance(token))
        assert joined.status_code == 201
        actor = joined.json()["actor"]
        assert (actor["kind"], actor["roles"], actor["language"]) == ("staff", ["nurse"], "en")
        assert (await guest.get("/api/me")).json()["email"] == "Sam@exemple.fr"
        assert (await admin.get("/api/invitations")).json() == []
    async with db.transaction() as session:
        row = await session.scalar(select(Invitation))
    assert row is not None
    assert str(row.accepted_by) == actor["id"]
    assert token.encode() not in row.token_hash


async def test_a_link_works_once_even_in_parallel(new_client: Clients) -> None:
    async with new_client() as admin, new_client() as guest:
        token = token_of(await invite(admin))
        answers = await asyncio.gather(
            *(guest.post("/api/invitations/accept", json=acceptance(token)) for _ in range(6))
        )
        assert sorted(answer.status_code for answer in answers) == [201] + [404] * 5
        gone = await guest.post("/api/invitations/lookup", json={"token": token})
    assert (gone.status_code, gone.json()["type"]) == (404, "/problems/invitation-invalid")


async def test_withdrawn_expired_replaced_and_invented_links_are_one_answer(new_client: Clients) -> None:
    async with new_client() as admin, new_client() as guest:
        with clock.freeze(NOON):
            replaced = token_of(await invite(admin))
            again = await invite(admin)
            withdrawn = token_of(again)
            invitation_id = again.json()["invitation"]["id"]
            assert (await admin.delete(f"/api/invitations/{invitation_id}")).status_code == 204
            assert (await admin.delete(f"/api/invitations/{invitation_id}")).status_code == 404
            expired = token_of(await invite(admin, email="kim@exemple.fr"))
            clock.advance(timedelta(days=7))
            answers = [
                await guest.post(path, json=body)
                for token in (replaced, withdrawn, expired, "x" * 43)
                for path, body in (
                    ("/api/invitations/lookup", {"token": token}),
                    ("/api/invitations/accept", acceptance(token)),
                )
            ]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1


async def test_an_expired_offer_can_be_made_again(new_client: Clients) -> None:
    async with new_client() as admin:
        with clock.freeze(NOON):
            token_of(await invite(admin))
        with clock.freeze(NOON + timedelta(minutes=5)):
            token_of(await invite(admin))
            assert len((await admin.get("/api/invitations")).json()) == 1


async def test_somebody_with_an_account_cannot_be_invited(client: httpx.AsyncClient) -> None:
    await make_user("sam@exemple.fr", Role.SECRETARY)
    refused = await invite(client)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/email-taken")


async def test_parallel_offers_to_one_address_leave_one_open(client: httpx.AsyncClient) -> None:
    await invite(client)
    answers = await asyncio.gather(*(invite(client) for _ in range(5)))
    assert {answer.status_code for answer in answers} <= {201, 409}
    assert len((await client.get("/api/invitations")).json()) == 1


async def test_a_weak_password_leaves_the_offer_open(new_client: Clients) -> None:
    async with new_client() as admin, new_client() as guest:
        token = token_of(await invite(admin))
        weak = await guest.post("/api/invitations/accept", json=acceptance(token, password="Sam.Lee-2026"))
        assert weak.json()["type"] == "/problems/password-too-personal"
        assert (await guest.post("/api/invitations/accept", json=acceptance(token))).status_code == 201


@pytest.mark.parametrize("roles", [[], ["patient"], ["nurse", "owner"]])
async def test_only_staff_roles_can_be_offered(client: httpx.AsyncClient, roles: list[str]) -> None:
    assert (await invite(client, roles=roles)).status_code == 422


async def test_every_step_is_on_the_audit_trail_without_the_address(new_client: Clients) -> None:
    async with new_client() as admin, new_client() as guest:
        token = token_of(await invite(admin))
        await guest.post("/api/invitations/accept", json=acceptance(token))
    rows = [row for step in ("create", "read", "accept") for row in await audit_rows(f"invitation:{step}")]
    assert len(rows) == 3
    assert "exemple" not in repr([row.details for row in rows])


async def test_the_link_also_leaves_by_e_mail(client: httpx.AsyncClient) -> None:
    await invite(client)
    async with db.transaction() as session:
        letters = (await session.execute(text("select template, language from notification_outbox"))).all()
        jobs = await session.scalar(text("select count(*) from job"))
    assert letters == [("invitation", "en")]
    assert jobs == 1
