"""The fixed emergency screen in a conversation."""

from osler import conversations, identity, triage
from osler.conversations import Conversation
from osler.core.db import Session


async def emergency_card(session: Session, language: str, category: triage.Category) -> triage.EmergencyCard:
    """Return the fixed screen with the numbers of the practice's country."""
    practice = await identity.get_practice(session)
    return triage.emergency_card(lang=language, country=practice.country, category=category)


async def say_emergency(
    session: Session, conversation: Conversation, *, answers_seq: int, card: triage.EmergencyCard, again: bool = False
) -> None:
    """Add the fixed script to the thread, once per kind of emergency (or `again`), and end the questions."""
    if conversation.emergency_category == card.category and not again:
        return
    await conversations.append_to(
        session,
        conversation,
        role="assistant",
        kind="emergency",
        text=card.text,
        answers_seq=answers_seq,
        meta={"category": card.category},
    )
    await conversations.mark_emergency(session, conversation.id, category=card.category)


def card_json(card: triage.EmergencyCard) -> dict[str, object]:
    """Return the emergency screen as clients read it."""

    def number(line: triage.Number) -> dict[str, str]:
        return {"number": line.number, "label": line.label, "how": line.how}

    return {
        "category": card.category,
        "title": card.title,
        "instruction": card.instruction,
        "primary": number(card.primary),
        "others": [number(line) for line in card.others],
    }
