"""Messages: append in order, exactly once per client message id, and read back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson
from sqlalchemy import Row

from osler.conversations.threads import Conversation, ConversationClosed, ConversationNotFound, lock
from osler.core import clock, crypto, live
from osler.core.crypto import Key
from osler.core.db import Session
from osler.core.errors import Problem
from osler.core.ids import new_id

TEXT_LIMIT: Final = 8_000
MESSAGE_LIMIT: Final = 500
_UNPRINTABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff]")


class TextTooLong(Problem):
    status = 422
    title = "This message is too long"


class TextNotReadable(Problem):
    status = 422
    title = "This message contains no readable text"


class ClientMessageIdReused(Problem):
    status = 409
    title = "Another message was already sent under this id"


class ConversationFull(Problem):
    status = 409
    title = "This conversation has reached its longest length"


@dataclass(frozen=True, slots=True)
class QuickReply:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class MessageRef:
    """`is_replay` says that the message had been stored before, under the same client message id."""

    id: UUID
    seq: int
    is_replay: bool


@dataclass(frozen=True, slots=True)
class Message:
    id: UUID
    seq: int
    role: str
    kind: str
    author_id: UUID | None
    client_msg_id: UUID | None
    answers_seq: int | None
    created_at: datetime
    text: str
    question_id: str | None = None
    why: str | None = None
    quick_replies: tuple[QuickReply, ...] = ()
    meta: Mapping[str, Any] = field(default_factory=dict)


_APPEND = f"""
with turn as (
    update conversation set last_seq = last_seq + 1, last_message_at = $9
    where id = $2 and status = 'open' and (last_seq < {MESSAGE_LIMIT} or $3 <> 'patient')
      and not exists (select from message where conversation_id = $2 and client_msg_id = $6)
    returning last_seq
), added as (
    insert into message
        (id, conversation_id, seq, role, kind, author_id, client_msg_id, answers_seq, body_enc, created_at)
    select $1::uuid, $2::uuid, last_seq, $3::text, $4::text, $5::uuid, $6::uuid, $7::int, $8::bytea, $9::timestamptz
    from turn
    returning seq
)
select seq, pg_notify('{live.CHANNEL}', '{{"topic":"conversation:' || $2::uuid || '","seq":' || seq || '}}') from added
"""  # noqa: S608 - constants only
_SENT_BEFORE = "select id, seq, body_enc from message where conversation_id = $1 and client_msg_id = $2"
_COLUMNS = """
m.id as message_id, m.seq, m.role, m.kind, m.author_id, m.client_msg_id, m.answers_seq, m.created_at as said_at,
    m.body_enc, c.data_key_id
