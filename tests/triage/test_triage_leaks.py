"""Canaries: what patients say and nurses write is sealed in every table, and in no log, job, letter or problem."""

from datetime import timedelta

import pytest
from tests.conftest import Clients
from tests.factories import make_practice, make_user, signed_in
from tests.triage import scene
from tests.triage.scene import decide

from osler import triage
from osler.core import clock, db
from osler.core.auth import SYSTEM, Role
from osler.core.settings import SmtpSettings
from osler.notifications.delivery import deliver
from osler.triage.realerts import realert_due
from osler.triage.tasks import send_escalation

NAME = "Ondine Zyxcanari"
WORDS = "Zqxsaid"
NURSE_WORDS = "Zqxnurse"


async def test_words_stay_sealed_from_the_first_message_to_the_last_letter(
    new_client: Clients, caplog: pytest.LogCaptureFixture
) -> None:
    await make_practice()
    await make_user(Role.PRACTITIONER)
    async with signed_in(new_client, Role.NURSE) as nurse:
        case, _ = await scene.make_alarm(name=NAME)
        with clock.freeze(clock.now() + timedelta(minutes=1)):
            async with db.transaction() as session:
                await case.write(session, f"{scene.CHEST_PAIN} {WORDS}")
                await case.save(session, triage.Urgency.EMERGENCY)
                await triage.submit(session, conversation_id=case.conversation_id, actor=SYSTEM)
            async with db.transaction() as session:
                assert await realert_due(session, after=timedelta(minutes=1), origin="https://osler.example") == 1
        version = (await scene.report_of(case)).version
        report_id = str((await scene.report_of(case)).id)
        for what, body in (
            ("request-information", {"question": f"{NURSE_WORDS} ?"}),
            ("undo", {}),
            ("escalate", {"reason": f"{NURSE_WORDS} parce que."}),
            ("approve", {"note": f"{NURSE_WORDS}."}),
            ("override", {"urgency": "soon", "reason": f"{NURSE_WORDS} parce que."}),
        ):
            answer = await decide(nurse, report_id, what, version=version, **body)
            assert answer.status_code == 200, (what, answer.text)
            version = answer.json()["entry"]["version"]
            refused = await decide(nurse, report_id, what, version=0, **body)
            assert refused.status_code == 409
            assert WORDS not in refused.text
            assert NURSE_WORDS not in refused.text
        malformed = await decide(nurse, report_id, "override", version=version, urgency="soon", reason=NURSE_WORDS[:3])
        assert (malformed.status_code, NURSE_WORDS[:3] in malformed.text) == (422, False)
        for row in await scene.rows("select id from triage_decision where kind = 'escalate'"):
            async with db.transaction() as session:
                await send_escalation(session, decision_id=str(row.id))
    for row in await scene.rows("select id from notification_outbox"):
        await deliver(row.id, smtp=SmtpSettings())
    await _assert_sealed()
    for canary in (NAME, WORDS, NURSE_WORDS):
        assert canary not in caplog.text


async def _assert_sealed() -> None:
    for (table,) in await scene.rows("select tablename from pg_tables where schemaname = 'public'"):
        for (row,) in await scene.rows(f"select t::text from {table} t"):
            for canary in ("Zyxcanari", WORDS, NURSE_WORDS):
                assert canary not in row, table
                assert canary.encode().hex() not in row, table
