"""Decisions: by whoever holds the claim, on the version they saw, kept for ever, undone within ten seconds."""

import asyncio
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from tests.conftest import Clients
from tests.factories import make_practice, make_user, signed_in
from tests.triage import scene
from tests.triage.scene import decide

from osler import conversations, triage
from osler.core import clock, db
from osler.core.auth import Actor, Kind, Role
from osler.triage import Urgency
from osler.triage.claims import hold
from osler.triage.reports import lock_report
from osler.triage.tasks import send_escalation

REASON = "Douleur calmée après appel téléphonique."


async def report_view(client: httpx.AsyncClient, report: triage.ReportSummary) -> dict[str, Any]:
    answer = await client.get(f"/api/triage/reports/{report.id}")
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


@pytest.fixture
async def nurse(new_client: Clients) -> Any:
    await make_practice()
    async with signed_in(new_client, Role.NURSE, display_name="Aline Roux") as client:
        yield client


async def test_one_of_twenty_nurses_wins_the_claim(new_client: Clients) -> None:
    await make_practice()
    _, report = await scene.make_submitted()
    async with AsyncExitStack() as stack:
        nurses = [
            await stack.enter_async_context(signed_in(new_client, Role.NURSE, display_name=f"Infirmière {chr(65 + n)}"))
            for n in range(20)
        ]
        url = f"/api/triage/reports/{report.id}/claim"
        answers = await asyncio.gather(*(client.post(url, json={}) for client in nurses))
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
        [won] = [answer.json() for answer in answers if answer.status_code == 200]
        lost = [answer.json() for answer in answers if answer.status_code == 409]
        assert {problem["type"] for problem in lost} == {"/problems/already-claimed"}
        assert {problem["owner_name"] for problem in lost} == {won["entry"]["claim"]["owner_name"]}


async def test_released_report_can_be_claimed_by_another(nurse: httpx.AsyncClient, new_client: Clients) -> None:
    _, report = await scene.make_submitted()
    url = f"/api/triage/reports/{report.id}/claim"
    async with signed_in(new_client, Role.NURSE) as other:
        assert (await nurse.post(url, json={})).status_code == 200
        assert (await other.delete(url)).status_code == 204
        assert (await other.post(url, json={})).status_code == 409
        assert (await nurse.delete(url)).status_code == 204
        assert (await other.post(url, json={})).status_code == 200


async def test_claim_of_somebody_who_left_can_be_taken(nurse: httpx.AsyncClient, new_client: Clients) -> None:
    _, report = await scene.make_submitted()
    url = f"/api/triage/reports/{report.id}/claim"
    async with signed_in(new_client, Role.NURSE) as other:
        await nurse.post(url, json={})
        assert (await other.post(url, json={})).status_code == 409
        await scene.run("update triage_claim set seen_at = seen_at - interval '16 minutes'")
        [item] = (await other.get("/api/triage/queue")).json()["items"]
        assert item["claim"]["is_idle"] is True
        assert (await other.post(url, json={})).status_code == 200


async def test_taking_over_needs_a_reason_and_leaves_a_trace(nurse: httpx.AsyncClient, new_client: Clients) -> None:
    _, report = await scene.make_submitted()
    url = f"/api/triage/reports/{report.id}/claim"
    async with signed_in(new_client, Role.NURSE) as other:
        await nurse.post(url, json={})
        assert (await other.post(url, json={"take_over": "because"})).status_code == 422
        taken = await other.post(url, json={"take_over": "handover"})
        assert taken.status_code == 200
    trail = await scene.rows("select reason from audit_event where action = 'report:claim' order by seq")
    assert [row.reason for row in trail] == [None, "handover"]


async def test_reading_a_report_keeps_the_claim_alive(nurse: httpx.AsyncClient) -> None:
    _, report = await scene.make_submitted()
    await nurse.post(f"/api/triage/reports/{report.id}/claim", json={})
    await scene.run("update triage_claim set seen_at = seen_at - interval '14 minutes'")
    await report_view(nurse, report)
    [(age,)] = await scene.rows("select now() - seen_at from triage_claim")
    assert age < timedelta(minutes=1)


