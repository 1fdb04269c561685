"""A client of the realtime protocol, written from docs/reference/realtime.md alone: it imports nothing of ours."""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any
from uuid import UUID, uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed


@dataclass
class RealtimeClient:
    """One participant. It survives drops: `open` again, and it resumes after the last message it holds completely."""

    url: str
    cookie: str
    origin: str
    after: int = 0
    messages: dict[int, dict[str, Any]] = field(default_factory=dict)
    state: dict[str, Any] | None = None
    acks: dict[str, dict[str, Any]] = field(default_factory=dict)
    errors: list[dict[str, Any]] = field(default_factory=list)
    typing: list[tuple[str, bool]] = field(default_factory=list)
    pongs: list[Any] = field(default_factory=list)
    partial: dict[int, list[str]] = field(default_factory=dict)
    duplicates: int = 0
    close_code: int | None = None
    max_queue: int | None = 16
    frames: int = 0
    drop_at: str | None = None
    _socket: ClientConnection | None = None
    _reader: asyncio.Task[None] | None = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def open(self) -> "RealtimeClient":
        self._socket = await connect(
            self.url,
            origin=self.origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie},
            compression=None,
            max_size=None,
            ping_interval=None,
            open_timeout=10,
            max_queue=self.max_queue,
        )
        self.close_code = None
        self._reader = asyncio.create_task(self._read())
        with contextlib.suppress(ConnectionClosed):  # The server may have said why it will not have us.
            await self.write({"type": "hello", "after": self.after})
        return self

    async def __aenter__(self) -> "RealtimeClient":
        return await self.open()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.drop()

    async def drop(self) -> None:
        """Vanish like a lost network: no closing handshake."""
        if self._socket is not None:
            self._socket.transport.abort()
        if self._reader is not None:
            await asyncio.wait({self._reader})

    async def write(self, frame: dict[str, Any] | str | bytes) -> None:
        assert self._socket is not None
        await self._socket.send(json.dumps(frame) if isinstance(frame, dict) else frame)

    async def say(self, text: str, client_msg_id: UUID | None = None, *, timeout_s: float = 10) -> dict[str, Any]:
        """Send a message and wait for its ack."""
        key = str(client_msg_id or uuid4())
        self.acks.pop(key, None)
        await self.write({"type": "message", "client_msg_id": key, "text": text})
        await self.until(lambda: key in self.acks, timeout_s=timeout_s)
        return self.acks[key]

    async def until(self, condition: Any, *, timeout_s: float = 10) -> None:
        async with asyncio.timeout(timeout_s), self._changed:
            await self._changed.wait_for(condition)

    async def until_closed(self, *, timeout_s: float = 10) -> int | None:
        await self.until(lambda: self.close_code is not None, timeout_s=timeout_s)
        return self.close_code

    async def _read(self) -> None:
        assert self._socket is not None
        with contextlib.suppress(ConnectionClosed):
            async for raw in self._socket:
                frame = json.loads(raw)
                self.frames += 1
                if frame["type"] == self.drop_at:
                    self.drop_at = None
                    self._socket.transport.abort()
                    break
                await self._take(frame)
                async with self._changed:
                    self._changed.notify_all()
        self.partial.clear()
        async with self._changed:
            self.close_code = self._socket.close_code or 1006
            self._changed.notify_all()

    async def _take(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "state":
                self.state = frame["state"]
            case "ack":
                self.acks[frame["client_msg_id"]] = frame
            case "message_start":
                self.partial[frame["seq"]] = []
            case "message_chunk":
                assert len(self.partial[frame["seq"]]) == frame["index"]
                self.partial[frame["seq"]].append(frame["text"])
            case "message_complete":
                message = frame["message"]
                assert "".join(self.partial.pop(frame["seq"])) == message["text"]
                assert frame["seq"] == self.after + 1, "numbers have no gaps"
                self.duplicates += frame["seq"] in self.messages
                self.messages[frame["seq"]] = message
                self.after = frame["seq"]
            case "error":
                self.errors.append(frame)
            case "typing":
                self.typing.append((frame["role"], frame["on"]))
            case "ping":
                await self.write({"type": "pong"})
            case "pong":
                self.pongs.append(frame["t"])
