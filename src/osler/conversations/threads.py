"""Conversations as a whole: start, find, hand over, close."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, update

from osler.conversations.tables import ConversationRow
from osler.core import clock, live
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.ids import new_id


class ConversationNotFound(Problem):
    status = 404
    title = "This conversation does not exist"


class ConversationClosed(Problem):
    status = 409
    title = "This conversation is closed"


@dataclass(frozen=True, slots=True)
class Conversation:
    """`questions_expected` is an upper estimate; both counts are `None` before the first question."""

    id: UUID
    patient_id: UUID
    owner_id: UUID
    consent_id: UUID
    data_key_id: UUID
    language: str
    status: str
    last_seq: int
    pending_question: str | None
    questions_asked: int | None
    questions_expected: int | None
    emergency_at: datetime | None
    emergency_category: str | None
    created_at: datetime
    last_message_at: datetime | None
    closed_at: datetime | None

    @property
    def is_closed(self) -> bool:
        return self.status == "closed"


COLUMNS = ", ".join(Conversation.__slots__)
# Driver statements: these run for every message, where Core would cost more than the database itself.
_GET = f"select {COLUMNS} from conversation where id = $1"  # noqa: S608 - our own column names
_LOCK = f"{_GET} for update"


async def start(
    session: Session, *, patient_id: UUID, owner_id: UUID, consent_id: UUID, data_key_id: UUID, language: str
) -> Conversation:
    """Open an empty conversation about a patient, owned by whoever writes in it."""
    conversation = Conversation(
        id=new_id(),
        patient_id=patient_id,
        owner_id=owner_id,
        consent_id=consent_id,
        data_key_id=data_key_id,
        language=language,
        status="open",
        last_seq=0,
        pending_question=None,
        questions_asked=None,
        questions_expected=None,
        emergency_at=None,
        emergency_category=None,
        created_at=clock.now(),
        last_message_at=None,
        closed_at=None,
    )
    await session.execute(insert(ConversationRow).values(**_values(conversation)))
    return conversation


def _values(conversation: Conversation) -> dict[str, Any]:
    return {name: getattr(conversation, name) for name in Conversation.__slots__}


async def get(session: Session, conversation_id: UUID) -> Conversation:
    """Raises `ConversationNotFound`."""
    return await _load(session, _GET, conversation_id)


async def lock(session: Session, conversation_id: UUID) -> Conversation:
    """Return a conversation that nobody else can change until this transaction ends.

    Whoever also locks a report locks the conversation first. Raises `ConversationNotFound`.
    """
    return await _load(session, _LOCK, conversation_id)


async def _load(session: Session, statement: str, conversation_id: UUID) -> Conversation:
    row = (await (await session.connection()).exec_driver_sql(statement, (conversation_id,))).one_or_none()
    if row is None:
        raise ConversationNotFound
    return Conversation(**row._mapping)


async def list_for_owner(session: Session, owner_id: UUID, *, limit: int = 50) -> list[Conversation]:
    """Return an owner's conversations, newest first."""
    columns = [getattr(ConversationRow, name) for name in Conversation.__slots__]
    rows = await session.execute(
        select(*columns)
        .where(ConversationRow.owner_id == owner_id)
        .order_by(ConversationRow.created_at.desc(), ConversationRow.id.desc())
        .limit(limit)
    )
    return [Conversation(**row._mapping) for row in rows]


async def close(session: Session, conversation_id: UUID) -> Conversation:
    """Close a conversation for new messages; closing it again changes nothing. Raises `ConversationNotFound`."""
    await session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id, ConversationRow.status == "open")
        .values(status="closed", closed_at=clock.now(), pending_question=None)
    )
    await live.notify(session, f"conversation:{conversation_id}", state=True)
    return await get(session, conversation_id)


async def assign_owner(session: Session, *, from_owner: UUID, to_owner: UUID) -> list[Conversation]:
    """Hand every conversation of a visitor to the account that the visitor turned out to be, and return them."""
    await session.execute(
        update(ConversationRow).where(ConversationRow.owner_id == from_owner).values(owner_id=to_owner)
    )
    return await list_for_owner(session, to_owner, limit=500)


async def mark_emergency(session: Session, conversation_id: UUID, *, category: str) -> None:
    """Remember when a conversation first became an emergency, and the kind that applies now; questions end."""
    await session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .values(
            emergency_at=func.coalesce(ConversationRow.emergency_at, clock.now()),
            emergency_category=category,
            pending_question=None,
        )
    )


async def set_progress(
    session: Session, conversation_id: UUID, *, pending_question: str | None, asked: int, expected: int
) -> None:
    """Store which question waits for an answer, how many were asked and how many there may be."""
    await session.execute(
        update(ConversationRow)
        .where(ConversationRow.id == conversation_id)
        .values(pending_question=pending_question, questions_asked=asked, questions_expected=expected)
    )
