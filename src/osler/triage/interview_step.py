"""What the interview says next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class QuickReply:
    """`value` is stable across languages; `label` is what the patient reads and what is sent as text."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Progress:
    """`asked` questions so far; `of` is an upper estimate that never passes the limit."""

    asked: int
    of: int


@dataclass(frozen=True, slots=True)
class Step:
    """`link_id` is None only for `finish`. Free text is always accepted, whatever the quick replies are."""

    kind: Literal["question", "read_back", "finish"]
    link_id: str | None
    text: str
    why: str | None
    quick_replies: tuple[QuickReply, ...]
    progress: Progress
    reason: Literal["complete", "stopped", "emergency", "limit"] | None = None
