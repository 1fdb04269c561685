"""The queue and its alerts, live: what changed since, across all API processes, without holding a connection."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from osler import identity
from osler.core import db
from osler.core.auth import Actor
from osler.core.errors import TooManyRequests
from osler.core.live import Signal, Subscription, hub
from osler.core.log import get_logger
from osler.core.settings import SessionSettings
from osler.triage.alert_view import AlertCard, show_alerts
from osler.triage.alerts import list_open_alerts
from osler.triage.queue import QueueEntry, list_changed
from osler.triage.reports import DRAFTS_TOPIC, QUEUE_TOPIC
from osler.triage.schemas import OpenAlertsOut, QueueChangeOut
from osler.triage.shown import record_shown

# At most five refreshes a second and stream: a burst of signals becomes one.
REFRESH_S: Final = 0.2
PING_S: Final = 15.0
# A session that ended is signalled at once; this catches those that merely ran out.
SESSION_CHECK_S: Final = 60.0
STREAMS_PER_SESSION: Final = 8
# Where identity tells every process that a session's roles or factors are other than they were.
SESSIONS_TOPIC: Final = "sessions"

_open_streams: Counter[UUID | None] = Counter()

log = get_logger()


@dataclass(frozen=True, slots=True)
class QueueChange:
    """Lines that are new or different, and ids that left; `reload` says that something may have been missed."""

    changed: tuple[QueueEntry, ...]
    removed: tuple[UUID, ...]
    reload: bool


@dataclass(frozen=True, slots=True)
class OpenAlerts:
    """Every alert that nobody has acknowledged."""

    alerts: tuple[AlertCard, ...]


@dataclass(frozen=True, slots=True)
class Ping:
    """Sent when nothing happened, so that both ends notice a dead line."""


Event = QueueChange | OpenAlerts | Ping


async def follow(
    actor: Actor, *, sessions: SessionSettings, with_queue: bool, with_drafts: bool = False
) -> AsyncGenerator[Event]:
    """Yield what changes, for as long as the actor's session and roles last and the database answers.

    It begins with a request to load the list and with the open alerts, so that nothing falls between the list and
    the stream. Without `with_queue` there are only alerts.
    """
    topics = [QUEUE_TOPIC, SESSIONS_TOPIC, f"session:{actor.session_id}"] + ([DRAFTS_TOPIC] if with_drafts else [])
    _open_streams[actor.session_id] += 1
    try:
        async with hub.subscribe(*topics) as subscription:
            if with_queue:
                yield QueueChange((), (), reload=True)
            yield await _alerts(actor)
            async for event in _changes(actor, subscription, sessions, with_queue=with_queue, with_drafts=with_drafts):
                yield event
    except (DBAPIError, PoolTimeout, OSError) as error:
        log.warning("queue_stream_lost", error=type(error).__name__)
    finally:
        _open_streams[actor.session_id] -= 1
        if not _open_streams[actor.session_id]:
            del _open_streams[actor.session_id]


def refuse_too_many(actor: Actor) -> None:
    """Raise `TooManyRequests` when a session follows more streams than a person has windows."""
    if _open_streams[actor.session_id] >= STREAMS_PER_SESSION:
        raise TooManyRequests


async def _changes(
    actor: Actor, subscription: Subscription, sessions: SessionSettings, *, with_queue: bool, with_drafts: bool
) -> AsyncIterator[Event]:
    refreshed = checked = time.monotonic()
    while True:
        signals = await _burst(subscription, not_before=refreshed + REFRESH_S)
        if any(signal is not None and signal.get("session_id") == str(actor.session_id) for signal in signals):
            return
        has_missed = None in signals
        if has_missed or time.monotonic() - checked >= SESSION_CHECK_S:
            checked = time.monotonic()
            if not await _is_live(actor, sessions):
                return
        if not signals:
            yield Ping()
        signals = [signal for signal in signals if signal is None or "report_id" in signal]
        if not signals:
            continue
        refreshed = time.monotonic()
        if has_missed or any(signal is not None and "alert_id" in signal for signal in signals):
            yield await _alerts(actor)
        if with_queue:
            yield QueueChange((), (), reload=True) if has_missed else await _queue(actor, signals, with_drafts)


async def _burst(subscription: Subscription, *, not_before: float) -> list[Signal]:
    """Wait for a signal, and return it with all that came until `not_before`; nothing after a quiet while."""
    try:
        async with asyncio.timeout(PING_S):
            signals = [await subscription.get()]
    except TimeoutError:
        return []
    await asyncio.sleep(max(0.0, not_before - time.monotonic()))
    while True:
        try:
            signals.append(subscription.get_nowait())
        except asyncio.QueueEmpty:
            return signals


async def _queue(actor: Actor, signals: list[Signal], with_drafts: bool) -> QueueChange:
    report_ids = {UUID(str(signal["report_id"])) for signal in signals if signal is not None}
    async with db.transaction() as session:
        entries = await list_changed(session, report_ids=report_ids, with_drafts=with_drafts)
        await record_shown(session, actor=actor, patient_of={entry.id: entry.patient.id for entry in entries})
    return QueueChange(
        changed=tuple(entries), removed=tuple(report_ids - {entry.id for entry in entries}), reload=False
    )


async def _alerts(actor: Actor) -> OpenAlerts:
    async with db.transaction() as session:
        cards = await show_alerts(session, actor=actor, alerts=await list_open_alerts(session))
    return OpenAlerts(tuple(cards))


async def _is_live(actor: Actor, sessions: SessionSettings) -> bool:
    if actor.session_id is None:
        return False
    async with db.transaction() as session:
        return await identity.is_session_live(session, actor.session_id, settings=sessions)


async def encode(events: AsyncGenerator[Event]) -> AsyncIterator[bytes]:
    """Return events as server-sent ones."""
    async with aclosing(events):
        async for event in events:
            if isinstance(event, QueueChange):
                yield _frame("queue", QueueChangeOut.model_validate(event))
            elif isinstance(event, OpenAlerts):
                yield _frame("alert", OpenAlertsOut.model_validate(event))
            else:
                yield b"event: ping\ndata: {}\n\n"


def _frame(name: str, content: BaseModel) -> bytes:
    return f"event: {name}\ndata: {content.model_dump_json()}\n\n".encode()
