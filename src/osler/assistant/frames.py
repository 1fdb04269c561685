"""The frames of the WebSocket: what a client may say, and how the server answers. See docs/reference/realtime.md."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import orjson

from osler.assistant.emergencies import card_json
from osler.assistant.messages import Sent
from osler.assistant.schemas import ConversationState, MessageOut
from osler.core.errors import Problem

FRAME_LIMIT: Final = 64 * 1024
CHUNK_LENGTH: Final = 60
_WORDS: Final = re.compile(r"\S*\s*")


class InvalidFrame(Problem):
    status = 400
    title = "This frame is not understood"


class FrameTooLarge(Problem):
    status = 413
    title = "This frame is too large"


class UnknownSequence(Problem):
    status = 409
    title = "The conversation has no message with that number yet"


class SessionEnded(Problem):
    status = 401
    title = "Your session has ended"


@dataclass(frozen=True, slots=True)
class Hello:
    """`after` is the number of the last message the client holds completely."""

    after: int


@dataclass(frozen=True, slots=True)
class Say:
    client_msg_id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class Typing:
    on: bool


@dataclass(frozen=True, slots=True)
class Ping:
    t: int | float | str | None


@dataclass(frozen=True, slots=True)
class Pong:
    pass


Frame = Hello | Say | Typing | Ping | Pong


def read(raw: str | None) -> Frame:
    """Parse one text frame; `None` stands for a binary one. Raises `InvalidFrame`, `FrameTooLarge`."""
    if raw is None:
        raise InvalidFrame(reason="binary")
    if len(raw) > FRAME_LIMIT or len(raw.encode(errors="replace")) > FRAME_LIMIT:
        raise FrameTooLarge(limit_bytes=FRAME_LIMIT)
    try:
        frame = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise InvalidFrame(reason="json") from error
    if not isinstance(frame, dict):
        raise InvalidFrame(reason="object")
    match frame.get("type"):
        case "hello":
            return Hello(_integer(frame, "after"))
        case "message":
            return Say(_id(frame, "client_msg_id"), _text(frame, "text"))
        case "typing":
            return Typing(frame.get("on") is True)
        case "ping":
            t = frame.get("t")
            return Ping(t if isinstance(t, int | float) or (isinstance(t, str) and len(t) <= 64) else None)
        case "pong":
            return Pong()
    raise InvalidFrame(reason="type")


def client_msg_id_of(raw: str | None) -> str | None:
    """Return the id a refused frame carries, so that the client knows which of its messages was refused."""
    if raw is None or len(raw) > FRAME_LIMIT:
        return None
    try:
        return str(_id(orjson.loads(raw), "client_msg_id"))
    except (orjson.JSONDecodeError, InvalidFrame, AttributeError):
        return None


def _integer(frame: dict[str, Any], name: str) -> int:
    value = frame.get(name)
    if type(value) is not int or not 0 <= value < 2**31:
        raise InvalidFrame(reason=name)
    return value


def _text(frame: dict[str, Any], name: str) -> str:
    value = frame.get(name)
    if not isinstance(value, str):
        raise InvalidFrame(reason=name)
    return value


def _id(frame: dict[str, Any], name: str) -> UUID:
    value = frame.get(name)
    if not isinstance(value, str) or len(value) != 36:
        raise InvalidFrame(reason=name)
    try:
        return UUID(value)
    except ValueError as error:
        raise InvalidFrame(reason=name) from error


def _dump(frame: dict[str, Any]) -> str:
    return orjson.dumps(frame).decode()


def state(state: ConversationState) -> str:
    return _dump({"type": "state", "last_seq": state.last_seq, "state": state.model_dump(mode="json")})


def ack(client_msg_id: UUID, sent: Sent) -> str:
    return _dump(
        {
            "type": "ack",
            "client_msg_id": str(client_msg_id),
            "id": str(sent.ref.id),
            "seq": sent.ref.seq,
            "level": sent.level,
            "replay": sent.ref.is_replay,
            "emergency": None if sent.emergency is None else card_json(sent.emergency),
        }
    )


def message(message: MessageOut) -> Iterator[str]:
    """Yield the start, the chunks and the end of one message. The chunks joined are its text."""
    head = {"id": str(message.id), "seq": message.seq}
    about = {"role": message.role, "kind": message.kind, "created_at": message.created_at}
    yield _dump({"type": "message_start", **head, **about})
    pieces = chunks(message.text) if message.role == "assistant" else [message.text]
    for index, text in enumerate(pieces):
        yield _dump({"type": "message_chunk", **head, "index": index, "text": text})
    yield complete(message)


def complete(message: MessageOut) -> str:
    """Return the whole message as one frame."""
    whole = message.model_dump(mode="json")
    return _dump({"type": "message_complete", "id": whole["id"], "seq": message.seq, "message": whole})


def chunks(text: str) -> Iterator[str]:
    """Split after words into pieces of about `CHUNK_LENGTH` characters; joined they are `text`."""
    piece = ""
    for match in _WORDS.finditer(text):
        if piece and len(piece) + len(match.group()) > CHUNK_LENGTH:
            yield piece
            piece = ""
        piece += match.group()
    if piece:
        yield piece


def error(problem: Problem, *, client_msg_id: str | None = None, is_fatal: bool = False) -> str:
    frame: dict[str, Any] = {"type": "error", "problem": problem.to_dict(), "fatal": is_fatal}
    if client_msg_id is not None:
        frame["client_msg_id"] = client_msg_id
    return _dump(frame)


def typing(role: str, on: bool) -> str:
    return _dump({"type": "typing", "role": role, "on": on})


def ping() -> str:
    return _dump({"type": "ping", "t": time.time_ns() // 1_000_000})


def pong(ping: Ping) -> str:
    return _dump({"type": "pong", "t": ping.t})
