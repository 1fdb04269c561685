import asyncio
import statistics
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from argon2 import PasswordHasher
from identity_people import PASSWORD, Clients, audit_rows, log_in, make_user
from sqlalchemy import select, update

from osler.core import clock, db
from osler.core.auth import Role
from osler.identity.tables import User, UserStatus

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EMAIL = "nour@exemple.fr"


async def test_the_right_password_begins_a_session(client: httpx.AsyncClient) -> None:
    user_id = await make_user(EMAIL, Role.NURSE, display_name="Nour Petit")
    response = await log_in(client, " NOUR@Exemple.fr ")
    assert response.status_code == 200
    session = response.json()["session"]
    assert response.json()["totp_required"] is False
    assert session["totp_required"] is False
    assert session["actor"] == {
        "id": str(user_id),
        "kind": "staff",
        "roles": ["nurse"],
        "display_name": "Nour Petit",
        "language": "fr",
        "aal": 1,
    }
    assert (await client.get("/api/session")).json() == session


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    cookie = (await log_in(client, EMAIL)).headers["set-cookie"]
    assert cookie.startswith("osler=")
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


@pytest.mark.parametrize("status", [UserStatus.ACTIVE, UserStatus.DISABLED])
async def test_wrong_unknown_and_disabled_get_one_answer(client: httpx.AsyncClient, status: UserStatus) -> None:
    user_id = await make_user(EMAIL, Role.NURSE)
    async with db.transaction() as session:
        await session.execute(update(User).where(User.id == user_id).values(status=status))
    password = PASSWORD if status is UserStatus.DISABLED else "not-the-password-at-all"
    known = await log_in(client, EMAIL, password)
    unknown = await log_in(client, "nobody@exemple.fr", password)
    malformed = await log_in(client, "not an address", password)
    assert known.status_code == unknown.status_code == malformed.status_code == 401
    assert known.json() == unknown.json() == malformed.json()
    assert known.json()["type"] == "/problems/login-failed"
    assert "set-cookie" not in known.headers


async def test_unknown_accounts_take_as_long_as_known_ones(client: httpx.AsyncClient) -> None:
    emails = [f"person{n}@exemple.fr" for n in range(8)]
    for email in emails:
        await make_user(email, Role.PATIENT)

    async def duration(email: str) -> float:
        started = time.perf_counter()
        assert (await log_in(client, email, "not-the-password-at-all")).status_code == 401
        return time.perf_counter() - started

    await duration("warm@exemple.fr")
    known, unknown = [], []
    for n, email in enumerate(emails):
        known.append(await duration(email))
        unknown.append(await duration(f"nobody{n}@exemple.fr"))
    # Without the dummy hash the ratio is about ten.
    assert 0.5 < statistics.median(known) / statistics.median(unknown) < 2


async def test_the_eleventh_guess_waits_and_the_owner_gets_in_after_a_minute(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    with clock.freeze(NOON):
        for _ in range(10):
            assert (await log_in(client, EMAIL, "wrong-wrong-wrong")).status_code == 401
        blocked = await log_in(client, EMAIL)
        assert blocked.status_code == 429
        assert blocked.headers["retry-after"] == "60"
        assert blocked.json()["retry_after_s"] == 60
        clock.advance(timedelta(seconds=61))
        assert (await log_in(client, EMAIL)).status_code == 200
    assert [row.reason for row in await audit_rows("account:login")][-2:] == ["blocked", None]


async def test_an_address_without_an_account_is_blocked_alike(client: httpx.AsyncClient) -> None:
    with clock.freeze(NOON):
        statuses = [(await log_in(client, "nobody@exemple.fr")).status_code for _ in range(11)]
    assert statuses == [401] * 10 + [429]


async def test_spellings_of_one_address_share_the_throttle(client: httpx.AsyncClient) -> None:
    spellings = [EMAIL, f" {EMAIL}", EMAIL.upper(), "ｎｏｕｒ@exemple.fr", f"{EMAIL}\u2003"]
    with clock.freeze(NOON):
        statuses = [(await log_in(client, spellings[n % 5])).status_code for n in range(11)]
    assert statuses[-1] == 429


async def test_parallel_guesses_do_not_outrun_the_throttle(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    responses = await asyncio.gather(*(log_in(client, EMAIL, "wrong-wrong-wrong") for _ in range(20)))
    assert sorted(response.status_code for response in responses) == [401] * 10 + [429] * 10


@pytest.mark.parametrize("time_cost", [1, 2])
async def test_parallel_sign_ins_of_one_person_all_succeed(new_client: Clients, time_cost: int) -> None:
    user_id = await make_user(EMAIL, Role.NURSE)
    stored = PasswordHasher(time_cost=time_cost, memory_cost=19_456, parallelism=1).hash(PASSWORD)
    async with db.transaction() as session:
        await session.execute(update(User).where(User.id == user_id).values(password_hash=stored))

    async def attempt() -> int:
        async with new_client() as client:
            return (await log_in(client, EMAIL)).status_code

    assert await asyncio.gather(*(attempt() for _ in range(8))) == [200] * 8


async def test_a_session_handed_out_before_signing_in_is_not_kept(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    await log_in(client, EMAIL)
    first = client.cookies["osler"]
    await log_in(client, EMAIL)
    assert client.cookies["osler"] != first
    client.cookies.clear()
    assert (await client.get("/api/me", headers={"cookie": f"osler={first}"})).status_code == 401


async def test_a_weaker_hash_is_replaced_at_the_next_sign_in(client: httpx.AsyncClient) -> None:
    user_id = await make_user(EMAIL, Role.NURSE)
    weak = PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(PASSWORD)
    async with db.transaction() as session:
        await session.execute(update(User).where(User.id == user_id).values(password_hash=weak))
    assert (await log_in(client, EMAIL)).status_code == 200
    async with db.transaction() as session:
        stored = await session.scalar(select(User.password_hash).where(User.id == user_id))
    assert stored is not None
    assert "m=19456,t=2,p=1" in stored
    assert (await log_in(client, EMAIL)).status_code == 200


async def test_failures_are_on_the_audit_trail_without_the_address(client: httpx.AsyncClient) -> None:
    await log_in(client, "canary.address@exemple.fr", "wrong-wrong-wrong")
    (row,) = await audit_rows("account:login")
    assert (row.outcome, row.reason, row.actor_id) == ("failed", "wrong_credentials", None)
    assert "canary" not in repr(row.details)
    assert len(row.details["email_index"]) == 32
    assert row.address == "127.0.0.1"


@pytest.mark.parametrize(
    "body",
    [
        {"email": EMAIL, "password": "x" * 1025},
        {"email": "x" * 255, "password": PASSWORD},
        {"email": EMAIL, "password": PASSWORD, "remember": True},
        {"email": EMAIL},
        {"email": None, "password": 7},
        [],
    ],
)
async def test_malformed_forms_are_named_without_being_repeated(client: httpx.AsyncClient, body: object) -> None:
    response = await client.post("/api/login", json=body)
    assert response.status_code == 422
    assert PASSWORD not in response.text
    assert EMAIL not in response.text


async def test_a_lone_surrogate_is_a_malformed_form(client: httpx.AsyncClient) -> None:
    content = b'{"email": "a\\ud800@exemple.fr", "password": "cuivre-lampe-verger-41"}'
    response = await client.post("/api/login", content=content, headers={"content-type": "application/json"})
    assert response.status_code in (401, 422)


async def test_another_site_cannot_sign_a_browser_in(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    client.headers["origin"] = "https://evil.example"
    assert (await log_in(client, EMAIL)).status_code == 403