async def test_drafts_cannot_be_claimed_but_live_emergencies_can(nurse: httpx.AsyncClient) -> None:
    draft = await scene.report_of(await scene.make_draft())
    _, alarm = await scene.make_alarm()
    refused = await nurse.post(f"/api/triage/reports/{draft.id}/claim", json={})
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/report-not-open")
    assert (await nurse.post(f"/api/triage/reports/{alarm.id}/claim", json={})).status_code == 200


async def test_approval_answers_the_patient_and_leaves_the_queue(nurse: httpx.AsyncClient) -> None:
    case, report = await scene.make_submitted(Urgency.URGENT)
    answer = await decide(nurse, report.id, "approve", version=report.version, note="Venez à 15 h.")
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["entry"]["status"], body["entry"]["claim"]) == ("reviewed", None)
    assert body["undo_until"] is not None
    kind, text = (await scene.thread(case))[-1]
    assert kind == "nurse_answer"
    assert "aujourd’hui" in text
    assert "Venez à 15 h." in text
    assert (await nurse.get("/api/triage/queue")).json()["items"] == []


async def test_decision_on_an_outdated_version_is_refused(nurse: httpx.AsyncClient) -> None:
    case, report = await scene.make_submitted()
    async with db.transaction() as session:
        await case.write(session, "Et de la fièvre.")
        changed = await case.save(session)
    answer = await decide(nurse, report.id, "approve", version=report.version)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/report-changed")
    assert answer.json()["version"] == changed.version
    assert await scene.rows("select * from triage_decision") == []


async def test_only_the_holder_of_the_claim_decides(nurse: httpx.AsyncClient, new_client: Clients) -> None:
    _, report = await scene.make_submitted()
    async with signed_in(new_client, Role.NURSE) as other:
        await nurse.post(f"/api/triage/reports/{report.id}/claim", json={})
        answer = await decide(other, report.id, "approve", version=report.version)
    assert (answer.status_code, answer.json()["owner_name"]) == (409, "Aline Roux")


async def test_one_of_two_simultaneous_decisions_counts(nurse: httpx.AsyncClient, new_client: Clients) -> None:
    case, report = await scene.make_submitted()
    async with signed_in(new_client, Role.NURSE) as other:
        answers = await asyncio.gather(
            *(decide(client, report.id, "approve", version=report.version) for client in (nurse, other, nurse, other))
        )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    assert [kind for kind, _ in await scene.thread(case)] == ["text", "nurse_answer"]


async def test_claim_that_meets_a_decision_waits_and_neither_is_sacrificed(nurse: httpx.AsyncClient) -> None:
    case, report = await scene.make_submitted()
    user_id = UUID((await nurse.get("/api/session")).json()["actor"]["id"])
    async with db.transaction() as session:  # A decision in its middle: the report is locked, the claim not yet taken.
        row = await lock_report(session, case.conversation_id)
        assert row is not None
        claiming = asyncio.ensure_future(nurse.post(f"/api/triage/reports/{report.id}/claim", json={}))
        await asyncio.sleep(0.3)
        await hold(session, row, actor=Actor(user_id, Kind.STAFF))
    assert (await claiming).status_code == 200


@pytest.mark.parametrize("role", [Role.PRACTITIONER, Role.SECRETARY, Role.ADMIN, Role.PATIENT])
async def test_only_nurses_decide(new_client: Clients, role: Role) -> None:
    await make_practice()
    _, report = await scene.make_submitted()
    async with signed_in(new_client, role) as client:
        for what, body in (
            ("approve", {}),
            ("override", {"urgency": "soon", "reason": REASON}),
            ("request-information", {"question": "Depuis quand ?"}),
            ("escalate", {"reason": REASON}),
            ("undo", {}),
        ):
            assert (await decide(client, report.id, what, version=1, **body)).status_code == 403
        assert (await client.post(f"/api/triage/reports/{report.id}/claim", json={})).status_code == 403


@pytest.mark.parametrize("reason", ["", "trop court", "x" * 1001, " " * 40 + "court"])
async def test_override_needs_a_reason_of_ten_to_a_thousand_characters(nurse: httpx.AsyncClient, reason: str) -> None:
    _, report = await scene.make_submitted()
    answer = await decide(nurse, report.id, "override", version=report.version, urgency="soon", reason=reason)
    assert answer.status_code == (200 if len(reason.strip()) == 10 else 422)


