"""A stored message as the rules of triage read it."""

from osler import conversations, triage


def turn_of(message: conversations.Message) -> triage.Turn:
    return triage.Turn(
        id=str(message.id),
        seq=message.seq,
        role=message.role,  # type: ignore[arg-type]  # the table's check constraint holds the same four words
        text=message.text,
        question_id=message.question_id,
        kind=message.kind,
    )
