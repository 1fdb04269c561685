"""What was said, in order: the only input of an assessment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["fr", "en"]
Role = Literal["patient", "assistant", "nurse", "system"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation.

    `question_id` is the `linkId` of the question that an assistant or nurse turn asks. When it is absent the question
    is recognised by its words, so that a foreign transcript can be read too.
    """

    id: str | None
    seq: int
    role: Role
    text: str
    question_id: str | None = None
    kind: str = "text"
