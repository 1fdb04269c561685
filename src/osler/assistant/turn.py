"""What follows a patient's message: the report is brought up to date, and the assistant says what comes next.

Everything is computed from the transcript, under the conversation's row lock, and every reply names the message it
answers; so running a turn again, or twice at once, adds nothing.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from osler import conversations, identity, patients, triage
from osler.assistant.emergencies import say_emergency
from osler.assistant.intents import find_intent
from osler.assistant.output_filter import passed
from osler.assistant.scripts import Setting, say, setting_of
from osler.assistant.transcript import turn_of
from osler.conversations import Conversation, Message
from osler.core import clock
from osler.core.db import Session

# After these the patient, not the assistant, chooses what comes next; the open question stays open.
NO_QUESTION_AFTER: Final = frozenset({"human"})


@dataclass(frozen=True, slots=True)
class _Thread:
    """A conversation as it stands when the assistant takes its turn."""

    conversation: Conversation
    messages: list[Message]
    setting: Setting

    @property
    def last_asked(self) -> int:
        """The last message of the patient, which a reply answers."""
        return max((message.seq for message in self.messages if message.role == "patient"), default=0)

    @property
    def unanswered(self) -> list[Message]:
        answered = max((message.answers_seq or 0 for message in self.messages), default=0)
        return [message for message in self.messages if message.role == "patient" and message.seq > answered]

    @property
    def last_script(self) -> str | None:
        """The fixed sentence that the assistant said last, so that it is not repeated."""
        said = [message for message in self.messages if message.role == "assistant"]
        return said[-1].meta.get("script") if said else None

    def last_seq_of(self, *, role: str, kind: str | None = None) -> int:
        found = (m.seq for m in self.messages if m.role == role and kind in (None, m.kind))
        return max(found, default=0)


async def take(session: Session, conversation_id: UUID) -> None:
    """Take the assistant's turn in one conversation. Raises `ConversationNotFound`.

    The assessment is made before the row is locked, so that a patient who writes on, perhaps of an emergency, does not
    wait for it; only what was written in the meantime is assessed under the lock.
    """
    thread = await _read(session, await conversations.get(session, conversation_id))
    assessment = await _assess(session, thread)
    conversation = await conversations.lock(session, conversation_id)
    if conversation != thread.conversation:
        thread = await _read(session, conversation)
        assessment = await _assess(session, thread)
    if assessment is None:
        return
    is_answer = thread.last_asked > thread.last_seq_of(role="nurse", kind="nurse_question") and (
        await triage.record_patient_answer(session, conversation_id=conversation_id)
    )
    report = await triage.save_draft(
        session,
        conversation_id=conversation_id,
        patient_id=conversation.patient_id,
        assessment=assessment,
        through_seq=thread.last_asked,
    )
    if conversation.is_closed:
        return
    if conversation.emergency_at is None and assessment.emergency is not None:
        await say_emergency(session, conversation, answers_seq=thread.last_asked, card=assessment.emergency)
    elif thread.unanswered:
        await _reply(session, thread, report=report, assessment=assessment, is_answer=is_answer)


async def _read(session: Session, conversation: Conversation) -> _Thread:
    messages = await conversations.list_messages(session, conversation.id)
    practice = await identity.get_practice(session)
    setting = setting_of(practice, language=conversation.language, emergency_category=conversation.emergency_category)
    return _Thread(conversation, messages, setting)


async def _assess(session: Session, thread: _Thread) -> triage.Assessment | None:
    """Assess the transcript; `None` before the patient has said anything."""
    if thread.last_asked == 0:
        return None
    patient = await patients.get_summary(session, thread.conversation.patient_id)
    return triage.assess(
        [turn_of(message) for message in thread.messages],
        lang=thread.conversation.language,
        age=patient.age_on(clock.now().date()),
        sex=patient.sex,
        country=thread.setting.country,
    )


async def _reply(
    session: Session,
    thread: _Thread,
    *,
    report: triage.ReportSummary,
    assessment: triage.Assessment,
    is_answer: bool,
) -> None:
    if is_answer:
        await _say(session, thread, "answer_received")
    elif thread.conversation.emergency_at is not None:
        is_with_nurse = thread.last_seq_of(role="nurse") > thread.last_seq_of(role="assistant", kind="emergency")
        await _say_once(session, thread, "received" if is_with_nurse else "after_emergency")
    elif report.is_sent:
        await _say_once(session, thread, "received")
    else:
        intent = next((found for m in thread.unanswered if (found := find_intent(m.text))), None)
        if intent is not None:
            await _say(session, thread, intent)
        if intent not in NO_QUESTION_AFTER:
            await _go_on(session, thread, assessment.step)


async def _go_on(session: Session, thread: _Thread, step: triage.Step) -> None:
    """Ask the next question, or end the interview once."""
    conversation = thread.conversation
    if step.kind == "finish" and any(message.meta.get("finish") for message in thread.messages):
        await _say_once(session, thread, "noted")
    else:
        blocked = say("blocked", thread.setting)
        why = step.why and passed(step.why, otherwise="", conversation_id=conversation.id)
        await conversations.append_to(
            session,
            conversation,
            role="assistant",
            kind="text" if step.kind == "finish" else step.kind,
            text=passed(step.text, otherwise=blocked, conversation_id=conversation.id),
            answers_seq=thread.last_asked,
            question_id=step.link_id,
            why=why,
            quick_replies=[conversations.QuickReply(reply.value, reply.label) for reply in step.quick_replies],
            meta={"finish": step.reason or "complete"} if step.kind == "finish" else None,
        )
    await conversations.set_progress(
        session,
        conversation.id,
        pending_question=step.link_id,
        asked=step.progress.asked,
        expected=step.progress.of,
    )


async def _say_once(session: Session, thread: _Thread, script: str) -> None:
    if thread.last_script != script:
        await _say(session, thread, script)


async def _say(session: Session, thread: _Thread, script: str) -> None:
    await conversations.append_to(
        session,
        thread.conversation,
        role="assistant",
        kind="notice",
        text=passed(
            say(script, thread.setting),
            otherwise=say("blocked", thread.setting),
            conversation_id=thread.conversation.id,
        ),
        answers_seq=thread.last_asked,
        meta={"script": script},
    )
