"""Figures of the queue: what is counted, how long things took, and nothing where nothing was measured."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.conftest import Clients
from tests.factories import make_practice, signed_in
from tests.triage import scene
from tests.triage.scene import decide

from osler.core import clock
from osler.core.auth import Role
from osler.triage import Urgency

REASON = "Douleur calmée après appel téléphonique."


@pytest.fixture
async def nurse(new_client: Clients) -> Any:
    await make_practice()
    async with signed_in(new_client, Role.NURSE) as client:
        yield client


async def figures(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get("/api/analytics/queue")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_empty_queue_has_counts_of_zero_and_no_made_up_times(nurse: httpx.AsyncClient) -> None:
    found = await figures(nurse)
    assert set(found["open_by_urgency"].values()) == {0}
    assert found["waiting"] == {
        "count": 0,
        "p50_s": None,
        "p90_s": None,
        "oldest_s": None,
        "within_target_share": None,
    }
    assert (found["unacknowledged_emergencies"], found["oldest_unacknowledged_s"]) == (0, None)
    assert [window["hours"] for window in found["reviews"]] == [24, 168]
    for window in found["reviews"]:
        assert (window["decided"], window["agreement_share"], window["time_to_review_p50_s"]) == (0, None, None)


async def test_waiting_reports_are_counted_and_timed(nurse: httpx.AsyncClient) -> None:
    with clock.freeze(clock.now()):
        await scene.make_draft()
        await scene.make_submitted(Urgency.URGENT)
        clock.advance(timedelta(minutes=4))
        await scene.make_alarm()
        clock.advance(timedelta(minutes=6))
        found = await figures(nurse)
    assert {urgency: n for urgency, n in found["open_by_urgency"].items() if n} == {"emergency": 1, "urgent": 1}
    assert found["by_status"] == {"draft": 2, "submitted": 1, "awaiting_patient": 0, "escalated": 0}
    waiting = found["waiting"]
    assert (waiting["count"], waiting["p50_s"], waiting["oldest_s"]) == (2, 480.0, 600.0)
    assert waiting["p90_s"] == pytest.approx(576.0)
    assert waiting["within_target_share"] == 0.5  # The emergency's five minutes are over, the other's thirty are not.
    assert (found["unacknowledged_emergencies"], found["oldest_unacknowledged_s"]) == (1, 360.0)


async def test_decisions_of_the_window_are_summed_up_without_those_undone(nurse: httpx.AsyncClient) -> None:
    start = clock.now()
    with clock.freeze(start):
        reports = [(await scene.make_submitted(Urgency.URGENT))[1] for _ in range(4)]
        clock.advance(timedelta(minutes=10))
        await decide(nurse, reports[0].id, "approve", version=reports[0].version)
        await decide(nurse, reports[1].id, "override", version=reports[1].version, urgency="soon", reason=REASON)
        undone = await decide(nurse, reports[2].id, "approve", version=reports[2].version)
        await decide(nurse, reports[2].id, "undo", version=undone.json()["entry"]["version"])
        day, week = (await figures(nurse))["reviews"]
    assert (day["submitted"], day["decided"], day["overridden"], day["lowered"], day["raised"]) == (4, 2, 1, 1, 0)
    assert (day["agreement_share"], day["within_target_share"]) == (0.5, 1.0)
    assert (day["time_to_review_p50_s"], day["time_to_review_p90_s"]) == (600.0, 600.0)
    assert week["decided"] == 2


async def test_older_decisions_leave_the_short_window(nurse: httpx.AsyncClient, new_client: Clients) -> None:
    _, report = await scene.make_submitted(Urgency.URGENT)
    await decide(nurse, report.id, "approve", version=report.version)
    with clock.freeze(clock.now() + timedelta(hours=25)):
        async with signed_in(new_client, Role.ADMIN) as admin:
            day, week = (await figures(admin))["reviews"]
    assert (day["decided"], week["decided"]) == (0, 1)


async def test_figures_are_for_staff(new_client: Clients) -> None:
    await make_practice()
    async with signed_in(new_client, Role.PATIENT) as patient:
        assert (await patient.get("/api/analytics/queue")).status_code == 403
