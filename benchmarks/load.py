"""A small HTTP/1.1 load generator: keep-alive connections, one request in flight on each, bounded in time."""

import asyncio
import json
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field


@dataclass(slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> object:
        return json.loads(self.body)


class Connection:
    """One keep-alive connection with a cookie jar of one."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.cookie: str | None = None
        self.csrf: str | None = None
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def request(self, method: str, path: str, body: object = None) -> Answer:
        """Send one request and read its answer; reconnects once when the server closed in between."""
        try:
            return await self._exchange(method, path, body)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()  # An idle keep-alive connection that the server has closed meanwhile.
            return await self._exchange(method, path, body)

    async def _exchange(self, method: str, path: str, body: object) -> Answer:
        if self._writer is None or self._writer.is_closing():
            self._reader, self._writer = await asyncio.open_connection(self.host, self.port)
        assert self._reader is not None
        content = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}:{self.port}", f"Content-Length: {len(content)}"]
        if body is not None:
            lines.append("Content-Type: application/json")
        if self.cookie:
            lines.append(f"Cookie: {self.cookie}")
        if self.csrf:
            lines.append(f"X-CSRF-Token: {self.csrf}")
        self._writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + content)
        return await self._read(self._reader)

    async def _read(self, reader: asyncio.StreamReader) -> Answer:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
            if name.lower() == "set-cookie" and "Max-Age=0" not in value:
                self.cookie = value.strip().split(";")[0]
        if headers.get("transfer-encoding") == "chunked":
            body = await self._read_chunks(reader)
        else:
            body = await reader.readexactly(int(headers.get("content-length", "0")))
        return Answer(int(head[0].split()[1]), headers, body)

    async def _read_chunks(self, reader: asyncio.StreamReader) -> bytes:
        body = b""
        while size := int((await reader.readuntil(b"\r\n")).strip(), 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        await reader.readexactly(2)
        return body

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


@dataclass(slots=True)
class Measured:
    """What a run gave: finished requests, refusals by status, seconds, and each latency in seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    refused: dict[int, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds if self.seconds else math.nan

    def quantile(self, share: float) -> float:
        return quantile(self.latencies, share)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the nearest-rank quantile; NaN of nothing."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.ceil(share * len(ordered)) - 1)]


Request = tuple[str, str, object]


async def hammer(connections: Sequence[Connection], make: Callable[[int, int], Request], *, seconds: float) -> Measured:
    """Keep one request in flight on every connection for `seconds`; `make(connection, n)` composes the next one."""
    measured, started = Measured(), time.perf_counter()
    deadline = started + seconds

    async def drive(number: int, connection: Connection) -> None:
        count = 0
        while (begun := time.perf_counter()) < deadline:
            answer = await connection.request(*make(number, count))
            count += 1
            if answer.status < 400:
                measured.latencies.append(time.perf_counter() - begun)
            else:
                measured.refused[answer.status] = measured.refused.get(answer.status, 0) + 1

    await asyncio.gather(*(drive(number, connection) for number, connection in enumerate(connections)))
    measured.seconds = time.perf_counter() - started
    return measured
