"""The outbox: a letter is stored with what causes it, and leaves once the worker gets to it."""

from collections.abc import Mapping
from typing import Final

import orjson
from sqlalchemy.dialects.postgresql import insert

from osler.core import clock, crypto
from osler.core.db import Session
from osler.core.ids import new_id
from osler.core.jobs import enqueue
from osler.notifications.tables import OutboxRow
from osler.notifications.tasks import deliver_email
from osler.notifications.templates import get_letter

TABLE: Final = "notification_outbox"


async def send_email(
    session: Session,
    *,
    template: str,
    to: str,
    language: str,
    dedupe_key: str,
    context: Mapping[str, str | int],
) -> bool:
    """Put one e-mail into the outbox, in the caller's transaction; return whether this key is new.

    The same `dedupe_key` never makes a second e-mail. `context` holds exactly the fields of the template: references,
    counts and links, nothing clinical and no name. Raises `ValueError` for missing or unknown fields.
    """
    letter = get_letter(template, language)
    if letter.fields != context.keys():
        raise ValueError(f"{template} takes the fields {sorted(letter.fields)}")
    outbox_id, now = new_id(), clock.now()
    key = crypto.practice_key()
    stored = await session.scalar(
        insert(OutboxRow)
        .values(
            id=outbox_id,
            dedupe_key=dedupe_key,
            template=template,
            language=language,
            recipient_enc=key.encrypt(to, (TABLE, "recipient_enc", outbox_id)),
            context_enc=key.encrypt(orjson.dumps(dict(context)), (TABLE, "context_enc", outbox_id)),
            state="queued",
            due_at=now,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["dedupe_key"])
        .returning(OutboxRow.id)
    )
    if stored is None:
        return False
    await enqueue(session, deliver_email, outbox_id=str(outbox_id))
    return True
