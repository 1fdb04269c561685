"""Slowing down guessing: attempts per account, address and second factor, counted in the database.

Every attempt is spent before it is tried, so parallel guesses count too. A bucket that overflows is closed for a
minute, then two, four, eight and at most fifteen; it never stays closed, since locking people out is an attack too.
"""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import delete, func, update
from sqlalchemy.dialects.postgresql import Insert, insert

from osler.core import clock, crypto
from osler.core.db import Session
from osler.core.errors import Problem
from osler.identity.tables import Tally as TallyRow

FIRST_BLOCK: Final = timedelta(minutes=1)
LONGEST_BLOCK: Final = timedelta(minutes=15)
# After this long without a new block, the next one is short again.
FORGIVEN_AFTER: Final = timedelta(hours=1)


class TooManyAttempts(Problem):
    status = 429
    title = "Too many attempts; please wait"

    def __init__(self, wait: timedelta) -> None:
        self.retry_after_s = max(1, round(wait.total_seconds()))
        super().__init__(retry_after_s=self.retry_after_s)


@dataclass(frozen=True, slots=True)
class Bucket:
    """Something that may be tried `limit` times per `window`."""

    key: bytes
    limit: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Tally:
    attempts: int
    window_started_at: datetime
    strikes: int
    blocked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How long to wait, if at all, and whether this very attempt closed a bucket."""

    wait: timedelta | None
    is_new_block: bool


def account_bucket(email_index: bytes) -> Bucket:
    """Guesses of one account's password, wherever they come from; the account need not exist."""
    return Bucket(_key("account", email_index.hex()), 10, timedelta(minutes=1))


def address_bucket(address: str | None) -> Bucket:
    """Failed attempts from one network: an IPv4 address, or the /64 of an IPv6 one."""
    return Bucket(_key("address", network_of(address)), 60, timedelta(minutes=1))


def registration_bucket(address: str | None) -> Bucket:
    """New accounts from one network; this also slows down asking which e-mails have an account."""
    return Bucket(_key("registration", network_of(address)), 30, timedelta(minutes=10))


def second_factor_bucket(user_id: UUID) -> Bucket:
    """Guesses of one user's codes, over all their pending logins."""
    return Bucket(_key("second_factor", str(user_id)), 10, timedelta(minutes=1))


def confirmation_bucket(user_id: UUID) -> Bucket:
    """Guesses of the password by somebody who already has the user's browser."""
    return Bucket(_key("confirmation", str(user_id)), 10, timedelta(minutes=1))


def _key(kind: str, subject: str) -> bytes:
    return crypto.blind_index("identity_throttle.key", f"{kind}|{subject}")


def network_of(address: str | None) -> str:
    """Return what counts as one caller: an IPv4 address, an IPv6 /64, or `unknown`."""
    try:
        parsed = ipaddress.ip_address((address or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)


def count(tally: Tally, bucket: Bucket, now: datetime) -> Tally:
    """Return `tally` after one more attempt; while a bucket is closed, attempts neither count nor prolong it."""
    if tally.blocked_until is not None:
        if now < tally.blocked_until:
            return tally
        if now - tally.blocked_until >= FORGIVEN_AFTER:
            tally = replace(tally, strikes=0, blocked_until=None)
    if now - tally.window_started_at >= bucket.window:
        tally = replace(tally, attempts=0, window_started_at=now)
    if tally.attempts < bucket.limit:
        return replace(tally, attempts=tally.attempts + 1)
    block = min(LONGEST_BLOCK, FIRST_BLOCK * 2 ** min(tally.strikes, 10))
    return Tally(attempts=0, window_started_at=now, strikes=tally.strikes + 1, blocked_until=now + block)


async def spend(session: Session, *buckets: Bucket) -> Verdict:
    """Count one attempt in every bucket and say whether it may be tried. Do it last, and commit before trying.

    Rows are locked in the order of their keys, so that two attempts cannot wait for each other.
    """
    now = clock.now()
    ordered = sorted(buckets, key=lambda bucket: bucket.key)
    fresh = Tally(attempts=0, window_started_at=now, strikes=0, blocked_until=None)
    # The first pass locks what is there; DO UPDATE also makes anew what a success or the housekeeping just removed.
    found = await session.execute(
        _upsert([_values(bucket, fresh, now) for bucket in ordered], "updated_at").returning(
            TallyRow.key, TallyRow.attempts, TallyRow.window_started_at, TallyRow.strikes, TallyRow.blocked_until
        )
    )
    before = {row.key: Tally(row.attempts, row.window_started_at, row.strikes, row.blocked_until) for row in found}
    after = {bucket.key: count(before[bucket.key], bucket, now) for bucket in ordered}
    columns = ("attempts", "window_started_at", "strikes", "blocked_until")
    await session.execute(_upsert([_values(bucket, after[bucket.key], now) for bucket in ordered], *columns))
    ends = {
        key: tally.blocked_until for key, tally in after.items() if tally.blocked_until and now < tally.blocked_until
    }
    return Verdict(
        wait=max(ends.values()) - now if ends else None,
        is_new_block=any(after[key] is not before[key] for key in ends),
    )


def _values(bucket: Bucket, tally: Tally, now: datetime) -> dict[str, object]:
    return {
        "key": bucket.key,
        "attempts": tally.attempts,
        "window_started_at": tally.window_started_at,
        "strikes": tally.strikes,
        "blocked_until": tally.blocked_until,
        "updated_at": now,
    }


def _upsert(rows: list[dict[str, object]], *columns: str) -> Insert:
    statement = insert(TallyRow).values(rows)
    changed = {column: statement.excluded[column] for column in columns}
    return statement.on_conflict_do_update(index_elements=["key"], set_=changed)


async def settle(session: Session, *, reset: Sequence[Bucket] = (), give_back: Sequence[Bucket] = ()) -> None:
    """After a success: empty the buckets that only the rightful owner can reach, return one attempt to the others.

    Call it last in a transaction, since it locks rows that every attempt from the same network needs.
    """
    emptied = {bucket.key for bucket in reset}
    for key in sorted(emptied | {bucket.key for bucket in give_back}):
        if key in emptied:
            await session.execute(delete(TallyRow).where(TallyRow.key == key))
        else:
            fewer = func.greatest(TallyRow.attempts - 1, 0)
            await session.execute(update(TallyRow).where(TallyRow.key == key).values(attempts=fewer))


async def forget_before(session: Session, before: datetime) -> int:
    """Remove tallies that nothing touched since `before` and return how many."""
    gone = await session.scalars(delete(TallyRow).where(TallyRow.updated_at < before).returning(TallyRow.key))
    return len(gone.all())
