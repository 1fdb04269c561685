"""Jobs of the assistant."""

import asyncio
from uuid import UUID

from osler import conversations, identity, patients
from osler.assistant import turn
from osler.core.db import Session
from osler.core.jobs import task

# Turns are mostly CPU work: one at a time in a process, so that none computes while another holds the lock of its
# conversation and keeps that patient's next message waiting.
_one_turn = asyncio.Lock()


@task("assistant.process_turn", priority=10)
async def process_turn(session: Session, *, conversation_id: str) -> None:
    """Bring a conversation's report up to date and say what comes next; running it again adds nothing."""
    async with _one_turn:
        await turn.take(session, UUID(conversation_id))


@identity.on_identified
async def hand_over_conversations(session: Session, event: identity.VisitorIdentified) -> None:
    """Give a visitor's conversations, and their own newest record, to the account they turned out to have."""
    user_id = UUID(event.user_id)
    handed = await conversations.assign_owner(session, from_owner=UUID(event.visitor_id), to_owner=user_id)
    if await patients.find_by_user(session, user_id) is not None:
        return
    for conversation in handed:
        # A guardian writes about somebody else: that record is not the account holder's own.
        if await patients.agreed_by_self(session, patient_id=conversation.patient_id):
            await patients.link_user(session, patient_id=conversation.patient_id, user_id=user_id)
            return
