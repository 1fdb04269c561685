"""What ops sends over HTTP."""

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict


class LiveOut(BaseModel):
    status: Literal["ok"]


class ReadyOut(BaseModel):
    """`checks` maps each dependency to whether it can be used."""

    status: Literal["ready", "not_ready"]
    checks: dict[str, bool]


class CheckOut(BaseModel):
    """`reason` is a code, present when the state is not `ok`; figures carry their unit in their name."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    state: Literal["ok", "degraded", "down", "not_configured"]
    reason: str | None
    detail: str | None
    figures: dict[str, float]


class HealthOut(BaseModel):
    """`started_at` is when this API process began; `now` is the server's clock."""

    status: Literal["ok", "degraded", "down"]
    version: str
    started_at: AwareDatetime
    now: AwareDatetime
    checks: list[CheckOut]
