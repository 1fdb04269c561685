"""The WebSocket of one conversation: two tasks, one reading and one writing, and no queue between them.

What the writer sends comes from the database in pages, so a slow client holds back its own reads and nothing else;
one that takes longer than `SEND_S` for a frame is let go.
"""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from starlette.websockets import WebSocket, WebSocketDisconnect

from osler import conversations
from osler.assistant import access, frames, messages, rate_limits
from osler.assistant.frames import FrameTooLarge, InvalidFrame, SessionEnded, UnknownSequence
from osler.assistant.live_feed import Feed, place_for, signals_of
from osler.assistant.problem_texts import language_of, localised
from osler.conversations import Conversation, ConversationNotFound
from osler.core import db, live
from osler.core.auth import Actor, Kind
from osler.core.errors import Busy, Forbidden, Problem, TooManyRequests
from osler.core.http import Authenticator, current_actor
from osler.core.ids import new_id
from osler.core.log import get_logger

HELLO_S: Final = 10.0
SEND_S: Final = 10.0
SILENCE_S: Final = 80.0
MOST_ERRORS: Final = 20
SEEN_EVERY_S: Final = 60.0
TYPING_EVERY_S: Final = 2.0

PROTOCOL_ERROR: Final = 4400
SESSION_ENDED: Final = 4401
UNKNOWN_CONVERSATION: Final = 4404
TOO_SLOW: Final = 4408
TOO_MANY: Final = 4429
TOO_BIG: Final = 1009
TRY_AGAIN: Final = 1013

log = get_logger()
_frames_bucket = rate_limits.Buckets(rate_per_s=50, burst=100)


