"""Realtime figures: from a patient's message to the nurse's queue, and what an idle socket costs."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.house import House, message, resident_mb
from benchmarks.load import Connection, quantile

LINES = (
    "Bonjour, depuis hier je suis essoufflée quand je monte les escaliers.",
    "Depuis trois jours environ.",
    "Non, rien d'autre.",
    "5",
    "Je ne sais pas.",
)
SETTLE_S = 1.0


async def queue_events(connection: Connection) -> AsyncIterator[dict[str, Any]]:
    """Read the nurse's live queue, drafts included, as server-sent events."""
    reader, writer = await asyncio.open_connection(connection.host, connection.port)
    writer.write(
        f"GET /api/triage/queue/live?drafts=true HTTP/1.1\r\nHost: {connection.host}:{connection.port}\r\n"
        f"Accept: text/event-stream\r\nCookie: {connection.cookie}\r\n\r\n".encode()
    )
    try:
        while line := await reader.readline():
            if line.startswith(b"data:"):
                yield json.loads(line[5:])
    finally:
        writer.close()


class Queue:
    """When each conversation's card last changed, seen through the nurse's live queue."""

    def __init__(self) -> None:
        self.seen: dict[str, asyncio.Event] = {}

    async def watch(self, nurse: Connection) -> None:
        async for event in queue_events(nurse):
            for item in event.get("changed", ()):
                if item["conversation_id"] in self.seen:
                    self.seen[item["conversation_id"]].set()


async def open_socket(house: House, visitor: Connection, conversation: str) -> ClientConnection:
    socket = await connect(
        f"ws://127.0.0.1:{house.port}/api/conversations/{conversation}/live",
        additional_headers={"Cookie": visitor.cookie or "", "Origin": f"http://127.0.0.1:{house.port}"},
        compression=None,
        ping_interval=None,
        close_timeout=1,
    )
    await socket.send(json.dumps({"type": "hello", "after": 0}))
    return socket


async def latency_to_queue(house: House, *, concurrent: int, messages: int) -> dict[str, Any]:
    """Send `messages` on each of `concurrent` conversations, the next one as soon as the last one is in the queue.

    The time runs from the frame leaving the patient's socket to the changed card arriving at the nurse.
    """
    nurse, queue = await house.sign_in(), Queue()
    watching = asyncio.create_task(queue.watch(nurse))
    await asyncio.sleep(0.3)
    times: list[float] = []
    lost = 0

    visits = [await house.visit() for _ in range(concurrent)]

    async def talk(number: int) -> None:
        nonlocal lost
        visitor, conversation = visits[number]
        changed = queue.seen[conversation] = asyncio.Event()
        async with await open_socket(house, visitor, conversation) as socket:
            reading = asyncio.create_task(_drain(socket))
            for count in range(messages):
                changed.clear()
                text = message(f"{LINES[count % len(LINES)]} ({number})")
                begun = time.perf_counter()
                await socket.send(json.dumps({"type": "message", **text}))
                try:
                    async with asyncio.timeout(20):
                        await changed.wait()
                    times.append(time.perf_counter() - begun)
                except TimeoutError:
                    lost += 1
            reading.cancel()

    await asyncio.gather(*(talk(number) for number in range(concurrent)))
    watching.cancel()
    return {
        "what": f"message to report in the queue, {concurrent} conversations at once, no pause between messages",
        "n": len(times),
        "p50_ms": round(1000 * quantile(times, 0.5)),
        "p95_ms": round(1000 * quantile(times, 0.95)),
        "never_seen": lost,
        "bar": "p95 < 1000 ms at 100",
    }


async def _drain(socket: ClientConnection) -> None:
    async for _ in socket:
        pass


async def memory_per_socket(house: House, *, sockets: int) -> dict[str, Any]:
    """What an idle WebSocket costs the API, in KB of its memory, at `sockets` connections."""
    before = resident_mb(house.pids("api"))
    async with AsyncExitStack() as stack:
        conversations = [await house.visit() for _ in range(sockets // 5)]
        for number in range(sockets):
            visitor, conversation = conversations[number % len(conversations)]
            await stack.enter_async_context(await open_socket(house, visitor, conversation))
        await asyncio.sleep(SETTLE_S)
        after = resident_mb(house.pids("api"))
    return {
        "what": f"memory per idle WebSocket at {sockets}",
        "kb": round(1000 * (after - before) / sockets, 1),
        "api_mb_before": round(before),
        "api_mb_after": round(after),
        "aim": "<= 50 KB",
    }
