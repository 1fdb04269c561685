"""The live conversation against the real server and worker processes: streams, drops, tabs, and everything wrong."""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest
from tests.assistant.conftest import Visitor, start_on
from tests.assistant.live_server import LiveServer, live_server
from tests.assistant.realtime_client import RealtimeClient
from tests.conftest import TEMPLATE, database_dsn
from websockets.exceptions import InvalidStatus

from osler import identity
from osler.core import crypto, db
from osler.core.auth import Role
from osler.core.settings import Settings

PAIN = "J’ai une douleur dans la poitrine qui part dans le bras gauche depuis 20 minutes, je transpire"
PASSWORD = secrets.token_urlsafe(24)
HEADACHE = "J’ai mal à la tête depuis trois jours"


@pytest.fixture(scope="module")
async def server(postgres_dsn: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LiveServer]:
    """API and worker processes on a database of this module's own."""
    directory = tmp_path_factory.mktemp("live")
    name = f"live_{uuid4().hex[:8]}"
    connection = await asyncpg.connect(postgres_dsn)
    try:
        await connection.execute(f"create database {name} template {TEMPLATE}")
        settings = Settings(database_url=database_dsn(postgres_dsn, name), data_dir=directory / "data", pool_size=5)
        await set_up_practice(settings)
        with live_server(settings, directory) as running:
            yield running
        await connection.execute(f"drop database {name} with (force)")
    finally:
        await connection.close()


async def set_up_practice(settings: Settings) -> None:
    assert settings.database_url is not None
    db.init(settings.database_url)
    async with db.transaction() as session:
        await crypto.init(session, settings.keys_path)
        await identity.save_practice(
            session,
            name="des Tilleuls",
            country="FR",
            tzid="Europe/Paris",
            phone="01 23 45 67 89",
            totp_roles=frozenset(),
        )
        await identity.create_user(
            session,
            email="nurse@example.org",
            password=PASSWORD,
            display_name="Inès",
            roles={Role.NURSE},
        )
    await db.dispose()


@pytest.fixture
async def stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as opened:
        yield opened


async def browser(server: LiveServer, stack: AsyncExitStack) -> httpx.AsyncClient:
    client = httpx.AsyncClient(base_url=server.origin, headers={"origin": server.origin}, timeout=20)
    return await stack.enter_async_context(client)


@pytest.fixture
async def patient(server: LiveServer, stack: AsyncExitStack) -> Visitor:
    return await start_on(await browser(server, stack))


def live(server: LiveServer, visitor: Visitor, **options: Any) -> RealtimeClient:
    return live_as(server, visitor.client, visitor.id, **options)


def live_as(server: LiveServer, client: httpx.AsyncClient, conversation_id: object, **options: Any) -> RealtimeClient:
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    return RealtimeClient(server.live_url(conversation_id), cookie, server.origin, **options)


async def test_message_is_acknowledged_and_answered_live(server: LiveServer, patient: Visitor) -> None:
    async with live(server, patient) as client:
        await client.until(lambda: client.state is not None and 1 in client.messages)
        ack = await client.say(HEADACHE)
        assert (ack["seq"], ack["replay"], ack["emergency"]) == (2, False, None)
        await client.until(lambda: 3 in client.messages)
        assert client.messages[2]["text"] == HEADACHE
        assert client.messages[3]["kind"] == "question"
        await client.until(lambda: client.state["understood"] is not None and client.state["pending_question"])
        assert client.state["last_seq"] == 3
        assert client.errors == []


async def test_emergency_is_in_the_ack(server: LiveServer, patient: Visitor) -> None:
    async with live(server, patient) as client:
        ack = await client.say(PAIN)
        assert ack["level"] == "emergency"
        assert ack["emergency"]["primary"]["number"] == "15"
        await client.until(lambda: client.state and client.state["emergency"])
        await client.until(lambda: 3 in client.messages)
        assert client.messages[3]["kind"] == "emergency"


@pytest.mark.parametrize("drop_at", ["message_start", "message_chunk", "message_complete", "ack", "state"])
async def test_client_resumes_after_a_drop_without_loss_or_duplicate(
    server: LiveServer, patient: Visitor, drop_at: str
) -> None:
    client = await live(server, patient).open()
    await client.until(lambda: 1 in client.messages)
    client.drop_at = drop_at
    client_msg_id = uuid4()
    await client.write({"type": "message", "client_msg_id": str(client_msg_id), "text": HEADACHE})
    await client.until_closed()
    await client.open()
    await client.say(HEADACHE, client_msg_id)
    await client.until(lambda: 3 in client.messages)
    assert sorted(client.messages) == [1, 2, 3]
    assert client.duplicates == 0
    stored = await patient.messages()
    assert [message["text"] for message in stored] == [client.messages[seq]["text"] for seq in (1, 2, 3)]
    await client.drop()


async def test_two_tabs_see_the_same_thread(server: LiveServer, patient: Visitor) -> None:
    async with live(server, patient) as one, live(server, patient) as two:
        await one.say(HEADACHE)
        await asyncio.gather(*(tab.until(lambda tab=tab: 3 in tab.messages) for tab in (one, two)))
        await two.say("depuis lundi, à droite")
        await asyncio.gather(*(tab.until(lambda tab=tab: 5 in tab.messages) for tab in (one, two)))
        assert one.messages == two.messages