class _Close(Exception):
    """End the connection with this code, after this problem if there is one."""

    def __init__(self, code: int, problem: Problem | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.problem = problem


class _Gone(Exception):
    """The client has left."""


async def converse(websocket: WebSocket, raw_id: str) -> None:
    """Carry one connection from the handshake to its close code; never raises."""
    await websocket.accept()
    language = language_of(websocket)
    try:
        actor, conversation = await _admit(websocket, raw_id)
        language = conversation.language
        with _place(actor):
            async with signals_of(actor, conversation.id) as signals:
                settings = websocket.app.state.settings.sessions
                feed = Feed(actor, conversation.id, after=0, settings=settings, signals=signals)
                await _Connection(websocket, actor, conversation, feed).serve()
    except _Gone:
        pass
    except _Close as closing:
        await _close(websocket, closing, language)
    except (SQLAlchemyError, OSError) as error:
        log.warning("live_database_lost", error=type(error).__name__)
        await _close(websocket, _Close(TRY_AGAIN, Busy()), language)


@contextmanager
def _place(actor: Actor) -> Iterator[None]:
    try:
        with place_for(actor.session_id):
            yield
    except TooManyRequests as error:
        raise _Close(TOO_MANY, error) from error


async def _admit(websocket: WebSocket, raw_id: str) -> tuple[Actor, Conversation]:
    actor = await current_actor(websocket)
    if actor.kind is Kind.ANONYMOUS:
        raise _Close(SESSION_ENDED, SessionEnded())
    try:
        conversation_id = UUID(raw_id)
        async with db.transaction() as session:
            return actor, await access.open_for_reading(session, actor, conversation_id, action="conversation:join")
    except (ValueError, ConversationNotFound) as error:
        raise _Close(UNKNOWN_CONVERSATION, ConversationNotFound()) from error


async def _close(websocket: WebSocket, closing: _Close, language: str) -> None:
    """Say why and close; a client that does not listen any more is not waited for."""
    try:
        async with asyncio.timeout(2):
            if closing.problem is not None:
                await websocket.send_text(frames.error(localised(closing.problem, language), is_fatal=True))
            await websocket.close(closing.code)
    except (TimeoutError, RuntimeError, OSError, WebSocketDisconnect):
        log.info("live_connection_dropped", code=closing.code)


class _Connection:
    """One admitted client."""

    __slots__ = (
        "_actor",
        "_conversation",
        "_errors",
        "_feed",
        "_heard_at",
        "_id",
        "_seen_at",
        "_typing_at",
        "_websocket",
    )

    def __init__(self, websocket: WebSocket, actor: Actor, conversation: Conversation, feed: Feed) -> None:
        self._websocket = websocket
        self._actor = actor
        self._conversation = conversation
        self._feed = feed
        self._id = str(new_id())
        self._errors = 0
        self._heard_at = self._seen_at = time.monotonic()
        self._typing_at = 0.0

    async def serve(self) -> None:
        """Run until either side ends it. Raises `_Close`, `_Gone`, or what a lost database raises."""
        await self._greet()
        writer = asyncio.create_task(self._write())
        reader = asyncio.current_task()
        if reader is None:
            raise RuntimeError("a connection is served in a task")

        def stop_reading(_writer: asyncio.Task[None]) -> None:
            reader.cancel()

        writer.add_done_callback(stop_reading)
        try:
            while True:
                await self._hear(await self._receive())
        except asyncio.CancelledError:
            if not writer.done() or writer.cancelled():
                raise  # The server is stopping.
            reader.uncancel()
            writer.result()
        finally:
            writer.remove_done_callback(stop_reading)
            writer.cancel()
            await asyncio.wait({writer})

    # Reading

    async def _receive(self) -> str | None:
        message = await self._websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise _Gone
        self._heard_at = time.monotonic()
        if not _frames_bucket.take(self._id):
            raise _Close(TOO_MANY, TooManyRequests())
        text: str | None = message.get("text")
        return text

    async def _greet(self) -> None:
        """Wait for the hello that says from where on the client wants to read."""
        try:
            async with asyncio.timeout(HELLO_S):
                while True:
                    try:
                        frame = frames.read(await self._receive())
                        if not isinstance(frame, frames.Hello):
                            raise InvalidFrame(reason="hello")
                        await self._accept_hello(frame)
                        return
                    except (InvalidFrame, FrameTooLarge, UnknownSequence) as problem:
                        await self._refuse(problem, None)
        except TimeoutError as error:
            raise _Close(TOO_SLOW) from error

    async def _accept_hello(self, hello: frames.Hello) -> None:
        async with db.transaction() as session:
            last_seq = (await conversations.get(session, self._conversation.id)).last_seq
        if hello.after > last_seq:
            raise UnknownSequence(last_seq=last_seq)
        self._feed.seq = hello.after

    async def _hear(self, raw: str | None) -> None:
        try:
            await self._act_on(frames.read(raw))
        except Problem as problem:
            await self._refuse(problem, frames.client_msg_id_of(raw))
        except (SQLAlchemyError, OSError) as error:
            log.warning("live_message_failed", error=type(error).__name__)
            await self._refuse(Busy(), frames.client_msg_id_of(raw))

    async def _act_on(self, frame: frames.Frame) -> None:
        match frame:
            case frames.Say():
                await self._say(frame)
            case frames.Ping():
                await self._send(frames.pong(frame))
            case frames.Pong():
                pass
            case frames.Typing():
                await self._show_typing(frame)
            case frames.Hello():
                raise InvalidFrame(reason="hello")

    async def _say(self, frame: frames.Say) -> None:
        if self._actor.kind is Kind.STAFF:
            raise Forbidden
        await self._note_use()
        async with db.transaction() as session:
            sent = await messages.send(
                session,
                actor=self._actor,
                conversation_id=self._conversation.id,
                client_msg_id=frame.client_msg_id,
                text=frame.text,
                is_over_rate=not rate_limits.messages.take(str(self._actor.session_id)),
            )
        await self._send(frames.ack(frame.client_msg_id, sent))

    async def _note_use(self) -> None:
        """Let writing here count as use of the session, like a request does."""
        now = time.monotonic()
        if now - self._seen_at >= SEEN_EVERY_S:
            self._seen_at = now
            authenticate: Authenticator = self._websocket.app.state.authenticate
            if (await authenticate(self._websocket)).session_id != self._actor.session_id:
                raise _Close(SESSION_ENDED, SessionEnded())

    async def _show_typing(self, frame: frames.Typing) -> None:
        now = time.monotonic()
        if frame.on and now - self._typing_at < TYPING_EVERY_S:
            return
        self._typing_at = now
        role = "nurse" if self._actor.kind is Kind.STAFF else "patient"
        async with db.transaction() as session:
            await live.notify(session, f"conversation:{self._conversation.id}", typing=role, on=frame.on, by=self._id)

    async def _refuse(self, problem: Problem, client_msg_id: str | None) -> None:
        if isinstance(problem, FrameTooLarge):
            raise _Close(TOO_BIG, problem)
        self._errors += 1
        if self._errors >= MOST_ERRORS:
            raise _Close(PROTOCOL_ERROR, problem)
        await self._send(frames.error(localised(problem, self._conversation.language), client_msg_id=client_msg_id))

    # Writing

    async def _write(self) -> None:
        await self._send_news(with_state=True)
        while True:
            wake = await self._feed.wait()
            if wake.is_session_over:
                raise _Close(SESSION_ENDED, SessionEnded())
            if wake.is_ping_due:
                if time.monotonic() - self._heard_at > SILENCE_S:
                    raise _Close(TOO_SLOW)
                await self._send(frames.ping())
            for role, on, by in wake.typing:
                if by != self._id:
                    await self._send(frames.typing(role, on))
            if wake.has_messages or wake.has_state:
                await self._send_news(with_state=wake.has_state)

    async def _send_news(self, *, with_state: bool) -> None:
        async for news in self._feed.news(with_state=with_state):
            if news.state is not None:
                await self._send(frames.state(news.state))
            for message in news.messages:
                for frame in frames.message(message):
                    await self._send(frame)

    async def _send(self, frame: str) -> None:
        try:
            async with asyncio.timeout(SEND_S):
                await self._websocket.send_text(frame)
        except TimeoutError as error:
            raise _Close(TOO_SLOW) from error
        except (RuntimeError, OSError, WebSocketDisconnect) as error:
            raise _Gone from error