async def test_override_sets_the_urgency_and_keeps_the_reason_for_colleagues(nurse: httpx.AsyncClient) -> None:
    case, report = await scene.make_submitted(Urgency.URGENT)
    answer = await decide(nurse, report.id, "override", version=report.version, urgency="soon", reason=REASON)
    entry = answer.json()["entry"]
    assert (entry["urgency"], entry["assessed_urgency"], entry["status"]) == ("soon", "urgent", "reviewed")
    [decision] = answer.json()["decisions"]
    assert (decision["words"], decision["actor_name"], decision["report_version"]) == (
        REASON,
        "Aline Roux",
        report.version,
    )
    assert REASON not in str(await scene.thread(case))


async def test_override_to_an_emergency_shows_the_patient_the_numbers(nurse: httpx.AsyncClient) -> None:
    case, report = await scene.make_submitted(Urgency.SOON)
    answer = await decide(nurse, report.id, "override", version=report.version, urgency="emergency", reason=REASON)
    assert answer.status_code == 200
    assert "Appelez le 15 maintenant." in (await scene.thread(case))[-1][1]
    async with db.transaction() as session:
        conversation = await conversations.get(session, case.conversation_id)
    assert conversation.emergency_category == "medical"


async def test_override_to_the_same_urgency_is_refused(nurse: httpx.AsyncClient) -> None:
    _, report = await scene.make_submitted(Urgency.SOON)
    answer = await decide(nurse, report.id, "override", version=report.version, urgency="soon", reason=REASON)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/same-urgency")


async def test_emergency_is_lowered_only_after_somebody_acknowledged_it(nurse: httpx.AsyncClient) -> None:
    _, report = await scene.make_alarm()
    lower = {"version": report.version, "urgency": "urgent", "reason": REASON}
    refused = await decide(nurse, report.id, "override", **lower)
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/emergency-not-acknowledged")
    [alert] = (await nurse.get("/api/triage/alerts")).json()
    await nurse.post(f"/api/triage/alerts/{alert['id']}/acknowledge")
    assert (await decide(nurse, report.id, "override", **lower)).status_code == 200


async def test_lowered_emergency_comes_back_with_a_new_alarming_message(nurse: httpx.AsyncClient) -> None:
    case, report = await scene.make_alarm()
    [alert] = (await nurse.get("/api/triage/alerts")).json()
    await nurse.post(f"/api/triage/alerts/{alert['id']}/acknowledge")
    await decide(nurse, report.id, "override", version=report.version, urgency="urgent", reason=REASON)
    async with db.transaction() as session:
        await case.save(session, Urgency.EMERGENCY)
    lowered = await scene.report_of(case)
    assert lowered.urgency is Urgency.URGENT
    async with db.transaction() as session:
        assert await case.alarm(session, "RF01") is True
    raised = await scene.report_of(case)
    assert (raised.status, raised.urgency) == ("submitted", Urgency.EMERGENCY)


async def test_approving_an_emergency_acknowledges_it_and_repeats_the_numbers(nurse: httpx.AsyncClient) -> None:
    case, report = await scene.make_alarm()
    assert (await decide(nurse, report.id, "approve", version=report.version)).status_code == 200
    assert (await nurse.get("/api/triage/alerts")).json() == []
    assert "15" in (await scene.thread(case))[-1][1]


async def test_question_goes_to_the_patient_and_the_answer_returns(nurse: httpx.AsyncClient) -> None:
    with clock.freeze(clock.now()):
        case, report = await scene.make_submitted(Urgency.URGENT)
        _, later = await scene.make_submitted(Urgency.URGENT)
        asked = await decide(
            nurse, report.id, "request-information", version=report.version, question="Avez-vous de la fièvre ?"
        )
        assert asked.json()["entry"]["status"] == "awaiting_patient"
        assert [item["id"] for item in (await nurse.get("/api/triage/queue")).json()["items"]] == [
            str(later.id),
            str(report.id),
        ]
        target = datetime.fromisoformat(asked.json()["entry"]["target_at"])
        clock.advance(timedelta(minutes=10))
        async with db.transaction() as session:
            await case.write(session, "Oui, 38,5.")
            assert await triage.record_patient_answer(session, conversation_id=case.conversation_id) is True
            assert await triage.record_patient_answer(session, conversation_id=case.conversation_id) is False
        async with db.transaction() as session:
            await case.save(session, Urgency.URGENT)
        items = (await nurse.get("/api/triage/queue")).json()["items"]
    assert [item["id"] for item in items] == [str(report.id), str(later.id)]
    assert items[0]["status"] == "submitted"
    assert items[0]["answered_at"] is not None
    assert items[0]["claim"]["owner_name"] == "Aline Roux"
    assert datetime.fromisoformat(items[0]["target_at"]) == target + timedelta(minutes=10)
    assert (await scene.thread(case))[1] == ("nurse_question", "Avez-vous de la fièvre ?")


