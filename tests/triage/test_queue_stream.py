"""The live queue: across processes, within a second, coalesced, and over when the session is."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from starlette.types import ASGIApp
from tests.assistant.live_server import LiveServer, free_port
from tests.factories import PASSWORD, make_practice, make_user
from tests.triage import scene

from osler.core import db
from osler.core.auth import Actor, Role
from osler.core.errors import TooManyRequests
from osler.core.settings import Settings
from osler.identity import sessions
from osler.triage import Urgency, review
from osler.triage.queue_stream import (
    STREAMS_PER_SESSION,
    Event,
    OpenAlerts,
    QueueChange,
    follow,
    refuse_too_many,
)


async def sign_in(role: Role, settings: Settings) -> Actor:
    user_id, _ = await make_user(role)
    async with db.transaction() as session:
        begun = await sessions.begin(
            session, settings=settings.sessions, user_id=user_id, aal=2, device=None, address=None
        )
    return begun.actor


@pytest.fixture
async def nurse(app: ASGIApp, settings: Settings) -> Actor:
    await make_practice()
    return await sign_in(Role.NURSE, settings)


async def next_of(events: AsyncIterator[Event], kind: type) -> Any:
    async with asyncio.timeout(5):
        async for event in events:
            if isinstance(event, kind):
                return event
    raise AssertionError("the stream ended")


async def opened(events: AsyncIterator[Event]) -> None:
    assert (await next_of(events, QueueChange)).reload
    await next_of(events, OpenAlerts)


async def test_emergency_is_a_line_and_an_alert_as_soon_as_it_is_committed(nurse: Actor, settings: Settings) -> None:
    async with aclosing(follow(nurse, sessions=settings.sessions, with_queue=True)) as events:
        await opened(events)
        started = time.perf_counter()
        _, report = await scene.make_alarm()
        alerts = await next_of(events, OpenAlerts)
        change = await next_of(events, QueueChange)
        assert time.perf_counter() - started < 2
    assert [alert.report_id for alert in alerts.alerts] == [report.id]
    assert [(entry.id, entry.urgency) for entry in change.changed] == [(report.id, Urgency.EMERGENCY)]


async def test_report_that_leaves_the_queue_is_removed(nurse: Actor, settings: Settings) -> None:
    _, report = await scene.make_submitted()
    async with aclosing(follow(nurse, sessions=settings.sessions, with_queue=True)) as events:
        await opened(events)
        async with db.transaction() as session:
            await review.approve(session, report_id=report.id, actor=nurse, version=report.version)
        change = await next_of(events, QueueChange)
    assert (change.changed, change.removed) == ((), (report.id,))


async def test_drafts_are_followed_only_when_asked_for(nurse: Actor, settings: Settings) -> None:
    quiet = follow(nurse, sessions=settings.sessions, with_queue=True)
    curious = follow(nurse, sessions=settings.sessions, with_queue=True, with_drafts=True)
    async with aclosing(quiet), aclosing(curious):
        await opened(quiet)
        await opened(curious)
        case = await scene.make_draft()
        change = await next_of(curious, QueueChange)
        assert [entry.conversation_id for entry in change.changed] == [case.conversation_id]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                await anext(quiet)


async def test_burst_becomes_few_refreshes(nurse: Actor, settings: Settings) -> None:
    async with aclosing(follow(nurse, sessions=settings.sessions, with_queue=True)) as events:
        await opened(events)
        wanted = {(await scene.make_submitted(Urgency.SOON))[1].id for _ in range(8)}
        seen: set[UUID] = set()
        started, refreshes = time.monotonic(), 0
        while seen < wanted:
            change = await next_of(events, QueueChange)
            refreshes += 1
            seen |= {entry.id for entry in change.changed}
        assert refreshes <= 1 + (time.monotonic() - started) / 0.2


async def test_stream_ends_with_the_session(nurse: Actor, settings: Settings) -> None:
    async with aclosing(follow(nurse, sessions=settings.sessions, with_queue=True)) as events:
        await opened(events)
        assert nurse.session_id is not None
        async with db.transaction() as session:
            await sessions.end(session, nurse.session_id)
        async with asyncio.timeout(3):
            assert [event async for event in events] == []


async def test_stream_ends_when_roles_change_and_not_for_other_people(nurse: Actor, settings: Settings) -> None:
    other = await sign_in(Role.NURSE, settings)
    async with aclosing(follow(nurse, sessions=settings.sessions, with_queue=True)) as events:
        await opened(events)
        following = asyncio.ensure_future(anext(events))
        await change_roles(other)
        done, _ = await asyncio.wait({following}, timeout=0.5)
        assert not done
        await change_roles(nurse)
        with pytest.raises(StopAsyncIteration):
            await asyncio.wait_for(following, 3)


async def change_roles(actor: Actor) -> None:
    assert actor.id is not None
    async with db.transaction() as session:
        await sessions.refresh(session, user_id=actor.id)


async def test_one_session_follows_a_few_streams(nurse: Actor, settings: Settings) -> None:
    streams = [follow(nurse, sessions=settings.sessions, with_queue=True) for _ in range(STREAMS_PER_SESSION)]
    try:
        for events in streams:
            refuse_too_many(nurse)
            await opened(events)
        with pytest.raises(TooManyRequests):
            refuse_too_many(nurse)
    finally:
        for events in streams:
            await events.aclose()
    refuse_too_many(nurse)


async def test_no_database_connection_is_held_while_waiting(nurse: Actor, settings: Settings) -> None:
    streams = [follow(nurse, sessions=settings.sessions, with_queue=True) for _ in range(3 * settings.pool_size)]
    try:
        for events in streams:
            await opened(events)
        assert "Checked out connections: 0" in db.engine().pool.status()
        await scene.make_submitted()
    finally:
        for events in streams:
            await events.aclose()


async def test_all_staff_follow_alerts_without_patients(app: ASGIApp, settings: Settings) -> None:
    await make_practice()
    admin = await sign_in(Role.ADMIN, settings)
    async with aclosing(follow(admin, sessions=settings.sessions, with_queue=False)) as events:
        assert (await next_of(events, OpenAlerts)).alerts == ()
        await scene.make_alarm(name="Ondine Canari")
        [alert] = (await next_of(events, OpenAlerts)).alerts
    assert (alert.patient, alert.flag_ids) == (None, ())
    assert await scene.rows("select 1 from audit_event where action = 'queue:read'") == []


async def test_red_card_reaches_another_process_within_a_second(database: Settings, tmp_path: Path) -> None:
    await make_practice()
    _, email = await make_user(Role.NURSE)
    server = LiveServer(database, free_port(), tmp_path / "server.log")
    try:
        server.start("serve")
        await asyncio.to_thread(server.wait_until_ready)
        async with httpx.AsyncClient(base_url=server.origin, headers={"origin": server.origin}, timeout=20) as client:
            answer = await client.post("/api/login", json={"email": email, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            async with client.stream("GET", "/api/triage/queue/live") as stream:
                assert stream.headers["content-type"].startswith("text/event-stream")
                frames = _frames(stream)
                assert [(await anext(frames))[0] for _ in range(2)] == ["queue", "alert"]
                started = time.perf_counter()
                _, report = await scene.make_alarm(name="Ondine Canari")
                arrived = {}
                while arrived.keys() < {"queue", "alert"}:
                    name, content = await asyncio.wait_for(anext(frames), 5)
                    arrived[name] = content
                assert time.perf_counter() - started < 1.5
        [card] = arrived["queue"]["changed"]
        assert (card["id"], card["urgency"], card["patient"]["name"]) == (str(report.id), "emergency", "Ondine Canari")
        assert "Canari" not in server.log.read_text()
    finally:
        server.stop()


async def _frames(stream: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    name = ""
    async for line in stream.aiter_lines():
        field, _, content = line.partition(": ")
        if field == "event":
            name = content
        elif field == "data":
            yield name, json.loads(content)
