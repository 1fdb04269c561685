"""What goes over HTTP about figures."""

from pydantic import AwareDatetime, BaseModel, ConfigDict

from osler.triage import Urgency


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class WaitingOut(_Out):
    """What waits for a nurse now; times in seconds, null when nothing waits."""

    count: int
    p50_s: float | None
    p90_s: float | None
    oldest_s: float | None
    within_target_share: float | None


class ReviewFiguresOut(_Out):
    """Final decisions of the last `hours`; times in seconds, shares from 0 to 1, null when there were none."""

    hours: int
    submitted: int
    decided: int
    overridden: int
    raised: int
    lowered: int
    agreement_share: float | None
    within_target_share: float | None
    time_to_review_p50_s: float | None
    time_to_review_p90_s: float | None
    acknowledged: int
    time_to_acknowledge_p50_s: float | None
    time_to_acknowledge_p90_s: float | None


class QueueFiguresOut(_Out):
    as_of: AwareDatetime
    open_by_urgency: dict[Urgency, int]
    by_status: dict[str, int]
    waiting: WaitingOut
    unacknowledged_emergencies: int
    oldest_unacknowledged_s: float | None
    reviews: list[ReviewFiguresOut]
