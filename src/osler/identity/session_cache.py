"""What this process knows about sessions for a few seconds, so that a busy browser costs no query per request.

The cache is used only while this process hears revocations (`watch_revocations`), and no entry lives over five
seconds, in case a signal gets lost.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from osler.core import clock, live
from osler.core.auth import Actor

TTL_S: Final = 5.0
TTL: Final = timedelta(seconds=TTL_S)
LARGEST: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Entry:
    actor: Actor
    expires_at: datetime
    read_at: float
    read_on: datetime


class SessionCache:
    TOPIC: Final = "sessions"

    def __init__(self) -> None:
        self._entries: dict[bytes, _Entry] = {}
        self.is_watched = False
        self.generation = 0

    def get(self, hashed: bytes) -> Actor | None:
        """Return the actor behind a cookie's hash, if that was read lately."""
        entry = self._entries.get(hashed)
        if entry is None or not (self.is_watched and live.hub.is_connected):
            return None
        # Both clocks, so that neither one set back nor one held still makes an entry live longer.
        is_stale = time.monotonic() - entry.read_at > TTL_S or abs(clock.now() - entry.read_on) > TTL
        if is_stale or clock.now() >= entry.expires_at:
            self._entries.pop(hashed, None)
            return None
        return entry.actor

    def put(self, hashed: bytes, actor: Actor, expires_at: datetime, *, generation: int) -> None:
        """Keep what was read, unless something was revoked since `generation` was taken, before reading."""
        if generation != self.generation or not self.is_watched:
            return
        if len(self._entries) >= LARGEST:
            self._entries.clear()
        self._entries[hashed] = _Entry(actor, expires_at, time.monotonic(), clock.now())

    def drop(self, session_ids: frozenset[UUID]) -> None:
        """Forget some sessions."""
        self.generation += 1
        for hashed in [key for key, entry in self._entries.items() if entry.actor.session_id in session_ids]:
            del self._entries[hashed]

    def clear(self) -> None:
        self.generation += 1
        self._entries.clear()


cache = SessionCache()


@asynccontextmanager
async def watch_revocations() -> AsyncIterator[None]:
    """Use the cache while the block runs, and forget what other processes revoke; for the life of an API process."""
    async with live.hub.subscribe(SessionCache.TOPIC) as subscription:
        follower = asyncio.create_task(_follow(subscription))
        cache.clear()
        cache.is_watched = True
        try:
            yield
        finally:
            cache.is_watched = False
            cache.clear()
            follower.cancel()
            await asyncio.gather(follower, return_exceptions=True)


async def _follow(subscription: live.Subscription) -> None:
    while True:
        signal = await subscription.get()
        if signal is None:
            cache.clear()
        else:
            cache.drop(frozenset({UUID(str(signal["session_id"]))}))
