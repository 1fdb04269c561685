"""Messages: order without gaps, once per client id, sealed, bounded."""

import asyncio
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from tests.conversations.conftest import Start

from osler import conversations
from osler.conversations import Conversation, MessageRef
from osler.core import crypto, db
from osler.core.ids import new_id
from osler.core.live import hub
from osler.core.settings import Settings


async def say(conversation: Conversation, words: str, client_msg_id: UUID | None = None) -> MessageRef:
    async with db.transaction() as session:
        return await conversations.append(
            session,
            conversation_id=conversation.id,
            role="patient",
            kind="text",
            text=words,
            client_msg_id=client_msg_id or new_id(),
        )


async def said(conversation: Conversation, after: int = 0) -> list[str]:
    async with db.transaction() as session:
        return [message.text for message in await conversations.list_messages(session, conversation.id, after=after)]


async def test_messages_come_back_in_order_with_everything_they_carry(start: Start) -> None:
    conversation = await start()
    await say(conversation, "J’ai mal à la tête.")
    async with db.transaction() as session:
        await conversations.append(
            session,
            conversation_id=conversation.id,
            role="assistant",
            kind="question",
            text="Depuis quand ?",
            question_id="onset",
            why="Pour situer le début.",
            quick_replies=[conversations.QuickReply("today", "Aujourd’hui")],
            answers_seq=1,
            meta={"asked": 1},
        )
    async with db.transaction() as session:
        first, second = await conversations.list_messages(session, conversation.id)
        assert [first.seq, first.text, first.role] == [1, "J’ai mal à la tête.", "patient"]
        assert [second.seq, second.question_id, second.why, second.answers_seq] == [
            2,
            "onset",
            "Pour situer le début.",
            1,
        ]
        assert second.quick_replies == (conversations.QuickReply("today", "Aujourd’hui"),)
        assert second.meta == {"asked": 1}
        locked, recent = await conversations.lock_and_listen(session, conversation.id, recent=1)
        assert (locked.id, locked.last_seq, recent) == (conversation.id, 2, [("assistant", "Depuis quand ?")])
        _, both = await conversations.lock_and_listen(session, conversation.id, recent=5)
        assert [role for role, _ in both] == ["patient", "assistant"]
    assert await said(conversation, after=1) == ["Depuis quand ?"]


async def test_same_client_id_and_text_again_is_the_same_message(start: Start) -> None:
    conversation, client_msg_id = await start(), new_id()
    first = await say(conversation, "bonjour", client_msg_id)
    again = await say(conversation, "bonjour", client_msg_id)
    assert (again.id, again.seq, first.is_replay, again.is_replay) == (first.id, first.seq, False, True)
    assert (await say(conversation, "autre")).seq == 2


async def test_same_client_id_with_other_text_is_refused(start: Start) -> None:
    conversation, client_msg_id = await start(), new_id()
    await say(conversation, "bonjour", client_msg_id)
    with pytest.raises(conversations.ClientMessageIdReused):
        await say(conversation, "bonsoir", client_msg_id)
    assert await said(conversation) == ["bonjour"]


async def test_twenty_racing_resends_store_one_message(start: Start) -> None:
    conversation, client_msg_id = await start(), new_id()
    refs = await asyncio.gather(*(say(conversation, "bonjour", client_msg_id) for _ in range(20)))
    assert len({ref.id for ref in refs}) == 1
    assert [ref.is_replay for ref in refs].count(False) == 1
    assert await said(conversation) == ["bonjour"]


async def test_racing_messages_get_numbers_without_gaps(start: Start) -> None:
    conversation = await start()
    refs = await asyncio.gather(*(say(conversation, f"message {n}") for n in range(20)))
    assert sorted(ref.seq for ref in refs) == list(range(1, 21))


