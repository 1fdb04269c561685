import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from identity_people import PASSWORD, Clients, audit_rows, enrol, log_in, make_user, register
from sqlalchemy import select

from osler import identity
from osler.core import clock, db
from osler.core.auth import Role
from osler.core.ids import new_id
from osler.identity.tables import UserRole

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
ADMIN = "admin@exemple.fr"
NURSE = "nour@exemple.fr"


async def enter_as_admin(client: httpx.AsyncClient, email: str = ADMIN) -> None:
    await log_in(client, email)
    await enrol(client)


async def test_the_list_shows_staff_and_no_patients(new_client: Clients) -> None:
    await make_user(ADMIN, Role.ADMIN)
    await make_user(NURSE, Role.NURSE, display_name="Nour Petit")
    async with new_client() as admin, new_client() as patient:
        await register(patient)
        assert (await patient.get("/api/users")).status_code == 403
        await enter_as_admin(admin)
        page = (await admin.get("/api/users", params={"limit": 1})).json()
        rest = (await admin.get("/api/users", params={"after": page["next_after"]})).json()
    assert [each["email"] for each in page["items"] + rest["items"]] == [ADMIN, NURSE]
    assert rest["next_after"] is None
    assert rest["items"][0]["roles"] == ["nurse"]
    assert rest["items"][0]["totp_enabled"] is False


@pytest.mark.parametrize("role", [Role.NURSE, Role.SECRETARY, Role.PRACTITIONER])
async def test_only_administrators_manage_accounts(client: httpx.AsyncClient, role: Role) -> None:
    user_id = await make_user(NURSE, role)
    await log_in(client, NURSE)
    assert (await client.get("/api/users")).status_code == 403
    assert (await client.patch(f"/api/users/{user_id}", json={"roles": ["admin"]})).status_code == 403
    form = {"email": "x@exemple.fr", "roles": ["admin"], "language": "fr"}
    assert (await client.post("/api/invitations", json=form)).status_code == 403


async def test_a_disabled_colleague_loses_their_sessions_at_once_and_cannot_return(new_client: Clients) -> None:
    await make_user(ADMIN, Role.ADMIN)
    nurse_id = await make_user(NURSE, Role.NURSE)
    async with new_client() as admin, new_client() as nurse:
        await enter_as_admin(admin)
        await log_in(nurse, NURSE)
        assert (await nurse.get("/api/me")).status_code == 200
        disabled = await admin.patch(f"/api/users/{nurse_id}", json={"status": "disabled"})
        assert disabled.json()["status"] == "disabled"
        assert (await nurse.get("/api/me")).status_code == 401
        assert (await log_in(nurse, NURSE)).status_code == 401
        await admin.patch(f"/api/users/{nurse_id}", json={"status": "active"})
        assert (await log_in(nurse, NURSE)).status_code == 200
    assert [row.details["status"] for row in await audit_rows("user:update")] == ["disabled", "active"]


async def test_roles_change_with_a_history_and_take_effect_at_once(new_client: Clients) -> None:
    admin_id = await make_user(ADMIN, Role.ADMIN)
    nurse_id = await make_user(NURSE, Role.NURSE)
    async with new_client() as admin, new_client() as nurse:
        await enter_as_admin(admin)
        await log_in(nurse, NURSE)
        changed = await admin.patch(f"/api/users/{nurse_id}", json={"roles": ["secretary", "practitioner"]})
        assert changed.json()["roles"] == ["practitioner", "secretary"]
        assert (await nurse.get("/api/me")).status_code == 401
        assert (await log_in(nurse, NURSE)).json()["session"]["actor"]["roles"] == ["practitioner", "secretary"]
    async with db.transaction() as session:
        rows = list(await session.scalars(select(UserRole).where(UserRole.user_id == nurse_id)))
    history = {row.role: (row.granted_by, row.revoked_by, row.revoked_at is not None) for row in rows}
    assert history == {
        "nurse": (None, admin_id, True),
        "secretary": (admin_id, None, False),
        "practitioner": (admin_id, None, False),
    }


