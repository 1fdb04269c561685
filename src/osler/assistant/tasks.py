"""Jobs of the assistant."""

from uuid import UUID

from osler import conversations, identity, patients
from osler.assistant import turn
from osler.core.db import Session
from osler.core.jobs import task


@task("assistant.process_turn", priority=10)
async def process_turn(session: Session, *, conversation_id: str) -> None:
    """Bring a conversation's report up to date and say what comes next; running it again adds nothing."""
    await turn.take(session, UUID(conversation_id))


@identity.on_identified
async def hand_over_conversations(session: Session, event: identity.VisitorIdentified) -> None:
    """Give a visitor's conversations, and the newest one's record, to the account the visitor turned out to have."""
    user_id = UUID(event.user_id)
    handed = await conversations.assign_owner(session, from_owner=UUID(event.visitor_id), to_owner=user_id)
    if handed and await patients.find_by_user(session, user_id) is None:
        await patients.link_user(session, patient_id=handed[0].patient_id, user_id=user_id)
