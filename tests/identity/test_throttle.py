import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from osler.core import clock, db
from osler.core.settings import Settings
from osler.identity import throttle
from osler.identity.tables import Tally as TallyRow
from osler.identity.throttle import FORGIVEN_AFTER, LONGEST_BLOCK, Bucket, Tally, count, network_of, spend

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
BUCKET = Bucket(key=b"k", limit=10, window=timedelta(minutes=1))


def fill(tally: Tally, now: datetime) -> Tally:
    for _ in range(BUCKET.limit + 1):
        tally = count(tally, BUCKET, now)
    return tally


def test_blocks_double_up_to_fifteen_minutes_and_never_become_permanent() -> None:
    tally, now, blocks = Tally(0, NOON, 0, None), NOON, []
    for _ in range(7):
        tally = fill(tally, now)
        assert tally.blocked_until is not None
        blocks.append((tally.blocked_until - now) / timedelta(minutes=1))
        now = tally.blocked_until
    assert blocks == [1, 2, 4, 8, 15, 15, 15]


def test_attempts_during_a_block_neither_count_nor_prolong_it() -> None:
    blocked = fill(Tally(0, NOON, 0, None), NOON)
    assert count(blocked, BUCKET, NOON + timedelta(seconds=30)) is blocked


def test_an_hour_of_quiet_makes_the_next_block_short_again() -> None:
    blocked = fill(fill(Tally(0, NOON, 0, None), NOON), NOON + timedelta(minutes=2))
    assert blocked.strikes == 2
    assert blocked.blocked_until is not None
    later = blocked.blocked_until + FORGIVEN_AFTER
    assert fill(blocked, later).blocked_until == later + timedelta(minutes=1)


@given(st.lists(st.floats(0, 4000), max_size=200))
def test_no_sequence_of_attempts_blocks_for_longer_than_the_bound(gaps: list[float]) -> None:
    tally, now = Tally(0, NOON, 0, None), NOON
    for gap in gaps:
        now += timedelta(seconds=gap)
        tally = count(tally, BUCKET, now)
        assert 0 <= tally.attempts <= BUCKET.limit
        assert tally.blocked_until is None or tally.blocked_until - now <= LONGEST_BLOCK


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("not an address", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_ipv6_network_counts_as_one_caller(address: str | None, network: str) -> None:
    assert network_of(address) == network


async def test_parallel_attempts_are_all_counted(database: Settings) -> None:
    bucket = throttle.account_bucket(b"somebody")

    async def attempt() -> bool:
        async with db.transaction() as session:
            return (await spend(session, bucket, throttle.address_bucket("192.0.2.7"))).wait is None

    outcomes = await asyncio.gather(*(attempt() for _ in range(30)))
    assert sum(outcomes) == bucket.limit


async def test_success_empties_one_bucket_and_returns_an_attempt_to_the_other(database: Settings) -> None:
    own, network = throttle.account_bucket(b"somebody"), throttle.address_bucket("192.0.2.7")
    with clock.freeze(NOON):
        for _ in range(3):
            async with db.transaction() as session:
                await spend(session, own, network)
        async with db.transaction() as session:
            await throttle.settle(session, reset=[own], give_back=[network])
        async with db.transaction() as session:
            left = {row.key: row.attempts for row in await session.scalars(select(TallyRow))}
    assert left == {network.key: 2}
