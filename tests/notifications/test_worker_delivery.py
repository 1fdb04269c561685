"""Letters through real workers: sent, and sent once more under the same id when a worker is killed while sending."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.assistant.live_server import LiveServer
from tests.notifications.mail_server import Postbox, mail_server
from tests.notifications.test_outbox import RECIPIENT, rows, write

from osler.core.settings import Settings


class SlowPostbox(Postbox):
    """Takes its time over the first letter, so that a worker can be killed meanwhile."""

    async def handle_DATA(self, server: object, session: object, envelope: object) -> str:
        reply = await super().handle_DATA(server, session, envelope)  # type: ignore[arg-type]
        if len(self.letters) == 1:
            await asyncio.sleep(4)
        return reply


async def until(condition: Callable[[], Awaitable[bool]], *, seconds: int) -> None:
    for _ in range(10 * seconds):
        if await condition():
            return
        await asyncio.sleep(0.1)
    raise AssertionError("it did not happen in time")


async def is_sent() -> bool:
    return [row.state for row in await rows("select state from notification_outbox")] == ["sent"]


async def test_letter_survives_the_death_of_its_worker(
    database: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    postbox = SlowPostbox()

    async def has_first() -> bool:
        return len(postbox.letters) == 1

    async with mail_server(postbox) as port:
        for name, setting in (("HOST", "127.0.0.1"), ("PORT", str(port)), ("STARTTLS", "false"), ("TIMEOUT_S", "2")):
            monkeypatch.setenv(f"OSLER_SMTP__{name}", setting)
        workers = LiveServer(database, 1, tmp_path / "worker.log")
        try:
            workers.start("worker")
            await write()
            await until(has_first, seconds=30)
            workers.kill("worker")
            [row] = await rows("select state from notification_outbox")
            assert row.state == "sending"
            workers.start("worker")
            await until(is_sent, seconds=60)
        finally:
            workers.stop()
    first, second = postbox.letters
    assert first["Message-ID"] == second["Message-ID"]
    assert RECIPIENT not in (tmp_path / "worker.log").read_text()
