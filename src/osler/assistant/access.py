"""Who may see a conversation, and who may write in it."""

from uuid import UUID

from osler import conversations
from osler.conversations import Conversation, ConversationNotFound
from osler.core import audit
from osler.core.auth import Actor, Kind, Relation, decide
from osler.core.db import Session


def require(actor: Actor, conversation: Conversation, action: str) -> None:
    """Refuse like a conversation that does not exist, so that nobody learns of other people's.

    The consent is part of the row: a conversation cannot start without one. Raises `ConversationNotFound`.
    """
    if actor.kind is Kind.STAFF:
        relation = Relation.PRACTICE
    else:
        relation = Relation.SELF if actor.id == conversation.owner_id else Relation.NONE
    if not decide(actor, action, relation=relation, has_consent=True).is_allowed:
        raise ConversationNotFound


async def open_for_reading(
    session: Session, actor: Actor, conversation_id: UUID, *, action: str = "conversation:read"
) -> Conversation:
    """Return a conversation the actor may see and record that it was opened. Raises `ConversationNotFound`."""
    conversation = await conversations.get(session, conversation_id)
    require(actor, conversation, action)
    await audit.record(
        session,
        actor=actor,
        action=action,
        resource=("Conversation", conversation.id),
        patient_id=conversation.patient_id,
    )
    return conversation
