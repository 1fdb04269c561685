"""The web server around the application: Granian, with every size and time bounded (docs/adr/0004-web-server.md)."""

import asyncio
import errno
import os
import signal
import socket
import time
from contextlib import suppress
from importlib import import_module
from typing import Any

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from osler.core.settings import Settings

HEADER_TIMEOUT_MS = 5_000
HEADER_BYTES = 65_536
BACKPRESSURE = 4_096
STOP_TIMEOUT_S = 9
# For the last frames to leave; a client that misses them sees a lost connection and reconnects as well.
GOODBYE_S = 0.5
# RFC 6455, section 7.4 (IANA registry): "service restart"; clients reconnect.
SERVICE_RESTART = 1012


class _Server(MPServer):
    """Asks the workers to end their live connections before it asks them to end; Granian alone waits for them."""

    def _stop_workers(self) -> None:
        for worker in self.wrks:
            with suppress(ProcessLookupError):
                os.kill(worker.inner.pid, signal.SIGUSR1)
        time.sleep(GOODBYE_S)
        super()._stop_workers()  # type: ignore[no-untyped-call] # granian annotates half of its methods


def serve(settings: Settings, *, workers: int) -> None:
    """Serve until a signal; blocks. The application is made in each worker process from its environment.

    Raises `OSError` with one sentence when the address cannot be listened on.
    """
    _require_free_address(settings.host, settings.port)
    _Server(
        "osler.server:application",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        http=HTTPModes.http1,
        workers=workers,
        backpressure=BACKPRESSURE,
        http1_settings=HTTP1Settings(
            header_read_timeout=HEADER_TIMEOUT_MS, keep_alive=True, max_buffer_size=HEADER_BYTES
        ),
        log_level=LogLevels.warning,
        workers_kill_timeout=STOP_TIMEOUT_S,
        # One worker that dies ends the server, and whoever supervises it says so; of several, it alone is replaced.
        respawn_failed_workers=workers > 1,
    ).serve()


def application() -> ASGIApp:
    """Make the application in a worker process."""
    for number in (signal.SIGTERM, signal.SIGINT):
        # Inherited from the main process, where they only set a flag; until the loop has its own, they must work.
        signal.signal(number, signal.SIG_DFL)
    import_module("osler.ops.lifeline").follow_parent()
    # The engines read their lexicons at first use, half a second that the first emergency must not wait for.
    import_module("osler.triage").warm_up()
    return Draining(import_module("osler.app").create())


class Draining:
    """Wrap the application so that sockets and event streams end on SIGUSR1, as if their clients had left."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._leaving = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, self._leaving.set)
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.app(scope, *self._socket(receive, send))
        else:
            await self.app(scope, self._request(receive), send)

    def _socket(self, receive: Receive, send: Send) -> tuple[Receive, Send]:
        has_left = False

        async def receive_or_leave() -> Message:
            nonlocal has_left
            message = await self._unless_leaving(receive)
            if message is not None:
                return message
            has_left = True
            await send({"type": "websocket.close", "code": SERVICE_RESTART})
            return {"type": "websocket.disconnect", "code": SERVICE_RESTART}

        async def send_until_left(message: Message) -> None:
            if not has_left:
                await send(message)

        return receive_or_leave, send_until_left

    def _request(self, receive: Receive) -> Receive:
        is_complete = False

        async def receive_or_leave() -> Message:
            nonlocal is_complete
            if is_complete:  # Only a stream still listens now, for its client to leave.
                return await self._unless_leaving(receive) or {"type": "http.disconnect"}
            message = await receive()
            is_complete = not message.get("more_body", False)
            return message

        return receive_or_leave

    async def _unless_leaving(self, receive: Receive) -> Message | None:
        received: asyncio.Future[Any] = asyncio.ensure_future(receive())
        leaving = asyncio.ensure_future(self._leaving.wait())
        try:
            await asyncio.wait({received, leaving}, return_when=asyncio.FIRST_COMPLETED)
            return received.result() if received.done() else None
        finally:
            received.cancel()
            leaving.cancel()


def _require_free_address(host: str, port: int) -> None:
    """Refuse a port that is taken: the server's own socket would share it with the other process without a word."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise OSError(f"port {port} is taken: set OSLER_PORT to a free one") from error
            raise OSError(f"{host}:{port} cannot be listened on ({error.strerror})") from error