async def test_closed_conversation_takes_nothing_but_still_answers_a_resend(start: Start) -> None:
    conversation, client_msg_id = await start(), new_id()
    first = await say(conversation, "bonjour", client_msg_id)
    async with db.transaction() as session:
        assert (await conversations.close(session, conversation.id)).is_closed
    with pytest.raises(conversations.ConversationClosed):
        await say(conversation, "encore")
    assert (await say(conversation, "bonjour", client_msg_id)).id == first.id


async def test_patient_cannot_write_for_ever(start: Start) -> None:
    conversation = await start()
    async with db.transaction() as session:
        await session.execute(text("update conversation set last_seq = 500"))
    with pytest.raises(conversations.ConversationFull):
        await say(conversation, "encore")


async def test_unknown_conversation_is_not_found(database: Settings) -> None:
    async with db.transaction() as session:
        with pytest.raises(conversations.ConversationNotFound):
            await conversations.append(session, conversation_id=new_id(), role="patient", kind="text", text="bonjour")


async def test_stored_body_is_sealed_and_bound_to_its_row(start: Start) -> None:
    conversation = await start()
    await say(conversation, "mot canari un")
    await say(conversation, "mot canari deux")
    async with db.transaction() as session:
        bodies = (await session.scalars(text("select body_enc from message order by seq"))).all()
        assert not any(b"canari" in body for body in bodies)
        await session.execute(
            text("update message set body_enc = (select body_enc from message where seq = 2) where seq = 1")
        )
    with pytest.raises(crypto.CryptoError):
        await said(conversation)


async def test_second_reply_of_a_kind_to_the_same_message_is_refused_by_the_database(start: Start) -> None:
    conversation = await start()
    await say(conversation, "bonjour")
    reply = {"conversation_id": conversation.id, "role": "assistant", "kind": "question", "answers_seq": 1}
    async with db.transaction() as session:
        await conversations.append(session, text="Depuis quand ?", **reply)
    with pytest.raises(IntegrityError) as refused:
        async with db.transaction() as session:
            await conversations.append(session, text="Depuis quand ?", **reply)
    assert db.constraint_of(refused.value) == "uq_message_conversation_id_answers_seq_kind"


async def test_append_signals_after_the_commit_only(start: Start, database: Settings) -> None:
    conversation = await start()
    assert database.database_url is not None
    await hub.start(database.database_url)
    try:
        async with hub.subscribe(f"conversation:{conversation.id}") as subscription:
            async with db.transaction() as session:
                await conversations.append(
                    session, conversation_id=conversation.id, role="patient", kind="text", text="perdu"
                )
                await session.rollback()
            await say(conversation, "bonjour")
            async with asyncio.timeout(3):
                assert await subscription.get() == {"seq": 1}
    finally:
        await hub.stop()


async def test_visitors_conversations_go_to_the_account(start: Start) -> None:
    visitor, user = new_id(), new_id()
    conversation = await start(owner_id=visitor)
    await start()
    async with db.transaction() as session:
        handed = await conversations.assign_owner(session, from_owner=visitor, to_owner=user)
        assert [each.id for each in handed] == [conversation.id]
        assert await conversations.list_for_owner(session, visitor) == []


def test_control_characters_go_and_line_ends_become_plain() -> None:
    assert conversations.clean_text("a\x00b\x1b[31m\r\nc\td\re\x85") == "ab[31m\nc\td\ne"


@pytest.mark.parametrize("words", ["", " \n\t", "\x00\x01", "mal \ud800 tête"])
def test_text_that_nobody_could_read_is_refused(words: str) -> None:
    with pytest.raises(conversations.TextNotReadable):
        conversations.clean_text(words)


def test_longest_text_passes_and_one_more_does_not() -> None:
    assert conversations.clean_text("é" * 8000)
    with pytest.raises(conversations.TextTooLong):
        conversations.clean_text("é" * 8001)


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(words: str) -> None:
    try:
        cleaned = conversations.clean_text(words)
    except conversations.TextNotReadable:
        return
    assert conversations.clean_text(cleaned) == cleaned
    assert "\x00" not in cleaned
