import asyncio
import statistics
import time
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from identity_people import PASSWORD, Clients, adopt, audit_rows, log_in, make_user, register
from sqlalchemy import select
from starlette.requests import HTTPConnection

from osler import identity
from osler.core import clock, db, live
from osler.core.auth import Kind, Role
from osler.core.crypto import token_hash
from osler.core.edge import Edge
from osler.core.settings import Settings
from osler.identity import browser, sessions
from osler.identity.session_cache import cache
from osler.identity.tables import BrowserSession

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
EMAIL = "nour@exemple.fr"


async def test_logging_out_ends_the_session_at_once_and_tells_its_live_connections(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    await log_in(client, EMAIL)
    cookie = client.cookies["osler"]
    async with db.transaction() as session:
        session_id = await session.scalar(select(BrowserSession.id))
    async with live.hub.subscribe(f"session:{session_id}") as signals:
        response = await client.post("/api/logout")
        assert response.status_code == 204
        assert response.headers["clear-site-data"] == '"cookies", "storage"'
        assert await asyncio.wait_for(signals.get(), 5) == {"session_id": str(session_id)}
    assert "osler" not in client.cookies
    client.headers["cookie"] = f"osler={cookie}"
    assert (await client.get("/api/me")).status_code == 401
    assert len(await audit_rows("account:logout")) == 1


async def test_changes_need_the_sessions_token(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    await log_in(client, EMAIL)
    del client.headers["x-csrf-token"]
    for path in ("/api/me", "/api/me/sessions"):
        response = await client.request("PATCH" if path == "/api/me" else "DELETE", path, json={})
        assert (response.status_code, response.json()["type"]) == (403, "/problems/cross-site-request")


async def test_another_site_cannot_log_a_browser_out_and_a_dead_session_can_leave(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    await log_in(client, EMAIL)
    assert (await client.post("/api/logout", headers={"origin": "https://evil.example"})).status_code == 403
    for _ in range(2):
        assert (await client.post("/api/logout")).status_code == 204


@pytest.mark.parametrize(("role", "minutes"), [(Role.NURSE, 15), (Role.PATIENT, 30)])
async def test_an_unused_session_ends(client: httpx.AsyncClient, role: Role, minutes: int) -> None:
    with clock.freeze(NOON):
        await make_user(EMAIL, role)
        await log_in(client, EMAIL)
        clock.advance(timedelta(minutes=minutes, seconds=-1))
        assert (await client.get("/api/me")).status_code == 200
        clock.advance(timedelta(minutes=minutes))
        assert (await client.get("/api/me")).status_code == 401


async def test_a_session_in_use_ends_after_twelve_hours(client: httpx.AsyncClient) -> None:
    with clock.freeze(NOON):
        await make_user(EMAIL, Role.NURSE)
        await log_in(client, EMAIL)
        statuses = []
        for _ in range(73):
            statuses.append((await client.get("/api/me")).status_code)
            clock.advance(timedelta(minutes=10))
    assert statuses == [200] * 72 + [401]


async def test_watching_a_session_does_not_keep_it_alive(client: httpx.AsyncClient, settings: Settings) -> None:
    with clock.freeze(NOON):
        await make_user(EMAIL, Role.NURSE)
        await log_in(client, EMAIL)
        async with db.transaction() as session:
            session_id = await session.scalar(select(BrowserSession.id))
        assert session_id is not None

        async def is_live() -> bool:
            async with db.transaction() as session:
                return await identity.is_session_live(session, session_id, settings=settings.sessions)

        clock.advance(timedelta(minutes=14))
        assert await is_live()
        clock.advance(timedelta(minutes=1))
        assert not await is_live()


async def test_my_sessions_can_be_seen_and_ended_one_by_one(new_client: Clients) -> None:
    await make_user(EMAIL, Role.NURSE)
    async with new_client() as here, new_client() as there:
        there.headers["user-agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
        await log_in(here, EMAIL)
        await log_in(there, EMAIL)
        listed = (await here.get("/api/me/sessions")).json()
        other = next(each for each in listed if not each["is_current"])
        assert len(listed) == 2
        assert other["device"] == "Firefox · Linux"
        assert (await here.delete(f"/api/me/sessions/{other['id']}")).status_code == 204
        assert (await there.get("/api/me")).status_code == 401
        assert (await here.delete(f"/api/me/sessions/{other['id']}")).status_code == 404


async def test_all_other_sessions_end_together(new_client: Clients) -> None:
    await make_user(EMAIL, Role.NURSE)
    async with new_client() as here, new_client() as there, new_client() as elsewhere:
        for browser_ in (there, elsewhere, here):
            await log_in(browser_, EMAIL)
        assert (await here.delete("/api/me/sessions")).status_code == 204
        statuses = [(await each.get("/api/me")).status_code for each in (here, there, elsewhere)]
    assert statuses == [200, 401, 401]


async def test_somebody_elses_session_is_not_found(new_client: Clients) -> None:
    await make_user(EMAIL, Role.NURSE)
    await make_user("sam@exemple.fr", Role.NURSE)
    async with new_client() as nour, new_client() as sam:
        await log_in(nour, EMAIL)
        await log_in(sam, "sam@exemple.fr")
        (theirs,) = (await sam.get("/api/me/sessions")).json()
        assert (await nour.delete(f"/api/me/sessions/{theirs['id']}")).status_code == 404
        assert (await sam.get("/api/me")).status_code == 200


async def test_changing_the_password_ends_every_other_session_and_renews_this_one(new_client: Clients) -> None:
    await make_user(EMAIL, Role.NURSE)
    async with new_client() as here, new_client() as there:
        await log_in(there, EMAIL)
        await log_in(here, EMAIL)
        before = here.cookies["osler"]
        form = {"current_password": PASSWORD, "new_password": "brume-cloche-sapin-77"}
        wrong = await here.post("/api/me/password", json=form | {"current_password": "not-my-password"})
        assert (wrong.status_code, wrong.json()["type"]) == (403, "/problems/wrong-password")
        common = await here.post("/api/me/password", json=form | {"new_password": "motdepasse2024"})
        assert (common.status_code, common.json()["type"]) == (400, "/problems/password-too-common")
        changed = await here.post("/api/me/password", json=form)
        assert changed.status_code == 200
        adopt(here, changed.json())
        assert here.cookies["osler"] != before
        assert (await here.get("/api/me")).status_code == 200
        assert (await there.get("/api/me")).status_code == 401
        assert (await log_in(there, EMAIL)).status_code == 401
        assert (await log_in(there, EMAIL, "brume-cloche-sapin-77")).status_code == 200


async def test_guessing_the_current_password_is_throttled(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    with clock.freeze(NOON):
        await log_in(client, EMAIL)
        statuses = [
            (await client.post("/api/me/confirm", json={"password": "not-my-password"})).status_code for _ in range(11)
        ]
    assert statuses == [403] * 10 + [429]


async def test_a_profile_can_be_read_and_changed(client: httpx.AsyncClient) -> None:
    await register(client)
    me = (await client.patch("/api/me", json={"display_name": "  Alix   Moreau-Petit ", "language": "en"})).json()
    assert (me["display_name"], me["language"], me["email"]) == ("Alix Moreau-Petit", "en", "alix@exemple.fr")
    assert (await client.get("/api/me")).json() == me
    refused = await client.patch("/api/me", json={"display_name": "Al\u202eix"})
    assert refused.json()["fields"] == [{"field": "body.display_name", "code": "name_with_controls"}]
    assert [row.details for row in await audit_rows("account:update")] == [{"fields": "display_name language"}]


async def test_signals_of_another_process_empty_the_cache(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    await log_in(client, EMAIL)
    assert (await client.get("/api/me")).status_code == 200
    assert len(cache._entries) == 1
    async with db.transaction() as session:
        session_id = await session.scalar(select(BrowserSession.id))
        # What another process would do: remove the row and tell, without touching this process's memory.
        await session.execute(BrowserSession.__table__.delete())
        await live.notify(session, cache.TOPIC, session_id=str(session_id))
    for _ in range(100):
        if not cache._entries:
            break
        await asyncio.sleep(0.02)
    assert (await client.get("/api/me")).status_code == 401


async def test_a_session_read_while_it_was_being_ended_is_not_remembered(client: httpx.AsyncClient) -> None:
    await make_user(EMAIL, Role.NURSE)
    await log_in(client, EMAIL)
    hashed = token_hash(client.cookies["osler"])
    assert (await client.get("/api/me")).status_code == 200
    actor = cache.get(hashed)
    assert actor is not None
    assert actor.session_id is not None
    async with db.transaction() as session:
        await sessions.end(session, actor.session_id)
        async with session.begin_nested():
            await session.execute(select(1))
        # What a parallel request does, which still sees the row.
        cache.put(hashed, actor, clock.now() + timedelta(hours=1), generation=cache.generation)
    assert cache.get(hashed) is None


async def test_nothing_is_believed_for_longer_than_five_seconds(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await make_user(EMAIL, Role.NURSE)
    await log_in(client, EMAIL)
    assert (await client.get("/api/me")).status_code == 200
    async with db.transaction() as session:
        await session.execute(BrowserSession.__table__.delete())
    assert (await client.get("/api/session")).json()["actor"] is not None
    later = time.monotonic() + 5.1
    monkeypatch.setattr("osler.identity.session_cache.time.monotonic", lambda: later)
    assert (await client.get("/api/session")).json()["actor"] is None


async def test_a_known_session_costs_microseconds(app: Edge, client: httpx.AsyncClient, settings: Settings) -> None:
    await make_user(EMAIL, Role.NURSE)
    await log_in(client, EMAIL)
    headers = [(b"cookie", f"osler={client.cookies['osler']}".encode())]
    scope = {"type": "http", "headers": headers, "client": ("127.0.0.1", 1), "app": app.app, "method": "GET"}
    durations = []
    for _ in range(300):
        started = time.perf_counter()
        actor = await browser.authenticate(HTTPConnection(scope))
        durations.append(time.perf_counter() - started)
    assert actor.kind is Kind.STAFF
    assert statistics.median(durations) < 0.0002


@pytest.mark.parametrize("cookie", ["", "x", "é" * 43, "a" * 43, "a" * 5000, "../../etc/passwd"])
async def test_a_cookie_that_is_none_of_ours_is_nobody(client: httpx.AsyncClient, cookie: str) -> None:
    headers = {"cookie": f"osler={cookie}".encode()}
    assert (await client.get("/api/session", headers=headers)).json()["actor"] is None
    assert (await client.get("/api/me", headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("peer", "forwarded", "seen"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "192.0.2.66, garbage", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
    ],
)
def test_only_a_configured_proxy_is_believed_about_addresses(peer: str, forwarded: str, seen: str) -> None:
    settings = Settings(trusted_proxies=("10.0.0.0/8",))
    scope = {"type": "http", "headers": [(b"x-forwarded-for", forwarded.encode())], "client": (peer, 1)}
    assert browser.client_address(HTTPConnection(scope), settings) == seen


def test_over_tls_the_cookie_is_bound_to_the_host() -> None:
    settings = Settings(public_url="https://cabinet.example")
    response = browser.Response()
    browser.set_session_cookie(response, "x" * 43, settings)
    cookie = response.headers["set-cookie"]
    assert cookie.startswith("__Host-osler=")
    assert "Secure" in cookie
    assert "Domain" not in cookie
