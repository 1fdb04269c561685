"""The web server around the application: Granian, with every size and time bounded (docs/adr/0004-web-server.md)."""

import errno
import signal
import socket
from importlib import import_module

from granian.constants import HTTPModes, Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server
from starlette.types import ASGIApp

from osler.core.settings import Settings

HEADER_TIMEOUT_MS = 5_000
HEADER_BYTES = 65_536
BACKPRESSURE = 1_024
STOP_TIMEOUT_S = 9


def serve(settings: Settings, *, workers: int) -> None:
    """Serve until a signal; blocks. The application is made in each worker process from its environment.

    Raises `OSError` with one sentence when the address cannot be listened on.
    """
    _require_free_address(settings.host, settings.port)
    Server(
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
    import_module("osler.triage.assessment").warm_up()
    made: ASGIApp = import_module("osler.app").create()
    return made


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
