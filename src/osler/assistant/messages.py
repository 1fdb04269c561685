"""A patient's message: stored, checked for red flags and acknowledged in one transaction.

The red-flag engine decides before anything else does, without a network and without a model. An emergency puts the
fixed screen, the alert and the card in the nurses' queue into the same transaction as the message itself.
"""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from osler import conversations, triage
from osler.assistant import access
from osler.assistant.emergencies import card_json, emergency_card, say_emergency
from osler.assistant.tasks import process_turn
from osler.conversations import Conversation, ConversationClosed, ConversationFull, MessageRef, TextTooLong
from osler.core import audit
from osler.core.auth import Actor
from osler.core.db import Session
from osler.core.errors import Problem, TooManyRequests
from osler.core.jobs import enqueue

# How many earlier messages the engine reads with a new one; the worker later reads them all.
CONTEXT: Final = 8


@dataclass(frozen=True, slots=True)
class Sent:
    """`emergency` is the screen to show at once."""

    ref: MessageRef
    level: str
    emergency: triage.EmergencyCard | None


async def send(
    session: Session,
    *,
    actor: Actor,
    conversation_id: UUID,
    client_msg_id: UUID,
    text: str,
    is_over_rate: bool = False,
) -> Sent:
    """Store a patient's message exactly once.

    A sender over the rate is refused, unless the message is an emergency; a refused emergency (a closed conversation,
    a message too long) still brings the emergency screen as a member of its problem.
    Raises: `ConversationNotFound`, `TooManyRequests` and the problems of `conversations.append_to`.
    """
    conversation, recent = await conversations.lock_and_listen(session, conversation_id, recent=CONTEXT)
    access.require(actor, conversation, "conversation:write")
    context = [triage.redflags.Turn(role=role, text=said) for role, said in recent]
    decision = triage.redflags.decide(text[: conversations.TEXT_LIMIT], context=context)
    # Once the screen was shown, what earlier messages said does not show it again: a nurse may have lowered it since.
    flag_ids = [
        flag.id
        for flag in decision.flags
        if flag.level == "emergency" and (flag.said_now or conversation.emergency_at is None)
    ]
    is_emergency = bool(flag_ids)
    if is_over_rate and not is_emergency:
        raise TooManyRequests
    card = await emergency_card(session, conversation.language, triage.category_of(flag_ids)) if is_emergency else None
    try:
        ref = await conversations.append_to(
            session,
            conversation,
            role="patient",
            kind="text",
            text=text,
            author_id=actor.id,
            client_msg_id=client_msg_id,
        )
    except (ConversationClosed, ConversationFull, TextTooLong) as refusal:
        raise _with_card(refusal, card) from refusal
    if not ref.is_replay:
        if card is not None:
            await _escalate(session, conversation, ref, flag_ids, card)
        await audit.record(
            session,
            actor=actor,
            action="conversation:write",
            resource=("Message", ref.id),
            patient_id=conversation.patient_id,
        )
        await enqueue(session, process_turn, dedupe_key=str(conversation_id), conversation_id=str(conversation_id))
    return Sent(ref, "none" if decision.level == "emergency" and card is None else decision.level, card)


async def _escalate(
    session: Session, conversation: Conversation, ref: MessageRef, flag_ids: list[str], card: triage.EmergencyCard
) -> None:
    before = await triage.report_of_conversation(session, conversation.id)
    was_lowered = before is not None and conversation.emergency_at is not None and not before.is_emergency
    await triage.raise_alert(
        session,
        conversation_id=conversation.id,
        patient_id=conversation.patient_id,
        language=conversation.language,
        flag_ids=flag_ids,
        message_id=ref.id,
    )
    await say_emergency(session, conversation, answers_seq=ref.seq, card=card, again=was_lowered)


def _with_card(refusal: Problem, card: triage.EmergencyCard | None) -> Problem:
    if card is None:
        return refusal
    return type(refusal)(refusal.detail, **dict(refusal.members), emergency=card_json(card))
