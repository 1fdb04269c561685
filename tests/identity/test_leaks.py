"""Canaries: what people type never comes back in a refusal, a log line, an audit row or a plain column."""

import re
from collections.abc import Iterator

import httpx
import pytest
from identity_people import PASSWORD, Clients, adopt, enrol, log_in, make_user, register
from sqlalchemy import text

from osler.core import db, http, log
from osler.core.auth import Role
from osler.identity import admission

SECRETS = ("Zyxwvut", "zyxwvut", "kanarie")
EMAIL = "Zyxwvut.Person@exemple.fr"
NAME = "Zyxwvutine Kanarienvogel"
TYPED = "kanarie-in-de-mijn-99"


def assert_clean(where: str, content: str) -> None:
    lowered = content.casefold()
    for canary in SECRETS:
        assert canary.casefold() not in lowered, f"{canary} in {where}"


async def test_refusals_do_not_repeat_what_was_typed(client: httpx.AsyncClient) -> None:
    await register(client, email=EMAIL, display_name=NAME, password=TYPED)
    requests = [
        ("POST", "/api/login", {"email": EMAIL, "password": TYPED + "x"}),
        ("POST", "/api/login", {"email": EMAIL, "password": {"kanarie": EMAIL}}),
        ("POST", "/api/login", {"email": [EMAIL], TYPED: TYPED}),
        ("POST", "/api/login/totp", {"code": TYPED}),
        ("POST", "/api/login/totp", {"code": TYPED * 10}),
        ("POST", "/api/register", {"email": EMAIL, "password": "x" * 20, "display_name": NAME, "language": "fr"}),
        ("POST", "/api/register", {"email": EMAIL + "@", "password": TYPED, "display_name": NAME, "language": "fr"}),
        ("POST", "/api/register", {"email": EMAIL, "password": TYPED, "display_name": NAME, "language": TYPED}),
        ("POST", "/api/register", {"email": EMAIL, "password": NAME, "display_name": NAME, "language": "fr"}),
        ("PATCH", "/api/me", {"display_name": NAME + "\u0000"}),
        ("PATCH", "/api/me", {"display_name": NAME * 20}),
        ("POST", "/api/me/password", {"current_password": TYPED + "x", "new_password": TYPED}),
        ("POST", "/api/me/password", {"current_password": TYPED, "new_password": NAME}),
        ("POST", "/api/me/confirm", {"password": TYPED + "x"}),
        ("POST", "/api/me/totp/confirm", {"code": TYPED}),
        ("DELETE", f"/api/me/sessions/{TYPED}", None),
        ("POST", "/api/invitations/lookup", {"token": TYPED}),
        ("POST", "/api/invitations/accept", {"token": TYPED, "display_name": NAME, "password": TYPED}),
    ]
    for method, path, body in requests:
        answer = await client.request(method, path, json=body)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)
        assert_clean(f"{method} {path}", answer.text + repr(answer.headers))


@pytest.fixture
def every_line(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Log everything: loggers keep the level they were first used at, so each gets a fresh one."""
    log.configure("debug")
    for module in (admission, http):
        monkeypatch.setattr(module, "log", log.get_logger())
    yield
    log.configure("warning")


async def test_logs_and_plain_columns_hold_no_names_addresses_or_passwords(
    new_client: Clients, every_line: None, capsys: pytest.CaptureFixture[str]
) -> None:
    await make_user(EMAIL, Role.ADMIN, password=TYPED, display_name=NAME)
    async with new_client() as admin, new_client() as guest:
        await log_in(admin, EMAIL, "not" + TYPED)
        await log_in(admin, EMAIL, TYPED)
        secret, codes = await enrol(admin)
        await admin.patch("/api/me", json={"display_name": NAME + " II"})
        offer = {"email": "kanarie@exemple.fr", "roles": ["nurse"], "language": "fr"}
        link = (await admin.post("/api/invitations", json=offer)).json()["accept_url"]
        token = link.partition("#")[2]
        form = {"token": token, "display_name": NAME, "password": PASSWORD}
        adopt(guest, (await guest.post("/api/invitations/accept", json=form)).json())
        changed = await guest.post(
            "/api/me/password", json={"current_password": PASSWORD, "new_password": TYPED + "22"}
        )
        assert changed.status_code == 200
        cookies = [admin.cookies["osler"], guest.cookies["osler"]]
    written = capsys.readouterr().err
    assert "session_started" in written
    assert_clean("the log", written)
    kept = await everything_stored()
    assert_clean("the database", kept)
    for value in (secret, token, codes[0], codes[0].replace("-", ""), *cookies, TYPED, PASSWORD):
        assert value not in written
        assert value not in kept


async def everything_stored() -> str:
    async with db.transaction() as session:
        tables = list(
            await session.scalars(text("select tablename from pg_tables where schemaname = 'public' order by 1"))
        )
        rows = [
            row for table in tables for row in await session.scalars(text(f'select to_jsonb(t)::text from "{table}" t'))
        ]
    sealed = [bytes.fromhex(found).decode("latin-1") for row in rows for found in re.findall(r'x([0-9a-f]{2,})"', row)]
    assert len(sealed) > 10
    return "\n".join([*rows, *sealed])
