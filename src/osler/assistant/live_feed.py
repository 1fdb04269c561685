"""What is new in one conversation for one connection, whichever channel carries it.

A feed reads in short transactions of its own and holds neither a transaction nor a database connection while it waits.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from osler import conversations, identity
from osler.assistant import snapshot
from osler.assistant.schemas import ConversationState, MessageOut
from osler.core import db
from osler.core.auth import Actor
from osler.core.errors import TooManyRequests
from osler.core.live import Signal, Subscription, hub
from osler.core.settings import SessionSettings

PAGE: Final = 100
PING_EVERY_S: Final = 25.0
CHECK_SESSION_EVERY_S: Final = 60.0
CONNECTIONS_PER_SESSION: Final = 5

_open: Counter[UUID | None] = Counter()


@contextmanager
def place_for(session_id: UUID | None) -> Iterator[None]:
    """Count a connection of a session while the block runs. Raises `TooManyRequests` beyond the limit."""
    if _open[session_id] >= CONNECTIONS_PER_SESSION:
        raise TooManyRequests
    _open[session_id] += 1
    try:
        yield
    finally:
        _open[session_id] -= 1
        if _open[session_id] <= 0:
            del _open[session_id]


@dataclass(frozen=True, slots=True)
class News:
    """`state`, when there is one, covers all the messages sent with and after it so far."""

    state: ConversationState | None
    messages: list[MessageOut]


@dataclass(slots=True)
class Wake:
    """Why a feed woke up; several signals that came together are one waking."""

    has_messages: bool = False
    has_state: bool = False
    is_session_over: bool = False
    is_ping_due: bool = False
    typing: list[tuple[str, bool, str]] = field(default_factory=list)

    def add(self, signal: Signal) -> None:
        if signal is None:
            self.has_messages = self.has_state = True
        elif "session_id" in signal:
            self.is_session_over = True
        elif "typing" in signal:
            self.typing.append((str(signal["typing"]), bool(signal["on"]), str(signal["by"])))
        elif "seq" in signal:
            self.has_messages = True
        else:
            self.has_state = True


class Feed:
    """What `actor` has not seen of a conversation after message number `seq`."""

    __slots__ = ("_checked_at", "_pinged_at", "_settings", "_subscription", "actor", "conversation_id", "seq")

    def __init__(
        self, actor: Actor, conversation_id: UUID, *, after: int, settings: SessionSettings, signals: Subscription
    ) -> None:
        self.actor = actor
        self.conversation_id = conversation_id
        self.seq = after
        self._settings = settings
        self._subscription = signals
        self._pinged_at = self._checked_at = time.monotonic()

    async def news(self, *, with_state: bool) -> AsyncIterator[News]:
        """Yield what is new in pages, the state first; anything but the patient's own words changes the state too."""
        while True:
            async with db.transaction() as session:
                fresh = await conversations.list_messages(session, self.conversation_id, after=self.seq, limit=PAGE)
                state = None
                if with_state or any(message.role != "patient" for message in fresh):
                    conversation = await conversations.get(session, self.conversation_id)
                    state = await snapshot.state_of(session, conversation)
            yield News(state, [snapshot.message_out(message) for message in fresh])
            if fresh:
                self.seq = fresh[-1].seq
            if len(fresh) < PAGE:
                return
            with_state = False

    async def wait(self) -> Wake:
        """Wait until something happened, a ping is due, or the session is over."""
        wake = Wake()
        due = min(self._pinged_at + PING_EVERY_S, self._checked_at + CHECK_SESSION_EVERY_S)
        try:
            async with asyncio.timeout(max(0.0, due - time.monotonic())):
                wake.add(await self._subscription.get())
            while True:
                wake.add(self._subscription.get_nowait())
        except asyncio.QueueEmpty:
            pass
        except TimeoutError:
            await self._keep_time(wake)
        return wake

    async def _keep_time(self, wake: Wake) -> None:
        now = time.monotonic()
        if now >= self._pinged_at + PING_EVERY_S:
            self._pinged_at, wake.is_ping_due = now, True
        if now >= self._checked_at + CHECK_SESSION_EVERY_S:
            self._checked_at = now
            if self.actor.session_id is not None:
                async with db.transaction() as session:
                    is_live = await identity.is_session_live(session, self.actor.session_id, settings=self._settings)
                wake.is_session_over = not is_live


@asynccontextmanager
async def signals_of(actor: Actor, conversation_id: UUID) -> AsyncIterator[Subscription]:
    """Hear of a conversation's changes and of the end of the actor's session; subscribe before the first read."""
    async with hub.subscribe(f"conversation:{conversation_id}", f"session:{actor.session_id}") as subscription:
        yield subscription
