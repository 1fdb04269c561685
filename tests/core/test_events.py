"""Events: one job per subscriber, in the announcer's transaction."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from job_support import CREATE_EFFECT, effects, is_empty, leave, until, working

from osler.core import db
from osler.core.events import Event, publish, subscribe, subscribers
from osler.core.settings import Settings


@dataclass(frozen=True, slots=True)
class SlotFreed(Event):
    slot_id: str
    minutes: int
    is_urgent: bool


@dataclass(frozen=True, slots=True)
class NobodyCares(Event):
    id: str


@subscribe(SlotFreed)
async def offer(session: db.Session, event: SlotFreed) -> None:
    await leave(session, f"offer {event.slot_id} {event.minutes} {event.is_urgent}")


@subscribe(SlotFreed)
async def tally(session: db.Session, event: SlotFreed) -> None:
    await leave(session, f"tally {event.slot_id}")


@pytest.fixture
async def ledger(database: Settings) -> Settings:
    """A fresh database with a table for the subscribers' effects."""
    async with db.transaction() as session:
        await session.execute(sa.text(CREATE_EFFECT))
    return database


async def test_every_subscriber_hears_an_event_once(ledger: Settings) -> None:
    async with db.transaction() as session:
        await publish(session, SlotFreed("s1", 20, True))
        await publish(session, NobodyCares("n1"))
    async with db.transaction() as session:
        assert await session.scalar(sa.text("select count(*) from job")) == 2
    async with working():
        await until(is_empty)
    async with db.transaction() as session:
        assert sorted(await effects(session)) == ["offer s1 20 True", "tally s1"]


async def test_rolled_back_event_was_never_said(ledger: Settings) -> None:
    async with db.transaction() as session:
        await publish(session, SlotFreed("s1", 20, False))
        await session.rollback()
    async with db.transaction() as session:
        assert await session.scalar(sa.text("select count(*) from job")) == 0


async def test_event_with_a_wrong_value_is_refused(ledger: Settings) -> None:
    async with db.transaction() as session:
        with pytest.raises(TypeError, match="minutes must be int"):
            await publish(session, SlotFreed("s1", "20", True))  # type: ignore[arg-type]


def test_subscribers_can_be_listed() -> None:
    assert [task.name for task in subscribers(SlotFreed)] == [
        "test_events.offer.SlotFreed",
        "test_events.tally.SlotFreed",
    ]


def test_event_that_breaks_the_rules_is_refused_at_registration() -> None:
    @dataclass(slots=True)
    class Mutable(Event):
        id: str

    @dataclass(frozen=True)
    class WithoutSlots(Event):
        id: str

    @dataclass(frozen=True, slots=True)
    class CarriesFloat(Event):
        temperature: float

    @dataclass(frozen=True, slots=True)
    class MayBeMissing(Event):
        id: str | None

    @dataclass(frozen=True, slots=True)
    class Stranger:
        id: str

    class Plain(Event):
        pass

    for refused in (Mutable, WithoutSlots, CarriesFloat, MayBeMissing, Stranger, Plain, Event):
        with pytest.raises(TypeError):
            subscribe(refused)  # type: ignore[type-var]


def test_subscriber_takes_the_session_and_the_event() -> None:
    async def greedy(session: db.Session, event: SlotFreed, more: str) -> None: ...

    with pytest.raises(TypeError, match="the session and the event"):
        subscribe(SlotFreed)(greedy)  # type: ignore[arg-type]
