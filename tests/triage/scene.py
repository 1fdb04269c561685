"""A patient who writes, and the reports that come of it, for tests of the queue."""

import dataclasses
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
import sqlalchemy as sa

from osler import conversations, patients, triage
from osler.core import db
from osler.core.auth import SYSTEM
from osler.patients import Identity
from osler.triage import Turn, Urgency

HEADACHE = "J’ai mal à la tête depuis deux jours et je prends du Doliprane."
CHEST_PAIN = "J’ai une douleur dans la poitrine qui va dans le bras gauche."


@dataclass
class Case:
    """A conversation with its patient. `seq` is the number of the patient's last message."""

    conversation_id: UUID
    patient_id: UUID
    owner_id: UUID
    language: str
    seq: int = 0
    words: str = ""
    message_id: str = ""

    async def write(self, session: db.Session, text: str) -> conversations.MessageRef:
        ref = await conversations.append(
            session,
            conversation_id=self.conversation_id,
            role="patient",
            kind="text",
            text=text,
            author_id=self.owner_id,
            client_msg_id=uuid4(),
        )
        self.seq, self.words, self.message_id = ref.seq, text, str(ref.id)
        return ref

    def assessment(self, urgency: Urgency = Urgency.ROUTINE) -> triage.Assessment:
        """Return what the rules make of the last message, with the urgency that the test needs."""
        turn = Turn(id=self.message_id, seq=self.seq, role="patient", text=self.words)
        found = triage.assess([turn], lang=self.language)
        return dataclasses.replace(found, urgency=urgency, par=dataclasses.replace(found.par, urgency=urgency))

    async def save(self, session: db.Session, urgency: Urgency = Urgency.ROUTINE) -> triage.ReportSummary:
        return await triage.save_draft(
            session,
            conversation_id=self.conversation_id,
            patient_id=self.patient_id,
            assessment=self.assessment(urgency),
            through_seq=self.seq,
        )

    async def alarm(self, session: db.Session, *flag_ids: str, text: str = CHEST_PAIN) -> bool:
        ref = await self.write(session, text)
        return await triage.raise_alert(
            session,
            conversation_id=self.conversation_id,
            patient_id=self.patient_id,
            language=self.language,
            flag_ids=flag_ids or ("RF01",),
            message_id=ref.id,
        )


async def make_case(
    session: db.Session, *, language: str = "fr", name: str | None = None, owner_id: UUID | None = None
) -> Case:
    patient_id = await patients.create_provisional(session, language=language)
    if name is not None:
        await patients.identify(session, patient_id, identity=Identity(name=name, phone="0612345678"), country="FR")
    consent_id = await patients.record_consent(
        session,
        patient_id=patient_id,
        purpose="triage",
        text_version="1",
        text="Oui.",
        language=language,
        given_by="self",
    )
    conversation = await conversations.start(
        session,
        patient_id=patient_id,
        owner_id=owner_id or uuid4(),
        consent_id=consent_id,
        data_key_id=await patients.data_key_id(session, patient_id),
        language=language,
    )
    return Case(conversation.id, patient_id, conversation.owner_id, language)


async def make_draft(urgency: Urgency = Urgency.ROUTINE, *, text: str = HEADACHE, **who: Any) -> Case:
    """Commit a conversation whose first message was assessed."""
    async with db.transaction() as session:
        case = await make_case(session, **who)
        await case.write(session, text)
        await case.save(session, urgency)
    return case


async def make_submitted(urgency: Urgency = Urgency.ROUTINE, **who: Any) -> tuple[Case, triage.ReportSummary]:
    """Commit a report that was sent to the nurses."""
    case = await make_draft(urgency, **who)
    async with db.transaction() as session:
        report = await triage.submit(session, conversation_id=case.conversation_id, actor=SYSTEM)
    return case, report


async def make_alarm(**who: Any) -> tuple[Case, triage.ReportSummary]:
    """Commit a first message that is an emergency; nothing else is known yet."""
    async with db.transaction() as session:
        case = await make_case(session, **who)
        await case.alarm(session)
        report = await triage.report_of_conversation(session, case.conversation_id)
    assert report is not None
    return case, report


async def report_of(case: Case) -> triage.ReportSummary:
    async with db.transaction() as session:
        report = await triage.report_of_conversation(session, case.conversation_id)
    assert report is not None
    return report


async def rows(statement: str, **values: Any) -> list[Any]:
    """Return what the database holds, behind everybody's back."""
    async with db.transaction() as session:
        return list((await session.execute(sa.text(statement), values)).all())


async def run(statement: str) -> None:
    """Change the database behind everybody's back."""
    async with db.transaction() as session:
        await session.execute(sa.text(statement))


async def thread(case: Case) -> list[tuple[str, str]]:
    """Return kind and text of every message."""
    async with db.transaction() as session:
        messages = await conversations.list_messages(session, case.conversation_id)
    return [(message.kind, message.text) for message in messages]


async def decide(
    client: httpx.AsyncClient, report_id: UUID | str, what: str, *, version: int, **body: Any
) -> httpx.Response:
    return await client.post(f"/api/triage/reports/{report_id}/{what}", json={"report_version": version, **body})
