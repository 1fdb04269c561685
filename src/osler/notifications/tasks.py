"""Jobs of the outbox."""

from datetime import timedelta
from typing import Final
from uuid import UUID

from osler.core.db import Session
from osler.core.jobs import enqueue, every, task
from osler.core.settings import get_settings
from osler.notifications.delivery import deliver, stranded

PATIENCE: Final = timedelta(minutes=2)


@task("notifications.deliver_email", priority=5)
async def deliver_email(session: Session, *, outbox_id: str) -> None:
    """Try once; the next try is a job of its own."""
    pause = await deliver(UUID(outbox_id), smtp=get_settings().smtp)
    if pause is not None:
        await enqueue(session, deliver_email, run_after=pause, outbox_id=outbox_id)


@every(timedelta(minutes=1))
async def rescue_stranded_email(session: Session) -> None:
    """Give a new job to letters whose worker died between storing an outcome and planning the next try."""
    for outbox_id in await stranded(session, for_longer_than=PATIENCE):
        await enqueue(session, deliver_email, dedupe_key=str(outbox_id), outbox_id=str(outbox_id))
