"""Plays one made-up case through the real pipeline, at the times at which it would have happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from osler import assistant, conversations, triage
from osler.conversations import Message
from osler.core import clock
from osler.core.auth import Actor, Kind, Role
from osler.core.db import Session
from osler.ops.demo_cases import Act, Case

# More than any interview has questions.
LONGEST: Final = 16
WRITING: Final = timedelta(seconds=35)
NO: Final = {"fr": "Non", "en": "No"}
UNKNOWN: Final = {"fr": "Je ne sais pas", "en": "I don’t know"}


@dataclass(frozen=True, slots=True)
class Cast:
    """The accounts of the demo by key (`demo_users`)."""

    users: Mapping[str, UUID]

    def staff(self, key: str) -> Actor:
        return Actor(id=self.users[key], kind=Kind.STAFF, roles=frozenset({Role.NURSE}), aal=1)

    def writer(self, case: Case) -> Actor:
        """Return who writes: a visitor, or the patient with an account."""
        if case.name is not None:
            return Actor(id=uuid4(), kind=Kind.VISITOR)
        return Actor(id=self.users["patient"], kind=Kind.PATIENT, roles=frozenset({Role.PATIENT}), aal=1)


async def play(session: Session, case: Case, cast: Cast, *, now: datetime) -> None:
    """Write, answer, send and decide."""
    with clock.freeze(now - timedelta(minutes=case.began_min)):
        actor = cast.writer(case)
        consent = assistant.ConsentIn(version=assistant.CONSENT_VERSION, adult_or_guardian="self", accepted=True)
        form = assistant.ConversationIn(language=case.language, consent=consent)
        conversation_id = (await assistant.start(session, actor=actor, form=form)).id
        await _talk(session, case, actor=actor, conversation_id=conversation_id)
        await assistant.submit(session, actor=actor, conversation_id=conversation_id, contact=_contact(case))
        arrived_at = clock.now()
    for act in case.acts:
        with clock.freeze(arrived_at + timedelta(minutes=act.after_min)):
            await _act(session, act, actor=cast.staff(act.by), conversation_id=conversation_id)
    # Whatever the rules of today make of the texts: a demo that has just started must not ring.
    with clock.freeze(min(now, arrived_at + timedelta(minutes=1))):
        await _act(session, Act("acknowledge", "nurse", 1), actor=cast.staff("nurse"), conversation_id=conversation_id)


async def _talk(session: Session, case: Case, *, actor: Actor, conversation_id: UUID) -> None:
    text: str | None = case.opening
    for _ in range(LONGEST):
        if text is None:
            return
        clock.advance(WRITING)
        await assistant.send(session, actor=actor, conversation_id=conversation_id, client_msg_id=uuid4(), text=text)
        clock.advance(timedelta(seconds=1))
        await assistant.process_turn(session, conversation_id=str(conversation_id))
        messages = await conversations.list_messages(session, conversation_id)
        text = _reply(case, messages[-1])


def _reply(case: Case, asked: Message) -> str | None:
    """Return what the patient answers; `None` when nothing was asked."""
    if asked.question_id is None:
        return None
    if asked.question_id in case.answers:
        return case.answers[asked.question_id]
    labels = {reply.value: reply.label for reply in asked.quick_replies}
    for value in ("yes", "confirm") if asked.kind == "read_back" else ("no", "none"):
        if value in labels:
            return labels[value]
    return labels.get("unknown", UNKNOWN[case.language])


def _contact(case: Case) -> assistant.ContactIn | None:
    if case.name is None:
        return None
    return assistant.ContactIn(name=case.name, birth_date=case.birth_date, phone=case.phone)


async def _act(session: Session, act: Act, *, actor: Actor, conversation_id: UUID) -> None:
    report = await triage.report_of_conversation(session, conversation_id)
    if report is None:
        raise RuntimeError("a demo case has no report")
    if act.kind == "acknowledge":
        await triage.acknowledge_for_report(session, report_id=report.id, actor=actor)
    elif act.kind == "claim":
        await triage.claim(session, report_id=report.id, actor=actor)
    elif act.kind == "approve":
        await triage.approve(session, report_id=report.id, actor=actor, version=report.version, note=act.words)
    elif act.kind == "escalate":
        await triage.escalate(session, report_id=report.id, actor=actor, version=report.version, reason=act.words)
    else:
        await triage.request_information(
            session, report_id=report.id, actor=actor, version=report.version, question=act.words
        )