from message m join conversation c on c.id = m.conversation_id where c.id = $1
"""
_LIST = f"select {_COLUMNS} and m.seq > $2 order by m.seq limit $3"
# One statement for what every message needs first. While it waits for the lock the messages may become stale, which
# only shortens what is read along; numbers come from the conversation's row itself.
_LOCK_AND_LISTEN = f"""
select {", ".join(f"c.{name}" for name in Conversation.__slots__)}, m.id as message_id, m.role, m.body_enc
from conversation c left join lateral (
    select id, role, body_enc, seq from message where conversation_id = c.id order by seq desc limit $2
) m on true
where c.id = $1 order by m.seq for update of c
"""  # noqa: S608 - our own column names


def clean_text(text: str) -> str:
    """Return what is stored of a text: without control characters, with plain line ends.

    Nothing else changes, so that character offsets stay true. Raises `TextTooLong`, `TextNotReadable`.
    """
    if len(text) > TEXT_LIMIT:
        raise TextTooLong(limit=TEXT_LIMIT, length=len(text))
    cleaned = _UNPRINTABLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    if not cleaned.strip():
        raise TextNotReadable
    try:
        cleaned.encode()
    except UnicodeEncodeError as error:  # A lone surrogate, which no database and no other client could read.
        raise TextNotReadable from error
    return cleaned


async def append(
    session: Session, *, conversation_id: UUID, role: str, kind: str, text: str, **rest: Any
) -> MessageRef:
    """Lock the conversation and append to it; for the other keywords and the problems see `append_to`."""
    conversation = await lock(session, conversation_id)
    return await append_to(session, conversation, role=role, kind=kind, text=text, **rest)


async def append_to(
    session: Session,
    conversation: Conversation,
    *,
    role: str,
    kind: str,
    text: str,
    author_id: UUID | None = None,
    client_msg_id: UUID | None = None,
    answers_seq: int | None = None,
    question_id: str | None = None,
    why: str | None = None,
    quick_replies: Sequence[QuickReply] = (),
    meta: Mapping[str, Any] | None = None,
) -> MessageRef:
    """Append the next message to a conversation that this transaction has locked, and signal its live topic.

    The same `client_msg_id` with the same text again changes nothing and returns the first message.
    Raises: `TextTooLong`, `TextNotReadable`, `ClientMessageIdReused`, `ConversationClosed`, `ConversationFull`.
    """
    text = clean_text(text)
    body: dict[str, Any] = {"text": text}
    if question_id is not None:
        body["question_id"] = question_id
    if why:
        body["why"] = why
    if quick_replies:
        body["quick_replies"] = [{"value": reply.value, "label": reply.label} for reply in quick_replies]
    if meta:
        body["meta"] = meta
    key = await crypto.data_key(session, conversation.data_key_id)
    message_id = new_id()
    sealed = key.encrypt(orjson.dumps(body), ("message", "body_enc", message_id))
    at = clock.now()
    values = (message_id, conversation.id, role, kind, author_id, client_msg_id, answers_seq, sealed, at)
    row = (await (await session.connection()).exec_driver_sql(_APPEND, values)).one_or_none()
    if row is not None:
        return MessageRef(message_id, row.seq, is_replay=False)
    return await _explain_refusal(session, conversation, key, client_msg_id, text)


async def _explain_refusal(
    session: Session, conversation: Conversation, key: Key, client_msg_id: UUID | None, text: str
) -> MessageRef:
    if client_msg_id is not None:
        found = await (await session.connection()).exec_driver_sql(_SENT_BEFORE, (conversation.id, client_msg_id))
        row = found.one_or_none()
        if row is not None:
            if _open(key, row.id, row.body_enc)["text"] != text:
                raise ClientMessageIdReused
            return MessageRef(row.id, row.seq, is_replay=True)
    if conversation.is_closed:
        raise ConversationClosed
    raise ConversationFull(limit=MESSAGE_LIMIT)


def _open(key: Key, message_id: UUID, sealed: bytes) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads(key.decrypt(sealed, ("message", "body_enc", message_id)))
    return body


async def list_messages(
    session: Session, conversation_id: UUID, *, after: int = 0, limit: int = MESSAGE_LIMIT
) -> list[Message]:
    """Return the messages with a number above `after`, in order. Whoever shows them records the read."""
    found = await (await session.connection()).exec_driver_sql(_LIST, (conversation_id, after, limit))
    return [await _message(session, row) for row in found]


async def lock_and_listen(
    session: Session, conversation_id: UUID, *, recent: int
) -> tuple[Conversation, list[tuple[str, str]]]:
    """Lock a conversation like `lock` and return it with the roles and texts of its last messages, in order.

    Raises `ConversationNotFound`.
    """
    found = await (await session.connection()).exec_driver_sql(_LOCK_AND_LISTEN, (conversation_id, recent))
    rows = [tuple(row) for row in found]
    if not rows:
        raise ConversationNotFound
    conversation = Conversation(*rows[0][:-3])
    key = await crypto.data_key(session, conversation.data_key_id)
    said = [(role, _open(key, message_id, sealed)["text"]) for *_, message_id, role, sealed in rows if sealed]
    return conversation, said


async def _message(session: Session, row: Row[Any]) -> Message:
    body = _open(await crypto.data_key(session, row.data_key_id), row.message_id, row.body_enc)
    return Message(
        id=row.message_id,
        seq=row.seq,
        role=row.role,
        kind=row.kind,
        author_id=row.author_id,
        client_msg_id=row.client_msg_id,
        answers_seq=row.answers_seq,
        created_at=row.said_at,
        text=body["text"],
        question_id=body.get("question_id"),
        why=body.get("why"),
        quick_replies=tuple(QuickReply(reply["value"], reply["label"]) for reply in body.get("quick_replies", ())),
        meta=body.get("meta", {}),
    )
