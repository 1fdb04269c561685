"""Housekeeping of identity."""

from datetime import timedelta

from sqlalchemy import delete

from osler.core import clock
from osler.core.db import Session
from osler.core.jobs import every
from osler.core.log import get_logger
from osler.core.settings import get_settings
from osler.identity import pending_logins, sessions, throttle
from osler.identity.tables import TotpUse

log = get_logger()


@every(timedelta(hours=1))
async def remove_expired(session: Session) -> None:
    """Remove what has run out: sessions, pending logins, tallies of a day ago, spent time steps."""
    yesterday = clock.now() - timedelta(days=1)
    ended = await sessions.remove_expired(session, settings=get_settings().sessions)
    pending = await pending_logins.remove_expired(session)
    tallies = await throttle.forget_before(session, yesterday)
    await session.execute(delete(TotpUse).where(TotpUse.used_at < yesterday))
    log.info("identity_cleaned", sessions=ended, pending_logins=pending, tallies=tallies)
