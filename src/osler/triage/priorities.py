"""Where a report stands in the queue, and by when somebody should have decided on it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select

from osler.core.db import Session
from osler.triage.par import Urgency
from osler.triage.tables import SettingRow

# A report that waits for its patient stands behind the others of its urgency, and before the next urgency.
AWAITING_PATIENT_PENALTY: Final = 5
# A report that was passed on to a practitioner is in somebody's hands already.
ESCALATED_PENALTY: Final = 3
# An emergency that nobody has acknowledged stands above everything.
UNACKNOWLEDGED: Final = -1

_PENALTIES: Final = {"awaiting_patient": AWAITING_PATIENT_PENALTY, "escalated": ESCALATED_PENALTY}


@dataclass(frozen=True, slots=True)
class Targets:
    """Within which time a nurse should have decided, by urgency, and after which silence a claim may be taken over."""

    by_urgency: dict[Urgency, timedelta]
    claim_idle_after: timedelta

    def due(self, urgency: Urgency, since: datetime) -> datetime:
        return since + self.by_urgency[urgency]


async def get_targets(session: Session) -> Targets:
    """Return what this practice has set."""
    row = (await session.execute(select(*SettingRow.__table__.columns))).one()
    return Targets(
        {urgency: getattr(row, f"{urgency.value}_target") for urgency in Urgency}, claim_idle_after=row.claim_idle_after
    )


def priority(urgency: Urgency, status: str) -> int:
    """Return the place in the queue: the lowest number comes first."""
    place = 10 * (Urgency.EMERGENCY.rank - urgency.rank)
    return place + _PENALTIES.get(status, 0)
