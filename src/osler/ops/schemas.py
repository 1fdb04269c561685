"""What ops sends over HTTP."""

from typing import Literal

from pydantic import BaseModel


class LiveOut(BaseModel):
    status: Literal["ok"]


class ReadyOut(BaseModel):
    """`checks` maps each dependency to whether it can be used."""

    status: Literal["ready", "not_ready"]
    checks: dict[str, bool]
