"""Reports: written live, sent once, frozen; an emergency never falls and a late writer never overwrites."""

import asyncio

import pytest
from sqlalchemy.exc import DBAPIError
from tests.factories import make_practice
from tests.triage import scene

from osler import conversations, triage
from osler.core import db
from osler.core.auth import SYSTEM
from osler.core.settings import Settings
from osler.triage import Urgency
from osler.triage.reports import new_reference, read_reference

CANARY = "Ondine Trébuchet-Canari, 06 98 76 54 32"


async def test_same_assessment_again_changes_nothing(database: Settings) -> None:
    case = await scene.make_draft()
    async with db.transaction() as session:
        first = await triage.report_of_conversation(session, case.conversation_id)
        again = await case.save(session)
    assert again == first


async def test_older_assessment_never_overwrites_a_newer_one(database: Settings) -> None:
    case = await scene.make_draft(Urgency.URGENT)
    async with db.transaction() as session:
        await case.write(session, "Et j’ai aussi de la fièvre.")
        newer = await case.save(session, Urgency.URGENT)
    late = scene.Case(case.conversation_id, case.patient_id, case.owner_id, "fr", seq=1, words=scene.HEADACHE)
    async with db.transaction() as session:
        assert await late.save(session, Urgency.ROUTINE) == newer


async def test_new_facts_about_the_same_message_are_stored(database: Settings) -> None:
    case = await scene.make_draft(Urgency.ROUTINE)
    before = await scene.report_of(case)
    async with db.transaction() as session:
        after = await case.save(session, Urgency.SOON)
    assert (after.urgency, after.version) == (Urgency.SOON, before.version + 1)


async def test_draft_follows_the_assessment_both_ways(database: Settings) -> None:
    case = await scene.make_draft(Urgency.URGENT)
    async with db.transaction() as session:
        await case.write(session, "Finalement c’est passé.")
        assert (await case.save(session, Urgency.SOON)).urgency is Urgency.SOON


async def test_emergency_never_falls(database: Settings) -> None:
    case, _ = await scene.make_alarm()
    async with db.transaction() as session:
        await case.write(session, "Non, je plaisantais.")
        assert (await case.save(session, Urgency.SELF_CARE)).is_emergency


async def test_report_names_the_flags_of_its_alert(database: Settings) -> None:
    async with db.transaction() as session:
        case = await scene.make_case(session)
        await case.alarm(session, "RF01", "RF02", text="J’ai une douleur dans la poitrine qui va dans le bras gauche.")
        alarming = case.message_id
        await case.write(session, "Mon renouvellement d’ordonnance, s’il vous plaît.")
        await case.save(session, Urgency.SOON)
        content = await triage.report_content(session, case.conversation_id)
        before = await triage.report_of_conversation(session, case.conversation_id)
        assert await case.save(session, Urgency.SOON) == before
    assert content is not None
    assert content["urgency"] == "emergency"
    flags = {flag["id"]: flag for flag in content["red_flags"]}
    assert {"RF01", "RF02"} <= flags.keys()
    assert {source["message_id"] for source in flags["RF01"]["source"]} == {alarming}
    reasons = [reason["id"] for reason in content["reasons"]]
    assert set(reasons) >= {"RF01", "RF02"}
    assert not {"U00", "U96"} & set(reasons)
    assert flags["RF01"]["label"] in content["summary"]


async def test_an_emergency_that_stands_says_why(database: Settings) -> None:
    case = await scene.make_draft(Urgency.EMERGENCY)
    async with db.transaction() as session:
        await case.write(session, "Mon renouvellement d’ordonnance, s’il vous plaît.")
        await case.save(session, Urgency.ROUTINE)
        content = await triage.report_content(session, case.conversation_id)
    assert content is not None
    assert (content["urgency"], [reason["id"] for reason in content["reasons"]]) == ("emergency", ["U95"])


async def test_urgency_only_rises_after_the_patient_sent_the_report(database: Settings) -> None:
    case, _ = await scene.make_submitted(Urgency.SOON)
    async with db.transaction() as session:
        await case.write(session, "Ça va mieux.")
        assert (await case.save(session, Urgency.ROUTINE)).urgency is Urgency.SOON
    async with db.transaction() as session:
        await case.write(session, "C’est pire.")
        assert (await case.save(session, Urgency.URGENT)).urgency is Urgency.URGENT


