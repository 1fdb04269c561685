"""The web server around the application: Granian, with every size and time bounded."""

from granian.constants import Interfaces, Loops
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from osler.core.settings import Settings

HEADER_TIMEOUT_MS = 5_000
BACKPRESSURE = 1_024


def serve(settings: Settings, *, workers: int) -> None:
    """Serve until a signal; blocks. The application is made in each worker process from its environment."""
    Server(
        "osler.app:create",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        workers=workers,
        backpressure=BACKPRESSURE,
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_TIMEOUT_MS, keep_alive=True),
        log_level=LogLevels.warning,
        workers_kill_timeout=10,
        respawn_failed_workers=True,
    ).serve()