async def test_typing_reaches_the_other_tab_only(server: LiveServer, patient: Visitor) -> None:
    async with live(server, patient) as one, live(server, patient) as two:
        await two.until(lambda: two.state is not None)
        await one.write({"type": "typing", "on": True})
        await two.until(lambda: two.typing == [("patient", True)])
        assert one.typing == []


async def test_resending_over_any_channel_stores_one_message(server: LiveServer, patient: Visitor) -> None:
    client_msg_id = uuid4()
    async with live(server, patient) as client:
        first = await client.say(HEADACHE, client_msg_id)
        again = await client.say(HEADACHE, client_msg_id)
        posted = (await patient.say(HEADACHE, client_msg_id)).json()
        assert first["id"] == again["id"] == posted["id"]
        assert [first["replay"], again["replay"], posted["replay"]] == [False, True, True]
        await client.write({"type": "message", "client_msg_id": str(client_msg_id), "text": "autre"})
        await client.until(lambda: client.errors)
        assert client.errors[0]["problem"]["type"] == "/problems/client-message-id-reused"
        assert client.errors[0]["client_msg_id"] == str(client_msg_id)


async def test_server_sent_events_carry_the_same_thread(server: LiveServer, patient: Visitor) -> None:
    frames: list[dict[str, Any]] = []
    async with patient.client.stream("GET", f"{patient.url}/events", params={"after": 0}) as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert (await patient.say(HEADACHE)).status_code == 201
        async with asyncio.timeout(10):
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    frames.append(json.loads(line.removeprefix("data: ")))
                    if frames[-1].get("seq") == 3:
                        break
    assert frames[0]["type"] == "state"
    whole = [frame for frame in frames if frame["type"] == "message_complete"]
    assert [frame["seq"] for frame in whole] == [1, 2, 3]
    resume = {"last-event-id": "2"}
    async with patient.client.stream("GET", f"{patient.url}/events", headers=resume) as stream:
        async with asyncio.timeout(10):
            async for line in stream.aiter_lines():
                if line.startswith("id: "):
                    assert line == "id: 3"
                    break


async def test_nurse_may_join_but_not_write_as_the_patient(
    server: LiveServer, patient: Visitor, stack: AsyncExitStack
) -> None:
    nurse = await browser(server, stack)
    form = {"email": "nurse@example.org", "password": PASSWORD}
    assert (await nurse.post("/api/login", json=form)).status_code == 200
    async with live_as(server, nurse, patient.id) as client:
        await client.until(lambda: 1 in client.messages)
        await client.write({"type": "message", "client_msg_id": str(uuid4()), "text": "bonjour"})
        await client.until(lambda: client.errors)
        assert client.errors[0]["problem"]["type"] == "/problems/forbidden"


async def test_foreign_unknown_and_malformed_conversations_close_with_4404(
    server: LiveServer, patient: Visitor, stack: AsyncExitStack
) -> None:
    stranger = await start_on(await browser(server, stack))
    for conversation_id in (patient.id, uuid4(), "no-uuid"):
        client = await live_as(server, stranger.client, conversation_id).open()
        assert await client.until_closed() == 4404
        assert client.messages == {}
        assert client.errors[0]["problem"]["type"] == "/problems/conversation-not-found"


async def test_without_a_session_the_socket_closes_with_4401(server: LiveServer, patient: Visitor) -> None:
    client = await RealtimeClient(server.live_url(patient.id), "osler=nonsense", server.origin).open()
    assert await client.until_closed() == 4401


async def test_foreign_origin_is_refused_at_the_handshake(server: LiveServer, patient: Visitor) -> None:
    client = live(server, patient)
    client.origin = "https://evil.example"
    with pytest.raises(InvalidStatus):
        await client.open()


async def test_logging_out_closes_live_connections_with_4401(server: LiveServer, patient: Visitor) -> None:
    async with live(server, patient) as client:
        await client.until(lambda: client.state is not None)
        assert (await patient.client.post("/api/logout")).status_code in (200, 204)
        assert await client.until_closed(timeout_s=5) == 4401


async def test_sixth_connection_of_a_session_is_refused(server: LiveServer, patient: Visitor) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(5):
            tab = await stack.enter_async_context(live(server, patient))
            await tab.until(lambda tab=tab: tab.state is not None)
        sixth = await live(server, patient).open()
        assert await sixth.until_closed() == 4429


