"""Who was shown which report in a list: one audit row per person and report, at most every fifteen minutes.

A nurse's open queue refreshes several times a second. The first time a report is shown to her in a session is
recorded, and once more for every quarter of an hour that it stays in sight; opening a report is recorded every time.
What a process remembers is only what it has committed, so that a lost transaction is recorded again.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import event

from osler.core import audit
from osler.core.auth import Actor
from osler.core.db import Session

AGAIN_AFTER_S: Final = 15 * 60.0
REMEMBERED: Final = 50_000

_Key = tuple[UUID | None, UUID]
_shown: OrderedDict[_Key, float] = OrderedDict()


async def record_shown(session: Session, *, actor: Actor, patient_of: Mapping[UUID, UUID]) -> None:
    """Record that these reports (ids mapped to their patients) are shown to the actor, who has just been handed them.

    Call it as the last thing of a transaction.
    """
    now = time.monotonic()
    news = {
        report_id: patient_id
        for report_id, patient_id in patient_of.items()
        if now - _shown.get((actor.session_id, report_id), -AGAIN_AFTER_S) >= AGAIN_AFTER_S
    }
    if not news:
        return
    await audit.record_each(session, actor=actor, action="queue:read", resource_type="Report", patient_of=news)
    keys = [(actor.session_id, report_id) for report_id in news]
    event.listen(session.sync_session, "after_commit", lambda _session: _remember(keys, now), once=True)


def _remember(keys: list[_Key], at: float) -> None:
    for key in keys:
        _shown[key] = at
        _shown.move_to_end(key)
    while len(_shown) > REMEMBERED:
        _shown.popitem(last=False)


def forget() -> None:
    """Record everything anew."""
    _shown.clear()