async def test_patient_who_writes_after_the_answer_is_read_again(nurse: httpx.AsyncClient) -> None:
    case, report = await scene.make_submitted()
    await decide(nurse, report.id, "approve", version=report.version)
    async with db.transaction() as session:
        await case.write(session, "J’ai maintenant de la fièvre.")
        back = await case.save(session)
    assert (back.status, back.reviewed_at) == ("submitted", None)


@pytest.mark.parametrize("what", ["approve", "request-information"])
async def test_emergency_that_the_rules_find_late_brings_a_report_back(nurse: httpx.AsyncClient, what: str) -> None:
    case, report = await scene.make_submitted(Urgency.SOON)
    body = {} if what == "approve" else {"question": "Depuis quand ?"}
    assert (await decide(nurse, report.id, what, version=report.version, **body)).status_code == 200
    async with db.transaction() as session:
        found = await case.save(session, Urgency.EMERGENCY)
    assert (found.status, found.urgency) == ("submitted", Urgency.EMERGENCY)
    [item] = (await nurse.get("/api/triage/queue")).json()["items"]
    assert item["alert_id"] is not None


async def test_question_to_a_closed_conversation_is_refused_and_other_answers_are_kept(
    nurse: httpx.AsyncClient,
) -> None:
    case, report = await scene.make_submitted()
    async with db.transaction() as session:
        await conversations.close(session, case.conversation_id)
    asked = await decide(nurse, report.id, "request-information", version=report.version, question="Depuis quand ?")
    assert (asked.status_code, asked.json()["type"]) == (409, "/problems/conversation-closed")
    assert (await decide(nurse, report.id, "approve", version=report.version)).status_code == 200


async def test_undo_within_ten_seconds_restores_everything(nurse: httpx.AsyncClient) -> None:
    with clock.freeze(clock.now()):
        case, report = await scene.make_submitted(Urgency.URGENT)
        before = (await report_view(nurse, report))["entry"]
        done = await decide(nurse, report.id, "override", version=report.version, urgency="routine", reason=REASON)
        clock.advance(timedelta(seconds=10))
        undone = await decide(nurse, report.id, "undo", version=done.json()["entry"]["version"])
    assert undone.status_code == 200, undone.text
    body = undone.json()
    same = ("status", "urgency", "waiting_since", "target_at", "answered_at", "reviewed_at")
    assert {key: body["entry"][key] for key in same} == {key: before[key] for key in same}
    assert body["entry"]["claim"]["owner_name"] == "Aline Roux"
    assert [(decision["kind"], decision["is_undone"]) for decision in body["decisions"]] == [
        ("override", True),
        ("undo", False),
    ]
    assert [kind for kind, _ in await scene.thread(case)] == ["text", "nurse_answer", "notice"]


async def test_undo_after_ten_seconds_is_too_late(nurse: httpx.AsyncClient) -> None:
    with clock.freeze(clock.now()):
        _, report = await scene.make_submitted()
        done = await decide(nurse, report.id, "approve", version=report.version)
        clock.advance(timedelta(seconds=10, milliseconds=1))
        answer = await decide(nurse, report.id, "undo", version=done.json()["entry"]["version"])
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/undo-too-late")