@pytest.mark.parametrize(
    "frame",
    [
        "not json",
        "[]",
        "12",
        '"text"',
        "{}",
        '{"type":"unknown"}',
        '{"type":"message"}',
        '{"type":"message","client_msg_id":"x","text":"bonjour"}',
        '{"type":"message","client_msg_id":12,"text":"bonjour"}',
        '{"type":"message","client_msg_id":"%s"}',
        '{"type":"message","client_msg_id":"%s","text":null}',
        '{"type":"message","client_msg_id":"%s","text":"\\ud800"}',
        '{"type":"message","client_msg_id":"%s","text":"\\u0000"}',
        '{"type":"hello","after":0}',
        b"\x00\x01\x02",
        "\x00",
        "[" * 10_000,
    ],
)
async def test_bad_frame_gets_an_error_and_the_connection_lives(
    server: LiveServer, patient: Visitor, frame: str | bytes
) -> None:
    async with live(server, patient) as client:
        await client.until(lambda: client.state is not None)
        await client.write(frame.replace("%s", str(uuid4())) if isinstance(frame, str) else frame)
        await client.until(lambda: client.errors)
        assert client.errors[0]["fatal"] is False
        assert client.errors[0]["problem"]["detail"]
        assert (await client.say(HEADACHE))["seq"] == 2
    assert len(await patient.messages()) >= 2


@pytest.mark.parametrize("hello", [-1, 1.5, "0", None, True, 2**40, 99])
async def test_bad_hello_gets_an_error_and_may_be_repeated(server: LiveServer, patient: Visitor, hello: object) -> None:
    client = live(server, patient)
    client.after = hello  # type: ignore[assignment]
    await client.open()
    await client.until(lambda: client.errors)
    client.after = 0
    await client.write({"type": "hello", "after": 0})
    await client.until(lambda: 1 in client.messages)
    await client.drop()


async def test_twentieth_bad_frame_ends_the_connection(server: LiveServer, patient: Visitor) -> None:
    async with live(server, patient) as client:
        for _ in range(20):
            await client.write("nonsense")
        assert await client.until_closed() == 4400
        assert client.errors[-1]["fatal"] is True


async def test_long_message_is_refused_and_a_huge_frame_ends_the_connection(
    server: LiveServer, patient: Visitor
) -> None:
    async with live(server, patient) as client:
        await client.write({"type": "message", "client_msg_id": str(uuid4()), "text": "é" * 8001})
        await client.until(lambda: client.errors)
        assert client.errors[0]["problem"]["type"] == "/problems/text-too-long"
        assert "trop long" in client.errors[0]["problem"]["detail"]
        await client.write({"type": "message", "client_msg_id": str(uuid4()), "text": "x" * 10_000_000})
        assert await client.until_closed() in (1009, 1006)
    assert len(await patient.messages()) == 1
    assert (await patient.say(HEADACHE)).status_code == 201


async def test_closed_conversation_answers_with_an_error_frame(server: LiveServer, patient: Visitor) -> None:
    async with live(server, patient) as client:
        await patient.client.post(f"{patient.url}/close")
        await client.until(lambda: client.state and client.state["status"] == "closed")
        await client.write({"type": "message", "client_msg_id": str(uuid4()), "text": HEADACHE})
        await client.until(lambda: client.errors)
        assert client.errors[0]["problem"]["type"] == "/problems/conversation-closed"


async def test_flood_is_slowed_and_nothing_acknowledged_is_lost(server: LiveServer, patient: Visitor) -> None:
    async with live(server, patient) as client:
        ids = [uuid4() for _ in range(40)]
        for number, client_msg_id in enumerate(ids):
            await client.write(
                {"type": "message", "client_msg_id": str(client_msg_id), "text": f"message numéro {number}"}
            )
        await client.until(lambda: len(client.acks) + len(client.errors) >= 40, timeout_s=20)
        assert {frame["problem"]["type"] for frame in client.errors} <= {"/problems/too-many-requests"}
        refused = {frame["client_msg_id"] for frame in client.errors}
        assert refused.isdisjoint(client.acks)
        await client.say(PAIN)
        last = max(ack["seq"] for ack in client.acks.values())
        await client.until(lambda: last in client.messages, timeout_s=20)
    said = [message["client_msg_id"] for message in await patient.messages() if message["role"] == "patient"]
    assert sorted(said) == sorted(client.acks)


async def test_ping_is_answered(server: LiveServer, patient: Visitor) -> None:
    async with live(server, patient) as client:
        await client.write({"type": "ping", "t": 42})
        await client.until(lambda: client.pongs == [42])


async def test_client_that_does_not_read_is_let_go(server: LiveServer, patient: Visitor) -> None:
    """Its socket fills up; the server gives up on it and stays well for the others."""
    async with live(server, patient, max_queue=1) as slow:
        await slow.until(lambda: slow.state is not None)
        assert slow._socket is not None
        slow._socket.transport.pause_reading()
        for index in range(120):
            answer = await patient.say(f"{index} " + "à" * 7_900)
            if answer.status_code == 429:
                await asyncio.sleep(0.5)
        async with live(server, patient) as other:
            await other.until(lambda: other.state is not None)
            assert (await other.say("encore"))["seq"] > 1


async def test_log_holds_no_words_of_the_patient(server: LiveServer, patient: Visitor) -> None:
    async with live(server, patient) as client:
        await client.say("canari-7f3a une phrase que personne ne doit journaliser")
        await client.write('{"type":"message","client_msg_id":"x","text":"canari-7f3a"}')
        await client.until(lambda: client.errors and 3 in client.messages)
    await asyncio.sleep(0.2)
    assert "canari-7f3a" not in server.log.read_text()
