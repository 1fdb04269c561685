"""What a patient sees of their own reports: their account, where it stands, the team's words; nobody else's."""

import re
from uuid import UUID, uuid4

import httpx
import pytest
from tests.conftest import Clients
from tests.factories import make_practice, signed_in
from tests.triage import scene
from tests.triage.scene import decide

from osler import identity
from osler.core.auth import Role
from osler.triage import Turn, Urgency, assess
from osler.triage.answers import decided_text, withdrawn_text
from osler.triage.facts_lexicon import lexicon
from osler.triage.interview_questions import questions
from osler.triage.my_reports import understood_of

PRACTICE = identity.Practice(
    id=uuid4(),
    name="Cabinet des Tilleuls",
    country="FR",
    tzid="Europe/Paris",
    phone="01 23 45 67 89",
    languages=("fr", "en"),
    default_language="fr",
    totp_roles=frozenset(),
)


async def own_id(client: httpx.AsyncClient) -> UUID:
    return UUID((await client.get("/api/session")).json()["actor"]["id"])


async def test_patient_reads_what_was_understood_and_the_answer(new_client: Clients) -> None:
    await make_practice()
    async with signed_in(new_client, Role.PATIENT) as patient, signed_in(new_client, Role.NURSE) as nurse:
        case, report = await scene.make_submitted(Urgency.SOON, owner_id=await own_id(patient))
        [mine] = (await patient.get("/api/my/reports")).json()
        assert (mine["id"], mine["status"]) == (str(report.id), "submitted")
        assert mine["status_text"] == "Envoyé\u00a0: une infirmière ou un infirmier va le lire"
        assert "mal à la tête" in mine["understood"]["words"]
        assert mine["understood"]["findings"]
        assert mine["answers"] == []
        await decide(nurse, report.id, "approve", version=report.version, note="Venez jeudi à 10 h.")
        seen = (await patient.get(f"/api/my/reports/{report.id}")).json()
    assert (seen["status"], seen["status_text"]) == ("reviewed", "L’équipe a répondu")
    [answer] = seen["answers"]
    assert "Venez jeudi à 10 h." in answer["text"]
    assert answer["text"] == (await scene.thread(case))[-1][1]


def test_a_stopped_medicine_does_not_read_as_a_current_one() -> None:
    first = Turn(None, 0, "patient", "I have a headache. I stopped ramipril last month. I take bisoprolol 5 mg.")
    understood = understood_of(assess([first], lang="en").par.to_json())
    assert understood.medications == ("ramipril (no longer taken)", "bisoprolol 5 mg")


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_labels_are_fit_for_the_patient_to_read(lang: str) -> None:
    """A label may stand under "what you do not have", so it names a sign and speaks of nobody else."""
    labels = [item.label(lang) for item in questions().items.values()]
    labels += [term.label(lang) for term in lexicon().terms.values()]
    third = re.compile(r"\b(?:their|them|his|her|they|sa vie|leur|la personne|the person|danger)\b", re.IGNORECASE)
    assert [label for label in labels if third.search(label)] == []


async def test_no_code_of_urgency_or_flag_reaches_the_patient(new_client: Clients) -> None:
    await make_practice()
    async with signed_in(new_client, Role.PATIENT) as patient:
        case, _ = await scene.make_submitted(Urgency.URGENT, owner_id=await own_id(patient))
        text = (await patient.get("/api/my/reports")).text
    for word in ("urgent", "urgency", "assessed", "flag", "RF0", "reasons", "gaps", "target"):
        assert word not in text
    assert str(case.conversation_id) in text


async def test_undone_answer_disappears(new_client: Clients) -> None:
    await make_practice()
    async with signed_in(new_client, Role.PATIENT) as patient, signed_in(new_client, Role.NURSE) as nurse:
        _, report = await scene.make_submitted(owner_id=await own_id(patient))
        done = await decide(nurse, report.id, "approve", version=report.version)
        await decide(nurse, report.id, "undo", version=done.json()["entry"]["version"])
        [mine] = (await patient.get("/api/my/reports")).json()
    assert (mine["status"], mine["answers"]) == ("submitted", [])


async def test_question_is_shown_as_the_nurse_wrote_it(new_client: Clients) -> None:
    await make_practice()
    async with signed_in(new_client, Role.PATIENT) as patient, signed_in(new_client, Role.NURSE) as nurse:
        _, report = await scene.make_submitted(owner_id=await own_id(patient))
        await decide(nurse, report.id, "request-information", version=report.version, question="Depuis quand ?")
        [mine] = (await patient.get("/api/my/reports")).json()
    assert [answer["text"] for answer in mine["answers"]] == ["Depuis quand ?"]


async def test_other_peoples_reports_do_not_exist(new_client: Clients) -> None:
    await make_practice()
    _, report = await scene.make_submitted(name="Ondine Canari")
    async with signed_in(new_client, Role.PATIENT) as stranger, signed_in(new_client, Role.NURSE) as nurse:
        assert (await stranger.get("/api/my/reports")).json() == []
        answer = await stranger.get(f"/api/my/reports/{report.id}")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/report-not-found")
        assert (await nurse.get("/api/my/reports")).status_code == 403


async def test_own_reading_is_in_the_audit(new_client: Clients) -> None:
    await make_practice()
    async with signed_in(new_client, Role.PATIENT) as patient:
        case, _ = await scene.make_submitted(owner_id=await own_id(patient))
        await patient.get("/api/my/reports")
    [row] = await scene.rows("select patient_id, actor_kind from audit_event where action = 'report:read_own'")
    assert (row.patient_id, row.actor_kind) == (case.patient_id, "patient")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("urgency", Urgency)
def test_every_answer_names_a_next_step_and_the_emergency_number(language: str, urgency: Urgency) -> None:
    text = decided_text(language=language, urgency=urgency, note=None, practice=PRACTICE, kind_of_emergency=None)
    assert "15" in text
    assert "{" not in text
    for banned in ("rien de grave", "ne vous inquiétez", "nothing to worry", "you can wait", "pouvez attendre"):
        assert banned not in text.casefold()
    if urgency in (Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE):
        assert "01 23 45 67 89" in text
    assert withdrawn_text(language=language, is_question=True) != withdrawn_text(language=language, is_question=False)


def test_answer_to_an_emergency_repeats_the_numbers_of_its_kind() -> None:
    text = decided_text(
        language="fr",
        urgency=Urgency.EMERGENCY,
        note="Je vous rappelle.",
        practice=PRACTICE,
        kind_of_emergency="suicide",
    )
    assert "3114" in text
    assert text.endswith("Je vous rappelle.")
