"""Live signals between processes over LISTEN/NOTIFY: "something about this topic changed", with ids only.

A signal is sent inside the transaction, so it arrives after the commit and never without it. It may be merged with
others or, when the listening connection breaks, be lost: a subscriber reads the current state, and reads it once more
on `None`, which means "you may have missed something".
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg
import orjson
from sqlalchemy import text
from sqlalchemy.engine import make_url

from osler.core.db import Session
from osler.core.log import get_logger

CHANNEL: Final = "osler_live"
QUEUE_LIMIT: Final = 64
Signal = dict[str, str | int | bool] | None

log = get_logger()
_NOTIFY = text("select pg_notify(:channel, :body)")


async def notify(session: Session, topic: str, **ids: str | int | bool) -> None:
    """Tell every process that something about `topic` changed, once this transaction commits."""
    await session.execute(_NOTIFY, {"channel": CHANNEL, "body": orjson.dumps({"topic": topic} | ids).decode()})


class Subscription:
    """What one listener has not read yet: at most `QUEUE_LIMIT` signals, then a single "you missed something"."""

    def __init__(self) -> None:
        self._signals: asyncio.Queue[Signal] = asyncio.Queue(QUEUE_LIMIT)

    def put(self, signal: Signal) -> None:
        if self._signals.full():
            while not self._signals.empty():
                self._signals.get_nowait()
            signal = None
        self._signals.put_nowait(signal)

    async def get(self) -> Signal:
        """Wait for the next signal."""
        return await self._signals.get()

    def get_nowait(self) -> Signal:
        """Return the next signal. Raises `asyncio.QueueEmpty`."""
        return self._signals.get_nowait()


class Hub:
    """The one listening connection of a process, shared by all its subscribers."""

    def __init__(self) -> None:
        self._subscribers: dict[str, set[Subscription]] = {}
        self._task: asyncio.Task[None] | None = None
        self.is_connected = False

    async def start(self, url: str) -> None:
        """Begin listening; reconnects by itself until `stop`."""
        dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        ready = asyncio.Event()
        self._task = asyncio.create_task(self._listen(dsn, ready))
        async with asyncio.timeout(10):
            await ready.wait()

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._task = None
        self.is_connected = False

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[Subscription]:
        """Receive the signals of `topics` while the block runs."""
        subscription = Subscription()
        for topic in topics:
            self._subscribers.setdefault(topic, set()).add(subscription)
        try:
            yield subscription
        finally:
            for topic in topics:
                listeners = self._subscribers.get(topic, set())
                listeners.discard(subscription)
                if not listeners:
                    self._subscribers.pop(topic, None)

    def _receive(self, _connection: Any, _pid: int, _channel: str, payload: Any) -> None:
        signal = orjson.loads(payload)
        for subscription in self._subscribers.get(signal.pop("topic"), ()):
            subscription.put(signal)

    def _missed(self) -> None:
        for listeners in self._subscribers.values():
            for subscription in listeners:
                subscription.put(None)

    async def _listen(self, dsn: str, ready: asyncio.Event) -> None:
        delay_s = 0.1
        while True:
            lost = asyncio.Event()
            try:
                connection = await asyncpg.connect(dsn, timeout=5)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError):
                await asyncio.sleep(delay_s)
                delay_s = min(delay_s * 2, 2.0)
                continue
            try:
                connection.add_termination_listener(lambda _c, lost=lost: lost.set())
                await connection.add_listener(CHANNEL, self._receive)
                self.is_connected, delay_s = True, 0.1
                if ready.is_set():
                    self._missed()
                ready.set()
                await lost.wait()
                log.warning("live_connection_lost")
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                log.warning("live_connection_lost")
            finally:
                self.is_connected = False
                connection.terminate()


hub = Hub()