@pytest.mark.parametrize("patch", [{"status": "disabled"}, {"roles": ["nurse"]}])
async def test_the_last_administrator_stays(client: httpx.AsyncClient, patch: dict[str, object]) -> None:
    admin_id = await make_user(ADMIN, Role.ADMIN)
    await enter_as_admin(client)
    refused = await client.patch(f"/api/users/{admin_id}", json=patch)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/last-admin")
    assert (await client.get("/api/users")).json()["items"][0]["roles"] == ["admin"]


async def test_two_administrators_cannot_remove_each_other_at_the_same_moment(new_client: Clients) -> None:
    emails = [f"admin{n}@exemple.fr" for n in range(4)]
    ids = [await make_user(email, Role.ADMIN) for email in emails]
    async with new_client() as a, new_client() as b, new_client() as c, new_client() as d:
        browsers = [a, b, c, d]
        for each, email in zip(browsers, emails, strict=True):
            await enter_as_admin(each, email)
        answers = await asyncio.gather(
            *(
                each.patch(f"/api/users/{user_id}", json={"status": "disabled"})
                for each, user_id in zip(browsers, [*ids[1:], ids[0]], strict=True)
            )
        )
        again = await asyncio.gather(
            *(each.patch(f"/api/users/{user_id}", json={"roles": ["nurse"]}) for each in browsers for user_id in ids)
        )
    assert all(answer.status_code in (200, 401, 409) for answer in (*answers, *again))
    async with db.transaction() as session:
        left = await identity.staff_emails(session, {Role.ADMIN})
    assert len(left) >= 1


async def test_twenty_parallel_demotions_leave_one_administrator(client: httpx.AsyncClient) -> None:
    await make_user(ADMIN, Role.ADMIN)
    others = [await make_user(f"other{n}@exemple.fr", Role.ADMIN) for n in range(5)]
    await enter_as_admin(client)
    me = (await client.get("/api/me")).json()["id"]
    targets = [*others, me] * 3
    answers = await asyncio.gather(
        *(client.patch(f"/api/users/{target}", json={"roles": ["nurse"]}) for target in targets)
    )
    assert {answer.status_code for answer in answers} <= {200, 403, 409}
    async with db.transaction() as session:
        assert len(await identity.staff_emails(session, {Role.ADMIN})) >= 1


async def test_changes_of_roles_need_a_recent_proof_of_the_password(client: httpx.AsyncClient) -> None:
    await make_user(ADMIN, Role.ADMIN)
    nurse_id = await make_user(NURSE, Role.NURSE)
    with clock.freeze(NOON):
        await enter_as_admin(client)
        clock.advance(timedelta(minutes=11))
        patch = {"roles": ["admin"]}
        refused = await client.patch(f"/api/users/{nurse_id}", json=patch)
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/confirmation-required")
        await client.post("/api/me/confirm", json={"password": PASSWORD})
        assert (await client.patch(f"/api/users/{nurse_id}", json=patch)).status_code == 200


@pytest.mark.parametrize("body", [{"roles": []}, {"roles": ["patient"]}, {"roles": ["root"]}, {"status": "deleted"}])
async def test_roles_that_nobody_can_give_are_refused(client: httpx.AsyncClient, body: dict[str, object]) -> None:
    await make_user(ADMIN, Role.ADMIN)
    nurse_id = await make_user(NURSE, Role.NURSE)
    await enter_as_admin(client)
    assert (await client.patch(f"/api/users/{nurse_id}", json=body)).status_code == 422


async def test_a_patients_account_is_not_found_among_the_staff(new_client: Clients) -> None:
    await make_user(ADMIN, Role.ADMIN)
    async with new_client() as admin, new_client() as patient:
        patient_id = (await register(patient)).json()["actor"]["id"]
        await enter_as_admin(admin)
        assert (await admin.patch(f"/api/users/{patient_id}", json={"roles": ["nurse"]})).status_code == 404


async def test_other_domains_get_names_and_addresses_of_active_staff(app: object) -> None:
    nurse_id = await make_user(NURSE, Role.NURSE, display_name="Nour Petit", language="en")
    await make_user("alix@exemple.fr", Role.PATIENT)
    async with db.transaction() as session:
        assert await identity.staff_emails(session) == [(nurse_id, NURSE, "en")]
        found = await identity.summaries(session, [nurse_id, nurse_id, new_id()])
    assert found == {nurse_id: identity.UserSummary(nurse_id, "Nour Petit", frozenset({Role.NURSE}), "en", "active")}