async def test_undo_is_for_ones_own_last_decision(nurse: httpx.AsyncClient, new_client: Clients) -> None:
    _, report = await scene.make_submitted()
    done = await decide(nurse, report.id, "approve", version=report.version)
    version = done.json()["entry"]["version"]
    async with signed_in(new_client, Role.NURSE) as other:
        answer = await decide(other, report.id, "undo", version=version)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/nothing-to-undo")
    answers = await asyncio.gather(*(decide(nurse, report.id, "undo", version=version) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


async def test_undone_question_is_withdrawn_unless_it_was_answered(nurse: httpx.AsyncClient) -> None:
    case, report = await scene.make_submitted()
    asked = await decide(nurse, report.id, "request-information", version=report.version, question="Depuis quand ?")
    undone = await decide(nurse, report.id, "undo", version=asked.json()["entry"]["version"])
    assert undone.json()["entry"]["status"] == "submitted"
    assert "retiré sa question" in (await scene.thread(case))[-1][1]
    version = undone.json()["entry"]["version"]
    await decide(nurse, report.id, "request-information", version=version, question="Depuis quand ?")
    async with db.transaction() as session:
        await case.write(session, "Hier.")
        await triage.record_patient_answer(session, conversation_id=case.conversation_id)
    late = await decide(nurse, report.id, "undo", version=(await scene.report_of(case)).version)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/nothing-to-undo")


async def test_undo_never_lowers_an_emergency_that_came_in_between(nurse: httpx.AsyncClient) -> None:
    case, report = await scene.make_submitted(Urgency.SOON)
    await decide(nurse, report.id, "escalate", version=report.version, reason=REASON)
    async with db.transaction() as session:
        await case.alarm(session)
    now = await scene.report_of(case)
    assert (now.status, now.is_emergency) == ("escalated", True)
    answer = await decide(nurse, report.id, "undo", version=now.version)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/nothing-to-undo")


async def test_escalation_reaches_the_practitioners_once_it_stands(nurse: httpx.AsyncClient) -> None:
    await make_user(Role.PRACTITIONER)
    await make_user(Role.SECRETARY)
    _, report = await scene.make_submitted()
    passed = await decide(nurse, report.id, "escalate", version=report.version, reason=REASON)
    assert passed.json()["entry"]["status"] == "escalated"
    decision_id = passed.json()["decisions"][0]["id"]
    jobs = await scene.rows(
        "select execute_after - created as wait from job where entrypoint = 'triage.send_escalation'"
    )
    assert [job.wait for job in jobs] == [timedelta(seconds=10)]
    for _ in range(2):
        async with db.transaction() as session:
            await send_escalation(session, decision_id=decision_id)
    assert [row.template for row in await scene.rows("select template from notification_outbox")] == [
        "report_escalated"
    ]


async def test_undone_escalation_writes_to_nobody(nurse: httpx.AsyncClient) -> None:
    await make_user(Role.PRACTITIONER)
    _, report = await scene.make_submitted()
    passed = await decide(nurse, report.id, "escalate", version=report.version, reason=REASON)
    await decide(nurse, report.id, "undo", version=passed.json()["entry"]["version"])
    async with db.transaction() as session:
        await send_escalation(session, decision_id=passed.json()["decisions"][0]["id"])
    assert await scene.rows("select * from notification_outbox") == []


async def test_version_decided_on_can_still_be_read(nurse: httpx.AsyncClient) -> None:
    case, report = await scene.make_submitted()
    await decide(nurse, report.id, "approve", version=report.version)
    async with db.transaction() as session:
        await case.write(session, "Autre chose : une toux.")
        await case.save(session)
    kept = (await nurse.get(f"/api/triage/reports/{report.id}/versions/{report.version}")).json()
    assert "mal à la tête" in kept["content"]["chief_complaint"]["text"]
    missing = await nurse.get(f"/api/triage/reports/{report.id}/versions/999")
    assert missing.json()["type"] == "/problems/version-not-found"


async def test_unknown_report_is_a_404_everywhere(nurse: httpx.AsyncClient) -> None:
    unknown = "01890000-0000-7000-8000-000000000000"
    for answer in (
        await nurse.get(f"/api/triage/reports/{unknown}"),
        await nurse.post(f"/api/triage/reports/{unknown}/claim", json={}),
        await nurse.delete(f"/api/triage/reports/{unknown}/claim"),
        await decide(nurse, unknown, "approve", version=1),
        await decide(nurse, unknown, "undo", version=1),
    ):
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/report-not-found")


async def test_every_decision_and_reading_is_in_the_audit(nurse: httpx.AsyncClient) -> None:
    case, report = await scene.make_submitted()
    await report_view(nurse, report)
    await decide(nurse, report.id, "approve", version=report.version)
    found = await scene.rows(
        "select action from audit_event where actor_kind = 'staff' and patient_id = :patient order by seq",
        patient=case.patient_id,
    )
    assert [row.action for row in found] == ["report:read", "report:approve"]