async def test_emergency_found_by_the_assessment_alone_raises_an_alert(database: Settings) -> None:
    case = await scene.make_draft(Urgency.ROUTINE)
    async with db.transaction() as session:
        await case.write(session, "Oui, dans la mâchoire.")
        await case.save(session, Urgency.EMERGENCY)
    assert len(await scene.rows("select * from triage_alert where acknowledged_at is null")) == 1


async def test_report_is_sent_once(database: Settings) -> None:
    case, first = await scene.make_submitted()
    async with db.transaction() as session:
        assert await triage.submit(session, conversation_id=case.conversation_id, actor=SYSTEM) == first
    assert [tuple(row) for row in await scene.rows("select version, reason from triage_report_version")] == [
        (first.version, "submitted")
    ]


async def test_report_cannot_be_sent_before_the_first_assessment(database: Settings) -> None:
    case, _ = await scene.make_alarm()
    with pytest.raises(triage.ReportNotReady):
        async with db.transaction() as session:
            await triage.submit(session, conversation_id=case.conversation_id, actor=SYSTEM)


async def test_every_change_after_sending_is_frozen(database: Settings) -> None:
    case, sent = await scene.make_submitted()
    async with db.transaction() as session:
        await case.write(session, "J’ai oublié : je suis allergique à la pénicilline.")
        amended = await case.save(session)
    found = [tuple(row) for row in await scene.rows("select version, reason from triage_report_version order by 1")]
    assert found == [(sent.version, "submitted"), (amended.version, "amended")]


@pytest.mark.parametrize("table", ["triage_report_version", "triage_decision"])
@pytest.mark.parametrize("statement", ["update {} set urgency_after = 'soon'", "delete from {}", "truncate {} cascade"])
async def test_trail_can_only_grow(database: Settings, table: str, statement: str) -> None:
    if table == "triage_report_version":
        statement = statement.replace("urgency_after", "urgency")
    with pytest.raises(DBAPIError, match="append-only"):
        await scene.rows(statement.format(table))


async def test_closing_a_conversation_closes_its_draft_but_not_an_emergency(database: Settings) -> None:
    draft, (alarm, _) = await scene.make_draft(), await scene.make_alarm()
    async with db.transaction() as session:
        for case in (draft, alarm):
            await conversations.close(session, case.conversation_id)
            await triage.close_draft(session, conversation_id=case.conversation_id)
    assert (await scene.report_of(draft)).status == "closed"
    assert (await scene.report_of(alarm)).status == "draft"


async def test_emergency_found_after_the_patient_left_is_open_and_alerts(database: Settings) -> None:
    case = await scene.make_draft()
    async with db.transaction() as session:
        await case.write(session, "Et la douleur descend dans le bras.")
        await conversations.close(session, case.conversation_id)
        await triage.close_draft(session, conversation_id=case.conversation_id)
    async with db.transaction() as session:
        report = await case.save(session, Urgency.EMERGENCY)
    assert (report.status, report.urgency) == ("submitted", Urgency.EMERGENCY)
    assert len(await scene.rows("select 1 from triage_alert where acknowledged_at is null")) == 1


async def test_two_first_writers_make_one_report(database: Settings) -> None:
    await make_practice()
    async with db.transaction() as session:
        case = await scene.make_case(session)
        await case.write(session, scene.HEADACHE)

    async def save() -> None:
        async with db.transaction() as session:
            await conversations.lock(session, case.conversation_id)
            await case.save(session)

    await asyncio.gather(*(save() for _ in range(5)))
    assert [tuple(row) for row in await scene.rows("select version, through_seq from triage_report")] == [(1, 1)]


async def test_nothing_a_patient_said_is_readable_in_the_database(database: Settings) -> None:
    case = await scene.make_draft(text=f"Je m’appelle {CANARY} et j’ai mal à la tête.", name="Ondine Trébuchet-Canari")
    async with db.transaction() as session:
        await triage.submit(session, conversation_id=case.conversation_id, actor=SYSTEM)
        content = await triage.report_content(session, case.conversation_id)
    assert content is not None
    assert "Canari" in str(content["chief_complaint"])
    tables = await scene.rows("select tablename from pg_tables where schemaname = 'public'")
    for (table,) in tables:
        for row in await scene.rows(f"select t::text from {table} t"):
            for form in ("Canari", "06 98 76 54 32", b"Canari".hex()):
                assert form not in row[0], table


def test_reference_survives_being_read_out() -> None:
    reference = new_reference()
    assert read_reference(f" {reference[:4].lower()}-{reference[4:]} ") == reference
    assert read_reference("OIL23456") == "01123456"
    assert read_reference("Ondine") is None
