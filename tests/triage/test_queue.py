"""The queue: order, filters, search, pages; and a row in the audit for every patient it names."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from tests.conftest import Clients
from tests.factories import make_practice, signed_in
from tests.triage import scene
from tests.triage.scene import decide

from osler.core import clock
from osler.core.auth import Role
from osler.triage import Urgency, shown
from osler.triage.schemas import QueuePageOut


@pytest.fixture
async def nurse(new_client: Clients) -> Any:
    shown.forget()
    await make_practice()
    async with signed_in(new_client, Role.NURSE, display_name="Aline Roux") as client:
        yield client


async def items(client: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    answer = await client.get("/api/triage/queue", params=query)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def ids(client: httpx.AsyncClient, **query: Any) -> list[str]:
    return [item["id"] for item in await items(client, **query)]


async def test_most_pressing_first_then_longest_waiting(nurse: httpx.AsyncClient) -> None:
    expected = {}
    with clock.freeze(clock.now()):
        for urgency in (Urgency.SELF_CARE, Urgency.URGENT, Urgency.ROUTINE, Urgency.URGENT, Urgency.SOON):
            _, report = await scene.make_submitted(urgency)
            expected.setdefault(urgency, []).append(str(report.id))
            clock.advance(timedelta(minutes=1))
        _, alarm = await scene.make_alarm()
        found = await ids(nurse)
    assert found == [
        str(alarm.id),
        *expected[Urgency.URGENT],
        *expected[Urgency.SOON],
        *expected[Urgency.ROUTINE],
        *expected[Urgency.SELF_CARE],
    ]


async def test_an_emergency_nobody_acknowledged_stands_above_the_others(nurse: httpx.AsyncClient) -> None:
    with clock.freeze(clock.now()):
        named = {}
        for name in ("escalated", "acknowledged", "second", "new"):
            _, named[name] = await scene.make_alarm()
            clock.advance(timedelta(minutes=1))
        _, urgent = await scene.make_submitted(Urgency.URGENT)
        alerts = (await nurse.get("/api/triage/alerts")).json()
        for name in ("escalated", "acknowledged"):
            [alert] = [alert for alert in alerts if alert["report_id"] == str(named[name].id)]
            assert (await nurse.post(f"/api/triage/alerts/{alert['id']}/acknowledge")).is_success
        passed_on = named["escalated"]
        await decide(nurse, passed_on.id, "escalate", version=passed_on.version, reason="À voir tout de suite.")
        expected = [str(named[name].id) for name in ("second", "new", "acknowledged", "escalated")] + [str(urgent.id)]
        assert await ids(nurse) == expected
        walked: list[str] = []
        cursor: dict[str, str] = {}
        for _ in expected:
            page = (await nurse.get("/api/triage/queue", params={"limit": 1} | cursor)).json()
            walked += [item["id"] for item in page["items"]]
            cursor = {"cursor": page["next_cursor"]}
    assert walked == expected
    assert cursor == {"cursor": None}


async def test_page_has_exactly_the_fields_of_its_schema(nurse: httpx.AsyncClient) -> None:
    await scene.make_alarm()
    _, report = await scene.make_submitted(name="Élodie Le Gall")
    await nurse.post(f"/api/triage/reports/{report.id}/claim", json={})
    page = await nurse.get("/api/triage/queue")
    assert page.headers["content-type"] == "application/json"
    assert QueuePageOut.model_validate_json(page.content).model_dump(mode="json") == page.json()


@pytest.mark.parametrize(
    ("urgency", "target"),
    [
        (Urgency.URGENT, timedelta(minutes=30)),
        (Urgency.SOON, timedelta(hours=4)),
        (Urgency.ROUTINE, timedelta(hours=24)),
        (Urgency.SELF_CARE, timedelta(hours=48)),
    ],
)
async def test_target_follows_the_urgency(nurse: httpx.AsyncClient, urgency: Urgency, target: timedelta) -> None:
    now = clock.now()
    with clock.freeze(now):
        await scene.make_submitted(urgency)
    [item] = await items(nurse)
    assert item["waiting_since"] == now.isoformat().replace("+00:00", "Z")
    assert item["target_at"] == (now + target).isoformat().replace("+00:00", "Z")


async def test_target_is_the_practices_to_set(nurse: httpx.AsyncClient) -> None:
    await scene.run("update triage_setting set urgent_target = '7 minutes'")
    now = clock.now()
    with clock.freeze(now):
        await scene.make_submitted(Urgency.URGENT)
    [item] = await items(nurse)
    assert item["target_at"] == (now + timedelta(minutes=7)).isoformat().replace("+00:00", "Z")


async def test_pages_meet_without_gap_or_repetition(nurse: httpx.AsyncClient) -> None:
    urgencies = [Urgency.URGENT, Urgency.SOON, Urgency.URGENT, Urgency.ROUTINE, Urgency.SOON, Urgency.URGENT]
    with clock.freeze(clock.now()):  # All at one instant, so that only the id decides among equals.
        for urgency in urgencies:
            await scene.make_submitted(urgency)
    everything = await ids(nurse)
    walked, cursor = [], None
    while True:
        query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await nurse.get("/api/triage/queue", params=query)).json()
        walked += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert walked == everything
    assert len(walked) == len(urgencies)


async def test_newest_first_pages_meet_too(nurse: httpx.AsyncClient) -> None:
    for _ in range(3):
        _, report = await scene.make_submitted()
        assert (await decide(nurse, report.id, "approve", version=report.version)).status_code == 200
    for view in ("reviewed", "any"):
        first = (await nurse.get("/api/triage/queue", params={"status": view, "limit": 2})).json()
        rest = await ids(nurse, status=view, limit=2, cursor=first["next_cursor"])
        assert [item["id"] for item in first["items"]] + rest == await ids(nurse, status=view)


@pytest.mark.parametrize("cursor", ["x", "é", "AAAA", "A" * 120, "===="])
async def test_forged_cursor_is_a_400_problem(nurse: httpx.AsyncClient, cursor: str) -> None:
    answer = await nurse.get("/api/triage/queue", params={"cursor": cursor})
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/invalid-cursor")


async def test_cursor_of_another_list_is_refused(nurse: httpx.AsyncClient) -> None:
    for _ in range(2):
        await scene.make_submitted()
    cursor = (await nurse.get("/api/triage/queue", params={"limit": 1})).json()["next_cursor"]
    answer = await nurse.get("/api/triage/queue", params={"status": "any", "cursor": cursor})
    assert answer.json()["type"] == "/problems/invalid-cursor"


async def test_filters_narrow_the_list(nurse: httpx.AsyncClient) -> None:
    draft = await scene.report_of(await scene.make_draft())
    _, urgent = await scene.make_submitted(Urgency.URGENT)
    _, english = await scene.make_submitted(Urgency.SOON, language="en", text="I have had a headache for two days.")
    await nurse.post(f"/api/triage/reports/{english.id}/claim", json={})
    assert await ids(nurse) == [str(urgent.id), str(english.id)]
    assert await ids(nurse, status="draft") == [str(draft.id)]
    assert await ids(nurse, urgency=["urgent", "routine"]) == [str(urgent.id)]
    assert await ids(nurse, language="en") == [str(english.id)]
    assert await ids(nurse, mine=True) == [str(english.id)]
    assert await ids(nurse, unclaimed=True) == [str(urgent.id)]
    assert await ids(nurse, complaint="headache") == [str(urgent.id), str(english.id)]
    assert await ids(nurse, complaint="fever") == []
    assert (await nurse.get("/api/triage/queue", params={"status": "everything"})).status_code == 422
    assert (await nurse.get("/api/triage/queue", params={"limit": 101})).status_code == 422


async def test_line_quotes_the_patient_and_never_at_length(nurse: httpx.AsyncClient) -> None:
    await scene.make_submitted()
    await scene.make_submitted(text=scene.HEADACHE + " Et je suis fatigué" * 40)
    for item in await items(nurse):
        assert "mal à la tête" in item["words"]
        assert len(item["words"]) <= 160


async def test_search_finds_a_whole_name_or_a_reference(nurse: httpx.AsyncClient) -> None:
    _, report = await scene.make_submitted(name="Élodie Le Gall")
    await scene.make_submitted(name="Marc Le Gall")
    for typed in ("elodie le-gall", "LE GALL ELODIE", report.reference, report.reference.lower()):
        assert await ids(nurse, q=typed) == [str(report.id)]
    for typed in ("Élodie", "Gall", "%%", "00000000"):
        assert await ids(nurse, q=typed) == []


async def test_each_patient_named_is_audited_once_per_quarter_of_an_hour(
    nurse: httpx.AsyncClient, new_client: Clients
) -> None:
    for _ in range(3):
        await scene.make_submitted()
    reads = "select patient_id from audit_event where action = 'queue:read'"
    for _ in range(3):
        assert len(await items(nurse)) == 3
    assert len(await scene.rows(reads)) == 3
    await scene.make_submitted()
    await items(nurse)
    assert len(await scene.rows(reads)) == 4
    async with signed_in(new_client, Role.PRACTITIONER) as other:
        assert len(await items(other)) == 4
    assert len({row.patient_id for row in await scene.rows(reads)}) == 4
    assert len(await scene.rows(reads)) == 8


async def test_list_fails_when_its_audit_cannot_be_written(nurse: httpx.AsyncClient) -> None:
    await scene.make_submitted(name="Ondine Canari")
    await scene.run("alter table audit_event add constraint closed check (false) not valid")
    answer = await nurse.get("/api/triage/queue")
    assert answer.status_code == 500
    assert "Canari" not in answer.text
    await scene.run("alter table audit_event drop constraint closed")
    assert len(await items(nurse)) == 1
    assert len(await scene.rows("select 1 from audit_event where action = 'queue:read'")) == 1


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.ADMIN, Role.PATIENT])
async def test_queue_is_for_nurses_and_practitioners(new_client: Clients, role: Role) -> None:
    await make_practice()
    async with signed_in(new_client, role) as client:
        assert (await client.get("/api/triage/queue")).status_code == 403
        assert (await client.get("/api/triage/queue/live")).status_code == 403
        assert (await client.get(f"/api/triage/reports/{uuid4()}")).status_code == 403
