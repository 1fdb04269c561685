"""Server-sent events: the one-way fallback of the WebSocket, with the same content and the same numbers."""

from collections.abc import AsyncIterator
from uuid import UUID

from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import StreamingResponse

from osler.assistant import frames
from osler.assistant.frames import SessionEnded
from osler.assistant.live_feed import Feed, place_for, signals_of
from osler.assistant.problem_texts import language_of, localised
from osler.core.auth import Actor
from osler.core.errors import TooManyRequests
from osler.core.log import get_logger
from osler.core.settings import SessionSettings

log = get_logger()


def respond(request: Request, *, actor: Actor, conversation_id: UUID, after: int) -> StreamingResponse:
    """Stream everything after message number `after`, or after `Last-Event-ID` when the browser reconnects."""
    last = request.headers.get("last-event-id", "")
    if last.isascii() and last.isdigit() and len(last) < 10:
        after = int(last)
    body = _events(
        actor,
        conversation_id,
        after=after,
        settings=request.app.state.settings.sessions,
        language=language_of(request),
    )
    return StreamingResponse(
        body, media_type="text/event-stream", headers={"cache-control": "no-store", "x-accel-buffering": "no"}
    )


async def _events(
    actor: Actor, conversation_id: UUID, *, after: int, settings: SessionSettings, language: str
) -> AsyncIterator[str]:
    try:
        with place_for(actor.session_id):
            async with signals_of(actor, conversation_id) as signals:
                feed = Feed(actor, conversation_id, after=after, settings=settings, signals=signals)
                async for event in _follow(feed, language):
                    yield event
    except TooManyRequests as problem:
        yield _event("error", frames.error(localised(problem, language), is_fatal=True))
    except (SQLAlchemyError, OSError) as error:
        # The browser reconnects by itself and resumes after the last event it saw.
        log.warning("event_stream_broken", error=type(error).__name__)


async def _follow(feed: Feed, language: str) -> AsyncIterator[str]:
    yield "retry: 2000\n\n"
    with_state, has_news = True, True
    while True:
        if has_news:
            async for news in feed.news(with_state=with_state):
                if news.state is not None:
                    yield _event("state", frames.state(news.state))
                for message in news.messages:
                    yield _event("message_complete", frames.complete(message), seq=message.seq)
        wake = await feed.wait()
        if wake.is_session_over:
            yield _event("error", frames.error(localised(SessionEnded(), language), is_fatal=True))
            return
        for role, on, _ in wake.typing:
            yield _event("typing", frames.typing(role, on))
        if wake.is_ping_due:
            yield ": ping\n\n"
        with_state, has_news = wake.has_state, wake.has_state or wake.has_messages


def _event(name: str, frame: str, seq: int | None = None) -> str:
    number = "" if seq is None else f"id: {seq}\n"
    return f"{number}event: {name}\ndata: {frame}\n\n"
