"""Emergencies: one open alert per conversation, acknowledged by a named person, repeated until then."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from tests.conftest import Clients
from tests.factories import make_practice, make_user, signed_in
from tests.triage import scene

from osler import triage
from osler.core import clock, db
from osler.core.auth import Actor, Kind, Role
from osler.core.settings import Settings
from osler.triage.alerts import Alert, acknowledge, list_open_alerts
from osler.triage.realerts import realert_due, sends_email

MINUTE = timedelta(minutes=1)
ORIGIN = "https://osler.example"


async def open_alerts() -> list[Alert]:
    async with db.transaction() as session:
        return await list_open_alerts(session)


async def realert() -> int:
    async with db.transaction() as session:
        return await realert_due(session, after=MINUTE, origin=ORIGIN)


async def letters() -> list[tuple[str, str]]:
    return [tuple(row) for row in await scene.rows("select template, dedupe_key from notification_outbox order by 2")]


async def test_alert_comes_and_goes_with_the_message(database: Settings) -> None:
    async with db.transaction() as session:
        case = await scene.make_case(session)
    with pytest.raises(RuntimeError, match="cut"):
        await _alarm_and_fail(case)
    assert await open_alerts() == []
    assert await scene.rows("select * from triage_report") == []


async def _alarm_and_fail(case: scene.Case) -> None:
    async with db.transaction() as session:
        await case.alarm(session)
        raise RuntimeError("cut")


async def test_same_flags_do_not_alert_twice_and_new_ones_join_the_open_alert(database: Settings) -> None:
    case, _ = await scene.make_alarm()
    async with db.transaction() as session:
        assert await case.alarm(session, "RF01") is False
        assert await case.alarm(session, "RF01", "RF03") is False
    [alert] = await open_alerts()
    assert alert.flag_ids == ("RF01", "RF03")


async def test_new_sign_after_an_acknowledgement_alerts_again(database: Settings) -> None:
    await make_practice()
    user_id, _ = await make_user(Role.NURSE)
    case, _ = await scene.make_alarm()
    [first] = await open_alerts()
    async with db.transaction() as session:
        await acknowledge(session, alert_id=first.id, actor=Actor(user_id, Kind.STAFF))
    async with db.transaction() as session:
        assert await case.alarm(session, "RF01") is False
        assert await case.alarm(session, "RF05") is True
    assert [alert.flag_ids for alert in await open_alerts()] == [("RF05",)]


async def test_emergency_of_an_anonymous_visitor_is_in_the_queue_at_once(new_client: Clients) -> None:
    await make_practice()
    _, report = await scene.make_alarm()
    await scene.make_submitted(triage.Urgency.URGENT)
    async with signed_in(new_client, Role.NURSE) as nurse:
        first, second = (await nurse.get("/api/triage/queue")).json()["items"]
    assert (first["id"], first["urgency"], first["status"], first["patient"]["name"]) == (
        str(report.id),
        "emergency",
        "draft",
        None,
    )
    assert first["alert_id"] is not None
    assert second["urgency"] == "urgent"


async def test_first_of_many_to_acknowledge_is_the_one_who_did(new_client: Clients) -> None:
    await make_practice()
    await scene.make_alarm()
    [alert] = await open_alerts()
    async with (
        signed_in(new_client, Role.NURSE, display_name="Aline Roux") as aline,
        signed_in(new_client, Role.SECRETARY, display_name="Basile Petit") as basile,
    ):
        url = f"/api/triage/alerts/{alert.id}/acknowledge"
        answers = await asyncio.gather(*(client.post(url) for client in (aline, basile) * 3))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["acknowledged_by_name"] for answer in answers}) == 1
    assert len(await scene.rows("select * from audit_event where action = 'alert:acknowledge'")) == 1
    assert await open_alerts() == []


async def test_administrator_sees_that_there_is_an_alert_and_not_whose(new_client: Clients) -> None:
    await make_practice()
    await scene.make_alarm(name="Ondine Canari")
    async with signed_in(new_client, Role.ADMIN) as admin, signed_in(new_client, Role.NURSE) as nurse:
        [seen] = (await admin.get("/api/triage/alerts")).json()
        assert (seen["patient"], seen["flag_ids"]) == (None, [])
        [known] = (await nurse.get("/api/triage/alerts")).json()
        assert (known["patient"]["name"], known["flag_ids"]) == ("Ondine Canari", ["RF01"])
        assert (await admin.post(f"/api/triage/alerts/{seen['id']}/acknowledge")).status_code == 403


async def test_unacknowledged_alert_goes_to_all_staff_again_after_a_minute(database: Settings) -> None:
    await make_practice()
    for role in (Role.NURSE, Role.PRACTITIONER, Role.SECRETARY, Role.ADMIN, Role.PATIENT):
        await make_user(role)
    with clock.freeze(datetime(2031, 5, 1, 9, 0, tzinfo=UTC)):
        await scene.make_alarm(name="Ondine Canari")
        clock.advance(timedelta(seconds=59))
        assert await realert() == 0
        clock.advance(timedelta(seconds=1))
        assert await realert() == 1
        assert await realert() == 0
    assert [template for template, _ in await letters()] == ["emergency_unacknowledged"] * 4
    [alert] = await open_alerts()
    assert alert.alert_count == 2


async def test_reminders_climb_then_letters_stop_while_screens_go_on(database: Settings) -> None:
    await make_practice()
    await make_user(Role.NURSE)
    with clock.freeze(datetime(2031, 5, 1, 9, 0, tzinfo=UTC)):
        await scene.make_alarm()
        for _ in range(40):
            clock.advance(MINUTE)
            assert await realert() == 1
    assert len(await letters()) == 6
    assert [reminder for reminder in range(200) if sends_email(reminder)] == [1, 2, 4, 8, 16, 32]


async def test_acknowledged_alert_is_never_repeated(database: Settings) -> None:
    await make_practice()
    user_id, _ = await make_user(Role.NURSE)
    with clock.freeze(datetime(2031, 5, 1, 9, 0, tzinfo=UTC)):
        await scene.make_alarm()
        [alert] = await open_alerts()
        async with db.transaction() as session:
            await acknowledge(session, alert_id=alert.id, actor=Actor(user_id, Kind.STAFF))
        clock.advance(timedelta(hours=1))
        assert await realert() == 0
    assert await letters() == []


async def test_racing_workers_repeat_an_alert_once(database: Settings) -> None:
    await make_practice()
    await make_user(Role.NURSE)
    with clock.freeze(datetime(2031, 5, 1, 9, 0, tzinfo=UTC)):
        await scene.make_alarm()
        clock.advance(MINUTE)
        assert sum(await asyncio.gather(*(realert() for _ in range(6)))) == 1
    assert len(await letters()) == 1


async def test_racing_acknowledgement_and_repetition_agree(database: Settings) -> None:
    await make_practice()
    user_id, _ = await make_user(Role.NURSE)

    async def take_note() -> None:
        async with db.transaction() as session:
            await acknowledge(session, alert_id=alert.id, actor=Actor(user_id, Kind.STAFF))

    with clock.freeze(datetime(2031, 5, 1, 9, 0, tzinfo=UTC)):
        await scene.make_alarm()
        [alert] = await open_alerts()
        clock.advance(MINUTE)
        repeated, _ = await asyncio.gather(realert(), take_note())
        clock.advance(timedelta(hours=1))
        assert await realert() == 0
    assert len(await letters()) == repeated
    assert await open_alerts() == []
