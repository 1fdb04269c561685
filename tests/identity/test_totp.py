import asyncio
import re
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import httpx
import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity_people import PASSWORD, Clients, adopt, audit_rows, code_at, enrol, log_in, make_user
from sqlalchemy import select

from osler.core import clock, db
from osler.core.auth import Role
from osler.identity import recovery_codes, totp
from osler.identity.tables import User

# RFC 6238, appendix B: the SHA-1 secret "12345678901234567890" and the last six digits of its codes.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_CODES = [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (2000000000, "279037")]
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EMAIL = "nour@exemple.fr"


@pytest.mark.parametrize(("at", "code"), RFC_CODES)
def test_codes_are_those_of_the_standard(at: int, code: str) -> None:
    with clock.freeze(datetime.fromtimestamp(at, UTC)):
        assert totp.matching_step(RFC_SECRET, code) == at // 30


@pytest.mark.parametrize(("seconds", "is_right"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_one_step_of_drift_is_accepted_either_way(seconds: int, is_right: bool) -> None:
    with clock.freeze(NOON):
        code = pyotp.TOTP(RFC_SECRET).at(NOON + timedelta(seconds=seconds))
        assert (totp.matching_step(RFC_SECRET, code) is not None) is is_right


def test_full_width_digits_are_digits() -> None:
    with clock.freeze(datetime.fromtimestamp(59, UTC)):
        assert totp.matching_step(RFC_SECRET, "２８７ ０８２") is not None


@given(st.text(max_size=64))
def test_any_text_is_a_wrong_code_and_not_an_error(code: str) -> None:
    with clock.freeze(NOON):
        assert code.isdigit() or totp.matching_step(RFC_SECRET, code) is None
        assert isinstance(recovery_codes.canonical(code), str)


def test_a_recovery_code_survives_handwriting() -> None:
    assert recovery_codes.canonical(" abcd–ef0h ij1l 8nop ") == "ABCDEFOHIJILBNOP"


def test_the_qr_code_is_an_inert_document() -> None:
    svg = totp.qr_svg("otpauth://totp/Cabinet:nour%40exemple.fr?secret=ABC")
    root = ElementTree.fromstring(svg)
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert not re.search(r"style|script|class=|href|onload", svg)


async def test_an_administrator_can_only_enrol_until_the_second_factor_is_on(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.ADMIN)
    assert (await log_in(client, EMAIL)).json()["session"]["totp_required"] is True
    refused = await client.get("/api/users")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/step-up-required")
    before = client.cookies["osler"]
    _, codes = await enrol(client)
    assert len(codes) == 10
    assert client.cookies["osler"] != before
    shown = (await client.get("/api/session")).json()
    assert (shown["totp_required"], shown["actor"]["aal"]) == (False, 2)
    assert (await client.get("/api/users")).status_code == 200
    me = (await client.get("/api/me")).json()
    assert (me["totp_enabled"], me["recovery_codes_left"]) == (True, 10)


async def test_only_roles_that_the_practice_names_need_a_second_factor(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    assert (await log_in(client, EMAIL)).json()["session"]["totp_required"] is False


async def test_signing_in_takes_the_password_and_then_a_code(new_client: Clients) -> None:
    await make_user(EMAIL, Role.ADMIN)
    async with new_client() as first, new_client() as second:
        await log_in(first, EMAIL)
        secret, _ = await enrol(first)
        pending = await log_in(second, EMAIL)
        assert pending.json() == {"totp_required": True, "session": None}
        assert "osler" not in second.cookies
        assert (await second.get("/api/me")).status_code == 401
        wrong = await second.post("/api/login/totp", json={"code": "000000"})
        assert (wrong.status_code, wrong.json()["type"]) == (400, "/problems/wrong-code")
        right = await second.post("/api/login/totp", json={"code": code_at(secret)})
        assert right.status_code == 200
        assert right.json()["actor"]["aal"] == 2
        assert "osler-login" not in second.cookies
        assert (await second.get("/api/me")).status_code == 200
    reasons = [row.reason for row in await audit_rows("account:login_second_factor")]
    assert reasons == ["wrong_code", "totp"]


async def test_five_wrong_codes_lead_back_to_the_password(new_client: Clients) -> None:
    await make_user(EMAIL, Role.ADMIN)
    async with new_client() as first, new_client() as second:
        await log_in(first, EMAIL)
        secret, _ = await enrol(first)
        await log_in(second, EMAIL)
        for _ in range(5):
            assert (await second.post("/api/login/totp", json={"code": "000000"})).status_code == 400
        gone = await second.post("/api/login/totp", json={"code": code_at(secret)})
    assert (gone.status_code, gone.json()["type"]) == (401, "/problems/pending-login-expired")


async def test_codes_of_one_user_are_throttled_over_all_pending_logins(new_client: Clients) -> None:
    with clock.freeze(NOON):
        await make_user(EMAIL, Role.ADMIN)
        async with new_client() as first, new_client() as second:
            await log_in(first, EMAIL)
            await enrol(first)
            statuses = []
            for _ in range(3):
                await log_in(second, EMAIL)
                for _ in range(5):
                    statuses.append((await second.post("/api/login/totp", json={"code": "000000"})).status_code)
    assert statuses == [400] * 10 + [429] * 5
    assert [row.reason for row in await audit_rows("account:login_second_factor")] == ["wrong_code"] * 10 + ["blocked"]


async def test_a_pending_login_ends_after_five_minutes(new_client: Clients) -> None:
    with clock.freeze(NOON):
        await make_user(EMAIL, Role.ADMIN)
        async with new_client() as first, new_client() as second:
            await log_in(first, EMAIL)
            secret, _ = await enrol(first)
            pending = await log_in(second, EMAIL)
            assert "Max-Age=300" in pending.headers["set-cookie"]
            clock.advance(timedelta(minutes=5))
            assert (await second.post("/api/login/totp", json={"code": code_at(secret)})).status_code == 401


async def test_a_changed_password_ends_logins_that_wait_for_their_code(new_client: Clients) -> None:
    await make_user(EMAIL, Role.ADMIN)
    async with new_client() as owner, new_client() as thief:
        await log_in(owner, EMAIL)
        _, codes = await enrol(owner)
        await log_in(thief, EMAIL)
        form = {"current_password": PASSWORD, "new_password": "brume-cloche-sapin-77"}
        assert (await owner.post("/api/me/password", json=form)).status_code == 200
        late = await thief.post("/api/login/totp", json={"code": codes[0]})
    assert (late.status_code, late.json()["type"]) == (401, "/problems/pending-login-expired")


async def test_without_a_pending_login_there_is_nothing_to_finish(client: httpx.AsyncClient) -> None:
    for cookie in ("", "x", "a" * 43):
        response = await client.post(
            "/api/login/totp", json={"code": "123456"}, headers={"cookie": f"osler-login={cookie}"}
        )
        assert response.status_code == 401


async def test_one_code_signs_in_one_of_ten_parallel_logins(new_client: Clients) -> None:
    await make_user(EMAIL, Role.ADMIN)
    async with new_client() as first:
        await log_in(first, EMAIL)
        secret, _ = await enrol(first)

    async with new_client() as a, new_client() as b, new_client() as c, new_client() as d:
        browsers = [a, b, c, d]
        for each in browsers:
            assert (await log_in(each, EMAIL)).json()["totp_required"] is True
        code = code_at(secret)
        answers = await asyncio.gather(*(each.post("/api/login/totp", json={"code": code}) for each in browsers))
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]


async def test_one_pending_login_begins_one_session(new_client: Clients) -> None:
    await make_user(EMAIL, Role.ADMIN)
    async with new_client() as first, new_client() as second:
        await log_in(first, EMAIL)
        secret, codes = await enrol(first)
        await log_in(second, EMAIL)
        cookie = {"cookie": f"osler-login={second.cookies['osler-login']}"}
        second.cookies.clear()
        submitted = [code_at(secret), codes[0], codes[1], code_at(secret)]
        answers = await asyncio.gather(
            *(second.post("/api/login/totp", json={"code": code}, headers=cookie) for code in submitted)
        )
    assert sorted(answer.status_code for answer in answers) == [200, 401, 401, 401]


async def test_a_recovery_code_works_once_even_in_parallel(new_client: Clients) -> None:
    await make_user(EMAIL, Role.ADMIN)
    async with new_client() as first:
        await log_in(first, EMAIL)
        _, codes = await enrol(first)
    async with new_client() as a, new_client() as b, new_client() as c:
        browsers = [a, b, c]
        for each in browsers:
            await log_in(each, EMAIL)
        typed = codes[3].lower().replace("-", " ")
        answers = await asyncio.gather(*(each.post("/api/login/totp", json={"code": typed}) for each in browsers))
        assert sorted(answer.status_code for answer in answers) == [200, 400, 400]
        winner = browsers[[answer.status_code for answer in answers].index(200)]
        assert (await winner.get("/api/me")).json()["recovery_codes_left"] == 9


async def test_switching_off_and_renewing_need_the_password(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.ADMIN)
    await log_in(client, EMAIL)
    _, old = await enrol(client)
    assert (await client.post("/api/me/totp")).json()["type"] == "/problems/totp-already-on"
    for method, path in (("DELETE", "/api/me/totp"), ("POST", "/api/me/recovery-codes")):
        wrong = await client.request(method, path, json={"password": "not-my-password"})
        assert (wrong.status_code, wrong.json()["type"]) == (403, "/problems/wrong-password")
    new = (await client.post("/api/me/recovery-codes", json={"password": PASSWORD})).json()["recovery_codes"]
    assert len(set(new)) == 10
    assert not set(new) & set(old)
    assert (await client.request("DELETE", "/api/me/totp", json={"password": PASSWORD})).status_code == 204
    shown = (await client.get("/api/session")).json()
    assert (shown["totp_required"], shown["actor"]["aal"]) == (True, 1)
    adopt(client, shown)
    assert (await client.get("/api/me")).json()["recovery_codes_left"] == 0
    assert (await client.get("/api/users")).status_code == 403


async def test_enrolling_needs_a_recent_proof_of_the_password(client: httpx.AsyncClient) -> None:
    with clock.freeze(NOON):
        await make_user(EMAIL, Role.ADMIN)
        await log_in(client, EMAIL)
        clock.advance(timedelta(minutes=10))
        refused = await client.post("/api/me/totp")
        assert (refused.status_code, refused.json()["type"]) == (403, "/problems/confirmation-required")
        assert (await client.post("/api/me/confirm", json={"password": PASSWORD})).status_code == 204
        assert (await client.post("/api/me/totp")).status_code == 200


async def test_a_wrong_code_does_not_switch_anything_on(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    await log_in(client, EMAIL)
    not_started = await client.post("/api/me/totp/confirm", json={"code": "123456"})
    assert not_started.json()["type"] == "/problems/totp-not-started"
    enrolment = (await client.post("/api/me/totp")).json()
    assert enrolment["uri"].startswith("otpauth://totp/Cabinet%20des%20Tilleuls:nour%40exemple.fr?secret=")
    assert len(enrolment["secret"]) == 32
    assert (await client.post("/api/me/totp/confirm", json={"code": "000000"})).status_code == 400
    assert (await client.get("/api/me")).json()["totp_enabled"] is False


async def test_the_secret_is_sealed_in_the_database(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.ADMIN)
    await log_in(client, EMAIL)
    secret, _ = await enrol(client)
    async with db.transaction() as session:
        user = await session.scalar(select(User))
    assert user is not None
    stored = [user.totp_secret_enc, user.email_enc, user.display_name_enc, user.email_index]
    for plain in (secret, EMAIL, "Camille"):
        assert all(plain.encode() not in (value or b"") for value in stored)
