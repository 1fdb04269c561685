"""A conversation to write in."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from osler import conversations, patients
from osler.core import db
from osler.core.ids import new_id
from osler.core.settings import Settings

Start = Callable[..., Awaitable[conversations.Conversation]]


@pytest.fixture
def start(database: Settings) -> Start:
    """Commit a new conversation of a new patient: `await start(language="fr")`."""

    async def start_one(*, language: str = "fr", owner_id: UUID | None = None) -> conversations.Conversation:
        async with db.transaction() as session:
            patient_id = await patients.create_provisional(session, language=language)
            consent_id = await patients.record_consent(
                session,
                patient_id=patient_id,
                purpose="conversation",
                text_version="test",
                text="test",
                language=language,
                given_by="self",
            )
            return await conversations.start(
                session,
                patient_id=patient_id,
                owner_id=owner_id or new_id(),
                consent_id=consent_id,
                data_key_id=await patients.data_key_id(session, patient_id),
                language=language,
            )

    return start_one
